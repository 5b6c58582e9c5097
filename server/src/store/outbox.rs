//! Mails that are to go out: written together with what they tell of, so that
//! neither is kept without the other.

use super::{
    StoreError,
    values::{millis, time},
};
use chrono::{DateTime, Utc};
use program::mail::MailAddress;
use rusqlite::{Connection, Row, params};

/// What a mail is about, so that it can be told whether it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// That an application came in, with its link.
    Receipt,
    /// A code to sign in.
    Code,
    /// What a reviewer decided or asks.
    Decision,
    /// Where a membership is.
    Notice,
    /// That somebody may join a namespace.
    Invitation,
}

impl Purpose {
    /// As it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Code => "code",
            Self::Decision => "decision",
            Self::Notice => "notice",
            Self::Invitation => "invitation",
        }
    }
}

/// A mail that is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub id: i64,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// A calendar file that goes with it.
    pub calendar: Option<String>,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// How often it was tried.
    pub tries: u32,
    /// Why it did not go out the last time.
    pub last_error: Option<String>,
}

/// A mail to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: MailAddress,
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// A calendar file that goes with it.
    pub calendar: Option<String>,
    /// What it is about.
    pub purpose: Purpose,
    /// What exactly: an application, a notice of a membership.
    pub about: String,
}

/// Writes a mail, to go out from now on.
///
/// # Errors
/// Those of writing.
pub fn add(connection: &Connection, letter: &Letter, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO outbox (recipient, subject, text, calendar, purpose, about, written_at, next_try_at, tries)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0)",
        params![
            letter.to.as_str(),
            letter.subject,
            letter.text,
            letter.calendar,
            letter.purpose.name(),
            letter.about,
            millis(now),
        ],
    )?;
    Ok(())
}

/// The mails that are due, oldest first, at most `most`.
///
/// # Errors
/// Those of reading.
pub fn due(
    connection: &Connection,
    now: DateTime<Utc>,
    most: u32,
) -> Result<Vec<Waiting>, StoreError> {
    list(
        connection,
        "WHERE sent_at IS NULL AND next_try_at <= ?1 ORDER BY id LIMIT ?2",
        millis(now),
        most,
    )
}

/// The mails that have not gone out, newest first, at most `most`.
///
/// # Errors
/// Those of reading.
pub fn waiting(connection: &Connection, most: u32) -> Result<Vec<Waiting>, StoreError> {
    list(
        connection,
        "WHERE sent_at IS NULL AND ?1 >= 0 ORDER BY id DESC LIMIT ?2",
        0,
        most,
    )
}

fn list(
    connection: &Connection,
    rest: &str,
    now_ms: i64,
    most: u32,
) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, recipient, subject, text, calendar, written_at, tries, last_error FROM outbox {rest}"
    ))?;
    let mut rows = statement.query(params![now_ms, most])?;
    let mut mails = Vec::new();
    while let Some(row) = rows.next()? {
        mails.push(mail(row)?);
    }
    Ok(mails)
}

fn mail(row: &Row<'_>) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        id: row.get(0)?,
        to: row.get(1)?,
        subject: row.get(2)?,
        text: row.get(3)?,
        calendar: row.get(4)?,
        written_at: time(row.get(5)?)?,
        tries: row.get(6)?,
        last_error: row.get(7)?,
    })
}

/// Notes that a mail went out. Its text, which may hold a link, is kept no longer.
///
/// # Errors
/// Those of writing.
pub fn sent(connection: &Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE outbox SET sent_at = ?2, text = '', calendar = NULL, last_error = NULL WHERE id = ?1",
        params![id, millis(now)],
    )?;
    Ok(())
}

/// Notes that a mail did not go out, and when it is tried again.
///
/// # Errors
/// Those of writing.
pub fn failed(
    connection: &Connection,
    id: i64,
    error: &str,
    again: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE outbox SET tries = tries + 1, last_error = ?2, next_try_at = ?3 WHERE id = ?1",
        params![id, error, millis(again)],
    )?;
    Ok(())
}

/// Takes out codes that are good no longer: nobody wants such a mail.
///
/// # Errors
/// Those of writing.
pub fn forget_old_codes(connection: &Connection, before: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM outbox WHERE purpose = 'code' AND written_at < ?1",
        [millis(before)],
    )?;
    Ok(())
}

/// Takes back notices about something that have not gone out: what they say is overtaken.
///
/// # Errors
/// Those of writing.
pub fn withdraw(connection: &Connection, about: &str) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM outbox WHERE about = ?1 AND purpose = 'notice' AND sent_at IS NULL",
        [about],
    )?;
    Ok(())
}
