//! Counting the rows of a partition: how often each value occurs in those that
//! a selection keeps.
//!
//! Counts of a selection that keeps most rows are made by counting the rows
//! that it leaves out and subtracting them from [`Base`]: seldom more than half
//! of the rows are counted value by value.

use crate::calendar::{Day, Span};
use crate::grid::{Grid, TAKEN_AWAY};
use crate::header::Column;
use crate::partition::Partition;
use crate::query::{Dimension, Filter, Measure, Selection};
use crate::segment::{Action, Codes, Segment};
use crate::sieve::{self, BLOCK, Sieve, blocks, flagged};
use serde::{Deserialize, Serialize};

/// The columns whose values are counted for all rows as they are read.
pub const BASE: [Column; 10] = [
    Column::Day,
    Column::Tag,
    Column::Repository,
    Column::Namespace,
    Column::Country,
    Column::Tool,
    Column::Version,
    Column::Network,
    Column::Host,
    Column::Domain,
];

/// Series that a chart tells apart: eight tags, the others, none.
pub const SLOTS: usize = 10;
/// The slot of tags without a colour of their own.
pub const OTHER: u8 = 8;
/// The slot of pulls that named no tag.
pub const NO_TAG: u8 = 9;

/// Pulls and version checks are counted apart.
const KINDS: usize = 2;

/// Over days and slots, each [`Action`] is counted apart.
pub(crate) const ACTIONS: usize = Action::ALL.len();

fn kind(action: u8) -> usize {
    usize::from(action == Action::VersionCheck as u8)
}

/// How often each value occurs in all rows of a partition, by kind (pulls,
/// version checks), by column of [`BASE`], by code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    counts: [[Vec<u64>; BASE.len()]; KINDS],
}

impl Base {
    /// Adds a segment's rows; `len` gives the number of values of a column.
    pub(crate) fn add(&mut self, segment: &Segment, len: impl Fn(Column) -> usize) {
        for (at, column) in BASE.into_iter().enumerate() {
            for counts in &mut self.counts {
                counts[at].resize(len(column), 0);
            }
        }
        self.change(segment, 1);
    }

    /// Puts counts of a column that were made elsewhere: code, action and count of each.
    pub(crate) fn put(
        &mut self,
        column: Column,
        len: usize,
        counts: impl Iterator<Item = (usize, usize, u64)>,
    ) {
        let Some(at) = BASE.iter().position(|one| *one == column) else {
            return;
        };
        for counts in &mut self.counts {
            counts[at].resize(len, 0);
        }
        for (code, action, count) in counts {
            self.counts[kind(action as u8)][at][code] += count;
        }
    }

    pub(crate) fn remove(&mut self, segment: &Segment) {
        self.change(segment, TAKEN_AWAY);
    }

    fn change(&mut self, segment: &Segment, sign: u64) {
        let [pulls, checks] = &mut self.counts;
        for (at, column) in BASE.into_iter().enumerate() {
            let mut tables = [&mut pulls[at][..], &mut checks[at][..]];
            let mut add = |code: usize, action: u8, times: u64| {
                let count = &mut tables[kind(action)][code];
                *count = count.wrapping_add(times);
            };
            let codes = segment.column(column);
            if segment.counts.is_some() {
                for (row, action) in segment.actions.iter().enumerate() {
                    let times = segment.count(row).wrapping_mul(sign);
                    add(codes.get(row) as usize, *action, times);
                }
                continue;
            }
            let actions = &segment.actions;
            match codes {
                Codes::Same(code) => {
                    let (code, checks) = (*code as usize, segment.checks as u64);
                    let pulls = actions.len() as u64 - checks;
                    add(code, Action::PullByTag as u8, pulls.wrapping_mul(sign));
                    add(code, Action::VersionCheck as u8, checks.wrapping_mul(sign));
                }
                Codes::Narrow(codes) => {
                    let rows = codes.iter().zip(actions);
                    rows.for_each(|(code, action)| add((*code).into(), *action, sign));
                }
                Codes::Middle(codes) => {
                    let rows = codes.iter().zip(actions);
                    rows.for_each(|(code, action)| add((*code).into(), *action, sign));
                }
                Codes::Wide(codes) => {
                    let rows = codes.iter().zip(actions);
                    rows.for_each(|(code, action)| add(*code as usize, *action, sign));
                }
            }
        }
    }

