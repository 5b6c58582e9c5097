//! Registries that report pulls.

use super::{
    StoreError,
    values::{from_json, json, millis},
};
use crate::secret::Hash;
use chrono::{DateTime, Utc};
use program::namespace::Namespace;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How a registry reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ReporterKind {
    /// Notifications of CNCF Distribution.
    Distribution,
    /// Webhooks of Harbor.
    Harbor,
}

/// A registry that reports pulls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reporter {
    /// Its number, which no other one ever gets.
    pub id: i64,
    /// What it is called here.
    pub name: String,
    /// How it reports.
    pub kind: ReporterKind,
    /// The namespaces that it may report.
    pub namespaces: Vec<String>,
}

/// Every registry that reports, by the hash of its token.
///
/// # Errors
/// Those of reading.
pub fn all(connection: &Connection) -> Result<HashMap<Hash, Reporter>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT id, name, kind, namespaces, hash FROM reporter")?;
    let mut rows = statement.query([])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let (kind, namespaces): (String, String) = (row.get(2)?, row.get(3)?);
        let reporter = Reporter {
            id: row.get(0)?,
            name: row.get(1)?,
            kind: from_json(&kind, "a kind of registry")?,
            namespaces: from_json(&namespaces, "namespaces")?,
        };
        all.insert(row.get(4)?, reporter);
    }
    Ok(all)
}

/// A registry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// What it is called here.
    pub name: String,
    /// How it reports.
    pub kind: ReporterKind,
    /// The namespaces that it may report.
    pub namespaces: Vec<String>,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: i64,
}

/// Every registry, by name.
///
/// # Errors
/// Those of reading.
pub fn list(connection: &Connection) -> Result<Vec<Kept>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, kind, namespaces, created_at FROM reporter ORDER BY name",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, namespaces): (String, String) = (row.get(2)?, row.get(3)?);
        all.push(Kept {
            id: row.get(0)?,
            name: row.get(1)?,
            kind: from_json(&kind, "a kind of registry")?,
            namespaces: from_json(&namespaces, "namespaces")?,
            added_ms: row.get(4)?,
        });
    }
    Ok(all)
}

/// Keeps a registry; gives its number, or nothing if its name is taken.
///
/// # Errors
/// Those of writing.
pub fn add(
    connection: &Connection,
    name: &str,
    kind: ReporterKind,
    namespaces: &[Namespace],
    hash: &Hash,
    now: DateTime<Utc>,
) -> Result<Option<i64>, StoreError> {
    let taken: Option<i64> = connection
        .query_row("SELECT id FROM reporter WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()?;
    if taken.is_some() {
        return Ok(None);
    }
    connection.execute(
        "INSERT INTO reporter (name, kind, namespaces, hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![name, json(&kind)?, json(&namespaces)?, hash, millis(now)],
    )?;
    Ok(Some(connection.last_insert_rowid()))
}

/// Gives a registry another token; gives how it reports, if there is one of that number.
///
/// # Errors
/// Those of writing.
pub fn set_hash(
    connection: &Connection,
    id: i64,
    hash: &Hash,
) -> Result<Option<ReporterKind>, StoreError> {
    connection.execute(
        "UPDATE reporter SET hash = ?2 WHERE id = ?1",
        params![id, hash],
    )?;
    let kind: Option<String> = connection
        .query_row("SELECT kind FROM reporter WHERE id = ?1", [id], |row| {
            row.get(0)
        })
        .optional()?;
    kind.map(|kind| from_json(&kind, "a kind of registry"))
        .transpose()
}

/// Has a registry report these namespaces and no others; gives whether there is one of that number.
///
/// # Errors
/// Those of writing.
pub fn set_namespaces(
    connection: &Connection,
    id: i64,
    namespaces: &[Namespace],
) -> Result<bool, StoreError> {
    let changed = connection.execute(
        "UPDATE reporter SET namespaces = ?2 WHERE id = ?1",
        params![id, json(&namespaces)?],
    )?;
    Ok(changed > 0)
}

/// Has registries that report a namespace report it under another name, too: until theirs has
/// changed as well, both come.
///
/// # Errors
/// Those of writing.
pub fn rename(connection: &Connection, old: &Namespace, new: &Namespace) -> Result<(), StoreError> {
    for mut one in list(connection)? {
        let has = |name: &Namespace| one.namespaces.iter().any(|own| own == name.as_str());
        if has(old) && !has(new) {
            one.namespaces.push(new.as_str().to_owned());
            connection.execute(
                "UPDATE reporter SET namespaces = ?2 WHERE id = ?1",
                params![one.id, json(&one.namespaces)?],
            )?;
        }
    }
    Ok(())
}

/// Takes nothing more from a registry; gives whether there was one of that number.
///
/// # Errors
/// Those of writing.
pub fn remove_by_id(connection: &Connection, id: i64) -> Result<bool, StoreError> {
    Ok(connection.execute("DELETE FROM reporter WHERE id = ?1", [id])? > 0)
}

/// Takes nothing more from a registry; gives whether there was one of that name.
///
/// # Errors
/// Those of writing.
pub fn remove(connection: &Connection, name: &str) -> Result<bool, StoreError> {
    Ok(connection.execute("DELETE FROM reporter WHERE name = ?1", [name])? > 0)
}
