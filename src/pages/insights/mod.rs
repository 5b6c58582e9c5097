//! The insights workbench: export files of the reader's own, read in the
//! browser. This part of the page takes the files; [`bench`] shows them.

mod bench;
mod breakdown;
mod chart_part;
mod controls;
mod export;
mod files;
mod filters;
mod opened;
mod opening;
mod provenance;
mod rows;
mod series_table;
mod tip;
mod totals;
pub mod view_state;
mod words;

use crate::platform::pick;
use crate::workbench::door::door;
use leptos::prelude::*;
use web_sys::DragEvent;

/// The page.
#[component]
pub fn Insights() -> impl IntoView {
    let door = door();
    let part = RwSignal::new(None::<fn() -> AnyView>);
    Effect::new(move |_| {
        // The workers and the rest of the page come while the reader looks for a file.
        door.start();
        leptos::task::spawn_local(async move {
            let loaded = bench_part().await;
            // The page may be gone by then.
            part.try_set(Some(loaded));
        });
    });
    let over = RwSignal::new(false);
    let drag = move |event: DragEvent| {
        if pick::drags_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        door.files(pick::dropped(&event));
    };
    let any = Memo::new(move |_| door.is_asked());
    view! {
        <div
            class="wrap wide workbench"
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Show when=move || door.broken.get()>
                <div class="notice warn" role="alert">
                    <p>
                        {move || if door.runs.get() {
                            (view! { <strong>"The part that reads files stopped."</strong> }, " Reload the page and open the files again.")
                        } else {
                            (view! { <strong>"The part that reads files did not start."</strong> }, " Reload the page. If that does not help, this browser is older than the ones we know: use a current Chromium, Firefox or Safari.")
                        }}
                    </p>
                </div>
            </Show>
            {move || {
                // The part's arrival is nothing to the drop zone.
                if !any.get() {
                    return first(over);
                }
                part.get().map_or_else(coming, |part| part())
            }}
        </div>
    }
    .into_any()
}

/// Before a file is chosen.
fn first(over: RwSignal<bool>) -> AnyView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Open an export file"</h1>
            <p class="lead">
                "Pulls per tag, country and client, from files of your own. They are read here, in this browser: nothing is uploaded."
            </p>
        </div>
        <opening::Opening over=over />
    }
    .into_any()
}

/// A file is chosen, and what shows it is on its way.
fn coming() -> AnyView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Open an export file"</h1>
            <p class="lead" role="status">"The part of this page that reads files is on its way."</p>
        </div>
    }
    .into_any()
}

/// What shows the files.
#[cfg(all(feature = "split", not(feature = "ssr")))]
#[leptos::lazy]
fn bench_part() -> fn() -> AnyView {
    show_bench
}

#[cfg(not(all(feature = "split", not(feature = "ssr"))))]
async fn bench_part() -> fn() -> AnyView {
    show_bench
}

fn show_bench() -> AnyView {
    view! { <bench::Bench /> }.into_any()
}
