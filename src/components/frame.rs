//! What surrounds every page: skip link, top bar, footer.

use super::{
    icon::{Icon, IconName},
    segmented::Segmented,
};
use crate::{
    platform::{dom, focus},
    routes::{ANCHOR_QUESTIONS, ANCHOR_WHO, Route},
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

/// The mark, the name and the way to the main pages.
#[component]
pub fn TopBar() -> impl IntoView {
    let route = use_route();
    // Each as a constant, so that the paths and labels of all pages are not in every page.
    let link = |to: Route, path: &'static str, label: &'static str| {
        view! {
            <a href=path aria-current=move || (route.get() == to).then_some("page")>
                {label}
            </a>
        }
    };
    let links = [
        link(
            Route::Program,
            const { Route::Program.path() },
            const { Route::Program.label() },
        ),
        link(
            Route::Insights,
            const { Route::Insights.path() },
            const { Route::Insights.label() },
        ),
    ]
    .to_vec();
    view! {
        <header class="top">
            <SkipLink />
            <div class=width(route)>
                <a class="brand" href=const { Route::Program.path() }>
                    <Icon of=IconName::Mark class="mark" />
                    <span class="long">{program::SHORT_NAME}</span>
                    <span class="short" aria-hidden="true">{program::BADGE_LABEL}</span>
                </a>
                <nav class="nav" aria-label="Main">{links}</nav>
                <div class="end">
                    // Loaded anew: it may ask forges, which the other pages may not.
                    <a
                        class="btn small primary"
                        href=const { Route::Apply.path() }
                        rel="external"
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
    let at = |anchor: &str| format!("/#{anchor}");
    view! {
        <footer class="foot">
            <div class=width(route)>
                <span>{program::NAME}</span>
                <a href=at(ANCHOR_WHO)>"Who qualifies"</a>
                <a href=at(ANCHOR_QUESTIONS)>"Questions"</a>
                <a href=const { Route::Insights.path() }>"Open an export file"</a>
                <a href=const { Route::SignIn.path() } rel="external">
                    {const { Route::SignIn.label() }}
                </a>
                <a href=const { Route::Privacy.path() } rel="external">
                    {const { Route::Privacy.label() }}
                </a>
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
