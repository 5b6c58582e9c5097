//! Pulls and visitors of whole weeks or months: what the publisher API answers with, and what
//! cannot be added up from anything that a page has.

use crate::{Insights, InsightsError, Namespace};
use pull_store::{Of, VisitorCount};
use pulls::calendar::{Day, Granularity, Span};
use std::sync::Arc;

/// Counts of visitors are kept, so many of them.
const MOST_KEPT: usize = 200_000;

/// Visitors are told of so many periods: ten years of months, and two of weeks.
const MOST_PERIODS: usize = 120;

/// Which visitors are asked for: of whom, when, and whose.
pub(crate) type Visited = (String, Span, Granularity, Of);

/// Pulls of a repository in a week or month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryPulls {
    /// The first day of the period.
    pub period: Day,
    /// The repository.
    pub repository: String,
    /// Pulls, by tag and by digest.
    pub pulls: u64,
}

impl Insights {
    /// The whole weeks, or months, that are over and have any row, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn whole_periods(
        &self,
        of: &Namespace,
        by: Granularity,
    ) -> Result<Vec<Span>, InsightsError> {
        let Some(days) = self.days(of)? else {
            return Ok(Vec::new());
        };
        let mut periods: Vec<Span> = Vec::new();
        for day in days.with_rows() {
            let first = by.start(day);
            let period = Span::new(first, by.next(first).plus(-1));
            if period.last <= days.told.over && periods.last() != Some(&period) {
                periods.push(period);
            }
        }
        Ok(periods)
    }

    /// Pulls of each repository in each week or month of a span, in their order; of those without
    /// any, nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn repository_pulls(
        &self,
        of: &Namespace,
        span: Span,
        by: Granularity,
    ) -> Result<Vec<RepositoryPulls>, InsightsError> {
        let mut found = Vec::new();
        for period in span.periods(by) {
            let Some(days) = span.intersection(period) else {
                continue;
            };
            for (repository, figures) in self.totals(of, days, false)?.repositories {
                if figures.pulls() > 0 {
                    found.push(RepositoryPulls {
                        period: period.first,
                        repository,
                        pulls: figures.pulls(),
                    });
                }
            }
        }
        Ok(found)
    }

    /// How many different visitors there were in each week or month of a span: of the last
    /// [`MOST_PERIODS`] that have rows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn visitors(
        &self,
        of: &Namespace,
        span: Span,
        by: Granularity,
        whose: Of,
    ) -> Result<Vec<VisitorCount>, InsightsError> {
        let by = by.max(Granularity::Week);
        let Some(days) = self.days(of)? else {
            return Ok(Vec::new());
        };
        let Some(span) = span.intersection(days.told.days) else {
            return Ok(Vec::new());
        };
        let mut periods: Vec<Span> = Vec::new();
        for day in days.with_rows().filter(|day| span.contains(*day)) {
            let first = by.start(day);
            let period = Span::new(first, by.next(first).plus(-1));
            if let Some(period) = period.intersection(span)
                && periods.last() != Some(&period)
            {
                periods.push(period);
            }
        }
        // One after the other: what is told apart at a time is one period's.
        let mut counts = Vec::new();
        for period in periods.iter().rev().take(MOST_PERIODS).rev() {
            counts.extend(self.visitors_of(of, *period, by, whose)?.iter().cloned());
        }
        Ok(counts)
    }

    /// The visitors of one period, counted anew only if its rows changed.
    fn visitors_of(
        &self,
        of: &Namespace,
        period: Span,
        by: Granularity,
        whose: Of,
    ) -> Result<Arc<Vec<VisitorCount>>, InsightsError> {
        let key: Visited = (of.name.clone(), period, by, whose);
        let version = self.raw_version(of, period)?;
        if let Some((of_version, counts)) = self.held().visited.get(&key)
            && *of_version == version
        {
            return Ok(Arc::clone(counts));
        }
        let counts = Arc::new(self.store.visitors(&of.names(), period, by, whose)?);
        let mut held = self.held();
        let kept: usize = held.visited.values().map(|(_, counts)| counts.len()).sum();
        if kept + counts.len() > MOST_KEPT {
            held.visited.clear();
        }
        if counts.len() <= MOST_KEPT {
            held.visited.insert(key, (version, Arc::clone(&counts)));
        }
        Ok(counts)
    }
}
