//! The insights workbench: export files of the reader's own, read in the
//! browser. This part of the page takes the files; [`bench`] shows them.

mod bench;
mod breakdown;
mod chart_foot;
mod chart_part;
mod controls;
mod downloads;
mod export;
mod files;
mod filters;
mod namespace;
mod opened;
mod opening;
mod provenance;
mod pushes;
mod rows;
mod series_table;
mod served;
mod skeleton;
mod spoken;
mod tip;
mod totals;
pub mod view_state;
mod visitors;
mod words;

use crate::components::icon::{Icon, IconName};
use crate::platform::{dom, events, pick};
use crate::workbench::door::{Of, door};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event};

/// A place on a page for what comes later. Around it the page stays as it is:
/// the heading is one element, which keeps the focus.
#[derive(Clone, Copy)]
enum Place {
    /// In the heading: whose files are open.
    Title,
    /// Beside the heading: what can be done with the view.
    Tools,
    /// Below: the files and what they say.
    Body,
    /// All of the page of a namespace.
    Pulls,
}

type Part = fn(Place) -> AnyView;

/// The page.
#[component]
pub fn Insights() -> impl IntoView {
    let door = door(Of::Files);
    let part = RwSignal::new(None::<Part>);
    let over = RwSignal::new(false);
    Effect::new(move |_| {
        // The workers and the rest of the page come while the reader looks for a file.
        door.start();
        leptos::task::spawn_local(async move {
            let loaded = bench_part().await;
            // The page may be gone by then.
            part.try_set(Some(loaded));
        });
        // On the window: the browser would leave the page for a file that is dropped beside it.
        let take = move |event: Event, dropped: bool| {
            let event: DragEvent = event.unchecked_into();
            if pick::drags_files(&event) {
                event.prevent_default();
                over.set(!dropped);
                if dropped {
                    opening::take(pick::dropped(&event));
                }
            }
        };
        events::on_window("dragover", move |event| take(event, false));
        events::on_window("drop", move |event| take(event, true));
        events::on_window("dragleave", move |event| {
            // From one element to the next is not out of the window.
            let event: DragEvent = event.unchecked_into();
            over.set(event.related_target().is_some());
        });
    });
    let any = Memo::new(move |_| door.is_asked());
    // The part's arrival is nothing to the drop zone.
    let at = move |place| {
        any.get()
            .then(|| part.get().map(|part| part(place)))
            .flatten()
    };
    let shown = move || any.get() && door.shown.get();
    view! {
        <div class=move || if over.get() { "wrap wide workbench over" } else { "wrap wide workbench" }>
            <Show when=move || door.broken.get()>
                <div class="notice person" role="alert">
                    <Icon of=IconName::Alert />
                    <span>
                        {move || if door.runs.get() {
                            (view! { <strong>"The part that reads files stopped."</strong> }, " Reload the page and open the files again.")
                        } else {
                            (view! { <strong>"The part that reads files did not start."</strong> }, " Reload the page. If that does not help, this browser is older than the ones we know: use a current Chromium, Firefox or Safari.")
                        }}
                    </span>
                    <button type="button" class="btn small" on:click=|_| dom::reload()>"Reload"</button>
                </div>
            </Show>
            <div class="page-head">
                <div class=move || if shown() { "ns-line" } else { "title" }>
                    <h1 tabindex="-1">
                        {move || at(Place::Title).unwrap_or_else(|| "Open an export file".into_any())}
                    </h1>
                    {move || at(Place::Tools)}
                </div>
                <p class=move || if shown() { "sr" } else { "lead" }>
                    "Pulls per tag, country and client, from files of your own. They are read here, in this browser: nothing is uploaded."
                </p>
            </div>
            {move || {
                if !any.get() {
                    return view! { <div class="opening"><opening::Opening /></div> }.into_any();
                }
                at(Place::Body).unwrap_or_else(coming)
            }}
        </div>
    }
    .into_any()
}

/// A file is chosen, and what shows it is on its way.
fn coming() -> AnyView {
    view! { <p class="t14 soft" role="status">"The part of this page that reads files is on its way."</p> }
        .into_any()
}

/// What shows the files.
#[cfg(all(feature = "split", not(feature = "ssr")))]
#[leptos::lazy]
fn bench_part() -> Part {
    show_bench
}

#[cfg(not(all(feature = "split", not(feature = "ssr"))))]
async fn bench_part() -> Part {
    show_bench
}

/// The insights of a namespace, once what shows pulls is there.
pub async fn pulls_page() -> AnyView {
    // The worker starts meanwhile; there is none where pages are written to files.
    if cfg!(not(feature = "ssr")) {
        door(Of::Server).start();
    }
    bench_part().await(Place::Pulls)
}

fn show_bench(place: Place) -> AnyView {
    match place {
        Place::Title => bench::title().into_any(),
        Place::Tools => view! { <bench::Tools /> }.into_any(),
        Place::Body => view! { <bench::Bench /> }.into_any(),
        Place::Pulls => view! { <namespace::Pulls /> }.into_any(),
    }
}
