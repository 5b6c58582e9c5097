//! The membership of a namespace, for its maintainers: the year, the notices and whether they
//! arrived, renewing it, what is written and decided, and who maintains it.

mod leaving;
mod logo;
mod notices;
mod people;
mod profile;
mod pulls;
mod renewal;
mod repositories;
mod written;

use crate::{
    api::{ApiError, membership as membership_api},
    components::{
        field_error::FieldError,
        loaded::{Loaded, LoadedPage},
        skeleton,
        words::Local,
    },
    routes::{Route, application_path, namespace_path},
};
use ::api::{membership::Membership, paths};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use program::{membership::Phase, roles::Role, wording::Wording};

/// The page’s state; copy it freely.
#[derive(Clone, Copy)]
struct Page {
    shown: RwSignal<Loaded<Membership>>,
    namespace: StoredValue<String>,
    /// Why the last thing that was tried came to nothing.
    error: RwSignal<Option<String>>,
}

impl Page {
    fn load(self) {
        leptos::task::spawn_local(async move {
            let name = self.namespace.get_value();
            self.shown.try_set(membership_api::read(&name).await.into());
        });
    }

    /// Shows what came of something that was done; when it was refused, what was there stays.
    fn after(self, answer: Result<Membership, ApiError>) -> bool {
        match answer {
            Ok(membership) => {
                self.error.try_set(None);
                self.shown.try_set(Loaded::There(Box::new(membership)));
                true
            }
            Err(refused) => {
                self.error.try_set(Some(refused.to_string()));
                false
            }
        }
    }
}

/// The page.
#[component]
pub fn MembershipPage() -> impl IntoView {
    let path = use_location().pathname;
    let page = Page {
        shown: RwSignal::new(Loaded::Awaited),
        namespace: StoredValue::new(String::new()),
        error: RwSignal::new(None),
    };
    Effect::new(move |_| {
        let path = path.get();
        if let Some(name) = Route::Membership.part_below(&path) {
            page.namespace.set_value(name.to_owned());
            page.load();
        }
    });
    let again = Callback::new(move |()| page.load());
    provide_context(page);
    view! {
        <LoadedPage
            what=page.shown
            heading="Membership"
            failed="There is nothing here for you"
            again=again
            shown=|membership| view! { <Everything membership=membership /> }.into_any()
        />
    }
}

#[component]
fn Everything(membership: Membership) -> impl IntoView {
    let page = expect_context::<Page>();
    let is_owner = membership.role == Some(Role::Owner);
    let is_ended = membership.term.ended.is_some();
    let can_renew =
        is_owner && !is_ended && membership.phase != Phase::Active && membership.waiting.is_none();
    let is_staff = membership.role.is_none();
    let can_end = (is_owner || is_staff) && membership.phase.has_perks();
    let namespace = membership.namespace.clone();
    let waiting = membership.waiting.clone().map(|renewal| {
        view! {
            <div class="notice">
                <span>
                    "Your renewal " {renewal.number} " is with a person; the answer is due by "
                    {Local.day(renewal.target)} ". "
                    <a href=application_path(&renewal.id, "") rel="external">"See where it is"</a>
                </span>
            </div>
        }
    });
    view! {
        <div class="page-head">
            <nav class="crumbs" aria-label="Where you are">
                <a href=Route::Account.path()>"Your account"</a>
                <span aria-hidden="true">"/"</span>
                <span>{membership.namespace.clone()}</span>
            </nav>
            <h1 tabindex="-1">{heading(&membership)}</h1>
            <p class="lead">{sentence(&membership)}</p>
            <div class="actions">
                <a class="btn small" href=namespace_path(&membership.namespace) rel="external">
                    "The page of the namespace"
                </a>
                <a
                    class="btn small"
                    href=paths::calendar(&membership.namespace)
                    download=format!("{}.ics", membership.namespace)
                >
                    "Dates for your calendar"
                </a>
            </div>
            {waiting}
            <FieldError message=page.error />
        </div>
        <div class="parts sides">
            {can_renew.then(|| view! { <renewal::RenewalPart page=page phase=membership.phase /> })}
            <notices::Notices notices=membership.notices.clone() today=membership.today />
            <WrittenParts namespace=namespace.clone() />
            <pulls::PullsPart namespace=namespace />
            <people::People page=page membership=membership />
            {can_end.then(|| view! { <leaving::Leaving page=page is_staff=is_staff /> })}
        </div>
    }
    .into_any()
}

