//! Single records: where those that match a selection are, and what they say.

use crate::header::Column;
use crate::partition::Partition;
use crate::query::Selection;
use crate::segment::{Action, Segment, SliceId};
use crate::sieve::{BLOCK, COUNTED, Sieve, blocks, flagged};

impl Partition {
    /// How many rows match in each segment on each day code: what a page of
    /// rows is found by.
    #[inline(never)] // its callers are built for size
    pub fn index(&self, selection: &Selection) -> Vec<(SliceId, Vec<(u32, u32)>)> {
        let sieve = Sieve::new(self, selection);
        let (mut masks, mut list) = ([0; BLOCK], [0; BLOCK]);
        let mut index = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let days = segment.column(Column::Day);
            let mut by_day = vec![0u32; self.days.len()];
            for block in blocks(segment.len()) {
                let first = block.start;
                let masks = sieve.block(segment, block, &mut masks);
                for row in flagged(masks, COUNTED, &mut list) {
                    by_day[days.get(first + usize::from(*row)) as usize] += 1;
                }
            }
            let found: Vec<_> = by_day
                .into_iter()
                .enumerate()
                .filter(|(_, n)| *n > 0)
                .map(|(day, n)| (day as u32, n))
                .collect();
            if !found.is_empty() {
                index.push((segment.id, found));
            }
        }
        index
    }

    /// The day of a day code.
    pub fn day(&self, code: u32) -> Option<crate::calendar::Day> {
        self.days.get(code as usize).copied().flatten()
    }

    /// Rows of a segment on a day that match, from the `skip`-th on.
    #[inline(never)] // its callers are built for size
    pub fn rows_of(
        &self,
        selection: &Selection,
        id: SliceId,
        day: u32,
        skip: usize,
        take: usize,
    ) -> Vec<crate::view::Row> {
        let Some(segment) = self.segments.iter().find(|s| s.id == id) else {
            return Vec::new();
        };
        let days = segment.column(Column::Day);
        let rows = Sieve::new(self, selection).rows(segment);
        let on_day = rows
            .into_iter()
            .map(|row| row as usize)
            .filter(|row| days.get(*row) == day);
        on_day
            .skip(skip)
            .take(take)
            .map(|row| self.row(segment, row))
            .collect()
    }

    fn row(&self, segment: &Segment, row: usize) -> crate::view::Row {
        let text = |column| String::from_utf8_lossy(self.value(segment, column, row)).into_owned();
        crate::view::Row {
            day: self.day(segment.column(Column::Day).get(row)),
            action: Action::ALL[segment.actions[row] as usize],
            count: segment.count(row),
            namespace: text(Column::Namespace),
            repository: text(Column::Repository),
            tag: text(Column::Tag),
            digest: text(Column::Digest),
            country: text(Column::Country),
            tool: text(Column::Tool),
            version: text(Column::Version),
            network: text(Column::Network),
            host: text(Column::Host),
            domain: text(Column::Domain),
        }
    }
}
