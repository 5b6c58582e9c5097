//! The files of the intake, and how they are opened.

use crate::error::IntakeError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// Opens a file, and makes its tables if it is new. A statement waits so long for another one.
pub(crate) fn open(
    file: &Path,
    schema: &str,
    patience: Duration,
) -> Result<Connection, IntakeError> {
    let mut connection = Connection::open(file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What cannot be kept from others is said when it is written; it is no reason to lose it.
        if let Err(error) = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, file = %file.display(), "others may read the file");
        }
    }
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // What is deleted is overwritten: keys above all.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.set_prepared_statement_cache_capacity(64);
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: u32 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        change.execute_batch(schema)?;
        change.pragma_update(None, "user_version", 1)?;
    }
    change.commit()?;
    Ok(connection)
}
