//! Why events could not be taken in.

use pull_store::PullStoreError;
use std::{fmt, io, path::PathBuf};

/// Why events could not be taken in.
#[derive(Debug)]
pub enum IntakeError {
    /// A file cannot be made, or not be kept from others.
    Folder(PathBuf, io::Error),
    /// Another process counts with this data.
    Taken,
    /// The home of pulls is another one than pulls were counted into.
    OtherHome {
        /// The last block that was counted.
        last: u64,
        /// The last one of this home.
        appended: u64,
    },
    /// SQLite says no.
    Sqlite(rusqlite::Error),
    /// The pull store says no.
    Store(PullStoreError),
    /// As much waits as may; nothing more is taken in until some of it is counted.
    Full,
    /// The one who writes has ended.
    Ended,
    /// What waits is damaged.
    Damaged,
    /// What is to be restored is no copy of pulls, or is damaged.
    NoCopy(PathBuf),
    /// The system gives no randomness for a key.
    NoRandomness,
}

impl IntakeError {
    /// Whether it has to do with the home of pulls: that is away, or another one.
    pub fn is_of_the_home(&self) -> bool {
        matches!(self, Self::Store(_) | Self::OtherHome { .. })
    }

    /// Whether it is for want of room, so that it can be sent again later.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full => true,
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            Self::Store(error) => error.is_full(),
            _ => false,
        }
    }
}

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, error) if error.kind() == io::ErrorKind::AlreadyExists => write!(
                f,
                "{} is there already: name one that is not.",
                path.display()
            ),
            Self::Folder(path, error) => write!(f, "{} cannot be used: {error}.", path.display()),
            Self::Taken => f.write_str(
                "another process counts or copies pulls with this data, and one does at a time: this one goes on once that has ended.",
            ),
            Self::OtherHome { last, appended } => write!(
                f,
                "pulls were counted into another home, up to block {last}, and this one ends with block {appended}: copy them here with dsos pulls copy, or go on with this home as it is with dsos pulls adopt."
            ),
            Self::Sqlite(error) => write!(f, "events cannot be read or written: {error}."),
            Self::Store(error) => error.fmt(f),
            Self::Full => f.write_str("as many events wait to be counted as may."),
            Self::Ended => f.write_str("the server is being stopped."),
            Self::Damaged => f.write_str("events that wait to be counted are damaged."),
            Self::NoCopy(path) => write!(
                f,
                "{} is no copy of pulls, or is damaged: name a folder that dsos pulls backup wrote.",
                path.display()
            ),
            Self::NoRandomness => f.write_str("the system gives no randomness for a key."),
        }
    }
}

impl std::error::Error for IntakeError {}

impl From<rusqlite::Error> for IntakeError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<PullStoreError> for IntakeError {
    fn from(error: PullStoreError) -> Self {
        Self::Store(error)
    }
}
