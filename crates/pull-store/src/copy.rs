//! Copying all pulls from one home into another: the rows as they are, with their
//! visitors, and the number of the last block, so that whoever counts goes on there
//! where they ended here.
//!
//! The other home is emptied first, if it has to be, and gets its number last, once
//! the counts of all days were found to be the same. What breaks off before is no
//! home to go on with, and is begun again.

use crate::{DayRows, Kept, PullHome, PullStoreError};
use pulls::batch::{Batch, BatchBuilder};
use pulls::calendar::{Day, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

/// So many rows are brought together, about: that many are held in memory.
const TOGETHER: u64 = 1 << 18;

/// Every day that a home can keep.
const ALWAYS: Span = Span {
    first: Day(0),
    last: Day(49_672),
};

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many days and rows, by namespace.
    pub namespaces: BTreeMap<String, (u64, u64)>,
    /// The number of the last block, after which the other home goes on.
    pub block: u64,
}

impl Copied {
    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.namespaces.values().map(|(_, rows)| rows).sum()
    }
}

/// A day of which two homes do not have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// Whose.
    pub namespace: String,
    /// Which day.
    pub day: Day,
    /// Rows in the one and in the other.
    pub rows: (u64, u64),
}

/// Why nothing, or not all, was copied.
#[derive(Debug)]
pub enum CopyError {
    /// One of the two could not be read or written.
    Store(PullStoreError),
    /// The other home was counted into since: the last block here and there.
    Ahead {
        /// The last block of the home to copy from.
        from: u64,
        /// That of the home to copy to.
        to: u64,
    },
    /// The other home has pulls already, and nobody said that they may go: of so many namespaces.
    NotEmpty(usize),
    /// Pulls were changed here while they were copied.
    Changed,
    /// What is there now is not what is here: the days.
    Unlike(Vec<Unlike>),
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Ahead { from, to } => write!(
                f,
                "pulls were counted into the home to copy to, up to block {to}, after those of the home to copy from, which ends with block {from}: nothing was copied. Is it the other way round?"
            ),
            Self::NotEmpty(namespaces) => write!(
                f,
                "the home to copy to has pulls already, of {namespaces} namespaces: nothing was copied. With --replace they are taken away first."
            ),
            Self::Changed => f.write_str(
                "pulls were changed while they were copied: copy them again, with --replace.",
            ),
            Self::Unlike(days) => {
                write!(f, "the copy is not like what was copied")?;
                for (at, unlike) in days.iter().take(3).enumerate() {
                    let separator = if at == 0 { ": " } else { "; " };
                    write!(
                        f,
                        "{separator}{} has {} rows on {}, and {} in the copy",
                        unlike.namespace, unlike.rows.0, unlike.day, unlike.rows.1
                    )?;
                }
                match days.len().saturating_sub(3) {
                    0 => {}
                    more => write!(f, "; and so on for {more} days more")?,
                }
                f.write_str(". Copy again, with --replace.")
            }
        }
    }
}

impl std::error::Error for CopyError {}

impl From<PullStoreError> for CopyError {
    fn from(error: PullStoreError) -> Self {
        Self::Store(error)
    }
}

/// Copies everything; nobody else counts into either home meanwhile. `may_replace` says that what
/// the other home has may be taken away. `say` hears of each namespace that was copied, with its
/// days and rows.
///
/// # Errors
/// When it was not copied, or not all of it. The other home keeps its number then, so that nobody
/// goes on with it.
pub fn copy(
    from: &dyn PullHome,
    to: &dyn PullHome,
    may_replace: bool,
    say: &mut dyn FnMut(&str, u64, u64),
) -> Result<Copied, CopyError> {
    let mut copied = Copied {
        block: from.appended()?,
        ..Copied::default()
    };
    let there = to.appended()?;
    if there > copied.block {
        return Err(CopyError::Ahead {
            from: copied.block,
            to: there,
        });
    }
    let names = to.namespaces()?;
    if !names.is_empty() {
        if !may_replace {
            return Err(CopyError::NotEmpty(names.len()));
        }
        to.drop_before(ALWAYS.last.plus(1))?;
    }
    for namespace in from.namespaces()? {
        bring(from, to, &namespace)?;
        let kept = from.kept(&[&namespace], ALWAYS)?;
        let (days, rows) = (kept.len() as u64, kept.iter().map(|day| day.rows).sum());
        say(&namespace, days, rows);
        copied.namespaces.insert(namespace, (days, rows));
    }
    let unlike = compare(from, to)?;
    if from.appended()? != copied.block {
        return Err(CopyError::Changed);
    }
    if !unlike.is_empty() {
        return Err(CopyError::Unlike(unlike));
    }
    to.carry_on(copied.block)?;
    Ok(copied)
}

/// Brings the rows of a namespace, day by day.
fn bring(from: &dyn PullHome, to: &dyn PullHome, namespace: &str) -> Result<(), PullStoreError> {
    let mut days: Vec<DayRows> = Vec::new();
    let (mut rows, mut failed) = (0, None);
    from.raw(&[namespace], ALWAYS, &mut |batch: Batch| {
        if batch.len() == 0 {
            return ControlFlow::Continue(());
        }
        let mut same = BatchBuilder::new();
        same.extend(&batch, |_| true);
        days.push(DayRows::of(namespace, batch.day(0), &same));
        rows += batch.len() as u64;
        if rows < TOGETHER {
            return ControlFlow::Continue(());
        }
        rows = 0;
        match to.bring(&std::mem::take(&mut days)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    match failed {
        Some(error) => Err(error),
        None => to.bring(&days),
    }
}

/// The days of which two homes do not have the same rows, as far as can be counted.
fn compare(one: &dyn PullHome, other: &dyn PullHome) -> Result<Vec<Unlike>, PullStoreError> {
    let names: BTreeSet<String> = one
        .namespaces()?
        .into_iter()
        .chain(other.namespaces()?)
        .collect();
    let mut unlike = Vec::new();
    for namespace in names {
        let counts = |home: &dyn PullHome| -> Result<BTreeMap<Day, Kept>, PullStoreError> {
            let kept = home.kept(&[&namespace], ALWAYS)?;
            Ok(kept.into_iter().map(|kept| (kept.day, kept)).collect())
        };
        let (here, there) = (counts(one)?, counts(other)?);
        let days: BTreeSet<Day> = here.keys().chain(there.keys()).copied().collect();
        for day in days {
            let of = |all: &BTreeMap<Day, Kept>| {
                all.get(&day)
                    .map_or((0, 0), |kept| (kept.rows, kept.csv_bytes))
            };
            let (here, there) = (of(&here), of(&there));
            if here != there {
                unlike.push(Unlike {
                    namespace: namespace.clone(),
                    day,
                    rows: (here.0, there.0),
                });
            }
        }
    }
    Ok(unlike)
}
