//! What to show: span, period, measure, repository, comparison.

use super::{bench::use_desk, view_state::ViewState, words};
use crate::components::{
    fold::Fold,
    icon::{Icon, IconName},
    segmented::Segmented,
};
use crate::platform::intl;
use leptos::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Compare, Dimension, Measure, SpanChoice};
use pulls::view::View;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement};

/// The controls; folded into one line on a small screen.
#[component]
pub fn Controls() -> impl IntoView {
    let desk = use_desk();
    let state = desk.state;
    // Most files have days: until the first answer, their controls are there.
    let with_days = Memo::new(move |_| with_view(|v| v.available.is_some()).unwrap_or(true));
    let finest = Memo::new(move |_| with_view(|v| v.finest).unwrap_or(Granularity::Day));
    let by = Memo::new(move |_| with_view(|v| v.by).unwrap_or_else(|| desk.query.get().by));
    let summary = move || {
        if !with_days.get() {
            return String::new();
        }
        // Which days it is, the first answer tells.
        let mut text = match with_view(|v| v.span).flatten() {
            Some(span) => words::span(span) + ", by ",
            None => "By ".to_owned(),
        };
        text.push_str(words::period(by.get()));
        text
    };
    let detail = move || {
        let mut text = words::measure(state.measure()).to_owned();
        match state.compare() {
            Compare::Nothing => {}
            Compare::Before => text.push_str(", against the span before"),
            Compare::YearBefore => text.push_str(", against a year earlier"),
        }
        text
    };
    let grains = move || {
        [
            (Granularity::Day, "Day"),
            (Granularity::Week, "Week"),
            (Granularity::Month, "Month"),
        ]
        .into_iter()
        .filter(|(by, _)| *by >= finest.get())
        .collect::<Vec<_>>()
    };
    view! {
        <Fold summary=Signal::derive(summary) detail=Signal::derive(detail)>
            <form class="controls" aria-label="What to show" on:submit=|event| event.prevent_default()>
                <Show when=move || with_days.get()>
                    <div class="ctl">
                        <span class="lab">"Time span"</span>
                        <Segmented
                            label="Time span"
                            options=vec![
                                (SpanChoice::LastMonths(3), "3 mo"),
                                (SpanChoice::LastMonths(6), "6 mo"),
                                (SpanChoice::LastMonths(12), "12 mo"),
                                (SpanChoice::All, "All"),
                            ]
                            chosen=Signal::derive(move || state.span())
                            choose=move |span| state.set_span(span)
                        />
                    </div>
                    <Range />
                    <div class="ctl">
                        <span class="lab">"By"</span>
                        {move || {
                            view! {
                                <Segmented
                                    label="By"
                                    options=grains()
                                    chosen=by
                                    choose=move |by| state.set_by(by)
                                />
                            }
                        }}
                    </div>
                </Show>
                <div class="ctl">
                    <span class="lab">"Count"</span>
                    <Segmented
                        label="Count"
                        options=vec![(Measure::Pulls, "Pulls"), (Measure::Checks, "Version checks"), (Measure::Both, "Both")]
                        chosen=Signal::derive(move || state.measure())
                        choose=move |measure| state.set_measure(measure)
                    />
                </div>
                <RepositoryChoice state=state />
                <Show when=move || with_days.get()>
                    <div class="ctl">
                        <label class="lab" for="compare">"Compare with"</label>
                        <select
                            id="compare"
                            class="select inline"
                            prop:value=move || compare_name(state.compare())
                            on:change=move |event| {
                                state.set_compare(match &selected(&event)[..] {
                                    "year" => Compare::YearBefore,
                                    "before" => Compare::Before,
                                    _ => Compare::Nothing,
                                });
                            }
                        >
                            <option value="">"Nothing"</option>
                            <option value="before">"The span before"</option>
                            <option value="year">"A year earlier"</option>
                        </select>
                    </div>
                </Show>
            </form>
        </Fold>
    }
    .into_any()
}

/// Reads the answer at hand; follows it.
pub fn with_view<T>(read: impl FnOnce(&View) -> T) -> Option<T> {
    use_desk()
        .answer
        .with(|answer| answer.as_ref().map(|a| read(&a.view)))
}

fn compare_name(compare: Compare) -> &'static str {
    match compare {
        Compare::Nothing => "",
        Compare::Before => "before",
        Compare::YearBefore => "year",
    }
}

/// The value of the select that changed.
pub fn selected(event: &Event) -> String {
    event
        .target()
        .and_then(|t| t.dyn_into::<HtmlSelectElement>().ok())
        .map(|s| s.value())
        .unwrap_or_default()
}

