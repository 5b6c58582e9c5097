//! The registries that report pulls, for the people who run the program: when each last did, how
//! much, what was set aside of it, what waits to be counted, and adding one.

mod adding;
mod intake;
mod may;
mod once;
mod rate;
mod row;
mod set_aside;
mod table;
mod typed;
mod words;

use crate::{
    api::{ApiError, registries as registries_api},
    components::{
        announcer::{Announce, use_announcer},
        loaded::Awaited,
        not_shown::NotShown,
    },
    platform::{clock, dom, events, focus},
    routes::Route,
};
use ::api::registries::{Registries, Registry, Snippet};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// How often the figures are read while somebody looks at them.
const READ_EVERY_MS: u32 = 30_000;

/// The id of the heading above the registries.
const HEADING_ID: &str = "reporting-heading";

/// What goes into a registry, as long as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    /// The registry’s name.
    name: String,
    /// Its configuration, with the token in it.
    snippet: Snippet,
}

/// The page’s state; copy it freely.
#[derive(Clone, Copy)]
struct Page {
    /// What was read last; nothing before the first answer.
    figures: RwSignal<Option<Registries>>,
    /// Why it could not be read, if it could not.
    failed: RwSignal<Option<ApiError>>,
    /// When it was read last.
    read_at: RwSignal<DateTime<Utc>>,
    /// The reader’s clock when the figures were last asked for: what “ago” counts from.
    now: RwSignal<DateTime<Utc>>,
    /// What is shown this once.
    made: RwSignal<Vec<Made>>,
    /// How often the figures were asked for: only the last answer counts.
    asked: StoredValue<u32>,
    announcer: Announce,
}

impl Page {
    fn new() -> Self {
        let now = clock::now();
        Self {
            figures: RwSignal::new(None),
            failed: RwSignal::new(None),
            read_at: RwSignal::new(now),
            now: RwSignal::new(now),
            made: RwSignal::new(Vec::new()),
            asked: StoredValue::new(0),
            announcer: use_announcer(),
        }
    }

    /// Reads the figures. What is shown stays until they are there, and when they do not come.
    fn load(self) {
        self.asked.update_value(|asked| *asked += 1);
        let asked = self.asked.get_value();
        leptos::task::spawn_local(async move {
            let answer = registries_api::registries().await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            self.now.try_set(clock::now());
            match answer {
                Ok(figures) => {
                    self.read_at.try_set(clock::now());
                    self.failed.try_set(None);
                    self.figures.try_set(Some(figures));
                }
                Err(error) => {
                    self.failed.try_set(Some(error));
                }
            }
        });
    }

    /// Reads the figures again and again, while somebody looks; and when somebody looks again.
    fn keep_reading(self) {
        clock::every(READ_EVERY_MS, move || {
            if dom::is_visible() {
                self.load();
            }
        });
        events::on_window("visibilitychange", move |_| {
            let age = clock::now() - self.read_at.get_untracked();
            if dom::is_visible() && age.num_milliseconds() >= i64::from(READ_EVERY_MS) {
                self.load();
            }
        });
    }

    /// What is known of a registry.
    fn registry(self, id: i64) -> Option<Registry> {
        self.figures.with(|figures| {
            let all = &figures.as_ref()?.registries;
            all.iter().find(|registry| registry.id == id).cloned()
        })
    }

    /// Shows what goes into a registry, in the place of what was shown for it before, and leads
    /// there.
    fn show_once(self, name: String, snippet: Snippet) {
        let id = snippet.id;
        self.made.try_update(|made| {
            made.retain(|one| one.snippet.id != id);
            made.push(Made { name, snippet });
        });
        clock::next_frame(move || {
            focus::by_id(&once::made_id(id));
        });
        self.load();
    }

    /// A registry may report other namespaces: shows so at once.
    fn may_report(self, id: i64, namespaces: Vec<String>) {
        self.figures.try_update(|figures| {
            let all = figures
                .iter_mut()
                .flat_map(|figures| &mut figures.registries);
            for registry in all.filter(|registry| registry.id == id) {
                registry.namespaces.clone_from(&namespaces);
            }
        });
        self.load();
    }

    /// A registry reports no longer: shows so at once.
    fn forget(self, id: i64) {
        self.made
            .try_update(|made| made.retain(|one| one.snippet.id != id));
        self.figures.try_update(|figures| {
            if let Some(figures) = figures {
                figures.registries.retain(|registry| registry.id != id);
            }
        });
        clock::next_frame(|| {
            focus::by_id(HEADING_ID);
        });
        self.load();
    }
}

/// The page.
#[component]
pub fn RegistriesPage() -> impl IntoView {
    let page = Page::new();
    Effect::new(move |_| {
        page.load();
        page.keep_reading();
    });
    let again = Callback::new(move |()| {
        page.failed.set(None);
        page.load();
    });
    // Later answers change figures and nothing else: what is open stays open, and the focus where
    // it is.
    let is_there = Memo::new(move |_| page.figures.with(Option::is_some));
    view! {
        <div class="wrap wide">
            {move || {
                if is_there.get() {
                    return view! { <Everything page=page /> }.into_any();
                }
                match page.failed.get() {
                    None => {
                        view! { <Awaited heading=const { Route::Registries.subject() } /> }.into_any()
                    }
                    Some(error) => {
                        view! {
                            <NotShown
                                error=error
                                heading="This cannot be shown"
                                stranger="Sign in to see the registries"
                                again=again
                            />
                        }
                            .into_any()
                    }
                }
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Everything(page: Page) -> impl IntoView {
    view! {
        <div class="page-head">
            <nav class="crumbs" aria-label="Where you are">
                <a href=Route::Review.path()>{const { Route::Review.label() }}</a>
                <span aria-hidden="true">"/"</span>
                <span>{const { Route::Registries.label() }}</span>
            </nav>
            <h1 tabindex="-1">{const { Route::Registries.subject() }}</h1>
            <p class="lead">
                "What registries report is counted within minutes, and shown to the maintainers of the namespaces that they may report."
            </p>
            <intake::Intake page=page />
        </div>
        <div class="parts">
            <once::ShownOnce page=page />
            <table::Reporting page=page />
            <adding::Adding page=page />
        </div>
    }
    .into_any()
}
