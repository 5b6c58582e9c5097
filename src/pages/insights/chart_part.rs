//! Pulls per tag over time: the chart, its head and foot, and its table twin.

use super::series_table::SeriesTable;
use super::tip::Tip;
use super::totals::tags_known;
use super::view_state::Shown;
use super::{bench::use_desk, words};
use crate::chart::{self, ChartCanvas, Pointed};
use crate::components::announcer::use_announcer;
use crate::components::segmented::Segmented;
use crate::platform::intl;
use charts::{Bucket, BucketState, ChartModel, ChartSeries, PeriodTexts, Role};
use leptos::prelude::*;
use pulls::calendar::Span;
use pulls::query::{Compare, Dimension, Measure, SpanChoice};
use pulls::view::{self, View};
use std::sync::Arc;

/// The engine's view as the chart shows it.
pub fn model(view: &View, measure: Measure) -> ChartModel {
    let known = tags_known(view);
    let buckets = view
        .periods
        .iter()
        .map(|p| {
            let state = if p.missing {
                BucketState::Missing
            } else if p.is_whole() {
                BucketState::Complete
            } else {
                BucketState::Running {
                    elapsed_days: p.covered as u16,
                }
            };
            Bucket {
                first_day: p.span.first.0,
                days: p.span.days() as u16,
                state,
            }
        })
        .collect();
    let mut series: Vec<ChartSeries> = view
        .series
        .iter()
        .map(|s| ChartSeries {
            name: words::series(s, known),
            role: match s.role {
                view::Role::Tag(slot) => Role::Tag(slot),
                view::Role::Other => Role::Other,
                view::Role::NoTag => Role::Digest,
            },
            values: s.values.clone(),
        })
        .collect();
    if measure == Measure::Both && view.totals.checks > 0 {
        series.push(ChartSeries {
            name: "version checks".to_owned(),
            role: Role::VersionCheck,
            values: view.checks.clone(),
        });
    }
    let comparison = view
        .comparison
        .as_ref()
        .filter(|_| measure != Measure::Both)
        .map(|c| c.values.clone());
    let unit = if measure == Measure::Checks {
        "version checks"
    } else {
        "pulls"
    };
    ChartModel {
        buckets,
        series,
        total: Vec::new(),
        comparison,
        unit: unit.to_owned(),
    }
    .with_totals()
}

