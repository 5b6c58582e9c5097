//! Why pulls could not be kept or read.

use crate::ClickHouseError;
use pulls::{batch::BatchError, calendar::Day};
use std::{fmt, io, path::PathBuf};

/// Why pulls could not be kept or read.
#[derive(Debug)]
pub enum PullStoreError {
    /// The folder cannot be made, or not be kept from others.
    Folder(PathBuf, io::Error),
    /// SQLite says no.
    Sqlite(rusqlite::Error),
    /// ClickHouse says no, or nothing.
    ClickHouse(ClickHouseError),
    /// A part is damaged.
    Part(BatchError),
    /// The data is of a newer program.
    Newer {
        /// The version that was found.
        found: u32,
        /// The last one that is known.
        known: u32,
    },
    /// There are no tables yet, or those of an earlier program.
    NotMigrated,
    /// Another program writes, and took too long.
    Busy,
    /// A later block was appended than the one to go on after.
    Ahead {
        /// The number of the last one.
        last: u64,
        /// The number to go on after.
        wanted: u64,
    },
    /// A day was changed while its rows were read.
    Changed(Day),
    /// A block was to be appended before the one before it.
    Gap {
        /// The number that was to be next.
        expected: u64,
        /// The number that came.
        found: u64,
    },
}

impl PullStoreError {
    /// Whether the home is away, or lets nobody in: what was wrong is not the question.
    pub fn is_away(&self) -> bool {
        match self {
            Self::ClickHouse(error) => error.is_away(),
            Self::NotMigrated => true,
            _ => false,
        }
    }

    /// Whether there is no room on the disk.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            Self::ClickHouse(error) => error.is_full(),
            _ => false,
        }
    }
}

impl fmt::Display for PullStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, error) => write!(f, "{} cannot be used: {error}.", path.display()),
            Self::Sqlite(error) => write!(f, "pulls cannot be read or written: {error}."),
            Self::ClickHouse(error) => error.fmt(f),
            Self::Part(error) => write!(f, "pulls cannot be read: {error}."),
            Self::Newer { found, known } => write!(
                f,
                "the pulls were written by a newer program (version {found}; this one knows {known})."
            ),
            Self::NotMigrated => {
                f.write_str("ClickHouse does not have the tables for pulls yet: run dsos migrate.")
            }
            Self::Busy => f.write_str("another program writes pulls just now: try again."),
            Self::Ahead { last, wanted } => write!(
                f,
                "the last block of pulls here is {last}, so that nothing goes on after block {wanted}."
            ),
            Self::Changed(day) => write!(
                f,
                "the pulls of {day} were changed while they were read: read them again."
            ),
            Self::Gap { expected, found } => write!(
                f,
                "block {found} came before block {expected}: the pulls in between are missing."
            ),
        }
    }
}

impl std::error::Error for PullStoreError {}

impl From<rusqlite::Error> for PullStoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<ClickHouseError> for PullStoreError {
    fn from(error: ClickHouseError) -> Self {
        Self::ClickHouse(error)
    }
}

impl From<BatchError> for PullStoreError {
    fn from(error: BatchError) -> Self {
        Self::Part(error)
    }
}
