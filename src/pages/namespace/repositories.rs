//! The repositories of a namespace: filtered, sorted, and as many as fit one look.

use super::{
    rows::Row,
    sorting::{Column, Sorting},
};
use crate::{
    components::{search_field::SearchField, words::Local},
    platform::{focus, intl},
    state::query::{History, Param, Query, use_query},
};
use ::api::profile::{NamespacePage, RegistryState, RepositoryRow};
use leptos::prelude::*;
use program::wording::Wording;

/// Most repositories that are shown before all are asked for.
const FEW: usize = 50;

/// What asks for all of them in the address.
const ALL: &str = "all";

pub(super) const FILTER_ID: &str = "repositories-filter";

/// The repositories, or why there are none.
#[component]
pub fn Repositories(page: StoredValue<NamespacePage>) -> impl IntoView {
    page.with_value(|page_now| {
        let registry = &page_now.registry;
        let trouble = trouble(registry);
        let below = if !page_now.repositories.is_empty() {
            view! { <Listed page=page /> }.into_any()
        } else if registry.host.is_none() {
            nothing(
                "Repositories are not listed",
                "No registry is set up here, so nothing is known of them.",
            )
        } else if registry.read_at.is_none() {
            nothing(
                "Repositories are not listed yet",
                "The registry has not been read since this server began.",
            )
        } else {
            nothing(
                "There are no repositories yet",
                "The registry lists none in this namespace. What is pushed appears here when it is read next.",
            )
        };
        view! {
            {trouble}
            {below}
        }
        .into_any()
    })
}

fn nothing(what: &'static str, why: &'static str) -> AnyView {
    view! {
        <div class="blank">
            <strong>{what}</strong>
            <span>{why}</span>
        </div>
    }
    .into_any()
}

/// Why the registry could not be read, and of when what is shown is.
fn trouble(registry: &RegistryState) -> Option<AnyView> {
    let why = registry.trouble.clone()?;
    let read = registry.read_at.map_or_else(
        || "It has never been read to its end.".to_owned(),
        |at| {
            format!(
                "What is shown was read {}, {}.",
                Local.day(at.date_naive()),
                Local.time(at)
            )
        },
    );
    Some(view! { <p class="notice"><span>{why}" "{read}</span></p> }.into_any())
}

/// Those that fit the words, in order. Words are looked for in name and description.
fn fitting(all: &[RepositoryRow], words: &str, sorting: Sorting) -> Vec<RepositoryRow> {
    let words = words.to_lowercase();
    let is_fit = |row: &&RepositoryRow| {
        row.name.contains(&words) || row.description.to_lowercase().contains(&words)
    };
    sorting.sorted(all.iter().filter(is_fit).cloned().collect())
}

#[component]
fn Listed(page: StoredValue<NamespacePage>) -> impl IntoView {
    let query = use_query();
    let words = Memo::new(move |_| query.get(Param::Words).unwrap_or_default());
    let sorting = Memo::new(move |_| Sorting::of(query));
    let rows = Memo::new(move |_| {
        page.with_value(|page| fitting(&page.repositories, &words.get(), sorting.get()))
    });
    let is_all = Memo::new(move |_| query.get(Param::Show).as_deref() == Some(ALL));
    let shown = move || {
        let most = if is_all.get() { usize::MAX } else { FEW };
        rows.with(|rows| rows.iter().take(most).cloned().collect::<Vec<_>>())
    };
    let count = Memo::new(move |_| rows.with(Vec::len));
    let (all, total) = page.with_value(|page| (page.repositories.len(), page.repository_count));
    let counted = move || match count.get() {
        count if count < all => format!("{} of {}", number(count), repositories(all)),
        _ if all < total => format!("the first {} of {}", number(all), repositories(total)),
        _ => repositories(all),
    };
    let heading = move |column, words, class| {
        view! { <Heading column=column words=words class=class sorting=sorting query=query /> }
    };
    view! {
        <h2 class="sr">"Repositories"</h2>
        <div class="filter-line">
            <SearchField
                id=FILTER_ID
                label="Filter repositories"
                placeholder="Name or description"
                class=""
            />
            <span class="end num" role="status">{counted}</span>
        </div>
        <div class="scroll-x" tabindex="0" role="region" aria-label="Repositories">
            <table class="table tall">
                <caption class="sr">
                    {page.with_value(|page| format!("Repositories of {}", page.namespace))}
                </caption>
                <thead>
                    <tr>
                        {heading(Column::Name, "Repository", "")}
                        {heading(Column::Pushed, "Last pushed", "n extra")}
                        {heading(Column::Tags, "Tags", "n extra")}
                        <td></td>
                    </tr>
                </thead>
                <tbody>
                    <For each=shown key=|row| row.name.clone() let:row>
                        <Row row=row page=page />
                    </For>
                </tbody>
            </table>
        </div>
        {move || (count.get() == 0).then(|| none_fits(query, words))}
        {move || {
            (!is_all.get() && count.get() > FEW).then(|| view! { <ShowAll query=query count=count.get() /> })
        }}
    }
    .into_any()
}

/// The heading of a column, which sorts by it.
#[component]
fn Heading(
    column: Column,
    words: &'static str,
    class: &'static str,
    sorting: Memo<Sorting>,
    query: Query,
) -> impl IntoView {
    view! {
        <th scope="col" class=class aria-sort=move || sorting.get().of_heading(column)>
            <button
                type="button"
                class="sort"
                on:click=move |_| sorting.get_untracked().pick(column, query)
            >
                {words}
            </button>
        </th>
    }
    .into_any()
}

fn none_fits(query: Query, words: Memo<String>) -> AnyView {
    view! {
        <div class="blank">
            <strong>{move || format!("No repository fits “{}”", words.get())}</strong>
            <span>"Names and descriptions are searched."</span>
            <div class="actions">
                <button
                    type="button"
                    class="btn small"
                    on:click=move |_| {
                        query.set_one(Param::Words, None, History::Replace);
                        focus::calmly(FILTER_ID);
                    }
                >
                    "Clear the filter"
                </button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn ShowAll(query: Query, count: usize) -> impl IntoView {
    view! {
        <div class="more">
            <button
                type="button"
                class="btn small"
                on:click=move |_| {
                    query.set_one(Param::Show, Some(ALL.to_owned()), History::Replace);
                    focus::calmly(FILTER_ID);
                }
            >
                {format!("Show all {}", number(count))}
            </button>
            <span class="num">{format!("{} of {}", number(FEW), number(count))}</span>
        </div>
    }
    .into_any()
}

fn number(count: usize) -> String {
    intl::number(count as u64)
}

fn repositories(count: usize) -> String {
    let word = if count == 1 {
        " repository"
    } else {
        " repositories"
    };
    number(count) + word
}