/// The part of the page.
#[component]
pub fn ChartPart() -> impl IntoView {
    let desk = use_desk();
    let state = desk.state;
    let announcer = use_announcer();
    let pointed = RwSignal::new(Pointed::default());
    let drawn = Memo::new(move |_| {
        desk.answer
            .with(|a| {
                a.as_ref()
                    .map(|a| Arc::new(model(&a.view, state.measure())))
            })
            .unwrap_or_default()
    });
    let partial = Memo::new(move |_| desk.answer.with(|a| a.as_ref().is_some_and(|a| a.partial)));
    let has_days = Memo::new(move |_| {
        desk.answer
            .with(|a| a.as_ref().is_some_and(|a| !a.view.periods.is_empty()))
    });
    let nothing = Memo::new(move |_| {
        drawn.with(|m| m.series.iter().all(|s| s.values.iter().all(|v| *v == 0)))
    });
    let title = Memo::new(move |_| {
        desk.answer.with(|a| {
            let Some(view) = a.as_ref().map(|a| &a.view) else {
                return String::new();
            };
            let mut text = String::from(words::measure(state.measure()));
            if tags_known(view) {
                text.push_str(" per tag");
            }
            if !view.periods.is_empty() {
                text.push_str(", by ");
                text.push_str(words::period(view.by));
            }
            if a.as_ref().is_some_and(|a| a.partial) {
                text.push_str(", so far");
            }
            text
        })
    });
    let label = Memo::new(move |_| {
        let mut text = title.get();
        text.push_str(": ");
        text.push_str(
            &drawn.with(|m| chart::with_words(|w| charts::describe(m, w, &PeriodTexts::english()))),
        );
        text.push_str(" The same figures are in the table.");
        text
    });
    // The frontier of what has been read: the last period with anything in it.
    let reading_at = Memo::new(move |_| {
        if !partial.get() {
            return None;
        }
        drawn.with(|m| (0..m.buckets.len()).rev().find(|b| m.stack_sum(*b) > 0))
    });
    Effect::new(move |before: Option<bool>| {
        let any = desk.answer.with(Option::is_some);
        if any && !before.unwrap_or(false) {
            crate::platform::marks::mark("first-picture");
        }
        if any && !partial.get() {
            crate::platform::marks::mark("complete");
        }
        any
    });
    // What the cursor is at, for those who hear the page.
    Effect::new(move |before: Option<Option<usize>>| {
        let at = pointed.get();
        if before.is_some_and(|b| b != at.bucket)
            && let Some(bucket) = at.bucket
        {
            announcer.say(drawn.with_untracked(|m| spoken(m, bucket, at.series)));
        }
        at.bucket
    });
    let pick = move |series: usize, exclude: bool| {
        let name = desk.answer.with_untracked(|a| {
            a.as_ref()
                .and_then(|a| a.view.series.get(series).map(|s| (s.role, s.name.clone())))
        });
        match name {
            Some((view::Role::Tag(_) | view::Role::NoTag, name)) => {
                state.toggle(Dimension::Tag, &name, exclude)
            }
            _ => announcer.say("Other tags are many: choose one in the list."),
        }
    };
    let zoom = move |from: usize, to: usize| {
        let days = desk.answer.with_untracked(|a| {
            let periods = &a.as_ref()?.view.periods;
            Some(Span::new(
                periods.get(from)?.span.first,
                periods.get(to)?.span.last,
            ))
        });
        if let Some(span) = days {
            state.set_span(SpanChoice::Days(span));
        }
    };
    let file_name = move |ending: &str| {
        let mut name = String::from("pulls-per-tag");
        if let Some(span) = desk
            .answer
            .with_untracked(|a| a.as_ref().and_then(|a| a.view.span))
        {
            name.push('_');
            name.push_str(&span.first.to_string());
            name.push('_');
            name.push_str(&span.last.to_string());
        }
        name.push_str(ending);
        name
    };
    let refused = move || announcer.say("The browser did not let us save the picture.");
    let save_png = move |_| {
        drawn.with_untracked(|m| chart::png(m, state.shown().form(), file_name(".png"), refused))
    };
    let save_svg = move |_| {
        let saved = drawn.with_untracked(|m| {
            chart::svg(
                m,
                state.shown().form(),
                &title.get_untracked(),
                &label.get_untracked(),
                &file_name(".svg"),
            )
        });
        if !saved {
            refused();
        }
    };
    let table = move || state.shown() == Shown::Table;
    view! {
        <section aria-labelledby="chart-heading">
            <div class="chart-head">
                <h2 id="chart-heading">{move || title.get()}</h2>
                <Show when=move || has_days.get()>
                    <Segmented
                        label="Form"
                        options=vec![(Shown::Stacked, "Stacked"), (Shown::Lines, "Lines"), (Shown::Table, "Table")]
                        chosen=Signal::derive(move || state.shown())
                        choose=move |shown| state.set_shown(shown)
                    />
                    <div class="actions tight">
                        <button type="button" class="btn small" aria-label="Download the chart as PNG" on:click=save_png>"PNG"</button>
                        <button type="button" class="btn small" aria-label="Download the chart as SVG" on:click=save_svg>"SVG"</button>
                    </div>
                </Show>
            </div>
            <Show when=move || has_days.get() fallback=NoDays>
                <Show when=move || !nothing.get() || partial.get() fallback=Nothing>
                    <Show when=move || !table() fallback=move || view! { <SeriesTable model=drawn /> }>
                        <figure class="chart">
                            <ChartCanvas
                                model=drawn
                                form=Signal::derive(move || state.shown().form())
                                label=label
                                pointed=pointed
                                reading_at=reading_at
                                pick=pick
                                zoom=zoom
                            />
                            <Tip model=drawn pointed=pointed />
                        </figure>
                        <Foot model=drawn />
                    </Show>
                </Show>
            </Show>
        </section>
    }
    .into_any()
}

