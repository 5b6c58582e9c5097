//! The summary to take away: a line for each repository, or for each tag and digest. Repositories
//! are added up from months that are held; digests stand in raw rows only, which are added up a
//! part at a time.

use crate::answer::{locked, side_by_side};
use crate::{ALWAYS, Insights, InsightsError, Namespace};
use pull_store::{Of, VisitorCount};
use pulls::batch::Batch;
use pulls::calendar::{Granularity, Span};
use pulls::partition::Partition;
use pulls::query::{Compare, Measure, Query, Selection, SpanChoice};
use pulls::segment::{Action, SliceId};
use pulls::summary::{self, Group, Level};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Small parts are added up together, up to so many rows.
const TOGETHER: u64 = 1 << 15;

impl Insights {
    /// The summary of what matches a query’s span and filters, as CSV. Unique addresses cannot be
    /// added up, and are left empty.
    ///
    /// # Errors
    /// [`InsightsError`].
    pub fn summary_file(
        &self,
        of: &Namespace,
        query: &Query,
        level: Level,
    ) -> Result<Vec<u8>, InsightsError> {
        let Some(days) = self.days(of)? else {
            return Ok(summary::write(Vec::new(), level));
        };
        // Of what the span is compared with, nothing is written.
        let query = Query {
            compare: Compare::Nothing,
            ..query.clone()
        };
        let selection = days.desk(0).selection(&query);
        let mut parts = match level {
            Level::Reference => vec![self.references(of, &selection)?],
            Level::Repository | Level::Namespace => side_by_side(&days.months(&query), |month| {
                let rows = self.rows_of(of, *month)?;
                Ok(locked(&rows, |partition| {
                    partition.groups(&selection, level)
                }))
            })?,
        };
        parts.extend(self.addresses(of, &query, level)?);
        Ok(summary::write(parts, level))
    }

    /// How many different addresses there were, for each line: of a whole week or month it is
    /// known, of all rows.
    fn addresses(
        &self,
        of: &Namespace,
        query: &Query,
        level: Level,
    ) -> Result<Option<Vec<Group>>, InsightsError> {
        let SpanChoice::Days(span) = query.span else {
            return Ok(None);
        };
        let is = |by: &Granularity| {
            let first = by.start(span.first);
            span == Span::new(first, by.next(first).plus(-1))
        };
        let by = [Granularity::Week, Granularity::Month].into_iter().find(is);
        let (Some(by), Measure::Both, true) = (by, query.measure, query.filters.is_empty()) else {
            return Ok(None);
        };
        let whose = match level {
            Level::Reference => Of::Reference,
            Level::Repository => Of::Repository,
            Level::Namespace => Of::All,
        };
        let counts = self.visitors(of, span, by, whose)?;
        let group = |count: &VisitorCount| Group {
            namespace: of.name.clone(),
            repository: count.repository.clone(),
            reference: count.reference.clone(),
            counts: [0; Action::ALL.len()],
            unique: (1, count.visitors),
        };
        Ok(Some(counts.iter().map(group).collect()))
    }

    /// The lines of tags and digests, from raw rows.
    fn references(
        &self,
        of: &Namespace,
        selection: &Selection,
    ) -> Result<Vec<Group>, InsightsError> {
        let span = selection.span.unwrap_or(ALWAYS);
        let mut sums = Sums {
            selection,
            partition: Partition::new(),
            slices: 0,
            counts: HashMap::new(),
        };
        let mut outcome = Ok(());
        self.store.raw(&of.names(), span, &mut |batch| {
            outcome = sums.add(&batch, &of.name);
            match outcome {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        outcome?;
        Ok(sums.groups())
    }
}

/// Namespace, repository and reference.
type Line = (String, String, String);

/// Lines in the making.
struct Sums<'a> {
    selection: &'a Selection,
    /// Rows that are not added up yet.
    partition: Partition,
    slices: u32,
    counts: HashMap<Line, [u64; Action::ALL.len()]>,
}

impl Sums<'_> {
    fn add(&mut self, batch: &Batch, name: &str) -> Result<(), InsightsError> {
        let id = SliceId {
            file: 0,
            slice: self.slices,
        };
        self.slices += 1;
        self.partition
            .hold_batch(id, batch, name)
            .map_err(|_| InsightsError::TooMany)?;
        if self.partition.rows() >= TOGETHER {
            self.settle();
        }
        Ok(())
    }

    fn settle(&mut self) {
        let partition = std::mem::take(&mut self.partition);
        for group in partition.groups(self.selection, Level::Reference) {
            let line = (group.namespace, group.repository, group.reference);
            let sums = self.counts.entry(line).or_default();
            for (sum, count) in sums.iter_mut().zip(group.counts) {
                *sum += count;
            }
        }
    }

    fn groups(mut self) -> Vec<Group> {
        self.settle();
        let line = |((namespace, repository, reference), counts)| Group {
            namespace,
            repository,
            reference,
            counts,
            unique: (0, 0),
        };
        self.counts.into_iter().map(line).collect()
    }
}
