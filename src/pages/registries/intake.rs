//! What is to be known above the registries: what waits, which databases say where pulls come
//! from, and since when nothing new is known.

use super::{HEADING_ID, Page, words};
use crate::{
    components::{
        icon::{Icon, IconName},
        words::Local,
    },
    platform::{clock, focus, intl},
};
use ::api::registries::Registries;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use program::wording::{Wording, counted};

/// The share of the most allowed from which on it is said how much waits.
const NOTABLE: f64 = 0.01;

/// The line, and the notice when the figures are old.
#[component]
pub fn Intake(page: Page) -> impl IntoView {
    let line = move |part: fn(&Registries) -> Option<String>| {
        Memo::new(move |_| page.figures.with(|figures| figures.as_ref().and_then(part)))
    };
    let waiting = line(|figures| halted(figures, words::exact).or_else(|| waiting(figures)));
    let countries = line(|figures| {
        Some(database(
            "Countries",
            "countries",
            "--geoip",
            figures.countries,
        ))
    });
    let networks =
        line(|figures| Some(database("Networks", "networks", "--asn", figures.networks)));
    view! {
        <p class="intake">
            {move || {
                waiting
                    .get()
                    .map(|waiting| {
                        view! {
                            <span class="state person">
                                <Icon of=IconName::Alert />
                                {waiting}
                            </span>
                        }
                    })
            }}
            <span>{move || countries.get()}</span>
            <span>{move || networks.get()}</span>
        </p>
        <Old page=page />
    }
    .into_any()
}

/// Says since when nothing new is known, if the last answer did not come.
#[component]
fn Old(page: Page) -> impl IntoView {
    let why = Memo::new(move |_| {
        let failed = page.failed.get()?;
        let at = words::exact(page.read_at.get_untracked());
        Some(format!("These figures are from {at}. {failed}"))
    });
    let is_pressed = StoredValue::new(false);
    let again = move |_| {
        is_pressed.set_value(true);
        page.load();
    };
    Effect::new(move |_| {
        if why.get().is_none() && is_pressed.get_value() {
            is_pressed.set_value(false);
            // The notice is gone, and the button with it.
            clock::next_frame(|| focus::if_nowhere(HEADING_ID));
        }
    });
    // There from the start: what comes into it is said aloud, once.
    view! {
        <div role="status">
            {move || {
                why.get()
                    .map(|why| {
                        view! {
                            <div class="notice">
                                <Icon of=IconName::Alert />
                                <span>{why}</span>
                                <button type="button" class="btn small" on:click=again>
                                    "Try again"
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// Since when and why nothing is counted, and how many events wait, if nothing is.
fn halted(figures: &Registries, exact: impl Fn(DateTime<Utc>) -> String) -> Option<String> {
    let halt = figures.halt.as_ref()?;
    let waiting = counted(figures.waiting_events, "event waits", "events wait");
    let since = exact(halt.since);
    let why = &halt.why;
    Some(format!(
        "Nothing is counted since {since}, and {waiting}; nothing of it is lost. The reason: {why}"
    ))
}

/// How much waits, if that is much.
fn waiting(figures: &Registries) -> Option<String> {
    is_notable(figures).then(|| {
        format!(
            "{} of at most {} wait to be counted; beyond that, registries are told to come again.",
            intl::bytes(figures.waiting_bytes as f64),
            intl::bytes(figures.most_waiting_bytes as f64)
        )
    })
}

fn is_notable(figures: &Registries) -> bool {
    figures.waiting_bytes as f64 > figures.most_waiting_bytes as f64 * NOTABLE
}

/// Which database is in use, or how to have one.
fn database(what: &str, of: &str, option: &str, built: Option<DateTime<Utc>>) -> String {
    match built {
        Some(at) => format!("{what}: database of {}.", Local.day(at.date_naive())),
        None => format!("{what}: no database of {of}; start with {option}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::api::registries::Halt;

    fn figures(waiting_bytes: u64, most_waiting_bytes: u64) -> Registries {
        Registries {
            registries: Vec::new(),
            waiting_events: 0,
            halt: None,
            waiting_bytes,
            most_waiting_bytes,
            countries: None,
            networks: None,
        }
    }

    #[test]
    fn that_nothing_is_counted_is_said_with_its_reason() {
        let mut figures = figures(0, 1_000);
        let said = |figures: &Registries| halted(figures, |at| at.to_rfc3339());
        assert_eq!(said(&figures), None);
        figures.waiting_events = 12;
        assert_eq!(said(&figures), None, "a minute is what counting takes");
        figures.halt = Some(Halt {
            since: DateTime::UNIX_EPOCH,
            why: "ClickHouse does not answer.".to_owned(),
        });
        assert_eq!(
            said(&figures).as_deref(),
            Some(
                "Nothing is counted since 1970-01-01T00:00:00+00:00, and 12 events wait; nothing of it is lost. The reason: ClickHouse does not answer."
            )
        );
    }

    #[test]
    fn what_waits_is_said_beyond_one_percent() {
        let of = |waiting, most| is_notable(&figures(waiting, most));
        assert!(!of(0, 1_000) && !of(10, 1_000) && of(11, 1_000));
        assert!(!of(0, 0) && of(1, 0));
        assert!(!of(1 << 40, u64::MAX));
    }

    #[test]
    fn without_a_database_the_option_is_named() {
        assert_eq!(
            database("Countries", "countries", "--geoip", None),
            "Countries: no database of countries; start with --geoip."
        );
    }
}
