//! What stands in place of the list: why there is none, and what to do.

use super::{looking::Looking, tools::WORDS_ID};
use crate::{
    platform::{focus, intl},
    routes::Route,
};
use leptos::prelude::*;

/// Nothing fits what is looked for.
#[component]
pub fn NothingFits(looking: Looking) -> impl IntoView {
    let shown = move || {
        looking.found.with(|found| {
            let found = found.as_ref()?;
            let (wanted, others) = (&found.wanted, found.directory.all);
            let kind = if wanted.is_all { "" } else { "sponsored " };
            let mut why = format!("No {kind}namespace");
            if let Some(topic) = wanted.topic {
                why.push_str(" about ");
                why.push_str(&topic.words().to_lowercase());
            }
            if wanted.words.is_empty() {
                why.push_str(" is here");
            } else {
                why.push_str(&format!(" fits “{}”", wanted.words));
            }
            let what_next = if wanted.is_all || others == 0 {
                "Names, descriptions and images are searched. Fewer or other words may find it."
                    .to_owned()
            } else if others == 1 {
                "One namespace of the registry fits that is not in the program.".to_owned()
            } else {
                format!(
                    "{} namespaces of the registry fit that are not in the program.",
                    intl::number(others as u64)
                )
            };
            let is_searched_on = !wanted.is_all && others > 0;
            Some(view! {
                <strong>{why}</strong>
                <span>{what_next}</span>
                <div class="actions">
                    <button
                        type="button"
                        class="btn small"
                        on:click=move |_| and_type(|| looking.clear())
                    >
                        "Clear the search"
                    </button>
                    {is_searched_on.then(|| view! { <SearchAll looking=looking /> })}
                </div>
            })
        })
    };
    view! { <div class="blank" aria-busy=busy(looking)>{shown}</div> }.into_any()
}

/// There is nobody in the program yet.
#[component]
pub fn NobodyIn(looking: Looking) -> impl IntoView {
    let others = move || {
        looking.found.with(|found| {
            found
                .as_ref()
                .is_some_and(|found| !found.wanted.is_all && found.directory.all > 0)
        })
    };
    view! {
        <div class="blank" aria-busy=busy(looking)>
            <strong>"Nobody is in yet"</strong>
            <span>"A namespace is listed here on the day on which it is accepted."</span>
            <div class="actions">
                // Loaded anew: it may ask forges, which this page may not.
                <a class="btn small" href=Route::Apply.path() rel="external">
                    "Apply for your project"
                </a>
                {move || others().then(|| view! { <SearchAll looking=looking /> })}
            </div>
        </div>
    }
    .into_any()
}

/// The list could not be read.
#[component]
pub fn Failed(looking: Looking) -> impl IntoView {
    view! {
        <div class="blank" role="alert">
            <strong>"The list could not be read"</strong>
            <span>{move || why(looking)}</span>
            <div class="actions">
                <Retry looking=looking />
            </div>
        </div>
    }
    .into_any()
}

/// Above what was found for something else, while what is looked for now could not be read.
#[component]
pub fn NotRead(looking: Looking) -> impl IntoView {
    move || {
        let is_old = looking.error.with(Option::is_some) && looking.found.with(Option::is_some);
        is_old.then(|| {
            view! {
                <div class="notice" role="alert">
                    <span>{move || why(looking)}" What is shown was read before."</span>
                    <Retry looking=looking />
                </div>
            }
        })
    }
}

#[component]
fn Retry(looking: Looking) -> impl IntoView {
    let retry = move |_| {
        looking.load();
        // The button is gone now.
        focus::heading();
    };
    view! {
        <button type="button" class="btn small" on:click=retry>
            "Retry"
        </button>
    }
}

#[component]
fn SearchAll(looking: Looking) -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn small"
            on:click=move |_| and_type(|| looking.set_all(true))
        >
            "Search all namespaces"
        </button>
    }
}

/// What became of the last question, in a sentence.
fn why(looking: Looking) -> String {
    looking.error.with(|error| match error {
        Some(error) if error.is_away() => "The server does not answer.".to_owned(),
        Some(error) => error.to_string(),
        None => String::new(),
    })
}

/// Whether other results are awaited.
pub fn busy(looking: Looking) -> impl Fn() -> Option<&'static str> + Copy {
    move || looking.is_busy.get().then_some("true")
}

/// Does something that takes the button away: the focus goes to where the search goes on.
fn and_type(act: impl FnOnce()) {
    act();
    focus::calmly(WORDS_ID);
}
