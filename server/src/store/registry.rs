//! What the registry lists: repositories, their tags, and what those stand for.

use super::{
    StoreError,
    values::{from_json, json, millis, time},
};
use chrono::{DateTime, Utc};
use program::profile::RepositoryPage;
use registry::{Labels, RepositoryName};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTag {
    /// The tag.
    pub tag: String,
    /// What it stands for, if the registry said.
    pub digest: Option<String>,
}

/// What a digest stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptManifest {
    /// The digest.
    pub digest: String,
    /// The media type.
    pub kind: String,
    /// Whether that is a kind that is known here.
    pub is_known: bool,
    /// Bytes to be pulled; of several platforms, nothing.
    pub bytes: Option<u64>,
    /// The platforms: `linux/amd64`.
    pub platforms: Vec<String>,
    /// When the image was made, by what it says of itself.
    pub made_at: Option<DateTime<Utc>>,
    /// What it says of itself.
    pub labels: Labels,
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRepository {
    /// Its number.
    pub id: i64,
    /// Its name without the namespace.
    pub name: String,
    /// How many tags it has.
    pub tags: u64,
    /// When its newest image was made.
    pub pushed_at: Option<DateTime<Utc>>,
    /// The tag of its newest image, if none is `latest`.
    pub pull_tag: Option<String>,
    /// What its images say of it.
    pub labels: RepositoryPage,
}

/// The kind of a manifest in whose place other bytes came: it may have been an accident on the way.
pub const GARBLED: &str = "not what its digest says";

/// The digests whose manifests are kept, but for those that are to be asked for again.
///
/// # Errors
/// Those of reading.
pub fn known_digests(connection: &Connection) -> Result<HashSet<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT digest FROM manifest WHERE kind <> ?1")?;
    let rows = statement.query_map([GARBLED], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The repositories that are kept, each with its namespace, and when they were read.
///
/// # Errors
/// Those of reading.
pub fn known_repositories(
    connection: &Connection,
) -> Result<HashMap<String, DateTime<Utc>>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT namespace || '/' || name, read_at FROM repository")?;
    let mut rows = statement.query([])?;
    let mut known = HashMap::new();
    while let Some(row) = rows.next()? {
        known.insert(row.get(0)?, time(row.get(1)?)?);
    }
    Ok(known)
}

/// Keeps a repository as it was read now; gives how many of the manifests were new.
///
/// # Errors
/// Those of writing.
pub fn put(
    connection: &Connection,
    name: &RepositoryName,
    tags: &[KeptTag],
    manifests: &[KeptManifest],
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let mut fresh = 0;
    let mut add = connection.prepare_cached(
        "INSERT INTO manifest (digest, kind, is_known, bytes, platforms, made_at, labels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, is_known = excluded.is_known,
            bytes = excluded.bytes, platforms = excluded.platforms,
            made_at = excluded.made_at, labels = excluded.labels
         WHERE manifest.kind = ?8 AND excluded.kind <> ?8",
    )?;
    for one in manifests {
        fresh += add.execute(params![
            one.digest,
            one.kind,
            one.is_known,
            one.bytes
                .map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            json(&one.platforms)?,
            one.made_at.map(millis),
            json(&one.labels)?,
            GARBLED,
        ])?;
    }
    let namespace = name.namespace().unwrap_or_default();
    let id: i64 = connection
        .prepare_cached(
            "INSERT INTO repository (namespace, name, tags, labels, read_at)
             VALUES (?1, ?2, ?3, '{}', ?4)
             ON CONFLICT (namespace, name) DO UPDATE SET tags = excluded.tags, read_at = excluded.read_at
             RETURNING id",
        )?
        .query_row(
            params![namespace, name.rest(), tags.len() as i64, millis(now)],
            |row| row.get(0),
        )?;
    if !has_tags(connection, id, tags)? {
        connection
            .prepare_cached("DELETE FROM tag WHERE repository = ?1")?
            .execute([id])?;
        let mut add = connection
            .prepare_cached("INSERT INTO tag (repository, tag, digest) VALUES (?1, ?2, ?3)")?;
        for one in tags {
            add.execute(params![id, one.tag, one.digest])?;
        }
    }
    describe(connection, id)?;
    Ok(fresh)
}

