//! Counts without rows: how often each tag was counted on each day, and each value of every other
//! column. A view without filters needs no more, and of millions of rows they are few.

use crate::batch::{Batch, Number};
use crate::calendar::Day;
use crate::days::Days;
use crate::desk::News;
use crate::dictionary::Dictionary;
use crate::header::Column;
use crate::query::{Dimension, Measure};
use crate::segment::Action;
use crate::tally::{ACTIONS, Base, NO_TAG, OTHER, SLOTS, Tally};

/// Counts by action, in the order of their numbers.
type Counts = [u64; ACTIONS];

/// How often a tag was counted on a day.
struct OnDay {
    /// Its place among the days.
    day: usize,
    /// The code of the tag.
    tag: u32,
    counts: Counts,
}

/// Counts of rows, in place of a [`Partition`](crate::partition::Partition) of them.
pub struct Marginal {
    /// Of each [`Dimension`], its values.
    dictionaries: Vec<Dictionary>,
    /// Of each dimension, counts by code.
    values: Vec<Vec<Counts>>,
    days: Vec<Option<Day>>,
    by_day: Vec<OnDay>,
}

impl Marginal {
    /// Counts of nothing.
    pub fn empty() -> Self {
        Self {
            dictionaries: Dimension::ALL.iter().map(|_| Dictionary::new()).collect(),
            // The empty value is always one.
            values: vec![vec![Counts::default()]; Dimension::ALL.len()],
            days: Vec::new(),
            by_day: Vec::new(),
        }
    }

    /// Takes in batches of counts: of tags by day, and of the values of each column. All of them
    /// are of `namespace`, which is no column of theirs.
    pub fn new(by_day: &Batch, values: &[(Column, Batch)], namespace: &str) -> Self {
        let mut marginal = Self::empty();
        for (at, dimension) in Dimension::ALL.into_iter().enumerate() {
            let own = &mut marginal.dictionaries[at];
            let counts = match batch_of(values, dimension.column()) {
                Some(batch) => {
                    let codes = codes(batch, dimension.column(), |value| own.code_unlimited(value));
                    counted(batch, dimension.column(), &codes, own.len())
                }
                None if dimension == Dimension::Namespace => {
                    let code = own.code_unlimited(namespace.as_bytes());
                    let mut counts = vec![Counts::default(); own.len()];
                    counts[code as usize] = sum(values);
                    counts
                }
                None => vec![Counts::default(); own.len()],
            };
            marginal.values[at] = counts;
        }
        marginal.take_days(by_day);
        marginal
    }

    fn take_days(&mut self, by_day: &Batch) {
        let tags = &mut self.dictionaries[TAG];
        let codes = codes(by_day, Column::Tag, |value| tags.code_unlimited(value));
        self.values[TAG].resize(tags.len(), Counts::default());
        // Rows of a day stand together, and those of a tag.
        let mut last: Option<(Day, usize)> = None;
        for row in 0..by_day.len() {
            let day = by_day.day(row);
            let place = match last {
                Some((same, place)) if same == day => place,
                _ => match self.days.iter().position(|known| *known == Some(day)) {
                    Some(place) => place,
                    None => {
                        self.days.push(Some(day));
                        self.days.len() - 1
                    }
                },
            };
            last = Some((day, place));
            let tag = codes[code_of(by_day, Column::Tag, row)];
            let (action, count) = action_of(by_day, row);
            match self.by_day.last_mut() {
                Some(before) if before.day == place && before.tag == tag => {
                    before.counts[action] += count;
                }
                _ => {
                    let mut counts = Counts::default();
                    counts[action] = count;
                    self.by_day.push(OnDay {
                        day: place,
                        tag,
                        counts,
                    });
                }
            }
        }
    }

    /// Its values and days, as a partition tells them that learns them all at once. With `is_base`
    /// its counts are among those of all rows, from which colors are chosen; what filters have
    /// left of rows that others stand for is not.
    pub fn news(&self, is_base: bool) -> News {
        let values = self.dictionaries.iter().map(|dictionary| {
            let (mut text, mut ends) = (Vec::new(), Vec::new());
            for code in 0..dictionary.len() {
                text.extend_from_slice(dictionary.value(code as u32));
                ends.push(text.len() as u32);
            }
            (text, ends)
        });
        News {
            epoch: 0,
            values: values.collect(),
            days: self.days.clone(),
            base: if is_base {
                self.base()
            } else {
                Base::default()
            },
            rows: if is_base { self.rows() } else { 0 },
        }
    }

    fn base(&self) -> Base {
        let mut base = Base::default();
        for (dimension, counts) in Dimension::ALL.into_iter().zip(&self.values) {
            base.put(dimension.column(), counts.len(), each(counts));
        }
        let days = self.by_day.iter().flat_map(|one| {
            let actions = one.counts.iter().enumerate();
            actions.map(|(action, count)| (one.day, action, *count))
        });
        base.put(Column::Day, self.days.len(), days);
        base
    }

    fn rows(&self) -> u64 {
        self.values[TAG].iter().flatten().sum()
    }

