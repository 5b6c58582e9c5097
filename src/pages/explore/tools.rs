//! What is looked for, where, and in which order.

use super::looking::Looking;
use crate::{components::search_field::SearchField, platform::intl};
use ::api::directory::Order;
use leptos::prelude::*;
use program::category::Category;

/// The id of the search field.
pub const WORDS_ID: &str = "explore-words";

/// The row of tools.
#[component]
pub fn Tools(looking: Looking) -> impl IntoView {
    let is_all = Memo::new(move |_| looking.wanted.with(|wanted| wanted.is_all));
    view! {
        <div class="look" role="search">
            <SearchField
                id=WORDS_ID
                label="Search"
                placeholder="Name, description or image"
                class="q"
            />
            <Topics looking=looking />
            <label class="switch only">
                <input
                    type="checkbox"
                    role="switch"
                    aria-describedby="explore-all"
                    checked
                    prop:checked=move || !is_all.get()
                    on:change=move |event| looking.set_all(!event_target_checked(&event))
                />
                "Sponsored only"
            </label>
            <Orders looking=looking />
        </div>
        <p class="t13 soft" id="explore-all">
            {move || {
                is_all
                    .get()
                    .then_some("The registry’s other namespaces are listed, too. They have no badge.")
            }}
        </p>
    }
    .into_any()
}

/// The topics that what is looked for is in, each with how often.
#[component]
fn Topics(looking: Looking) -> impl IntoView {
    let counts = Memo::new(move |_| {
        looking.found.with(|found| {
            found
                .as_ref()
                .map(|found| found.directory.categories.clone())
                .unwrap_or_default()
        })
    });
    let chosen = Memo::new(move |_| looking.wanted.with(|wanted| wanted.topic));
    let options = move || {
        let (counts, chosen) = (counts.get(), chosen.get());
        let count_of = |category| {
            counts
                .iter()
                .find(|known| known.category == category)
                .map(|known| known.count)
        };
        Category::ALL
            .into_iter()
            .filter(|category| Some(*category) == chosen || count_of(*category).is_some())
            .map(|category| {
                let count = count_of(category).map(|count| intl::number(count as u64));
                let words = match count {
                    Some(count) => [category.words(), " (", &count, ")"].concat(),
                    None => category.words().to_owned(),
                };
                view! {
                    <option value=category.id() prop:selected=Some(category) == chosen>
                        {words}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <div class="field">
            <label for="explore-topic">"Topic"</label>
            <select
                class="select"
                id="explore-topic"
                on:change=move |event| {
                    let id = event_target_value(&event);
                    looking.set_topic(Some(id).filter(|id| !id.is_empty()));
                }
            >
                <option value="" prop:selected=move || chosen.get().is_none()>
                    "All topics"
                </option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

#[component]
fn Orders(looking: Looking) -> impl IntoView {
    let chosen = Memo::new(move |_| looking.wanted.with(|wanted| wanted.order));
    let options = Order::ALL
        .map(|order| {
            view! {
                <option value=order.id() prop:selected=move || chosen.get() == order>
                    {order.words()}
                </option>
            }
        })
        .to_vec();
    view! {
        <div class="field end">
            <label for="explore-order">"Order"</label>
            <select
                class="select"
                id="explore-order"
                on:change=move |event| {
                    looking.set_order(Order::of_id(&event_target_value(&event)));
                }
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}
