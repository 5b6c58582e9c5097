//! Counting what a query keeps: by the counts that a store has without looking at rows, where it
//! has them, and else row by row.

use crate::answer::{locked, side_by_side};
use crate::days::{Days, Month};
use crate::held::{Counts, Rows};
use crate::{Insights, InsightsError, Namespace};
use pull_store::PullStoreError;
use pulls::calendar::Span;
use pulls::days::Days as Spread;
use pulls::desk::{Desk, Palette};
use pulls::marginal::Marginal;
use pulls::partition::Partition;
use pulls::query::{Dimension, Filter, Query, Selection};
use pulls::tally::Tally;
use std::sync::{Arc, Mutex, Weak};

/// Rows that change while they are counted are counted so often, at most.
const TRIES: usize = 4;

/// What was counted.
pub(crate) struct Counted {
    pub desk: Desk,
    pub selection: Selection,
    pub tallies: Vec<Tally>,
    pub palette: Palette,
    /// In the order of the desk’s partitions.
    parts: Vec<Part>,
}

/// A part of what was counted.
enum Part {
    /// A month’s rows; they may be let go of meanwhile.
    Rows(Month, Weak<Mutex<Partition>>),
    /// Counts that are drawn.
    Drawn(Counts),
    /// Counts that are not, since filters left others of them.
    Behind,
}

/// What filters leave.
enum Left {
    /// All there is.
    All,
    /// So much.
    These(Marginal),
    /// The store cannot say.
    Unknown,
}

impl Insights {
    /// Counts what a query keeps, and how it spreads over tags and days. Where rows change in
    /// between, both are done again, with the days as they are then.
    pub(crate) fn count_and_spread(
        &self,
        of: &Namespace,
        days: &mut Days,
        query: &Query,
    ) -> Result<(Counted, Vec<Spread>), InsightsError> {
        let mut tries = 0;
        loop {
            let counted = self.count(of, days, query)?;
            tries += 1;
            let spread = self
                .spread(of, &counted)
                .and_then(|spread| self.is_still(of, &counted, days).map(|()| spread));
            match spread {
                Err(InsightsError::Store(PullStoreError::Changed(_))) if tries < TRIES => {
                    if let Some(now) = self.days(of)? {
                        *days = now;
                    }
                }
                spread => return Ok((counted, spread?)),
            }
        }
    }

    /// Fails if counts were taken of days that are not the same any more: some are then of before,
    /// and some of after. Rows are looked at themselves.
    fn is_still(
        &self,
        of: &Namespace,
        counted: &Counted,
        days: &Days,
    ) -> Result<(), InsightsError> {
        let is_of_rows = |part: &Part| matches!(part, Part::Rows(..));
        if counted.parts.iter().all(is_of_rows) || self.version(of)? == days.version() {
            return Ok(());
        }
        Err(PullStoreError::Changed(days.told.days.last).into())
    }

    /// Counts what a query keeps.
    pub(crate) fn count(
        &self,
        of: &Namespace,
        days: &Days,
        query: &Query,
    ) -> Result<Counted, InsightsError> {
        let months = days.months(query);
        match self.count_counts(of, days, query, &months)? {
            Some(counted) => Ok(counted),
            None => self.count_rows(of, days, query, &months),
        }
    }

    /// Counts by what the store has counted; `None` if it has not.
    fn count_counts(
        &self,
        of: &Namespace,
        days: &Days,
        query: &Query,
        months: &[Month],
    ) -> Result<Option<Counted>, InsightsError> {
        let left = match self.left_by_filters(of, days, query, months)? {
            Left::Unknown => return Ok(None),
            left => left,
        };
        let Some(bases) = all(side_by_side(months, |month| self.counts_of(of, *month))?) else {
            return Ok(None);
        };
        let is_filtered = !matches!(left, Left::All);
        let mut desk = days.desk(bases.len() + usize::from(is_filtered));
        let selection = desk.selection(query);
        let (mut tallies, mut parts) = (Vec::new(), Vec::new());
        for (part, (month, base)) in months.iter().zip(bases).enumerate() {
            desk.learn(part, base.news(true));
            if is_filtered {
                tallies.push(base.nothing());
                parts.push(Part::Behind);
                continue;
            }
            let asked = selection.span.unwrap_or(month.span);
            tallies.push(match asked.intersection(month.span) {
                None => base.nothing(),
                Some(whole) if whole == month.span => base.tally(query.measure),
                Some(days) => match self.store.margins(&of.names(), days, days, &[])? {
                    Some(margins) => base.tally_of(&margins.values, query.measure),
                    None => return Ok(None),
                },
            });
            parts.push(Part::Drawn(base));
        }
        if let Left::These(left) = left {
            desk.learn(parts.len(), left.news(false));
            tallies.push(left.tally(query.measure));
            parts.push(Part::Drawn(Arc::new(left)));
        }
        let palette = desk.palette(query, &tallies);
        Ok(Some(Counted {
            desk,
            selection,
            tallies,
            palette,
            parts,
        }))
    }

