//! Proof that the applicant controls the source: a token to put there, and the button
//! that has the server look.

use super::Opened;
use crate::{
    api::{ApiError, applications},
    components::copy_button::CopyButton,
};
use ::api::{application::ControlCheck, paths::CONTROL_FILE};
use leptos::prelude::*;

/// What is to be done, and what came of it.
#[component]
pub fn Proof(opened: Opened, token: String) -> impl IntoView {
    let is_looking = RwSignal::new(false);
    let found = RwSignal::new(None::<Result<ControlCheck, ApiError>>);
    let look = move |_| {
        if is_looking.get_untracked() {
            return;
        }
        is_looking.set(true);
        let (id, key) = (opened.id.get_value(), opened.key.get_value());
        leptos::task::spawn_local(async move {
            let answer = applications::control(&id, &key).await;
            is_looking.try_set(false);
            let is_proven = answer.as_ref().is_ok_and(|check| check.is_proven);
            found.try_set(Some(answer));
            if is_proven {
                opened.load();
            }
        });
    };
    let copied = token.clone();
    view! {
        <section class="proof" aria-labelledby="proof-heading">
            <h2 id="proof-heading">"Show that the source is yours"</h2>
            <p>
                "Put this token into a file " <code>{CONTROL_FILE}</code>
                " at the root of each repository, or into its description. You can remove it when it was found."
            </p>
            <p class="line">
                <code class="token">{token}</code>
                <CopyButton text=Signal::derive(move || copied.clone()) what="the token" />
            </p>
            <div class="actions">
                <button
                    type="button"
                    class="btn"
                    aria-busy=move || is_looking.get().then_some("true")
                    on:click=look
                >
                    {move || if is_looking.get() { "Looking" } else { "Look for it" }}
                </button>
            </div>
            <div role="status">
                {move || {
                    found
                        .get()
                        .map(|found| match found {
                            Err(error) => view! { <p class="t14">{error.to_string()}</p> }.into_any(),
                            Ok(check) => {
                                check
                                    .sources
                                    .into_iter()
                                    .map(|source| {
                                        let words = match (source.has_token, source.trouble) {
                                            (true, _) => "it is there.".to_owned(),
                                            (false, Some(trouble)) => {
                                                format!("the forge {}. This does not count against you.", trouble.words())
                                            }
                                            (false, None) => "it is not there yet.".to_owned(),
                                        };
                                        view! {
                                            <p class="t14">
                                                <code>{source.address.short()}</code> ": " {words}
                                            </p>
                                        }
                                    })
                                    .collect_view()
                                    .into_any()
                            }
                        })
                }}
            </div>
        </section>
    }
}
