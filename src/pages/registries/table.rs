//! The registries, a line each; on a phone a list of the same.

use super::{HEADING_ID, Page, row::Row};
use crate::platform::intl;
use leptos::prelude::*;

/// The heads of the columns, as each cell has them on a phone.
pub const LAST: &str = "Last event";
/// How much it reports.
pub const RATE: &str = "Events";
/// What could not be believed.
pub const ASIDE: &str = "Set aside";
/// How far counting is behind.
pub const LAG: &str = "Counting";

/// The table, or what is said where there is nothing.
#[component]
pub fn Reporting(page: Page) -> impl IntoView {
    let ids = Memo::new(move |_| {
        page.figures.with(|figures| {
            let all = figures
                .as_ref()
                .map(|figures| figures.registries.as_slice());
            all.unwrap_or_default()
                .iter()
                .map(|registry| registry.id)
                .collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| ids.with(Vec::len));
    let is_empty = Memo::new(move |_| count.get() == 0);
    view! {
        <section aria-labelledby=HEADING_ID>
            <h2 id=HEADING_ID tabindex="-1">
                "Registries that report pulls"
                {move || {
                    (!is_empty.get())
                        .then(|| view! { <span class="dim num">" " {intl::number(count.get() as u64)}</span> })
                }}
            </h2>
            {move || {
                if is_empty.get() {
                    view! { <Empty /> }.into_any()
                } else {
                    view! { <Lines page=page ids=ids /> }.into_any()
                }
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="blank">
            <strong>"No registry reports yet"</strong>
            <span>
                "Pulls are counted from what registries report, so no namespace has insights of its own so far. Add a registry below, and put what you are shown then into its configuration: its first pull shows here within minutes."
            </span>
        </div>
    }
}

#[component]
fn Lines(page: Page, ids: Memo<Vec<i64>>) -> impl IntoView {
    let heads: Vec<_> = ["Registry", LAST, RATE, ASIDE, LAG]
        .into_iter()
        .map(|head| view! { <th role="columnheader" scope="col">{head}</th> })
        .collect();
    // With roles: on a phone the cells stand below each other, and are cells of a table still.
    view! {
        <table class="reporters" role="table" aria-labelledby=HEADING_ID>
            <thead role="rowgroup">
                <tr role="row">{heads}</tr>
            </thead>
            <For each=move || ids.get() key=|id| *id children=move |id| view! { <Row page=page id=id /> } />
        </table>
    }
    .into_any()
}
