//! What maintainers say of their namespaces and repositories, logos, and stars.

use super::{
    StoreError,
    values::{from_json, json, millis, time},
};
use api::profile::Stars;
use chrono::{DateTime, Utc};
use program::{
    namespace::Namespace,
    profile::{Profile, RepositoryPage},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// Something that maintainers wrote, and how often it was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written<T> {
    /// What.
    pub value: T,
    /// How often it was changed; 0 if nothing was written yet.
    pub version: u64,
}

fn written<T: DeserializeOwned>(row: (String, i64)) -> Result<Written<T>, StoreError> {
    Ok(Written {
        value: from_json(&row.0, "a page")?,
        version: row.1.unsigned_abs(),
    })
}

/// The profile of a namespace, if one was written.
///
/// # Errors
/// Those of reading.
pub fn profile(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<Written<Profile>>, StoreError> {
    let found = connection
        .prepare_cached("SELECT body, version FROM profile WHERE namespace = ?1")?
        .query_row([namespace.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map(written).transpose()
}

/// Writes the profile of a namespace, if its version is the one that it was made from; gives
/// whether it was.
///
/// # Errors
/// Those of writing.
pub fn put_profile(
    connection: &Connection,
    namespace: &Namespace,
    profile: &Profile,
    from: u64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let count = connection.execute(
        "INSERT INTO profile (namespace, body, version, changed_at)
         SELECT ?1, ?2, 1, ?4 WHERE ?3 = 0
         ON CONFLICT DO NOTHING",
        params![namespace.as_str(), json(profile)?, from as i64, millis(now)],
    )?;
    if count > 0 {
        return Ok(true);
    }
    let count = connection.execute(
        "UPDATE profile SET body = ?2, version = version + 1, changed_at = ?4
         WHERE namespace = ?1 AND version = ?3",
        params![namespace.as_str(), json(profile)?, from as i64, millis(now)],
    )?;
    Ok(count > 0)
}

/// The pages that were written of the repositories of a namespace, by their names.
///
/// # Errors
/// Those of reading.
pub fn pages(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<HashMap<String, Written<RepositoryPage>>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT repository, body, version FROM page WHERE namespace = ?1")?;
    let mut rows = statement.query([namespace.as_str()])?;
    let mut pages = HashMap::new();
    while let Some(row) = rows.next()? {
        pages.insert(row.get(0)?, written((row.get(1)?, row.get(2)?))?);
    }
    Ok(pages)
}

/// The same without their long texts, for lists.
///
/// # Errors
/// Those of reading.
pub fn short_pages(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<HashMap<String, RepositoryPage>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT repository, json_remove(body, '$.about') FROM page WHERE namespace = ?1",
    )?;
    let mut rows = statement.query([namespace.as_str()])?;
    let mut pages = HashMap::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get(1)?;
        pages.insert(row.get(0)?, from_json(&body, "a page")?);
    }
    Ok(pages)
}

/// The page of a repository, if one was written.
///
/// # Errors
/// Those of reading.
pub fn page(
    connection: &Connection,
    namespace: &Namespace,
    repository: &str,
) -> Result<Option<Written<RepositoryPage>>, StoreError> {
    let found = connection
        .prepare_cached("SELECT body, version FROM page WHERE namespace = ?1 AND repository = ?2")?
        .query_row([namespace.as_str(), repository], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    found.map(written).transpose()
}

/// Writes the page of a repository, if its version is the one that it was made from; gives
/// whether it was.
///
/// # Errors
/// Those of writing.
pub fn put_page(
    connection: &Connection,
    namespace: &Namespace,
    repository: &str,
    page: &RepositoryPage,
    from: u64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (body, from, now) = (json(page)?, from as i64, millis(now));
    let count = connection.execute(
        "INSERT INTO page (namespace, repository, body, version, changed_at)
         SELECT ?1, ?2, ?3, 1, ?5 WHERE ?4 = 0
         ON CONFLICT DO NOTHING",
        params![namespace.as_str(), repository, body, from, now],
    )?;
    if count > 0 {
        return Ok(true);
    }
    let count = connection.execute(
        "UPDATE page SET body = ?3, version = version + 1, changed_at = ?5
         WHERE namespace = ?1 AND repository = ?2 AND version = ?4",
        params![namespace.as_str(), repository, body, from, now],
    )?;
    Ok(count > 0)
}

/// The version of the logo of a namespace, if it has one.
///
/// # Errors
/// Those of reading.
pub fn logo_version(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT version FROM logo WHERE namespace = ?1")?
        .query_row([namespace.as_str()], |row| row.get(0))
        .optional()?)
}

/// The logo of a namespace in that version, as PNG.
///
/// # Errors
/// Those of reading.
pub fn logo(
    connection: &Connection,
    namespace: &Namespace,
    version: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT png FROM logo WHERE namespace = ?1 AND version = ?2")?
        .query_row([namespace.as_str(), version], |row| row.get(0))
        .optional()?)
}

