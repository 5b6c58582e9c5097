//! How many different clients there were.

use pulls::batch::{Batch, Field, Number};
use pulls::calendar::{Day, Granularity};
use pulls::header::Column;
use pulls::segment::Action;
use std::collections::{HashMap, HashSet};

/// Whose visitors are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// Of all of them together.
    All,
    /// Of each repository.
    Repository,
    /// Of each repository and what was asked for: a tag, or a digest.
    Reference,
}

/// How many different visitors there were in a week or month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VisitorCount {
    /// The first day of the week or month, whether it is in the span or not.
    pub period: Day,
    /// The repository; empty for [`Of::All`].
    pub repository: String,
    /// The tag or digest; empty but for [`Of::Reference`].
    pub reference: String,
    /// How many.
    pub visitors: u64,
}

/// Whom rows are of, while they are counted.
pub(crate) struct Counting {
    by: Granularity,
    of: Of,
    seen: HashMap<(Day, Vec<u8>, Vec<u8>), HashSet<u64>>,
}

impl Counting {
    pub fn new(by: Granularity, of: Of) -> Self {
        Self {
            by,
            of,
            seen: HashMap::new(),
        }
    }

    fn visitor(&self) -> Number {
        match self.by {
            Granularity::Week => Number::WeekVisitor,
            _ => Number::MonthVisitor,
        }
    }

    /// Whether a column is looked at.
    pub fn wants(&self, field: Field) -> bool {
        match field {
            Field::Number(number) => {
                number == self.visitor() || matches!(number, Number::Day | Number::Action)
            }
            Field::Text(Column::Repository) => self.of != Of::All,
            Field::Text(Column::Tag | Column::Digest) => self.of == Of::Reference,
            Field::Text(_) => false,
        }
    }

    /// Takes in rows.
    pub fn add(&mut self, batch: &Batch) {
        let visitors = batch.numbers(self.visitor());
        let actions = batch.numbers(Number::Action);
        let text = |column, row: usize| {
            let texts = batch.texts(column);
            texts.map_or(&[][..], |texts| texts.value(texts.codes.get(row) as u32))
        };
        // Rows of one repository and reference stand together often: the last is kept at hand.
        let mut last: Option<(Day, Vec<u8>, Vec<u8>)> = None;
        for row in 0..batch.len() {
            let visitor = visitors.get(row);
            if visitor == 0 {
                continue;
            }
            let period = self.by.start(batch.day(row));
            let repository = match self.of {
                Of::All => &[][..],
                _ => text(Column::Repository, row),
            };
            let reference = match self.of {
                Of::Reference if actions.get(row) == Action::PullByDigest as u64 => {
                    text(Column::Digest, row)
                }
                Of::Reference => text(Column::Tag, row),
                _ => &[][..],
            };
            let is_last = last.as_ref().is_some_and(|last| {
                last.0 == period && last.1 == repository && last.2 == reference
            });
            if !is_last {
                last = Some((period, repository.to_vec(), reference.to_vec()));
            }
            if let Some(last) = &last {
                if let Some(seen) = self.seen.get_mut(last) {
                    seen.insert(visitor);
                } else {
                    self.seen.insert(last.clone(), HashSet::from([visitor]));
                }
            }
        }
    }

    /// What was counted, in order.
    pub fn counts(self) -> Vec<VisitorCount> {
        let words = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let mut counts: Vec<VisitorCount> = self
            .seen
            .into_iter()
            .map(|((period, repository, reference), seen)| VisitorCount {
                period,
                repository: words(repository),
                reference: words(reference),
                visitors: seen.len() as u64,
            })
            .collect();
        counts.sort_unstable();
        counts
    }
}
