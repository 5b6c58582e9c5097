//! A page of raw records, drawn only where it is looked at: the list is as
//! long as all matching records, and the records in sight are fetched.

use super::{bench::use_desk, controls::with_view, skeleton};
use crate::platform::intl;
use crate::workbench::PAGE_ROWS;
use leptos::html;
use leptos::prelude::*;
use pulls::view::Row;

/// Height of a row in CSS pixels; the style says the same.
const ROW_PX: f64 = 32.0;
/// Rows in sight.
const IN_SIGHT: u64 = 10;
/// A browser scrolls no further than some 10 million pixels: past so many
/// records, a step of the scroll bar passes over several.
const MAX_SCROLL_PX: f64 = 8_000_000.0;

/// The records.
#[component]
pub fn Rows() -> impl IntoView {
    let desk = use_desk();
    let state = desk.state;
    let place = NodeRef::<html::Div>::new();
    let first = RwSignal::new(0u64);
    let total = Memo::new(move |_| with_view(|v| v.matching_rows).unwrap_or(0));
    let partial = Memo::new(move |_| desk.answer.with(|a| a.as_ref().is_some_and(|a| a.partial)));
    let has_counts = Memo::new(move |_| {
        desk.workbench.progress.with(|p| {
            p.files
                .iter()
                .any(|f| f.kind.is_some_and(pulls::header::FileKind::is_counted))
        })
    });
    // A new answer begins at the top.
    Effect::new(move |_| {
        desk.query.track();
        // Setting it asks for rows, also those that are there: once for each answer is enough.
        if first.get_untracked() != 0 {
            first.set(0);
        }
        if let Some(place) = place.get_untracked() {
            place.set_scroll_top(0);
        }
    });
    // Asked when the answer is there: before it, the readers are busy with that.
    Effect::new(move |_| {
        desk.answer.track();
        let from = first.get().saturating_sub(u64::from(PAGE_ROWS) / 3);
        if total.get() > 0 && !partial.get() {
            let query = desk.query.get_untracked();
            desk.workbench.ask_rows(query, from, !state.oldest_first());
        }
    });
    // The heading is a row, which stays in sight.
    let whole = move || (total.get() + 1) as f64 * ROW_PX;
    let height = move || whole().min(MAX_SCROLL_PX);
    // How much of it is seen at once, to the pixel: the end of the scroll bar is the last row.
    let seen_px = RwSignal::new((IN_SIGHT + 1) as f64 * ROW_PX);
    let is_pressed = move || whole() > MAX_SCROLL_PX;
    let per_px = move || {
        if is_pressed() {
            total.get().saturating_sub(IN_SIGHT) as f64 / (height() - seen_px.get()).max(1.0)
        } else {
            1.0 / ROW_PX
        }
    };
    let scroll = move |_| {
        if let Some(place) = place.get_untracked() {
            seen_px.set(f64::from(place.client_height()));
            let at = (f64::from(place.scroll_top()) * per_px()).round() as u64;
            first.set(at.min(total.get_untracked().saturating_sub(1)));
        }
    };
    // The drawn rows sit where the scroll bar says, whatever a pixel stands for.
    let top = move || {
        let offset = desk
            .workbench
            .rows
            .with(|r| r.as_ref().map_or(0, |r| r.offset));
        let at = if is_pressed() {
            first.get() as f64 / per_px() - (first.get().saturating_sub(offset)) as f64 * ROW_PX
        } else {
            offset as f64 * ROW_PX
        };
        let mut text = at.max(0.0).to_string();
        text.push_str("px");
        text
    };
    let position = move || {
        let total = total.get();
        if total == 0 {
            return String::new();
        }
        let from = first.get();
        let mut text = intl::number(from + 1);
        text.push('–');
        text.push_str(&intl::number((from + IN_SIGHT).min(total)));
        text.push_str(" of ");
        text.push_str(&intl::number(total));
        text.push_str(if state.oldest_first() {
            ", oldest first"
        } else {
            ", newest first"
        });
        text
    };
    let body = move || {
        let counts = has_counts.get();
        desk.workbench.rows.with(|page| {
            let page = page.as_ref()?;
            Some(
                page.rows
                    .iter()
                    .enumerate()
                    .map(|(at, row)| line(row, page.offset + at as u64, counts))
                    .collect_view(),
            )
        })
    };
    let sort = move |_| state.set_oldest_first(!state.oldest_first());
    view! {
        <section class="block" aria-labelledby="rows-heading">
            <header>
                <h2 id="rows-heading">"Rows"</h2>
                <span class="end num">{position}</span>
            </header>
            <Show
                when=move || { total.get() != 0 && !partial.get() }
                fallback=move || {
                    if partial.get() {
                        view! { <div class="window"><p class="t14 soft">"Rows are listed when the files are read."</p>{skeleton::lines(10)}</div> }.into_any()
                    } else {
                        view! { <p class="t14 soft">"No row matches. Remove a filter or choose another span."</p> }.into_any()
                    }
                }
            >
                <div
                    class="scroll-x window"
                    tabindex="0"
                    role="region"
                    aria-label="Table of rows"
                    node_ref=place
                    on:scroll=scroll
                >
                    <div class="tall" style:height=move || { let mut h = height().to_string(); h.push_str("px"); h }>
                        <table class="table rows" style:top=top aria-rowcount=move || (total.get() + 1).to_string()>
                            <thead>
                                <tr aria-rowindex="1">
                                    <th scope="col" aria-sort=move || if state.oldest_first() { "ascending" } else { "descending" }>
                                        <button type="button" class="sort" on:click=sort>"Day (UTC)"</button>
                                    </th>
                                    <th scope="col">"Action"</th>
                                    <Show when=move || has_counts.get()><th scope="col" class="r">"Count"</th></Show>
                                    <th scope="col">"Repository"</th>
                                    <th scope="col">"Tag"</th>
                                    <th scope="col">"Digest"</th>
                                    <th scope="col">"Country"</th>
                                    <th scope="col">"Client"</th>
                                    <th scope="col">"Network"</th>
                                    <th scope="col">"Cloud"</th>
                                    <th scope="col">"Domain"</th>
                                </tr>
                            </thead>
                            <tbody>{body}</tbody>
                        </table>
                    </div>
                </div>
            </Show>
        </section>
    }
    .into_any()
}

