//! Opening files: the place to drop or choose them, and what was opened.

use super::{files::Files, use_desk};
use crate::components::progress::Progress as Bar;
use crate::platform::{intl, pick};
use leptos::prelude::*;
use pulls_worker::wire::{Progress, State};
use web_sys::DragEvent;

/// The drop zone before anything is open; then the list of files.
#[component]
pub fn Opening() -> impl IntoView {
    let desk = use_desk();
    let bench = desk.workbench;
    let over = RwSignal::new(false);
    let none = Memo::new(move |_| bench.progress.with(|p| p.files.is_empty()));
    let reading = Memo::new(move |_| bench.progress.with(|p| p.reading));
    let trouble = Memo::new(move |_| {
        bench.progress.with(|p| {
            p.files
                .iter()
                .any(|f| !matches!(f.state, State::Counted | State::Reading | State::Waiting))
        })
    });
    let drag = move |event: DragEvent| {
        if pick::drags_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        bench.open(pick::dropped(&event));
    };
    view! {
        <div
            class="opening"
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Show when=move || bench.broken.get()>
                <div class="notice warn" role="alert">
                    <p>
                        {move || if bench.ready.get() {
                            (view! { <strong>"The part that reads files stopped."</strong> }, " Reload the page and open the files again.")
                        } else {
                            (view! { <strong>"The part that reads files did not start."</strong> }, " Reload the page. If that does not help, this browser is older than the ones we know: use a current Chromium, Firefox or Safari.")
                        }}
                    </p>
                </div>
            </Show>
            <Show
                when=move || none.get()
                fallback=move || {
                    view! {
                        <Show when=move || reading.get() || trouble.get() fallback=Open>
                            <div class="reading">
                                <Show when=move || reading.get()>
                                    <ReadingBar />
                                </Show>
                                <Files />
                                <div class="actions">
                                    <Choose word="Open more files" primary=false />
                                </div>
                            </div>
                        </Show>
                    }
                }
            >
                <div class="cols open">
                    <div class="drop" class:over=move || over.get()>
                        <Show when=move || !desk.state.is_plain()>
                            <p class="t14">
                                <b>"This link shows a view of a file that is not open."</b>
                                " Open the file to see this view; it stays as it is. "
                                <button type="button" class="btn quiet small" on:click=move |_| desk.state.clear()>
                                    "Forget the view"
                                </button>
                            </p>
                        </Show>
                        <strong>"Drop one or more files here"</strong>
                        <p class="t14 soft">
                            "CSV or CSV.gz; several files of one span are joined. What they are is told by their header line."
                        </p>
                        <div class="actions">
                            <Choose word="Choose files" primary=true />
                            <button type="button" class="btn" on:click=move |_| bench.open_sample()>
                                "Try it with sample data"
                            </button>
                        </div>
                        <p class="t13 dim">
                            "Sample: 26 weeks of an invented project, made in this browser."
                        </p>
                    </div>
                    <Kinds />
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// The button that chooses files. The input itself is out of sight but not out
/// of reach.
#[component]
fn Choose(
    /// What it says.
    word: &'static str,
    /// Whether it is the first thing to do.
    primary: bool,
) -> impl IntoView {
    let bench = use_desk().workbench;
    view! {
        <label class=if primary { "btn primary pick" } else { "btn pick" }>
            <input
                type="file"
                class="sr"
                multiple=true
                accept=".csv,.gz,.json,.tsv,.txt,text/csv,application/gzip,application/json"
                on:change=move |event| bench.open(pick::chosen(&event))
            />
            {word}
        </label>
    }
    .into_any()
}

/// What kinds of files there are.
#[component]
fn Kinds() -> impl IntoView {
    view! {
        <dl class="kinds">
            <dt>"Raw"</dt>
            <dd>"One line for each pull or version check. Everything works, down to single records."</dd>
            <dt>"Summary"</dt>
            <dd>"One line for each tag. Totals and a table; no chart over time, since the file has no days."</dd>
            <dt>"Trends"</dt>
            <dd>"Days, weeks or months by country, cloud and client. Chart and breakdowns; no digests."</dd>
            <dt>"Answers of the publisher API"</dt>
            <dd>"JSON with pulls a week or month. Chart and totals; no tags."</dd>
        </dl>
    }
    .into_any()
}

/// All files read: one line, with the way to open more.
#[component]
fn Open() -> impl IntoView {
    let bench = use_desk().workbench;
    let line = move || {
        bench.progress.with(|p| {
            let mut text = match &p.files[..] {
                [one] => one.name.clone(),
                files => {
                    let mut text = files.len().to_string();
                    text.push_str(" files");
                    text
                }
            };
            text.push_str(", ");
            text.push_str(&intl::number(p.rows));
            text.push_str(if p.rows == 1 { " row" } else { " rows" });
            let skipped: u64 = p.files.iter().map(|f| f.skipped).sum();
            if skipped > 0 {
                text.push_str(", ");
                text.push_str(&intl::number(skipped));
                text.push_str(" skipped");
            }
            text
        })
    };
    let close = move |_| {
        let files: Vec<u32> = bench
            .progress
            .with_untracked(|p| p.files.iter().map(|f| f.file).collect());
        for file in files {
            bench.remove(file);
        }
    };
    view! {
        <div class="opened">
            <p class="t14"><span class="mono">{line}</span><span class="dim">" · read in this browser, nothing uploaded"</span></p>
            <div class="actions">
                <Choose word="Open more files" primary=false />
                <button type="button" class="btn quiet" on:click=close>"Close"</button>
            </div>
        </div>
    }
    .into_any()
}

/// How far reading has come, and Cancel.
#[component]
fn ReadingBar() -> impl IntoView {
    let bench = use_desk().workbench;
    let percent = move || bench.progress.with(percent);
    let figures = move || bench.progress.with(figures);
    view! {
        <div class="reading-bar">
            <Bar
                label="Reading files"
                percent=Signal::derive(percent)
                figures=Signal::derive(figures)
            />
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| bench.cancel()>"Cancel"</button>
                <span class="t13 dim">"Cancel keeps nothing of the files not read yet."</span>
            </div>
        </div>
    }
    .into_any()
}

fn percent(p: &Progress) -> u8 {
    if p.total == 0 {
        0
    } else {
        (p.done as f64 / p.total as f64 * 100.0).min(100.0) as u8
    }
}

fn figures(p: &Progress) -> Vec<String> {
    let mut size = percent(p).to_string();
    size.push_str(" %, ");
    size.push_str(&intl::bytes(p.done as f64));
    size.push_str(" of ");
    size.push_str(&intl::bytes(p.total as f64));
    let mut rows = intl::number(p.rows);
    rows.push_str(" rows");
    let mut figures = vec![size, rows];
    let seconds = f64::from(p.elapsed_ms) / 1000.0;
    if seconds > 0.2 && p.done > 0 {
        let rate = p.done as f64 / seconds;
        let mut text = intl::bytes(rate);
        text.push_str("/s");
        figures.push(text);
        let left = p.total.saturating_sub(p.done) as f64 / rate;
        if left >= 1.0 {
            let mut text = String::from("about ");
            text.push_str(&intl::number(left.ceil() as u64));
            text.push_str(" s left");
            figures.push(text);
        }
    }
    figures
}
