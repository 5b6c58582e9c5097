//! People in the file: accounts, sessions, and the codes they sign in with.

use super::{
    StoreError,
    values::{millis, time},
};
use crate::secret::Hash;
use chrono::{DateTime, Utc};
use program::mail::MailAddress;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// The address.
    pub mail: MailAddress,
    /// How they are called.
    pub name: String,
    /// Whether they run the program.
    pub is_staff: bool,
}

/// A code as it is kept: the newest for its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCode {
    /// Hash of the code.
    pub hash: Vec<u8>,
    /// Hash of what the browser that asked for it holds.
    pub browser_hash: Vec<u8>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// How often a wrong one was given.
    pub tries: u32,
    /// Until when nobody may try, after too many.
    pub blocked_until: Option<DateTime<Utc>>,
}

fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    let mail: String = row.get(1)?;
    Ok(Account {
        id: row.get(0)?,
        mail: MailAddress::parse(&mail).map_err(|_| StoreError::Corrupt("a mail address"))?,
        name: row.get(2)?,
        is_staff: row.get(3)?,
    })
}

/// The account of an address.
///
/// # Errors
/// Those of reading.
pub fn by_mail(connection: &Connection, mail: &MailAddress) -> Result<Option<Account>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id, mail, name, is_staff FROM account WHERE mail = ?1")?;
    let mut rows = statement.query([mail.as_str()])?;
    rows.next()?.map(account).transpose()
}

/// Makes an account, or changes the name and what it may of the one there is.
///
/// # Errors
/// Those of writing.
pub fn put(
    connection: &Connection,
    mail: &MailAddress,
    name: &str,
    is_staff: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO account (mail, name, is_staff, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (mail) DO UPDATE SET name = excluded.name, is_staff = excluded.is_staff",
        params![mail.as_str(), name, is_staff, millis(now)],
    )?;
    Ok(())
}

/// The person of a session that still holds.
///
/// # Errors
/// Those of reading.
pub fn of_session(
    connection: &Connection,
    session: &Hash,
    now: DateTime<Utc>,
) -> Result<Option<Account>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT account.id, mail, name, is_staff FROM session JOIN account ON account.id = account
         WHERE hash = ?1 AND expires_at > ?2",
    )?;
    let mut rows = statement.query(params![session, millis(now)])?;
    rows.next()?.map(account).transpose()
}

/// Begins a session; those that have ended are forgotten.
///
/// # Errors
/// Those of writing.
pub fn begin_session(
    connection: &Connection,
    session: &Hash,
    account: i64,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute("DELETE FROM session WHERE expires_at <= ?1", [millis(now)])?;
    connection.execute(
        "INSERT INTO session (hash, account, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![session, account, millis(now), millis(until)],
    )?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// Those of writing.
pub fn end_session(connection: &Connection, session: &Hash) -> Result<(), StoreError> {
    connection.execute("DELETE FROM session WHERE hash = ?1", [session])?;
    Ok(())
}

/// The newest code for an address.
///
/// # Errors
/// Those of reading.
pub fn code(connection: &Connection, mail: &MailAddress) -> Result<Option<KeptCode>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT hash, browser_hash, sent_at, tries, blocked_until FROM code WHERE mail = ?1",
    )?;
    let found = statement
        .query_row([mail.as_str()], |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, Vec<u8>>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, u32>(3)?,
                row.get::<_, Option<i64>>(4)?,
            ))
        })
        .optional()?;
    let Some((hash, browser_hash, sent_at, tries, blocked_until)) = found else {
        return Ok(None);
    };
    Ok(Some(KeptCode {
        hash,
        browser_hash,
        sent_at: time(sent_at)?,
        tries,
        blocked_until: blocked_until.map(time).transpose()?,
    }))
}

/// Keeps a code in place of the one before; what is older than `before` is forgotten.
///
/// # Errors
/// Those of writing.
pub fn put_code(
    connection: &Connection,
    mail: &MailAddress,
    code: &KeptCode,
    before: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM code WHERE sent_at < ?1 AND coalesce(blocked_until, 0) < ?1",
        [millis(before)],
    )?;
    connection.execute(
        "INSERT OR REPLACE INTO code (mail, hash, browser_hash, sent_at, tries, blocked_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            mail.as_str(),
            code.hash,
            code.browser_hash,
            millis(code.sent_at),
            code.tries,
            code.blocked_until.map(millis),
        ],
    )?;
    Ok(())
}

/// Forgets the code of an address: it was used.
///
/// # Errors
/// Those of writing.
pub fn forget_code(connection: &Connection, mail: &MailAddress) -> Result<(), StoreError> {
    connection.execute("DELETE FROM code WHERE mail = ?1", [mail.as_str()])?;
    Ok(())
}
