//! Namespaces in the program: their years, and who maintains them.

use super::{
    StoreError,
    values::{day, days, from_json, json, millis, time},
};
use chrono::{DateTime, NaiveDate, Utc};
use program::{
    membership::{Notice, Term},
    namespace::Namespace,
};
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
        "SELECT first_day, last_day, ended_on FROM term
         WHERE namespace = ?1 ORDER BY granted_at DESC, last_day DESC LIMIT 1",
    )?;
    let found = statement
        .query_row([namespace.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    found.map(term).transpose()
}

/// Whether a namespace is in the program on a day, its grace counted in.
///
/// # Errors
/// Those of reading.
pub fn is_in(
    connection: &Connection,
    namespace: &Namespace,
    today: NaiveDate,
) -> Result<bool, StoreError> {
    let term = last_term(connection, namespace)?;
    Ok(term.is_some_and(|term| term.phase(today).has_perks()))
}

/// Every year of a namespace, oldest first.
///
/// # Errors
/// Those of reading.
pub fn terms(connection: &Connection, namespace: &Namespace) -> Result<Vec<Term>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first_day, last_day, ended_on FROM term WHERE namespace = ?1 ORDER BY last_day",
    )?;
    let rows = statement.query_map([namespace.as_str()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    rows.map(|row| term(row?)).collect()
}

/// A year as it stands in the file: its first day, its last, and the first without it.
pub(super) fn term((from, until, ended): (i32, i32, Option<i32>)) -> Result<Term, StoreError> {
    Ok(Term {
        from: day(from)?,
        until: day(until)?,
        ended: ended.map(day).transpose()?,
    })
}

/// Ends the last year of a namespace before its time, and with it any that was granted ahead;
/// gives the application that it was granted on. Nothing if there is none, or it was ended
/// already.
///
/// # Errors
/// Those of writing.
pub fn end(
    connection: &Connection,
    namespace: &Namespace,
    on: NaiveDate,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT application, last_day FROM term WHERE namespace = ?1
         AND ended_on IS NULL ORDER BY granted_at DESC, last_day DESC LIMIT 1",
    )?;
    let last: Option<(String, i32)> = statement
        .query_row([namespace.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((application, last_day)) = last else {
        return Ok(None);
    };
    connection.execute(
        "UPDATE term SET ended_on = ?2 WHERE namespace = ?1 AND ended_on IS NULL
         AND (last_day = ?3 OR last_day >= ?2)",
        params![namespace.as_str(), days(on), last_day],
    )?;
    Ok(Some(application))
}

/// The application that the last year of a namespace was granted on.
///
/// # Errors
/// Those of reading.
pub fn last_application(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT application FROM term WHERE namespace = ?1
         ORDER BY granted_at DESC, last_day DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row([namespace.as_str()], |row| row.get(0))
        .optional()?)
}

/// Begins a year of a namespace. One of the same days that was ended before its time begins anew.
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
    let count = connection.execute(
        "INSERT INTO term (namespace, first_day, last_day, application, granted_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (namespace, last_day) DO UPDATE SET first_day = excluded.first_day,
            application = excluded.application, granted_at = excluded.granted_at, ended_on = NULL
            WHERE ended_on IS NOT NULL",
        params![
            namespace.as_str(),
            days(term.from),
            days(term.until),
            application,
            millis(now),
        ],
    )?;
    if count == 0 {
        return Err(StoreError::Corrupt("the same year twice"));
    }
    // Whoever had the name before has another one; from now on it is this namespace’s.
    connection.execute("DELETE FROM renamed WHERE old = ?1", [namespace.as_str()])?;
    Ok(())
}

/// Every namespace that ever was in the program, with its last year.
///
/// # Errors
/// Those of reading.
pub fn last_terms(connection: &Connection) -> Result<Vec<(Namespace, Term)>, StoreError> {
    // Of the columns beside max(), SQLite gives those of the row that has it: the one that was
    // granted last, and of two in one moment the later year.
    let mut statement = connection.prepare_cached(
        "SELECT namespace, first_day, last_day, ended_on, max(granted_at * 100000 + last_day)
         FROM term GROUP BY namespace",
    )?;
    let mut rows = statement.query([])?;
    let mut terms = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let namespace = Namespace::parse(&name).map_err(|_| StoreError::Corrupt("a namespace"))?;
        let term = term((row.get(1)?, row.get(2)?, row.get(3)?))?;
        terms.push((namespace, term));
    }
    Ok(terms)
}

/// A notice that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub notice: Notice,
    /// When the last owner had it handed over.
    pub given_at: Option<DateTime<Utc>>,
}

/// The notices of a year that were written.
///
/// # Errors
/// Those of reading.
pub fn notices(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
) -> Result<Vec<Written>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, given_at FROM notice WHERE namespace = ?1 AND last_day = ?2",
    )?;
    let mut rows = statement.query(params![namespace.as_str(), days(term.until)])?;
    let mut notices = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        let given_at = row.get::<_, Option<i64>>(1)?.map(time).transpose()?;
        notices.push(Written {
            notice: from_json(&kind, "a notice")?,
            given_at,
        });
    }
    Ok(notices)
}

/// Which notices of a year were written.
///
/// # Errors
/// Those of reading.
pub fn written_notices(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
) -> Result<Vec<Notice>, StoreError> {
    let notices = notices(connection, namespace, term)?;
    Ok(notices.into_iter().map(|written| written.notice).collect())
}

/// Notes that a notice was written.
///
/// # Errors
/// Those of writing.
pub fn note_written(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
    notice: Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO notice (namespace, last_day, kind, written_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            namespace.as_str(),
            days(term.until),
            json(&notice)?,
            millis(now)
        ],
    )?;
    Ok(())
}
