//! Times of what registries report, in words.

use crate::components::words::{self, Local};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use program::wording::Wording;

/// Minutes after which waiting is longer than counting takes.
const LONG_MINUTES: i64 = 15;

/// Minutes after which a registry that never reported is likely not set up.
const SILENT_MINUTES: i64 = 60;

/// A moment for machines.
fn machine(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A moment, day and time, whatever day it is.
pub fn exact(at: DateTime<Utc>) -> String {
    format!("{}, {}", Local.day(at.date_naive()), Local.time(at))
}

/// How long ago, with the moment itself for whoever points at it.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> AnyView {
    view! {
        <time datetime=machine(at) title=exact(at)>
            {words::ago(at, now)}
        </time>
    }
    .into_any()
}

/// A time of day, with the moment itself for whoever points at it.
pub fn time(at: DateTime<Utc>) -> AnyView {
    view! {
        <time datetime=machine(at) title=exact(at)>
            {Local.time(at)}
        </time>
    }
    .into_any()
}

/// The moment itself.
pub fn moment(at: DateTime<Utc>) -> AnyView {
    view! { <time datetime=machine(at)>{exact(at)}</time> }.into_any()
}

/// Whole minutes from one moment to another, none where clocks differ.
pub fn minutes(since: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    u64::try_from((now - since).num_minutes()).unwrap_or(0)
}

/// Whether what came then waits for longer than counting takes.
pub fn is_long(since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - since).num_minutes() >= LONG_MINUTES
}

/// Whether a registry that was added then should have reported by now.
pub fn is_silent(added_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - added_at).num_minutes() > SILENT_MINUTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn what_is_long_and_silent_is_said_from_its_minute_on() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let before = |minutes| now - TimeDelta::minutes(minutes);
        assert!(!is_long(before(14), now) && is_long(before(15), now));
        assert!(!is_silent(before(60), now) && is_silent(before(61), now));
        assert_eq!(minutes(before(7), now), 7);
        // The reader’s clock is behind.
        assert_eq!(minutes(now + TimeDelta::minutes(3), now), 0);
        assert!(!is_long(now + TimeDelta::minutes(3), now));
        assert_eq!(machine(now), "2026-09-21T14:13:20Z");
    }
}
