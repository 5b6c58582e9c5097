//! Mails that are to go out: written together with what they tell of, so that
//! neither is kept without the other.

use super::{
    StoreError,
    values::{millis, time},
};
use api::membership::StuckMail;
use chrono::{DateTime, Utc};
use program::mail::MailAddress;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use std::collections::{HashMap, HashSet};

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
    /// How the images of a namespace were pulled.
    Pulls,
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
            Self::Pulls => "pulls",
        }
    }
}

/// A mail that is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub id: i64,
    /// To whom; empty while nobody is there to get it.
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
    /// What exactly: an application, a membership.
    pub about: String,
    /// Which notice of it, so that it can be told whether it was given.
    pub notice: Option<String>,
}

/// Writes a mail, to go out from now on.
///
/// # Errors
/// Those of writing.
pub fn add(connection: &Connection, letter: &Letter, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO outbox (recipient, subject, text, calendar, purpose, about, written_at, next_try_at, tries, notice)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0, ?8)",
        params![
            letter.to.as_str(),
            letter.subject,
            letter.text,
            letter.calendar,
            letter.purpose.name(),
            letter.about,
            millis(now),
            letter.notice,
        ],
    )?;
    Ok(())
}

/// The mails that are due, at most `most`: codes first, since somebody waits for them, then
/// the oldest. What is held for want of a recipient is none of them.
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
        "WHERE sent_at IS NULL AND next_try_at <= ?1 AND recipient <> '' ORDER BY purpose <> 'code', id LIMIT ?2",
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

/// The mails that were tried and have not gone out, oldest first, at most `most`.
///
/// # Errors
/// Those of reading.
pub fn stuck(connection: &Connection, most: u32) -> Result<Vec<StuckMail>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, recipient, subject, written_at, tries, next_try_at, last_error, about FROM outbox
         WHERE sent_at IS NULL AND tries > 0 AND purpose <> 'code' ORDER BY +id LIMIT ?1",
    )?;
    let mut rows = statement.query([most])?;
    let mut mails = Vec::new();
    while let Some(row) = rows.next()? {
        let (mut to, about): (String, String) = (row.get(1)?, row.get(7)?);
        if to.is_empty() {
            let namespace = about.strip_prefix("membership:").unwrap_or(&about);
            to = format!("the owners of {namespace}");
        }
        mails.push(StuckMail {
            id: row.get(0)?,
            to,
            subject: row.get(2)?,
            written_at: time(row.get(3)?)?,
            tries: row.get(4)?,
            again_at: time(row.get(5)?)?,
            error: row.get(6)?,
        });
    }
    Ok(mails)
}

/// The notice of something that is held for want of a recipient, if it is: its number, and when
/// it is looked at again.
///
/// # Errors
/// Those of reading.
pub fn held(
    connection: &Connection,
    about: &str,
    notice: &str,
) -> Result<Option<(i64, DateTime<Utc>)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, next_try_at FROM outbox
         WHERE about = ?1 AND notice = ?2 AND recipient = '' AND sent_at IS NULL",
    )?;
    let found: Option<(i64, i64)> = statement
        .query_row([about, notice], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(id, again)| Ok((id, time(again)?))).transpose()
}

/// Holds a notice that nobody is there to get, so that it is shown among the mails that did not
/// go out. `error` says why, `again` when it is looked at again.
///
/// # Errors
/// Those of writing.
pub fn hold(
    connection: &Connection,
    about: &str,
    notice: &str,
    subject: &str,
    error: &str,
    now: DateTime<Utc>,
    again: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO outbox (recipient, subject, text, purpose, about, notice, last_error,
             written_at, next_try_at, tries)
         VALUES ('', ?1, '', ?2, ?3, ?4, ?5, ?6, ?7, 1)",
        params![
            subject,
            Purpose::Notice.name(),
            about,
            notice,
            error,
            millis(now),
            millis(again),
        ],
    )?;
    Ok(())
}

/// The mails of one notice that have not gone out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeMails {
    /// How many wait.
    pub waiting: u32,
    /// Why one of them did not go out.
    pub error: Option<String>,
}

/// The mails about something that have not gone out, by notice.
///
/// # Errors
/// Those of reading.
pub fn notice_mails(
    connection: &Connection,
    about: &str,
) -> Result<HashMap<String, NoticeMails>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT notice, count(*), max(last_error) FROM outbox
         WHERE about = ?1 AND notice IS NOT NULL AND sent_at IS NULL GROUP BY notice",
    )?;
    let mut rows = statement.query([about])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        found.insert(
            row.get(0)?,
            NoticeMails {
                waiting: row.get(1)?,
                error: row.get(2)?,
            },
        );
    }
    Ok(found)
}

/// Notes that a mail went out. Its text, which may hold a link, is kept no longer, and
/// nothing of a code is.
///
/// # Errors
/// Those of writing.
pub fn sent(connection: &Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM outbox WHERE id = ?1 AND purpose = 'code'",
        [id],
    )?;
    note_given(connection, id, now)?;
    connection.execute(
        "UPDATE outbox SET sent_at = ?2, text = '', calendar = NULL, last_error = NULL WHERE id = ?1",
        params![id, millis(now)],
    )?;
    Ok(())
}

