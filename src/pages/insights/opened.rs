//! What was opened: the files while they are read or need a decision, and one
//! line about them afterwards.

use super::bench::use_desk;
use super::files::Files;
use super::opening::{Choose, Opening};
use crate::components::progress::Progress as Bar;
use crate::platform::{focus, intl};
use leptos::prelude::*;
use pulls_worker::wire::{Progress, State};

/// The list of files, or the line.
#[component]
pub fn Opened() -> impl IntoView {
    let desk = use_desk();
    let bench = desk.workbench;
    let reading = Memo::new(move |_| bench.progress.with(|p| p.reading));
    let trouble = Memo::new(move |_| {
        bench.progress.with(|p| {
            p.files
                .iter()
                .any(|f| !matches!(f.state, State::Counted | State::Reading | State::Waiting))
        })
    });
    let none = Memo::new(move |_| bench.progress.with(|p| p.files.is_empty()));
    view! {
        <div class="opening">
            <Show when=move || none.get()>
                <p class="t14 soft" role="status">"The file is on its way to the part that reads it."</p>
            </Show>
            <Show when=move || none.get() || reading.get() || trouble.get() fallback=Open>
                <div class="reading">
                    <Show when=move || reading.get()>
                        <ReadingBar />
                    </Show>
                    <Files />
                    <Show when=move || desk.shown.get() && !reading.get()>
                        <div class="actions">
                            <Choose word="Open more files" primary=false />
                        </div>
                    </Show>
                </div>
                // Nothing that was opened counts: what can be opened is said again.
                <Show when=move || !(none.get() || reading.get() || desk.shown.get())>
                    <Opening />
                </Show>
            </Show>
        </div>
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
                    let mut text = intl::number(files.len() as u64);
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
        focus::heading();
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
    let percent = move || bench.progress.with(|p| (share(p) * 100.0) as u8);
    let figures = move || bench.progress.with(figures);
    view! {
        <div class="reading-bar">
            <Bar
                label="Reading files"
                percent=Signal::derive(percent)
                figures=Signal::derive(figures)
            />
            <div class="actions">
                <button
                    type="button"
                    class="btn"
                    on:click=move |_| {
                        bench.cancel();
                        focus::heading();
                    }
                >
                    "Cancel"
                </button>
                <Choose word="Open more files" primary=false />
                <span class="t13 dim">"Cancel keeps nothing of the files not read yet."</span>
            </div>
        </div>
    }
    .into_any()
}

/// How much is read, as a share of one.
fn share(p: &Progress) -> f64 {
    if p.total == 0 {
        0.0
    } else {
        (p.done as f64 / p.total as f64).min(1.0)
    }
}

fn figures(p: &Progress) -> Vec<String> {
    let mut size = intl::percent(share(p));
    size.push_str(", ");
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
