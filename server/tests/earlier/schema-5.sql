-- Data as the program wrote it when its schema had five steps.

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

CREATE TABLE notice (
    namespace TEXT NOT NULL,
    last_day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (namespace, last_day, kind)
) STRICT;

PRAGMA user_version = 5;
PRAGMA application_id = 1685286771;
INSERT INTO application (id, number, namespace, key_hash, idempotency_hash, body_hash, stage, is_open,
    version, answers, evidence, checked_at, opinions, control_token, control_proven_at, received_at,
    target, waited_ms, waiting_since, decided_at, is_sample)
VALUES ('abcdefghjkmn', '2026-0001', 'kelpworks', x'01', x'02', x'03', '{"stage":"approved"}', 0, 4,
    '{"namespace":"kelpworks","presence":"to_be_created","holder":"organization","paid_plan":false,"sources":[{"address":"https://github.com/kelpworks/kelp","stated":{}}],"license":"MPL-2.0","image_pushed":null,"dependencies_updated":null,"money":{"paid_tiers":false,"hosted_edition":false,"support_or_consulting":false,"sponsors_or_grants":true,"donations":true,"sold_by_others":false},"money_remark":"","contributing":"","website":"","mail":" Ines@Kelpworks.org","name":"Inês Caldeira","remark":""}',
    '{"repositories":[],"registered":{"state":"not_asked"},"claimed":{"state":"pending"}}',
    1786611600000, '{}', 'dsos-verify-abc', NULL, 1786611600000, 20692, 0, NULL, 1786698000000, 0);
INSERT INTO numbering (year, last) VALUES (2026, 1);
INSERT INTO record (application, at, kind, actor, body) VALUES ('abcdefghjkmn', 1786611600000, '"received"', NULL, 'null');
INSERT INTO account (mail, name, is_staff, created_at) VALUES ('ines@kelpworks.org', 'Inês Caldeira', 0, 1786698000000);
INSERT INTO code (mail, hash, browser_hash, sent_at, tries) VALUES ('ines@kelpworks.org', x'01', x'02', 1786698000000, 0);
INSERT INTO term (namespace, first_day, last_day, application, granted_at) VALUES ('kelpworks', 20679, 21044, 'abcdefghjkmn', 1786698000000);
INSERT INTO maintainer (namespace, account, role, since) VALUES ('kelpworks', 1, 'owner', 1786698000000);
