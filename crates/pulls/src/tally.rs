//! Counting the rows of a partition: which rows a selection keeps, how often
//! each value occurs in them, and how pulls spread over tags and days.
//!
//! Counts of a selection that keeps most rows are made by counting the rows
//! that it leaves out and subtracting them from [`Base`]: never more than half
//! of the rows are counted value by value.

use crate::calendar::Span;
use crate::dictionary::EMPTY;
use crate::header::Column;
use crate::partition::Partition;
use crate::query::{Dimension, Measure, Selection};
use crate::segment::{Action, Codes, Segment};
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
        self.change(segment, u64::wrapping_add);
    }

    pub(crate) fn remove(&mut self, segment: &Segment) {
        self.change(segment, u64::wrapping_sub);
    }

    fn change(&mut self, segment: &Segment, apply: impl Fn(u64, u64) -> u64 + Copy) {
        let [pulls, checks] = &mut self.counts;
        for (at, column) in BASE.into_iter().enumerate() {
            let mut tables = [&mut pulls[at][..], &mut checks[at][..]];
            let codes = segment.column(column);
            match &segment.counts {
                None => each_code(codes, &segment.actions, |_, code, action| {
                    let count = &mut tables[kind(action)][code];
                    *count = apply(*count, 1);
                }),
                Some(counts) => each_code(codes, &segment.actions, |row, code, action| {
                    let count = &mut tables[kind(action)][code];
                    *count = apply(*count, counts[row]);
                }),
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

/// Calls `apply` with number, code and action of each row.
#[inline(always)]
pub(crate) fn each_code(codes: &Codes, actions: &[u8], mut apply: impl FnMut(usize, usize, u8)) {
    let rows = actions.iter().copied().enumerate();
    match codes {
        Codes::Empty => rows.for_each(|(row, action)| apply(row, EMPTY as usize, action)),
        Codes::Narrow(codes) => rows
            .zip(codes)
            .for_each(|((row, action), code)| apply(row, *code as usize, action)),
        Codes::Middle(codes) => rows
            .zip(codes)
            .for_each(|((row, action), code)| apply(row, *code as usize, action)),
        Codes::Wide(codes) => rows
            .zip(codes)
            .for_each(|((row, action), code)| apply(row, *code as usize, action)),
    }
}

/// Counts of a selection's rows in one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// For each [`Dimension`], counts by code.
    pub values: Vec<Vec<u64>>,
    /// Rows (not the counts they carry) that match: filters, span and measure.
    pub rows: u64,
}

/// Pulls or checks by slot and day in one partition: filters, but not the
/// span, since a comparison looks outside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// Number of day codes.
    pub days: usize,
    /// `counts[(action * SLOTS + slot) * days + day code]`, by the actions' numbers.
    pub counts: Vec<u64>,
    /// Rows that tell unique addresses, and their sum; the sum means something
    /// only when there is one row.
    pub unique: Vec<(u32, u64)>,
}

/// In the mask of a row: it matches the filters.
const FILTERED: u8 = 1;
/// It matches filters and span.
const IN_SPAN: u8 = 2;
/// It matches filters, span and measure.
pub(crate) const COUNTED: u8 = 4;
/// Its action is one of the measure.
const MEASURED: u8 = 8;

/// A selection in one partition's codes: a byte of mask for each code.
pub struct Sieve {
    columns: Vec<(Column, Vec<u8>)>,
    actions: [u8; 3],
}

impl Sieve {
    /// The sieve of a selection for a partition.
    pub fn new(partition: &Partition, selection: &Selection) -> Self {
        let mut columns = Vec::new();
        for filter in &selection.filters {
            let column = filter.dimension.column();
            let dictionary = &partition.dictionaries[column as usize];
            let (named, others) = if filter.exclude {
                (MEASURED, u8::MAX)
            } else {
                (u8::MAX, MEASURED)
            };
            let mut masks = vec![others; dictionary.len()];
            for value in &filter.values {
                if let Some(code) = dictionary.get(value.as_bytes()) {
                    masks[code as usize] = named;
                }
            }
            columns.push((column, masks));
        }
        if let Some(span) = selection.span {
            let outside = FILTERED | MEASURED;
            let masks = partition.days.iter().map(|day| match day {
                Some(day) if !span.contains(*day) => outside,
                _ => u8::MAX,
            });
            columns.push((Column::Day, masks.collect()));
        }
        let counted = FILTERED | IN_SPAN | COUNTED | MEASURED;
        let apart = FILTERED | IN_SPAN;
        let pulls = if selection.measure == Measure::Checks {
            apart
        } else {
            counted
        };
        let checks = if selection.measure == Measure::Pulls {
            apart
        } else {
            counted
        };
        Self {
            columns,
            actions: [pulls, pulls, checks],
        }
    }

    /// The mask of each row of a segment.
    pub(crate) fn masks(&self, segment: &Segment, masks: &mut Vec<u8>) {
        masks.clear();
        masks.extend(
            segment
                .actions
                .iter()
                .map(|action| self.actions[*action as usize]),
        );
        for (column, table) in &self.columns {
            let table = &table[..];
            match segment.column(*column) {
                Codes::Empty => masks
                    .iter_mut()
                    .for_each(|mask| *mask &= table[EMPTY as usize]),
                Codes::Narrow(codes) => masks
                    .iter_mut()
                    .zip(codes)
                    .for_each(|(mask, code)| *mask &= table[*code as usize]),
                Codes::Middle(codes) => masks
                    .iter_mut()
                    .zip(codes)
                    .for_each(|(mask, code)| *mask &= table[*code as usize]),
                Codes::Wide(codes) => masks
                    .iter_mut()
                    .zip(codes)
                    .for_each(|(mask, code)| *mask &= table[*code as usize]),
            }
        }
    }

    /// The rows of a segment that match filters, span and measure, ascending.
    #[inline(never)] // its callers are built for size
    pub fn rows(&self, segment: &Segment) -> Vec<u32> {
        let mut masks = Vec::new();
        self.masks(segment, &mut masks);
        rows_with(&masks, |mask| mask & COUNTED != 0)
    }

    /// The rows that match filters and span, whatever their action.
    #[inline(never)] // its callers are built for size
    pub fn rows_of_any_action(&self, segment: &Segment) -> Vec<u32> {
        let mut masks = Vec::new();
        self.masks(segment, &mut masks);
        rows_with(&masks, |mask| mask & IN_SPAN != 0)
    }
}

fn rows_with(masks: &[u8], keep: impl Fn(u8) -> bool) -> Vec<u32> {
    // Without a branch: which rows match is anybody's guess.
    let mut rows = vec![0u32; masks.len()];
    let mut found = 0;
    for (row, mask) in masks.iter().enumerate() {
        rows[found] = row as u32;
        found += usize::from(keep(*mask));
    }
    rows.truncate(found);
    rows
}

impl Partition {
    /// How often each value occurs in the rows that a selection keeps.
    #[inline(never)] // its callers are built for size
    pub fn tally(&self, selection: &Selection) -> Tally {
        let sieve = Sieve::new(self, selection);
        let mut masks = Vec::new();
        let mut rows = 0u64;
        let mut lists = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            sieve.masks(segment, &mut masks);
            let list = rows_with(&masks, |m| m & COUNTED != 0);
            let kept = list.len() as u64;
            rows += kept;
            // Left-out rows are listed where they are fewer; the sign of each segment is its own.
            let half = masks.len() as u64 / 2;
            let inverse = kept * 2 > half && {
                let of = masks.iter().filter(|m| **m & MEASURED != 0).count() as u64;
                kept * 2 > of
            };
            lists.push(if inverse {
                let left_out = rows_with(&masks, |m| m & (COUNTED | MEASURED) == MEASURED);
                (true, left_out)
            } else {
                (false, list)
            });
        }
        let values = Dimension::ALL
            .into_iter()
            .map(|dimension| self.count_values(dimension.column(), selection.measure, &lists));
        Tally {
            values: values.collect(),
            rows,
        }
    }

    /// Counts a column's values in the listed rows of each segment; where the
    /// list is of left-out rows, in all others.
    #[inline(never)] // its callers are built for size
    fn count_values(
        &self,
        column: Column,
        measure: Measure,
        lists: &[(bool, Vec<u32>)],
    ) -> Vec<u64> {
        let values = self.dictionaries[column as usize].len();
        let inverse = lists.iter().filter(|l| l.0).count();
        let mut counts = vec![0u64; values];
        if inverse * 2 > lists.len() {
            // Begin with everything: take away left-out rows, and whole segments that list kept rows.
            if let Some(at) = BASE.iter().position(|c| *c == column) {
                counts = self.base.of(at, measure);
                counts.resize(values, 0);
            }
            for (segment, (inverse, list)) in self.segments.iter().zip(lists) {
                if *inverse {
                    add_rows(segment, column, list, &mut counts, u64::wrapping_sub);
                } else {
                    add_all(segment, column, measure, &mut counts, u64::wrapping_sub);
                    add_rows(segment, column, list, &mut counts, u64::wrapping_add);
                }
            }
        } else {
            for (segment, (inverse, list)) in self.segments.iter().zip(lists) {
                if *inverse {
                    add_all(segment, column, measure, &mut counts, u64::wrapping_add);
                    add_rows(segment, column, list, &mut counts, u64::wrapping_sub);
                } else {
                    add_rows(segment, column, list, &mut counts, u64::wrapping_add);
                }
            }
        }
        counts
    }

    /// How the rows that match a selection's filters spread over slots and
    /// days. `slots` gives the slot of each tag code; codes beyond it are
    /// [`OTHER`].
    #[inline(never)] // its callers are built for size
    pub fn days(&self, selection: &Selection, slots: &[u8]) -> Days {
        let sieve = Sieve::new(self, selection);
        let days = self.days.len();
        let mut counts = vec![0u64; ACTIONS * SLOTS * days];
        let mut unique = vec![(0u32, 0u64); days];
        let mut base_of =
            vec![u32::from(OTHER) * days as u32; self.dictionaries[Column::Tag as usize].len()];
        for (place, slot) in base_of.iter_mut().zip(slots) {
            *place = u32::from(*slot) * days as u32;
        }
        let step = (SLOTS * days) as u32;
        let first = [0, step, 2 * step];
        let mut masks = Vec::new();
        for segment in &self.segments {
            sieve.masks(segment, &mut masks);
            let (tags, day_codes) = (segment.column(Column::Tag), segment.column(Column::Day));
            match (tags, day_codes, &segment.counts) {
                // The usual widths, spelled out so that each is a loop of its own.
                (Codes::Middle(tags), Codes::Narrow(day_codes), None) => {
                    spread(
                        &mut counts,
                        &masks,
                        &segment.actions,
                        first,
                        tags.iter().map(|t| base_of[*t as usize]),
                        day_codes.iter().map(|d| u32::from(*d)),
                    );
                }
                (Codes::Narrow(tags), Codes::Narrow(day_codes), None) => {
                    spread(
                        &mut counts,
                        &masks,
                        &segment.actions,
                        first,
                        tags.iter().map(|t| base_of[*t as usize]),
                        day_codes.iter().map(|d| u32::from(*d)),
                    );
                }
                _ => {
                    for (row, mask) in masks.iter().enumerate() {
                        if mask & FILTERED != 0 {
                            let place = first[segment.actions[row] as usize]
                                + base_of[tags.get(row) as usize]
                                + day_codes.get(row);
                            counts[place as usize] += segment.count(row);
                            if let Some(addresses) = &segment.unique
                                && addresses[row] > 0
                                && mask & IN_SPAN != 0
                            {
                                let day = &mut unique[day_codes.get(row) as usize];
                                day.0 += 1;
                                day.1 = day.1.saturating_add(addresses[row]);
                            }
                        }
                    }
                }
            }
        }
        Days {
            days,
            counts,
            unique,
        }
    }
}

