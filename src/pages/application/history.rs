//! What has happened, oldest first, and what comes next, drawn as a line through time.

use crate::{
    components::words::{self, Local},
    platform::clock,
};
use ::api::application::{Event, EventKind};
use chrono::NaiveDate;
use leptos::prelude::*;
use program::{life_cycle::Stage, wording::Wording};

/// The line.
#[component]
pub fn History(events: Vec<Event>, stage: Stage, target: NaiveDate) -> impl IntoView {
    let now = clock::now();
    let past: Vec<_> = events
        .into_iter()
        .map(|event| {
            let (what, more) = words_of(event.kind);
            let by = event.by.map(|name| format!(" By {name}."));
            view! {
                <li>
                    <span class="when">{words::moment(event.at, now)}</span>
                    <span class="dot"></span>
                    <div>
                        <strong>{what}</strong>
                        <p>{more} {by}</p>
                    </div>
                </li>
            }
        })
        .collect();
    let next = stage.is_waiting_for_staff().then(|| {
        view! {
            <li class="to-come">
                <span class="when">"by " {Local.day(target)}</span>
                <span class="dot"></span>
                <div>
                    <strong>"Decided"</strong>
                    <p>"With a reason for each criterion that is not met."</p>
                </div>
            </li>
        }
    });
    view! {
        <section aria-labelledby="history-heading">
            <h2 id="history-heading">"What has happened"</h2>
            <ol class="timeline">{past} {next}</ol>
        </section>
    }
}

fn words_of(kind: EventKind) -> (&'static str, &'static str) {
    match kind {
        EventKind::Received => ("Received", "The server has it."),
        EventKind::Begun => ("Being read", "Somebody began to read it."),
        EventKind::ChangesAsked => (
            "Changes asked for",
            "The time stands still until you answer.",
        ),
        EventKind::Answered => ("Answered", "What you changed is there."),
        EventKind::ControlProven => ("Control proven", "The source is the applicant’s."),
        EventKind::Approved => ("Approved", "The membership began."),
        EventKind::Declined => ("Declined", "With the reasons beside the criteria."),
        EventKind::Withdrawn => ("Withdrawn", "It was taken back."),
        EventKind::Renewed => (
            "Renewed",
            "Everything that was found before still held: another year.",
        ),
        EventKind::Erased => ("Erased", "Name, address and remarks are kept no longer."),
    }
}
