//! Namespaces that get another name: everything goes with them, and under the old name there is
//! a grey badge and a word about the new one.

use crate::{
    mail::words,
    store::{
        StoreError, applications, credentials, maintainers, memberships, outbox, reporters,
        standings,
    },
};
use api::application::EventKind;
use chrono::{DateTime, Utc};
use program::namespace::Namespace;
use rusqlite::{Connection, params};
use serde_json::json;
use std::fmt;

/// Why a namespace cannot get another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameError {
    /// It never was in the program.
    Unknown(Namespace),
    /// The new name was in the program itself, or had another name before.
    Taken(Namespace),
}

impl fmt::Display for RenameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(
                formatter,
                "{name} never was in the program: nothing was changed."
            ),
            Self::Taken(name) => write!(
                formatter,
                "{name} is known to the program already: nothing was changed."
            ),
        }
    }
}

impl std::error::Error for RenameError {}

/// As [`rename`], and once more where that was done already: what is left to do beside it, with the
/// pulls, may have failed.
///
/// # Errors
/// Those of [`rename`].
pub fn rename_or_go_on(
    connection: &Connection,
    old: &Namespace,
    new: &Namespace,
    now: DateTime<Utc>,
) -> Result<Result<(), RenameError>, StoreError> {
    match rename(connection, old, new, now)? {
        Err(RenameError::Unknown(name)) => {
            let former = standings::former_names(connection, new.as_str())?;
            let is_done = former.iter().any(|former| former == old.as_str());
            Ok(if is_done {
                Ok(())
            } else {
                Err(RenameError::Unknown(name))
            })
        }
        outcome => Ok(outcome),
    }
}

/// Gives a namespace another name. What was signed under the old one is taken back, and its owners
/// hear that their badges have to be changed.
///
/// # Errors
/// Those of writing; within, when it cannot have that name.
pub fn rename(
    connection: &Connection,
    old: &Namespace,
    new: &Namespace,
    now: DateTime<Utc>,
) -> Result<Result<(), RenameError>, StoreError> {
    if memberships::last_term(connection, old)?.is_none() {
        return Ok(Err(RenameError::Unknown(old.clone())));
    }
    // A name that it had itself can be taken back.
    let is_anothers = connection
        .prepare_cached("SELECT 1 FROM renamed WHERE old = ?1 AND new <> ?2")?
        .exists([new.as_str(), old.as_str()])?;
    if is_anothers || memberships::last_term(connection, new)?.is_some() {
        return Ok(Err(RenameError::Taken(new.clone())));
    }
    credentials::revoke(connection, old, now)?;
    let names = [old.as_str(), new.as_str()];
    for table in [
        "term",
        "maintainer",
        "notice",
        "invitation",
        "profile",
        "page",
        "logo",
        "stars",
        "pull_settings",
        "pull_look",
    ] {
        let sql = format!("UPDATE OR REPLACE {table} SET namespace = ?2 WHERE namespace = ?1");
        connection.execute(&sql, names)?;
    }
    reporters::rename(connection, old, new)?;
    // What led to a membership, and what is open, goes on under the new name; what others applied
    // for stays as they said it.
    connection.execute(
        "UPDATE application SET namespace = ?2, version = version + 1,
            answers = json_set(answers, '$.namespace', ?2)
         WHERE namespace = ?1 AND (is_open = 1 OR id IN (SELECT application FROM term))",
        names,
    )?;
    for what in [
        "membership",
        "invitation",
        "ending",
        "renaming",
        "pull-alert",
        "pull-report",
    ] {
        connection.execute(
            "UPDATE outbox SET about = ?3 || ':' || ?2 WHERE about = ?3 || ':' || ?1",
            [old.as_str(), new.as_str(), what],
        )?;
    }
    connection.execute("DELETE FROM renamed WHERE old = ?1", [new.as_str()])?;
    connection.execute("UPDATE renamed SET new = ?2 WHERE new = ?1", names)?;
    connection.execute(
        "INSERT INTO renamed (old, new, at) VALUES (?1, ?2, ?3)",
        params![old.as_str(), new.as_str(), now.timestamp_millis()],
    )?;
    if let Some(application) = memberships::last_application(connection, new)? {
        let body = json!({ "from": old, "to": new });
        applications::record(
            connection,
            &application,
            now,
            EventKind::Renamed,
            None,
            &body,
        )?;
    }
    for owner in maintainers::owners(connection, new)? {
        let letter = words::renamed(owner.mail, &owner.name, old, new);
        outbox::add(connection, &letter, now)?;
    }
    Ok(Ok(()))
}
