//! Applications in the file: what the rules of `program` decide is kept here,
//! and nothing is decided here.

pub use super::record::{Entry, amendments, history, last, last_ending, record};
use super::{
    StoreError, memberships, sources,
    values::{day, days, from_json, json, millis, time},
};
use crate::secret::Hash;
use api::application::EventKind;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use program::{
    answers::Answers,
    decision::Opinions,
    evidence::{Claim, Evidence},
    life_cycle::Stage,
    namespace::Namespace,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An application as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// For its address.
    pub id: String,
    /// For people.
    pub number: String,
    /// Hash of what opens it.
    pub key_hash: Vec<u8>,
    /// Where it is.
    pub stage: Stage,
    /// Counts every change.
    pub version: u32,
    /// The form as last sent.
    pub answers: Answers,
    /// What was read for it.
    pub evidence: Evidence,
    /// When that was read.
    pub checked_at: DateTime<Utc>,
    /// What the reviewers say.
    pub opinions: Opinions,
    /// What proves control of the source.
    pub control_token: String,
    /// When it was proven.
    pub control_proven_at: Option<DateTime<Utc>>,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// The day until which it is to be decided.
    pub target: NaiveDate,
    /// How long it has waited for the program, before [`Kept::waiting_since`].
    pub waited_ms: i64,
    /// Since when it waits for the program; nothing while it waits for the applicant.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Whether a member asks for another year with it.
    pub renews: bool,
}

/// A new application.
#[derive(Debug)]
pub struct New<'a> {
    /// For its address.
    pub id: &'a str,
    /// The namespace, as it is compared.
    pub namespace: &'a Namespace,
    /// Hash of what opens it.
    pub key_hash: Hash,
    /// Hash of what makes sending it twice safe.
    pub idempotency_hash: Hash,
    /// Hash of what was sent with it.
    pub body_hash: Hash,
    /// The form.
    pub answers: &'a Answers,
    /// What is to be read for it.
    pub evidence: &'a Evidence,
    /// What proves control of the source.
    pub control_token: &'a str,
    /// When it came in.
    pub now: DateTime<Utc>,
    /// The day until which it is to be decided.
    pub target: NaiveDate,
    /// Whether a member asks for another year with it.
    pub renews: bool,
}

/// An application that was sent with the same idempotency key before.
#[derive(Debug, PartialEq, Eq)]
pub struct Earlier {
    /// For its address.
    pub id: String,
    /// For people.
    pub number: String,
    /// Hash of what was sent.
    pub body_hash: Vec<u8>,
}

/// What was sent before with an idempotency key.
///
/// # Errors
/// Those of reading.
pub fn earlier(connection: &Connection, key: &Hash) -> Result<Option<Earlier>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, number, body_hash FROM application WHERE idempotency_hash = ?1",
    )?;
    let found = statement.query_row([key], |row| {
        Ok(Earlier {
            id: row.get(0)?,
            number: row.get(1)?,
            body_hash: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

/// Keeps a new application and gives its number.
///
/// # Errors
/// Those of writing.
pub fn add(connection: &Connection, new: &New<'_>) -> Result<String, StoreError> {
    let number = next_number(connection, new.now.year())?;
    insert(connection, new, &number)?;
    Ok(number)
}

/// Keeps a new application under a number.
pub(super) fn insert(
    connection: &Connection,
    new: &New<'_>,
    number: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO application (id, number, namespace, key_hash, idempotency_hash, body_hash,
             stage, is_open, version, answers, evidence, checked_at, opinions, control_token,
             received_at, target, waited_ms, waiting_since, mail, renews)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 1, ?8, ?9, ?10, ?11, ?12, ?10, ?13, 0, ?10, ?14, ?15)",
        params![
            new.id,
            number,
            new.namespace.as_str(),
            new.key_hash,
            new.idempotency_hash,
            new.body_hash,
            json(&Stage::Received)?,
            json(new.answers)?,
            json(new.evidence)?,
            millis(new.now),
            json(&Opinions::new())?,
            new.control_token,
            days(new.target),
            mail_of(new.answers),
            new.renews,
        ],
    )?;
    sources::keep(connection, new.id, new.answers)?;
    record(connection, new.id, new.now, EventKind::Received, None, &())
}

/// The address of an applicant as addresses are compared.
fn mail_of(answers: &Answers) -> String {
    answers.mail.trim().to_ascii_lowercase()
}

/// The next number of a year: `2026-0001`.
fn next_number(connection: &Connection, year: i32) -> Result<String, StoreError> {
    let last: i64 = connection.query_row(
        "INSERT INTO numbering (year, last) VALUES (?1, 1)
         ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last",
        [year],
        |row| row.get(0),
    )?;
    Ok(format!("{year}-{last:04}"))
}

/// An application by its id.
///
/// # Errors
/// Those of reading.
pub fn get(connection: &Connection, id: &str) -> Result<Option<Kept>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, number, key_hash, stage, version, answers, evidence, checked_at, opinions,
             control_token, control_proven_at, received_at, target, waited_ms, waiting_since,
             decided_at, renews
         FROM application WHERE id = ?1",
    )?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(kept).transpose()
}

/// The applications from an address, newest first, at most `most`: their ids.
///
/// # Errors
/// Those of reading.
pub fn from_address(
    connection: &Connection,
    mail: &str,
    most: u32,
) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM application WHERE mail = ?1 ORDER BY received_at DESC, id LIMIT ?2",
    )?;
    let ids = statement.query_map(params![mail, most], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The application by which a namespace was last taken in.
///
/// # Errors
/// Those of reading.
pub fn last_accepted(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<Kept>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT application FROM term WHERE namespace = ?1
         ORDER BY granted_at DESC, last_day DESC LIMIT 1",
    )?;
    let id: Option<String> = statement
        .query_row([namespace.as_str()], |row| row.get(0))
        .optional()?;
    id.map_or(Ok(None), |id| get(connection, &id))
}