/// Notes that a notice was given, if this mail is the last of it: `about` is `membership:`
/// and the namespace, `notice` the last day and the kind.
fn note_given(connection: &Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE notice SET given_at = ?2
         WHERE (namespace, kind, last_day) IN (
             SELECT substr(about, 12), substr(notice, 12),
                 CAST(julianday(substr(notice, 1, 10)) - julianday('1970-01-01') AS INTEGER)
             FROM outbox AS mine WHERE id = ?1 AND notice IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM outbox AS other WHERE other.about = mine.about
                 AND other.notice = mine.notice AND other.sent_at IS NULL AND other.id <> ?1))",
        params![id, millis(now)],
    )?;
    Ok(())
}

/// Takes back what waits to go to somebody about something that is theirs no longer; a notice
/// that everybody else had is given then, and one that nobody had is due again.
///
/// # Errors
/// Those of writing.
pub fn withdraw_from(
    connection: &Connection,
    about: &str,
    recipient: &MailAddress,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let rest = "about = ?1 AND recipient = ?2 AND sent_at IS NULL";
    take_out(connection, rest, &[about, recipient.as_str()], now)?;
    Ok(())
}

/// Takes out every mail to somebody, those that went out as well; gives how many those were.
/// Notices fare as with [`withdraw_from`].
///
/// # Errors
/// Those of writing.
pub fn forget_recipient(
    connection: &Connection,
    recipient: &MailAddress,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    take_out(connection, "recipient = ?1", &[recipient.as_str()], now)
}

fn take_out(
    connection: &Connection,
    rest: &str,
    values: &[&str],
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "DELETE FROM outbox WHERE {rest} RETURNING about, notice"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut count = 0;
    let mut notices = HashSet::new();
    while let Some(row) = rows.next()? {
        count += 1;
        let (about, notice): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        notices.extend(notice.map(|notice| (about, notice)));
    }
    settle_given(connection, now)?;
    for (about, notice) in notices {
        connection.execute(
            "DELETE FROM notice WHERE given_at IS NULL AND namespace = substr(?1, 12)
             AND kind = substr(?2, 12)
             AND last_day = CAST(julianday(substr(?2, 1, 10)) - julianday('1970-01-01') AS INTEGER)
             AND NOT EXISTS (SELECT 1 FROM outbox WHERE about = ?1 AND notice = ?2)",
            [about, notice],
        )?;
    }
    Ok(count)
}

/// Notes as given what nothing waits for any more and somebody had.
///
/// # Errors
/// Those of writing.
fn settle_given(connection: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE notice SET given_at = ?1 WHERE given_at IS NULL
         AND EXISTS (SELECT 1 FROM outbox WHERE about = 'membership:' || namespace
             AND notice = date(last_day * 86400, 'unixepoch') || ' ' || kind AND sent_at IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM outbox WHERE about = 'membership:' || namespace
             AND notice = date(last_day * 86400, 'unixepoch') || ' ' || kind AND sent_at IS NULL)",
        [millis(now)],
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

/// Takes out codes that were written before a moment, and those of a clock that was wrong:
/// nobody wants such a mail. Gives how many those were.
///
/// # Errors
/// Those of writing.
pub fn forget_old_codes(
    connection: &Connection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    Ok(connection.execute(
        "DELETE FROM outbox
         WHERE purpose = 'code' AND (written_at < ?1 OR written_at > ?2 + 60000)",
        [millis(before), millis(now)],
    )?)
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

/// Whether a mail waits to go out about something.
///
/// # Errors
/// Those of reading.
pub fn waits(connection: &Connection, about: &str) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM outbox WHERE about = ?1 AND sent_at IS NULL")?
        .exists([about])?)
}

/// Takes back what waits to go out about the pulls of a namespace: it is overtaken, or nobody wants
/// it any more.
///
/// # Errors
/// Those of writing.
pub fn withdraw_pulls(connection: &Connection, about: &str) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM outbox WHERE about = ?1 AND purpose = 'pulls' AND sent_at IS NULL",
        [about],
    )?;
    Ok(())
}

/// Keeps a notice as one of a day that is past, for the sample: handed over then, or tried in vain.
///
/// # Errors
/// Those of writing.
pub fn add_past(
    connection: &Connection,
    letter: &Letter,
    at: DateTime<Utc>,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let (sent, tries) = match error {
        None => (Some(millis(at)), 0),
        Some(_) => (None, 7),
    };
    connection.execute(
        "INSERT INTO outbox (recipient, subject, text, purpose, about, written_at, next_try_at,
             tries, last_error, notice, sent_at)
         VALUES (?1, ?2, ?3, 'notice', ?4, ?5, ?5, ?6, ?7, ?8, ?9)",
        params![
            letter.to.as_str(),
            letter.subject,
            if error.is_some() {
                letter.text.as_str()
            } else {
                ""
            },
            letter.about,
            millis(at),
            tries,
            error,
            letter.notice,
            sent,
        ],
    )?;
    if error.is_none() {
        note_given(connection, connection.last_insert_rowid(), at)?;
    }
    Ok(())
}
