//! The application form: sections on the left, where one stands on the right, both
//! live. A hint never forbids sending, and nothing typed is lost.

mod asking;
mod corrections;
mod draft;
mod field;
mod form;
mod funding;
mod license;
mod namespace;
mod panel;
mod sections;
mod sending;
mod source;

use crate::{
    api::program as program_api,
    components::{
        icon::{Icon, IconName},
        words,
    },
    platform::{clock, events},
};
use ::forges::Forges;
use form::{Form, Sending};
use leptos::prelude::*;
use sections::Section;

/// Everything the form asks, and the panel beside it.
#[component]
pub fn Apply() -> impl IntoView {
    let form = Form::new();
    let forges = RwSignal::new(Forges::default());
    Effect::new(move |_| {
        form.restore();
        events::warn_before_leaving(move || form.would_be_lost());
        asking::ask_while_typing(form, forges);
        leptos::task::spawn_local(async move {
            // Without the server the usual forges are asked; it says so when it is needed.
            if let Ok(facts) = program_api::facts().await {
                forges.try_set(Forges(facts.forges));
            }
        });
    });
    let is_sent = Memo::new(move |_| matches!(form.sending.get(), Sending::Sent(_)));
    view! {
        <div class="wrap wide">
            <div class="page-head">
                <h1 tabindex="-1">"Apply for your project"</h1>
                <Restored form=form />
            </div>
            {move || {
                if is_sent.get() {
                    view! { <sending::Received form=form /> }.into_any()
                } else {
                    view! { <Filling form=form forges=forges /> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// The form while it is filled in.
#[component]
fn Filling(form: Form, forges: RwSignal<Forges>) -> impl IntoView {
    view! {
        <div class="apply">
            <sections::Steps form=form />
            <form novalidate on:submit=move |event| {
                event.prevent_default();
                form.send();
            }>
                <sending::Summary form=form />
                <Part section=Section::Namespace>
                    <namespace::NamespaceFields form=form />
                </Part>
                <Part section=Section::Source>
                    <source::SourceFields form=form forges=forges />
                </Part>
                <Part section=Section::License>
                    <license::LicenseField form=form />
                </Part>
                <Part section=Section::Activity>
                    <sections::ActivityFields form=form />
                </Part>
                <Part section=Section::Funding>
                    <funding::FundingFields form=form />
                </Part>
                <Part section=Section::Documentation>
                    <sections::DocumentationFields form=form />
                </Part>
                <Part section=Section::Contact>
                    <sections::ContactFields form=form />
                </Part>
                <Part section=Section::Review>
                    <sending::SendPart form=form />
                </Part>
            </form>
            <panel::Panel form=form forges=forges />
        </div>
        <panel::Peek form=form />
    }
    .into_any()
}

/// A section with its number, heading and what it is about.
#[component]
fn Part(section: Section, children: Children) -> impl IntoView {
    let heading = format!("{}-heading", section.id());
    let labelled_by = heading.clone();
    view! {
        <section class="part" id=section.id() aria-labelledby=labelled_by>
            <header>
                <h2 id=heading>
                    <span>{section.number()}</span>
                    {section.title()}
                </h2>
                {section.about().map(|about| view! { <p>{about}</p> })}
            </header>
            {children()}
        </section>
    }
}

/// That a draft was restored, and the way to be rid of it.
#[component]
fn Restored(form: Form) -> impl IntoView {
    move || {
        form.restored.get().map(|draft| {
            let when = words::moment(draft.changed_at, clock::now());
            let sent = if draft.key.is_some() {
                "It was being sent when this page was closed; sending it again is safe."
            } else {
                "Nothing has been sent."
            };
            view! {
                <div class="notice" role="status">
                    <Icon of=IconName::Tick />
                    <span>
                        "Draft restored from this browser, last changed " {when} ". " {sent}
                    </span>
                    <button type="button" class="btn quiet small" on:click=move |_| form.forget()>
                        "Delete the draft"
                    </button>
                </div>
            }
        })
    }
}
