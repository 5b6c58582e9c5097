//! Below the chart: what its lines stand for, its keys, and what the last
//! period and the whole chart leave out.

use super::view_state::Shown;
use super::{bench::use_desk, words};
use crate::platform::intl;
use ::api::pulls::Pushes;
use charts::{ChartModel, PeriodTexts};
use leptos::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Compare, Measure};
use pulls::view::View;
use std::sync::Arc;

/// Why the last period is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// It is not over.
    Running,
    /// The span that was chosen cuts it.
    Cut,
    /// The files do not hold all its days.
    Files,
}

impl Why {
    /// Why a period of these days is short, in a view of `span` over what `files` cover.
    fn of(days: Span, span: Span, files: Span, today: i32) -> Self {
        let cut_before = span.first > days.first.max(files.first);
        let cut_after = span.last < days.last.min(files.last);
        if cut_before || cut_after {
            Self::Cut
        } else if days.contains(Day(today)) {
            Self::Running
        } else {
            Self::Files
        }
    }
}

/// The last period where it is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    why: Why,
    by: Granularity,
    covered: u32,
    days: u32,
}

impl Short {
    /// The last period of a view, if it is not whole; `today` in days since 1970.
    pub fn of(view: &View, today: i32) -> Option<Self> {
        let last = view
            .periods
            .last()
            .filter(|p| !p.missing && !p.is_whole())?;
        Some(Self {
            why: Why::of(last.span, view.span?, view.available?, today),
            by: view.by,
            covered: last.covered,
            days: last.span.days(),
        })
    }

    /// The sentences that describe the chart, with the reason.
    pub fn texts(this: Option<Self>) -> PeriodTexts<'static> {
        let mut texts = PeriodTexts::english();
        match this.map(|short| (short.why, short.by)) {
            Some((Why::Cut, _)) => {
                texts.running = "the time span cuts the last period: {elapsed} of {days} days";
            }
            Some((Why::Files, _)) => {
                texts.running = "the files hold {elapsed} of {days} days of the last period";
            }
            Some((Why::Running, Granularity::Day)) => texts.running = "today is not over",
            Some((Why::Running, _)) | None => {}
        }
        texts
    }

    fn legend(self) -> String {
        let days = [
            &intl::number(self.covered.into()),
            " of ",
            &intl::number(self.days.into()),
            " days",
        ]
        .concat();
        let period = words::period(self.by);
        match self.why {
            Why::Running => match self.by {
                Granularity::Month => ["Month not over: ", &days].concat(),
                Granularity::Week => ["Week not over: ", &days].concat(),
                Granularity::Day => "Today is not over".to_owned(),
            },
            Why::Cut => ["The time span cuts the last ", period, ": ", &days].concat(),
            Why::Files => ["The files hold ", &days, " of the last ", period].concat(),
        }
    }
}

/// What is counted and stands in no period, as a sentence: summaries have no days.
pub fn undated(view: &View, measure: Measure) -> Option<String> {
    let left = view.undated;
    if view.periods.is_empty() || left == 0 {
        return None;
    }
    Some(
        [
            &intl::number(left),
            " ",
            &words::measure(measure).to_lowercase(),
            " are not in the chart, since a summary has no days. The totals and lists count them.",
        ]
        .concat(),
    )
}

/// Marks and keys below the chart.
#[component]
pub fn Foot(
    /// What is drawn.
    model: Memo<Arc<ChartModel>>,
    /// The last period, if it is not whole.
    short: Memo<Option<Short>>,
    /// What was pushed, if anybody knows.
    pushed: Option<RwSignal<Pushes>>,
) -> impl IntoView {
    let state = use_desk().state;
    let running = move || {
        short.get().map(|short| {
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="running-top" d="M1 5h22" /></svg>{short.legend()}</li> }
        })
    };
    let total = move || {
        (state.shown() == Shown::Stacked).then(|| {
            let word = if state.measure() == Measure::Checks { "All version checks" } else { "All pulls" };
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="top-line" d="M1 5h22" /></svg>{word}</li> }
        })
    };
    let compared = move || {
        // Of both, pulls are compared: the checks' line has no total.
        let word = match (state.compare(), state.measure()) {
            (Compare::Nothing, _) => return None,
            (Compare::Before, Measure::Both) => "Pulls of the span before",
            (Compare::Before, _) => "The span before",
            (Compare::YearBefore, Measure::Both) => "Pulls a year earlier",
            (Compare::YearBefore, _) => "A year earlier",
        };
        model.with(|m| m.comparison.as_ref().is_some_and(|c| c.iter().any(Option::is_some))).then(|| {
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="compare" d="M1 5h22" /></svg>{word}</li> }
        })
    };
    let pushed = move || {
        let pushed = pushed?;
        model.with(|model| !model.pushes.is_empty()).then(|| {
            let word = if pushed.with(|found| found.has_earlier) { "Tags pushed: the last 1,000" } else { "Tags pushed" };
            view! { <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path fill="currentColor" d="M12 1l4 7H8z" /></svg>{word}</li> }
        })
    };
    view! {
        <div class="chart-foot">
            <ul class="legend" aria-label="Lines and marks">{total}{compared}{running}{pushed}</ul>
            <p class="t12 dim keys" id="chart-keys">
                "Keys: arrows move through time and series, Enter keeps only that tag, Shift with arrows and then Enter zooms. With the pointer: click, drag."
            </p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_period_has_its_reason() {
        let of = |(first, last)| Span::new(Day(first), Day(last));
        // A week of 1970, from the 5th to the 11th of January.
        let why = |span, files, today| Why::of(of((4, 10)), of(span), of(files), today);
        assert_eq!(why((0, 8), (0, 20), 8), Why::Cut, "its end");
        assert_eq!(why((6, 20), (0, 20), 8), Why::Cut, "its beginning");
        assert_eq!(why((0, 8), (0, 8), 9), Why::Running);
        assert_eq!(why((0, 30), (0, 8), 9), Why::Running, "asked beyond");
        assert_eq!(why((0, 8), (0, 8), 11), Why::Files, "long over");
        assert_eq!(why((6, 20), (6, 20), 30), Why::Files, "begins late");
    }
}
