//! What is on record of applications: written once, never changed, read back oldest first.

use super::{
    StoreError,
    values::{from_json, json, millis, time},
};
use api::application::EventKind;
use chrono::{DateTime, Utc};
use program::namespace::Namespace;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

/// Something on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Which reviewer; nothing for the applicant.
    pub actor: Option<String>,
    /// Why, if a reason had to be given.
    pub reason: Option<String>,
}

/// Puts something on record, for good. `body` says what else belongs to it.
///
/// # Errors
/// Those of writing.
pub fn record(
    connection: &Connection,
    application: &str,
    at: DateTime<Utc>,
    kind: EventKind,
    actor: Option<&str>,
    body: &impl Serialize,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO record (application, at, kind, actor, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![application, millis(at), json(&kind)?, actor, json(body)?],
    )?;
    Ok(())
}

/// What is on record of an application, oldest first.
///
/// # Errors
/// Those of reading.
pub fn history(connection: &Connection, application: &str) -> Result<Vec<Entry>, StoreError> {
    // The reason of other proof of control, or of an exception.
    let mut statement = connection.prepare_cached(
        "SELECT at, kind, actor,
             coalesce(json_extract(body, '$.reason'), json_extract(body, '$.decision.exception'))
         FROM record WHERE application = ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([application])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        let reason: Option<String> = row.get(3)?;
        entries.push(Entry {
            at: time(row.get(0)?)?,
            kind: from_json(&kind, "a record")?,
            actor: row.get(2)?,
            reason: reason.filter(|reason| !reason.trim().is_empty()),
        });
    }
    Ok(entries)
}

/// When something of a kind was last put on record of an application.
///
/// # Errors
/// Those of reading.
pub fn last(
    connection: &Connection,
    application: &str,
    kind: EventKind,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT at FROM record WHERE application = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1",
    )?;
    let at: Option<i64> = statement
        .query_row(params![application, json(&kind)?], |row| row.get(0))
        .optional()?;
    at.map(time).transpose()
}

/// The reason that was given when the membership of a namespace was last ended before its time.
///
/// # Errors
/// Those of reading.
pub fn last_ending(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json_extract(body, '$.reason') FROM record
         WHERE application IN (SELECT application FROM term WHERE namespace = ?1) AND kind = ?2
         ORDER BY id DESC LIMIT 1",
    )?;
    let kind = json(&EventKind::Ended)?;
    let reason: Option<Option<String>> = statement
        .query_row(params![namespace.as_str(), kind], |row| row.get(0))
        .optional()?;
    Ok(reason.flatten())
}

/// How many times an application was amended.
///
/// # Errors
/// Those of reading.
pub fn amendments(connection: &Connection, id: &str) -> Result<u32, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT count(*) FROM record WHERE application = ?1 AND kind = ?2")?;
    let kind = json(&EventKind::Answered)?;
    Ok(statement.query_row(params![id, kind], |row| row.get(0))?)
}
