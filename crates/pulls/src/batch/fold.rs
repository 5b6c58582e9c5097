//! Adding rows up: those that are alike in all that a view looks at become one,
//! with a count.

use super::{Batch, BatchBuilder, Field, Number, Numbers, Pull, TEXTS};
use crate::header::Column;
use std::collections::HashMap;

/// Whether a view looks at a column: the others are a raw row’s alone.
pub fn is_viewed(field: Field) -> bool {
    match field {
        Field::Text(column) => column != Column::Digest,
        Field::Number(number) => matches!(number, Number::Day | Number::Action | Number::Count),
    }
}

impl Batch {
    /// The rows added up, in the order of day, repository, tag and action and then of all
    /// else, so that neighbors are alike.
    pub fn folded(&self) -> BatchBuilder {
        Self::folded_together(std::slice::from_ref(self))
    }

    /// The rows of several batches added up.
    pub fn folded_together(batches: &[Self]) -> BatchBuilder {
        let mut all = BatchBuilder::new();
        for batch in batches {
            all.extend(batch, |_| true);
        }
        let mut sums: HashMap<[u32; TEXTS.len() + 2], (usize, u64)> = HashMap::new();
        let days = all.numbers(Number::Day);
        let actions = all.numbers(Number::Action);
        let counts = all.numbers(Number::Count);
        for row in 0..all.len() {
            // What no view looks at is alike in all of them.
            let mut key = [0; TEXTS.len() + 2];
            (key[0], key[1]) = (days[row] as u32, actions[row] as u32);
            for (place, column) in key[2..].iter_mut().zip(TEXTS) {
                if is_viewed(Field::Text(column)) {
                    *place = all.code(column, row);
                }
            }
            sums.entry(key).or_insert((row, 0)).1 += counts[row];
        }
        let mut rows: Vec<(usize, u64)> = sums.into_values().collect();
        let of = |row: usize, column| all.value(column, row);
        rows.sort_unstable_by(|(one, _), (other, _)| {
            let first = |row: usize| {
                (
                    days[row],
                    of(row, Column::Repository),
                    of(row, Column::Tag),
                    actions[row],
                )
            };
            first(*one).cmp(&first(*other)).then_with(|| {
                TEXTS
                    .into_iter()
                    .filter(|column| is_viewed(Field::Text(*column)))
                    .map(|column| of(*one, column).cmp(of(*other, column)))
                    .find(|order| order.is_ne())
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
        });
        let mut folded = BatchBuilder::new();
        for (row, count) in rows {
            let mut pull = Pull::default();
            for (at, column) in TEXTS.into_iter().enumerate() {
                if is_viewed(Field::Text(column)) {
                    pull.texts[at] = of(row, column);
                }
            }
            pull.numbers[Number::Day as usize] = days[row];
            pull.numbers[Number::Action as usize] = actions[row];
            pull.numbers[Number::Count as usize] = count;
            folded.push(&pull);
        }
        folded
    }

    /// How many actions the rows stand for.
    pub fn actions(&self) -> u64 {
        match self.numbers(Number::Count) {
            Numbers::Same(count) => count * self.len() as u64,
            counts => (0..self.len()).map(|row| counts.get(row)).sum(),
        }
    }
}
