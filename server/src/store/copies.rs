//! Copies of the data, out and in, both while a server works with it.

use super::{FILE, Store, StoreError, make_folder, prepare, schema};
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use sqlite_file::for_owner_alone;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long restoring waits for others to let go of the data, in steps of [`STEP`].
const MOST_STEPS: u32 = 300;
const STEP: Duration = Duration::from_millis(100);

/// How often what is there is copied aside, if others write meanwhile.
const MOST_COPIES: u32 = 10;

/// What a restored copy no longer holds: whoever was signed in is not, codes of another day are
/// void, and tokens and invitations that were revoked since do not come back. Keys that sign do not
/// either: one may have been lost since, and a new one is made. Numbers of credentials go on in a
/// list that was never used, since those of the day after the copy were given out, too; and what
/// others hold in memory is read anew.
const NOT_REVIVED: &str = "
    DELETE FROM session;
    DELETE FROM code;
    DELETE FROM token;
    DELETE FROM invitation;
    DELETE FROM outbox WHERE purpose = 'code';
    UPDATE signing_key SET private = NULL, is_compromised = 1,
        retired_at = coalesce(retired_at, made_at);
    INSERT INTO sqlite_sequence (name, seq)
        SELECT 'credential', 0 WHERE NOT EXISTS (
            SELECT 1 FROM sqlite_sequence WHERE name = 'credential');
    UPDATE sqlite_sequence SET seq = (seq / 131072 + 1) * 131072 WHERE name = 'credential';
    UPDATE change SET count = count + 1000000000 + abs(random() % 1000000000);
";

fn refused(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError::Folder(path, error)
}

impl Store {
    /// Writes a copy of the data to a file, as of one moment, while others write on.
    ///
    /// # Errors
    /// When there is no data, or the file exists or cannot be written.
    pub fn backup(folder: &Path, target: &Path) -> Result<(), StoreError> {
        if target.exists() {
            return Err(StoreError::Exists(target.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let source = Connection::open_with_flags(folder.join(FILE), flags)?;
        prepare(&source)?;
        let path = target.to_str().ok_or(StoreError::Corrupt("a path"))?;
        // Made first, so that nobody else can read it at any moment.
        fs::File::create_new(target).map_err(refused(target))?;
        for_owner_alone(target).map_err(refused(target))?;
        let written = source.execute("VACUUM INTO ?1", [path]);
        if let Err(error) = written {
            // What is half a copy must not look like one.
            fs::remove_file(target).map_err(refused(target))?;
            return Err(error.into());
        }
        sync(target)
    }

    /// Puts a backup in place of the data in a folder, in one transaction, so that a
    /// server that works with it goes on with what was restored. What was there is kept
    /// beside it, and its path comes back. Everybody has to sign in anew.
    ///
    /// # Errors
    /// When the backup is none, or of a newer program, or the folder cannot be used. Then
    /// the data is as it was.
    pub fn restore(folder: &Path, backup: &Path) -> Result<Option<PathBuf>, StoreError> {
        make_folder(folder).map_err(refused(folder))?;
        // Copied first and looked at as a copy: the backup itself stays as it is.
        let fresh = folder.join("restored.sqlite");
        forget(&fresh)?;
        fs::copy(backup, &fresh).map_err(refused(backup))?;
        let outcome = for_owner_alone(&fresh)
            .map_err(refused(&fresh))
            .and_then(|()| make_ready(&fresh, backup))
            .and_then(|()| put_in_place(folder, &fresh));
        forget(&fresh)?;
        outcome
    }
}

/// Checks a copy of a backup, brings it to the present schema, and takes out what is
/// not to come back.
fn make_ready(fresh: &Path, backup: &Path) -> Result<(), StoreError> {
    let checked = Connection::open(fresh)
        .map_err(StoreError::from)
        .and_then(|connection| {
            prepare(&connection)?;
            let whole: String =
                connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
            if whole != "ok" {
                return Err(StoreError::Corrupt("pages"));
            }
            schema::check(&connection)?;
            Ok(connection)
        });
    let mut connection = checked.map_err(|error| match error {
        StoreError::Newer { .. } => StoreError::NewerBackup(backup.to_owned()),
        _ => StoreError::NoBackup(backup.to_owned()),
    })?;
    schema::migrate(&mut connection)?;
    connection.execute_batch(NOT_REVIVED)?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(())
}

fn put_in_place(folder: &Path, fresh: &Path) -> Result<Option<PathBuf>, StoreError> {
    let file = folder.join(FILE);
    if !file.exists() {
        return copy_into(&file, fresh, folder, None).map(|_| None);
    }
    let aside = free_name(folder);
    for _ in 0..MOST_COPIES {
        let before = match version(&file).and_then(|before| {
            Store::backup(folder, &aside)?;
            Ok(before)
        }) {
            Ok(before) => before,
            Err(error) if is_damaged(&error) => {
                // It cannot be copied by the database: moved as the files that it is, and back
                // if nothing can be put in its place.
                move_files(&file, &aside)?;
                return match copy_into(&file, fresh, folder, None) {
                    Ok(_) => Ok(Some(aside)),
                    Err(error) => {
                        forget(&file)?;
                        move_files(&aside, &file)?;
                        Err(error)
                    }
                };
            }
            Err(error) => return Err(error),
        };
        if copy_into(&file, fresh, folder, Some(&before))? {
            return Ok(Some(aside));
        }
        // Something was written after the copy: that would be in neither.
        forget(&aside)?;
    }
    Err(StoreError::Interrupted)
}

fn is_damaged(error: &StoreError) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error, StoreError::Sqlite(cause)
        if matches!(cause.sqlite_error_code(), Some(NotADatabase | DatabaseCorrupt)))
}

/// A connection to the live data, and what tells whether somebody else wrote since.
struct Version {
    connection: Connection,
    number: i64,
}

fn version(file: &Path) -> Result<Version, StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(super::PATIENCE)?;
    let number = connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
    Ok(Version { connection, number })
}

