//! Taking away a summary or the matching raw rows.

use super::{bench::use_desk, controls::with_view, files::has_records, words};
use crate::components::{
    icon::{Icon, IconName},
    progress::Progress,
    segmented::Segmented,
};
use crate::platform::{clock, intl, pick};
use crate::workbench::Export;
use leptos::prelude::*;
use pulls::query::{Dimension, Measure};
use pulls::summary::Level;
use pulls_worker::wire::{ExportError, FileState, State};

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Tags,
    Repositories,
    Raw,
}

/// What, in which form, and the button.
#[component]
pub fn ExportForm() -> impl IntoView {
    let desk = use_desk();
    let bench = desk.workbench;
    let what = RwSignal::new(What::Tags);
    let gzip = RwSignal::new(false);
    let safe = RwSignal::new(false);
    let records = Memo::new(move |_| {
        bench
            .progress
            .with(|p| p.files.iter().any(|f| counts(f) && has_records(f.kind)))
    });
    let partial = move || desk.answer.with(|a| a.as_ref().is_none_or(|a| a.partial));
    let running = move || {
        bench
            .export
            .with(|e| matches!(e, Some(Export::Running { .. })))
    };
    let name = Memo::new(move |_| file_name(what.get(), gzip.get()));
    let lines = move |dimension: Dimension| {
        with_view(|v| {
            v.breakdowns
                .iter()
                .find(|b| b.dimension == dimension)
                .map(|b| b.distinct)
        })
        .flatten()
        .unwrap_or(0)
    };
    let tag_lines = move || words::tag_lines(lines(Dimension::Tag));
    let repository_lines = move || {
        let count = lines(Dimension::Repository);
        let mut text = intl::number(count);
        text.push_str(if count == 1 { " line." } else { " lines." });
        text
    };
    let raw_lines = move || {
        let (rows, totals) = with_view(|v| (v.matching_rows, v.totals)).unwrap_or_default();
        let mut text = intl::number(rows);
        text.push_str(if rows == 1 { " row" } else { " rows" });
        text.push_str(if safe.get() {
            ", with cells made safe for spreadsheets."
        } else {
            bench.progress.with(|p| copied(&p.files))
        });
        let left_out = match desk.state.measure() {
            Measure::Pulls => Some((totals.checks, "version checks", "pulls")),
            Measure::Checks => Some((totals.pulls(), "pulls", "version checks")),
            Measure::Both => None,
        };
        if let Some((left @ 1.., what, counted)) = left_out {
            let left = intl::number(left);
            let parts = [
                " ",
                &left,
                " ",
                what,
                " are left out, since only ",
                counted,
                " are counted here.",
            ];
            text.push_str(&parts.concat());
        }
        text
    };
    let download = move |_| {
        let (query, name) = (desk.query.get_untracked(), name.get_untracked());
        match what.get_untracked() {
            What::Tags => bench.export_summary(query, Level::Reference, gzip.get_untracked(), name),
            What::Repositories => {
                bench.export_summary(query, Level::Repository, gzip.get_untracked(), name)
            }
            What::Raw => {
                let (gzip, safe) = (gzip.get_untracked(), safe.get_untracked());
                leptos::task::spawn_local(async move {
                    match pick::save_place(&name).await {
                        pick::Place::Chosen(handle) => {
                            bench.export_raw(query, safe, gzip, name, Some(handle))
                        }
                        pick::Place::Unavailable => bench.export_raw(query, safe, gzip, name, None),
                        pick::Place::Canceled => {}
                    }
                });
            }
        }
    };
    let choice =
        move |this: What, title: &'static str, detail: Signal<String>, disabled: Signal<bool>| {
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name="export-what"
                        prop:checked=move || what.get() == this
                        prop:disabled=move || disabled.get()
                        on:change=move |_| what.set(this)
                    />
                    <span>{title}</span>
                    <small>{move || detail.get()}</small>
                </label>
            }
        };
    let never = Signal::stored(false);
    let no_records = Signal::derive(move || !records.get());
    let raw_detail = Signal::derive(move || {
        if records.get() {
            raw_lines()
        } else {
            "These files hold counts, not single records.".to_owned()
        }
    });
    view! {
        <div class="export">
            <fieldset class="field">
                <legend>"What"</legend>
                <div class="choices">
                    {choice(What::Tags, "Summary, per tag", Signal::derive(tag_lines), never)}
                    {choice(What::Repositories, "Summary, per repository", Signal::derive(repository_lines), never)}
                    {choice(What::Raw, "Raw, every matching record", raw_detail, no_records)}
                </div>
            </fieldset>
            <How gzip=gzip safe=safe is_raw=Signal::derive(move || what.get() == What::Raw) />
            <p class="t13 soft">
                {move || (what.get() == What::Raw && safe.get())
                    .then_some("Cells that begin like a formula get an apostrophe before them, so these rows are not byte for byte the file's.")}
            </p>
            <div class="actions">
                <button
                    type="button"
                    class="btn primary"
                    prop:disabled=move || running() || partial()
                    on:click=download
                >
                    <Icon of=IconName::Download />
                    "Download"
                </button>
                <code class="t13 soft name">{move || name.get()}</code>
            </div>
            <Standing />
        </div>
    }
    .into_any()
}

