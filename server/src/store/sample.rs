//! The sample in the file: marked where it stands, so that it can be taken out again.

use super::{
    StoreError,
    applications::{self, Kept, New},
    values::{json, millis},
};
use rusqlite::{Connection, params};

/// Whether nothing was kept here yet.
///
/// # Errors
/// Those of reading.
pub fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM application) AND NOT EXISTS (SELECT 1 FROM account)",
        [],
        |row| row.get(0),
    )?)
}

/// Keeps an application of the sample as it is to stand there, under a number that says what it is.
///
/// # Errors
/// Those of writing.
pub fn add(connection: &Connection, new: &New<'_>, number: &str) -> Result<Kept, StoreError> {
    applications::insert(connection, new, number)?;
    connection.execute(
        "UPDATE application SET is_sample = 1 WHERE id = ?1",
        [new.id],
    )?;
    applications::get(connection, new.id)?.ok_or(StoreError::Corrupt("an application"))
}

/// Keeps the stage of an application of the sample, and what belongs to it.
///
/// # Errors
/// Those of writing.
pub fn set(connection: &Connection, kept: &Kept) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE application SET stage = ?2, is_open = ?3, opinions = ?4, evidence = ?5,
             checked_at = ?6, control_proven_at = ?7, waiting_since = ?8, decided_at = ?9,
             waited_ms = ?10
         WHERE id = ?1",
        params![
            kept.id,
            json(&kept.stage)?,
            !kept.stage.is_final(),
            json(&kept.opinions)?,
            json(&kept.evidence)?,
            millis(kept.checked_at),
            kept.control_proven_at.map(millis),
            kept.waiting_since.map(millis),
            kept.decided_at.map(millis),
            kept.waited_ms,
        ],
    )?;
    Ok(())
}

/// Marks an account as one of the sample.
///
/// # Errors
/// Those of writing.
pub fn mark_account(connection: &Connection, id: i64) -> Result<(), StoreError> {
    connection.execute("UPDATE account SET is_sample = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// Whether any of it is kept here.
///
/// # Errors
/// Those of reading.
pub fn is_there(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM application WHERE is_sample = 1)",
        [],
        |row| row.get(0),
    )?)
}

/// Takes the sample out; gives how many applications went.
///
/// # Errors
/// Those of writing.
pub fn remove(connection: &Connection) -> Result<usize, StoreError> {
    // What was tried with it, such as a renewal, goes with it.
    connection.execute_batch(
        "UPDATE application SET is_sample = 1 WHERE renews = 1 AND namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM outbox WHERE about IN (SELECT id FROM application WHERE is_sample = 1)
             OR about IN (SELECT 'membership:' || namespace FROM application WHERE is_sample = 1)
             OR recipient IN (SELECT mail FROM account WHERE is_sample = 1);
         DELETE FROM outbox WHERE about IN (
             SELECT 'ending:' || namespace FROM application WHERE is_sample = 1)
             OR about IN (SELECT 'pull-alert:' || namespace FROM application WHERE is_sample = 1)
             OR about IN (SELECT 'pull-report:' || namespace FROM application WHERE is_sample = 1);
         UPDATE credential SET revoked_at = coalesce(revoked_at, unixepoch() * 1000)
             WHERE namespace IN (SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM profile WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM page WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM logo WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM stars WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM pull_settings WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM pull_look WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         -- What no reading of a registry found is the sample’s.
         DELETE FROM repository WHERE NOT EXISTS (
             SELECT 1 FROM registry WHERE read_at IS NOT NULL);
         DELETE FROM manifest WHERE NOT EXISTS (SELECT 1 FROM tag WHERE digest = manifest.digest);
         DELETE FROM renamed WHERE new IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM code WHERE mail IN (SELECT mail FROM account WHERE is_sample = 1);
         DELETE FROM notice WHERE (namespace, last_day) IN (
             SELECT term.namespace, last_day FROM term
             JOIN application ON application.id = term.application WHERE is_sample = 1);
         DELETE FROM invitation WHERE namespace IN (
             SELECT namespace FROM application WHERE is_sample = 1);
         DELETE FROM maintainer WHERE account IN (SELECT id FROM account WHERE is_sample = 1);
         DELETE FROM term WHERE application IN (SELECT id FROM application WHERE is_sample = 1);
         DELETE FROM note WHERE application IN (SELECT id FROM application WHERE is_sample = 1);
         DELETE FROM record WHERE application IN (SELECT id FROM application WHERE is_sample = 1);
         DELETE FROM account WHERE is_sample = 1;",
    )?;
    Ok(connection.execute("DELETE FROM application WHERE is_sample = 1", [])?)
}
