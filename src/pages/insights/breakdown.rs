//! Breakdowns: the values of a dimension with count, share and bar. A click
//! keeps one, Alt+click leaves one out.

use super::{bench::use_desk, controls::with_view, totals::tags_known, words};
use crate::platform::{clock, focus, intl};
use crate::workbench::Found;
use leptos::html;
use leptos::prelude::*;
use pulls::query::Dimension;
use pulls::view::{Breakdown, Entry, Role};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent, MouseEvent};

/// A breakdown shows so many values until all are asked for.
const SHORT: usize = 6;
/// The tags' own shows more: it is the chart's legend.
const SHORT_TAGS: usize = 12;
/// A search finds so many values at most.
const FOUND_MOST: u32 = 30;
/// A search is offered from so many values on.
const SEARCH_FROM: u64 = 8;

/// The tags, beside the chart: also its legend.
#[component]
pub fn Tags() -> impl IntoView {
    let known = Memo::new(move |_| with_view(tags_known).unwrap_or(false));
    view! {
        <Show when=move || known.get() fallback=|| view! { <div></div> }>
            <div>
                <BreakdownPart dimension=Dimension::Tag short=SHORT_TAGS />
                <p class="t12 dim note">"Click to show only this one. Alt+click, or Alt+Enter, to leave it out."</p>
            </div>
        </Show>
    }
    .into_any()
}

