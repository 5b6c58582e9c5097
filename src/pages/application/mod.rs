//! The status of an application, for whoever has its link: where it is, what was found
//! and said, what has happened, and what can be done.

mod amend;
mod criteria;
mod history;
mod proof;

use crate::{
    api::{ApiError, applications},
    components::{
        announcer::use_announcer,
        field_error::FieldError,
        loaded::{Awaited, Loaded},
        words::Local,
    },
    pages::stage_words,
    platform::{clock, focus},
    routes::{Route, namespace_path},
};
use ::api::application::{Application, EventKind};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use program::{life_cycle::Stage, wording::Wording};

/// The application and the way to it; copy it freely.
#[derive(Clone, Copy)]
struct Opened {
    shown: RwSignal<Loaded<Application>>,
    id: StoredValue<String>,
    key: StoredValue<String>,
}

impl Opened {
    fn load(self) {
        self.shown.set(Loaded::Awaited);
        let (id, key) = (self.id.get_value(), self.key.get_value());
        leptos::task::spawn_local(async move {
            let read = applications::read(&id, &key).await;
            // The address may be another's by now.
            let is_of =
                |kept: StoredValue<String>, asked| kept.try_get_value().as_ref() == Some(asked);
            if is_of(self.id, &id) && is_of(self.key, &key) {
                self.shown.try_set(read.into());
            }
        });
    }

    /// Shows the application as it is after something was done; the heading, which says
    /// where it is now, has the focus.
    fn show(self, application: Box<Application>) {
        self.shown.try_set(Loaded::There(application));
        clock::next_frame(focus::heading);
    }
}

