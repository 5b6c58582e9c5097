//! What is known of days without looking at rows: what a store says of its days, and which of
//! them a query needs.

use crate::calendar::{Day, Granularity, Span, periods_before, year_before};
use crate::desk::{Desk, MAX_PERIODS};
use crate::query::{Compare, Query};
use serde::{Deserialize, Serialize};

/// What is known of the days without looking at rows: of a store that is asked for some of its
/// days. A day without rows is a zero there, and none a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// All its days, also those that no row is held of. The last may still be going on.
    pub days: Span,
    /// The last day that is over.
    pub over: Day,
    /// How many raw rows it has.
    pub rows: u64,
}

impl Desk {
    /// The days whose rows a query needs, those that it is compared with included; `None` if there
    /// are none at all.
    pub fn needed(&self, query: &Query) -> Option<Span> {
        let available = self.available()?;
        let span = self.span(query, Some(available))?;
        let (by, whole) = self.periods(query, span, Some(available));
        let mut first = span.first;
        if let (Some(period), true) = (whole.first(), query.compare != Compare::Nothing) {
            first = first.min(earlier(query.compare, *period, whole.len() as u32, by).first);
        }
        Span::new(first, span.last).intersection(available)
    }

    /// The chart's period and its periods.
    pub(crate) fn periods(
        &self,
        query: &Query,
        span: Span,
        available: Option<Span>,
    ) -> (Granularity, Vec<Span>) {
        let mut by = query.by.max(self.finest);
        while by < Granularity::Month && span.periods(by).nth(MAX_PERIODS).is_some() {
            by = if by == Granularity::Day {
                Granularity::Week
            } else {
                Granularity::Month
            };
        }
        // Of a span of centuries only what the files cover is drawn.
        let drawn = if span.periods(by).nth(MAX_PERIODS).is_some() {
            available.and_then(|available| span.intersection(available))
        } else {
            Some(span)
        };
        let whole = drawn.map_or_else(Vec::new, |drawn| {
            drawn.periods(by).take(MAX_PERIODS).collect()
        });
        (by, whole)
    }

    /// All days that are over.
    pub(crate) fn over(&self) -> Option<Span> {
        match self.told {
            Some(told) => (told.days.first <= told.over)
                .then(|| Span::new(told.days.first, told.over.min(told.days.last))),
            None => self.available(),
        }
    }

    /// Whether anything is known of a span: a file may have a gap there.
    pub(crate) fn is_known(&self, span: Span, with_rows: &[Day]) -> bool {
        match self.told {
            Some(told) => told.days.intersection(span).is_some(),
            None => crate::tally::any_day_in(with_rows, span),
        }
    }
}

/// What a period is held against, of so many.
pub(crate) fn earlier(compare: Compare, period: Span, periods: u32, by: Granularity) -> Span {
    match compare {
        Compare::YearBefore => year_before(period, by),
        _ => periods_before(period, periods, by),
    }
}
