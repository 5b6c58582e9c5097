//! Servers of a shard that copy from each other (`ReplicatedMergeTree`).
//!
//! An insert is done once all have it (`insert_quorum`, in `client.rs`). What is taken away, each does
//! in its own time; before anybody forgets that rows do not count, all have to have done it. What is
//! to be done, and what each has done, stands in the tree of ZooKeeper or Keeper, in which every
//! table has a node; the servers show it as `system.zookeeper`.
//!
//! While a copy is away nothing can be written, and nothing is tidied.

use super::client::Client;
use super::error::ClickHouseError;
use super::sql;

/// A server that has not looked yet what there is to do is behind by all the time there was, in
/// seconds; no other is by so many years.
const NEVER: u64 = 1_000_000_000;

/// What is to be done by every copy of a table.
pub(super) struct Due {
    /// The node of the table, and that of the server that was asked.
    node: String,
    own: String,
    /// The name of the last deletion (`ALTER … DELETE`); names go up.
    deletion: Option<String>,
    /// How many entries there are in the log of what happened to the table, older ones included.
    entries: u64,
}

impl Due {
    /// What there is to do now of the table that a condition is for.
    pub fn of(server: &Client, table: &str) -> Result<Self, ClickHouseError> {
        let mut answer = server.ask(&format!(
            "SELECT zookeeper_path, replica_path FROM system.replicas WHERE {table}"
        ))?;
        if !answer.is_next()? {
            return Err(ClickHouseError::Answer("no copy where there should be one"));
        }
        let (node, own) = (answer.words()?, answer.words()?);
        let deletions = children(server, &format!("{node}/mutations"))?;
        let log = children(server, &format!("{node}/log"))?;
        let last = log.into_iter().filter_map(|(name, _)| {
            let number = name.strip_prefix("log-")?;
            number.parse::<u64>().ok()
        });
        Ok(Self {
            deletion: deletions.into_iter().map(|(name, _)| name).max(),
            entries: last.max().map_or(0, |last| last + 1),
            node,
            own,
        })
    }

    /// Whether the server that is asked has all rows: also what was given up, and came to another.
    pub fn is_fetched(&self, server: &Client) -> Result<bool, ClickHouseError> {
        self.is_done_by(server, &self.own, "get", None)
    }