/// Copies a database over another in one transaction; says whether it did, which it does not
/// when somebody wrote since `before`.
fn copy_into(
    file: &Path,
    fresh: &Path,
    folder: &Path,
    before: Option<&Version>,
) -> Result<bool, StoreError> {
    let source = Connection::open(fresh)?;
    let mut target = Connection::open(file)?;
    for_owner_alone(file).map_err(refused(file))?;
    target.busy_timeout(super::PATIENCE)?;
    target.pragma_update(None, "synchronous", "FULL")?;
    if let Some(before) = before {
        let now: i64 = before
            .connection
            .query_row("PRAGMA data_version", [], |row| row.get(0))?;
        if now != before.number {
            return Ok(false);
        }
    }
    let copy = Backup::new(&source, &mut target)?;
    for _ in 0..MOST_STEPS {
        // All pages in one step, which is one transaction of the target.
        match copy.step(-1)? {
            StepResult::Done => {
                drop(copy);
                target.pragma_update(None, "journal_mode", "WAL")?;
                sync(folder)?;
                return Ok(true);
            }
            _ => std::thread::sleep(STEP),
        }
    }
    Err(StoreError::Interrupted)
}

fn free_name(folder: &Path) -> PathBuf {
    (1..)
        .map(|number| folder.join(format!("before-restore-{number}.sqlite")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join("before-restore.sqlite"))
}

/// Moves a database as files, with what belongs to it.
fn move_files(file: &Path, aside: &Path) -> Result<(), StoreError> {
    for ending in ["", "-wal", "-shm"] {
        let with = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
        let (from, to) = (with(file), with(aside));
        if from.exists() {
            fs::rename(&from, &to).map_err(refused(&from))?;
        }
    }
    Ok(())
}

/// Removes a database that was only a step on the way.
fn forget(file: &Path) -> Result<(), StoreError> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let path = PathBuf::from(format!("{}{ending}", file.display()));
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::Folder(path, error)),
        }
    }
    Ok(())
}

/// Waits until the disk has a file, or the names in a folder.
fn sync(path: &Path) -> Result<(), StoreError> {
    fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(refused(path))
}
