//! The filters that are set, each removable.

use super::{bench::use_desk, words};
use crate::components::chip::Chip;
use leptos::prelude::*;

/// The chips, when there are any.
#[component]
pub fn Filters() -> impl IntoView {
    let state = use_desk().state;
    let chips = Memo::new(move |_| {
        let filters = state.filters();
        filters
            .into_iter()
            .flat_map(|f| {
                f.values
                    .into_iter()
                    .map(move |v| (f.dimension, v, f.exclude))
            })
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=move || chips.with(|c| !c.is_empty())>
            <div class="filters">
                <span class="dim" id="filters-label">"Filters"</span>
                <ul class="chips" aria-labelledby="filters-label">
                    {move || {
                        chips
                            .get()
                            .into_iter()
                            .map(|(dimension, value, exclude)| {
                                let shown = words::value(dimension, &value);
                                view! {
                                    <Chip
                                        field=words::field(dimension)
                                        value=shown
                                        negated=exclude
                                        remove=move || state.toggle(dimension, &value, exclude)
                                    />
                                }
                            })
                            .collect_view()
                    }}
                </ul>
                <button type="button" class="btn quiet small" on:click=move |_| state.clear_filters()>
                    {move || if chips.with(Vec::len) == 1 { "Clear it" } else { "Clear all" }}
                </button>
            </div>
        </Show>
    }
    .into_any()
}
