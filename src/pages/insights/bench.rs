//! The workbench once a file is chosen: its heading, the files, and what is
//! drawn from an answer. A part of its own, which comes while the reader looks
//! for a file.

use super::opened::Opened;
use super::view_state::ViewState;
use super::{
    breakdown, chart_part, controls, downloads, export, filters, provenance, rows, totals,
};
use super::{skeleton, spoken};
use crate::components::copy_button::CopyButton;
use crate::components::icon::{Icon, IconName, PageSprite};
use crate::platform::{clock, dom, intl};
use crate::state::query::use_query;
use crate::workbench::door::{Choice, Of, door};
use crate::workbench::{Answer, Workbench, workbench};
use leptos::prelude::*;
use pulls::calendar::Granularity;
use pulls::query::Query;
use pulls_worker::wire::State;

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
    /// The answer to show; `None` until there is one with any row behind it.
    pub answer: Signal<Option<Answer>>,
    /// Whether there is a view: a file that counts, or one that is being read.
    pub shown: Memo<bool>,
    /// Whose pulls are shown.
    pub of: Of,
}

impl Desk {
    /// Whether a server keeps the pulls.
    pub fn is_served(self) -> bool {
        self.of == Of::Server
    }
}

/// What the parts of the page share.
///
/// # Panics
/// Outside the page.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}

/// What the parts of the page share, for all of them.
pub fn provide_desk(of: Of) -> Desk {
    let workbench = workbench(of);
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
    let answer = Signal::derive(move || {
        workbench
            .answer
            .with(|answer| answer.clone().filter(|a| a.view.all_rows > 0))
    });
    let counts = move || {
        workbench.progress.with(|p| {
            p.files.iter().any(|f| {
                matches!(
                    f.state,
                    State::Counted | State::CountedInPart(_) | State::Reading
                )
            })
        })
    };
    let desk = Desk {
        workbench,
        state,
        query,
        answer,
        shown: Memo::new(move |_| counts() || answer.with(Option::is_some)),
        of,
    };
    provide_context(desk);
    desk
}

/// Everything below the page's frame.
#[component]
pub fn Bench() -> impl IntoView {
    let desk = provide_desk(Of::Files);
    let Desk {
        workbench, query, ..
    } = desk;
    let any_file = Memo::new(move |_| workbench.progress.with(|p| !p.files.is_empty()));
    Effect::new(move |_| {
        let asked = query.get();
        if any_file.get() {
            workbench.query(asked);
        }
    });
    // What was chosen before this part was there, and what is from now on.
    let door = door(Of::Files);
    Effect::new(move |_| {
        for choice in door.take() {
            match choice {
                Choice::Files(files) => workbench.open(files),
                Choice::Sample => workbench.open_sample(),
            }
        }
    });
    // The page's frame makes room for what can be done with a view.
    Effect::new(move |_| door.shown.set(desk.shown.get()));
    on_cleanup(move || door.shown.set(false));
    spoken::follow(desk);
    view! {
        <PageSprite />
        <LostPart />
        <Opened />
        <Show when=move || desk.shown.get()>
            <View />
        </Show>
    }
    .into_any()
}

/// A part of the workers did not load.
#[component]
pub fn LostPart() -> impl IntoView {
    let Desk {
        workbench, query, ..
    } = use_desk();
    let again = move |_| {
        workbench.lost.set(false);
        workbench.query(query.get_untracked());
    };
    view! {
        <Show when=move || workbench.lost.get()>
            <div class="notice person" role="alert">
                <Icon of=IconName::Alert />
                <span>
                    <strong>"A part of this page could not be loaded."</strong>
                    " What is shown is from before, and nothing is lost. Try again once you are online."
                </span>
                <button type="button" class="btn small" on:click=again>
                    "Try again"
                </button>
            </div>
        </Show>
    }
}

/// What the heading says: whose files are open.
pub fn title() -> impl Fn() -> String {
    let progress = workbench(Of::Files).progress;
    move || {
        let names = progress.with(|p| {
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
                text.push_str(&intl::number(rest.len() as u64));
                text.push_str(" more");
                text
            }
        }
    }
}

/// Beside the heading: the ways to take the view along.
#[component]
pub fn Tools() -> impl IntoView {
    let shown = door(Of::Files).shown;
    view! {
        <Show when=move || shown.get()>
            <Take />
        </Show>
    }
    .into_any()
}

/// The ways to take a view along.
#[component]
pub fn Take() -> impl IntoView {
    view! {
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
    }
    .into_any()
}

/// Milliseconds between two steps of the page's being built.
const STEP_MS: u32 = 30;
/// The steps after the chart: the tags, which are its legend; the other
/// breakdowns; the rows; the export.
const STEPS: u8 = 4;

/// Everything that is drawn from an answer. The chart comes first; the rest
/// follows step by step, so that no step holds the page up, and past the tags
/// only when the files are read: until then reading has the processor. What is
/// still to come is held open in its size.
#[component]
pub fn View() -> impl IntoView {
    let desk = use_desk();
    let steps = Memo::new(move |_| {
        desk.answer.with(|answer| match answer {
            None => 0,
            Some(answer) if answer.partial => 1,
            Some(_) => STEPS,
        })
    });
    let step = RwSignal::new(0u8);
    Effect::new(move |_| {
        let at = step.get();
        if at < steps.get() {
            clock::after(STEP_MS, move || {
                // The page may be gone by then.
                step.try_set(at + 1);
            });
        }
    });
    view! {
        <controls::Controls />
        <filters::Filters />
        <totals::Totals />
        <div class="main-row">
            <chart_part::ChartPart />
            <Show when=move || { step.get() >= 1 } fallback=|| skeleton::lines(15)>
                <breakdown::Tags />
            </Show>
        </div>
        <Show when=move || { step.get() >= 2 } fallback=skeleton::breakdowns>
            <breakdown::Others />
        </Show>
        <Show when=move || { step.get() >= 3 } fallback=skeleton::rows>
            <rows::Rows />
        </Show>
        <section class="block" id="export" aria-labelledby="export-heading">
            <header>
                <h2 id="export-heading" tabindex="-1">"Export this view"</h2>
            </header>
            <Show when=move || { step.get() >= 4 } fallback=|| skeleton::lines(12)>
                <div class="cols">
                    {if desk.is_served() { view! { <downloads::Downloads /> }.into_any() } else { view! { <export::ExportForm /> }.into_any() }}
                    {if desk.is_served() { view! { <provenance::OfServer /> }.into_any() } else { view! { <provenance::Provenance /> }.into_any() }}
                </div>
            </Show>
        </section>
    }
    .into_any()
}