/// The page.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    // Not the window's own: the router writes that one last.
    let address = use_location();
    let opened = Opened {
        shown: RwSignal::new(Loaded::Awaited),
        id: StoredValue::new(String::new()),
        key: StoredValue::new(String::new()),
    };
    Effect::new(move |_| {
        let path = address.pathname.get();
        let key = address.hash.get();
        let Some(id) = Route::Application.part_below(&path) else {
            return;
        };
        opened.id.set_value(id.to_owned());
        opened.key.set_value(key.trim_start_matches('#').to_owned());
        opened.load();
    });
    view! {
        <div class="wrap">
            {move || match opened.shown.get() {
                Loaded::Awaited => view! { <Awaited heading="Your application" /> }.into_any(),
                Loaded::Failed(error) => view! { <NotShown opened=opened error=error /> }.into_any(),
                Loaded::There(application) => {
                    view! { <Status opened=opened application=*application /> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// Why there is nothing to see, and what to try.
#[component]
fn NotShown(opened: Opened, error: ApiError) -> impl IntoView {
    let (heading, words) = match &error {
        ApiError::Refused(problem) if problem.status == 404 => (
            "This link opens nothing",
            "It may not be whole: the part behind the # belongs to it. Copy all of it from the mail, or from where you kept it. If it is lost, sign in with the address that you applied from.".to_owned(),
        ),
        error if error.is_away() => (
            "This page needs the server, and it does not answer",
            "The program page and your own export files work without it. The address stays as it is, so you can reload later.".to_owned(),
        ),
        error => ("The application cannot be shown", error.to_string()),
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead" role="alert">{words}</p>
        </div>
        <div class="actions">
            <button type="button" class="btn primary" on:click=move |_| opened.load()>
                "Try again"
            </button>
            {error
                .is_away()
                .then(|| {
                    view! {
                        <a class="btn" href=Route::Insights.path()>
                            "Open an export file"
                        </a>
                    }
                })}
            {(!error.is_away())
                .then(|| {
                    view! {
                        <a class="btn" href=Route::SignIn.path()>
                            "Sign in"
                        </a>
                    }
                })}
        </div>
    }
}

/// Everything about the application.
#[component]
fn Status(opened: Opened, application: Application) -> impl IntoView {
    let heading = format!(
        "{}: {}",
        application.answers.namespace,
        stage_words(application.stage)
    );
    let sentence = stage_sentence(&application);
    let can_act = !application.stage.is_final();
    let findings = application.findings.clone();
    let is_decided = matches!(application.stage, Stage::Approved | Stage::Declined);
    let to_page = (application.stage == Stage::Approved).then(|| {
        let name = application.answers.namespace.trim().to_owned();
        view! {
            <p class="actions">
                <a class="btn primary" href=namespace_path(&name)>
                    "The page of "
                    {name.clone()}
                </a>
                <a class="btn" href=Route::Account.path()>
                    "Your account"
                </a>
            </p>
        }
    });
    let opinions = application.opinions.clone();
    let history = application.history.clone();
    let control = application.control.clone();
    let is_asked = matches!(application.stage, Stage::ChangesAsked { .. });
    let asks = application.clone();
    // What is asked comes first; what may be said otherwise comes last.
    let amend = move || view! { <amend::Amend opened=opened application=asks.clone() /> };
    let checked_at = application.checked_at;
    view! {
        <div class="page-head">
            <p class="crumb">"Application " {application.number.clone()}</p>
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead">{sentence}</p>
            {to_page}
        </div>
        {is_asked.then(&amend)}
        <div class="status-cols">
            <div>
                {(can_act && control.proven_at.is_none())
                    .then(|| view! { <proof::Proof opened=opened token=control.token.clone() /> })}
                <criteria::Criteria
                    findings=findings
                    opinions=opinions
                    checked_at=checked_at
                    is_decided=is_decided
                />
            </div>
            <div>
                <history::History events=history stage=application.stage target=application.target />
                <Said application=application />
                {can_act.then(|| view! { <Withdraw opened=opened /> })}
            </div>
        </div>
        {(!is_asked && can_act).then(amend)}
        <p class="t13 dim">"Whoever has this link can read and change this. Lost, you find it again by signing in with the address that you applied from."</p>
    }
    .into_any()
}

/// What was said, in short.
#[component]
fn Said(application: Application) -> impl IntoView {
    let answers = application.answers;
    let sources: Vec<_> = answers
        .addresses()
        .into_iter()
        .map(|address| view! { <dd><code>{address.short()}</code></dd> })
        .collect();
    view! {
        <section aria-labelledby="said-heading">
            <h2 id="said-heading">"The application"</h2>
            <dl class="said">
                <dt>"Namespace"</dt>
                <dd><code>{answers.namespace}</code></dd>
                <dt>"Source"</dt>
                {sources}
                <dt>"License"</dt>
                <dd><code>{answers.license}</code></dd>
                <dt>"Contact"</dt>
                <dd>{answers.name} ", " {answers.mail}</dd>
            </dl>
        </section>
    }
}

/// Taking it back, asked for twice.
#[component]
fn Withdraw(opened: Opened) -> impl IntoView {
    let announcer = use_announcer();
    let is_asked = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let withdraw = move |_| {
        let (id, key) = (opened.id.get_value(), opened.key.get_value());
        leptos::task::spawn_local(async move {
            match applications::withdraw(&id, &key).await {
                Ok(application) => {
                    announcer.say("The application is withdrawn.");
                    opened.show(Box::new(application));
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    view! {
        <div class="actions" role="group" aria-label="Withdraw">
            {move || {
                if is_asked.get() {
                    view! {
                        <span class="t14">"Take the application back? It cannot be sent again as it is."</span>
                        <button type="button" class="btn danger" on:click=withdraw>
                            "Withdraw it"
                        </button>
                        <button type="button" class="btn" on:click=move |_| is_asked.set(false)>
                            "Keep it"
                        </button>
                    }
                        .into_any()
                } else {
                    view! {
                        <button type="button" class="btn" on:click=move |_| is_asked.set(true)>
                            "Withdraw"
                        </button>
                    }
                        .into_any()
                }
            }}
        </div>
        <FieldError message=error />
    }
}

fn stage_sentence(application: &Application) -> String {
    let target = Local.day(application.target);
    match application.stage {
        Stage::Received => format!("It waits to be read. The answer is due by {target}."),
        Stage::InReview => format!("Somebody reads it. The answer is due by {target}."),
        Stage::ChangesAsked { until } => {
            format!("Something is needed from you by {}.", Local.day(until))
        }
        // Where it is now, a year later, its page knows.
        Stage::Approved => match happened(application, EventKind::Ended) {
            Some(day) => {
                format!("The project was in the program; the membership was ended on {day}.")
            }
            None => match happened(application, EventKind::Approved) {
                Some(day) => format!("The project was taken into the program on {day}."),
                None => "The project was taken into the program.".to_owned(),
            },
        },
        Stage::Declined => "The reasons stand at each criterion that is not met.".to_owned(),
        Stage::Withdrawn => "You took it back. Nothing more happens to it.".to_owned(),
    }
}

/// The day on which something last happened.
fn happened(application: &Application, kind: EventKind) -> Option<String> {
    let mut events = application.history.iter().rev();
    let event = events.find(|event| event.kind == kind)?;
    Some(Local.day(event.at.date_naive()))
}