    /// Counts of a column of [`BASE`] by code, for a measure.
    pub fn of(&self, at: usize, measure: Measure) -> Vec<u64> {
        let [pulls, checks] = [&self.counts[0][at], &self.counts[1][at]];
        match measure {
            Measure::Pulls => pulls.clone(),
            Measure::Checks => checks.clone(),
            Measure::Both => pulls.iter().zip(checks).map(|(a, b)| a + b).collect(),
        }
    }
}

/// Where [`Dimension::ALL`] has the tags.
const TAG: usize = 0;

/// Counts of a selection's rows in one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// For each [`Dimension`], counts by code.
    pub values: Vec<Vec<u64>>,
    /// Rows (not the counts they carry) that match: filters, span and measure.
    pub rows: u64,
}

/// What the last tally found of pulls by day and tag, for the question about
/// them that follows it.
pub(crate) struct Answered {
    filters: Vec<Filter>,
    grid: Grid,
}

impl Partition {
    /// How often each value occurs in all rows, if that is what a selection keeps:
    /// counted as they were read.
    pub fn tally_of_all(&self, selection: &Selection) -> Option<Tally> {
        let is_in = |span: Span| self.days.iter().flatten().all(|day| span.contains(*day));
        let keeps_all = selection.filters.is_empty() && selection.span.is_none_or(is_in);
        keeps_all.then(|| Tally {
            values: Dimension::ALL
                .into_iter()
                .map(|dimension| self.count_of_all(dimension, selection.measure))
                .collect(),
            rows: self.rows_of_all(selection.measure),
        })
    }

    fn count_of_all(&self, dimension: Dimension, measure: Measure) -> Vec<u64> {
        let column = dimension.column();
        let at = BASE.iter().position(|c| *c == column).unwrap_or(0);
        let mut counts = self.base.of(at, measure);
        counts.resize(self.dictionaries[column as usize].len(), 0);
        counts
    }

    fn rows_of_all(&self, measure: Measure) -> u64 {
        let measured = |s: &Segment| match measure {
            Measure::Pulls => s.len() - s.checks,
            Measure::Checks => s.checks,
            Measure::Both => s.len(),
        };
        self.segments.iter().map(|s| measured(s) as u64).sum()
    }

    /// How often each value occurs in the rows that a selection keeps.
    #[inline(never)] // its callers are built for size
    pub fn tally(&mut self, selection: &Selection) -> Tally {
        if let Some(all) = self.tally_of_all(selection) {
            return all;
        }
        let sieve = Sieve::new(self, selection);
        let mut counts = Counts::new(self, selection, &sieve);
        for segment in &self.segments {
            counts.add(&sieve, segment);
        }
        let grid = counts.grid.take().map(|grid| match &self.grid {
            Some(all) if counts.grid_inverse => all.without(&grid),
            _ => grid,
        });
        let (inverse, mut rows) = (counts.inverse, counts.rows);
        let mut values = counts.into_values();
        if inverse {
            for (counts, dimension) in values.iter_mut().zip(Dimension::ALL) {
                let all = self.count_of_all(dimension, selection.measure);
                for (count, all) in counts.iter_mut().zip(all) {
                    *count = all - *count;
                }
            }
            rows = self.rows_of_all(selection.measure) - rows;
        }
        if let Some(grid) = grid {
            let is_in = |day: &Option<Day>| match (day, selection.span) {
                (Some(day), Some(span)) => span.contains(*day),
                _ => true,
            };
            let days: Vec<bool> = self.days.iter().map(is_in).collect();
            grid.tags(&days, selection.measure, &mut values[TAG]);
            self.answered = Some(Answered {
                filters: selection.filters.clone(),
                grid,
            });
        }
        Tally { values, rows }
    }

    /// Every matching row by day, tag and action, if that is known: `filters`
    /// are none, or those of the last tally.
    pub(crate) fn known_grid(&self, filters: &[Filter]) -> Option<&Grid> {
        if filters.is_empty() {
            return self.grid.as_ref();
        }
        let answered = self.answered.as_ref()?;
        (answered.filters == filters).then_some(&answered.grid)
    }
}

