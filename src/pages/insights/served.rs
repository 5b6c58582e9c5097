//! What the server’s pulls are shown by, and what is said where there is nothing to show.

use super::bench::{LostPart, Take, View, provide_desk, use_desk};
use super::namespace::Shown;
use super::{skeleton, spoken, visitors};
use crate::api::directory;
use crate::components::{
    icon::{Icon, IconName},
    pull_totals::Totals,
};
use crate::platform::{dom, news};
use crate::routes::{Route, namespace_path};
use crate::workbench::door::{Of, door};
use crate::workbench::workbench;
use ::api::paths;
use leptos::prelude::*;
use pulls::served::COUNTED;
use pulls_worker::wire::{Failure, Served as From};

/// Beside the heading.
#[component]
pub fn TakeServed() -> impl IntoView {
    let answer = workbench(Of::Server).answer;
    let is_shown = Memo::new(move |_| answer.with(Option::is_some));
    view! {
        <Show when=move || is_shown.get()>
            <Take />
        </Show>
    }
}

/// Everything below the tabs.
#[component]
pub fn Served() -> impl IntoView {
    let Shown(name) = expect_context::<Shown>();
    let desk = provide_desk(Of::Server);
    let workbench = desk.workbench;
    Effect::new(move |before: Option<()>| {
        let query = desk.query.get();
        if before.is_none() {
            name.with_value(|name| workbench.serve(paths::pulls_question(name)));
        }
        workbench.query(query);
    });
    // Only who may see the pulls is told of new ones, and only then is there anything to follow.
    let is_followed = Memo::new(move |_| {
        let served = workbench.served.get();
        served.is_some_and(|served| !matches!(served, From::Failed(_)))
    });
    Effect::new(move |_| {
        if is_followed.get() {
            name.with_value(|name| {
                news::follow(&paths::pulls_news(name), COUNTED, move || {
                    workbench.refresh();
                });
            });
        }
    });
    spoken::follow(desk);
    visitors::ask(desk);
    let broken = door(Of::Server).broken;
    view! {
        <Show when=move || broken.get()>
            <div class="notice person" role="alert">
                <Icon of=IconName::Alert />
                <span>
                    <strong>"The part that counts pulls stopped or did not start."</strong>
                    " Reload the page. If that does not help, use a current Chromium, Firefox or Safari."
                </span>
                <button type="button" class="btn small" on:click=|_| dom::reload()>"Reload"</button>
            </div>
        </Show>
        <LostPart />
        {move || standing().into_any()}
        <Show when=move || desk.shown.get()>
            <View />
        </Show>
    }
    .into_any()
}

/// What stands over the view, or in its place.
fn standing() -> impl IntoView {
    let desk = use_desk();
    let is_shown = desk.shown.get();
    match desk.workbench.served.get() {
        None if is_shown => ().into_any(),
        None => view! {
            <p class="sr" role="status">"The pulls are being read from the server."</p>
            {skeleton::lines(16)}
        }
        .into_any(),
        Some(From::Nothing) => view! { <NoPulls /> }.into_any(),
        Some(From::Failed(failure)) => {
            view! { <NotRead failure=failure is_shown=is_shown /> }.into_any()
        }
        Some(_) if is_shown => ().into_any(),
        // The rows are here and being counted.
        Some(_) => skeleton::lines(16).into_any(),
    }
}

/// No registry reported any, so far.
#[component]
fn NoPulls() -> impl IntoView {
    let Shown(name) = expect_context::<Shown>();
    view! {
        <div class="blank">
            <h2 class="t16">"No pulls yet"</h2>
            <span>
                "No registry has reported a pull of " {name.get_value()}
                " so far. Once the people who run the program have connected the registry that serves its images, pulls appear here by themselves, a minute after they happened."
            </span>
            <div class="actions">
                <a class="btn small" href=Route::Insights.path()>"Open an export file"</a>
            </div>
        </div>
    }
}

/// What anybody may see, if the maintainers publish it.
#[component]
fn Published() -> impl IntoView {
    let Shown(name) = expect_context::<Shown>();
    let has_totals = RwSignal::new(false);
    Effect::new(move |_| {
        let name = name.get_value();
        leptos::task::spawn_local(async move {
            let published = directory::has_totals(&name).await;
            has_totals.try_set(published);
        });
    });
    view! {
        <Show when=move || has_totals.get()>
            <Totals namespace=name.get_value() />
        </Show>
    }
}

/// The server was asked in vain.
#[component]
fn NotRead(failure: Failure, is_shown: bool) -> impl IntoView {
    let Shown(name) = expect_context::<Shown>();
    let workbench = use_desk().workbench;
    let retry = view! {
        <button type="button" class="btn small" on:click=move |_| workbench.refresh()>
            "Retry"
        </button>
    };
    let is_for_others = matches!(failure, Failure::Status(401 | 403 | 404));
    let (title, words, way) = match failure {
        Failure::Status(401) => (
            "For maintainers who are signed in",
            "Insights are shown to those who maintain this namespace.",
            view! {
                <a class="btn small primary" href=Route::SignIn.path() rel="external">"Sign in"</a>
            }
            .into_any(),
        ),
        Failure::Status(403 | 404) => (
            "For its maintainers",
            "You are signed in, and do not maintain this namespace. An owner can invite you on its settings page.",
            view! {
                <a class="btn small" href=namespace_path(&name.get_value())>"Look at the namespace"</a>
            }
            .into_any(),
        ),
        Failure::Status(409) | Failure::Unreadable => (
            "This page is of another version than the server",
            "Load it again to go on.",
            view! {
                <button type="button" class="btn small" on:click=|_| dom::reload()>"Reload"</button>
            }
            .into_any(),
        ),
        Failure::Status(429) => (
            "Too many questions in a short time",
            "Wait a moment and try again.",
            retry.into_any(),
        ),
        Failure::Status(413) => (
            "This is filtered by too many values",
            "Remove some of the filters.",
            ().into_any(),
        ),
        Failure::Status(503) => (
            "The server cannot count these pulls just now",
            "Try again in a moment.",
            retry.into_any(),
        ),
        Failure::Worker => (
            "A part of this page that counts pulls stopped",
            "Load the page again.",
            view! {
                <button type="button" class="btn small" on:click=|_| dom::reload()>"Reload"</button>
            }
            .into_any(),
        ),
        Failure::Status(_) => (
            "The server could not count these pulls",
            "It is written down there. Try again, or choose a shorter span.",
            retry.into_any(),
        ),
        Failure::Unreachable => (
            "The server does not answer",
            "Check the connection and try again.",
            retry.into_any(),
        ),
    };
    if is_shown {
        return view! {
            <div class="notice person" role="alert">
                <Icon of=IconName::Alert />
                <span>
                    <strong>{title}"."</strong>
                    " What is shown is from before. "
                    {words}
                </span>
                {way}
            </div>
        }
        .into_any();
    }
    view! {
        <div class="blank" role="alert">
            <h2 class="t16">{title}</h2>
            <span>{words}</span>
            <div class="actions">{way}</div>
            {is_for_others.then(|| view! { <Published /> })}
        </div>
    }
    .into_any()
}