/// Whether exactly these tags are kept.
fn has_tags(connection: &Connection, id: i64, tags: &[KeptTag]) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT tag, digest FROM tag WHERE repository = ?1")?;
    let mut rows = statement.query([id])?;
    let mut kept: HashSet<(String, Option<String>)> = HashSet::new();
    while let Some(row) = rows.next()? {
        kept.insert((row.get(0)?, row.get(1)?));
    }
    let same = |one: &KeptTag| kept.contains(&(one.tag.clone(), one.digest.clone()));
    Ok(kept.len() == tags.len() && tags.iter().all(same))
}

/// Takes over what a repository’s images say of it: that of `latest`, and else the newest.
fn describe(connection: &Connection, id: i64) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT manifest.labels, max(manifest.made_at) FROM tag
         JOIN manifest ON manifest.digest = tag.digest
         WHERE repository = ?1 AND manifest.is_known = 1
         GROUP BY tag.tag = 'latest' ORDER BY tag.tag = 'latest' DESC",
    )?;
    let mut rows = statement.query([id])?;
    let (mut page, mut pushed_at) = (RepositoryPage::default(), None::<i64>);
    while let Some(row) = rows.next()? {
        let labels: Labels = from_json(&row.get::<_, String>(0)?, "labels")?;
        pushed_at = pushed_at.max(row.get(1)?);
        page = page.or(page_of(&labels));
    }
    let pull_tag: Option<String> = connection
        .prepare_cached(
            "SELECT nullif(tag.tag, 'latest') FROM tag
             LEFT JOIN manifest ON manifest.digest = tag.digest
             WHERE repository = ?1
             ORDER BY tag.tag = 'latest' DESC, manifest.made_at DESC, tag.tag DESC LIMIT 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?
        .flatten();
    connection
        .prepare_cached(
            "UPDATE repository SET pushed_at = ?2, labels = ?3, pull_tag = ?4
             WHERE id = ?1 AND (pushed_at IS NOT ?2 OR labels <> ?3 OR pull_tag IS NOT ?4)",
        )?
        .execute(params![id, pushed_at, json(&page)?, pull_tag])?;
    Ok(())
}

/// What images say of themselves as a page would say it: as far as it is fit to be one.
fn page_of(labels: &Labels) -> RepositoryPage {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let described = labels.description.as_ref().or(labels.title.as_ref());
    let line = described.and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    let mut page = RepositoryPage {
        description: line
            .unwrap_or_default()
            .trim()
            .chars()
            .take(program::text::DESCRIPTION.most)
            .collect(),
        about: String::new(),
        website: text(&labels.url),
        source: text(&labels.source),
        contributing: String::new(),
    };
    use program::profile::ProfileField::{Description, Source, Website};
    for (field, _) in page.errors() {
        match field {
            Description => page.description.clear(),
            Website => page.website.clear(),
            Source => page.source.clear(),
            _ => {}
        }
    }
    page
}

/// Forgets a repository; gives 1 if there was one.
///
/// # Errors
/// Those of writing.
pub fn remove(connection: &Connection, name: &RepositoryName) -> Result<usize, StoreError> {
    let namespace = name.namespace().unwrap_or_default();
    let count = connection
        .prepare_cached("DELETE FROM repository WHERE namespace = ?1 AND name = ?2")?
        .execute([namespace, name.rest()])?;
    Ok(count)
}

/// Forgets every repository but these, and manifests that no tag stands for; gives how many
/// repositories went.
///
/// # Errors
/// Those of writing.
pub fn remove_others(
    connection: &Connection,
    names: &BTreeSet<RepositoryName>,
) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, namespace, name FROM repository")?;
    let mut rows = statement.query([])?;
    let mut gone: Vec<i64> = Vec::new();
    while let Some(row) = rows.next()? {
        let name = format!("{}/{}", row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        let is_there = RepositoryName::parse(&name).is_ok_and(|name| names.contains(&name));
        if !is_there {
            gone.push(row.get(0)?);
        }
    }
    let mut remove = connection.prepare_cached("DELETE FROM repository WHERE id = ?1")?;
    for id in &gone {
        remove.execute([id])?;
    }
    connection.execute(
        "DELETE FROM manifest WHERE NOT EXISTS (SELECT 1 FROM tag WHERE tag.digest = manifest.digest)",
        [],
    )?;
    Ok(gone.len())
}

