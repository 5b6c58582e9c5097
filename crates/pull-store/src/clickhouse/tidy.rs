//! Taking rows off the disks that do not count any more.
//!
//! They stopped counting when the journal said so; this is about space alone, and
//! may break off anywhere: what was not said to be clean is looked at again.

use super::ClickHouse;
use super::client::Client;
use super::error::ClickHouseError;
use super::journal::{self, Entry, Kind, Moment};
use super::schema::{KEPT, SHARED};
use super::sql;
use crate::PullStoreError;
use pulls::calendar::{Day, Span};
use std::sync::PoisonError;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long rows may take to be deleted: a server writes their parts anew.
const PATIENCE: Duration = Duration::from_secs(600);

/// How often it is asked whether they are.
const PAUSE: Duration = Duration::from_millis(100);

impl ClickHouse {
    /// Deletes what did not count when this was called before.
    pub(super) fn tidy_up(&self) -> Result<(), PullStoreError> {
        let mut tidied = self.tidied.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = self.moment()?;
        if let Some(before) = *tidied {
            self.clean(&moment, before)?;
        }
        *tidied = Some(moment.top);
        Ok(())
    }

    fn clean(&self, moment: &Moment, before: u64) -> Result<(), PullStoreError> {
        let void: Vec<u64> = moment
            .void
            .iter()
            .copied()
            .filter(|one| *one <= before)
            .collect();
        let replaced: Vec<&Entry> = moment
            .replaced
            .iter()
            .filter(|one| one.writing <= before)
            .collect();
        let mut conditions = Vec::new();
        if !void.is_empty() {
            conditions.push(format!("writing IN ({})", journal::list(&void)));
        }
        conditions.extend(
            replaced
                .iter()
                .map(|one| format!("({})", journal::gone(one))),
        );
        if conditions.is_empty() {
            return Ok(());
        }
        let condition = conditions.join(" OR ");
        for server in self.servers.shards()? {
            for table in SHARED {
                self.delete(server, table, &condition)?;
            }
        }
        let clean: Vec<Entry> = void
            .into_iter()
            .chain(replaced.iter().map(|one| one.writing))
            .map(|writing| Entry::of(Kind::Clean, writing))
            .collect();
        Ok(journal::write(&self.servers, &clean)?)
    }

    /// Deletes rows of a shard, and waits until they are.
    fn delete(&self, server: &Client, table: &str, condition: &str) -> Result<(), ClickHouseError> {
        let own = self.servers.own(table);
        // A server would look through every part, and write a list of it.
        if server.number(&format!(
            "SELECT toUInt64(count()) FROM {own} WHERE {condition}"
        ))? == 0
        {
            return Ok(());
        }
        server.run(&format!("ALTER TABLE {own} DELETE WHERE {condition}"))?;
        let (database, name) = own.split_once('.').unwrap_or(("", &own));
        let until = Instant::now() + PATIENCE;
        while server.number(&format!(
            "SELECT toUInt64(count()) FROM system.mutations WHERE database = {} AND table = {} AND is_done = 0",
            sql::text(database),
            sql::text(name)
        ))? > 0
        {
            if Instant::now() > until {
                return Err(ClickHouseError::Slow(format!(
                    "rows of {own} are deleted that do not count any more"
                )));
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    /// Forgets what was kept before a day, of all namespaces: at once, as far as anybody reads it.
    /// Of whole months the rows are deleted now, of the rest when it is tidied.
    pub(super) fn forget_before(&self, day: Day) -> Result<u64, PullStoreError> {
        let mut turn = self.turn()?;
        let span = Span {
            first: Day(0),
            last: day.plus(-1),
        };
        if span.last < span.first {
            return Ok(0);
        }
        let moment = self.moment()?;
        let rows = self.servers.home()?.number(&format!(
            "SELECT toUInt64(sum(rows)) FROM {} WHERE {} AND {}",
            self.servers.all_of(KEPT),
            sql::within(span),
            moment.counts()
        ))?;
        if rows > 0 {
            self.forget(&mut turn.writer, span)?;
        }
        // Nothing is appended meanwhile: the lock is held.
        let month = day.to_string().replace('-', "");
        for server in self.servers.shards()? {
            for table in SHARED {
                self.drop_months(server, table, &month[..month.len().min(6)])?;
            }
        }
        Ok(rows)
    }

    /// Drops the months before one, `YYYYMM`.
    fn drop_months(
        &self,
        server: &Client,
        table: &str,
        month: &str,
    ) -> Result<(), ClickHouseError> {
        let own = self.servers.own(table);
        let (database, name) = own.split_once('.').unwrap_or(("", &own));
        let mut answer = server.ask(&format!(
            "SELECT DISTINCT toUInt64OrZero(partition) FROM system.parts
             WHERE active AND database = {} AND table = {} AND toUInt64OrZero(partition) < {month}",
            sql::text(database),
            sql::text(name)
        ))?;
        let mut months = Vec::new();
        while answer.is_next()? {
            months.push(answer.number()?);
        }
        for month in months {
            server.run(&format!("ALTER TABLE {own} DROP PARTITION {month}"))?;
        }
        Ok(())
    }
}
