//! What surrounds every page: skip link, top bar, footer.

use super::{
    icon::{Icon, IconName},
    segmented::Segmented,
};
use crate::{
    platform::{dom, focus},
    routes::{LINK_QUESTIONS, LINK_WHO, Route},
    state::theme::{Theme, use_theme},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The id of `<main>`.
pub const MAIN_ID: &str = "main";

/// The page that is shown, by the address.
fn use_route() -> Memo<Route> {
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| Route::of_path(path)))
}

fn width(route: Memo<Route>) -> impl Fn() -> &'static str {
    move || {
        if route.get().is_wide() {
            "wrap wide"
        } else {
            "wrap"
        }
    }
}

/// Leads a keyboard past the top bar, in which it is the first thing.
#[component]
fn SkipLink() -> impl IntoView {
    let skip = |event: leptos::ev::MouseEvent| {
        // The router would scroll and leave the focus behind.
        event.prevent_default();
        if let Some(main) = dom::by_id(MAIN_ID) {
            main.scroll_into_view();
            focus::element(&main);
        }
    };
    view! { <a class="skip" href="#main" on:click=skip>"Skip to content"</a> }
}

/// A way to somewhere: the page on which it is where one is, the path, the words, and how it is
/// loaded if not by the router.
type Way = (
    Option<Route>,
    &'static str,
    &'static str,
    Option<&'static str>,
);

/// Loaded anew: the pages of the service may ask others than this site does.
const ANEW: Option<&str> = Some("external");

const fn main_page(page: Route) -> Way {
    (Some(page), page.path(), page.label(), None)
}

/// The ways in the top bar. Constants, so that the paths and labels of all pages are not in
/// every page.
const PAGES: [Way; 4] = [
    main_page(Route::Program),
    main_page(Route::Explore),
    main_page(Route::Insights),
    main_page(Route::Verify),
];

/// The ways in the footer.
const PLACES: [Way; 6] = [
    (None, LINK_WHO, "Who qualifies", None),
    (None, LINK_QUESTIONS, "Questions", None),
    (None, Route::Verify.path(), Route::Verify.subject(), None),
    (None, Route::Insights.path(), "Open an export file", None),
    (None, Route::SignIn.path(), Route::SignIn.label(), ANEW),
    (None, Route::Privacy.path(), Route::Privacy.label(), ANEW),
];

fn links(route: Memo<Route>, ways: &'static [Way]) -> Vec<impl IntoView + use<>> {
    ways.iter()
        .map(move |&(page, path, words, rel)| {
            let is_here = move || page == Some(route.get().place());
            view! {
                <a href=path rel=rel aria-current=move || is_here().then_some("page")>
                    {words}
                </a>
            }
        })
        .collect()
}

/// The mark, the name and the way to the main pages.
#[component]
pub fn TopBar() -> impl IntoView {
    let route = use_route();
    view! {
        <header class="top">
            <SkipLink />
            <div class=width(route)>
                <a class="brand" href=const { Route::Program.path() }>
                    <Icon of=IconName::Mark class="mark" />
                    <span class="long">{program::SHORT_NAME}</span>
                    <span class="short" aria-hidden="true">{program::BADGE_LABEL}</span>
                </a>
                <nav class="nav" aria-label="Main">{links(route, const { &PAGES })}</nav>
                <div class="end">
                    <a
                        class="btn small primary"
                        href=const { Route::Apply.path() }
                        rel=ANEW
                        aria-current=move || (route.get() == Route::Apply).then_some("page")
                    >
                        {const { Route::Apply.label() }}
                    </a>
                </div>
            </div>
        </header>
    }
}

/// The name, the ways to what people look for, the theme, and what holds on
/// every page.
#[component]
pub fn Footer() -> impl IntoView {
    let route = use_route();
    let theme = use_theme();
    view! {
        <footer class="foot">
            <div class=width(route)>
                <span>{program::NAME}</span>
                {links(route, const { &PLACES })}
                <span class="end">"All days in UTC. Nobody is tracked."</span>
                <Segmented
                    label="Theme"
                    class="seg theme"
                    options=Theme::ALL.map(|choice| (choice, choice.label())).to_vec()
                    chosen=Signal::derive(move || theme.get())
                    choose=move |choice| theme.set(choice)
                />
            </div>
        </footer>
    }
}
