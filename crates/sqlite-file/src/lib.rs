//! SQLite files as the program keeps them: for their owner alone, through a log, and durable
//! when a change is acknowledged.

use rusqlite::{Connection, ErrorCode};
use std::{
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Lets only whoever runs the program read a file.
///
/// # Errors
/// When the rights cannot be changed.
pub fn for_owner_alone(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// What every connection is told. A statement waits for `patience` for another one.
///
/// # Errors
/// Those of SQLite.
pub fn prepare(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // No function of the file's own, should somebody slip us one.
    connection.pragma_update(None, "trusted_schema", false)?;
    // What is deleted is overwritten: codes, links and keys do not stay in free pages.
    connection.pragma_update(None, "secure_delete", true)
}

/// Writes changes to a log first. Two processes that begin on a fresh file at the same moment stand
/// in each other’s way, of which SQLite tells at once, without any patience.
///
/// # Errors
/// Those of SQLite.
pub fn keep_log(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < patience =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            other => return other,
        }
    }
}

/// Takes the log into the file and empties it: what was deleted is then nowhere any more. Others
/// that are reading keep a part of the log; then it is for the next time.
///
/// # Errors
/// Those of SQLite.
pub fn take_in_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