/// Lines that stand for what is written while it is being read.
const WRITTEN_LINES: usize = 12;

/// What maintainers write, which is read by itself.
#[component]
fn WrittenParts(namespace: String) -> impl IntoView {
    let written = written::Written::of(namespace);
    // What is typed outlives an answer that changes only what else is there.
    let is_there = Memo::new(move |_| {
        written.state.with(|state| match state {
            Loaded::Awaited => None,
            Loaded::There(_) => Some(true),
            Loaded::Failed(_) => Some(false),
        })
    });
    let version = Memo::new(move |_| {
        written.state.with(|state| match state {
            Loaded::There(state) => state.repositories.clone(),
            _ => Vec::new(),
        })
    });
    move || match is_there.get() {
        None => skeleton::lines(WRITTEN_LINES).into_any(),
        Some(false) => {
            let error = move || {
                written.state.with(|state| match state {
                    Loaded::Failed(error) => Some(error.to_string()),
                    _ => None,
                })
            };
            view! {
                <section>
                    <h2>"Profile"</h2>
                    <p role="alert">{error}</p>
                    <div class="actions">
                        <button type="button" class="btn" on:click=move |_| written.read()>
                            "Try again"
                        </button>
                    </div>
                </section>
            }
            .into_any()
        }
        Some(true) => {
            let Loaded::There(state) = written.state.get_untracked() else {
                return ().into_any();
            };
            let logo = state.logo.clone();
            view! {
                <profile::ProfilePart written=written state=*state />
                <logo::LogoPart written=written version=logo />
                {move || {
                    version.track();
                    match written.state.get_untracked() {
                        Loaded::There(state) => {
                            Some(view! { <repositories::Repositories written=written state=*state /> })
                        }
                        _ => None,
                    }
                }}
            }
            .into_any()
        }
    }
}

fn heading(membership: &Membership) -> String {
    let name = &membership.namespace;
    match membership.phase {
        Phase::Active | Phase::Renewal => format!(
            "{name} is in the program until {}",
            Local.day(membership.term.until)
        ),
        Phase::Grace { until } => {
            format!(
                "{name}: the year is over, everything stays until {}",
                Local.day(until)
            )
        }
        Phase::Lapsed { since } => {
            format!("{name} is not in the program since {}", Local.day(since))
        }
    }
}

fn sentence(membership: &Membership) -> String {
    let term = membership.term;
    let days = (term.until - membership.today).num_days();
    match membership.phase {
        Phase::Active => format!(
            "{days} days are left. It can be renewed from {} on.",
            Local.day(term.renewable_from())
        ),
        Phase::Renewal => match days {
            0 => "This is the last day of the year. After it everything stays for 14 more days."
                .to_owned(),
            days => format!("{days} days are left. After them everything stays for 14 more."),
        },
        Phase::Grace { until } => format!(
            "Badge and unlimited pulls end after {}, unless an owner renews.",
            Local.day(until)
        ),
        Phase::Lapsed { .. } if term.ended.is_some() => {
            let why = match &membership.ended_because {
                Some(reason) => {
                    let reason = reason.trim_end_matches('.');
                    format!(". The reason that was given: “{reason}.”")
                }
                None => "; the owners were told why.".to_owned(),
            };
            format!("It was ended before its time{why} Apply anew when what led to that is mended.")
        }
        Phase::Lapsed { .. } => {
            "Badge and unlimited pulls have ended. It can be taken in again at any time.".to_owned()
        }
    }
}
