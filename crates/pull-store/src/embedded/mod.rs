//! The embedded store: one SQLite file. A block, its rollups and its number are
//! written in one transaction.

mod parts;

use crate::margins::Adding;
use crate::visitors::Counting;
use crate::{Block, DayRows, Kept, Margins, Of, PullHome, PullStore, PullStoreError, VisitorCount};
use parts::add;
use pulls::batch::Batch;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::Filter;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};
use sqlite_file::{for_owner_alone, keep_log};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The name of the file.
pub const FILE: &str = "pulls.sqlite";

/// The version of the schema, in `user_version`.
const VERSION: u32 = 2;

/// How long a statement waits for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// The rollup stands before the raw rows: what is read of a long row is its beginning.
const SCHEMA: &str = "
CREATE TABLE namespace (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace INTEGER NOT NULL REFERENCES namespace (id),
    day INTEGER NOT NULL,
    level INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    rollup_rows INTEGER NOT NULL,
    csv_bytes INTEGER NOT NULL,
    -- 0 while it counts; once it was joined or replaced, how often was tidied since, from 1 on.
    gone INTEGER NOT NULL DEFAULT 0,
    rollup BLOB NOT NULL,
    raw BLOB NOT NULL
) STRICT;
CREATE INDEX part_by_day ON part (namespace, day, level) WHERE gone = 0;
CREATE INDEX part_by_age ON part (day);
CREATE INDEX part_gone ON part (gone) WHERE gone > 0;
CREATE TABLE appended (only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL) STRICT;
INSERT INTO appended VALUES (1, 0);
";

