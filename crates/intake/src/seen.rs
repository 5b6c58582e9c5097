//! Which events were counted: a table of 128-bit hashes for each day on which events
//! happened, dropped whole when the day is too long ago to be reported.

use crate::error::IntakeError;
use events::event::DAYS_BACK;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;

/// The days of which there are tables.
pub(crate) struct Seen {
    days: BTreeSet<i32>,
}

impl Seen {
    /// What there is.
    pub fn open(connection: &Connection) -> Result<Self, IntakeError> {
        let mut statement = connection.prepare(
            "SELECT CAST(substr(name, 6) AS INTEGER) FROM sqlite_schema
             WHERE type = 'table' AND name GLOB 'seen_[0-9]*'",
        )?;
        let days = statement.query_map([], |row| row.get(0))?;
        Ok(Self {
            days: days.collect::<Result<_, _>>()?,
        })
    }

    /// Whether an event of a day was counted.
    pub fn has(&self, connection: &Connection, day: i32, id: u128) -> Result<bool, IntakeError> {
        if !self.days.contains(&day) {
            return Ok(false);
        }
        let found: Option<i64> = connection
            .prepare_cached(&format!("SELECT 1 FROM seen_{day} WHERE id = ?1"))?
            .query_row([id.to_be_bytes()], |row| row.get(0))
            .optional()?;
        Ok(found.is_some())
    }

    /// Counts events, each on its day; they are sorted.
    pub fn add(
        &mut self,
        connection: &Connection,
        events: &[(i32, u128)],
    ) -> Result<(), IntakeError> {
        for (day, id) in events {
            if self.days.insert(*day) {
                connection.execute_batch(&format!(
                    "CREATE TABLE IF NOT EXISTS seen_{day} (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID"
                ))?;
            }
            connection
                .prepare_cached(&format!(
                    "INSERT OR IGNORE INTO seen_{day} (id) VALUES (?1)"
                ))?
                .execute([id.to_be_bytes()])?;
        }
        Ok(())
    }

    /// Forgets days that nothing is accepted of any more.
    pub fn forget(&mut self, connection: &Connection, today: i32) -> Result<(), IntakeError> {
        // A day more, since `today` and the registry’s clock may differ.
        let first = today - DAYS_BACK as i32 - 1;
        while let Some(day) = self.days.first().copied().filter(|day| *day < first) {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS seen_{day}"))?;
            self.days.remove(&day);
        }
        Ok(())
    }
}
