//! Which rows a selection keeps: a byte of mask for each row, and the rows
//! that have a flag.

use crate::header::Column;
use crate::partition::Partition;
use crate::query::{Measure, Selection};
use crate::segment::{Codes, Segment};
use crate::tally::BASE;
use std::ops::Range;

/// In the mask of a row: it matches the filters.
pub(crate) const FILTERED: u8 = 1;
/// It matches filters and span.
pub(crate) const IN_SPAN: u8 = 2;
/// It matches filters, span and measure.
pub(crate) const COUNTED: u8 = 4;
/// Its action is one of the measure.
pub(crate) const MEASURED: u8 = 8;
/// It is not of the filtered rows.
const LEFT_OUT: u8 = 16;
/// It is of the measure, but not of the counted rows.
const UNCOUNTED: u8 = 32;

/// So many rows are sieved at a time: their masks stay in the nearest cache.
pub(crate) const BLOCK: usize = 4096;

/// A selection in one partition's codes: a byte of mask for each code.
pub struct Sieve {
    columns: Vec<(Column, Table)>,
    actions: [u8; 3],
}

/// The mask of each code of a column; codes of a byte have one without fail.
struct Table {
    narrow: [u8; 256],
    masks: Vec<u8>,
}

/// Shares of a partition's rows that a selection keeps, as far as can be told
/// without looking at rows.
#[derive(Clone, Copy)]
pub(crate) struct Shares {
    /// By the filters.
    pub filtered: f64,
    /// By filters and span.
    pub in_span: f64,
}

impl Sieve {
    /// The sieve of a selection for a partition.
    pub fn new(partition: &Partition, selection: &Selection) -> Self {
        let mut columns = Vec::new();
        let mut add = |column, masks: Vec<u8>| {
            // What lets every value through need not be looked at.
            if masks.iter().any(|mask| *mask != u8::MAX) {
                let mut narrow = [u8::MAX; 256];
                for (place, mask) in narrow.iter_mut().zip(&masks) {
                    *place = *mask;
                }
                columns.push((column, Table { narrow, masks }));
            }
        };
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
            add(column, masks);
        }
        if let Some(span) = selection.span {
            let outside = FILTERED | MEASURED;
            let masks = partition.days.iter().map(|day| match day {
                Some(day) if !span.contains(*day) => outside,
                _ => u8::MAX,
            });
            add(Column::Day, masks.collect());
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

    /// Shares of a partition's rows, taking columns for independent.
    pub(crate) fn shares(&self, partition: &Partition) -> Shares {
        let mut shares = Shares {
            filtered: 1.0,
            in_span: 1.0,
        };
        for (column, table) in &self.columns {
            let Some(at) = BASE.iter().position(|c| c == column) else {
                continue;
            };
            let counts = partition.base.of(at, Measure::Both);
            let sum = |flag: u8| {
                let kept = counts.iter().zip(&table.masks);
                kept.map(|(n, mask)| if mask & flag != 0 { *n } else { 0 })
                    .sum::<u64>() as f64
            };
            let all = (counts.iter().sum::<u64>() as f64).max(1.0);
            shares.filtered *= sum(FILTERED) / all;
            shares.in_span *= sum(IN_SPAN) / all;
        }
        shares
    }

    /// The masks of some rows of a segment.
    pub(crate) fn block<'m>(
        &self,
        segment: &Segment,
        rows: Range<usize>,
        masks: &'m mut [u8; BLOCK],
    ) -> &'m mut [u8] {
        let masks = &mut masks[..rows.len()];
        let [pulls, _, checks] = self.actions;
        for (mask, action) in masks.iter_mut().zip(&segment.actions[rows.clone()]) {
            *mask = if *action < 2 { pulls } else { checks };
        }
        for (column, table) in &self.columns {
            match segment.column(*column) {
                Codes::Same(code) => {
                    let of_all = table.masks[*code as usize];
                    masks.iter_mut().for_each(|mask| *mask &= of_all);
                }
                Codes::Narrow(codes) => masks
                    .iter_mut()
                    .zip(&codes[rows.clone()])
                    .for_each(|(mask, code)| *mask &= table.narrow[*code as usize]),
                Codes::Middle(codes) => masks
                    .iter_mut()
                    .zip(&codes[rows.clone()])
                    .for_each(|(mask, code)| *mask &= table.masks[*code as usize]),
                Codes::Wide(codes) => masks
                    .iter_mut()
                    .zip(&codes[rows.clone()])
                    .for_each(|(mask, code)| *mask &= table.masks[*code as usize]),
            }
        }
        masks
    }

    /// The rows of a segment that match filters, span and measure, ascending.
    #[inline(never)] // its callers are built for size
    pub fn rows(&self, segment: &Segment) -> Vec<u32> {
        let mut rows = Vec::new();
        let (mut masks, mut list) = ([0; BLOCK], [0; BLOCK]);
        for block in blocks(segment.len()) {
            let first = block.start as u32;
            let found = flagged(self.block(segment, block, &mut masks), COUNTED, &mut list);
            rows.extend(found.iter().map(|row| first + u32::from(*row)));
        }
        rows
    }
}

