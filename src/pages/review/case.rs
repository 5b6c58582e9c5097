//! One application: who asks, what was found, and the decision.

use super::{
    Review,
    decide::DecideBar,
    marks::MarkOne,
    proof::ControlPart,
    queue::QueueList,
    record::Record,
    work::{self, Work},
};
use crate::{
    api::review,
    components::{
        announcer::use_announcer,
        field_error::FieldError,
        words::{self, Local},
    },
    platform::{clock, focus},
    routes::Route,
};
use ::api::review::{Case, Note, Queue};
use chrono::NaiveDate;
use leptos::prelude::*;
use program::{
    answers::{Answers, Field, Holder, Presence},
    commercial::MoneyTopic,
    life_cycle::Stage,
    wording::Wording,
};

/// The id of the field for a note.
const NOTE_ID: &str = "note";

/// The id of the button that reads the evidence.
const CHECK_ID: &str = "check";

/// The page of one application.
#[component]
pub fn CasePage(page: Review, case: Case, queue: Queue) -> impl IntoView {
    let application = case.application.clone();
    let id = StoredValue::new(application.id.clone());
    let place = queue
        .waiting
        .iter()
        .position(|one| one.id == application.id)
        .map(|at| format!("{} of {} waiting", at + 1, queue.waiting_count));
    let can_mark = application.stage == Stage::InReview;
    let work = page.work_on(&case);
    let begin = move |_| {
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            match review::begin(&id).await {
                Ok(case) => {
                    page.show(case).await;
                }
                // Somebody was quicker: show what is there now.
                Err(_) if page.is_of(Some(&id)) => page.load(),
                Err(_) => {}
            }
        });
    };
    let not_checked = RwSignal::new(None::<String>);
    let check = move |_| {
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            match review::check(&id).await {
                Ok(case) => {
                    if page.show(case).await {
                        clock::next_frame(|| focus::calmly(CHECK_ID));
                    }
                }
                Err(refused) => {
                    not_checked.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let sources: Vec<_> = application
        .answers
        .addresses()
        .into_iter()
        .map(|address| {
            view! {
                <span>
                    <a href=address.to_string() rel="noreferrer external">{address.short()}</a>
                </span>
            }
        })
        .collect();
    let marks: Vec<_> = application
        .findings
        .iter()
        .cloned()
        .map(|finding| {
            let made = application.opinions.get(&finding.criterion).cloned();
            view! { <MarkOne finding=finding opinions=work.opinions made=made can_mark=can_mark /> }
        })
        .collect();
    let stage = match application.stage {
        Stage::Received => "waits to be read",
        Stage::InReview => "being read",
        Stage::ChangesAsked { .. } => "waits for the applicant",
        Stage::Approved => "approved",
        Stage::Declined => "declined",
        Stage::Withdrawn => "withdrawn",
    };
    view! {
        <div class="page-head">
            <nav class="crumbs" aria-label="Where you are">
                <a href=Route::Review.path()>"Review"</a>
                <span aria-hidden="true">"/"</span>
                <span>{application.number.clone()}</span>
            </nav>
            <div class="rv-top">
                <h1 tabindex="-1">{application.answers.namespace.clone()}</h1>
                <span class="soft">
                    {stage} {application.renews.then_some(", a renewal")}
                </span>
                <div class="end">{place.map(|place| view! { <span>{place}</span> })}</div>
            </div>
            <p class="meta">
                {application
                    .stage
                    .is_waiting_for_staff()
                    .then(|| {
                        view! { <span>"To be decided by " {Local.day(application.target)}</span> }
                    })}
                <span>{application.answers.name.clone()} ", " {application.answers.mail.clone()}</span>
                {sources}
            </p>
        </div>
        <div class="rv case">
            <QueueList queue=queue current=application.id.clone() />
            <div class="case-main">
                {(application.stage == Stage::Received)
                    .then(|| {
                        view! {
                            <div class="notice">
                                <span>"Nobody reads it yet. The applicant sees when you begin."</span>
                                <button type="button" class="btn primary" on:click=begin>
                                    "Begin to read"
                                </button>
                            </div>
                        }
                    })}
                {marks}
                <ControlPart page=page case=case.clone() work=work />
                <Said answers=application.answers.clone() />
                <p class="anew">
                    <button type="button" class="btn small" id=CHECK_ID on:click=check>
                        "Read the evidence anew"
                    </button>
                </p>
                <FieldError message=not_checked />
                {can_mark.then(|| view! { <DecideBar page=page case=case.clone() work=work /> })}
                <FieldError message=work.refused />
            </div>
            <div>
                <Notes page=page id=application.id.clone() notes=case.notes.clone() work=work />
                <Record events=application.history.clone() />
                <Related case=case.clone() />
            </div>
        </div>
    }
    .into_any()
}

/// What the applicant answered in words and choices.
#[component]
fn Said(answers: Answers) -> impl IntoView {
    let yes_or_no = |answer: Option<bool>| match answer {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "No answer",
    };
    let presence = match answers.presence {
        Some(Presence::Exists) => "Yes",
        Some(Presence::ToBeCreated) => "No, to be created on acceptance",
        None => "No answer",
    };
    let holder = match answers.holder {
        Some(Holder::Organization) => "An organization’s",
        Some(Holder::Person) => "A person’s",
        None => "No answer",
    };
    let one = |field: Field, answer: &'static str| {
        view! {
            <dt>{field.label()}</dt>
            <dd>{answer}</dd>
        }
    };
    let day = |field: Field, day: Option<NaiveDate>| {
        day.map(|day| {
            view! {
                <dt>{field.label()}</dt>
                <dd class="num">{Local.day(day)}</dd>
            }
        })
    };
    let money: Vec<_> = MoneyTopic::ALL
        .into_iter()
        .map(|topic| {
            one(
                Field::Money(topic),
                yes_or_no(answers.money.get(&topic).copied()),
            )
        })
        .collect();
    view! {
        <section class="said-part" aria-labelledby="answers-heading">
            <h2 id="answers-heading">"What they said"</h2>
            <dl class="answers">
                {one(Field::Presence, presence)}
                {one(Field::Holder, holder)}
                {one(Field::PaidPlan, yes_or_no(answers.paid_plan))}
                {day(Field::ImagePushed, answers.image_pushed)}
                {day(Field::DependenciesUpdated, answers.dependencies_updated)}
                <dt>"License"</dt>
                <dd>
                    <code>{answers.license.clone()}</code>
                </dd>
                {money}
                {said("About the money", answers.money_remark)}
                {said("Anything else", answers.remark)}
                {said("Contributing guide", answers.contributing)}
                {said("Website", answers.website)}
            </dl>
        </section>
    }
    .into_any()
}

fn said(label: &'static str, text: String) -> Option<impl IntoView> {
    (!text.trim().is_empty()).then(|| {
        view! {
            <dt>{label}</dt>
            <dd class="words">{text}</dd>
        }
    })
}

/// Other applications that have to do with this one.
#[component]
fn Related(case: Case) -> impl IntoView {
    let items: Vec<_> = case
        .related
        .into_iter()
        .map(|one| {
            view! {
                <li>
                    <a href=format!("{}/{}", Route::Review.path(), one.id)>{one.namespace}</a>
                    <small class="num">{one.number}</small>
                </li>
            }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <aside class="side" aria-labelledby="related-heading">
                <h2 id="related-heading">"Same namespace, repository or address"</h2>
                <ul class="queue">{items}</ul>
            </aside>
        }
    })
}

