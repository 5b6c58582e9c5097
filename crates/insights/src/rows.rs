//! Single rows: a page of those that match a view, in the order of days and then as they were
//! counted.

use crate::{Insights, InsightsError, Namespace};
use pulls::calendar::{Day, Span};
use pulls::partition::{Partition, SliceError};
use pulls::query::{Query, Selection};
use pulls::segment::SliceId;
use pulls::served::{Answer, MOST_ROWS};
use pulls::view::Row;
use std::ops::ControlFlow;

impl Insights {
    pub(crate) fn rows(
        &self,
        of: &Namespace,
        query: &Query,
        offset: u64,
        limit: u32,
        newest_first: bool,
    ) -> Result<Answer, InsightsError> {
        let Some(days) = self.days(of)? else {
            let rows = Vec::new();
            return Ok(Answer::Rows { total: 0, rows });
        };
        let counted = self.count(of, &days, query)?;
        let spread = self.spread(of, &counted)?;
        let selection = &counted.selection;
        let mut by_day = counted.desk.by_day(&spread, selection);
        let total = by_day.iter().map(|(_, count)| count).sum();
        if newest_first {
            by_day.reverse();
        }
        let limit = limit.min(MOST_ROWS) as usize;
        let (mut skip, mut rows) = (offset, Vec::new());
        for (day, count) in by_day {
            if skip >= count {
                skip -= count;
                continue;
            }
            if rows.len() >= limit {
                break;
            }
            let found = self.rows_of_day(of, day, selection, newest_first)?;
            let wanted = limit - rows.len();
            rows.extend(found.into_iter().skip(skip as usize).take(wanted));
            skip = 0;
        }
        Ok(Answer::Rows { total, rows })
    }

    /// Every row of a day that matches.
    fn rows_of_day(
        &self,
        of: &Namespace,
        day: Day,
        selection: &Selection,
        newest_first: bool,
    ) -> Result<Vec<Row>, InsightsError> {
        let mut partition = Partition::new();
        let mut held: Result<(), SliceError> = Ok(());
        let mut slice = 0;
        self.store
            .raw(&of.names(), Span::new(day, day), &mut |batch| {
                held = partition.hold_batch(SliceId { file: 0, slice }, &batch, &of.name);
                slice += 1;
                if held.is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
        held.map_err(|_| InsightsError::TooMany)?;
        let mut rows = Vec::new();
        for (id, days) in partition.index(selection) {
            for (code, count) in days {
                rows.extend(partition.rows_of(selection, id, code, 0, count as usize));
            }
        }
        if newest_first {
            rows.reverse();
        }
        Ok(rows)
    }
}
