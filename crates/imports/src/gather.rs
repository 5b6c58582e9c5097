//! Rows by namespace and day, encoded as they become many.

use pull_store::{DayRows, PullStoreError};
use pulls::batch::{Batch, BatchBuilder, Pull};
use pulls::calendar::Day;
use std::collections::{BTreeMap, HashMap};

/// A day’s rows are encoded when so many of them wait.
const PART: usize = 1 << 16;

/// So many rows of all days wait at most; one takes a hundred bytes and its texts until then.
const MOST_WAITING: usize = 1 << 20;

/// So many rows are encoded together at most, as in the embedded store.
const MOST_ROWS: usize = 1 << 18;

/// Rows of a day that are encoded.
struct Part {
    rows: usize,
    bytes: Vec<u8>,
}

/// The rows of a day.
#[derive(Default)]
pub(crate) struct Gathered {
    /// How many there are.
    pub rows: u64,
    /// The numbers of the files they are from, ascending.
    pub files: Vec<usize>,
    waiting: BatchBuilder,
    parts: Vec<Part>,
}

impl Gathered {
    /// Encodes what waits, together with parts before it that are no longer: each part has texts
    /// of its own, and many short ones would be little but texts.
    fn encode(&mut self) -> Result<(), PullStoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let mut rows = waiting.len();
        let joined = self.parts.iter().rev().take_while(|part| {
            let is_joined = part.rows <= rows && rows + part.rows <= MOST_ROWS;
            rows += if is_joined { part.rows } else { 0 };
            is_joined
        });
        let first = self.parts.len() - joined.count();
        let mut bytes = waiting.encode();
        if first < self.parts.len() {
            let mut all = BatchBuilder::new();
            for part in self.parts.drain(first..) {
                all.extend(&Batch::decode(&part.bytes, |_| true)?, |_| true);
            }
            all.extend(&Batch::decode(&bytes, |_| true)?, |_| true);
            bytes = all.encode();
        }
        bytes.shrink_to_fit();
        self.parts.push(Part { rows, bytes });
        Ok(())
    }

    /// The rows, in the order in which they came.
    pub fn rows(&self, namespace: &str, day: Day) -> impl Iterator<Item = DayRows> {
        self.parts.iter().map(move |part| DayRows {
            namespace: namespace.to_owned(),
            day,
            rows: part.bytes.clone(),
        })
    }
}

/// Takes in rows.
#[derive(Default)]
pub(crate) struct Gather {
    namespaces: Vec<String>,
    /// The number of each namespace.
    numbers: HashMap<String, u32>,
    days: Vec<Gathered>,
    /// Where the rows of a namespace and day are.
    places: HashMap<(u32, Day), usize>,
    /// The place of the last row: most rows are of the day of the row before.
    last: Option<((u32, Day), usize)>,
    waiting: usize,
}

impl Gather {
    /// The number of a namespace.
    pub fn namespace(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.namespaces.len() as u32;
        self.namespaces.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Takes in a row of a file.
    ///
    /// # Errors
    /// None that a test could bring about: when what was encoded here cannot be decoded.
    pub fn push(
        &mut self,
        namespace: u32,
        day: Day,
        file: usize,
        pull: &Pull<'_>,
    ) -> Result<(), PullStoreError> {
        let key = (namespace, day);
        let place = match self.last {
            Some((last, place)) if last == key => place,
            _ => *self.places.entry(key).or_insert_with(|| {
                self.days.push(Gathered::default());
                self.days.len() - 1
            }),
        };
        self.last = Some((key, place));
        let of = &mut self.days[place];
        if of.files.last() != Some(&file) {
            of.files.push(file);
        }
        of.rows += 1;
        of.waiting.push(pull);
        self.waiting += 1;
        if of.waiting.len() >= PART {
            self.waiting -= of.waiting.len();
            of.encode()?;
        } else if self.waiting >= MOST_WAITING {
            self.encode_longest()?;
        }
        Ok(())
    }

    /// Encodes the days of which as many rows wait as of the average one, or more.
    fn encode_longest(&mut self) -> Result<(), PullStoreError> {
        let days = self.days.iter().filter(|of| !of.waiting.is_empty());
        let average = self.waiting / days.count().max(1);
        for of in &mut self.days {
            let waiting = of.waiting.len();
            if waiting >= average.max(1) {
                of.encode()?;
                self.waiting -= waiting;
            }
        }
        Ok(())
    }

    /// All rows, encoded, by namespace and day.
    ///
    /// # Errors
    /// As of [`Self::push`].
    pub fn finish(self) -> Result<BTreeMap<String, BTreeMap<Day, Gathered>>, PullStoreError> {
        let mut days: Vec<Option<Gathered>> = self.days.into_iter().map(Some).collect();
        let mut found: BTreeMap<String, BTreeMap<Day, Gathered>> = BTreeMap::new();
        for ((namespace, day), place) in self.places {
            let name = &self.namespaces[namespace as usize];
            if let Some(mut of) = days[place].take() {
                of.encode()?;
                found.entry(name.clone()).or_default().insert(day, of);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulls::batch::Number;

    /// So many rows of some days, one day after the other, each with its number as count.
    fn gathered(rows: usize, days: usize) -> Gather {
        let mut gather = Gather::default();
        let namespace = gather.namespace("kelpworks");
        for row in 0..rows {
            let mut pull = Pull::default();
            pull.numbers[Number::Day as usize] = 20_000 + (row % days) as u64;
            pull.numbers[Number::Count as usize] = row as u64;
            let day = Day(20_000 + (row % days) as i32);
            gather.push(namespace, day, 0, &pull).unwrap();
        }
        gather
    }

    /// The lengths of the parts of each day, whose rows are all there, in their order.
    fn parts(gather: Gather, rows: usize, days: usize) -> Vec<Vec<usize>> {
        let found = gather.finish().unwrap();
        let days = found["kelpworks"].values().enumerate().map(|(at, of)| {
            let mut expected = (at..rows).step_by(days);
            let parts = of.parts.iter().map(|part| {
                let batch = Batch::decode(&part.bytes, |_| true).unwrap();
                for row in 0..batch.len() {
                    let count = batch.numbers(Number::Count).get(row);
                    assert_eq!(Some(count as usize), expected.next());
                }
                assert_eq!(batch.len(), part.rows);
                part.rows
            });
            let parts: Vec<usize> = parts.collect();
            assert_eq!(expected.next(), None);
            assert_eq!(of.rows as usize, parts.iter().sum::<usize>());
            parts
        });
        days.collect()
    }

    #[test]
    fn parts_are_long_and_no_longer_than_the_store_has_them() {
        let rows = 2 * MOST_ROWS + 3 * PART + 5;
        let found = parts(gathered(rows, 1), rows, 1);
        assert_eq!(found, [[MOST_ROWS, MOST_ROWS, 2 * PART, PART, 5]]);
    }

    #[test]
    fn rows_of_many_days_do_not_all_wait() {
        let rows = MOST_WAITING + MOST_WAITING / 2;
        let gather = gathered(rows, 400);
        let waiting = gather.days.iter().map(|of| of.waiting.len());
        assert_eq!(waiting.sum::<usize>(), gather.waiting);
        assert!(gather.waiting < MOST_WAITING);
        for parts in parts(gather, rows, 400) {
            assert!(parts.len() <= 2, "{parts:?}");
        }
    }
}