    /// Whether every copy has done it. Of what one has read of and not done yet, months that are
    /// dropped matter.
    pub fn is_done(&self, server: &Client) -> Result<bool, ClickHouseError> {
        for (copy, _) in children(server, &format!("{}/replicas", self.node))? {
            let copy = format!("{}/replicas/{copy}", self.node);
            if !self.is_done_by(server, &copy, "drop", self.deletion.as_deref())? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a copy has read of all that happened, has nothing of a kind left to do of it, and has
    /// come to a deletion.
    fn is_done_by(
        &self,
        server: &Client,
        copy: &str,
        kind: &str,
        deletion: Option<&str>,
    ) -> Result<bool, ClickHouseError> {
        let said = children(server, copy)?;
        let value = |name: &str| {
            let found = said.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        if deletion.is_some_and(|last| value("mutation_pointer") < last)
            || value("log_pointer").parse::<u64>().unwrap_or(0) < self.entries
        {
            return Ok(false);
        }
        let waiting = children(server, &format!("{copy}/queue"))?;
        let is_of_kind = |entry: &str| entry.lines().any(|line| line == kind);
        Ok(!waiting.iter().any(|(_, entry)| is_of_kind(entry)))
    }
}

/// Why nothing can be written just now to those of a server’s tables that a condition is for, if so: a
/// copy is away, or has not yet what was written before.
pub(super) fn in_the_way(
    server: &Client,
    tables: &str,
) -> Result<Option<&'static str>, ClickHouseError> {
    let mut answer = server.ask(&format!(
        "SELECT zookeeper_path, toUInt64(active_replicas = total_replicas)
         FROM system.replicas WHERE {tables}"
    ))?;
    let mut questions = Vec::new();
    while answer.is_next()? {
        let node = answer.words()?;
        if answer.number()? == 0 {
            return Ok(Some("a copy is away"));
        }
        questions.push(format!(
            "SELECT toUInt64(count()) AS pending FROM system.zookeeper
             WHERE path = {} AND name = 'status'",
            sql::text(&format!("{node}/quorum"))
        ));
    }
    if questions.is_empty() {
        return Ok(Some("the server has none of the tables"));
    }
    let mut pending = 0;
    let mut answer = server.ask(&questions.join(" UNION ALL "))?;
    while answer.is_next()? {
        pending += answer.number()?;
    }
    Ok((pending > 0).then_some("copies have not all of what was written before"))
}

/// Says no if a server has yet to fetch rows of a table, as one that came in place of another has:
/// nothing is to be made of those that it has. What one insert brought that not all copies have yet
/// does not count.
pub(super) fn check_caught_up(server: &Client, table: &str) -> Result<(), ClickHouseError> {
    let of_table = sql::of_table(table);
    let behind = || {
        Err(ClickHouseError::Slow(format!(
            "{} has yet to fetch what is in {table}",
            server.name()
        )))
    };
    let mut answer = server.ask(&format!(
        "SELECT zookeeper_path, toUInt64(inserts_in_queue), toUInt64(absolute_delay)
         FROM system.replicas WHERE {of_table}"
    ))?;
    if !answer.is_next()? {
        return behind();
    }
    let (node, waiting, delay) = (answer.words()?, answer.number()?, answer.number()?);
    if delay > NEVER {
        return behind();
    }
    if waiting == 0 {
        return Ok(());
    }
    let status = children(server, &format!("{node}/quorum"))?;
    let status = status.into_iter().find(|(name, _)| name == "status");
    let is_pending = |part: &str| {
        let line = format!("part_name: {part}");
        let said = status.as_ref().map_or("", |(_, said)| said);
        said.lines().any(|one| one == line)
    };
    let mut parts = server.ask(&format!(
        "SELECT new_part_name FROM system.replication_queue WHERE {of_table} AND type = 'GET_PART'"
    ))?;
    while parts.is_next()? {
        if !is_pending(&parts.words()?) {
            return behind();
        }
    }
    Ok(())
}

/// The nodes below one, with what is in them.
fn children(server: &Client, node: &str) -> Result<Vec<(String, String)>, ClickHouseError> {
    let mut answer = server.ask(&format!(
        "SELECT name, value FROM system.zookeeper WHERE path = {}",
        sql::text(node)
    ))?;
    let mut found = Vec::new();
    while answer.is_next()? {
        found.push((answer.words()?, answer.words()?));
    }
    Ok(found)
}

/// Puts a row that never counts behind those of each month, after a deletion: it has to go through
/// what was written before it, and no version changes what was written last to all copies of a
/// month, `YYYYMM`.
pub(super) fn close_months(
    server: &Client,
    own: &str,
    months: &[u64],
) -> Result<(), ClickHouseError> {
    for month in months {
        // Its number is beyond all others, and none that was there before: what is the same as
        // before would not be written.
        server.run(&format!(
            "INSERT INTO {own} (namespace, day, writing)
             SELECT '', toDate('{}-{:02}-01'), bitOr(rand64(), toUInt64(9223372036854775808))",
            month / 100,
            month % 100
        ))?;
    }
    Ok(())
}

/// Whether a server may drop months of the table that a condition is for: in the oldest version one
/// copy of a shard may, later all.
pub(super) fn is_leader(server: &Client, table: &str) -> Result<bool, ClickHouseError> {
    let leads = server.number(&format!(
        "SELECT toUInt64(max(is_leader)) FROM system.replicas WHERE {table}"
    ))?;
    Ok(leads > 0)
}
