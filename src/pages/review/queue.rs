//! What waits, oldest first, each with how long and until when.

use crate::{
    components::words::{self, Local},
    platform::clock,
    routes::Route,
};
use ::api::review::{Queue, Queued};
use leptos::prelude::*;
use program::{life_cycle::Stage, wording::Wording};

/// The list; `current` is the one that is open beside it.
#[component]
pub fn QueueList(queue: Queue, current: String) -> impl IntoView {
    let is_empty = queue.waiting.is_empty();
    let asked = queue.asked.len();
    view! {
        <aside class="side" aria-labelledby="queue-heading">
            <h2 id="queue-heading">"Oldest first"</h2>
            {if is_empty {
                view! {
                    <div class="blank">
                        <strong>"Nothing waits to be read"</strong>
                        <span>{waiting_for_applicants(asked)}</span>
                    </div>
                }
                    .into_any()
            } else {
                items(queue.waiting, &current).into_any()
            }}
            {(asked > 0)
                .then(|| {
                    view! {
                        <h2>"Waiting for applicants"</h2>
                        {items(queue.asked, &current)}
                    }
                })}
        </aside>
    }
    .into_any()
}

fn waiting_for_applicants(count: usize) -> String {
    match count {
        0 => "No applicant has changes to make either.".to_owned(),
        1 => "One applicant has changes to make.".to_owned(),
        _ => format!("{count} applicants have changes to make."),
    }
}

fn items(all: Vec<Queued>, current: &str) -> impl IntoView {
    let now = clock::now();
    let items: Vec<_> = all
        .into_iter()
        .map(|one| {
            let is_current = one.id == current;
            let is_late = one.target < now.date_naive();
            let age = words::ago(one.received_at, now);
            let what = match one.stage {
                Stage::Received => "new".to_owned(),
                Stage::InReview => "being read".to_owned(),
                Stage::ChangesAsked { until } => format!("asked until {}", Local.day(until)),
                Stage::Approved | Stage::Declined | Stage::Withdrawn => "closed".to_owned(),
            };
            let due = if is_late {
                format!("{age}, was due {}", Local.day(one.target))
            } else {
                age
            };
            view! {
                <li aria-current=is_current.then_some("true")>
                    <a href=format!("{}/{}", Route::Review.path(), one.id)>{one.namespace}</a>
                    <span class=if is_late { "late num" } else { "ok num" }>{due}</span>
                    <small class="num">{one.number} ", " {what}</small>
                </li>
            }
        })
        .collect();
    view! { <ul class="queue">{items}</ul> }
}
