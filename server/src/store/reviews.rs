//! What reviewers look at: the queue, what an application is related to, and notes.

use super::{
    StoreError,
    applications::Kept,
    values::{day, from_json, millis, time},
};
use api::review::{Note, Queued};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Params, params};

/// Open applications, oldest first, at most `most`; those that come behind `after`, which
/// is the moment and the id of the last one that is known.
///
/// # Errors
/// Those of reading.
pub fn open(
    connection: &Connection,
    after: Option<(i64, &str)>,
    most: u32,
) -> Result<Vec<Queued>, StoreError> {
    let (at, id) = after.unwrap_or((i64::MIN, ""));
    list(
        connection,
        "WHERE is_open = 1 AND (received_at, id) > (?1, ?2) ORDER BY received_at, id LIMIT ?3",
        params![at, id, most],
    )
}

/// How many open applications wait for the program, and how many for their applicants.
///
/// # Errors
/// Those of reading.
pub fn open_counts(connection: &Connection) -> Result<(u32, u32), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT count(waiting_since), count(*) - count(waiting_since) FROM application
         WHERE is_open = 1",
    )?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Other applications for the same namespace, with a repository of the same address or from
/// the same mail address, newest first.
///
/// # Errors
/// Those of reading.
pub fn related(connection: &Connection, to: &Kept, most: u32) -> Result<Vec<Queued>, StoreError> {
    list(
        connection,
        "WHERE id IN (SELECT id FROM application WHERE namespace = ?2
             UNION SELECT id FROM application WHERE mail = ?3 AND mail <> ''
             UNION SELECT other.application FROM source AS own
                 JOIN source AS other ON other.key = own.key WHERE own.application = ?1)
             AND id <> ?1
         ORDER BY received_at DESC LIMIT ?4",
        params![
            to.id,
            to.answers.namespace.trim(),
            to.answers.mail.trim().to_ascii_lowercase(),
            most
        ],
    )
}

fn list(
    connection: &Connection,
    rest: &str,
    values: impl Params,
) -> Result<Vec<Queued>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, number, namespace, stage, received_at, target, renews FROM application {rest}"
    ))?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let stage: String = row.get(3)?;
        found.push(Queued {
            id: row.get(0)?,
            number: row.get(1)?,
            namespace: row.get(2)?,
            stage: from_json(&stage, "a stage")?,
            received_at: time(row.get(4)?)?,
            target: day(row.get(5)?)?,
            renews: row.get(6)?,
        });
    }
    Ok(found)
}

/// The notes on an application, oldest first.
///
/// # Errors
/// Those of reading.
pub fn notes(connection: &Connection, application: &str) -> Result<Vec<Note>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT at, author, text FROM note WHERE application = ?1 ORDER BY id")?;
    let mut rows = statement.query([application])?;
    let mut notes = Vec::new();
    while let Some(row) = rows.next()? {
        notes.push(Note {
            at: time(row.get(0)?)?,
            by: row.get(1)?,
            text: row.get(2)?,
        });
    }
    Ok(notes)
}

/// Keeps a note.
///
/// # Errors
/// Those of writing.
pub fn add_note(
    connection: &Connection,
    application: &str,
    by: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO note (application, at, author, text) VALUES (?1, ?2, ?3, ?4)",
        params![application, millis(now), by, text],
    )?;
    Ok(())
}
