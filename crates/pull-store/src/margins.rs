//! Margins: what a view shows before anybody looks closer. How often each tag was counted on each
//! day, and each value of every other column within a span.

use crate::PullStoreError;
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Span};
use pulls::dictionary::Dictionary;
use pulls::header::Column;
use pulls::segment::Action;
use std::collections::HashMap;

/// The columns of [`Margins::values`]. Homes keep them by their places: a column comes at the end,
/// and none is taken away.
pub(crate) const COLUMNS: [Column; 8] = [
    Column::Tag,
    Column::Repository,
    Column::Country,
    Column::Tool,
    Column::Version,
    Column::Network,
    Column::Host,
    Column::Domain,
];

/// The place of the tag.
const TAG: usize = 0;

/// Counts by action.
type Counts = [u64; Action::ALL.len()];

/// What a view shows before anybody looks closer.
#[derive(Debug)]
pub struct Margins {
    /// How often each tag was counted on each day, by action.
    pub by_day: Batch,
    /// How often each value of a column was, by action; on any day.
    pub values: Vec<(Column, Batch)>,
    /// How many raw rows there are.
    pub rows: u64,
}

/// The margins of rows of one day, as they are kept beside them: of each of [`COLUMNS`] the length
/// in four bytes, little endian, and a batch.
pub(crate) fn encode(rows: &Batch) -> Vec<u8> {
    let mut bytes = Vec::new();
    for column in COLUMNS {
        let margin = rows.margin(column).encode();
        bytes.extend_from_slice(&(margin.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&margin);
    }
    bytes
}

/// Margins of several days in the making.
pub(crate) struct Adding {
    counted: Span,
    drawn: Span,
    columns: Vec<(Dictionary, Vec<Counts>)>,
    /// By day and the code of the tag.
    by_day: HashMap<(Day, u32), Counts>,
}

impl Adding {
    /// Of tags on each day of `drawn`, and of values within `counted`.
    pub fn new(counted: Span, drawn: Span) -> Self {
        let columns = COLUMNS.iter().map(|_| (Dictionary::new(), Vec::new()));
        Self {
            counted,
            drawn,
            columns: columns.collect(),
            by_day: HashMap::new(),
        }
    }

    /// Adds what [`encode`] wrote of rows of a day.
    pub fn add_encoded(&mut self, day: Day, mut bytes: &[u8]) -> Result<(), PullStoreError> {
        // Columns of a later program have none in margins of an earlier one.
        for at in 0..COLUMNS.len() {
            let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
                break;
            };
            let length = (u32::from_le_bytes(*length) as usize).min(rest.len());
            let (margin, rest) = rest.split_at(length);
            self.add(day, at, &Batch::decode(margin, |_| true)?);
            bytes = rest;
        }
        Ok(())
    }

    /// Adds rows of a day of which no margins are kept.
    pub fn add_rows(&mut self, day: Day, rows: &Batch) {
        for at in 0..COLUMNS.len() {
            self.add(day, at, rows);
        }
    }

    fn add(&mut self, day: Day, at: usize, rows: &Batch) {
        let Some(texts) = rows.texts(COLUMNS[at]) else {
            return;
        };
        let (actions, counts) = (rows.numbers(Number::Action), rows.numbers(Number::Count));
        let (dictionary, sums) = &mut self.columns[at];
        let codes: Vec<u32> = (0..texts.len())
            .map(|code| dictionary.code_unlimited(texts.value(code as u32)))
            .collect();
        sums.resize(dictionary.len(), Counts::default());
        let is_counted = self.counted.contains(day);
        let is_drawn = at == TAG && self.drawn.contains(day);
        for row in 0..rows.len() {
            let code = codes[texts.codes.get(row) as usize];
            let action = (actions.get(row) as usize).min(Action::ALL.len() - 1);
            let count = counts.get(row);
            if is_counted {
                sums[code as usize][action] += count;
            }
            if is_drawn {
                self.by_day.entry((day, code)).or_default()[action] += count;
            }
        }
    }

    /// What was added.
    pub fn finish(self) -> Result<Margins, PullStoreError> {
        let tags = &self.columns[TAG].0;
        let mut days: Vec<((Day, u32), Counts)> = self.by_day.into_iter().collect();
        days.sort_unstable_by_key(|(key, _)| *key);
        let mut by_day = BatchBuilder::new();
        for ((day, code), counts) in days {
            push(&mut by_day, TAG, day, tags.value(code), &counts);
        }
        let rows = self.columns[TAG].1.iter().flatten().sum();
        let mut values = Vec::with_capacity(COLUMNS.len());
        for (at, (dictionary, sums)) in self.columns.iter().enumerate() {
            let mut builder = BatchBuilder::new();
            for (code, counts) in sums.iter().enumerate() {
                push(
                    &mut builder,
                    at,
                    Day(0),
                    dictionary.value(code as u32),
                    counts,
                );
            }
            values.push((COLUMNS[at], batch(&builder)?));
        }
        Ok(Margins {
            by_day: batch(&by_day)?,
            values,
            rows,
        })
    }
}

/// Adds the counts of a value to a batch.
fn push(to: &mut BatchBuilder, at: usize, day: Day, value: &[u8], counts: &Counts) {
    let mut pull = Pull::default();
    for (text, column) in pull.texts.iter_mut().zip(TEXTS) {
        if column == COLUMNS[at] {
            *text = value;
        }
    }
    pull.numbers[Number::Day as usize] = u64::from(day.0.unsigned_abs());
    for (action, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        pull.numbers[Number::Action as usize] = action as u64;
        pull.numbers[Number::Count as usize] = *count;
        to.push(&pull);
    }
}

fn batch(builder: &BatchBuilder) -> Result<Batch, PullStoreError> {
    Ok(Batch::decode(&builder.encode(), |_| true)?)
}
