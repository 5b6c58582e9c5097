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

/// A code as it is kept. One that was used or guessed at too often stays for a day without
/// its hash, so that it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCode {
    /// Hash of what the browser that asked for it holds; empty for a code that
    /// an operator handed out.
    pub browser_hash: Vec<u8>,
    /// Hash of the code; empty if it is good no longer.
    pub hash: Vec<u8>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// How often a wrong one was given.
    pub tries: u32,
    /// Whether the browser had signed in to this account before.
    pub is_known: bool,
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
    forget_sessions(connection, now)?;
    connection.execute(
        "INSERT INTO session (hash, account, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![session, account, millis(now), millis(until)],
    )?;
    Ok(())
}

/// Forgets sessions that have ended.
///
/// # Errors
/// Those of writing.
pub fn forget_sessions(connection: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute("DELETE FROM session WHERE expires_at <= ?1", [millis(now)])?;
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

/// The code for an address in a browser.
///
/// # Errors
/// Those of reading.
pub fn code(
    connection: &Connection,
    mail: &MailAddress,
    browser_hash: &[u8],
) -> Result<Option<KeptCode>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT browser_hash, hash, sent_at, expires_at, tries, is_known FROM code
         WHERE mail = ?1 AND browser_hash = ?2",
    )?;
    let mut rows = statement.query(params![mail.as_str(), browser_hash])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(KeptCode {
        browser_hash: row.get(0)?,
        hash: row.get(1)?,
        sent_at: time(row.get(2)?)?,
        expires_at: time(row.get(3)?)?,
        tries: row.get(4)?,
        is_known: row.get(5)?,
    }))
}

/// When codes were sent to an address after a moment and until now, oldest first: to browsers that
/// had signed in there before, or to others.
///
/// # Errors
/// Those of reading.
pub fn codes_sent(
    connection: &Connection,
    mail: &MailAddress,
    is_known: bool,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sent_at FROM code WHERE mail = ?1 AND is_known = ?2 AND sent_at BETWEEN ?3 AND ?4
         AND browser_hash <> x'' ORDER BY sent_at",
    )?;
    let mut rows = statement.query(params![
        mail.as_str(),
        is_known,
        millis(since) + 1,
        millis(now)
    ])?;
    let mut times = Vec::new();
    while let Some(row) = rows.next()? {
        times.push(time(row.get(0)?)?);
    }
    Ok(times)
}

/// Keeps a code.
///
/// # Errors
/// Those of writing.
pub fn put_code(
    connection: &Connection,
    mail: &MailAddress,
    code: &KeptCode,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT OR REPLACE INTO code
             (mail, browser_hash, hash, sent_at, expires_at, tries, is_known)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            mail.as_str(),
            code.browser_hash,
            code.hash,
            millis(code.sent_at),
            millis(code.expires_at),
            code.tries,
            code.is_known,
        ],
    )?;
    Ok(())
}

/// Forgets codes that were sent before a moment, and those of a clock that was wrong; gives how
/// many those were.
///
/// # Errors
/// Those of writing.
pub fn forget_codes(
    connection: &Connection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    Ok(connection.execute(
        "DELETE FROM code WHERE sent_at < ?1 OR sent_at > ?2 + 60000",
        [millis(before), millis(now)],
    )?)
}

/// Takes the hashes of codes that are good no longer out: that they were sent is all that
/// counts of them. Gives how many those were.
///
/// # Errors
/// Those of writing.
pub fn void_ended_codes(connection: &Connection, now: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(connection.execute(
        "UPDATE code SET hash = x'' WHERE hash <> x'' AND expires_at <= ?1",
        [millis(now)],
    )?)
}

/// Whether somebody with that address has something here to sign in for: an account,
/// an application, or an invitation that is open.
///
/// # Errors
/// Those of reading.
pub fn is_known(
    connection: &Connection,
    mail: &MailAddress,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM account WHERE mail = ?1)
             OR EXISTS (SELECT 1 FROM application WHERE mail = ?1)
             OR EXISTS (SELECT 1 FROM invitation WHERE mail = ?1 AND expires_at > ?2)",
    )?;
    Ok(statement.query_row(params![mail.as_str(), millis(now)], |row| row.get(0))?)
}

/// How whoever applied from an address last is called.
///
/// # Errors
/// Those of reading.
pub fn name_of_applicant(
    connection: &Connection,
    mail: &MailAddress,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json_extract(answers, '$.name') FROM application
         WHERE mail = ?1 ORDER BY received_at DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row([mail.as_str()], |row| row.get(0))
        .optional()?)
}

/// The account of an address, made if there is none.
///
/// # Errors
/// Those of writing.
pub fn get_or_make(
    connection: &Connection,
    mail: &MailAddress,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Account, StoreError> {
    connection.execute(
        "INSERT INTO account (mail, name, is_staff, created_at) VALUES (?1, ?2, 0, ?3)
         ON CONFLICT (mail) DO NOTHING",
        params![mail.as_str(), name, millis(now)],
    )?;
    by_mail(connection, mail)?.ok_or(StoreError::Corrupt("an account"))
}

/// Lets an account run the program no longer, and ends its sessions; says whether
/// there is such an account among those that did.
///
/// # Errors
/// Those of writing.
pub fn remove_staff(connection: &Connection, mail: &MailAddress) -> Result<bool, StoreError> {
    connection.execute(
        "DELETE FROM session WHERE account IN (SELECT id FROM account WHERE mail = ?1 AND is_staff = 1)",
        [mail.as_str()],
    )?;
    let changed = connection.execute(
        "UPDATE account SET is_staff = 0 WHERE mail = ?1 AND is_staff = 1",
        [mail.as_str()],
    )?;
    Ok(changed == 1)
}

/// A session without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSession {
    /// Hash of the secret.
    pub hash: Vec<u8>,
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// The sessions of an account that hold, newest first.
///
/// # Errors
/// Those of reading.
pub fn sessions(
    connection: &Connection,
    account: i64,
    now: DateTime<Utc>,
) -> Result<Vec<KeptSession>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT hash, created_at, expires_at FROM session
         WHERE account = ?1 AND expires_at > ?2 ORDER BY created_at DESC",
    )?;
    let mut rows = statement.query(params![account, millis(now)])?;
    let mut sessions = Vec::new();
    while let Some(row) = rows.next()? {
        sessions.push(KeptSession {
            hash: row.get(0)?,
            since: time(row.get(1)?)?,
            until: time(row.get(2)?)?,
        });
    }
    Ok(sessions)
}

/// Ends the sessions of an account but one.
///
/// # Errors
/// Those of writing.
pub fn end_other_sessions(
    connection: &Connection,
    account: i64,
    stays: &Hash,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM session WHERE account = ?1 AND hash <> ?2",
        params![account, stays],
    )?;
    Ok(())
}
