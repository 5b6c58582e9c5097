//! Who maintains a namespace, and who may come to.

use super::{
    StoreError,
    values::{millis, time},
};
use api::membership::{Invitation, Maintainer};
use chrono::{DateTime, Utc};
use program::{mail::MailAddress, namespace::Namespace, roles::Role};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn role(id: &str) -> Result<Role, StoreError> {
    Role::of_id(id).ok_or(StoreError::Corrupt("a role"))
}

fn address(text: &str) -> Result<MailAddress, StoreError> {
    MailAddress::parse(text).map_err(|_| StoreError::Corrupt("a mail address"))
}

/// What an account is in a namespace.
///
/// # Errors
/// Those of reading.
pub fn role_of(
    connection: &Connection,
    namespace: &Namespace,
    account: i64,
) -> Result<Option<Role>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT role FROM maintainer WHERE namespace = ?1 AND account = ?2")?;
    let found: Option<String> = statement
        .query_row(params![namespace.as_str(), account], |row| row.get(0))
        .optional()?;
    found.as_deref().map(role).transpose()
}

/// Lets an account maintain a namespace, or changes what it is there.
///
/// # Errors
/// Those of writing.
pub fn put(
    connection: &Connection,
    namespace: &Namespace,
    account: i64,
    role: Role,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO maintainer (namespace, account, role, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (namespace, account) DO UPDATE SET role = excluded.role",
        params![namespace.as_str(), account, role.id(), millis(now)],
    )?;
    Ok(())
}

/// Lets an account maintain a namespace no longer.
///
/// # Errors
/// Those of writing.
pub fn remove(
    connection: &Connection,
    namespace: &Namespace,
    account: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM maintainer WHERE namespace = ?1 AND account = ?2",
        params![namespace.as_str(), account],
    )?;
    Ok(())
}

/// Who maintains a namespace: owners first, then by how long. `me` is whoever asks, if
/// that matters.
///
/// # Errors
/// Those of reading.
pub fn list(
    connection: &Connection,
    namespace: &Namespace,
    me: Option<i64>,
) -> Result<Vec<Maintainer>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT account.id, name, mail, role, since FROM maintainer
         JOIN account ON account.id = account
         WHERE namespace = ?1 ORDER BY role = 'owner' DESC, since, account.id",
    )?;
    let mut rows = statement.query([namespace.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, mail, role_id): (i64, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
        found.push(Maintainer {
            id,
            name: row.get(1)?,
            mail: address(&mail)?,
            role: role(&role_id)?,
            since: time(row.get(4)?)?,
            is_me: Some(id) == me,
        });
    }
    Ok(found)
}

/// The owners of a namespace: who gets its mails.
///
/// # Errors
/// Those of reading.
pub fn owners(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Vec<Maintainer>, StoreError> {
    let mut people = list(connection, namespace, None)?;
    people.retain(|person| person.role == Role::Owner);
    Ok(people)
}

/// The namespaces that an account maintains, by name.
///
/// # Errors
/// Those of reading.
pub fn of_account(
    connection: &Connection,
    account: i64,
) -> Result<Vec<(Namespace, Role)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT namespace, role FROM maintainer WHERE account = ?1 ORDER BY namespace",
    )?;
    let mut rows = statement.query([account])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, role_id): (String, String) = (row.get(0)?, row.get(1)?);
        let namespace = Namespace::parse(&name).map_err(|_| StoreError::Corrupt("a namespace"))?;
        found.push((namespace, role(&role_id)?));
    }
    Ok(found)
}

fn invitation(row: &Row<'_>) -> Result<(String, Invitation), StoreError> {
    let (mail, role_id): (String, String) = (row.get(2)?, row.get(3)?);
    Ok((
        row.get(1)?,
        Invitation {
            id: row.get(0)?,
            mail: address(&mail)?,
            role: role(&role_id)?,
            by: row.get(4)?,
            at: time(row.get(5)?)?,
            until: time(row.get(6)?)?,
        },
    ))
}

const INVITATION: &str =
    "SELECT id, namespace, mail, role, invited_by, at, expires_at FROM invitation";

/// The open invitations to a namespace, oldest first.
///
/// # Errors
/// Those of reading.
pub fn invitations(
    connection: &Connection,
    namespace: &Namespace,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{INVITATION} WHERE namespace = ?1 AND expires_at > ?2 ORDER BY at, id"
    ))?;
    let mut rows = statement.query(params![namespace.as_str(), millis(now)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(invitation(row)?.1);
    }
    Ok(found)
}

/// The open invitations of an address, each with its namespace.
///
/// # Errors
/// Those of reading.
pub fn invitations_of(
    connection: &Connection,
    mail: &MailAddress,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Invitation)>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{INVITATION} WHERE mail = ?1 AND expires_at > ?2 ORDER BY namespace"
    ))?;
    let mut rows = statement.query(params![mail.as_str(), millis(now)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(invitation(row)?);
    }
    Ok(found)
}

/// Invites an address, or renews the invitation that there is.
///
/// # Errors
/// Those of writing.
pub fn invite(
    connection: &Connection,
    namespace: &Namespace,
    mail: &MailAddress,
    role: Role,
    by: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO invitation (namespace, mail, role, invited_by, at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (namespace, mail) DO UPDATE SET role = excluded.role,
             invited_by = excluded.invited_by, at = excluded.at, expires_at = excluded.expires_at",
        params![
            namespace.as_str(),
            mail.as_str(),
            role.id(),
            by,
            millis(now),
            millis(until)
        ],
    )?;
    Ok(())
}

/// Takes an invitation to a namespace back; gives the address, if there was one.
///
/// # Errors
/// Those of writing.
pub fn withdraw_invitation(
    connection: &Connection,
    namespace: &Namespace,
    id: i64,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection
        .prepare_cached("DELETE FROM invitation WHERE namespace = ?1 AND id = ?2 RETURNING mail")?;
    Ok(statement
        .query_row(params![namespace.as_str(), id], |row| row.get(0))
        .optional()?)
}

/// Takes the invitation of an address to a namespace, if it is open: it is used, or declined.
///
/// # Errors
/// Those of writing.
pub fn take_invitation(
    connection: &Connection,
    namespace: &Namespace,
    mail: &MailAddress,
    now: DateTime<Utc>,
) -> Result<Option<Role>, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM invitation WHERE namespace = ?1 AND mail = ?2 AND expires_at > ?3
         RETURNING role",
    )?;
    let found: Option<String> = statement
        .query_row(
            params![namespace.as_str(), mail.as_str(), millis(now)],
            |row| row.get(0),
        )
        .optional()?;
    found.as_deref().map(role).transpose()
}