/// Files without days.
#[component]
fn NoDays() -> impl IntoView {
    view! {
        <div class="blank">
            <strong>"No chart over time"</strong>
            <span>
                "A summary has no days: it adds up the whole span of its export. Totals, breakdowns and the export below work. For a chart, open the raw export of the same span."
            </span>
        </div>
    }
    .into_any()
}

/// No row in the view.
#[component]
fn Nothing() -> impl IntoView {
    let desk = use_desk();
    let filtered = move || !desk.state.filters().is_empty();
    let say = move || {
        let available = desk
            .answer
            .with(|a| a.as_ref().and_then(|a| a.view.available));
        let mut text = String::from(if filtered() {
            "No row matches the filters in this span."
        } else {
            "No row in this span."
        });
        if let Some(available) = available {
            text.push_str(" The files go from ");
            text.push_str(&intl::day(available.first.0));
            text.push_str(" to ");
            text.push_str(&intl::day(available.last.0));
            text.push('.');
        }
        text
    };
    view! {
        <div class="blank">
            <strong>"Nothing to draw"</strong>
            <span>{say}</span>
            <div class="actions">
                <button type="button" class="btn small" on:click=move |_| desk.state.set_span(SpanChoice::All)>"Show the whole span"</button>
                <Show when=filtered>
                    <button type="button" class="btn small" on:click=move |_| desk.state.clear_filters()>"Clear the filters"</button>
                </Show>
            </div>
        </div>
    }
    .into_any()
}

/// Marks and keys below the chart.
#[component]
fn Foot(
    /// What is drawn.
    model: Memo<Arc<ChartModel>>,
) -> impl IntoView {
    let desk = use_desk();
    let state = desk.state;
    let running = Memo::new(move |_| {
        model.with(|m| {
            let last = m.buckets.last()?;
            match last.state {
                BucketState::Running { elapsed_days } => Some((elapsed_days, last.days)),
                _ => None,
            }
        })
    });
    let by = move || {
        desk.answer
            .with(|a| a.as_ref().map_or("period", |a| words::period(a.view.by)))
    };
    let running_text = move || {
        running.get().map(|(elapsed, days)| {
            let mut text = String::from(by());
            if let Some(first) = text.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            text.push_str(" not over: ");
            text.push_str(&elapsed.to_string());
            text.push_str(" of ");
            text.push_str(&days.to_string());
            text.push_str(" days");
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="running-top" d="M1 5h22" /></svg>{text}</li> }
        })
    };
    let total = move || {
        (state.shown() == Shown::Stacked).then(|| {
            let word = if state.measure() == Measure::Checks { "All version checks" } else { "All pulls" };
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="top-line" d="M1 5h22" /></svg>{word}</li> }
        })
    };
    let compared = move || {
        let word = match state.compare() {
            Compare::Nothing => return None,
            Compare::Before => "The span before",
            Compare::YearBefore => "A year earlier",
        };
        model.with(|m| m.comparison.as_ref().is_some_and(|c| c.iter().any(Option::is_some))).then(|| {
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="compare" d="M1 5h22" /></svg>{word}</li> }
        })
    };
    view! {
        <div class="chart-foot">
            <ul class="legend" aria-label="Lines and marks">{total}{compared}{running_text}</ul>
            <p class="t12 dim keys" id="chart-keys">
                "Keys: arrows move through time and series, Enter keeps only that tag, Shift with arrows and then Enter zooms. With the pointer: click, drag."
            </p>
        </div>
    }
    .into_any()
}

/// The figures of a period in words.
fn spoken(model: &ChartModel, bucket: usize, series: Option<usize>) -> String {
    let Some(at) = model.buckets.get(bucket) else {
        return String::new();
    };
    let mut text = chart::period(at);
    text.push_str(": ");
    match (
        model.total.get(bucket).copied().flatten(),
        series.and_then(|s| Some((model.series.get(s)?, model.value(s, bucket)?))),
    ) {
        (_, Some((series, value))) => {
            text.push_str(&series.name);
            text.push(' ');
            text.push_str(&intl::number(value));
        }
        (Some(total), None) => {
            text.push_str(&intl::number(total));
            text.push(' ');
            text.push_str(&model.unit);
        }
        (None, None) => text.push_str("no data"),
    }
    text
}
