//! Which repositories applications name, so that others that name the same are found. It
//! follows from the forms, and is kept beside them because a form cannot be searched quickly.

use super::StoreError;
use program::{answers::Answers, source::SourceAddress};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Keeps the repositories that the form of an application names.
///
/// # Errors
/// Those of writing.
pub(super) fn keep(
    connection: &Connection,
    application: &str,
    answers: &Answers,
) -> Result<(), StoreError> {
    let named: BTreeSet<String> = answers.addresses().iter().map(SourceAddress::key).collect();
    let kept = connection
        .prepare_cached("SELECT key FROM source WHERE application = ?1")?
        .query_map([application], |row| row.get(0))?
        .collect::<Result<BTreeSet<String>, _>>()?;
    // Most changes of an application leave them as they are.
    for gone in kept.difference(&named) {
        connection.execute(
            "DELETE FROM source WHERE key = ?1 AND application = ?2",
            params![gone, application],
        )?;
    }
    for new in named.difference(&kept) {
        connection.execute(
            "INSERT INTO source (key, application) VALUES (?1, ?2)",
            params![new, application],
        )?;
    }
    Ok(())
}
