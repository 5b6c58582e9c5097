//! The files of the intake, and how they are opened.

use crate::error::IntakeError;
use rusqlite::{Connection, TransactionBehavior};
use sqlite_file::{for_owner_alone, keep_log, prepare};
use std::path::Path;
use std::time::Duration;

/// Opens a file, and takes the steps that its tables lack: all of them if it is new. A statement
/// waits so long for another one.
pub(crate) fn open(
    file: &Path,
    steps: &[&str],
    patience: Duration,
) -> Result<Connection, IntakeError> {
    let mut connection = Connection::open(file)?;
    for_owner_alone(file).map_err(|error| IntakeError::Folder(file.to_owned(), error))?;
    prepare(&connection, patience)?;
    keep_log(&connection, patience)?;
    connection.set_prepared_statement_cache_capacity(64);
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken: u32 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (number, step) in (1..).zip(steps).skip(taken as usize) {
        change.execute_batch(step)?;
        change.pragma_update(None, "user_version", number)?;
    }
    change.commit()?;
    Ok(connection)
}