fn line(row: &Row, number: u64, counts: bool) -> impl IntoView + use<> {
    let day = row.day.map_or_else(|| "–".to_owned(), |d| d.to_string());
    let mut client = row.tool.clone();
    if !row.version.is_empty() {
        client.push(' ');
        client.push_str(&row.version);
    }
    let digest = match row.digest.char_indices().nth(19) {
        Some((cut, _)) => {
            let mut short = row.digest[..cut].to_owned();
            short.push('…');
            short
        }
        None => row.digest.clone(),
    };
    let or_dash = |text: &str| {
        if text.is_empty() {
            "–".to_owned()
        } else {
            text.to_owned()
        }
    };
    let tag = if row.tag.is_empty() {
        view! { <td class="dim">"no tag"</td> }.into_any()
    } else {
        view! { <td>{row.tag.clone()}</td> }.into_any()
    };
    view! {
        <tr aria-rowindex=(number + 2).to_string()>
            <td>{day}</td>
            <td>{row.action.name()}</td>
            {counts.then(|| view! { <td class="r">{intl::number(row.count)}</td> })}
            <td>{or_dash(&row.repository)}</td>
            {tag}
            <td title=row.digest.clone()>{or_dash(&digest)}</td>
            <td>{or_dash(&row.country)}</td>
            <td>{or_dash(&client)}</td>
            <td>{or_dash(&row.network)}</td>
            <td>{or_dash(&row.host)}</td>
            <td>{or_dash(&row.domain)}</td>
        </tr>
    }
    .into_any()
}
