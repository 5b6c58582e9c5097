//! The file of the one who counts: what was counted, what is on its way to the store, and the tags
//! that were pushed.

use crate::error::IntakeError;
use crate::{file, pushes};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Its name.
pub(crate) const FILE: &str = "intake.sqlite";

/// What it began with. `pushed` kept every push there ever was, and nothing read it.
const FIRST: &str = "
CREATE TABLE block (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE numbering (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
INSERT INTO numbering VALUES (1, 0);
CREATE TABLE pushed (
    id INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    digest TEXT NOT NULL,
    at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX pushed_by_time ON pushed (namespace, at_us);
";

/// Opens it in a folder, whoever comes first.
pub(crate) fn open(folder: &Path, patience: Duration) -> Result<Connection, IntakeError> {
    file::open(&folder.join(FILE), &[FIRST, pushes::STEP], patience)
}
