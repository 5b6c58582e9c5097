//! What is kept: one SQLite file. Everything that is acknowledged is on the
//! disk before it is (`synchronous = FULL`), one writer at a time, readers beside it.

pub mod accounts;
pub mod applications;
mod copies;
pub mod credentials;
pub mod maintainers;
pub mod memberships;
pub mod outbox;
pub mod people;
pub mod profiles;
pub mod pull_settings;
pub mod record;
pub mod registry;
pub mod reporters;
pub mod reviews;
pub mod sample;
mod schema;
mod sources;
pub mod standings;
mod steps;
pub mod tokens;
mod values;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use sqlite_file::{for_owner_alone, keep_log, take_in_log};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The name of the file in the data folder.
pub const FILE: &str = "dsos.sqlite";

/// Connections that read beside the one that writes. Reading is short; more than the
/// cores would wait for each other.
const READERS: usize = 4;

/// How long a statement waits for another process, such as a backup.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why something could not be kept or found.
#[derive(Debug)]
pub enum StoreError {
    /// The folder cannot be made or read.
    Folder(PathBuf, io::Error),
    /// The file was written by a newer version of this program.
    Newer {
        /// The version of the file.
        found: u32,
        /// The version that is known here.
        known: u32,
    },
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// The work ended before it was done; nothing of it was kept.
    Interrupted,
    /// What stands in the file cannot be read as what it should be.
    Corrupt(&'static str),
    /// A file is there already.
    Exists(PathBuf),
    /// A file is no backup of this program.
    NoBackup(PathBuf),
    /// A backup was written by a newer version of this program.
    NewerBackup(PathBuf),
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, error) => {
                write!(formatter, "{} cannot be used: {error}.", path.display())
            }
            Self::NewerBackup(path) => write!(
                formatter,
                "{} is of a newer version of this program: use that one. The data was left as it is.",
                path.display()
            ),
            Self::Newer { found, known } => write!(
                formatter,
                "the data is of version {found}, and this program knows up to {known}: use the newer program, or restore a backup."
            ),
            Self::Sqlite(error) => {
                write!(formatter, "the data cannot be read or written: {error}.")
            }
            Self::Interrupted => formatter.write_str("the work was interrupted."),
            Self::Exists(path) => write!(
                formatter,
                "{} exists already: name a file that does not.",
                path.display()
            ),
            Self::NoBackup(path) => write!(
                formatter,
                "{} is not a backup of this program, or not a whole one. The data was left as it is.",
                path.display()
            ),
            Self::Corrupt(what) => write!(formatter, "the data holds {what} that cannot be read."),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl StoreError {
    /// Whether the disk is full: nothing was lost, and nothing more can be kept.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
    }
}

/// The open data.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    // Closed in this order: the last one to close takes in the log, which only the writer can.
    watcher: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    returned: Condvar,
}

/// A reader that is in use. It comes back however the work ends, a panic included: otherwise
/// nobody could read after a few of them.
struct Lent<'a> {
    reader: Option<Connection>,
    to: &'a Inner,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        lock(&self.to.readers).extend(self.reader.take());
        self.to.returned.notify_one();
    }
}

/// A poisoned lock only says that somebody panicked while holding it; the connection
/// rolls back by itself.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens the data in a folder, makes it if there is none, and brings it to the
    /// present schema.
    ///
    /// # Errors
    /// When the folder or the file cannot be used, or is of a newer program.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder).map_err(|error| StoreError::Folder(folder.to_owned(), error))?;
        let file = folder.join(FILE);
        let mut writer = Connection::open(&file)?;
        // The log beside it takes the same rights.
        for_owner_alone(&file).map_err(|error| StoreError::Folder(file.clone(), error))?;
        prepare(&writer)?;
        keep_log(&writer, PATIENCE)?;
        schema::migrate(&mut writer)?;
        // What an earlier run left in the log. On a full disk there is no room for that; what is
        // there can be read all the same.
        if let Err(error) = take_in_log(&writer) {
            tracing::warn!(%error, "the log of the data was not taken in");
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = || {
            let reader = Connection::open_with_flags(&file, flags)?;
            prepare(&reader)?;
            Ok(reader)
        };
        let readers = (0..READERS)
            .map(|_| reader())
            .collect::<Result<_, StoreError>>()?;
        Ok(Self(Arc::new(Inner {
            watcher: Mutex::new(reader()?),
            writer: Mutex::new(writer),
            readers: Mutex::new(readers),
            returned: Condvar::new(),
        })))
    }

    /// Reads; what `work` sees is one moment. Blocks: not for an async thread.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut idle = lock(&self.0.readers);
        let reader = loop {
            match idle.pop() {
                Some(reader) => break reader,
                None => {
                    idle = self
                        .0
                        .returned
                        .wait(idle)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        };
        drop(idle);
        let lent = Lent {
            reader: Some(reader),
            to: &self.0,
        };
        let Some(reader) = &lent.reader else {
            return Err(StoreError::Interrupted);
        };
        let moment = reader.unchecked_transaction()?;
        work(&moment)
    }

    /// Writes all of what `work` does, or nothing. When it returns, the disk has it.
    /// Blocks: not for an async thread.
    ///
    /// # Errors
    /// Those of `work`, after which nothing has changed, and those of writing.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.0.writer);
        let change = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| E::from(error.into()))?;
        let done = work(&change)?;
        change.commit().map_err(|error| E::from(error.into()))?;
        Ok(done)
    }

    /// Takes the log into the file and empties it: what was deleted, such as links in mails
    /// that went out, is then nowhere any more.
    ///
    /// # Errors
    /// Those of writing.
    pub fn take_in_log(&self) -> Result<(), StoreError> {
        Ok(take_in_log(&lock(&self.0.writer))?)
    }

    /// A number that is another one after every change of the data, whoever made it (SQLite,
    /// `PRAGMA data_version`). Takes microseconds.
    ///
    /// # Errors
    /// Those of reading.
    pub fn version(&self) -> Result<i64, StoreError> {
        let watcher = lock(&self.0.watcher);
        let mut statement = watcher.prepare_cached("PRAGMA data_version")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Whether the data can be read now.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self) -> Result<(), StoreError> {
        self.read(|connection| {
            connection.query_row("SELECT count(*) FROM application WHERE id = ''", [], |_| {
                Ok(())
            })?;
            Ok(())
        })
    }
}

/// Makes a folder that only whoever runs the server can look into; one that
/// is there stays as it is.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// What every connection is told.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    sqlite_file::prepare(connection, PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}