    /// How often each value was counted.
    pub fn tally(&self, measure: Measure) -> Tally {
        tally(&self.values, measure)
    }

    /// How often each value was counted in a part of what this has: `values` are of days or rows
    /// that are all in here.
    pub fn tally_of(&self, values: &[(Column, Batch)], measure: Measure) -> Tally {
        let mut counts: Vec<Vec<Counts>> = Vec::with_capacity(self.values.len());
        for (dimension, own) in Dimension::ALL.into_iter().zip(&self.dictionaries) {
            counts.push(match batch_of(values, dimension.column()) {
                Some(batch) => {
                    // What came since is none of this.
                    let unknown = own.len() as u32;
                    let codes = codes(batch, dimension.column(), |value| {
                        own.get(value).unwrap_or(unknown)
                    });
                    let mut counts = counted(batch, dimension.column(), &codes, own.len() + 1);
                    counts.truncate(own.len());
                    counts
                }
                None => {
                    let mut counts = vec![Counts::default(); own.len()];
                    if dimension == Dimension::Namespace
                        && let Some(only) = counts.last_mut()
                    {
                        *only = sum(values);
                    }
                    counts
                }
            });
        }
        tally(&counts, measure)
    }

    /// A tally of nothing.
    pub fn nothing(&self) -> Tally {
        Tally {
            values: self.values.iter().map(|one| vec![0; one.len()]).collect(),
            rows: 0,
        }
    }

    /// How the counts spread over slots and days; `slots` as in
    /// [`Partition::days`](crate::partition::Partition::days).
    pub fn days(&self, slots: &[u8]) -> Days {
        let days = self.days.len();
        let mut counts = vec![0; ACTIONS * SLOTS * days];
        for one in &self.by_day {
            let slot = slots.get(one.tag as usize).copied().unwrap_or(OTHER);
            debug_assert!(slot <= NO_TAG);
            for (action, count) in one.counts.iter().enumerate() {
                counts[(action * SLOTS + usize::from(slot)) * days + one.day] += count;
            }
        }
        Days {
            days,
            counts,
            unique: vec![(0, 0); days],
        }
    }

    /// Bytes of memory that it takes, about.
    pub fn bytes(&self) -> usize {
        let values: usize = self.values.iter().map(|one| size_of_val(&one[..])).sum();
        let texts: usize = self.dictionaries.iter().map(Dictionary::bytes).sum();
        values + texts + size_of_val(&self.by_day[..])
    }
}

/// Where [`Dimension::ALL`] has the tags.
const TAG: usize = 0;

fn batch_of(values: &[(Column, Batch)], column: Column) -> Option<&Batch> {
    let found = values.iter().find(|(of, _)| *of == column);
    found.map(|(_, batch)| batch)
}

/// The code of each of a batch’s values elsewhere.
fn codes(batch: &Batch, column: Column, mut code: impl FnMut(&[u8]) -> u32) -> Vec<u32> {
    batch.texts(column).map_or_else(Vec::new, |texts| {
        let values = (0..texts.len()).map(|own| texts.value(own as u32));
        values.map(&mut code).collect()
    })
}

/// The batch’s own code in a row.
fn code_of(batch: &Batch, column: Column, row: usize) -> usize {
    let texts = batch.texts(column);
    texts.map_or(0, |texts| texts.codes.get(row) as usize)
}

/// The action and the count of a row. A number that is no action’s counts as the last one.
fn action_of(batch: &Batch, row: usize) -> (usize, u64) {
    let action = batch.numbers(Number::Action).get(row) as usize;
    let count = batch.numbers(Number::Count).get(row);
    (action.min(ACTIONS - 1), count)
}

/// Counts of a batch by other codes.
fn counted(batch: &Batch, column: Column, codes: &[u32], len: usize) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); len];
    for row in 0..batch.len() {
        let (action, count) = action_of(batch, row);
        let code = codes[code_of(batch, column, row)];
        counts[code as usize][action] += count;
    }
    counts
}

fn sum(values: &[(Column, Batch)]) -> Counts {
    let mut sum = Counts::default();
    if let Some(tags) = batch_of(values, Column::Tag) {
        for row in 0..tags.len() {
            let (action, count) = action_of(tags, row);
            sum[action] += count;
        }
    }
    sum
}

/// Each count with its code and action.
fn each(counts: &[Counts]) -> impl Iterator<Item = (usize, usize, u64)> {
    counts.iter().enumerate().flat_map(|(code, counts)| {
        let actions = counts.iter().enumerate();
        actions.map(move |(action, count)| (code, action, *count))
    })
}

fn tally(values: &[Vec<Counts>], measure: Measure) -> Tally {
    let measured = |counts: &Counts| {
        let actions = counts.iter().zip(Action::ALL);
        let counted = actions.filter(|(_, action)| measure.counts(*action));
        counted.map(|(count, _)| count).sum::<u64>()
    };
    let values: Vec<Vec<u64>> = values
        .iter()
        .map(|counts| counts.iter().map(measured).collect())
        .collect();
    let rows = values[TAG].iter().sum();
    Tally { values, rows }
}
