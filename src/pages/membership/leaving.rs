//! Ending a membership before its time: an owner leaves, or the people who run the program end
//! it with a reason. Asked for with the name, since nothing undoes it.

use super::Page;
use crate::{
    api::profile as profile_api,
    components::{announcer::use_announcer, line_input::LineInput},
    platform::{clock, focus},
};
use ::api::profile::EndingRequest;
use leptos::prelude::*;

const ASK_ID: &str = "leaving-ask";
const NAME_ID: &str = "leaving-name";
const REASON_ID: &str = "leaving-reason";

/// The part of the page.
#[component]
pub fn Leaving(
    page: Page,
    /// Whether whoever reads it runs the program, and is no owner.
    is_staff: bool,
) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    let (label, sentence) = if is_staff {
        (
            "End the membership",
            "Badge, limits and the other perks end at once, and its credential is taken back. The owners get a mail with your reason.",
        )
    } else {
        (
            "Leave the program",
            "Badge, limits and the other perks end at once, and the credential behind the badge is taken back. Your images stay. You may apply again at any time.",
        )
    };
    let ask = move |_| {
        is_asked.set(true);
        clock::next_frame(|| {
            focus::by_id(NAME_ID);
        });
    };
    view! {
        <section aria-labelledby="leaving-heading">
            <h2 id="leaving-heading">{label}</h2>
            <p class="t14 soft">{sentence}</p>
            {move || {
                if is_asked.get() {
                    view! { <Sure page=page is_asked=is_asked is_staff=is_staff label=label /> }
                        .into_any()
                } else {
                    view! {
                        <div class="actions">
                            <button type="button" class="btn danger" id=ASK_ID on:click=ask>
                                {label}
                            </button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Sure(
    page: Page,
    is_asked: RwSignal<bool>,
    is_staff: bool,
    label: &'static str,
) -> impl IntoView {
    let announcer = use_announcer();
    let (name, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (error, reason_error) = (RwSignal::new(None), RwSignal::new(None));
    let namespace = page.namespace.get_value();
    let is_sending = RwSignal::new(false);
    let end = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let namespace = page.namespace.get_value();
        let request = EndingRequest {
            namespace: name.get_untracked().trim().to_owned(),
            reason: reason.get_untracked().trim().to_owned(),
        };
        if request.namespace != namespace {
            error.set(Some(format!("Write {namespace}, letter by letter.")));
            focus::by_id(NAME_ID);
            return;
        }
        error.set(None);
        if is_staff && request.reason.is_empty() {
            reason_error.set(Some("Write the reason: it goes to the owners.".to_owned()));
            focus::by_id(REASON_ID);
            return;
        }
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        leptos::task::spawn_local(async move {
            let answer = profile_api::end(&namespace, &request).await;
            is_sending.try_set(false);
            match answer {
                Ok(()) => {
                    announcer.say("The membership is ended.");
                    page.load();
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let label_of_reason = if is_staff { "Why" } else { "Why, if you like" };
    view! {
        <form class="form sure-form" novalidate aria-label=label on:submit=end>
            <p class="t14">"To be sure, write the name: " <code>{namespace}</code></p>
            <LineInput
                id=NAME_ID
                label="Name of the namespace"
                class="input mono"
                typed=name
                error=error
            />
            <LineInput id=REASON_ID label=label_of_reason typed=reason error=reason_error />
            <div class="actions">
                <button
                    type="submit"
                    class="btn danger"
                    aria-busy=move || is_sending.get().then_some("true")
                >
                    {label}
                </button>
                <button type="button" class="btn" on:click=move |_| {
                    is_asked.set(false);
                    clock::next_frame(|| focus::calmly(ASK_ID));
                }>
                    "Stay"
                </button>
            </div>
        </form>
    }
    .into_any()
}
