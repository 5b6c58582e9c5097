//! Why a page of the service has nothing to show, and what to try.

use crate::{api::ApiError, routes::Route};
use leptos::prelude::*;

/// In place of the page.
#[component]
pub fn NotShown(
    /// What went wrong.
    error: ApiError,
    /// The heading where nothing better is known.
    heading: &'static str,
    /// The heading for whoever is not signed in.
    #[prop(default = "Sign in first")]
    stranger: &'static str,
    /// Tries again.
    again: Callback<()>,
) -> impl IntoView {
    let is_stranger = error.is_stranger();
    let is_away = error.is_away();
    let (heading, words) = if is_stranger {
        (stranger, error.to_string())
    } else if is_away {
        (
            "This page needs the server, and it does not answer",
            "The program page and your own export files work without it. Try again in a moment."
                .to_owned(),
        )
    } else {
        (heading, error.to_string())
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead" role="alert">{words}</p>
        </div>
        <div class="actions">
            {is_stranger
                .then(|| {
                    view! { <a class="btn primary" href=Route::SignIn.path()>"Sign in"</a> }
                })}
            <button type="button" class="btn" on:click=move |_| again.run(())>
                "Try again"
            </button>
        </div>
    }
    .into_any()
}
