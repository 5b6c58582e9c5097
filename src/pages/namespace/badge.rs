//! The verified badge: a button that opens what it means.

use crate::{
    components::{
        icon::{Icon, IconName},
        words::Local,
    },
    platform::{
        focus,
        outside::{self, Turned},
    },
    routes::{Route, verify_path},
};
use chrono::NaiveDate;
use leptos::prelude::*;
use program::wording::Wording;

/// Button and popover together.
const AROUND_ID: &str = "badge";
const BUTTON_ID: &str = "badge-button";
const MEANS_ID: &str = "badge-means";

/// The badge of a namespace that is in the program.
#[component]
pub fn Badge(
    /// The namespace.
    namespace: String,
    /// Since when it is in the program, without a gap.
    since: NaiveDate,
    /// The last day of its year.
    until: NaiveDate,
    /// The last day of grace, if the year is over.
    grace: Option<NaiveDate>,
    /// When it was last checked.
    checked_on: Option<NaiveDate>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    Effect::new(move |_| {
        outside::on_turning(AROUND_ID, move |turned| {
            if is_open.get_untracked() {
                is_open.set(false);
                if turned == Turned::Back {
                    focus::calmly(BUTTON_ID);
                } else {
                    // A press on nothing leaves the focus nowhere.
                    focus::after_this(|| focus::if_nowhere(BUTTON_ID));
                }
            }
        });
    });
    let pair = |name: &'static str, words: String| view! { <dt>{name}</dt><dd>{words}</dd> };
    let until = match grace {
        None => Local.day(until),
        Some(grace) => format!(
            "{}. The year is over; everything stays on until {}.",
            Local.day(until),
            Local.day(grace)
        ),
    };
    view! {
        <div class="badge-at" id=AROUND_ID>
            <button
                type="button"
                class="badge"
                id=BUTTON_ID
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                aria-controls=MEANS_ID
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                <Icon of=IconName::Mark class="mark" />
                {program::BADGE_LABEL}
            </button>
            <div
                class="float pop"
                id=MEANS_ID
                role="dialog"
                aria-labelledby="badge-heading"
                hidden=move || !is_open.get()
            >
                <h2 id="badge-heading">{program::SHORT_NAME}</h2>
                <p class="t14 soft">
                    "A person has checked that this project is open source, in active development and not for profit. Its images are looked after by the project itself."
                </p>
                <dl>
                    {pair("Sponsored since", Local.day(since))} {pair("Valid until", until)}
                    {checked_on.map(|day| pair("Last checked", Local.day(day)))}
                </dl>
                <div class="actions">
                    <a class="btn small primary" href=verify_path(&namespace)>
                        "Verify this badge"
                    </a>
                    <a class="t13" href=Route::Program.path()>
                        "About the program"
                    </a>
                </div>
            </div>
        </div>
    }
    .into_any()
}
