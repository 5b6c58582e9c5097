//! Questions about the pulls that a store keeps: what a view shows, single rows, files to take
//! away. The engine is the workbench’s, [`pulls`], so that a page drawn from the server and one
//! drawn from a file that was taken away say the same.
//!
//! Rows of a month stand together ([`held`]). Where those that a view needs are few, the page is
//! sent them and filters by itself; otherwise they are held here, in bounded memory, and the page
//! is sent what they make ([`answer`]). Files to take away ([`files`], [`packed`], [`summary`]) are
//! read a part of the store at a time, however long they become.

mod answer;
mod counted;
mod days;
mod files;
mod held;
mod packed;
mod periods;
mod rows;
mod summary;
mod totals;

pub use held::Limits;
pub use packed::{packed, packing};
pub use periods::RepositoryPulls;
pub use totals::{Figures, TagName, Totals};

use held::Held;
use pull_store::{PullStore, PullStoreError};
use pulls::calendar::{Day, Span};
use pulls::query::Query;
use pulls::served::{Answer, Question};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Every day that there is.
const ALWAYS: Span = Span {
    first: Day(i32::MIN / 2),
    last: Day(i32::MAX / 2),
};

/// Whose pulls are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Namespace {
    /// What it is called.
    pub name: String,
    /// What it was called before, the oldest first.
    pub former: Vec<String>,
    /// The day that it is now, if a registry reports its pulls: then a day without any is known to
    /// be one, up to today.
    pub today: Option<Day>,
}

impl Namespace {
    /// Every name that its rows may stand under, each once: the former ones first, since on the
    /// day of a change their rows were counted before the others.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::with_capacity(self.former.len() + 1);
        for name in self.former.iter().map(String::as_str) {
            // A name that was taken up again has been two of them.
            if name != self.name && !names.contains(&name) {
                names.push(name);
            }
        }
        names.push(&self.name);
        names
    }
}

/// Why a question was not answered.
#[derive(Debug)]
pub enum InsightsError {
    /// The store could not be read.
    Store(PullStoreError),
    /// A column has more distinct values than can be told apart.
    TooMany,
}

impl fmt::Display for InsightsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(out),
            Self::TooMany => out.write_str(
                "a column of these pulls has more distinct values than can be told apart: ask for a shorter span",
            ),
        }
    }
}

impl std::error::Error for InsightsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::TooMany => None,
        }
    }
}

impl From<PullStoreError> for InsightsError {
    fn from(error: PullStoreError) -> Self {
        Self::Store(error)
    }
}

/// Answers questions about a store.
pub struct Insights {
    store: Arc<dyn PullStore>,
    held: Mutex<Held>,
    limits: Limits,
    /// Whether rows are being read ahead.
    is_ahead: AtomicBool,
}

impl Insights {
    /// Answers about a store, within limits.
    pub fn new(store: Arc<dyn PullStore>, limits: Limits) -> Self {
        Self {
            store,
            held: Mutex::default(),
            limits,
            is_ahead: AtomicBool::new(false),
        }
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`InsightsError`].
    pub fn answer(&self, of: &Namespace, question: &Question) -> Result<Answer, InsightsError> {
        match question {
            Question::View { query, has } => self.view(of, query, has),
            Question::Look { query, seen } => self.look(of, query, *seen),
            Question::Rows {
                query,
                offset,
                limit,
                newest_first,
            } => self.rows(of, query, *offset, *limit, *newest_first),
            Question::Find {
                query,
                dimension,
                text,
                also,
                limit,
            } => self.find(of, query, *dimension, text, also, *limit),
        }
    }

    /// Reads the rows of a view ahead, for the filters that follow it; returns at once if there is
    /// no need, or if it is being done. Where a view was answered without them, this is for
    /// afterwards: nobody waits for it.
    ///
    /// # Errors
    /// [`InsightsError`].
    pub fn read_ahead(&self, of: &Namespace, query: &Query) -> Result<(), InsightsError> {
        if self.is_ahead.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let outcome = self.read_rows_of(of, query);
        self.is_ahead.store(false, Ordering::Relaxed);
        outcome
    }

    fn read_rows_of(&self, of: &Namespace, query: &Query) -> Result<(), InsightsError> {
        let Some(days) = self.days(of)? else {
            return Ok(());
        };
        let months = days.months(query);
        let bytes: u64 = months.iter().map(|month| month.bytes).sum();
        // The first would be gone before the last is there.
        if bytes > self.limits.held_bytes as u64 {
            return Ok(());
        }
        // The newest first: most look at those.
        for month in self.lacking(of, &months).into_iter().rev() {
            self.rows_of(of, month)?;
        }
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