/// Notes that the registry was read, or why not to its end.
///
/// # Errors
/// Those of writing.
pub fn note(
    connection: &Connection,
    base: &str,
    trouble: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO registry (id, base, tried_at, trouble) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET base = ?1, tried_at = ?2, trouble = ?3,
            read_at = iif(base = ?1, read_at, NULL)",
        params![base, millis(now), trouble],
    )?;
    if trouble.is_none() {
        connection.execute("UPDATE registry SET read_at = ?1", [millis(now)])?;
    }
    Ok(())
}

/// When the registry was last read, and why it was not since.
///
/// # Errors
/// Those of reading.
pub fn state(
    connection: &Connection,
) -> Result<(Option<DateTime<Utc>>, Option<String>), StoreError> {
    let mut statement = connection.prepare_cached("SELECT read_at, trouble FROM registry")?;
    let found: Option<(Option<i64>, Option<String>)> = statement
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (read_at, trouble) = found.unwrap_or_default();
    Ok((read_at.map(time).transpose()?, trouble))
}

/// The repositories of a namespace in the order of their names, and how many there are.
///
/// # Errors
/// Those of reading.
pub fn repositories(
    connection: &Connection,
    namespace: &str,
    most: usize,
) -> Result<(Vec<KeptRepository>, usize), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, tags, pushed_at, labels, pull_tag FROM repository
         WHERE namespace = ?1 ORDER BY name LIMIT ?2",
    )?;
    let mut rows = statement.query(params![namespace, most as i64])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(repository_of(row)?);
    }
    let mut count = all.len();
    if count == most {
        count = connection
            .prepare_cached("SELECT count(*) FROM repository WHERE namespace = ?1")?
            .query_row([namespace], |row| row.get::<_, u32>(0))? as usize;
    }
    Ok((all, count))
}

/// A repository of a namespace, if the registry lists it.
///
/// # Errors
/// Those of reading.
pub fn repository(
    connection: &Connection,
    namespace: &str,
    name: &str,
) -> Result<Option<KeptRepository>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, tags, pushed_at, labels, pull_tag FROM repository
         WHERE namespace = ?1 AND name = ?2",
    )?;
    let mut rows = statement.query([namespace, name])?;
    rows.next()?.map(repository_of).transpose()
}

fn repository_of(row: &rusqlite::Row<'_>) -> Result<KeptRepository, StoreError> {
    Ok(KeptRepository {
        id: row.get(0)?,
        name: row.get(1)?,
        tags: row.get::<_, i64>(2)?.unsigned_abs(),
        pushed_at: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
        labels: from_json(&row.get::<_, String>(4)?, "labels")?,
        pull_tag: row.get(5)?,
    })
}

/// A tag with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The tag.
    pub tag: String,
    /// The digest, if the registry said.
    pub digest: Option<String>,
    /// The manifest, if it could be had.
    pub manifest: Option<KeptManifest>,
}

/// The tags of a repository with what they stand for, those of the newest images first.
///
/// # Errors
/// Those of reading.
pub fn tags(connection: &Connection, id: i64, most: usize) -> Result<Vec<Tagged>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT tag, tag.digest, kind, is_known, bytes, platforms, made_at FROM tag
         LEFT JOIN manifest ON manifest.digest = tag.digest
         WHERE repository = ?1 ORDER BY made_at DESC, tag LIMIT ?2",
    )?;
    let mut rows = statement.query(params![id, most as i64])?;
    let mut tags = Vec::new();
    while let Some(row) = rows.next()? {
        let digest: Option<String> = row.get(1)?;
        let manifest = match (row.get::<_, Option<String>>(2)?, &digest) {
            (Some(kind), Some(digest)) => Some(KeptManifest {
                digest: digest.clone(),
                kind,
                is_known: row.get(3)?,
                bytes: row.get::<_, Option<i64>>(4)?.map(i64::unsigned_abs),
                platforms: from_json(&row.get::<_, String>(5)?, "platforms")?,
                made_at: row.get::<_, Option<i64>>(6)?.map(time).transpose()?,
                labels: Labels::default(),
            }),
            _ => None,
        };
        tags.push(Tagged {
            tag: row.get(0)?,
            digest,
            manifest,
        });
    }
    Ok(tags)
}

/// Every repository of the registry with its namespace, in the order of both.
///
/// # Errors
/// Those of reading.
pub fn all(connection: &Connection) -> Result<Vec<(String, KeptRepository)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, tags, pushed_at, labels, namespace FROM repository
         ORDER BY namespace, name",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((row.get(5)?, repository_of(row)?));
    }
    Ok(all)
}
