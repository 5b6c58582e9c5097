//! A namespace: its badge and what that means, its repositories, its perks, and the badge for
//! its readme.

mod badge;
mod header;
mod lower;
mod repositories;
mod repository;
mod rows;
mod snippets;
mod sorting;

use crate::{
    api::directory,
    components::{loaded::Loaded, page::Page, skeleton},
    platform::{dom, focus},
    routes::{NO_NAME, Route},
};
use ::api::profile::NamespacePage;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page of the namespace that the address names. Another one is another page.
#[component]
pub fn Namespaces() -> impl IntoView {
    let path = use_location().pathname;
    let name = Memo::new(move |before: Option<&String>| {
        let name = path.with(|path| Route::Namespace.part_below(path).map(str::to_owned));
        // The reader is leaving; what is shown stays until the next page is there.
        name.or_else(|| before.cloned()).unwrap_or_default()
    });
    move || {
        let name = name.get();
        view! {
            <Page subject=const { Route::Namespace.subject() }>
                <Namespace name=name />
            </Page>
        }
    }
}

#[component]
fn Namespace(name: String) -> impl IntoView {
    let shown = RwSignal::new(Loaded::Awaited);
    let name = StoredValue::new(name);
    let load = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            let page = directory::page(&name.get_value()).await;
            shown.try_set(page.into());
        });
    });
    Effect::new(move |_| load.run(()));
    let heading = Memo::new(move |_| shown.with(|shown| heading(shown, &name.get_value())));
    Effect::new(move |_| {
        let heading = heading.get();
        dom::set_title(&[&heading, " · ", program::NAME].concat());
    });
    let retry = Callback::new(move |()| {
        shown.set(Loaded::Awaited);
        load.run(());
        // The button is gone now.
        focus::heading();
    });
    view! {
        <div class="wrap wide">
            <header::Header shown=shown heading=heading />
            {move || match shown.get() {
                Loaded::Awaited => view! { <Awaited /> }.into_any(),
                Loaded::Failed(error) if error.is_unknown() => view! { <Unknown /> }.into_any(),
                Loaded::Failed(error) => {
                    let why = if error.is_away() {
                        "The server does not answer. What a namespace is, only it knows.".to_owned()
                    } else {
                        error.to_string()
                    };
                    view! {
                        <div class="blank" role="alert">
                            <span>{why}</span>
                            <div class="actions">
                                <button type="button" class="btn small" on:click=move |_| retry.run(())>
                                    "Retry"
                                </button>
                            </div>
                        </div>
                    }
                        .into_any()
                }
                Loaded::There(page) => {
                    view! {
                        <repositories::Repositories page=StoredValue::new(*page.clone()) />
                        <lower::Lower page=*page />
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// What stands over the page.
fn heading(shown: &Loaded<NamespacePage>, name: &str) -> String {
    match shown {
        Loaded::There(page) if !page.profile.name.is_empty() => page.profile.name.clone(),
        Loaded::There(page) => page.namespace.clone(),
        Loaded::Failed(error) if error.is_unknown() => {
            format!("There is no namespace {name} here")
        }
        _ if name == NO_NAME => Route::Namespace.subject().to_owned(),
        _ => name.to_owned(),
    }
}

/// Lines in place of the repositories.
const LINES: usize = 14;

#[component]
fn Awaited() -> impl IntoView {
    view! {
        <p class="sr" role="status">"The namespace is being read from the server."</p>
        {skeleton::lines(LINES)}
    }
}

/// The registry has no such namespace, and the program never had.
#[component]
fn Unknown() -> impl IntoView {
    view! {
        <p class="lead">
            "Neither the registry nor the program knows it. The name may be mistyped, or the registry has not been read since it was made."
        </p>
        <ul class="ways unknown">
            <li>"Look for it among "<a href=Route::Explore.path()>"all namespaces"</a>"."</li>
            <li>"Or "<a href=Route::Verify.path()>"check a badge"</a>" by its credential."</li>
        </ul>
    }
}
