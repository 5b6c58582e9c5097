//! What is kept about a person, and erasing it.

use super::{
    StoreError,
    applications::{self, Kept},
    outbox,
    values::{days, json, millis, time},
};
use api::{
    account::{Erased, KeptMail},
    application::EventKind,
};
use chrono::{DateTime, Utc};
use program::{life_cycle::Stage, mail::MailAddress};
use rusqlite::{Connection, params};

/// The mails to an address, newest first, without their texts.
///
/// # Errors
/// Those of reading.
pub fn mails(connection: &Connection, mail: &MailAddress) -> Result<Vec<KeptMail>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, written_at, sent_at FROM outbox
         WHERE recipient = ?1 AND purpose <> 'code' ORDER BY id DESC",
    )?;
    let mut rows = statement.query([mail.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(KeptMail {
            subject: row.get(0)?,
            written_at: time(row.get(1)?)?,
            sent_at: row.get::<_, Option<i64>>(2)?.map(time).transpose()?,
        });
    }
    Ok(found)
}

/// Who is on record for what an operator does on the command line.
pub const COMMAND_LINE: &str = "the command line";

/// Who is on record for what is erased because its time has come.
const IN_TIME: &str = "the server";

/// Erases an address and whoever it belongs to: the account with all that hangs on it,
/// mails, codes and invitations; applications stay without name, address and
/// remarks, and open ones are taken back. `by` goes on record with it: who erases somebody else;
/// nothing for the person themselves.
///
/// # Errors
/// Those of writing.
pub fn erase(
    connection: &Connection,
    mail: &MailAddress,
    by: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Erased, StoreError> {
    let mut erased = Erased::default();
    for id in applications::from_address(connection, mail.as_str(), u32::MAX)? {
        if let Some(kept) = applications::get(connection, &id)? {
            erase_application(connection, kept, by, now)?;
            erased.applications += 1;
        }
    }
    erased.mails = outbox::forget_recipient(connection, mail, now)?;
    connection.execute("DELETE FROM code WHERE mail = ?1", [mail.as_str()])?;
    connection.execute("DELETE FROM invitation WHERE mail = ?1", [mail.as_str()])?;
    // Sessions, tokens and roles go with it.
    let rows = connection.execute("DELETE FROM account WHERE mail = ?1", [mail.as_str()])?;
    erased.account = rows == 1;
    Ok(erased)
}

/// Leaves of an application what the program decided on, and nothing of the person.
fn erase_application(
    connection: &Connection,
    mut kept: Kept,
    by: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if !kept.stage.is_final() {
        kept.stage = Stage::Withdrawn;
        kept.waiting_since = None;
        let event = EventKind::Withdrawn;
        applications::record(connection, &kept.id, now, event, by, &())?;
    }
    let mail = kept.answers.mail.trim().to_ascii_lowercase();
    for text in [
        &mut kept.answers.name,
        &mut kept.answers.mail,
        &mut kept.answers.remark,
        &mut kept.answers.money_remark,
    ] {
        text.clear();
    }
    connection.execute(
        "UPDATE application SET version = version + 1, answers = ?2, stage = ?3, is_open = 0,
             waiting_since = NULL, mail = '', key_hash = x'', body_hash = x'',
             control_token = ''
         WHERE id = ?1",
        params![kept.id, json(&kept.answers)?, json(&kept.stage)?],
    )?;
    connection.execute(
        "DELETE FROM outbox WHERE about = ?1 AND recipient = ?2",
        params![kept.id, mail],
    )?;
    applications::record(connection, &kept.id, now, EventKind::Erased, by, &())
}

/// Erases the people of applications that ended before a moment and by which no
/// namespace was in the program since; gives how many those were.
///
/// # Errors
/// Those of writing.
pub fn erase_old(
    connection: &Connection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let ids: Vec<String> = connection
        .prepare_cached(
            "SELECT id FROM application WHERE is_open = 0 AND mail <> ''
                 AND coalesce(decided_at, received_at) < ?1
                 AND NOT EXISTS (SELECT 1 FROM term WHERE application = application.id AND coalesce(ended_on, last_day) >= ?2)
             LIMIT 1000",
        )?
        .query_map(params![millis(before), days(before.date_naive())], |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?;
    let mut count = 0;
    for id in ids {
        if let Some(kept) = applications::get(connection, &id)? {
            erase_application(connection, kept, Some(IN_TIME), now)?;
            count += 1;
        }
    }
    Ok(count)
}

/// Forgets invitations that nobody answered in time.
///
/// # Errors
/// Those of writing.
pub fn forget_invitations(connection: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM invitation WHERE expires_at < ?1",
        [millis(now)],
    )?;
    Ok(())
}

/// Forgets mails that were handed over before a moment.
///
/// # Errors
/// Those of writing.
pub fn forget_mails(connection: &Connection, before: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute("DELETE FROM outbox WHERE sent_at < ?1", [millis(before)])?;
    Ok(())
}
