//! How often the images of a namespace were pulled, where its maintainers publish that.

use crate::{
    api::pulls,
    components::{loaded::Loaded, words::Local},
    platform::intl,
};
use ::api::pulls::PullTotals;
use leptos::prelude::*;
use program::wording::Wording;

/// The line; as high while it is read.
#[component]
pub fn Totals(
    /// The namespace.
    namespace: String,
) -> impl IntoView {
    let shown = RwSignal::new(Loaded::Awaited);
    Effect::new(move |_| {
        let namespace = namespace.clone();
        leptos::task::spawn_local(async move {
            let totals = pulls::totals(&namespace).await;
            shown.try_set(totals.into());
        });
    });
    let words = move || {
        shown.with(|shown| match shown {
            Loaded::Awaited => "\u{a0}".to_owned(),
            Loaded::There(totals) => sentence(totals),
            // They were published when that was asked.
            Loaded::Failed(error) if error.is_unknown() => String::new(),
            Loaded::Failed(_) => "How often it was pulled cannot be read just now.".to_owned(),
        })
    };
    view! { <p class="t13 soft num">{words}</p> }.into_any()
}

fn sentence(totals: &PullTotals) -> String {
    let (year, month) = (totals.months.pulls(), totals.days.pulls());
    let year_words = format!("{} in the last 12 whole months", pulls(year));
    let words = match (year, month) {
        (0, 0) => return "No pulls in the last 12 months.".to_owned(),
        (0, month) => format!("{} in the last 30 days (UTC)", pulls(month)),
        (_, month) => format!(
            "{year_words}, {} in the last 30 days (UTC)",
            intl::number(month)
        ),
    };
    match totals.known_from {
        Some(first) if first > totals.months.first => {
            format!("{words}. Counted since {}.", Local.day(first))
        }
        _ => words,
    }
}

fn pulls(count: u64) -> String {
    let word = if count == 1 { "pull" } else { "pulls" };
    format!("{} {word}", intl::number(count))
}