/// From version 1: margins. They are not columns of a part: behind its raw rows they would be
/// read with them, and before them they would be in the way of the rollup. A part without any is
/// small, or of version 1.
const MARGINS: &str = "
CREATE TABLE margin (part INTEGER PRIMARY KEY REFERENCES part (id), bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER part_is_deleted AFTER DELETE ON part BEGIN
    DELETE FROM margin WHERE part = old.id;
END;
";

/// The embedded store.
pub struct Embedded {
    file: PathBuf,
    readers: Mutex<Vec<Connection>>,
    /// Closed after those that only read, which could not take the log into the file.
    writer: Mutex<Connection>,
}

impl Embedded {
    /// Opens the store in a folder that is there, and makes it if need be.
    ///
    /// # Errors
    /// When it cannot be opened, or is of a newer program.
    pub fn open(folder: &Path) -> Result<Self, PullStoreError> {
        let file = folder.join(FILE);
        let mut writer = Connection::open(&file)?;
        for_owner_alone(&file).map_err(|error| PullStoreError::Folder(file.clone(), error))?;
        prepare(&writer)?;
        // Before there is a table. Parts are long; a larger page holds more of one.
        writer.pragma_update(None, "page_size", 8192)?;
        keep_log(&writer, PATIENCE)?;
        let change = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: u32 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found > VERSION {
            return Err(PullStoreError::Newer {
                found,
                known: VERSION,
            });
        }
        if found < 1 {
            change.execute_batch(SCHEMA)?;
        }
        if found < 2 {
            change.execute_batch(MARGINS)?;
        }
        change.pragma_update(None, "user_version", VERSION)?;
        change.commit()?;
        Ok(Self {
            file,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
        })
    }

    /// Reads; what `work` sees is one moment.
    fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, PullStoreError>,
    ) -> Result<T, PullStoreError> {
        let idle = lock(&self.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let reader = Connection::open_with_flags(&self.file, flags)?;
                prepare(&reader)?;
                reader
            }
        };
        let outcome = reader
            .unchecked_transaction()
            .map_err(PullStoreError::from)
            .and_then(|moment| work(&moment));
        lock(&self.readers).push(reader);
        outcome
    }

    /// Hands over a column of each part of a span, in the order of days, as of one moment.
    fn each_part(
        &self,
        column: &str,
        namespaces: &[&str],
        span: Span,
        mut take: impl FnMut(&[u8]) -> Result<(), PullStoreError>,
    ) -> Result<(), PullStoreError> {
        self.read(|moment| {
            for namespace in namespaces {
                let mut statement = moment.prepare_cached(&format!(
                    "SELECT {column} FROM part WHERE namespace = (SELECT id FROM namespace WHERE name = ?1)
                     AND day BETWEEN ?2 AND ?3 AND gone = 0 ORDER BY day, part.id",
                ))?;
                let mut rows = statement.query(params![namespace, span.first.0, span.last.0])?;
                while let Some(row) = rows.next()? {
                    take(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
                }
            }
            Ok(())
        })
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, PullStoreError>,
    ) -> Result<T, PullStoreError> {
        let mut writer = lock(&self.writer);
        let change = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&change)?;
        change.commit()?;
        Ok(done)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn prepare(connection: &Connection) -> Result<(), PullStoreError> {
    sqlite_file::prepare(connection, PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

impl PullStore for Embedded {
    fn append(&self, block: &Block) -> Result<(), PullStoreError> {
        self.write(|change| {
            let last = appended(change)?;
            if block.number <= last {
                return Ok(());
            }
            if block.number != last + 1 {
                return Err(PullStoreError::Gap {
                    expected: last + 1,
                    found: block.number,
                });
            }
            for of in &block.days {
                add(change, of)?;
            }
            change.execute("UPDATE appended SET number = ?1", [block.number as i64])?;
            Ok(())
        })
    }

    fn appended(&self) -> Result<u64, PullStoreError> {
        self.read(appended)
    }

    fn replace(&self, namespace: &str, span: Span, days: &[DayRows]) -> Result<(), PullStoreError> {
        self.write(|change| {
            let id = namespace_id(change, namespace)?;
            change.execute(
                "UPDATE part SET gone = 1
                 WHERE namespace = ?1 AND day BETWEEN ?2 AND ?3 AND gone = 0",
                params![id, span.first.0, span.last.0],
            )?;
            for of in days {
                add(change, of)?;
            }
            Ok(())
        })
    }

    fn kept(&self, namespaces: &[&str], span: Span) -> Result<Vec<Kept>, PullStoreError> {
        let mut days: Vec<Kept> = Vec::new();
        self.read(|moment| {
            for namespace in namespaces {
                let mut statement = moment.prepare_cached(
                    "SELECT day, sum(rows), sum(rollup_rows), sum(length(rollup)), sum(csv_bytes), max(part.id)
                     FROM part JOIN namespace ON namespace.id = part.namespace
                     WHERE name = ?1 AND day BETWEEN ?2 AND ?3 AND gone = 0 GROUP BY day",
                )?;
                let mut rows = statement.query(params![namespace, span.first.0, span.last.0])?;
                while let Some(row) = rows.next()? {
                    let number = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
                    days.push(Kept {
                        day: Day(row.get(0)?),
                        rows: number(1)?,
                        rollup_rows: number(2)?,
                        rollup_bytes: number(3)?,
                        csv_bytes: number(4)?,
                        version: number(5)?,
                    });
                }
            }
            Ok(())
        })?;
        days.sort_by_key(|kept| kept.day);
        days.dedup_by(|later, one| {
            let is_same = later.day == one.day;
            if is_same {
                one.rows += later.rows;
                one.rollup_rows += later.rollup_rows;
                one.rollup_bytes += later.rollup_bytes;
                one.csv_bytes += later.csv_bytes;
                one.version = one.version.max(later.version);
            }
            is_same
        });
        Ok(days)
    }

    fn rollups(&self, namespaces: &[&str], span: Span) -> Result<Vec<Batch>, PullStoreError> {
        let mut found = Vec::new();
        self.each_part("rollup", namespaces, span, |bytes| {
            found.push(Batch::decode(bytes, |_| true)?);
            Ok(())
        })?;
        Ok(found)
    }

    fn margins(
        &self,
        namespaces: &[&str],
        counted: Span,
        drawn: Span,
        filters: &[Filter],
    ) -> Result<Option<Margins>, PullStoreError> {
        if !filters.is_empty() {
            return Ok(None);
        }
        let (first, last) = (counted.first.min(drawn.first), counted.last.max(drawn.last));
        let mut adding = Adding::new(counted, drawn);
        self.read(|moment| {
            for namespace in namespaces {
                let mut statement = moment.prepare_cached(
                    "SELECT day, bytes, CASE WHEN bytes IS NULL THEN rollup END
                     FROM part LEFT JOIN margin ON margin.part = part.id
                     WHERE namespace = (SELECT id FROM namespace WHERE name = ?1)
                     AND day BETWEEN ?2 AND ?3 AND gone = 0 ORDER BY day, part.id",
                )?;
                let mut parts = statement.query(params![namespace, first.0, last.0])?;
                while let Some(part) = parts.next()? {
                    let day = Day(part.get(0)?);
                    let blob = |at| part.get_ref(at).map(|value| value.as_blob());
                    if let Ok(bytes) = blob(1)? {
                        adding.add_encoded(day, bytes)?;
                    } else {
                        let bytes = blob(2)?.map_err(rusqlite::Error::from)?;
                        adding.add_rows(day, &Batch::decode(bytes, |_| true)?);
                    }
                }
            }
            Ok(())
        })?;
        adding.finish().map(Some)
    }

    fn raw(
        &self,
        namespaces: &[&str],
        span: Span,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        for day in self.kept(namespaces, span)? {
            // A part at a time, so that nothing is held open while whoever takes them waits for a
            // network. Those that are joined meanwhile are still there for a while.
            for namespace in namespaces {
                let parts = self.read(|moment| {
                    let mut statement = moment.prepare_cached(
                        "SELECT id FROM part WHERE namespace = (SELECT id FROM namespace WHERE name = ?1)
                         AND day = ?2 AND gone = 0 ORDER BY id",
                    )?;
                    let rows = statement.query_map(params![namespace, day.day.0], |row| {
                        row.get::<_, i64>(0)
                    })?;
                    Ok(rows.collect::<Result<Vec<_>, _>>()?)
                })?;
                for part in parts {
                    let raw: Option<Vec<u8>> = self.read(|moment| {
                        let mut statement =
                            moment.prepare_cached("SELECT raw FROM part WHERE id = ?1")?;
                        Ok(statement.query_row([part], |row| row.get(0)).optional()?)
                    })?;
                    let raw = raw.ok_or(PullStoreError::Changed(day.day))?;
                    if take(Batch::decode(&raw, |_| true)?).is_break() {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError> {
        let mut counting = Counting::new(by, of);
        self.each_part("raw", namespaces, span, |bytes| {
            let batch = Batch::decode(bytes, |field| counting.wants(field))?;
            counting.add(&batch);
            Ok(())
        })?;
        Ok(counting.counts())
    }

    fn tidy(&self) -> Result<(), PullStoreError> {
        self.write(|change| {
            change.execute("DELETE FROM part WHERE gone > 1", [])?;
            change.execute("UPDATE part SET gone = 2 WHERE gone = 1", [])?;
            Ok(())
        })
    }

    fn drop_before(&self, day: Day) -> Result<u64, PullStoreError> {
        self.write(|change| {
            let rows: i64 = change.query_row(
                "SELECT coalesce(sum(rows), 0) FROM part WHERE day < ?1 AND gone = 0",
                [day.0],
                |row| row.get(0),
            )?;
            change.execute("DELETE FROM part WHERE day < ?1", [day.0])?;
            Ok(rows.unsigned_abs())
        })
    }
}

impl PullHome for Embedded {
    fn rename(&self, old: &str, new: &str) -> Result<(), PullStoreError> {
        self.write(|change| {
            let (old, new) = (namespace_id(change, old)?, namespace_id(change, new)?);
            change.execute(
                "UPDATE part SET namespace = ?2 WHERE namespace = ?1",
                params![old, new],
            )?;
            Ok(())
        })
    }

    fn namespaces(&self) -> Result<Vec<String>, PullStoreError> {
        self.read(|moment| {
            let mut statement = moment.prepare_cached(
                "SELECT name FROM namespace WHERE EXISTS (
                     SELECT 1 FROM part WHERE part.namespace = namespace.id AND gone = 0)
                 ORDER BY name",
            )?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn bring(&self, days: &[DayRows]) -> Result<(), PullStoreError> {
        self.write(|change| days.iter().try_for_each(|of| add(change, of)))
    }

    fn carry_on(&self, number: u64) -> Result<(), PullStoreError> {
        self.write(|change| {
            let last = appended(change)?;
            if number < last {
                return Err(PullStoreError::Ahead {
                    last,
                    wanted: number,
                });
            }
            change.execute("UPDATE appended SET number = ?1", [number as i64])?;
            Ok(())
        })
    }
}

fn appended(connection: &Connection) -> Result<u64, PullStoreError> {
    let number: i64 = connection.query_row("SELECT number FROM appended", [], |row| row.get(0))?;
    Ok(number.unsigned_abs())
}

fn namespace_id(change: &Transaction<'_>, name: &str) -> Result<i64, PullStoreError> {
    let known = change
        .prepare_cached("SELECT id FROM namespace WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    change
        .prepare_cached("INSERT INTO namespace (name) VALUES (?1)")?
        .execute([name])?;
    Ok(change.last_insert_rowid())
}
