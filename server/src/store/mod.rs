//! What is kept: one SQLite file. Everything that is acknowledged is on the
//! disk before it is (`synchronous = FULL`), one writer at a time, readers beside it.

pub mod accounts;
pub mod applications;
pub mod memberships;
pub mod outbox;
pub mod reviews;
mod schema;
mod values;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
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
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, error) => {
                write!(formatter, "{} cannot be used: {error}.", path.display())
            }
            Self::Newer { found, known } => write!(
                formatter,
                "the data is of version {found}, and this program knows up to {known}: use the newer program, or restore a backup."
            ),
            Self::Sqlite(error) => {
                write!(formatter, "the data cannot be read or written: {error}.")
            }
            Self::Interrupted => formatter.write_str("the work was interrupted."),
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
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    returned: Condvar,
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
        fs::create_dir_all(folder).map_err(|error| StoreError::Folder(folder.to_owned(), error))?;
        let file = folder.join(FILE);
        let mut writer = Connection::open(&file)?;
        prepare(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        schema::migrate(&mut writer)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let readers = (0..READERS)
            .map(|_| {
                let reader = Connection::open_with_flags(&file, flags)?;
                prepare(&reader)?;
                Ok(reader)
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Self(Arc::new(Inner {
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
        let outcome = reader
            .unchecked_transaction()
            .map_err(StoreError::from)
            .and_then(|moment| work(&moment));
        lock(&self.0.readers).push(reader);
        self.0.returned.notify_one();
        outcome
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

    /// Writes a copy of the data to a file, as of one moment, while others write on.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn backup(folder: &Path, target: &Path) -> Result<(), StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let source = Connection::open_with_flags(folder.join(FILE), flags)?;
        prepare(&source)?;
        let path = target.to_str().ok_or(StoreError::Corrupt("a path"))?;
        source.execute("VACUUM INTO ?1", [path])?;
        Ok(())
    }

    /// Puts a backup in place of the data in a folder. What was there is kept beside it,
    /// and its new path comes back. Nobody else may have the data open.
    ///
    /// # Errors
    /// When the backup is none, or of a newer program, or the folder cannot be used.
    pub fn restore(folder: &Path, backup: &Path) -> Result<Option<PathBuf>, StoreError> {
        let refused = |path: &Path| {
            let path = path.to_owned();
            move |error| StoreError::Folder(path, error)
        };
        fs::create_dir_all(folder).map_err(refused(folder))?;
        // Copied first and looked at as a copy: the backup itself stays as it is.
        let fresh = folder.join("restored.sqlite");
        fs::copy(backup, &fresh).map_err(refused(backup))?;
        let looked = Self::look_at(&fresh);
        if let Err(error) = looked {
            fs::remove_file(&fresh).map_err(refused(&fresh))?;
            return Err(error);
        }
        let file = folder.join(FILE);
        let mut kept = None;
        if file.exists() {
            // Closing the last connection takes the write-ahead log into the file.
            let present = Connection::open(&file)?;
            prepare(&present)?;
            present.execute_batch("BEGIN EXCLUSIVE; COMMIT; PRAGMA journal_mode = DELETE;")?;
            drop(present);
            let aside = (1..)
                .map(|number| folder.join(format!("before-restore-{number}.sqlite")))
                .find(|path| !path.exists())
                .unwrap_or_else(|| folder.join("before-restore.sqlite"));
            fs::rename(&file, &aside).map_err(refused(&file))?;
            kept = Some(aside);
        }
        fs::rename(&fresh, &file).map_err(refused(&fresh))?;
        Ok(kept)
    }

    /// Whether a file is data of this program, whole and of a schema that is known.
    fn look_at(file: &Path) -> Result<(), StoreError> {
        let connection = Connection::open(file)?;
        let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if whole != "ok" {
            return Err(StoreError::Corrupt("pages"));
        }
        schema::check(&connection)
    }
}

/// What every connection is told.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // No function of the file's own, should somebody slip us one.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
