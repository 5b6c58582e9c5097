//! All years of all namespaces, and names that changed: what is kept in memory to answer for
//! badges at once.

use super::{StoreError, memberships::term};
use program::membership::Term;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// What follows from the years of a namespace, on any day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Years {
    /// All of them, oldest first.
    pub all: Vec<Term>,
    /// The one that was granted last.
    pub last: Option<Term>,
    /// When that was.
    pub granted_at: i64,
}

/// Every namespace that ever was in the program.
///
/// # Errors
/// Those of reading.
pub fn years(connection: &Connection) -> Result<HashMap<String, Years>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT namespace, first_day, last_day, ended_on, granted_at FROM term
         ORDER BY granted_at, last_day",
    )?;
    let mut rows = statement.query([])?;
    let mut all: HashMap<String, Years> = HashMap::new();
    while let Some(row) = rows.next()? {
        let namespace: String = row.get(0)?;
        let one = term((row.get(1)?, row.get(2)?, row.get(3)?))?;
        let years = all.entry(namespace).or_default();
        years.all.push(one);
        years.last = Some(one);
        years.granted_at = row.get(4)?;
    }
    Ok(all)
}

/// Names that changed, with those that they have now.
///
/// # Errors
/// Those of reading.
pub fn renamed(connection: &Connection) -> Result<HashMap<String, String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT old, new FROM renamed")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a namespace was called before.
///
/// # Errors
/// Those of reading.
pub fn former_names(connection: &Connection, namespace: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT old FROM renamed WHERE new = ?1 ORDER BY at")?;
    let rows = statement.query_map([namespace], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How often something that is kept in memory was changed.
///
/// # Errors
/// Those of reading.
pub fn changes(connection: &Connection, what: &str) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT count FROM change WHERE what = ?1")?;
    let count: Option<i64> = statement
        .query_row(params![what], |row| row.get(0))
        .optional()?;
    Ok(count.unwrap_or(0))
}
