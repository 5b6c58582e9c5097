//! How much a registry reports: two sums, and a small picture of the hours.

use crate::platform::intl;
use ::api::registries::Registry;
use leptos::prelude::*;

/// Hours in the picture.
const HOURS: usize = 24;

/// From one bar to the next, in units of the picture.
const STEP: usize = 5;

/// How wide a bar is.
const WIDE: usize = 4;

/// Where bars stand.
const GROUND: f64 = 27.0;

/// How low the lowest bar is: an hour with one event is told from one without.
const LEAST: f64 = 1.5;

/// The sums and the picture.
#[component]
pub fn Rate(registry: Memo<Option<Registry>>) -> impl IntoView {
    let hours = Memo::new(move |_| {
        registry.with(|registry| registry.as_ref().map(hours).unwrap_or([0; HOURS]))
    });
    let passed_over = Memo::new(move |_| {
        registry.with(|registry| registry.as_ref().map_or(0, |one| one.passed_over))
    });
    let running = move || hours.with(|hours| hours[HOURS - 1]);
    let sum =
        move || hours.with(|hours| hours.iter().fold(0, |sum: u64, n| sum.saturating_add(*n)));
    let spoken = move || {
        format!(
            "Events of the last 24 hours by the hour: {} in all, {} in this hour",
            intl::number(sum()),
            intl::number(running())
        )
    };
    view! {
        <svg
            class="hours"
            role="img"
            aria-label=spoken
            width="120"
            height="28"
            viewBox="0 0 120 28"
        >
            <path class="floor" d="M0 27.5H120"></path>
            <path class="over" d=move || hours.with(|hours| bars(hours, 0..HOURS - 1))></path>
            <path class="now" d=move || hours.with(|hours| bars(hours, HOURS - 1..HOURS))></path>
        </svg>
        <span class="num">
            <b>{move || intl::number(running())}</b> " this hour, "
            <b>{move || intl::number(sum())}</b> " in 24 hours"
        </span>
        {move || {
            let count = passed_over.get();
            (count > 0)
                .then(|| {
                    view! {
                        <small class="num">
                            {intl::number(count)} " about layers and the like, passed over"
                        </small>
                    }
                })
        }}
    }
    .into_any()
}

/// The hours of a registry, the running one last; those that are not known are empty.
fn hours(registry: &Registry) -> [u64; HOURS] {
    let mut hours = [0; HOURS];
    for (hour, count) in hours.iter_mut().rev().zip(registry.hours.iter().rev()) {
        *hour = *count;
    }
    hours
}

/// Some of the bars as a path; the highest hour of all is as high as the picture.
fn bars(hours: &[u64; HOURS], which: std::ops::Range<usize>) -> String {
    let most = hours.iter().copied().max().unwrap_or(0);
    which
        .filter(|at| hours[*at] > 0)
        .map(|at| {
            let high = (hours[at] as f64 / most as f64 * GROUND).max(LEAST);
            format!("M{} {GROUND}h{WIDE}v-{high:.1}h-{WIDE}z", at * STEP)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::api::registries::RegistryKind;
    use chrono::DateTime;

    fn registry(hours: Vec<u64>) -> Registry {
        Registry {
            id: 1,
            name: "hub".to_owned(),
            kind: RegistryKind::Distribution,
            namespaces: Vec::new(),
            added_at: DateTime::UNIX_EPOCH,
            last_at: None,
            hours,
            passed_over: 0,
            set_aside: 0,
            kept_aside: 0,
            waits_since: None,
        }
    }

    #[test]
    fn the_running_hour_is_last_however_many_are_known() {
        assert_eq!(hours(&registry(Vec::new())), [0; HOURS]);
        assert_eq!(hours(&registry(vec![3, 7]))[HOURS - 3..], [0, 3, 7]);
        let many: Vec<u64> = (0..30).collect();
        assert_eq!(hours(&registry(many))[HOURS - 1], 29);
    }

    #[test]
    fn bars_are_as_high_as_their_share_and_never_out_of_sight() {
        let mut hours = [0; HOURS];
        assert_eq!(bars(&hours, 0..HOURS), "");
        (hours[0], hours[2], hours[HOURS - 1]) = (10, 1, 1_000_000);
        assert_eq!(
            bars(&hours, 0..HOURS - 1),
            "M0 27h4v-1.5h-4zM10 27h4v-1.5h-4z"
        );
        assert_eq!(bars(&hours, HOURS - 1..HOURS), "M115 27h4v-27.0h-4z");
    }
}
