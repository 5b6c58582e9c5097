//! What has happened to an application, as it stands on record, with who did it and why.

use crate::{components::words, platform::clock};
use ::api::application::Event;
use leptos::prelude::*;

/// The record, oldest first.
#[component]
pub fn Record(events: Vec<Event>) -> impl IntoView {
    let now = clock::now();
    let items: Vec<_> = events
        .into_iter()
        .map(|event| {
            let by = event.by.map(|by| format!(", {by}"));
            view! {
                <li class="words">
                    {words::moment(event.at, now)} {by} ": " {event.kind.word()} "."
                    {event.reason.map(|reason| view! { " “" {reason} "”" })}
                </li>
            }
        })
        .collect();
    view! {
        <aside class="side" aria-labelledby="record-heading">
            <h2 id="record-heading">"On record"</h2>
            <ol class="record t13 soft">{items}</ol>
        </aside>
    }
    .into_any()
}
