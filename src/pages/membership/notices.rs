//! The notices of the year: each with its day and whether it arrived.

use crate::components::words::{self, Local};
use crate::platform::clock;
use ::api::membership::{Delivery, NoticeState};
use chrono::NaiveDate;
use leptos::prelude::*;
use program::{membership::Notice, wording::Wording};

/// The list.
#[component]
pub fn Notices(notices: Vec<NoticeState>, today: NaiveDate) -> impl IntoView {
    let now = clock::now();
    let items: Vec<_> = notices
        .into_iter()
        .map(|one| {
            let is_ahead = one.state == Delivery::Ahead;
            let state = match one.state {
                Delivery::Ahead => {
                    let days = (one.on - today).num_days();
                    format!("in {days} days")
                }
                Delivery::Given { at } => format!("handed over {}", words::moment(at, now)),
                Delivery::Waiting {
                    error: Some(error), ..
                } => {
                    format!("did not arrive yet, and is tried again: {error}")
                }
                Delivery::Waiting { .. } => "on its way".to_owned(),
                Delivery::Missed => "never arrived; the next one took its place".to_owned(),
            };
            view! {
                <li class=if is_ahead { "to-come" } else { "" }>
                    <span class="when">{Local.day(one.on)}</span>
                    <span class="dot"></span>
                    <div>
                        <strong>{what(one.notice)}</strong>
                        <p>{state}</p>
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <section class="along" aria-labelledby="notices-heading">
            <h2 id="notices-heading">"Notices to the owners"</h2>
            <p class="t14 soft">"By mail, each once. One that does not arrive is tried again, and the people who run the program see it."</p>
            <ol class="timeline">{items}</ol>
        </section>
    }
    .into_any()
}

fn what(notice: Notice) -> String {
    match notice {
        Notice::Began => "The year begins".to_owned(),
        Notice::Ends { days } => format!("{days} days are left"),
        Notice::Grace => "The year is over; everything stays for 14 days".to_owned(),
        Notice::Lapsed => "Badge and unlimited pulls end".to_owned(),
    }
}
