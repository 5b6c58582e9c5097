//! Namespaces in the program: their years, and who maintains them.

use super::{
    StoreError,
    values::{day, days, millis},
};
use chrono::{DateTime, Utc};
use program::{membership::Term, namespace::Namespace};
use rusqlite::{Connection, OptionalExtension, params};

/// The last year of a namespace, if it ever had one.
///
/// # Errors
/// Those of reading.
pub fn last_term(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<Term>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first_day, last_day FROM term WHERE namespace = ?1 ORDER BY last_day DESC LIMIT 1",
    )?;
    let found: Option<(i32, i32)> = statement
        .query_row([namespace.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found
        .map(|(from, until)| {
            Ok(Term {
                from: day(from)?,
                until: day(until)?,
            })
        })
        .transpose()
}

/// Begins a year of a namespace.
///
/// # Errors
/// Those of writing.
pub fn begin(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
    application: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO term (namespace, first_day, last_day, application, granted_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            namespace.as_str(),
            days(term.from),
            days(term.until),
            application,
            millis(now),
        ],
    )?;
    Ok(())
}

/// Lets an account maintain a namespace as one of its owners.
///
/// # Errors
/// Those of writing.
pub fn add_owner(
    connection: &Connection,
    namespace: &Namespace,
    account: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO maintainer (namespace, account, role, since) VALUES (?1, ?2, 'owner', ?3)
         ON CONFLICT (namespace, account) DO UPDATE SET role = 'owner'",
        params![namespace.as_str(), account, millis(now)],
    )?;
    Ok(())
}
