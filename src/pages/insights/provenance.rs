//! Where the numbers come from: which files, how many rows, what was skipped,
//! until when.

use super::{bench::use_desk, controls::with_view, words};
use crate::platform::intl;
use leptos::prelude::*;
use pulls::query::Compare;
use pulls_worker::wire::{Served, State};

/// The list.
#[component]
pub fn Provenance() -> impl IntoView {
    let desk = use_desk();
    let bench = desk.workbench;
    let files = move || {
        bench.progress.with(|p| {
            p.files
                .iter()
                .filter(|f| {
                    matches!(
                        f.state,
                        State::Counted | State::CountedInPart(_) | State::Reading
                    )
                })
                .map(|f| {
                    let mut text = f.name.clone();
                    text.push_str(", ");
                    text.push_str(&intl::bytes(f.size as f64));
                    if let Some(kind) = f.kind {
                        text.push_str(", ");
                        text.push_str(words::kind(kind));
                    }
                    view! { <dd>{text}</dd> }
                })
                .collect_view()
        })
    };
    let until = move || {
        with_view(|v| v.available.map(|a| intl::day(a.last.0)))
            .flatten()
            .map_or_else(
                || "The files have no days.".to_owned(),
                |day| day + ", the last day in the files (UTC)",
            )
    };
    let rows = move || {
        with_view(|v| {
            let mut text = intl::number(v.matching_rows);
            text.push_str(" match, of ");
            text.push_str(&intl::number(v.all_rows));
            text.push_str(" read");
            text
        })
    };
    let skipped = move || {
        bench.progress.with(|p| {
            let total: u64 = p.files.iter().map(|f| f.skipped).sum();
            if total == 0 {
                return view! { <dd>"None"</dd> }.into_any();
            }
            let several = p.files.len() > 1;
            let lines: Vec<_> = p
                .files
                .iter()
                .flat_map(|f| {
                    f.told.iter().map(move |(line, row)| {
                        (several.then(|| f.name.clone()), *line, words::skip(row.why))
                    })
                })
                .map(|(name, line, why)| {
                    let mut text = String::new();
                    if let Some(name) = name {
                        text.push_str(&name);
                        text.push_str(", ");
                    }
                    text.push_str("line ");
                    text.push_str(&intl::number(line));
                    text.push_str(": ");
                    text.push_str(&why);
                    view! { <li>{text}</li> }
                })
                .collect();
            let shown = lines.len() as u64;
            let mut summary = intl::number(total);
            summary.push_str(if total == 1 { " row" } else { " rows" });
            let rest = (shown < total).then(|| {
                let mut text = String::from("and ");
                text.push_str(&intl::number(total - shown));
                text.push_str(" more; the first hundred of a file are listed.");
                view! { <li>{text}</li> }
            });
            view! {
                <dd>
                    <details>
                        <summary>{summary}</summary>
                        <ul class="skips">{lines}{rest}</ul>
                    </details>
                </dd>
            }
            .into_any()
        })
    };
    view! {
        <div>
            <h3 class="t14 prov-head">"Where these numbers come from"</h3>
            <dl class="prov">
                <dt>"Source"</dt>
                {files}
                <dt>"Until"</dt>
                <dd>{until}</dd>
                <dt>"Rows"</dt>
                <dd>{rows}</dd>
                <dt>"Skipped"</dt>
                {skipped}
                {comparison()}
            </dl>
        </div>
    }
    .into_any()
}

/// What is compared with what.
fn comparison() -> impl Fn() -> Option<AnyView> {
    let desk = use_desk();
    move || {
        let compare = desk.state.compare();
        if compare == Compare::Nothing {
            return None;
        }
        with_view(|v| {
            let c = v.comparison.as_ref()?;
            let mut text = intl::number(u64::from(c.periods));
            text.push_str(" whole ");
            text.push_str(if c.periods == 1 {
                words::period(v.by)
            } else {
                words::periods(v.by)
            });
            if let Some(span) = c.span {
                text.push_str(" against those of ");
                text.push_str(&words::span(span));
            }
            Some(view! { <dt>"Comparison"</dt><dd>{text}</dd> }.into_any())
        })
        .flatten()
    }
}

/// Where the numbers of a server come from.
#[component]
pub fn OfServer() -> impl IntoView {
    let desk = use_desk();
    let until = move || {
        with_view(|v| v.available.map(|a| intl::day(a.last.0)))
            .flatten()
            .map_or_else(String::new, |day| {
                day + " (UTC). What is reported from now on appears by itself"
            })
    };
    let rows = move || {
        with_view(|v| {
            let mut text = intl::number(v.matching_rows);
            text.push_str(" match, of ");
            text.push_str(&intl::number(v.all_rows));
            text.push_str(" that are kept");
            text
        })
    };
    let counted = move || match desk.workbench.served.get() {
        Some(Served::Views) => {
            "By the server: the rows of this span are more than are sent to a page, so each change of the view is asked for there"
        }
        Some(Served::Missed) => {
            "By the server: the rows of this span did not come, so each change of the view is asked for there"
        }
        Some(Served::Rows) => {
            "In this browser: the rows of this span are here, and filters ask nobody"
        }
        _ => "By the server, until the rows of this span are here",
    };
    view! {
        <div>
            <h3 class="t14 prov-head">"Where these numbers come from"</h3>
            <dl class="prov">
                <dt>"Source"</dt>
                <dd>"What registries reported to this server, and exports that were read into it"</dd>
                <dt>"Until"</dt>
                <dd>{until}</dd>
                <dt>"Rows"</dt>
                <dd>{rows}</dd>
                <dt>"Counted"</dt>
                <dd>{counted}</dd>
                {comparison()}
            </dl>
        </div>
    }
    .into_any()
}
