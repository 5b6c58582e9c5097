//! The later steps of the schema: what is published of namespaces. Like all of them, a step
//! that has been released is never changed.

/// Memberships that end before their time, signed credentials, and names that changed. `change`
/// counts changes of what is kept in memory, so that whoever keeps it knows when to read anew,
/// also when another process wrote.
pub const CREDENTIALS: &str = "
ALTER TABLE term ADD COLUMN ended_on INTEGER;

CREATE TABLE signing_key (
    name TEXT PRIMARY KEY,
    private BLOB,
    n TEXT NOT NULL,
    e TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    retired_at INTEGER,
    is_compromised INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Its number is its place in the status lists, and is never used again.
CREATE TABLE credential (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL REFERENCES signing_key (name),
    base_url TEXT NOT NULL,
    since INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    expires_on INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    token TEXT NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX credential_by_namespace ON credential (namespace, id);
CREATE INDEX credential_revoked ON credential (id) WHERE revoked_at IS NOT NULL;
CREATE INDEX credential_by_key ON credential (key);

CREATE TABLE renamed (
    old TEXT PRIMARY KEY,
    new TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE change (
    what TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT;
INSERT INTO change (what, count) VALUES ('standing', 0), ('directory', 0), ('status', 0);
CREATE TRIGGER term_added AFTER INSERT ON term
    BEGIN UPDATE change SET count = count + 1 WHERE what IN ('standing', 'directory'); END;
CREATE TRIGGER term_changed AFTER UPDATE ON term
    BEGIN UPDATE change SET count = count + 1 WHERE what IN ('standing', 'directory'); END;
CREATE TRIGGER term_removed AFTER DELETE ON term
    BEGIN UPDATE change SET count = count + 1 WHERE what IN ('standing', 'directory'); END;
CREATE TRIGGER renamed_added AFTER INSERT ON renamed
    BEGIN UPDATE change SET count = count + 1 WHERE what IN ('standing', 'directory'); END;
CREATE TRIGGER credential_taken_back AFTER UPDATE OF revoked_at ON credential
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'status'; END;
CREATE TRIGGER key_changed AFTER UPDATE ON signing_key
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'status'; END;
";

/// What a registry lists.
pub const REGISTRY: &str = "
CREATE TABLE repository (
    id INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    tags INTEGER NOT NULL,
    pushed_at INTEGER,
    labels TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    UNIQUE (namespace, name)
) STRICT;
CREATE TABLE tag (
    repository INTEGER NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    digest TEXT,
    PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_digest ON tag (digest);
-- What a digest stands for never changes.
CREATE TABLE manifest (
    digest TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    is_known INTEGER NOT NULL,
    bytes INTEGER,
    platforms TEXT NOT NULL,
    made_at INTEGER,
    labels TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE registry (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    base TEXT NOT NULL,
    read_at INTEGER,
    tried_at INTEGER NOT NULL,
    trouble TEXT
) STRICT;
CREATE TRIGGER repository_added AFTER INSERT ON repository
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER repository_changed AFTER UPDATE OF pushed_at, labels ON repository
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER repository_removed AFTER DELETE ON repository
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER registry_changed AFTER UPDATE OF read_at ON registry
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
";

/// What maintainers say of their namespaces and repositories, logos, and stars.
pub const PROFILES: &str = "
CREATE TABLE profile (
    namespace TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE page (
    namespace TEXT NOT NULL,
    repository TEXT NOT NULL,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (namespace, repository)
) STRICT;
CREATE TABLE logo (
    namespace TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    png BLOB NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE stars (
    namespace TEXT PRIMARY KEY,
    count INTEGER,
    source TEXT NOT NULL,
    read_at INTEGER,
    tried_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER profile_added AFTER INSERT ON profile
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER profile_changed AFTER UPDATE ON profile
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER page_added AFTER INSERT ON page
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER page_changed AFTER UPDATE ON page
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER logo_added AFTER INSERT ON logo
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER logo_changed AFTER UPDATE ON logo
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER logo_removed AFTER DELETE ON logo
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER stars_added AFTER INSERT ON stars
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
CREATE TRIGGER stars_changed AFTER UPDATE OF count ON stars
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'directory'; END;
";

/// The tag that a pull of a repository names, where none is `latest`.
pub(super) const PULL_TAGS: &str = "
ALTER TABLE repository ADD COLUMN pull_tag TEXT;
UPDATE repository SET pull_tag = (
    SELECT nullif(tag.tag, 'latest') FROM tag
    LEFT JOIN manifest ON manifest.digest = tag.digest
    WHERE tag.repository = repository.id
    ORDER BY tag.tag = 'latest' DESC, manifest.made_at DESC, tag.tag DESC LIMIT 1);
";

/// Registries that report pulls, each with the hash of its token and the namespaces that it may
/// report.
pub(super) const REPORTERS: &str = "
CREATE TABLE reporter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    namespaces TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO change (what, count) VALUES ('reporter', 0);
CREATE TRIGGER reporter_added AFTER INSERT ON reporter
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'reporter'; END;
CREATE TRIGGER reporter_changed AFTER UPDATE ON reporter
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'reporter'; END;
CREATE TRIGGER reporter_removed AFTER DELETE ON reporter
    BEGIN UPDATE change SET count = count + 1 WHERE what = 'reporter'; END;
";

/// What maintainers decided about the pulls of their namespaces, and which weeks and months were
/// looked at for a mail: each once.
pub(super) const PULL_SETTINGS: &str = "
CREATE TABLE pull_settings (
    namespace TEXT PRIMARY KEY,
    is_published INTEGER NOT NULL,
    alert TEXT,
    alert_since INTEGER,
    report TEXT,
    report_since INTEGER,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE pull_look (
    namespace TEXT NOT NULL,
    kind TEXT NOT NULL,
    every TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (namespace, kind, every, first_day)
) STRICT, WITHOUT ROWID;
";
