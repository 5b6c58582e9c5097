//! Opening files: the place to drop or choose them.

use super::view_state::ViewState;
use crate::platform::{focus, pick};
use crate::state::query::use_query;
use crate::workbench::door::{Of, door};
use leptos::prelude::*;
use web_sys::File;

/// Opens files. Where they were chosen goes away, so the heading gets the focus.
pub fn take(files: Vec<File>) {
    if !files.is_empty() {
        door(Of::Files).files(files);
        focus::heading();
    }
}

/// The drop zone, while nothing that is open counts.
#[component]
pub fn Opening() -> impl IntoView {
    let state = ViewState::new(use_query());
    let door = door(Of::Files);
    let try_sample = move |_| {
        door.sample();
        focus::heading();
    };
    view! {
    <div class="cols open">
        <div class="drop">
            <Show when=move || !state.is_plain()>
                <p class="t14">
                    <b>"This link shows a view of a file that is not open."</b>
                    " Open the file to see this view; it stays as it is. "
                    <button
                        type="button"
                        class="btn quiet small"
                        on:click=move |_| {
                            state.clear();
                            focus::heading();
                        }
                    >
                        "Forget the view"
                    </button>
                </p>
            </Show>
            <strong>"Drop one or more files here"</strong>
            <p class="t14 soft">
                "CSV, CSV.gz or JSON; several files are joined. What they are is told by how they begin."
            </p>
            <div class="actions">
                <Choose word="Choose files" primary=true />
                <button type="button" class="btn" on:click=try_sample>
                    "Try it with sample data"
                </button>
            </div>
            <p class="t13 dim">
                "Sample: 26 weeks of an invented project, made in this browser."
            </p>
        </div>
        <Kinds />
    </div>
    }
    .into_any()
}

/// The button that chooses files. The input itself is out of sight but not out
/// of reach.
#[component]
pub fn Choose(
    /// What it says.
    word: &'static str,
    /// Whether it is the first thing to do.
    primary: bool,
) -> impl IntoView {
    view! {
        <label class=if primary { "btn primary pick" } else { "btn pick" }>
            <input
                type="file"
                class="sr"
                multiple=true
                accept=".csv,.gz,.json,.tsv,.txt,text/csv,application/gzip,application/json"
                on:change=|event| take(pick::chosen(&event))
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
