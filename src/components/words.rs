//! Findings and times in the reader's words.

use super::icon::IconName;
use crate::platform::intl;
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use program::{Standing, wording::Wording};

/// Days and times in the reader's locale, in UTC.
pub struct Local;

impl Wording for Local {
    fn day(&self, day: NaiveDate) -> String {
        intl::day(day.to_epoch_days())
    }

    fn time(&self, time: DateTime<Utc>) -> String {
        intl::time_of_day(time.timestamp_millis() as f64)
    }
}

/// A moment: the day, and the time if it is of today or yesterday.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let day = Local.day(at.date_naive());
    if (now - at).num_hours() < 48 {
        format!("{day}, {}", Local.time(at))
    } else {
        day
    }
}

/// How long ago: “3 s ago”, “2 days ago”.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let secs = (now - at).num_seconds().max(0);
    match secs {
        0..60 => intl::ago(secs, "second"),
        60..3_600 => intl::ago(secs / 60, "minute"),
        3_600..86_400 => intl::ago(secs / 3_600, "hour"),
        _ => intl::ago(secs / 86_400, "day"),
    }
}

/// The class and the shape of a standing.
pub const fn shape(standing: Standing) -> (&'static str, IconName) {
    match standing {
        Standing::Met => ("met", IconName::Met),
        Standing::Unmet => ("unmet", IconName::Unmet),
        Standing::Person => ("person", IconName::Person),
        Standing::Unknown => ("unsure", IconName::Unknown),
    }
}

/// A sentence of `program`: what stands between backticks is what a machine writes.
pub fn coded(sentence: &str) -> Vec<AnyView> {
    sentence
        .split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| {
            let part = part.to_owned();
            if at % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect()
}