/// A tally in the making.
struct Counts {
    /// Filtered rows, or those left out.
    grid: Option<Grid>,
    grid_inverse: bool,
    /// Values of counted rows, or of those left out.
    values: Vec<Vec<u64>>,
    inverse: bool,
    /// How many those are.
    rows: u64,
    narrow: Vec<Narrow>,
    masks: [u8; BLOCK],
    list: [u16; BLOCK],
}

impl Counts {
    fn new(partition: &Partition, selection: &Selection, sieve: &Sieve) -> Self {
        let shares = sieve.shares(partition);
        let values = |dimension: Dimension| {
            vec![0u64; partition.dictionaries[dimension.column() as usize].len()]
        };
        Self {
            grid: if selection.filters.is_empty() {
                None
            } else {
                partition.grid.as_ref().map(Grid::like)
            },
            grid_inverse: shares.filtered > 0.5,
            values: Dimension::ALL.into_iter().map(values).collect(),
            inverse: shares.in_span > 0.5,
            rows: 0,
            narrow: vec![[[0; 256]; 2]; Dimension::ALL.len()],
            masks: [0; BLOCK],
            list: [0; BLOCK],
        }
    }

    fn add(&mut self, sieve: &Sieve, segment: &Segment) {
        for block in blocks(segment.len()) {
            let first = block.start;
            let masks = sieve.block(segment, block.clone(), &mut self.masks);
            if self.inverse || self.grid_inverse {
                sieve::invert(masks);
            }
            if let Some(grid) = &mut self.grid {
                let flag = sieve::filtered(self.grid_inverse);
                let rows = flagged(masks, flag, &mut self.list);
                let rows = rows.iter().map(|row| first + usize::from(*row));
                grid.add(segment, rows, 1);
            }
            let rows = flagged(masks, sieve::counted(self.inverse), &mut self.list);
            self.rows += rows.len() as u64;
            for (at, dimension) in Dimension::ALL.into_iter().enumerate() {
                // The grid tells the tags.
                if self.grid.is_none() || dimension != Dimension::Tag {
                    let codes = segment.column(dimension.column());
                    let (narrow, values) = (&mut self.narrow[at], &mut self.values[at]);
                    add_rows(segment, codes, first, rows, narrow, values);
                }
            }
        }
    }

    /// What was counted of each dimension, the tags apart.
    fn into_values(mut self) -> Vec<Vec<u64>> {
        for (values, tables) in self.values.iter_mut().zip(&self.narrow) {
            for table in tables {
                for (value, count) in values.iter_mut().zip(table) {
                    *value += u64::from(*count);
                }
            }
        }
        self.values
    }
}

/// Counts of codes of a byte. Two tables in turns: a count that was just written is
/// not at once read again, which the processor would wait for.
type Narrow = [[u32; 256]; 2];

/// Counts the codes of some rows of the block that begins at `first`.
fn add_rows(
    segment: &Segment,
    codes: &Codes,
    first: usize,
    rows: &[u16],
    narrow: &mut Narrow,
    counts: &mut [u64],
) {
    let places = rows.iter().map(|row| usize::from(*row));
    if let Some(weights) = &segment.counts {
        for row in places {
            counts[codes.get(first + row) as usize] += weights[first + row];
        }
        return;
    }
    match codes {
        Codes::Same(code) => counts[*code as usize] += rows.len() as u64,
        Codes::Narrow(codes) => {
            let codes = &codes[first..];
            let [even, odd] = narrow;
            let (pairs, last) = rows.as_chunks::<2>();
            for [one, other] in pairs {
                even[usize::from(codes[usize::from(*one)])] += 1;
                odd[usize::from(codes[usize::from(*other)])] += 1;
            }
            for row in last {
                even[usize::from(codes[usize::from(*row)])] += 1;
            }
        }
        Codes::Middle(codes) => {
            let codes = &codes[first..];
            places.for_each(|row| counts[codes[row] as usize] += 1);
        }
        Codes::Wide(codes) => {
            let codes = &codes[first..];
            places.for_each(|row| counts[codes[row] as usize] += 1);
        }
    }
}

/// Whether any day of a span is among these.
pub fn any_day_in(days: &[Day], span: Span) -> bool {
    let at = days.partition_point(|day| *day < span.first);
    days.get(at).is_some_and(|day| *day <= span.last)
}
