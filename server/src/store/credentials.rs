//! The keys that credentials are signed with, the credentials, and which were taken back.

use super::{
    StoreError,
    values::{day, days, millis, time},
};
use chrono::{DateTime, NaiveDate, Utc};
use program::namespace::Namespace;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A key.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// The last part of its address.
    pub name: String,
    /// The private part (PKCS #8, DER); gone once it is retired.
    pub private: Option<Vec<u8>>,
    /// The modulus, in base64url.
    pub n: String,
    /// The exponent, in base64url.
    pub e: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Since when nothing is signed with it.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Not the private part: it belongs into no log.
impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Key").field(&self.name).finish()
    }
}

/// The keys that vouch for something, newest first: those that somebody else may have are not
/// among them.
///
/// # Errors
/// Those of reading.
pub fn keys(connection: &Connection) -> Result<Vec<Key>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, private, n, e, made_at, retired_at FROM signing_key
         WHERE is_compromised = 0 ORDER BY retired_at IS NOT NULL, made_at DESC, rowid DESC",
    )?;
    let mut rows = statement.query([])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        keys.push(Key {
            name: row.get(0)?,
            private: row.get(1)?,
            n: row.get(2)?,
            e: row.get(3)?,
            made_at: time(row.get(4)?)?,
            retired_at: row.get::<_, Option<i64>>(5)?.map(time).transpose()?,
        });
    }
    Ok(keys)
}

/// Keeps a new key, which is signed with from now on.
///
/// # Errors
/// Those of writing.
pub fn add_key(connection: &Connection, key: &Key) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO signing_key (name, private, n, e, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![key.name, key.private, key.n, key.e, millis(key.made_at)],
    )?;
    Ok(())
}

/// Signs no more with any key that is there; what they signed stays good.
///
/// # Errors
/// Those of writing.
pub fn retire_keys(connection: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE signing_key SET private = NULL, retired_at = ?1 WHERE retired_at IS NULL",
        [millis(now)],
    )?;
    Ok(())
}

/// Trusts no key that is there, those that were retired before included: somebody else may have
/// any of them, out of a backup. All that they signed counts as taken back; gives how many.
///
/// # Errors
/// Those of writing.
pub fn distrust_keys(connection: &Connection, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let count = connection.execute(
        "UPDATE credential SET revoked_at = ?1 WHERE revoked_at IS NULL",
        [millis(now)],
    )?;
    connection.execute(
        "UPDATE signing_key SET private = NULL, retired_at = coalesce(retired_at, ?1),
            is_compromised = 1",
        [millis(now)],
    )?;
    Ok(count)
}

/// A credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its number, from 1.
    pub id: u32,
    /// The key that signed it.
    pub key: String,
    /// The address of the program that stands in it.
    pub base_url: String,
    /// Since when it says that the namespace is in the program.
    pub since: NaiveDate,
    /// The last day of the year.
    pub last_day: NaiveDate,
    /// The first day on which it no longer holds.
    pub expires_on: NaiveDate,
    /// The token.
    pub token: String,
    /// Since when it is taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The credential of a namespace that was signed last, if one ever was.
///
/// # Errors
/// Those of reading.
pub fn last(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<Credential>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, key, base_url, since, last_day, expires_on, token, revoked_at
         FROM credential WHERE namespace = ?1 ORDER BY id DESC LIMIT 1",
    )?;
    let mut rows = statement.query([namespace.as_str()])?;
    rows.next()?.map(credential).transpose()
}

fn credential(row: &Row<'_>) -> Result<Credential, StoreError> {
    Ok(Credential {
        id: row.get(0)?,
        key: row.get(1)?,
        base_url: row.get(2)?,
        since: day(row.get(3)?)?,
        last_day: day(row.get(4)?)?,
        expires_on: day(row.get(5)?)?,
        token: row.get(6)?,
        revoked_at: row.get::<_, Option<i64>>(7)?.map(time).transpose()?,
    })
}

/// The number that the next credential will have.
///
/// # Errors
/// Those of reading.
pub fn next_id(connection: &Connection) -> Result<u32, StoreError> {
    let last: Option<u32> = connection
        .query_row(
            "SELECT seq FROM sqlite_sequence WHERE name = 'credential'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(last.unwrap_or(0) + 1)
}

/// Keeps a credential under the number that it was signed for.
///
/// # Errors
/// Those of writing.
pub fn add(
    connection: &Connection,
    namespace: &Namespace,
    credential: &Credential,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO credential
            (id, namespace, key, base_url, since, last_day, expires_on, issued_at, token)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            credential.id,
            namespace.as_str(),
            credential.key,
            credential.base_url,
            days(credential.since),
            days(credential.last_day),
            days(credential.expires_on),
            millis(now),
            credential.token,
        ],
    )?;
    Ok(())
}

/// Takes back what was signed for a namespace and still holds.
///
/// # Errors
/// Those of writing.
pub fn revoke(
    connection: &Connection,
    namespace: &Namespace,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE credential SET revoked_at = ?2
         WHERE namespace = ?1 AND revoked_at IS NULL AND expires_on > ?3",
        params![namespace.as_str(), millis(now), days(now.date_naive())],
    )?;
    Ok(())
}

/// The numbers from `first` to before `end` that were taken back.
///
/// # Errors
/// Those of reading.
pub fn revoked(connection: &Connection, first: u32, end: u32) -> Result<Vec<u32>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM credential WHERE revoked_at IS NOT NULL AND id >= ?1 AND id < ?2",
    )?;
    let rows = statement.query_map([first, end], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
