//! What registries reported, for the people who look after them.

use crate::error::IntakeError;
use crate::spool::{PATIENCE, Spool};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

/// What a registry reported lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Which registry.
    pub registry: i64,
    /// When something last arrived, in milliseconds since 1970.
    pub last_ms: i64,
    /// Events of manifests in each of the last 24 hours, the running one last.
    pub hours: Vec<u64>,
    /// Events about something else in these hours: layers, deletions.
    pub passed_over: u64,
    /// Events that could not be believed in these hours.
    pub set_aside: u64,
    /// Events that could not be believed and are kept to be looked at, from whenever.
    pub kept_aside: u32,
    /// When the oldest of what waits to be counted arrived, in milliseconds since 1970.
    pub waits_since_ms: Option<i64>,
}

/// An event that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// When it arrived, in milliseconds since 1970.
    pub arrived_ms: i64,
    /// A word for its trouble, as [`events::Trouble::code`] has it.
    pub code: String,
    /// Why it could not be believed, in a sentence.
    pub why: String,
    /// What was sent, without addresses.
    pub sent: String,
}

/// Hours that a report looks back.
const HOURS: i64 = 24;

impl Spool {
    /// What each registry reported in the last day, by its number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn reports(&self, now_ms: i64) -> Result<Vec<Report>, IntakeError> {
        let connection = self.looked_at()?;
        let running = now_ms.div_euclid(3_600_000);
        let first = running - HOURS + 1;
        let mut all: Vec<Report> = Vec::new();
        let mut statement = connection.prepare(
            "SELECT registry, hour, events, passed_over, set_aside, last_ms FROM reported
             ORDER BY registry, hour",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let registry: i64 = row.get(0)?;
            if all.last().map(|report| report.registry) != Some(registry) {
                all.push(Report {
                    registry,
                    hours: vec![0; HOURS as usize],
                    ..Report::default()
                });
            }
            let Some(report) = all.last_mut() else {
                continue;
            };
            report.last_ms = report.last_ms.max(row.get(5)?);
            let number = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
            // A clock that went back may have written hours that have not come.
            let place = usize::try_from(row.get::<_, i64>(1)? - first);
            if let Ok(place) = place
                && let Some(hour) = report.hours.get_mut(place)
            {
                *hour = number(2)?;
                report.passed_over += number(3)?;
                report.set_aside += number(4)?;
            }
        }
        for report in &mut all {
            let oldest = "SELECT arrived_ms FROM waiting WHERE registry = ?1 ORDER BY id LIMIT 1";
            report.waits_since_ms = connection
                .query_row(oldest, [report.registry], |row| row.get(0))
                .optional()?;
            let kept = "SELECT count(*) FROM set_aside WHERE registry = ?1";
            report.kept_aside =
                connection.query_row(kept, [report.registry], |row| row.get::<_, u32>(0))?;
        }
        Ok(all)
    }

    /// When the oldest of all that waits to be counted arrived, in milliseconds since 1970; nothing
    /// if nothing waits.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn waits_since_ms(&self) -> Result<Option<i64>, IntakeError> {
        let connection = self.looked_at()?;
        let oldest = "SELECT arrived_ms FROM waiting ORDER BY id LIMIT 1";
        Ok(connection
            .query_row(oldest, [], |row| row.get(0))
            .optional()?)
    }

    /// What was set aside of a registry, newest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn set_aside(&self, registry: i64, most: u32) -> Result<Vec<Aside>, IntakeError> {
        let connection = self.looked_at()?;
        let mut statement = connection.prepare(
            "SELECT arrived_ms, code, why, sent FROM set_aside
             WHERE registry = ?1 ORDER BY id DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![registry, most], |row| {
            Ok(Aside {
                arrived_ms: row.get(0)?,
                code: row.get(1)?,
                why: row.get(2)?,
                sent: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A connection that only looks: people look seldom, and whoever writes is not to wait.
    fn looked_at(&self) -> Result<Connection, IntakeError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.file(), flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }
}