/// All other dimensions that the files know.
#[component]
pub fn Others() -> impl IntoView {
    const ORDER: [Dimension; 8] = [
        Dimension::Repository,
        Dimension::Namespace,
        Dimension::Country,
        Dimension::Client,
        Dimension::Version,
        Dimension::Network,
        Dimension::Cloud,
        Dimension::Domain,
    ];
    let shown = Memo::new(move |_| {
        with_view(|view| {
            let known = |d: Dimension| {
                view.breakdowns.iter().any(|b| {
                    b.dimension == d && b.known && (d != Dimension::Namespace || b.all > 1)
                })
            };
            ORDER.into_iter().filter(|d| known(*d)).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let unknown = move || {
        let names: Vec<&str> = ORDER
            .into_iter()
            .filter(|d| *d != Dimension::Namespace && !shown.with(|s| s.contains(d)))
            .map(words::heading)
            .collect();
        (!names.is_empty()).then(|| {
            let mut text = String::from("Not known of these pulls: ");
            text.push_str(&names.join(", ").to_lowercase());
            text.push('.');
            view! { <p class="t13 dim">{text}</p> }
        })
    };
    view! {
        <div class="grid3">
            <For each=move || shown.get() key=|d| *d let:dimension>
                <BreakdownPart dimension=dimension short=SHORT />
            </For>
            {unknown}
        </div>
    }
    .into_any()
}

/// A value that was clicked, until the lists that follow from it are there.
struct Clicked {
    at: usize,
    value: String,
    lists: u8,
}

/// One dimension.
#[component]
fn BreakdownPart(
    /// Which.
    dimension: Dimension,
    /// How many values are shown at first.
    short: usize,
) -> impl IntoView {
    let desk = use_desk();
    let answer = desk.answer;
    let all = RwSignal::new(false);
    let text = RwSignal::new(String::new());
    let found: Found = RwSignal::new(None);
    let breakdown = Memo::new(move |_| {
        answer.with(|a| {
            a.as_ref().and_then(|a| {
                a.view
                    .breakdowns
                    .iter()
                    .find(|b| b.dimension == dimension)
                    .cloned()
            })
        })
    });
    // A search is asked again when the answer changes: its counts follow the filters.
    Effect::new(move |_| {
        answer.track();
        let wanted = text.get().trim().to_owned();
        if wanted.is_empty() {
            desk.workbench.stop_finding(dimension);
            found.set(None);
            return;
        }
        let also = breakdown.with_untracked(|b| {
            let listed = b.as_ref().map_or(&[][..], |b| &b.entries);
            words::shown_with(dimension, listed, &wanted)
        });
        desk.workbench
            .find(dimension, wanted, also, FOUND_MOST, found);
    });
    // Until the first answer of a search, the list stays as it is.
    let searching = move || found.with(Option::is_some);
    let entries = move || {
        if let Some(found) = found.get() {
            return found.to_vec();
        }
        breakdown
            .with(|b| {
                b.as_ref().map(|b| {
                    if all.get() {
                        b.entries.clone()
                    } else {
                        b.entries.iter().take(short).cloned().collect()
                    }
                })
            })
            .unwrap_or_default()
    };
    // After a click on a value, once the list says what follows from it: the focus is on that
    // value's line again, or on the one in its place.
    let section = NodeRef::<html::Section>::new();
    let clicked = StoredValue::new(None::<Clicked>);
    Effect::new(move |_| {
        answer.track();
        found.track();
        let Some(Clicked { at, value, lists }) = clicked.try_update_value(Option::take).flatten()
        else {
            return;
        };
        let list = untrack(entries);
        let at = list
            .iter()
            .position(|e| e.value == value)
            .unwrap_or_else(|| at.min(list.len().saturating_sub(1)));
        // A search is answered again after the view.
        clicked.set_value((lists > 1).then_some(Clicked {
            at,
            value,
            lists: 1,
        }));
        clock::next_frame(move || {
            if let Some(section) = section.try_get_untracked().flatten() {
                focus::line(&section, ".bars button", at);
            }
        });
    });
    let id = match dimension {
        Dimension::Tag => "find-tag",
        Dimension::Repository => "find-repository",
        Dimension::Namespace => "find-namespace",
        Dimension::Country => "find-country",
        Dimension::Client => "find-client",
        Dimension::Version => "find-version",
        Dimension::Network => "find-network",
        Dimension::Cloud => "find-cloud",
        Dimension::Domain => "find-domain",
    };
    let end = move || {
        breakdown.with(|b| {
            let b = b.as_ref()?;
            Some(if b.all >= SEARCH_FROM {
                let mut hint = String::from("Search ");
                hint.push_str(&intl::number(b.distinct));
                let mut label = String::from("Search ");
                label.push_str(&words::heading(dimension).to_lowercase());
                view! {
                    <input
                        type="search"
                        class="find"
                        id=id
                        aria-label=label
                        placeholder=hint
                        prop:value=move || text.get()
                        on:input=move |event| {
                            if let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) {
                                text.set(input.value());
                            }
                        }
                    />
                }
                .into_any()
            } else {
                count_of(b).into_any()
            })
        })
    };
    let total = move || breakdown.with(|b| b.as_ref().map_or(0, |b| b.total));
    let list = move || {
        let shown = entries();
        if shown.is_empty() {
            let text = if searching() {
                "Nothing matches."
            } else {
                "Nothing in this span."
            };
            return view! { <p class="t13 soft note">{text}</p> }.into_any();
        }
        let top = breakdown
            .with(|b| {
                b.as_ref()
                    .and_then(|b| b.entries.first())
                    .map_or(1, |e| e.count)
            })
            .max(1);
        let total = total();
        let items = shown
            .into_iter()
            .enumerate()
            .map(|(at, entry)| {
                let value = entry.value.clone();
                let click = move || {
                    clicked.set_value(Some(Clicked {
                        at,
                        value: value.clone(),
                        lists: 1 + u8::from(found.with_untracked(Option::is_some)),
                    }));
                };
                item(dimension, &entry, top, total, click)
            })
            .collect_view();
        view! { <ul class="bars">{items}</ul> }.into_any()
    };
    let more = move || {
        breakdown.with(|b| {
            let b = b.as_ref()?;
            if searching() || b.entries.len() <= short {
                return None;
            }
            let word = if all.get() {
                "Show fewer".to_owned()
            } else {
                let mut word = String::from("Show ");
                if (b.entries.len() as u64) < b.distinct {
                    word.push_str("the first ");
                    word.push_str(&intl::number(b.entries.len() as u64));
                } else {
                    word.push_str("all ");
                    word.push_str(&intl::number(b.distinct));
                }
                word
            };
            Some(view! {
                <button type="button" class="link t13" aria-expanded=move || all.get().to_string() on:click=move |_| all.update(|a| *a = !*a)>
                    {word}
                </button>
            })
        })
    };
    view! {
        <section class="breakdown" aria-label=words::heading(dimension) node_ref=section>
            <header>
                <h3>{words::heading(dimension)}</h3>
                <span class="end">{end}</span>
            </header>
            {list}
            {more}
            {move || outside(dimension, breakdown)}
        </section>
    }
    .into_any()
}

fn count_of(b: &Breakdown) -> String {
    let mut text = intl::number(b.distinct);
    if b.distinct < b.all {
        text.push_str(" of ");
        text.push_str(&intl::number(b.all));
    }
    text
}

/// What a filter on this very dimension hides, and the way back.
fn outside(dimension: Dimension, breakdown: Memo<Option<Breakdown>>) -> Option<AnyView> {
    let state = use_desk().state;
    let (distinct, all) = breakdown.with(|b| b.as_ref().map(|b| (b.distinct, b.all)))?;
    if distinct >= all
        || !state
            .filters()
            .iter()
            .any(|f| f.dimension == dimension && !f.exclude)
    {
        return None;
    }
    let mut text = intl::number(all - distinct);
    text.push_str(" more outside the filter. ");
    let mut word = String::from("Show all ");
    word.push_str(&intl::number(all));
    Some(view! {
        <p class="t13 soft note">
            {text}
            <button type="button" class="link" on:click=move |_| state.set_only(dimension, None)>{word}</button>
        </p>
    }
    .into_any())
}

/// Class of a series' color.
pub fn color_class(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Tag(slot)) => {
            ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"][usize::from(slot) % 8]
        }
        Some(Role::NoTag) => "sd",
        Some(Role::Other) => "so",
        None => "",
    }
}

/// A patch of a series' color; hatched for pulls without a tag.
pub fn swatch(role: Role) -> impl IntoView {
    let mut class = String::from("swatch ");
    class.push_str(color_class(Some(role)));
    let hatch = (role == Role::NoTag)
        .then(|| view! { <path class="hatch-l" d="M-2 12 10 0M3 12 15 0M8 12 20 0" /> });
    view! {
        <svg class=class viewBox="0 0 18 10" aria-hidden="true">
            <rect width="18" height="10" rx="1"></rect>
            {hatch}
        </svg>
    }
    .into_any()
}

fn item<F: Fn() + 'static>(
    dimension: Dimension,
    entry: &Entry,
    top: u64,
    total: u64,
    clicked: F,
) -> impl IntoView + use<F> {
    let state = use_desk().state;
    let value = entry.value.clone();
    let role = match (dimension, entry.slot) {
        (Dimension::Tag, Some(slot)) => Some(Role::Tag(slot)),
        (Dimension::Tag, None) if value.is_empty() => Some(Role::NoTag),
        (Dimension::Tag, None) => Some(Role::Other),
        _ => None,
    };
    let kept = state.filtered(dimension, &value) == Some(true);
    let bar = (entry.count as f64 / top as f64 * 100.0).to_string();
    let share = if total == 0 {
        String::new()
    } else {
        intl::percent(entry.count as f64 / total as f64)
    };
    let shown = words::value(dimension, &value);
    let mut class = String::from(color_class(role));
    if kept {
        class.push_str(" on");
    }
    let title = shown.clone();
    let act = move |exclude: bool| {
        clicked();
        state.toggle(dimension, &value, exclude);
    };
    let act = std::rc::Rc::new(act);
    let by_key = std::rc::Rc::clone(&act);
    // With Alt, a browser makes no click of the key.
    let key = move |event: KeyboardEvent| {
        if event.alt_key() && event.key() == "Enter" {
            event.prevent_default();
            by_key(true);
        }
    };
    let click = move |event: MouseEvent| act(event.alt_key());
    view! {
        <li class=class style:--v=bar>
            <button type="button" aria-pressed=kept.to_string() title=title on:click=click on:keydown=key>
                {role.map(swatch)}
                <span>{shown}</span>
            </button>
            <span class="n">{intl::number(entry.count)}</span>
            <span class="p">{share}</span>
        </li>
    }
    .into_any()
}
