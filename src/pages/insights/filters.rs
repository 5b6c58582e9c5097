//! The filters that are set, each removable. Where one was, the focus goes to
//! the next.

use super::{bench::use_desk, words};
use crate::components::chip::Chip;
use crate::platform::{clock, focus};
use leptos::html;
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
    let list = NodeRef::<html::Ul>::new();
    let removed = StoredValue::new(None::<usize>);
    Effect::new(move |_| {
        let left = chips.with(Vec::len);
        let Some(at) = removed.try_update_value(Option::take).flatten() else {
            return;
        };
        clock::next_frame(move || match list.try_get_untracked().flatten() {
            Some(list) if left > 0 => focus::line(&list, "button", at.min(left - 1)),
            // None is left: on with what they were about.
            _ => focus::calmly("chart-heading"),
        });
    });
    view! {
        <Show when=move || chips.with(|c| !c.is_empty())>
            <div class="filters">
                <span class="dim" id="filters-label">"Filters"</span>
                <ul class="chips" aria-labelledby="filters-label" node_ref=list>
                    {move || {
                        chips
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(at, (dimension, value, exclude))| {
                                let shown = words::value(dimension, &value);
                                view! {
                                    <Chip
                                        field=words::field(dimension)
                                        value=shown
                                        negated=exclude
                                        remove=move || {
                                            removed.set_value(Some(at));
                                            state.toggle(dimension, &value, exclude);
                                        }
                                    />
                                }
                            })
                            .collect_view()
                    }}
                </ul>
                <button
                    type="button"
                    class="btn quiet small"
                    on:click=move |_| {
                        removed.set_value(Some(0));
                        state.clear_filters();
                    }
                >
                    {move || if chips.with(Vec::len) == 1 { "Clear it" } else { "Clear all" }}
                </button>
            </div>
        </Show>
    }
    .into_any()
}