/// Lets the link of an application open it no longer.
///
/// # Errors
/// Those of writing.
pub fn close_key(connection: &Connection, id: &str) -> Result<(), StoreError> {
    connection.execute("UPDATE application SET key_hash = x'' WHERE id = ?1", [id])?;
    Ok(())
}

/// The open renewal of a namespace, if there is one: its id.
///
/// # Errors
/// Those of reading.
pub fn open_renewal(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM application
         WHERE namespace = ?1 AND is_open = 1 AND renews = 1 ORDER BY received_at LIMIT 1",
    )?;
    Ok(statement
        .query_row([namespace.as_str()], |row| row.get(0))
        .optional()?)
}

fn kept(row: &Row<'_>) -> Result<Kept, StoreError> {
    let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let moment = |at: usize| -> Result<Option<DateTime<Utc>>, StoreError> {
        row.get::<_, Option<i64>>(at)?.map(time).transpose()
    };
    Ok(Kept {
        id: row.get(0)?,
        number: row.get(1)?,
        key_hash: row.get(2)?,
        stage: from_json(text(3)?, "a stage")?,
        version: row.get(4)?,
        answers: from_json(text(5)?, "an application")?,
        // Evidence can be read again; it is no reason for keeping an application from anybody.
        evidence: from_json(text(6)?, "evidence").unwrap_or_default(),
        checked_at: time(row.get(7)?)?,
        opinions: from_json(text(8)?, "opinions")?,
        control_token: row.get(9)?,
        control_proven_at: moment(10)?,
        received_at: time(row.get(11)?)?,
        target: day(row.get(12)?)?,
        waited_ms: row.get(13)?,
        waiting_since: moment(14)?,
        decided_at: moment(15)?,
        renews: row.get(16)?,
    })
}

/// Keeps what changed in an application, if nobody else changed it in the meantime;
/// says whether so. `changed` holds the version that it was read as.
///
/// # Errors
/// Those of writing.
pub fn change(
    connection: &Connection,
    changed: &Kept,
    namespace: &Namespace,
) -> Result<bool, StoreError> {
    let rows = connection.execute(
        "UPDATE application SET namespace = ?3, stage = ?4, is_open = ?5, version = version + 1,
             answers = ?6, evidence = ?7, checked_at = ?8, opinions = ?9, control_proven_at = ?10,
             target = ?11, waited_ms = ?12, waiting_since = ?13, decided_at = ?14, mail = ?15
         WHERE id = ?1 AND version = ?2",
        params![
            changed.id,
            changed.version,
            namespace.as_str(),
            json(&changed.stage)?,
            !changed.stage.is_final(),
            json(&changed.answers)?,
            json(&changed.evidence)?,
            millis(changed.checked_at),
            json(&changed.opinions)?,
            changed.control_proven_at.map(millis),
            days(changed.target),
            changed.waited_ms,
            changed.waiting_since.map(millis),
            changed.decided_at.map(millis),
            mail_of(&changed.answers),
        ],
    )?;
    if rows == 1 {
        sources::keep(connection, &changed.id, &changed.answers)?;
    }
    Ok(rows == 1)
}

/// Keeps what was read for an application; nothing else of it changes, so its
/// version stays.
///
/// # Errors
/// Those of writing.
pub fn keep_evidence(connection: &Connection, kept: &Kept) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE application SET evidence = ?2, checked_at = ?3 WHERE id = ?1",
        params![kept.id, json(&kept.evidence)?, millis(kept.checked_at)],
    )?;
    Ok(())
}

/// The open applications whose evidence was to be read before a moment, and was not.
///
/// # Errors
/// Those of reading.
pub fn unfinished_checks(
    connection: &Connection,
    before: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id FROM application WHERE is_open = 1 AND checked_at < ?1
         AND json_extract(evidence, '$.claimed.state') = 'pending'",
    )?;
    let ids = statement.query_map([millis(before)], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Who has a namespace already, besides the application `except`.
///
/// # Errors
/// Those of reading.
pub fn claim(
    connection: &Connection,
    namespace: &Namespace,
    except: Option<&str>,
    today: NaiveDate,
) -> Result<Claim, StoreError> {
    if memberships::is_in(connection, namespace, today)? {
        return Ok(Claim::Member);
    }
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM application WHERE namespace = ?1 AND is_open = 1 AND id <> ?2",
    )?;
    let open: i64 = statement
        .query_row(params![namespace.as_str(), except.unwrap_or("")], |row| {
            row.get(0)
        })?;
    Ok(if open > 0 {
        Claim::AppliedFor
    } else {
        Claim::Free
    })
}

/// How long decisions on first applications took, in milliseconds of the program’s turn: how
/// many there are since a moment, and the median of them. Renewals are quicker by nature.
///
/// # Errors
/// Those of reading.
pub fn decision_times(
    connection: &Connection,
    since: DateTime<Utc>,
) -> Result<(u32, Option<i64>), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT waited_ms FROM application
         WHERE decided_at >= ?1 AND is_sample = 0 AND renews = 0",
    )?;
    let mut times = statement
        .query_map([millis(since)], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    times.sort_unstable();
    let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
    Ok((count, times.get(times.len() / 2).copied()))
}

/// The key of that name that this server signs with, made when it is first needed.
///
/// # Errors
/// Those of writing.
pub fn server_key(
    connection: &Connection,
    name: &str,
    fresh: &[u8],
) -> Result<Vec<u8>, StoreError> {
    connection.execute(
        "INSERT INTO secret (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![name, fresh],
    )?;
    Ok(
        connection.query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| {
            row.get(0)
        })?,
    )
}