/// What reviewers note for each other.
#[component]
fn Notes(page: Review, id: String, notes: Vec<Note>, work: Work) -> impl IntoView {
    let announcer = use_announcer();
    let typed = work.note;
    let error = RwSignal::new(None::<String>);
    let is_sending = RwSignal::new(false);
    let id = StoredValue::new(id);
    let now = clock::now();
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // Nothing tells two notes of the same words apart.
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        let text = typed.get_untracked();
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            match review::note(&id, text.clone()).await {
                Ok(case) => {
                    announcer.say("The note is kept.");
                    work::empty(typed, &text);
                    if page.show(case).await {
                        clock::next_frame(|| focus::calmly(NOTE_ID));
                    }
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
            is_sending.try_set(false);
        });
    };
    let items: Vec<_> = notes
        .into_iter()
        .map(|note| {
            view! {
                <p class="t13 soft words">
                    {words::moment(note.at, now)} ", " {note.by} ": " {note.text}
                </p>
            }
        })
        .collect();
    view! {
        <aside class="side" aria-labelledby="notes-heading">
            <h2 id="notes-heading">"Notes, for reviewers only"</h2>
            {items}
            <form class="field" on:submit=add>
                <label class="sr" for=NOTE_ID>
                    "Add a note"
                </label>
                <textarea
                    class="input area"
                    id=NOTE_ID
                    rows="2"
                    placeholder="Add a note"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                ></textarea>
                <FieldError message=error />
                <div class="actions">
                    <button
                        type="submit"
                        class="btn small"
                        aria-busy=move || is_sending.get().then_some("true")
                    >
                        "Keep the note"
                    </button>
                </div>
            </form>
        </aside>
    }
    .into_any()
}
