//! Single rows: a page of those that match a view, in the order of days and then as they were
//! counted.

use crate::{Insights, InsightsError, Namespace};
use pulls::batch::Batch;
use pulls::calendar::{Day, Span};
use pulls::partition::Partition;
use pulls::query::{Compare, Query, Selection};
use pulls::segment::SliceId;
use pulls::served::{Answer, MOST_ROWS};
use pulls::view::Row;
use std::ops::{ControlFlow, Range};

impl Insights {
    pub(crate) fn rows(
        &self,
        of: &Namespace,
        query: &Query,
        offset: u64,
        limit: u32,
        newest_first: bool,
    ) -> Result<Answer, InsightsError> {
        let Some(mut days) = self.days(of)? else {
            let rows = Vec::new();
            return Ok(Answer::Rows { total: 0, rows });
        };
        // What the span is compared with has no row in it.
        let query = Query {
            compare: Compare::Nothing,
            ..query.clone()
        };
        let (counted, spread) = self.count_and_spread(of, &mut days, &query)?;
        let selection = &counted.selection;
        let mut by_day = counted.desk.by_day(&spread, selection);
        let total = by_day.iter().map(|(_, count)| count).sum();
        if newest_first {
            by_day.reverse();
        }
        let limit = u64::from(limit.min(MOST_ROWS));
        let (mut skip, mut rows) = (offset, Vec::new());
        for (day, count) in by_day {
            if skip >= count {
                skip -= count;
                continue;
            }
            let left = limit - rows.len() as u64;
            if left == 0 {
                break;
            }
            // Read as they were counted, whatever comes first on the page.
            let end = count.min(skip + left);
            let wanted = if newest_first {
                count - end..count - skip
            } else {
                skip..end
            };
            let mut found = self.rows_of_day(of, day, selection, wanted)?;
            if newest_first {
                found.reverse();
            }
            rows.extend(found);
            skip = 0;
        }
        Ok(Answer::Rows { total, rows })
    }

    /// Some of a day’s rows that match: a part of the day is held at a time, and what follows
    /// the last of them is not read.
    fn rows_of_day(
        &self,
        of: &Namespace,
        day: Day,
        selection: &Selection,
        wanted: Range<u64>,
    ) -> Result<Vec<Row>, InsightsError> {
        let (mut passed, mut rows) = (0, Vec::new());
        let mut outcome = Ok(());
        let day = Span::new(day, day);
        self.store.raw(&of.names(), day, &mut |batch| {
            let matching = match batch.marks(&selection.filters, selection.measure, &of.name) {
                Some(marks) => marks.iter().filter(|mark| **mark).count() as u64,
                None => batch.len() as u64,
            };
            let here = passed..passed + matching;
            passed = here.end;
            let from = wanted.start.max(here.start);
            let to = wanted.end.min(here.end);
            if from < to {
                let skip = (from - here.start) as usize;
                let found = rows_of_part(&batch, of, selection, skip, (to - from) as usize);
                outcome = found.map(|found| rows.extend(found));
            }
            if outcome.is_ok() && passed < wanted.end {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        outcome.map(|()| rows)
    }
}

/// Some of a part’s rows that match.
fn rows_of_part(
    batch: &Batch,
    of: &Namespace,
    selection: &Selection,
    mut skip: usize,
    take: usize,
) -> Result<Vec<Row>, InsightsError> {
    let id = SliceId { file: 0, slice: 0 };
    let mut partition = Partition::new();
    partition
        .hold_batch(id, batch, &of.name)
        .map_err(|_| InsightsError::TooMany)?;
    let mut rows = Vec::with_capacity(take);
    for (id, days) in partition.index(selection) {
        for (code, count) in days {
            let left = take - rows.len();
            rows.extend(partition.rows_of(selection, id, code, skip, left));
            skip = skip.saturating_sub(count as usize);
        }
    }
    Ok(rows)
}
