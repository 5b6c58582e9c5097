//! For the people who run the program: what waits, and one application beside its
//! findings, with marks, reasons and the decision.

mod case;
mod decide;
mod mails;
mod marks;
mod people;
mod proof;
mod queue;
mod record;
mod work;

use crate::{
    api::{ApiError, review},
    components::{loaded::Awaited, not_shown::NotShown},
    platform::events,
    routes::Route,
};
use ::api::review::{Case, Queue};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::collections::HashMap;
use work::Work;

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Loading,
    Queue(Queue),
    Case(Box<Case>, Queue),
    Failed(ApiError),
}

/// The page’s state; copy it freely.
#[derive(Clone, Copy)]
struct Review {
    shown: RwSignal<Shown>,
    id: RwSignal<Option<String>>,
    /// How often something was asked for, or came to be shown.
    asked: StoredValue<u32>,
    /// Which of these is shown: what is from before that counts no more.
    shown_at: StoredValue<u32>,
    /// The work on each application that was looked at, by its id.
    works: StoredValue<HashMap<String, Work>>,
    /// The page, which such work lives as long as.
    owner: StoredValue<Owner>,
}

impl Review {
    /// The work on an application, with what the server has of it by now.
    fn work_on(self, case: &Case) -> Work {
        let id = &case.application.id;
        if let Some(work) = self.works.with_value(|works| works.get(id).copied()) {
            work.take(case);
            return work;
        }
        let work = self
            .owner
            .with_value(|owner| owner.with(|| Work::new(case)));
        self.works.update_value(|works| {
            works.insert(id.clone(), work);
        });
        work
    }

    /// An act was refused: says why. If the application is another by now, shows what it is,
    /// and keeps what was typed.
    async fn refuse(self, id: &str, work: Work, refused: ApiError) {
        work.refused.try_set(Some(refused.to_string()));
        if refused.is_conflict()
            && let Ok(case) = review::case(id).await
        {
            self.show(case).await;
        }
    }

    fn load(self) {
        let id = self.id.get_untracked();
        let at = self.next();
        self.shown.set(Shown::Loading);
        self.shown_at.set_value(at);
        leptos::task::spawn_local(async move {
            let read = read(id.as_deref()).await.unwrap_or_else(Shown::Failed);
            self.put(at, id.as_deref(), read);
        });
    }

    /// The number of what is asked for, or comes, now. Where the page is gone, none is shown any more.
    fn next(self) -> u32 {
        let next = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        next.unwrap_or_default()
    }

    /// Shows something of an application, or of none, unless the page is another’s by now or shows
    /// something later; whether it did.
    fn put(self, at: u32, id: Option<&str>, shown: Shown) -> bool {
        let is_late = self.shown_at.try_get_value().is_none_or(|shown| shown > at);
        if is_late || !self.is_of(id) {
            return false;
        }
        self.shown_at.try_set_value(at);
        self.shown.try_set(shown).is_none()
    }

    /// The queue that is shown.
    fn queue(self) -> Option<Queue> {
        self.shown.try_with_untracked(|shown| match shown {
            Shown::Case(_, queue) | Shown::Queue(queue) => Some(queue.clone()),
            Shown::Loading | Shown::Failed(_) => None,
        })?
    }

    /// Whether the page is of an application, or of none: it may be another’s once an answer comes.
    fn is_of(self, id: Option<&str>) -> bool {
        let is_of = self.id.try_with_untracked(|now| now.as_deref() == id);
        is_of.unwrap_or(false)
    }

    /// Shows an application as it has come just now, beside the queue as it is now; if that cannot be
    /// read, as it was. Of one that the page is not of any more, or shows something later of, it shows
    /// nothing, and says so.
    async fn show(self, case: Case) -> bool {
        let at = self.next();
        let id = case.application.id.clone();
        let queue = review::queue(None).await.ok();
        let queue = queue.or_else(|| self.queue());
        queue.is_some_and(|queue| self.put(at, Some(&id), Shown::Case(Box::new(case), queue)))
    }
}

async fn read(id: Option<&str>) -> Result<Shown, ApiError> {
    let queue = review::queue(None).await?;
    Ok(match id {
        None => Shown::Queue(queue),
        Some(id) => Shown::Case(Box::new(review::case(id).await?), queue),
    })
}

/// The page.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let path = use_location().pathname;
    let page = Review {
        shown: RwSignal::new(Shown::Loading),
        id: RwSignal::new(None),
        asked: StoredValue::new(0),
        shown_at: StoredValue::new(0),
        works: StoredValue::new(HashMap::new()),
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
    };
    Effect::new(move |_| {
        events::warn_before_leaving(move || {
            page.works
                .try_with_value(|works| works.values().any(|work| work.is_unkept()))
                .unwrap_or_default()
        });
    });
    Effect::new(move |_| {
        let path = path.get();
        if Route::of_path(&path) == Route::Review {
            page.id
                .set(Route::Review.part_below(&path).map(str::to_owned));
            page.load();
        }
    });
    let again = Callback::new(move |()| page.load());
    view! {
        <div class="wrap wide">
            {move || match page.shown.get() {
                Shown::Loading => view! { <Awaited heading="Review" /> }.into_any(),
                Shown::Failed(error) => {
                    view! {
                        <NotShown
                            error=error
                            heading="This cannot be shown"
                            stranger="Sign in to review"
                            again=again
                        />
                    }
                        .into_any()
                }
                Shown::Queue(queue) => {
                    view! {
                        <div class="page-head">
                            <h1 tabindex="-1">"Review"</h1>
                        </div>
                        <div class="rv">
                            <queue::QueueList queue=queue current=String::new() />
                            <div class="beside">
                                <Reporting />
                                <mails::StuckMails />
                                <people::OnRequest />
                            </div>
                        </div>
                    }
                        .into_any()
                }
                Shown::Case(case, queue) => {
                    view! { <case::CasePage page=page case=*case queue=queue /> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// Leads to the registries: the same people look after them.
#[component]
fn Reporting() -> impl IntoView {
    view! {
        <section class="side" aria-labelledby="reporting-heading">
            <h2 id="reporting-heading">"Registries that report pulls"</h2>
            <p class="t14 soft">
                "When each last did, how much, what was set aside, and how to add one: "
                <a href=Route::Registries.path()>"registries"</a> "."
            </p>
        </section>
    }
}