/// A segment's rows, a [`BLOCK`] at a time.
pub(crate) fn blocks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows)
        .step_by(BLOCK)
        .map(move |from| from..(from + BLOCK).min(rows))
}

/// Marks, beside what a mask says, what it does not: so that rows can be
/// listed that are left out.
pub(crate) fn invert(masks: &mut [u8]) {
    for mask in masks {
        let left_out = if *mask & FILTERED == 0 { LEFT_OUT } else { 0 };
        let uncounted = if *mask & (COUNTED | MEASURED) == MEASURED {
            UNCOUNTED
        } else {
            0
        };
        *mask |= left_out | uncounted;
    }
}

/// The flag of filtered rows, or of the others.
pub(crate) fn filtered(inverse: bool) -> u8 {
    if inverse { LEFT_OUT } else { FILTERED }
}

/// The flag of counted rows, or of the others of the measure.
pub(crate) fn counted(inverse: bool) -> u8 {
    if inverse { UNCOUNTED } else { COUNTED }
}

/// The rows of a block whose mask has a flag, ascending.
pub(crate) fn flagged<'l>(masks: &[u8], flag: u8, list: &'l mut [u16; BLOCK]) -> &'l [u16] {
    let every = u64::from_le_bytes([flag; 8]);
    let (eights, rest) = masks.as_chunks::<8>();
    let mut found = 0;
    for (at, eight) in eights.iter().enumerate() {
        // Mostly few rows have it: eight that do not are passed at once.
        let mut bits = u64::from_le_bytes(*eight) & every;
        while bits != 0 {
            list[found & (BLOCK - 1)] = (at * 8) as u16 + (bits.trailing_zeros() / 8) as u16;
            found += 1;
            bits &= bits - 1;
        }
    }
    for (at, mask) in rest.iter().enumerate() {
        if mask & flag != 0 {
            list[found & (BLOCK - 1)] = (eights.len() * 8 + at) as u16;
            found += 1;
        }
    }
    &list[..found]
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn lists_what_a_loop_lists(masks in proptest::collection::vec(proptest::num::u8::ANY, 0..70), bit in 0u32..8) {
            let flag = 1 << bit;
            let mut list = [0; BLOCK];
            let expected: Vec<u16> = (0..masks.len()).filter(|r| masks[*r] & flag != 0).map(|r| r as u16).collect();
            assert_eq!(flagged(&masks, flag, &mut list), &expected);
        }
    }

    #[test]
    fn a_full_block_is_listed_whole() {
        let mut list = [0; BLOCK];
        assert_eq!(flagged(&[COUNTED; BLOCK], COUNTED, &mut list).len(), BLOCK);
    }
}