    /// What the filters of a query leave, by the store’s counts.
    fn left_by_filters(
        &self,
        of: &Namespace,
        days: &Days,
        query: &Query,
        months: &[Month],
    ) -> Result<Left, InsightsError> {
        // To a store, rows stand under the name that they were reported under.
        let (names, others): (Vec<&Filter>, Vec<&Filter>) = query
            .filters
            .iter()
            .partition(|filter| filter.dimension == Dimension::Namespace);
        let lets_through = |filter: &&Filter| filter.values.contains(&of.name) != filter.exclude;
        let (Some(first), Some(last), true) = (
            months.first(),
            months.last(),
            names.iter().all(lets_through),
        ) else {
            return Ok(Left::These(Marginal::empty()));
        };
        if others.is_empty() {
            return Ok(Left::All);
        }
        // What is held is counted sooner than any store counts it.
        if self.lacking(of, months).is_empty() {
            return Ok(Left::Unknown);
        }
        let filters: Vec<Filter> = others.into_iter().cloned().collect();
        let drawn = Span::new(first.span.first, last.span.last);
        let counted = days.desk(0).selection(query).span.unwrap_or(drawn);
        let left = self.store.margins(&of.names(), counted, drawn, &filters)?;
        Ok(left.map_or(Left::Unknown, |margins| {
            Left::These(Marginal::new(&margins.by_day, &margins.values, &of.name))
        }))
    }

    /// Counts row by row.
    fn count_rows(
        &self,
        of: &Namespace,
        days: &Days,
        query: &Query,
        months: &[Month],
    ) -> Result<Counted, InsightsError> {
        let mut desk = days.desk(months.len());
        let selection = desk.selection(query);
        let counted = side_by_side(months, |month| {
            let rows = self.rows_of(of, *month)?;
            let is_asked = selection
                .span
                .is_none_or(|span| span.intersection(month.span).is_some());
            Ok(locked(&rows, |partition| {
                let tally = if is_asked {
                    partition.tally(&selection)
                } else {
                    nothing()
                };
                (Arc::downgrade(&rows), partition.news(0, &[]), tally)
            }))
        })?;
        let (mut parts, mut tallies) = (Vec::new(), Vec::new());
        for ((part, month), (rows, news, tally)) in months.iter().enumerate().zip(counted) {
            desk.learn(part, news);
            parts.push(Part::Rows(*month, rows));
            tallies.push(tally);
        }
        let palette = desk.palette(query, &tallies);
        Ok(Counted {
            desk,
            selection,
            tallies,
            palette,
            parts,
        })
    }

    /// How what was counted spreads over tags and days.
    fn spread(&self, of: &Namespace, counted: &Counted) -> Result<Vec<Spread>, InsightsError> {
        let parts: Vec<(usize, &Part)> = counted.parts.iter().enumerate().collect();
        side_by_side(&parts, |(at, part)| {
            let slots = counted.desk.slots(*at, &counted.palette);
            match part {
                Part::Behind => Ok(Spread::default()),
                Part::Drawn(counts) => Ok(counts.days(&slots)),
                Part::Rows(month, seen) => self.spread_rows(of, *month, seen, counted, &slots),
            }
        })
    }

    fn spread_rows(
        &self,
        of: &Namespace,
        month: Month,
        seen: &Weak<Mutex<Partition>>,
        counted: &Counted,
        slots: &[u8],
    ) -> Result<Spread, InsightsError> {
        let rows: Rows = self.rows_of(of, month)?;
        let is_same = Weak::ptr_eq(seen, &Arc::downgrade(&rows));
        // What was read anew numbers its tags and days alike only if it is alike.
        if !is_same && self.version_of(of, month.span)? != month.version {
            return Err(PullStoreError::Changed(month.span.first).into());
        }
        Ok(locked(&rows, |partition| {
            partition
                .days_of_all(&counted.selection, slots)
                .unwrap_or_else(|| partition.days(&counted.selection, slots))
        }))
    }
}

fn nothing() -> Tally {
    Tally {
        values: vec![Vec::new(); Dimension::ALL.len()],
        rows: 0,
    }
}

/// All of a list, if none is missing.
fn all<T>(list: Vec<Option<T>>) -> Option<Vec<T>> {
    list.into_iter().collect()
}
