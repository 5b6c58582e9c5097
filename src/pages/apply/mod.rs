//! The application form: sections on the left, where one stands on the right, both
//! live. A hint never forbids sending, and nothing typed is lost.

mod asking;
mod corrections;
mod draft;
mod field;
mod form;
mod funding;
mod in_place;
mod license;
mod namespace;
mod panel;
mod purpose;
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
    routes::{Route, SOURCE_QUERY},
};
use ::forges::Forges;
use form::{Elsewhere, Form, Sending};
pub use in_place::InPlace;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use program::answers::Answers;
pub use purpose::{Outcome, Purpose};
use sections::Section;

/// Everything the form asks, and the panel beside it.
#[component]
pub fn Apply() -> impl IntoView {
    let form = Form::new(Purpose::Apply, Answers::default());
    let forges = live(form);
    let query = use_query_map();
    let go = use_navigate();
    Effect::new(move |_| {
        // Typed on the program page, where “check my project” is. Taken once: whoever removes
        // it and loads the page again has removed it.
        if let Some(address) = query.with_untracked(|query| query.get(SOURCE_QUERY)) {
            form.add_source(address);
            let replacing = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            go(const { Route::Apply.path() }, replacing);
        }
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

/// The form over what was said before, within another page; `done` hears what came of it.
#[component]
fn SaidBefore(
    /// What it is for.
    purpose: Purpose,
    /// What was said before.
    answers: Answers,
    /// Hears what came of it.
    done: Callback<Outcome>,
) -> impl IntoView {
    let form = Form::new(purpose, answers);
    let forges = live(form);
    Effect::new(move |_| {
        if let Sending::Sent(outcome) = form.sending.get() {
            done.run(outcome);
        }
    });
    view! {
        <Restored form=form />
        <Filling form=form forges=forges />
    }
    .into_any()
}

/// Has a form restore its draft, ask while somebody types, and look out for other tabs. Gives
/// the forges that the page may ask.
fn live(form: Form) -> RwSignal<Forges> {
    let forges = RwSignal::new(Forges::default());
    on_cleanup(move || form.catch_up());
    Effect::new(move |_| {
        form.restore();
        events::warn_before_leaving(move || {
            form.catch_up();
            form.would_be_lost()
        });
        events::on_window("storage", move |_| form.look_elsewhere());
        // The last word before the page is closed.
        events::on_window("visibilitychange", move |_| form.catch_up());
        asking::ask_while_typing(form, forges);
        leptos::task::spawn_local(async move {
            // Without the server the usual forges are asked; it says so when it is needed.
            if let Ok(facts) = program_api::facts().await {
                forges.try_set(Forges(facts.forges));
            }
        });
    });
    forges
}

/// The form while it is filled in.
#[component]
fn Filling(form: Form, forges: RwSignal<Forges>) -> impl IntoView {
    let asks = move |section| form.purpose.with_value(|purpose| purpose.asks(section));
    view! {
        <div class="apply">
            <sections::Steps form=form />
            <form novalidate on:submit=move |event| {
                event.prevent_default();
                form.send();
            }>
                <sending::Summary form=form />
                {asks(Section::Namespace)
                    .then(|| {
                        view! {
                            <Part section=Section::Namespace>
                                <namespace::NamespaceFields form=form />
                            </Part>
                        }
                    })}
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
                {asks(Section::Contact)
                    .then(|| {
                        view! {
                            <Part section=Section::Contact>
                                <sections::ContactFields form=form />
                            </Part>
                        }
                    })}
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

/// That a draft was restored, and the way to be rid of it; and what another tab did with it.
#[component]
fn Restored(form: Form) -> impl IntoView {
    let restored = move || {
        form.restored.get().map(|draft| {
            let when = words::moment(draft.changed_at, clock::now());
            let is_older = form.purpose.with_value(Purpose::version) != draft.version;
            let sent = if is_older {
                "The application changed since it was written: look through it before you send it."
            } else if draft.key.is_some() {
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
    };
    let elsewhere = move || {
        form.elsewhere.get().map(|elsewhere| {
            let (words, other) = match elsewhere {
                Elsewhere::Changed(draft) => (
                    "Another tab of this browser changed this draft. What you typed here is still here.",
                    Some(draft),
                ),
                Elsewhere::Gone => (
                    "Another tab of this browser sent or deleted this draft. What you typed here is still here.",
                    None,
                ),
            };
            view! {
                <div class="notice person" role="alert">
                    <Icon of=IconName::Alert />
                    <span>{words}</span>
                    {other
                        .map(|draft| {
                            view! {
                                <button
                                    type="button"
                                    class="btn small"
                                    on:click=move |_| form.take((*draft).clone())
                                >
                                    "Take the other"
                                </button>
                            }
                        })}
                    <button type="button" class="btn small" on:click=move |_| form.stay()>
                        "Keep this one"
                    </button>
                </div>
            }
        })
    };
    view! { {restored} {elsewhere} }
}