/// First and last day, and the steps to the spans before and after.
#[component]
fn Range() -> impl IntoView {
    let desk = use_desk();
    let state = desk.state;
    let answer = desk.answer;
    let of = move |read: fn(&View) -> Option<Span>| {
        answer.with(|a| a.as_ref().and_then(|a| read(&a.view)))
    };
    let span = Memo::new(move |_| of(|v| v.span));
    let available = Memo::new(move |_| of(|v| v.available));
    let step = move |direction: i32| {
        if let (Some(span), by) = (span.get_untracked(), desk.query.get_untracked().by) {
            state.set_span(SpanChoice::Days(shifted(span, by, direction)));
        }
    };
    let none_before = move || match (span.get(), available.get()) {
        (Some(span), Some(all)) => span.first <= all.first,
        _ => true,
    };
    let none_after = move || match (span.get(), available.get()) {
        (Some(span), Some(all)) => span.last >= all.last,
        _ => true,
    };
    let day_of = |event: &Event| {
        let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
        input.and_then(|i| Day::parse(i.value().as_bytes()))
    };
    let set_first = move |event: Event| {
        if let (Some(day), Some(span)) = (day_of(&event), span.get_untracked()) {
            state.set_span(SpanChoice::Days(Span::new(day, span.last.max(day))));
        }
    };
    let set_last = move |event: Event| {
        if let (Some(day), Some(span)) = (day_of(&event), span.get_untracked()) {
            state.set_span(SpanChoice::Days(Span::new(span.first.min(day), day)));
        }
    };
    view! {
        <div class="ctl">
            <span class="lab">"From and to, UTC"</span>
            <div class="range" role="group" aria-label="From and to, UTC">
                <button type="button" aria-label="Span before" prop:disabled=none_before on:click=move |_| step(-1)>"‹"</button>
                <span class="mid">
                    <Icon of=IconName::Calendar />
                    <input
                        type="date"
                        aria-label="First day"
                        prop:value=move || span.get().map(|s| s.first.to_string()).unwrap_or_default()
                        on:change=set_first
                    />
                    <span aria-hidden="true">"–"</span>
                    <input
                        type="date"
                        aria-label="Last day"
                        prop:value=move || span.get().map(|s| s.last.to_string()).unwrap_or_default()
                        on:change=set_last
                    />
                </span>
                <button type="button" aria-label="Span after" prop:disabled=none_after on:click=move |_| step(1)>"›"</button>
            </div>
        </div>
    }
    .into_any()
}

/// The span as long, before or after: by whole periods.
fn shifted(span: Span, by: Granularity, direction: i32) -> Span {
    if by == Granularity::Month {
        let months = span.periods(by).count() as u32;
        let first = by.start(span.first);
        return if direction < 0 {
            Span::new(first.minus_months(months), first.plus(-1))
        } else {
            let next = by.next(span.last);
            let last = (1..months).fold(by.next(next), |day, _| by.next(day));
            Span::new(next, last.plus(-1))
        };
    }
    let days = span.days() as i32 * direction;
    Span::new(span.first.plus(days), span.last.plus(days))
}

/// Stands for several repositories; no repository is called so.
const SEVERAL: &str = "*";

/// All repositories, or one.
#[component]
fn RepositoryChoice(
    /// The URL's view.
    state: ViewState,
) -> impl IntoView {
    let filtered = move || {
        let filters = state.filters();
        filters
            .into_iter()
            .filter(|f| f.dimension == Dimension::Repository && !f.exclude)
            .flat_map(|f| f.values)
            .collect::<Vec<_>>()
    };
    // A link may name one that these files do not hold.
    let names = Memo::new(move |_| {
        let mut names = with_view(|v| v.repositories.clone()).unwrap_or_default();
        names.extend(
            filtered()
                .into_iter()
                .filter(|name| !names.contains(name))
                .collect::<Vec<_>>(),
        );
        names
    });
    let chosen = move || match &filtered()[..] {
        [] => String::new(),
        [one] => one.clone(),
        _ => SEVERAL.to_owned(),
    };
    let several = move || filtered().len() > 1;
    let all = move || {
        let mut text = String::from("All");
        if let Some(held) = with_view(|v| v.repositories.len()) {
            text.push(' ');
            text.push_str(&intl::number(held as u64));
        }
        text
    };
    view! {
        <Show when=move || with_view(|v| v.repositories.len() > 1).unwrap_or(true) || !filtered().is_empty()>
            <div class="ctl">
                <label class="lab" for="repository">"Repository"</label>
                <select
                    id="repository"
                    class="select inline"
                    prop:value=chosen
                    on:change=move |event| {
                        let name = selected(&event);
                        if name == SEVERAL {
                            return;
                        }
                        state.set_only(Dimension::Repository, (!name.is_empty()).then_some(&name[..]));
                    }
                >
                    <option value="">{all}</option>
                    <Show when=several>
                        <option value=SEVERAL selected=true>"Several"</option>
                    </Show>
                    {move || {
                        names
                            .get()
                            .into_iter()
                            .map(|name| {
                                let is_chosen = {
                                    let name = name.clone();
                                    move || chosen() == name
                                };
                                let shown = name.clone();
                                view! { <option value=name selected=is_chosen>{shown}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
        </Show>
    }
    .into_any()
}
