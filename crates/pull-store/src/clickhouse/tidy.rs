//! Taking rows off the disks that do not count any more.
//!
//! They stopped counting when the journal said so; this is about space alone, and
//! may break off anywhere: what was not said to be clean is looked at again.

use super::ClickHouse;
use super::client::Client;
use super::copies;
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

    /// Deletes rows of a shard, and waits until they are: on all of its servers.
    fn delete(&self, server: &Client, table: &str, condition: &str) -> Result<(), ClickHouseError> {
        let own = self.servers.own(table);
        if self.servers.are_copied() {
            // What was given up may have reached another, and come from there later.
            server.run(&format!("SYSTEM SYNC REPLICA {own}"))?;
        }
        // A server would look through every part, and write a list of it.
        let count = format!("SELECT toUInt64(count()) FROM {own} WHERE {condition}");
        if server.number(&count)? > 0 {
            server.run(&format!("ALTER TABLE {own} DELETE WHERE {condition}"))?;
            if self.servers.are_copied() {
                copies::close_months(server, &own)?;
            }
        }
        let (database, name) = own.split_once('.').unwrap_or(("", &own));
        let (database, name) = (sql::text(database), sql::text(name));
        let due = match self.servers.are_copied() {
            true => Some(copies::Due::of(server, &database, &name)?),
            false => None,
        };
        let is_due = || match &due {
            Some(due) => due.is_done(server).map(|is_done| !is_done),
            None => Ok(false),
        };
        let until = Instant::now() + PATIENCE;
        while server.number(&format!(
            "SELECT toUInt64(count()) FROM system.mutations
             WHERE database = {database} AND table = {name} AND is_done = 0"
        ))? > 0
            || is_due()?
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

    /// Drops the months before one, `YYYYMM`. Where servers of a shard copy from each other, one of
    /// them may do so for all, in the oldest version: asked by another way, it refuses. Its rows are
    /// then deleted when it is tidied.
    fn drop_months(
        &self,
        server: &Client,
        table: &str,
        month: &str,
    ) -> Result<(), ClickHouseError> {
        let own = self.servers.own(table);
        let (database, name) = own.split_once('.').unwrap_or(("", &own));
        let (database, name) = (sql::text(database), sql::text(name));
        if self.servers.are_copied()
            && server.number(&format!(
                "SELECT toUInt64(max(is_leader)) FROM system.replicas
                 WHERE database = {database} AND table = {name}"
            ))? == 0
        {
            return Ok(());
        }
        let mut answer = server.ask(&format!(
            "SELECT DISTINCT toUInt64OrZero(partition) FROM system.parts
             WHERE active AND database = {database} AND table = {name}
             AND toUInt64OrZero(partition) < {month}"
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
