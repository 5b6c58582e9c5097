//! Servers of a shard that copy from each other (`ReplicatedMergeTree`).
//!
//! An insert is done once all have it (`insert_quorum`, in `client.rs`). What is taken away, each does
//! in its own time; before anybody forgets that rows do not count, all have to have done it. What is
//! to be done, and what each has done, stands in the tree of ZooKeeper or Keeper, in which every
//! table has a node; the servers show it as `system.zookeeper`.

use super::client::Client;
use super::error::ClickHouseError;
use super::sql;
use pulls::calendar::Day;

/// What is to be done by every copy of a table.
pub(super) struct Due {
    /// The node of the table.
    node: String,
    /// The name of the last deletion (`ALTER … DELETE`); names go up.
    deletion: Option<String>,
    /// How many entries there are in the log of what happened to the table, older ones included.
    entries: u64,
}

impl Due {
    /// What there is to do now of a table, whose database and name are literals.
    pub fn of(server: &Client, database: &str, table: &str) -> Result<Self, ClickHouseError> {
        let mut answer = server.ask(&format!(
            "SELECT zookeeper_path FROM system.replicas
             WHERE database = {database} AND table = {table}"
        ))?;
        if !answer.is_next()? {
            return Err(ClickHouseError::Answer("no copy where there should be one"));
        }
        let node = answer.words()?;
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
        })
    }

    /// Whether every copy has done it, one that is away included.
    pub fn is_done(&self, server: &Client) -> Result<bool, ClickHouseError> {
        for (copy, _) in children(server, &format!("{}/replicas", self.node))? {
            let copy = format!("{}/replicas/{copy}", self.node);
            let said = children(server, &copy)?;
            let value = |name: &str| {
                let found = said.iter().find(|(known, _)| known == name);
                found.map_or("", |(_, value)| value.as_str())
            };
            if let Some(deletion) = &self.deletion
                && value("mutation_pointer") < deletion.as_str()
            {
                return Ok(false);
            }
            if value("log_pointer").parse::<u64>().unwrap_or(0) < self.entries {
                return Ok(false);
            }
            // It has read of all of it; of what it has not done yet, months that are dropped matter.
            let waiting = children(server, &format!("{copy}/queue"))?;
            let drops = |entry: &str| entry.lines().any(|line| line == "drop");
            if waiting.iter().any(|(_, entry)| drops(entry)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
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
/// month.
pub(super) fn close_months(server: &Client, own: &str) -> Result<(), ClickHouseError> {
    let mut answer = server.ask(&format!("SELECT DISTINCT toStartOfMonth(day) FROM {own}"))?;
    let mut months = Vec::new();
    while answer.is_next()? {
        months.push(Day(answer.short()?.into()));
    }
    for month in months {
        // Its number is beyond all others, and none that was there before: what is the same as
        // before would not be written.
        server.run(&format!(
            "INSERT INTO {own} (namespace, day, writing)
             SELECT '', {}, bitOr(rand64(), toUInt64(9223372036854775808))",
            sql::day(month)
        ))?;
    }
    Ok(())
}
