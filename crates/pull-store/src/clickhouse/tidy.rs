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

/// How long it is waited for rows to be deleted: a server writes their parts anew. What takes longer
/// is looked at the next time.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked whether they are.
const PAUSE: Duration = Duration::from_millis(100);

/// Rows of a table that are being deleted from a shard.
struct Deletion<'a> {
    server: &'a Client,
    /// The table, by its whole name.
    own: String,
    /// What every copy has to have done, where there are some.
    due: Option<copies::Due>,
}

impl Deletion<'_> {
    /// In words, for whoever has to wait.
    fn going_on(&self) -> String {
        format!(
            "rows of {} that do not count are still being deleted",
            self.own
        )
    }

    /// Whether the server that was asked goes on with this, or with one from before.
    fn is_open(&self) -> Result<bool, ClickHouseError> {
        let open = self.server.number(&format!(
            "SELECT toUInt64(count()) FROM system.mutations WHERE {} AND is_done = 0",
            sql::of_table(&self.own)
        ))?;
        Ok(open > 0)
    }

    /// Whether all servers of the shard have done it.
    fn is_done(&self) -> Result<bool, ClickHouseError> {
        match &self.due {
            _ if self.is_open()? => Ok(false),
            Some(due) => due.is_done(self.server),
            None => Ok(true),
        }
    }
}

/// Waits until something is done with a table, or a moment is over: then it says no, and what goes on.
fn wait(
    until: Instant,
    what: &str,
    is_done: impl Fn() -> Result<bool, ClickHouseError>,
) -> Result<(), ClickHouseError> {
    while !is_done()? {
        if Instant::now() > until {
            return Err(ClickHouseError::Slow(what.to_owned()));
        }
        sleep(PAUSE);
    }
    Ok(())
}

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
        self.wait_for_copies()?;
        let until = Instant::now() + PATIENCE;
        let mut begun = Vec::new();
        for server in self.servers.shards()? {
            for table in SHARED {
                begun.push(self.delete(server, table, &condition, until)?);
            }
        }
        for deletion in &begun {
            wait(until, &deletion.going_on(), || deletion.is_done())?;
        }
        let clean: Vec<Entry> = void
            .into_iter()
            .chain(replaced.iter().map(|one| one.writing))
            .map(|writing| Entry::of(Kind::Clean, writing))
            .collect();
        Ok(journal::write(&self.servers, &clean)?)
    }

    /// Begins to delete rows of a shard, after a deletion from before, if there is one.
    fn delete<'a>(
        &self,
        server: &'a Client,
        table: &str,
        condition: &str,
        until: Instant,
    ) -> Result<Deletion<'a>, ClickHouseError> {
        let own = self.servers.own(table);
        let are_copied = self.servers.are_copied();
        let of_table = sql::of_table(&own);
        if are_copied {
            // What was given up may have reached another, and come from there later.
            let due = copies::Due::of(server, &of_table)?;
            let what = format!("{} has yet to fetch rows of {own}", server.name());
            wait(until, &what, || due.is_fetched(server))?;
        }
        let mut deletion = Deletion {
            server,
            own: own.clone(),
            due: None,
        };
        if deletion.is_open()? {
            if are_copied {
                // It may have broken off here.
                copies::close_months(server, &own, &months(server, &own)?)?;
            }
            wait(until, &deletion.going_on(), || Ok(!deletion.is_open()?))?;
        }
        // A server would look through every part, and write a list of it.
        let count = format!("SELECT toUInt64(count()) FROM {own} WHERE {condition}");
        if server.number(&count)? > 0 {
            let closed = ["", " OR namespace = ''"][usize::from(are_copied)];
            server.run(&format!(
                "ALTER TABLE {own} DELETE WHERE ({condition}){closed}"
            ))?;
            if are_copied {
                copies::close_months(server, &own, &months(server, &own)?)?;
            }
        }
        if are_copied {
            deletion.due = Some(copies::Due::of(server, &of_table)?);
        }
        Ok(deletion)
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
        for server in self.servers.shards()? {
            for table in SHARED {
                self.drop_months(server, table, sql::month(day))?;
            }
        }
        Ok(rows)
    }

    /// Drops the months before one, `YYYYMM`. Where servers of a shard copy from each other, one of
    /// them may do so for all, in the oldest version: asked by another way, it refuses. Its rows are
    /// then deleted when it is tidied.
    fn drop_months(&self, server: &Client, table: &str, month: u64) -> Result<(), ClickHouseError> {
        let own = self.servers.own(table);
        if self.servers.are_copied() && !copies::is_leader(server, &sql::of_table(&own))? {
            return Ok(());
        }
        for old in months(server, &own)?.into_iter().filter(|one| *one < month) {
            server.run(&format!("ALTER TABLE {own} DROP PARTITION {old}"))?;
        }
        Ok(())
    }
}

/// The months of which a server has parts of a table, `YYYYMM`.
fn months(server: &Client, own: &str) -> Result<Vec<u64>, ClickHouseError> {
    let mut answer = server.ask(&format!(
        "SELECT DISTINCT toUInt64OrZero(partition) FROM system.parts WHERE active AND {}",
        sql::of_table(own)
    ))?;
    let mut months = Vec::new();
    while answer.is_next()? {
        months.push(answer.number()?);
    }
    Ok(months)
}