/// Keeps a logo.
///
/// # Errors
/// Those of writing.
pub fn put_logo(
    connection: &Connection,
    namespace: &Namespace,
    version: &str,
    png: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO logo (namespace, version, png, changed_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET version = ?2, png = ?3, changed_at = ?4",
        params![namespace.as_str(), version, png, millis(now)],
    )?;
    Ok(())
}

/// Forgets the logo of a namespace.
///
/// # Errors
/// Those of writing.
pub fn remove_logo(connection: &Connection, namespace: &Namespace) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM logo WHERE namespace = ?1",
        [namespace.as_str()],
    )?;
    Ok(())
}

/// The stars of a namespace, if they were read.
///
/// # Errors
/// Those of reading.
pub fn stars(connection: &Connection, namespace: &Namespace) -> Result<Option<Stars>, StoreError> {
    let found: Option<(i64, String, i64)> = connection
        .prepare_cached(
            "SELECT count, source, read_at FROM stars
             WHERE namespace = ?1 AND count IS NOT NULL AND read_at IS NOT NULL",
        )?
        .query_row([namespace.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    found
        .map(|(count, of, read_at)| {
            Ok(Stars {
                count: count.unsigned_abs(),
                of,
                read_at: time(read_at)?,
            })
        })
        .transpose()
}

/// Keeps the stars of a namespace; nothing if the forge does not say, after which the last
/// number goes on being shown with its date.
///
/// # Errors
/// Those of writing.
pub fn put_stars(
    connection: &Connection,
    namespace: &Namespace,
    source: &str,
    count: Option<u64>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let count = count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    connection.execute(
        "INSERT INTO stars (namespace, count, source, read_at, tried_at)
         VALUES (?1, ?2, ?3, iif(?2 IS NULL, NULL, ?4), ?4)
         ON CONFLICT DO UPDATE SET tried_at = ?4,
            count = iif(source = ?3, coalesce(?2, count), ?2),
            read_at = iif(?2 IS NULL, iif(source = ?3, read_at, NULL), ?4),
            source = ?3",
        params![namespace.as_str(), count, source, millis(now)],
    )?;
    Ok(())
}

/// When the stars of each namespace were last asked for, in milliseconds since 1970.
///
/// # Errors
/// Those of reading.
pub fn stars_tried(connection: &Connection) -> Result<HashMap<String, i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT namespace, tried_at FROM stars")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All that is written of all namespaces, for the directory.
#[derive(Debug, Default)]
pub struct Everything {
    /// Profiles by namespace.
    pub profiles: HashMap<String, Profile>,
    /// Descriptions of repositories by namespace and name.
    pub descriptions: HashMap<(String, String), String>,
    /// Versions of logos by namespace.
    pub logos: HashMap<String, String>,
    /// Stars by namespace.
    pub stars: HashMap<String, u64>,
}

/// Reads all of that.
///
/// # Errors
/// Those of reading.
pub fn everything(connection: &Connection) -> Result<Everything, StoreError> {
    let mut all = Everything::default();
    let mut statement = connection.prepare_cached("SELECT namespace, body FROM profile")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(1)?;
        all.profiles
            .insert(row.get(0)?, from_json(&body, "a page")?);
    }
    let mut statement = connection.prepare_cached(
        "SELECT namespace, repository, json_extract(body, '$.description') FROM page",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text: Option<String> = row.get(2)?;
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            all.descriptions.insert((row.get(0)?, row.get(1)?), text);
        }
    }
    let mut statement = connection.prepare_cached("SELECT namespace, version FROM logo")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        all.logos.insert(row.get(0)?, row.get(1)?);
    }
    let mut statement =
        connection.prepare_cached("SELECT namespace, count FROM stars WHERE count IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count: i64 = row.get(1)?;
        all.stars.insert(row.get(0)?, count.unsigned_abs());
    }
    Ok(all)
}
