//! Where pulls are kept: raw rows, and rollups of them for each day.
//!
//! A namespace’s rows of a day stand in parts, each a [`Batch`] of rows in
//! columns. A part comes with every block that is appended; parts of a day are
//! joined into larger ones as they become many, so that a row is written anew a
//! few times only, and a day is a few parts.
//!
//! What the store answers with are batches; what they mean, the engine of the
//! crate `pulls` says, for the workbench and for the server alike.

mod clickhouse;
mod copy;
mod embedded;
mod error;
mod home;
mod margins;
mod visitors;

pub use clickhouse::{Address, AddressError, ClickHouse, ClickHouseError, Migrated};
pub use copy::{Copied, CopyError, Unlike, copy};
pub use embedded::Embedded;
pub use error::PullStoreError;
pub use home::PullHome;
pub use margins::Margins;
pub use visitors::{Of, VisitorCount};

use pulls::batch::{Batch, BatchBuilder};
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::Filter;
use std::ops::ControlFlow;

/// Rows of one namespace and day.
pub struct DayRows {
    /// Whose.
    pub namespace: String,
    /// On which day all of them are.
    pub day: Day,
    /// The rows, as [`BatchBuilder::encode`] writes them.
    pub rows: Vec<u8>,
}

impl DayRows {
    /// The rows of a builder, which are all of that namespace and day.
    pub fn of(namespace: &str, day: Day, rows: &BatchBuilder) -> Self {
        Self {
            namespace: namespace.to_owned(),
            day,
            rows: rows.encode(),
        }
    }
}

/// Rows that are appended together, or not at all.
pub struct Block {
    /// Counts up from 1 without a gap. A block whose number was appended before
    /// changes nothing.
    pub number: u64,
    /// Its rows.
    pub days: Vec<DayRows>,
}

/// What is kept of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The day.
    pub day: Day,
    /// How many raw rows.
    pub rows: u64,
    /// How many rows of the rollup, at most: parts that are not joined yet may repeat some.
    pub rollup_rows: u64,
    /// Bytes of the rollup as it is kept.
    pub rollup_bytes: u64,
    /// Bytes of the raw rows as CSV, without a header and without the namespace in each row.
    pub csv_bytes: u64,
    /// Changes whenever the rows of the day do, or their order.
    pub version: u64,
}

/// Where pulls are kept.
///
/// A namespace that was renamed has rows under several names: questions name all
/// of them, and whoever asks knows what it is called now.
pub trait PullStore: Send + Sync {
    /// Appends a block.
    ///
    /// # Errors
    /// When it could not be kept; nothing of it is, then. [`PullStoreError::Gap`] if the block
    /// before it is missing.
    fn append(&self, block: &Block) -> Result<(), PullStoreError>;

    /// The number of the last block that was appended; 0 before the first.
    ///
    /// # Errors
    /// When it could not be read.
    fn appended(&self) -> Result<u64, PullStoreError>;

    /// Puts rows in place of all that is kept of some days of a namespace; days without new rows
    /// are empty then.
    ///
    /// # Errors
    /// When it could not be kept; nothing is changed, then.
    fn replace(&self, namespace: &str, span: Span, days: &[DayRows]) -> Result<(), PullStoreError>;

    /// What is kept of each day in a span, in the order of the days; of days without rows, nothing.
    ///
    /// # Errors
    /// When it could not be read.
    fn kept(&self, namespaces: &[&str], span: Span) -> Result<Vec<Kept>, PullStoreError>;

    /// The rollups of the days of a span: rows added up, with counts, without digests, methods and
    /// visitors. Some rows may stand in several batches.
    ///
    /// # Errors
    /// When it could not be read.
    fn rollups(&self, namespaces: &[&str], span: Span) -> Result<Vec<Batch>, PullStoreError>;

    /// How often each tag was counted on each day of `drawn`, and each value of the other columns
    /// within `counted`; of rows that all filters keep. A filter on namespaces means the names that
    /// rows were appended under. `None` if rows have to be counted for that, which may be so
    /// whenever there are filters, or always.
    ///
    /// # Errors
    /// When it could not be read.
    fn margins(
        &self,
        _namespaces: &[&str],
        _counted: Span,
        _drawn: Span,
        _filters: &[Filter],
    ) -> Result<Option<Margins>, PullStoreError> {
        Ok(None)
    }

    /// Hands over the raw rows of a span, day by day, part by part, always in the same order
    /// while the version of a day stays the same. Of memory it takes what one part takes.
    ///
    /// # Errors
    /// When it could not be read.
    fn raw(
        &self,
        namespaces: &[&str],
        span: Span,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError>;

    /// How many different visitors there were in each week or month, as far as it is within a
    /// span: exactly. Pulls whose visitor is not known are not counted. Days have none: they are
    /// counted by months.
    ///
    /// # Errors
    /// When it could not be read.
    fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError>;

    /// Lets go of what was joined or replaced a while ago: before the last time that this was
    /// called. Whoever reads raw rows may take that long for a day.
    ///
    /// # Errors
    /// When it could not be written.
    fn tidy(&self) -> Result<(), PullStoreError>;

    /// Forgets all rows before a day; gives how many there were.
    ///
    /// # Errors
    /// When it could not be written.
    fn drop_before(&self, day: Day) -> Result<u64, PullStoreError>;
}
