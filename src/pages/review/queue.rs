//! What waits, oldest first, each with how long and until when.

use crate::{
    api::review,
    components::{
        field_error::FieldError,
        words::{self, Local},
    },
    platform::clock,
    routes::Route,
};
use ::api::review::{Queue, Queued};
use leptos::prelude::*;
use program::{life_cycle::Stage, wording::Wording};

/// The list; `current` is the one that is open beside it.
#[component]
pub fn QueueList(queue: Queue, current: String) -> impl IntoView {
    let shown = RwSignal::new(queue);
    let current = StoredValue::new(current);
    let error = RwSignal::new(None::<String>);
    let more = move |_| {
        let Some(after) = shown.with_untracked(|queue| queue.next.clone()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match review::queue(Some(&after)).await {
                Ok(next) => {
                    shown.try_update(|queue| {
                        queue.waiting.extend(next.waiting);
                        queue.asked.extend(next.asked);
                        queue.next = next.next;
                    });
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let lists = move || {
        let queue = shown.get();
        let (waiting, asked) = (queue.waiting_count, queue.asked_count);
        view! {
            <h2 id="queue-heading">
                "Oldest first "
                <span class="dim num">{counted(queue.waiting.len(), waiting)}</span>
            </h2>
            {if waiting == 0 {
                view! {
                    <div class="blank">
                        <strong>"Nothing waits to be read"</strong>
                        <span>{waiting_for_applicants(asked)}</span>
                    </div>
                }
                    .into_any()
            } else {
                items(queue.waiting, &current.get_value())
            }}
            {(asked > 0)
                .then(|| {
                    view! {
                        <h2>
                            "Waiting for applicants "
                            <span class="dim num">{counted(queue.asked.len(), asked)}</span>
                        </h2>
                        {items(queue.asked, &current.get_value())}
                    }
                })}
            {queue
                .next
                .is_some()
                .then(|| {
                    view! {
                        <button type="button" class="btn small" on:click=more>
                            "Show more"
                        </button>
                    }
                })}
        }
    };
    view! {
        <aside class="side" aria-labelledby="queue-heading">
            {lists}
            <FieldError message=error />
        </aside>
    }
    .into_any()
}

/// How many are shown of how many.
fn counted(shown: usize, all: u32) -> String {
    if shown == all as usize {
        all.to_string()
    } else {
        format!("{shown} of {all}")
    }
}

fn waiting_for_applicants(count: u32) -> String {
    match count {
        0 => "No applicant has changes to make either.".to_owned(),
        1 => "One applicant has changes to make.".to_owned(),
        _ => format!("{count} applicants have changes to make."),
    }
}

fn items(all: Vec<Queued>, current: &str) -> AnyView {
    let now = clock::now();
    let items: Vec<_> = all
        .into_iter()
        .map(|one| {
            let is_current = one.id == current;
            let is_late = one.stage.is_waiting_for_staff() && one.target < now.date_naive();
            let age = words::ago(one.received_at, now);
            let due = |what: &str| match is_late {
                true => format!("{what}, was due {}", Local.day(one.target)),
                false => format!("{what}, due {}", Local.day(one.target)),
            };
            let what = match one.stage {
                Stage::Received => due("new"),
                Stage::InReview => due("being read"),
                // The program’s time stands still.
                Stage::ChangesAsked { until } => format!("asked until {}", Local.day(until)),
                Stage::Approved | Stage::Declined | Stage::Withdrawn => "closed".to_owned(),
            };
            view! {
                <li aria-current=is_current.then_some("true")>
                    <a href=format!("{}/{}", Route::Review.path(), one.id)>{one.namespace}</a>
                    <span class=if is_late { "late num" } else { "ok num" }>{age}</span>
                    <small class="num">
                        {one.number} ", " {what} {one.renews.then_some(", a renewal")}
                    </small>
                </li>
            }
        })
        .collect();
    view! { <ul class="queue">{items}</ul> }.into_any()
}