/// In which form.
#[component]
pub fn How(
    /// As gzip.
    gzip: RwSignal<bool>,
    /// With cells made plain that a spreadsheet would run.
    safe: RwSignal<bool>,
    /// Whether it is raw rows: of summaries cells always are.
    is_raw: Signal<bool>,
) -> impl IntoView {
    view! {
            <div class="actions">
                <Segmented
                    label="Format"
                    options=vec![(false, "CSV"), (true, "CSV.gz")]
                    chosen=gzip
                    choose=move |on| gzip.set(on)
                />
                <label class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        prop:checked=move || !is_raw.get() || safe.get()
                        prop:disabled=move || !is_raw.get()
                        on:change=move |_| safe.update(|s| *s = !*s)
                    />
                    <span>
                        "Safe for spreadsheets"
                        <span class="dim">
                            {move || if is_raw.get() { "" } else { " (always for summaries)" }}
                        </span>
                    </span>
                </label>
            </div>
    }
    .into_any()
}

/// Whether a file's rows are in the view.
fn counts(file: &FileState) -> bool {
    matches!(file.state, State::Counted | State::CountedInPart(_))
}

/// How rows of these files are copied: as they are, unless that makes no table.
fn copied(files: &[FileState]) -> &'static str {
    let mut counted = files.iter().filter(|f| counts(f));
    let first = counted.next().map(|f| &f.columns);
    let (mut several, mut alike) = (false, true);
    for file in counted {
        several = true;
        alike &= first == Some(&file.columns);
    }
    match (several, alike) {
        (false, _) => ", byte for byte as in the file.",
        (true, true) => ", under the one header that the files share.",
        (true, false) => ", written anew under one header, since the files have different ones.",
    }
}

fn file_name(what: What, gzip: bool) -> String {
    let desk = use_desk();
    let mut name = desk.workbench.progress.with(|p| {
        let mut names: Vec<&String> = p.files.iter().flat_map(|f| &f.namespaces).collect();
        names.sort();
        names.dedup();
        match names[..] {
            [one] if !one.is_empty() => one
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() || "._-".contains(c) {
                        c
                    } else {
                        '-'
                    }
                })
                .collect(),
            _ => "pulls".to_owned(),
        }
    });
    if let Some(span) = with_view(|v| v.span).flatten() {
        name.push('_');
        name.push_str(&span.first.to_string());
        name.push('_');
        name.push_str(&span.last.to_string());
    }
    name.push_str(match what {
        What::Tags => "_summary.csv",
        What::Repositories => "_repo-summary.csv",
        What::Raw => "_raw.csv",
    });
    if gzip {
        name.push_str(".gz");
    }
    name
}

/// How the export stands.
#[component]
fn Standing() -> impl IntoView {
    let bench = use_desk().workbench;
    let running = Memo::new(move |_| {
        bench
            .export
            .with(|e| matches!(e, Some(Export::Running { .. })))
    });
    let percent = move || {
        bench.export.with(|e| match e {
            Some(Export::Running { done, total, .. }) if *total > 0 => {
                (*done as f64 / *total as f64 * 100.0) as u8
            }
            _ => 0,
        })
    };
    let figures = move || {
        bench.export.with(|e| match e {
            Some(Export::Running {
                done,
                total,
                written,
                began_ms,
                ..
            }) => {
                let mut out = intl::bytes(*written as f64);
                out.push_str(" written");
                let seconds = (clock::elapsed_ms() - began_ms) / 1000.0;
                let mut figures = vec![out];
                if seconds > 0.2 && *done > 0 {
                    let rate = *done as f64 / seconds;
                    let mut text = intl::bytes(rate);
                    text.push_str("/s");
                    figures.push(text);
                    let mut left = String::from("about ");
                    left.push_str(&intl::number(
                        (total.saturating_sub(*done) as f64 / rate).ceil() as u64,
                    ));
                    left.push_str(" s left");
                    figures.push(left);
                }
                figures
            }
            _ => Vec::new(),
        })
    };
    let ended = move || {
        bench.export.with(|e| match e {
            Some(Export::Finished(written)) => {
                let mut text = String::from("Done: ");
                text.push_str(&intl::bytes(*written as f64));
                text.push_str(" written.");
                Some(text)
            }
            Some(Export::Failed(why)) => Some(failure(*why).to_owned()),
            _ => None,
        })
    };
    view! {
        <Show when=move || running.get()>
            <Progress label="Exporting" percent=Signal::derive(percent) figures=Signal::derive(figures) />
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| bench.stop_export()>"Cancel"</button>
            </div>
        </Show>
        <p class="t13" role="status">{ended}</p>
    }
    .into_any()
}

fn failure(why: ExportError) -> &'static str {
    match why {
        ExportError::Stopped => "Stopped. Nothing was kept.",
        ExportError::FileGone => {
            "The opened file was changed, moved or removed since it was read. Open it again and export then."
        }
        ExportError::NoRoom => {
            "There is no room left where the export was written. Free some space, or export as CSV.gz, and try again."
        }
        ExportError::Refused => {
            "The browser did not let us write the file. Choose another place and try again."
        }
        ExportError::Worker => {
            "The part that reads files stopped. Reload the page and open the files again."
        }
        ExportError::NoRecords => "These files hold counts, not single records: take the summary.",
    }
}
