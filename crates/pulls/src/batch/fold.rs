//! Adding rows up: those that are alike in all that a view looks at become one,
//! with a count.

use super::{Batch, BatchBuilder, Field, Number, Numbers, Pull, TEXTS};
use crate::header::Column;
use crate::segment::Action;
use std::collections::HashMap;

/// Whether a view looks at a column: the others are a raw row’s alone.
pub fn is_viewed(field: Field) -> bool {
    match field {
        Field::Text(column) => column != Column::Digest,
        Field::Number(number) => matches!(number, Number::Day | Number::Action | Number::Count),
    }
}

/// The columns of text that a view looks at, in the order that rows are sorted by; the action
/// comes behind the first two.
const PLACES: [Column; TEXTS.len() - 1] = [
    Column::Repository,
    Column::Tag,
    Column::Country,
    Column::Tool,
    Column::Version,
    Column::Host,
    Column::Network,
    Column::Domain,
    Column::Namespace,
];

/// Day, repository, tag, action and all else, each by its rank.
type Key = [u32; PLACES.len() + 2];

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
        let columns = PLACES.map(|column| (all.codes(column), all.ranks(column)));
        let days = all.numbers(Number::Day);
        let actions = all.numbers(Number::Action);
        let counts = all.numbers(Number::Count);
        // By what the rows are sorted by, so that no text is compared twice.
        let mut sums: HashMap<Key, (usize, u64)> = HashMap::new();
        for row in 0..all.len() {
            let mut key = [0; PLACES.len() + 2];
            (key[0], key[3]) = (days[row] as u32, actions[row] as u32);
            for (at, (codes, ranks)) in columns.iter().enumerate() {
                let place = if at < 2 { at + 1 } else { at + 2 };
                key[place] = ranks[codes[row] as usize];
            }
            sums.entry(key).or_insert((row, 0)).1 += counts[row];
        }
        let mut rows: Vec<(Key, (usize, u64))> = sums.into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let mut folded = BatchBuilder::new();
        folded.extend_counted(&all, rows.iter().map(|(_, sum)| *sum));
        folded
    }

    /// How often each value of one column of text was counted, by action: rows that have that
    /// value, an action and a count.
    pub fn margin(&self, column: Column) -> BatchBuilder {
        let mut margin = BatchBuilder::new();
        let (Some(texts), Some(at)) = (
            self.texts(column),
            TEXTS.iter().position(|one| *one == column),
        ) else {
            return margin;
        };
        let (actions, counts) = (self.numbers(Number::Action), self.numbers(Number::Count));
        let mut sums = vec![[0u64; Action::ALL.len()]; texts.len()];
        for row in 0..self.len() {
            let action = (actions.get(row) as usize).min(Action::ALL.len() - 1);
            sums[texts.codes.get(row) as usize][action] += counts.get(row);
        }
        for (code, sums) in sums.iter().enumerate() {
            let mut pull = Pull::default();
            pull.texts[at] = texts.value(code as u32);
            for (action, count) in sums.iter().enumerate().filter(|(_, count)| **count > 0) {
                pull.numbers[Number::Action as usize] = action as u64;
                pull.numbers[Number::Count as usize] = *count;
                margin.push(&pull);
            }
        }
        margin
    }

    /// How many actions the rows stand for.
    pub fn actions(&self) -> u64 {
        match self.numbers(Number::Count) {
            Numbers::Same(count) => count * self.len() as u64,
            counts => (0..self.len()).map(|row| counts.get(row)).sum(),
        }
    }
}
