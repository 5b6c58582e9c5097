//! Section 8: what is still wrong, sending, and what comes of it.

use super::{
    form::{Form, SUMMARY_ID, Sending},
    purpose::Outcome,
    sections::RemarkField,
};
use crate::{
    api::ApiError,
    components::{
        copy_button::CopyButton,
        icon::{Icon, IconName},
    },
    platform::{dom, focus},
    routes,
};
use leptos::prelude::*;

/// Over the form, when sending was tried: what is wrong, each leading to its field.
#[component]
pub fn Summary(form: Form) -> impl IntoView {
    let errors = Memo::new(move |_| {
        form.summary()
            .into_iter()
            .map(|error| (error.field, error.message))
            .collect::<Vec<_>>()
    });
    move || {
        let errors = errors.get();
        (!errors.is_empty()).then(|| {
            let count = errors.len();
            let heading = if count == 1 {
                "One field needs another look".to_owned()
            } else {
                format!("{count} fields need another look")
            };
            let items: Vec<_> = errors
                .into_iter()
                .map(|(field, message)| {
                    let id = field.id();
                    let target = id.clone();
                    view! {
                        <li>
                            <a
                                href=format!("#{id}")
                                on:click=move |event| {
                                    event.prevent_default();
                                    focus::by_id(&target);
                                }
                            >
                                {field.label()}
                                ": "
                                {message}
                            </a>
                        </li>
                    }
                })
                .collect();
            view! {
                <div class="errors" id=SUMMARY_ID role="group" tabindex="-1" aria-labelledby="errors-heading">
                    <h2 id="errors-heading">{heading}</h2>
                    <ul>{items}</ul>
                </div>
            }
        })
    }
}

/// The button, and what became of it.
#[component]
pub fn SendPart(form: Form) -> impl IntoView {
    let under_way = Memo::new(move |_| form.sending.get() == Sending::UnderWay);
    let (label, note) = form
        .purpose
        .with_value(|purpose| (purpose.send_label(), purpose.send_note()));
    view! {
        <RemarkField form=form />
        {move || match form.sending.get() {
            Sending::Failed(error) => Some(view! { <NotSent form=form error=error /> }),
            _ => None,
        }}
        <div class="actions">
            <button
                type="submit"
                class="btn primary big"
                aria-busy=move || under_way.get().then_some("true")
                aria-disabled=move || under_way.get().then_some("true")
            >
                {move || if under_way.get() { "Sending" } else { label }}
            </button>
            <span class="t13 soft">{note}</span>
        </div>
        {move || {
            (!form.is_kept.get())
                .then(|| {
                    view! {
                        <p class="hint">
                            "This browser keeps no drafts. Leave the page open until it is sent."
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// Why it did not get there.
#[component]
fn NotSent(form: Form, error: ApiError) -> impl IntoView {
    let away = error.is_away();
    let words = if away {
        "The server does not answer. What you typed is kept in this browser, and nothing is sent without your word.".to_owned()
    } else {
        error.to_string()
    };
    view! {
        <div class="notice person" role="alert">
            <Icon of=IconName::Alert />
            <span>{words}</span>
            {away
                .then(|| {
                    view! {
                        <button type="button" class="btn small" on:click=move |_| form.send()>
                            "Try now"
                        </button>
                    }
                })}
        </div>
    }
}

/// The receipt, in place of the form.
#[component]
pub fn Received(form: Form) -> impl IntoView {
    Effect::new(|_| focus::calmly(RECEIPT_ID));
    move || {
        let Sending::Sent(Outcome::Received(receipt)) = form.sending.get() else {
            return None;
        };
        let path = routes::application_path(&receipt.id, &receipt.key);
        let link = format!("{}{path}", dom::origin());
        Some(view! {
            <section class="received" id=RECEIPT_ID tabindex="-1" aria-labelledby="received-heading">
                <h2 id="received-heading">"Received: application " {receipt.number.clone()}</h2>
                <p>
                    "It waits to be read. This link shows its status, and lets you prove that the source is yours, amend it, and withdraw. Whoever has it can do so: keep it."
                </p>
                <p class="line">
                    <code class="token">{link.clone()}</code>
                    <CopyButton text=Signal::derive(move || link.clone()) what="the link" />
                </p>
                <div class="actions">
                    <a class="btn primary" href=path>"See the status"</a>
                </div>
            </section>
        })
    }
}

const RECEIPT_ID: &str = "received";
