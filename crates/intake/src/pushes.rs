//! Tags that were pushed, for marks on the time axis. One mark is kept for each tag and day, with
//! its last push and how many there were, and of a namespace so many marks: a tag that is pushed
//! every minute for years takes no more than one that is pushed daily.

use crate::error::IntakeError;
use crate::own;
use crate::spool::PATIENCE;
use crate::spooled::Spooled;
use pulls::calendar::{Day, Span};
use rusqlite::{Connection, ToSql, TransactionBehavior, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Marks that are kept of a namespace: the newest.
pub const MOST_KEPT: u32 = 10_000;

/// The table, and in it what was kept before.
pub(crate) const STEP: &str = "
CREATE TABLE push (
    namespace TEXT NOT NULL,
    day INTEGER NOT NULL,
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    at_s INTEGER NOT NULL,
    digest TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (namespace, day, repository, tag)
) STRICT, WITHOUT ROWID;
INSERT INTO push (namespace, day, repository, tag, at_s, digest, times)
    SELECT namespace, at_us / 86400000000, repository, tag, max(at_us) / 1000000, digest, count(*)
    FROM pushed WHERE tag <> '' GROUP BY 1, 2, 3, 4;
DROP TABLE pushed;
";

/// A tag that was pushed on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The repository, without its namespace.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// What it stood for after the last push of the day.
    pub digest: String,
    /// When that was, in seconds since 1970.
    pub at_s: i64,
    /// How often it was pushed on that day.
    pub times: u64,
}

impl Pushed {
    /// A single push.
    pub(crate) fn of(event: &Spooled) -> Self {
        Self {
            repository: event.names().1.to_owned(),
            tag: event.tag.clone(),
            digest: event.digest.clone(),
            at_s: event.at_us.div_euclid(1_000_000),
            times: 1,
        }
    }
}

/// The tags that were pushed, for whoever asks; [`crate::Drain`] puts them there.
pub struct Pushes(Mutex<Connection>);

impl Pushes {
    /// Opens them in a folder that is there.
    ///
    /// # Errors
    /// When their file cannot be opened.
    pub fn open(folder: &Path) -> Result<Self, IntakeError> {
        Ok(Self(Mutex::new(own::open(folder, PATIENCE)?)))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was pushed within some days under any of the names of a namespace, newest first, `most`
    /// at most.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn between(
        &self,
        names: &[&str],
        span: Span,
        most: u32,
    ) -> Result<Vec<Pushed>, IntakeError> {
        // On the day of a renaming a tag may stand under both names.
        let sql = format!(
            "SELECT repository, tag, digest, max(at_s), sum(times) FROM push
             WHERE day BETWEEN ? AND ? AND namespace IN ({})
             GROUP BY day, repository, tag ORDER BY 4 DESC, repository DESC, tag DESC LIMIT ?",
            vec!["?"; names.len()].join(", ")
        );
        let mut values: Vec<&dyn ToSql> = vec![&span.first.0, &span.last.0];
        values.extend(names.iter().map(|name| name as &dyn ToSql));
        values.push(&most);
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_map(&values[..], |row| {
            Ok(Pushed {
                repository: row.get(0)?,
                tag: row.get(1)?,
                digest: row.get(2)?,
                at_s: row.get(3)?,
                times: row.get::<_, i64>(4)?.unsigned_abs(),
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Puts pushes in place of all of a namespace, as a sample does.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn replace(&self, namespace: &str, pushes: &[Pushed]) -> Result<(), IntakeError> {
        let mut connection = self.connection();
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute("DELETE FROM push WHERE namespace = ?1", [namespace])?;
        keep(&change, namespace, pushes)?;
        Ok(change.commit()?)
    }

    /// Puts what was pushed under another name, so that whoever takes the old one later does not see
    /// it.
    ///
    /// # Errors
    /// When it cannot be written; nothing is changed, then.
    pub fn rename(&self, old: &str, new: &str) -> Result<(), IntakeError> {
        let mut connection = self.connection();
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute(
            "INSERT INTO push (namespace, day, repository, tag, at_s, digest, times)
             SELECT ?2, day, repository, tag, at_s, digest, times FROM push WHERE namespace = ?1
             ON CONFLICT DO UPDATE SET times = times + excluded.times,
                digest = iif((excluded.at_s, excluded.digest) > (at_s, digest),
                    excluded.digest, digest),
                at_s = max(at_s, excluded.at_s)",
            [old, new],
        )?;
        change.execute("DELETE FROM push WHERE namespace = ?1", [old])?;
        Ok(change.commit()?)
    }

    /// Forgets what was pushed before a day; says how many marks those were.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn drop_before(&self, day: Day) -> Result<usize, IntakeError> {
        Ok(self
            .connection()
            .execute("DELETE FROM push WHERE day < ?1", [day.0])?)
    }
}

/// Keeps pushes of a namespace, and no more marks of it than may be. Which of a day is the last one
/// does not depend on the order in which they are kept.
pub(crate) fn keep(
    change: &Connection,
    namespace: &str,
    pushes: &[Pushed],
) -> Result<(), IntakeError> {
    let mut statement = change.prepare_cached(
        "INSERT INTO push (namespace, day, repository, tag, at_s, digest, times)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET times = times + excluded.times,
            digest = iif((excluded.at_s, excluded.digest) > (at_s, digest),
                excluded.digest, digest),
            at_s = max(at_s, excluded.at_s)",
    )?;
    for pushed in pushes {
        statement.execute(params![
            namespace,
            pushed.at_s.div_euclid(86_400),
            pushed.repository,
            pushed.tag,
            pushed.at_s,
            pushed.digest,
            pushed.times.cast_signed()
        ])?;
    }
    change
        .prepare_cached(
            "DELETE FROM push WHERE namespace = ?1 AND (day, repository, tag) <= (
                SELECT day, repository, tag FROM push WHERE namespace = ?1
                ORDER BY day DESC, repository DESC, tag DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![namespace, MOST_KEPT])?;
    Ok(())
}
