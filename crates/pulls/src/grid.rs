//! Rows counted by day, tag and action at once: what a chart of any choice of
//! tags is added up from, without looking at rows again.

use crate::header::Column;
use crate::query::Measure;
use crate::segment::{Action, Codes, Segment};
use crate::tally::{ACTIONS, OTHER, SLOTS};

/// A grid has at most so many cells, of eight bytes each. Files with more tags
/// or days are counted row by row whenever they are asked.
const MAX_CELLS: usize = 1 << 19;

/// The sign of what is taken away again: minus one, where sums wrap around.
pub(crate) const TAKEN_AWAY: u64 = u64::MAX;

/// `cells[(day code * tags + tag code) * ACTIONS + action]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    tags: usize,
    cells: Vec<u64>,
}

impl Grid {
    /// An empty grid of another's shape.
    pub fn like(other: &Self) -> Self {
        Self {
            tags: other.tags,
            cells: vec![0; other.cells.len()],
        }
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        self.cells.len() * 8
    }

    /// Makes room for so many codes; whether they fit.
    pub fn make_room(&mut self, tags: usize, days: usize) -> bool {
        let row = ACTIONS * self.tags;
        if tags <= self.tags && days * row <= self.cells.len() {
            return true;
        }
        // Twice as many as needed now: it is seldom made anew.
        let room = tags.max(self.tags).next_power_of_two();
        let cells = room
            .saturating_mul(ACTIONS)
            .saturating_mul(days.next_power_of_two());
        if cells > MAX_CELLS {
            return false;
        }
        let mut wider = vec![0; cells];
        if row > 0 {
            for (new, old) in wider.chunks_mut(room * ACTIONS).zip(self.cells.chunks(row)) {
                new[..old.len()].copy_from_slice(old);
            }
        }
        self.tags = room;
        self.cells = wider;
        true
    }

    /// Adds rows of a segment to their cells, which there is room for, as often as
    /// `sign` says: once, or, with [`TAKEN_AWAY`], once less.
    #[inline(always)]
    pub fn add(&mut self, segment: &Segment, rows: impl Iterator<Item = usize>, sign: u64) {
        let (tags, cells) = (self.tags, &mut self.cells[..]);
        let mut add = |day: usize, tag: usize, row: usize, times: u64| {
            let cell = (day * tags + tag) * ACTIONS + segment.actions[row] as usize;
            cells[cell] = cells[cell].wrapping_add(times);
        };
        match (segment.column(Column::Day), segment.column(Column::Tag)) {
            // The usual widths, spelled out as a loop of its own.
            (Codes::Narrow(days), Codes::Middle(tags)) if segment.counts.is_none() => {
                rows.for_each(|row| add(days[row].into(), tags[row].into(), row, sign));
            }
            (days, tags) => {
                for row in rows {
                    let times = segment.count(row).wrapping_mul(sign);
                    add(days.get(row) as usize, tags.get(row) as usize, row, times);
                }
            }
        }
    }

    /// What is in this grid and not in another of its shape.
    pub fn without(&self, other: &Self) -> Self {
        let left = self.cells.iter().zip(&other.cells);
        Self {
            tags: self.tags,
            cells: left.map(|(a, b)| a - b).collect(),
        }
    }

    /// Puts the sums of each tag over some days and a measure's actions into `counts`.
    pub fn tags(&self, days: &[bool], measure: Measure, counts: &mut [u64]) {
        counts.fill(0);
        let rows = self.cells.chunks(ACTIONS * self.tags.max(1));
        for (row, _) in rows.zip(days).filter(|(_, is_in)| **is_in) {
            for (count, cells) in counts.iter_mut().zip(row.chunks(ACTIONS)) {
                for (cell, action) in cells.iter().zip(Action::ALL) {
                    *count += if measure.counts(action) { *cell } else { 0 };
                }
            }
        }
    }

    /// Adds up the tags of each slot: `counts[(action * SLOTS + slot) * days + day]`.
    /// Tags beyond `slots` are [`OTHER`].
    pub fn spread(&self, slots: &[u8], days: usize) -> Vec<u64> {
        let mut counts = vec![0; ACTIONS * SLOTS * days];
        let rows = self.cells.chunks(ACTIONS * self.tags.max(1));
        for (day, row) in rows.take(days).enumerate() {
            for (tag, cells) in row.chunks(ACTIONS).enumerate() {
                let slot = slots.get(tag).copied().unwrap_or(OTHER) as usize;
                for (action, cell) in cells.iter().enumerate() {
                    counts[(action * SLOTS + slot) * days + day] += cell;
                }
            }
        }
        counts
    }
}