#[inline(always)]
fn spread(
    counts: &mut [u64],
    masks: &[u8],
    actions: &[u8],
    first: [u32; 3],
    tags: impl Iterator<Item = u32>,
    days: impl Iterator<Item = u32>,
) {
    for (((mask, action), tag), day) in masks.iter().zip(actions).zip(tags).zip(days) {
        counts[(first[*action as usize] + tag + day) as usize] += u64::from(mask & FILTERED);
    }
}

fn add_rows(
    segment: &Segment,
    column: Column,
    rows: &[u32],
    counts: &mut [u64],
    apply: impl Fn(u64, u64) -> u64 + Copy,
) {
    if let Some(weights) = &segment.counts {
        let codes = segment.column(column);
        for &row in rows {
            let code = codes.get(row as usize) as usize;
            counts[code] = apply(counts[code], weights[row as usize]);
        }
        return;
    }
    match segment.column(column) {
        Codes::Empty => counts[EMPTY as usize] = apply(counts[EMPTY as usize], rows.len() as u64),
        Codes::Narrow(codes) => rows.iter().for_each(|row| {
            let code = codes[*row as usize] as usize;
            counts[code] = apply(counts[code], 1);
        }),
        Codes::Middle(codes) => rows.iter().for_each(|row| {
            let code = codes[*row as usize] as usize;
            counts[code] = apply(counts[code], 1);
        }),
        Codes::Wide(codes) => rows.iter().for_each(|row| {
            let code = codes[*row as usize] as usize;
            counts[code] = apply(counts[code], 1);
        }),
    }
}

fn add_all(
    segment: &Segment,
    column: Column,
    measure: Measure,
    counts: &mut [u64],
    apply: impl Fn(u64, u64) -> u64 + Copy,
) {
    let codes = segment.column(column);
    each_code(codes, &segment.actions, |row, code, action| {
        let checks = action == Action::VersionCheck as u8;
        let measured = match measure {
            Measure::Pulls => !checks,
            Measure::Checks => checks,
            Measure::Both => true,
        };
        if measured {
            counts[code] = apply(counts[code], segment.count(row));
        }
    });
}

/// Whether any day of a span is among these.
pub fn any_day_in(days: &[crate::calendar::Day], span: Span) -> bool {
    let at = days.partition_point(|day| *day < span.first);
    days.get(at).is_some_and(|day| *day <= span.last)
}
