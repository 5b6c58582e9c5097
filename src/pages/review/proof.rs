//! Whether the applicant controls the source, and other proof that a reviewer accepts,
//! with a reason on record.

use super::{
    Review,
    work::{self, Work},
};
use crate::{
    api::review,
    components::{announcer::use_announcer, field_error::FieldError, words},
    platform::{clock, focus},
};
use ::api::review::{Case, OtherProof};
use leptos::prelude::*;
use program::life_cycle::Stage;

const REASON_ID: &str = "other-proof";

/// What is known of it, and what can be done.
#[component]
pub fn ControlPart(page: Review, case: Case, work: Work) -> impl IntoView {
    let application = case.application;
    let can_accept = matches!(
        application.stage,
        Stage::InReview | Stage::ChangesAsked { .. }
    );
    let now = clock::now();
    let known = match application.control.proven_at {
        Some(at) => format!("Proven: {}.", words::moment(at, now)),
        None => "Not proven yet. It is needed before approval.".to_owned(),
    };
    let is_open = application.control.proven_at.is_none() && can_accept;
    let (id, version) = (application.id, application.version);
    view! {
        <section class="said-part" aria-labelledby="control-heading">
            <h2 id="control-heading">"Control of the source"</h2>
            <p class="t14">{known}</p>
            {is_open.then(|| view! { <Accept page=page id=id version=version work=work /> })}
        </section>
    }
    .into_any()
}

#[component]
fn Accept(page: Review, id: String, version: u32, work: Work) -> impl IntoView {
    let announcer = use_announcer();
    let typed = work.proof;
    let error = RwSignal::new(None::<String>);
    let id = StoredValue::new(id);
    let accept = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reason = typed.get_untracked();
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            let proof = OtherProof { reason, version };
            match review::accept_proof(&id, &proof).await {
                Ok(case) => {
                    announcer.say("The proof is accepted.");
                    work::empty(typed, &proof.reason);
                    page.show(case).await;
                }
                Err(refused) if refused.is_conflict() => {
                    page.refuse(&id, work, refused).await;
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                    focus::by_id(REASON_ID);
                }
            }
        });
    };
    view! {
        <form class="field" novalidate on:submit=accept>
            <label for=REASON_ID>"Other proof, and why it is enough"</label>
            <p class="hint" id="other-proof-hint">"It goes on record with your name."</p>
            <textarea
                class="input area"
                id=REASON_ID
                rows="2"
                aria-describedby="other-proof-hint other-proof-error"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            ></textarea>
            <FieldError id="other-proof-error" message=error />
            <div class="actions">
                <button type="submit" class="btn small">
                    "Accept it"
                </button>
            </div>
        </form>
    }
}
