//! Access tokens in the file: their hashes.

use super::{
    StoreError,
    accounts::Account,
    values::{day, days, from_json, json, millis, time},
};
use crate::secret::Hash;
use api::account::{NewToken, Scope, Token};
use chrono::{DateTime, Utc};
use program::mail::MailAddress;
use rusqlite::{Connection, Row, params};

const COLUMNS: &str = "token.id, token.name, hint, scope, token.created_at, expires_at, last_used";

fn token(row: &Row<'_>) -> Result<Token, StoreError> {
    let scope: String = row.get(3)?;
    Ok(Token {
        id: row.get(0)?,
        name: row.get(1)?,
        hint: row.get(2)?,
        scope: from_json(&scope, "a scope")?,
        created_at: time(row.get(4)?)?,
        expires_at: time(row.get(5)?)?,
        last_used: row.get::<_, Option<i32>>(6)?.map(day).transpose()?,
    })
}

/// The tokens of an account, newest first.
///
/// # Errors
/// Those of reading.
pub fn of(connection: &Connection, account: i64) -> Result<Vec<Token>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM token WHERE account = ?1 ORDER BY id DESC"
    ))?;
    let mut rows = statement.query([account])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        tokens.push(token(row)?);
    }
    Ok(tokens)
}

/// Keeps a token.
///
/// # Errors
/// Those of writing.
pub fn add(
    connection: &Connection,
    account: i64,
    new: &NewToken,
    hash: &Hash,
    hint: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Token, StoreError> {
    connection.execute(
        "INSERT INTO token (account, name, hash, hint, scope, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            account,
            new.name.trim(),
            hash,
            hint,
            json(&new.scope)?,
            millis(now),
            millis(until)
        ],
    )?;
    Ok(Token {
        id: connection.last_insert_rowid(),
        name: new.name.trim().to_owned(),
        hint: hint.to_owned(),
        scope: new.scope,
        created_at: now,
        expires_at: until,
        last_used: None,
    })
}

/// Forgets a token of an account; says whether there was one.
///
/// # Errors
/// Those of writing.
pub fn revoke(connection: &Connection, account: i64, id: i64) -> Result<bool, StoreError> {
    let rows = connection.execute(
        "DELETE FROM token WHERE id = ?1 AND account = ?2",
        params![id, account],
    )?;
    Ok(rows == 1)
}

/// Whose a token is and what it may, if it is good; and whether it was used today already.
///
/// # Errors
/// Those of reading.
pub fn owner(
    connection: &Connection,
    hash: &Hash,
    now: DateTime<Utc>,
) -> Result<Option<(Account, Scope, bool)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT account.id, mail, account.name, is_staff, scope, last_used
         FROM token JOIN account ON account.id = account WHERE hash = ?1 AND expires_at > ?2",
    )?;
    let mut rows = statement.query(params![hash, millis(now)])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let (mail, scope): (String, String) = (row.get(1)?, row.get(4)?);
    let account = Account {
        id: row.get(0)?,
        mail: MailAddress::parse(&mail).map_err(|_| StoreError::Corrupt("a mail address"))?,
        name: row.get(2)?,
        is_staff: row.get(3)?,
    };
    let used_today = row.get::<_, Option<i32>>(5)? == Some(days(now.date_naive()));
    Ok(Some((account, from_json(&scope, "a scope")?, used_today)))
}

/// Notes the day on which a token is used.
///
/// # Errors
/// Those of writing.
pub fn used(connection: &Connection, hash: &Hash, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE token SET last_used = ?2 WHERE hash = ?1",
        params![hash, days(now.date_naive())],
    )?;
    Ok(())
}
