//! The insights workbench: export files of the reader's own, read in the
//! browser. This page composes; the engine answers.

mod breakdown;
mod chart_part;
mod controls;
mod export;
mod files;
mod filters;
mod opening;
mod provenance;
mod rows;
mod series_table;
mod tip;
mod totals;
pub mod view_state;
mod words;

use crate::components::copy_button::CopyButton;
use crate::components::icon::{Icon, IconName};
use crate::platform::dom;
use crate::state::query::use_query;
use crate::workbench::{Answer, Workbench, workbench};
use leptos::prelude::*;
use pulls::calendar::Granularity;
use pulls::query::Query;
use view_state::ViewState;

/// A span of so few days is shown by day unless the URL says otherwise.
const BY_DAY_UP_TO: u32 = 35;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The workers.
    pub workbench: Workbench,
    /// The URL's view.
    pub state: ViewState,
    /// The query that the URL asks.
    pub query: Memo<Query>,
    /// The answer to show; `None` until there is one.
    pub answer: Signal<Option<Answer>>,
}

/// What the parts of the page share.
///
/// # Panics
/// Outside the page.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}

/// The page.
#[component]
pub fn Insights() -> impl IntoView {
    let workbench = workbench();
    let state = ViewState::new(use_query());
    // Weeks suit months of data; a few days of it are shown by day.
    let usual = Memo::new(move |before: Option<&Granularity>| {
        workbench.answer.with(|answer| match answer {
            Some(answer) if !answer.partial => {
                let few = answer
                    .view
                    .available
                    .is_some_and(|s| s.days() <= BY_DAY_UP_TO);
                if few {
                    Granularity::Day
                } else {
                    Granularity::Week
                }
            }
            // While files are read, days are still to come.
            _ => before.copied().unwrap_or(Granularity::Week),
        })
    });
    let query = Memo::new(move |_| state.query(usual.get()));
    let desk = Desk {
        workbench,
        state,
        query,
        answer: workbench.answer.into(),
    };
    provide_context(desk);
    // What draws an answer is a part of its own: it comes while the reader looks for a file.
    let part = RwSignal::new(None::<fn() -> AnyView>);
    Effect::new(move |_| {
        workbench.start();
        leptos::task::spawn_local(async move {
            let loaded = view_part().await;
            // The page may be gone by then.
            part.try_set(Some(loaded));
        });
    });
    let any_file = Memo::new(move |_| workbench.progress.with(|p| !p.files.is_empty()));
    Effect::new(move |_| {
        let asked = query.get();
        if any_file.get() {
            workbench.query(asked);
        }
    });
    let any_answer = Memo::new(move |_| workbench.answer.with(Option::is_some));
    view! {
        <div class="wrap wide workbench">
            <Head any_answer=any_answer />
            <opening::Opening />
            {move || any_answer.get().then(|| part.get().map(|part| part())).flatten()}
        </div>
    }
    .into_any()
}

/// What draws an answer.
#[cfg(all(feature = "split", not(feature = "ssr")))]
#[leptos::lazy]
fn view_part() -> fn() -> AnyView {
    show_view
}

#[cfg(not(all(feature = "split", not(feature = "ssr"))))]
async fn view_part() -> fn() -> AnyView {
    show_view
}

fn show_view() -> AnyView {
    view! { <View /> }.into_any()
}

/// The heading: of the page, then of what is open.
#[component]
fn Head(
    /// Whether there is anything to show.
    any_answer: Memo<bool>,
) -> impl IntoView {
    let desk = use_desk();
    let title = move || {
        let names = desk.workbench.progress.with(|p| {
            let mut names: Vec<String> =
                p.files.iter().flat_map(|f| f.namespaces.clone()).collect();
            names.sort();
            names.dedup();
            names
        });
        match &names[..] {
            [] => "Open an export file".to_owned(),
            [one] => one.clone(),
            [first, rest @ ..] => {
                let mut text = first.clone();
                text.push_str(" and ");
                text.push_str(&rest.len().to_string());
                text.push_str(" more");
                text
            }
        }
    };
    view! {
        <div class="page-head">
            <div class="ns-line">
                <h1 tabindex="-1">{title}</h1>
                <Show when=move || any_answer.get()>
                    <div class="end">
                        <CopyButton
                            text=Signal::derive(dom::address)
                            what="the link to this view"
                            word="Share"
                            class="btn"
                        >
                            <Icon of=IconName::Link />
                        </CopyButton>
                        <a class="btn" href="#export" rel="external">
                            <Icon of=IconName::Download />
                            "Export"
                        </a>
                    </div>
                </Show>
            </div>
            <p class="lead" class:sr=move || any_answer.get()>
                "Pulls per tag, country and client, from files of your own. They are read here, in this browser: nothing is uploaded."
            </p>
        </div>
    }
    .into_any()
}

/// Everything that is drawn from an answer.
#[component]
fn View() -> impl IntoView {
    view! {
        <controls::Controls />
        <filters::Filters />
        <totals::Totals />
        <div class="main-row">
            <chart_part::ChartPart />
            <breakdown::Tags />
        </div>
        <breakdown::Others />
        <rows::Rows />
        <section class="block" id="export" aria-labelledby="export-heading">
            <header>
                <h2 id="export-heading" tabindex="-1">"Export this view"</h2>
            </header>
            <div class="cols">
                <export::ExportForm />
                <provenance::Provenance />
            </div>
        </section>
    }
    .into_any()
}
