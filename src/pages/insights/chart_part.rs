//! Pulls per tag over time: the chart, its head, and its table twin.

use super::chart_foot::{Foot, Short, undated};
use super::pushes;
use super::series_table::SeriesTable;
use super::tip::Tip;
use super::totals::tags_known;
use super::view_state::Shown;
use super::{bench::use_desk, words};
use crate::chart::{self, ChartCanvas, Pointed};
use crate::components::announcer::use_announcer;
use crate::components::segmented::Segmented;
use crate::platform::{clock, intl, media};
use charts::{Bucket, BucketState, ChartModel, ChartSeries, Role};
use leptos::prelude::*;
use pulls::calendar::Span;
use pulls::header::FileKind;
use pulls::query::{Dimension, Measure, SpanChoice};
use pulls::view::{self, View};
use pulls_worker::wire::State;
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
    let comparison = view.comparison.as_ref().map(|c| c.values.clone());
    let unit = if measure == Measure::Checks {
        "version checks"
    } else {
        "pulls"
    };
    ChartModel {
        buckets,
        series,
        comparison,
        unit: unit.to_owned(),
        ..ChartModel::default()
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
    let pushed = desk.is_served().then(|| pushes::told(desk));
    let drawn = Memo::new(move |_| {
        let mut model = desk
            .answer
            .with(|a| a.as_ref().map(|a| model(&a.view, state.measure())))
            .unwrap_or_default();
        if let Some(pushed) = pushed {
            let filters = desk.query.with(|query| query.filters.clone());
            model.pushes = pushed.with(|found| pushes::marks(found, &filters));
        }
        Arc::new(model)
    });
    let partial = Memo::new(move |_| desk.answer.with(|a| a.as_ref().is_some_and(|a| a.partial)));
    let has_days = Memo::new(move |_| {
        desk.answer
            .with(|a| a.as_ref().is_some_and(|a| !a.view.periods.is_empty()))
    });
    // A summary has no days; of any other file they are on their way.
    let has_summary = Memo::new(move |_| {
        desk.workbench.progress.with(|p| {
            p.files.iter().any(|f| {
                matches!(
                    f.state,
                    State::Counted | State::CountedInPart(_) | State::Reading
                ) && matches!(
                    f.kind,
                    Some(FileKind::SummaryByTag | FileKind::SummaryByRepository)
                )
            })
        })
    });
    let waits = Memo::new(move |_| !has_days.get() && !has_summary.get());
    let nothing = Memo::new(move |_| {
        drawn.with(|m| m.series.iter().all(|s| s.values.iter().all(|v| *v == 0)))
    });
    let title = Memo::new(move |_| {
        desk.answer.with(|a| {
            let view = a.as_ref().map(|a| &a.view);
            let mut text = String::from(words::measure(state.measure()));
            if view.is_none_or(|v| tags_known(v)) {
                text.push_str(" per tag");
            }
            if view.is_none_or(|v| !v.periods.is_empty()) {
                text.push_str(", by ");
                text.push_str(words::period(
                    view.map_or_else(|| desk.query.get().by, |v| v.by),
                ));
            }
            if a.as_ref().is_some_and(|a| a.partial) {
                text.push_str(", so far");
            }
            text
        })
    });
    let short = Memo::new(move |_| {
        let today = clock::today_days();
        desk.answer
            .with(|a| a.as_ref().and_then(|a| Short::of(&a.view, today)))
    });
    let label = Memo::new(move |_| {
        let mut text = title.get();
        text.push_str(": ");
        let texts = Short::texts(short.get());
        text.push_str(&drawn.with(|m| chart::with_words(|w| charts::describe(m, w, &texts))));
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
    Effect::new(move |before: Option<_>| {
        let Pointed { bucket, series, .. } = pointed.get();
        if before.is_some_and(|before| before != (bucket, series))
            && let Some(bucket) = bucket
        {
            announcer.say(drawn.with_untracked(|m| spoken(m, bucket, series)));
        }
        (bucket, series)
    });
    // What went wrong, to be seen and heard; until the next answer.
    let trouble = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        desk.answer.track();
        trouble.set(None);
    });
    let say = move |text: &'static str| {
        trouble.set(Some(text));
        announcer.say(text);
    };
    let pick = move |series: usize, exclude: bool| {
        let name = desk.answer.with_untracked(|a| {
            a.as_ref()
                .and_then(|a| a.view.series.get(series).map(|s| (s.role, s.name.clone())))
        });
        match name {
            Some((view::Role::Tag(_) | view::Role::NoTag, name)) => {
                state.toggle(Dimension::Tag, &name, exclude)
            }
            Some(_) => say("Other tags are many: choose one in the list."),
            None => say("Version checks are no tag. Count can show them alone."),
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
    let refused =
        move || say("The browser did not let us save the picture. Try again, or the other format.");
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
    // A memo: another address that shows the same chart is no reason to draw it again.
    let form = Memo::new(move |_| state.shown().form());
    let table = Memo::new(move |_| state.shown() == Shown::Table);
    let printing = RwSignal::new(false);
    media::on_print(move |now| printing.set(now));
    view! {
        <section aria-labelledby="chart-heading">
            <div class="chart-head">
                <h2 id="chart-heading">{move || title.get()}</h2>
                <Show when=move || has_days.get() || waits.get()>
                    <Segmented
                        label="Form"
                        options=vec![(Shown::Stacked, "Stacked"), (Shown::Lines, "Lines"), (Shown::Table, "Table")]
                        chosen=Signal::derive(move || state.shown())
                        choose=move |shown| state.set_shown(shown)
                    />
                    <div class="actions tight">
                        <button type="button" class="btn small" aria-label="Download the chart as PNG" prop:disabled=move || waits.get() on:click=save_png>"PNG"</button>
                        <button type="button" class="btn small" aria-label="Download the chart as SVG" prop:disabled=move || waits.get() on:click=save_svg>"SVG"</button>
                    </div>
                </Show>
            </div>
            <Show when=move || has_days.get() || waits.get() fallback=NoDays>
                <Show when=move || waits.get() || partial.get() || !nothing.get() fallback=Nothing>
                    <Show when=move || !table.get() fallback=move || view! { <SeriesTable model=drawn /> }>
                        <figure class="chart">
                            <Show when=move || !waits.get() fallback=|| view! { <div class="canvas"><i class="skel"></i></div> }>
                                <ChartCanvas
                                    model=drawn
                                    form=form
                                    label=label
                                    pointed=pointed
                                    reading_at=reading_at
                                    printing=printing
                                    pick=pick
                                    zoom=zoom
                                />
                                <Tip model=drawn pointed=pointed />
                            </Show>
                        </figure>
                        <Foot model=drawn short=short pushed=pushed />
                        // Paper has no cursor to ask: the figures stand below.
                        <Show when=move || printing.get()><SeriesTable model=drawn /></Show>
                    </Show>
                </Show>
                {move || desk.answer.with(|a| a.as_ref().and_then(|a| undated(&a.view, state.measure()))).map(|text| view! { <p class="t13 soft note">{text}</p> })}
            </Show>
            {move || trouble.get().map(|text| view! { <p class="t13 note">{text}</p> })}
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
    let pushed = model.pushed(bucket);
    if !pushed.is_empty() {
        text.push_str("; pushed: ");
        text.push_str(&charts::listed(&pushed));
    }
    text
}
