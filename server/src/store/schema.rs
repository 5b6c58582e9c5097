//! The schema, as the steps that led to it. A step that has been released is
//! never changed; a new one is added after it.

use super::{
    StoreError,
    steps::{CREDENTIALS, PROFILES, PULL_SETTINGS, PULL_TAGS, REGISTRY, REPORTERS},
};
use program::source::SourceAddress;
use rusqlite::{Connection, TransactionBehavior, params};

/// What a step does besides its SQL, with what stands there already.
type Fill = fn(&Connection) -> Result<(), StoreError>;

/// The steps, oldest first. The number of those taken stands in `user_version`.
const STEPS: [(&str, Fill); 13] = [
    (FIRST, nothing),
    (MAILS, nothing),
    (ACCOUNTS, nothing),
    (MEMBERSHIPS, nothing),
    (NOTICES, nothing),
    (PEOPLE, nothing),
    (SOURCES, fill_sources),
    (CREDENTIALS, nothing),
    (REGISTRY, nothing),
    (PROFILES, nothing),
    (PULL_TAGS, nothing),
    (REPORTERS, nothing),
    (PULL_SETTINGS, nothing),
];

/// Times are milliseconds since 1970 in UTC, days are days since then; JSON is
/// what the types of `program` and `api` write.
const FIRST: &str = "
CREATE TABLE application (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    namespace TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    idempotency_hash BLOB NOT NULL UNIQUE,
    body_hash BLOB NOT NULL,
    stage TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    version INTEGER NOT NULL,
    answers TEXT NOT NULL,
    evidence TEXT NOT NULL,
    checked_at INTEGER NOT NULL,
    opinions TEXT NOT NULL,
    control_token TEXT NOT NULL,
    control_proven_at INTEGER,
    received_at INTEGER NOT NULL,
    target INTEGER NOT NULL,
    waited_ms INTEGER NOT NULL,
    waiting_since INTEGER,
    decided_at INTEGER,
    is_sample INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX application_by_namespace ON application (namespace, is_open);
CREATE INDEX application_queue ON application (received_at) WHERE is_open = 1;
CREATE INDEX application_decided ON application (decided_at) WHERE decided_at IS NOT NULL;

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE numbering (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    application TEXT NOT NULL REFERENCES application (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX record_by_application ON record (application, id);
CREATE TRIGGER record_stays BEFORE UPDATE ON record
    BEGIN SELECT raise(ABORT, 'the record is never changed'); END;
CREATE TRIGGER record_is_kept BEFORE DELETE ON record
    BEGIN SELECT raise(ABORT, 'the record is never shortened'); END;
";

/// Mails that are to go out.
const MAILS: &str = "
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    calendar TEXT,
    purpose TEXT NOT NULL,
    about TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    last_error TEXT,
    sent_at INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_about ON outbox (about);
";

/// People, their sessions and the codes they sign in with.
const ACCOUNTS: &str = "
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    mail TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    is_staff INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE session (
    hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session (account);
CREATE TABLE code (
    mail TEXT PRIMARY KEY,
    hash BLOB NOT NULL,
    browser_hash BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    blocked_until INTEGER
) STRICT;
";

/// The years of namespaces, who maintains them, and what reviewers note.
const MEMBERSHIPS: &str = "
CREATE TABLE term (
    namespace TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    application TEXT NOT NULL REFERENCES application (id),
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (namespace, last_day)
) STRICT;
CREATE TABLE maintainer (
    namespace TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (namespace, account)
) STRICT;
CREATE INDEX maintainer_by_account ON maintainer (account);
CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    application TEXT NOT NULL REFERENCES application (id),
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX note_by_application ON note (application);
";

/// The notices that were written.
const NOTICES: &str = "
CREATE TABLE notice (
    namespace TEXT NOT NULL,
    last_day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (namespace, last_day, kind)
) STRICT;
";

/// Renewals; whom an application is from; codes by browser, so that nobody voids those of
/// others; invitations and access tokens; what of it is a sample. Only a sample may leave the record.
const PEOPLE: &str = "
ALTER TABLE application ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE application ADD COLUMN renews INTEGER NOT NULL DEFAULT 0;
UPDATE application SET mail = lower(trim(json_extract(answers, '$.mail')));
CREATE INDEX application_by_mail ON application (mail);
DROP INDEX application_queue;
CREATE INDEX application_queue ON application (received_at, id) WHERE is_open = 1;

ALTER TABLE account ADD COLUMN is_sample INTEGER NOT NULL DEFAULT 0;

DROP TABLE code;
CREATE TABLE code (
    mail TEXT NOT NULL,
    browser_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    is_known INTEGER NOT NULL,
    PRIMARY KEY (mail, browser_hash)
) STRICT;
CREATE INDEX code_by_time ON code (sent_at);

CREATE TABLE invitation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace TEXT NOT NULL,
    mail TEXT NOT NULL,
    role TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (namespace, mail)
) STRICT;
CREATE INDEX invitation_by_mail ON invitation (mail);

CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used INTEGER
) STRICT;
CREATE INDEX token_by_account ON token (account);

ALTER TABLE notice ADD COLUMN given_at INTEGER;

-- Numbers of mails are never used again: they stand in Message-IDs, by which mail hosts tell
-- what they have had.
CREATE TABLE outbox_again (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    calendar TEXT,
    purpose TEXT NOT NULL,
    about TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    last_error TEXT,
    sent_at INTEGER,
    notice TEXT
) STRICT;
INSERT INTO outbox_again SELECT id, recipient, subject, text, calendar, purpose, about, written_at,
    next_try_at, tries, last_error, sent_at, NULL FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_again RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_about ON outbox (about);
CREATE INDEX outbox_by_recipient ON outbox (recipient);
CREATE INDEX outbox_codes ON outbox (written_at) WHERE purpose = 'code';
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX term_by_application ON term (application);
CREATE INDEX session_by_end ON session (expires_at);
CREATE INDEX application_unchecked ON application (checked_at)
    WHERE is_open = 1 AND json_extract(evidence, '$.claimed.state') = 'pending';
CREATE INDEX application_waiting ON application (waiting_since) WHERE is_open = 1;
CREATE INDEX application_ended ON application (coalesce(decided_at, received_at))
    WHERE is_open = 0 AND mail <> '';
DROP INDEX application_decided;
CREATE INDEX application_decided ON application (decided_at, waited_ms)
    WHERE decided_at IS NOT NULL AND is_sample = 0 AND renews = 0;

DROP TRIGGER record_is_kept;
CREATE TRIGGER record_is_kept BEFORE DELETE ON record
    WHEN NOT (SELECT is_sample FROM application WHERE id = OLD.application)
    BEGIN SELECT raise(ABORT, 'the record is never shortened'); END;
";

/// The repositories that applications name, by `SourceAddress::key`, so that others that name
/// the same are found.
const SOURCES: &str = "
CREATE TABLE source (
    key TEXT NOT NULL,
    application TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    PRIMARY KEY (key, application)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_by_application ON source (application);
";

/// SQL does all of it.
fn nothing(_: &Connection) -> Result<(), StoreError> {
    Ok(())
}

/// Reads the addresses alone, and no whole form: the form of a later program may be another
/// one, and this step stays as it is.
fn fill_sources(connection: &Connection) -> Result<(), StoreError> {
    let mut named = connection.prepare(
        "SELECT application.id, json_extract(one.value, '$.address')
         FROM application, json_each(application.answers, '$.sources') AS one",
    )?;
    let mut add = connection
        .prepare("INSERT INTO source (key, application) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    let mut rows = named.query([])?;
    while let Some(row) = rows.next()? {
        let (id, address): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        if let Ok(address) = SourceAddress::parse(&address.unwrap_or_default()) {
            add.execute(params![address.key(), id])?;
        }
    }
    Ok(())
}

/// What tells this program's files from others (`PRAGMA application_id`): “dsos”.
const APPLICATION_ID: i32 = 0x6473_6f73;

/// Whether a file is one of this program and of a schema that is known.
///
/// # Errors
/// When it is not.
pub fn check(connection: &Connection) -> Result<(), StoreError> {
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Err(StoreError::Corrupt("something else"));
    }
    let known = STEPS.len() as u32;
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    Ok(())
}

/// Takes the steps that are missing, each whole or not at all.
///
/// # Errors
/// When the data is of a newer program, or a step fails.
pub fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = STEPS.len() as u32;
    for ((step, fill), number) in STEPS.iter().zip(1u32..) {
        // Another process may be at it, too: what is missing is seen once nobody else writes.
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: u32 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        if found >= number {
            continue;
        }
        change.execute_batch(step)?;
        fill(&change)?;
        change.pragma_update(None, "user_version", number)?;
        change.pragma_update(None, "application_id", APPLICATION_ID)?;
        change.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{FILE, Store, accounts, applications, memberships, outbox, reviews};
    use program::mail::MailAddress;
    use std::fs;

    /// What a program wrote that had taken a step; the last step has no program after it yet.
    /// Whoever adds a step adds to these what its predecessor wrote.
    const ROWS: [&str; STEPS.len() - 1] = [
        r#"
        INSERT INTO application (id, number, namespace, key_hash, idempotency_hash, body_hash,
            stage, is_open, version, answers, evidence, checked_at, opinions, control_token,
            received_at, target, waited_ms, waiting_since, decided_at)
        VALUES ('kelp', '2026-0001', 'kelpworks', x'01', x'02', x'03', '{"stage":"approved"}', 0, 4,
            '{"namespace":"kelpworks","sources":[{"address":"https://github.com/kelpworks/kelp","stated":{}}],"mail":" Ines@Kelpworks.org","name":"Inês Caldeira"}',
            '{}', 1786611600000, '{}', 'dsos-verify-abc', 1786611600000, 20692, 0, NULL, 1786698000000),
        ('wrack', '2026-0002', 'wrack', x'04', x'05', x'06', '{"stage":"received"}', 1, 1,
            '{"namespace":"wrack","sources":[{"address":"git@GitHub.com:Kelpworks/kelp.git"},{"address":"kelp"}],"mail":"rui@wrack.example","name":"Rui Matos"}',
            '{}', 1786611600000, '{}', 'dsos-verify-def', 1786611600000, 20692, 0, 1786611600000, NULL);
        INSERT INTO numbering (year, last) VALUES (2026, 2);
        INSERT INTO record (application, at, kind, actor, body)
        VALUES ('kelp', 1786611600000, '"received"', NULL, 'null');
        "#,
        "INSERT INTO outbox (recipient, subject, text, purpose, about, written_at, next_try_at, tries)
        VALUES ('ines@kelpworks.org', 'Received', 'Hello', 'receipt', 'kelp', 1786611600000, 1786611600000, 0);",
        "INSERT INTO account (id, mail, name, is_staff, created_at)
        VALUES (1, 'ines@kelpworks.org', 'Inês Caldeira', 0, 1786698000000);
        INSERT INTO session (hash, account, created_at, expires_at)
        VALUES (x'07', 1, 1786698000000, 1786698000001);",
        "INSERT INTO term (namespace, first_day, last_day, application, granted_at)
        VALUES ('kelpworks', 20679, 21044, 'kelp', 1786698000000);
        INSERT INTO maintainer (namespace, account, role, since)
        VALUES ('kelpworks', 1, 'owner', 1786698000000);
        INSERT INTO note (application, at, author, text)
        VALUES ('kelp', 1786698000000, 'Marta Oduya', 'Asked legal.');",
        "INSERT INTO notice (namespace, last_day, kind, written_at)
        VALUES ('kelpworks', 21044, 'first', 1786698000000);",
        "UPDATE application SET mail = lower(trim(json_extract(answers, '$.mail')));",
        "INSERT INTO source (key, application)
        VALUES ('github.com/kelpworks/kelp', 'kelp'), ('github.com/kelpworks/kelp', 'wrack');",
        "INSERT INTO signing_key (name, private, n, e, made_at) VALUES ('k', x'01', 'AQAB', 'AQAB', 1786698000000);
        INSERT INTO credential (namespace, key, base_url, since, last_day, expires_on, issued_at, token)
        VALUES ('kelpworks', 'k', 'https://hub.example', 20679, 21044, 21059, 1786698000000, 'a.b.c');",
        "INSERT INTO repository (id, namespace, name, tags, pushed_at, labels, read_at)
        VALUES (1, 'kelpworks', 'kelp', 1, 1786698000000, '{}', 1786698000000);
        INSERT INTO tag (repository, tag, digest) VALUES (1, 'latest', 'sha256:00');
        INSERT INTO manifest (digest, kind, is_known, bytes, platforms, made_at, labels)
        VALUES ('sha256:00', 'application/vnd.oci.image.manifest.v1+json', 1, 9, '[]', NULL, '{}');",
        "INSERT INTO repository (id, namespace, name, tags, pushed_at, labels, read_at)
        VALUES (2, 'kelpworks', 'wrack', 1, NULL, '{}', 1786698000000);
        INSERT INTO tag (repository, tag, digest) VALUES (2, '0.1', 'sha256:00');",
        "UPDATE repository SET pull_tag = '0.1' WHERE id = 2;",
        r#"INSERT INTO reporter (name, kind, namespaces, hash, created_at)
        VALUES ('hub', 'distribution', '["kelpworks"]', x'08', 1786698000000);"#,
    ];

    #[test]
    fn data_of_every_earlier_schema_is_brought_up_and_opens() {
        for taken in 1..STEPS.len() {
            let name = format!("dsos-schema-{}-{taken}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(&folder).unwrap();
            let earlier = Connection::open(folder.join(FILE)).unwrap();
            for (step, fill) in &STEPS[..taken] {
                earlier.execute_batch(step).unwrap();
                fill(&earlier).unwrap();
            }
            for rows in &ROWS[..taken] {
                earlier.execute_batch(rows).unwrap();
            }
            earlier
                .pragma_update(None, "user_version", taken as u32)
                .unwrap();
            let id = APPLICATION_ID;
            earlier.pragma_update(None, "application_id", id).unwrap();
            drop(earlier);

            let store = Store::open(&folder).unwrap();
            store
                .read(|connection| {
                    check(connection)?;
                    let version: u32 =
                        connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
                    assert_eq!(version as usize, STEPS.len());
                    let whole: String =
                        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
                    assert_eq!(whole, "ok");
                    let is_torn = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
                    assert!(!is_torn, "{taken}");

                    let kept = applications::get(connection, "kelp")?.unwrap();
                    assert_eq!(kept.answers.name, "Inês Caldeira", "{taken}");
                    assert_eq!(applications::history(connection, "kelp")?.len(), 1);
                    let mail = MailAddress::parse("ines@kelpworks.org").unwrap();
                    let from = applications::from_address(connection, mail.as_str(), 10)?;
                    assert_eq!(from, ["kelp"], "found by its address, {taken}");
                    let related = reviews::related(connection, &kept, 10)?;
                    let related: Vec<_> = related.iter().map(|one| one.id.as_str()).collect();
                    assert_eq!(related, ["wrack"], "found by its source, {taken}");
                    assert_eq!(reviews::open(connection, None, 10)?.len(), 1);

                    let mails = outbox::waiting(connection, 10)?.len();
                    assert_eq!(mails, usize::from(taken >= 2), "{taken}");
                    let account = accounts::by_mail(connection, &mail)?;
                    assert_eq!(account.is_some(), taken >= 3, "{taken}");
                    let terms = memberships::last_terms(connection)?.len();
                    assert_eq!(terms, usize::from(taken >= 4), "{taken}");
                    let (listed, _) =
                        crate::store::registry::repositories(connection, "kelpworks", 9)?;
                    let tags: Vec<_> = listed.iter().map(|one| one.pull_tag.as_deref()).collect();
                    assert_eq!(
                        tags,
                        [None, Some("0.1")][..taken.saturating_sub(8).min(2)],
                        "{taken}"
                    );
                    let notes = reviews::notes(connection, "kelp")?.len();
                    assert_eq!(notes, usize::from(taken >= 4), "{taken}");
                    Ok(())
                })
                .unwrap();
            drop(store);
            fs::remove_dir_all(&folder).unwrap();
        }
    }
}
