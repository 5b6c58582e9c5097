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
            let by = event.by.map(|name| format!(" By {name}."));
            view! {
                <li>
                    <span class="when">{words::moment(event.at, now)}</span>
                    <span class="dot"></span>
                    <div>
                        <strong>{event.kind.word()}</strong>
                        <p>{meaning(event.kind)} {by}</p>
                    </div>
                </li>
            }
        })
        .collect();
    let next = match stage {
        Stage::ChangesAsked { until } => Some((
            until,
            "Your answer",
            "What is asked for, changed or answered.",
        )),
        stage if stage.is_waiting_for_staff() => Some((
            target,
            "Decided",
            "With a reason for each criterion that is not met.",
        )),
        _ => None,
    };
    let next = next.map(|(day, what, more)| {
        view! {
            <li class="to-come">
                <span class="when">"by " {Local.day(day)}</span>
                <span class="dot"></span>
                <div>
                    <strong>{what}</strong>
                    <p>{more}</p>
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

/// What a thing that happened means.
const fn meaning(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Received => "The server has it.",
        EventKind::Begun => "Somebody began to read it.",
        EventKind::ChangesAsked => "The time stands still until you answer.",
        EventKind::Answered => "What you changed is there.",
        EventKind::ControlProven => "The source is the applicant’s.",
        EventKind::Approved => "The membership began.",
        EventKind::Declined => "With the reasons beside the criteria.",
        EventKind::Withdrawn => "It was taken back.",
        EventKind::Renewed => "Everything that was found before still held: another year.",
        EventKind::Ended => "The membership was ended before its time.",
        EventKind::Renamed => "The namespace has another name; everything went along.",
        EventKind::Erased => "Name, address and remarks are kept no longer.",
    }
}
