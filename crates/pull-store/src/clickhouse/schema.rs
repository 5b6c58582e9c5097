//! The tables, and which version of them there is.
//!
//! | table | a row is | on |
//! |---|---|---|
//! | `raw` | a pull | its shard |
//! | `kept` | what a writing brought of a day of a namespace | its shard |
//! | `margin` | how often a value of a column was counted on a day | its shard |
//! | `month_margin` | the same of a month, whose first day it has | its shard |
//! | `journal` | a writing that counts, or one that never will | the first shard |
//! | `version` | a version of these tables | the first shard |
//!
//! Where servers of a shard copy from each other, every table is on every server: the cluster's own
//! queue of statements (`distributed_ddl`) makes them, on servers that the address does not name,
//! too, so that the address may name those tomorrow. On other shards than the first, `journal` and
//! `version` stay empty.
//!
//! Every row carries the number of its writing. `raw` is in the order of what is alike: digests
//! and tags are most of its bytes, and in the order of their coming they take nearly twice the
//! space.

use super::client::Client;
use super::error::ClickHouseError;
use super::servers::Servers;
use super::sql;
use crate::PullStoreError;

/// The version of the tables.
pub(super) const VERSION: u32 = 1;

/// Tables of which each shard has its part.
pub(super) const SHARED: [&str; 4] = [RAW, KEPT, MARGIN, MONTH_MARGIN];

pub(super) const RAW: &str = "raw";
pub(super) const KEPT: &str = "kept";
pub(super) const MARGIN: &str = "margin";
pub(super) const MONTH_MARGIN: &str = "month_margin";
pub(super) const JOURNAL: &str = "journal";
const VERSIONS: &str = "version";

/// The columns and the order of a table.
fn table(name: &str) -> (&'static str, &'static str) {
    match name {
        RAW => (
            "namespace String, day Date, repository String, tag String, digest String,
             country String, tool String, version String, host String, network String,
             domain String, action UInt8, method UInt8, count UInt64, week_visitor UInt64,
             month_visitor UInt64, writing UInt64, row UInt32",
            "namespace, day, repository, tag, action, writing, row",
        ),
        KEPT => (
            "namespace String, day Date, rows UInt64, rollup_rows UInt64, rollup_bytes UInt64,
             csv_bytes UInt64, writing UInt64",
            "namespace, day, writing",
        ),
        // The dimension is its place in `margins::COLUMNS`.
        _ => (
            "namespace String, day Date, dimension UInt8, action UInt8, value String,
             count UInt64, writing UInt64",
            "namespace, dimension, day, action, value",
        ),
    }
}

/// What was made of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The version that was found; 0 for none.
    pub found: u32,
    /// The version that there is now.
    pub now: u32,
}

/// Says no unless the tables are there, and of this version.
pub(super) fn check(servers: &Servers) -> Result<(), PullStoreError> {
    let is_there = servers.home()?.number(&format!(
        "SELECT toUInt64(count()) FROM system.tables WHERE database = {} AND name = {}",
        sql::text(&servers.address.database),
        sql::text(VERSIONS)
    ))?;
    let found = match is_there {
        0 => 0,
        _ => found(servers)?,
    };
    match found {
        VERSION => Ok(servers
            .shards()?
            .iter()
            .try_for_each(|server| check_copies(servers, server))?),
        newer if newer > VERSION => Err(PullStoreError::Newer {
            found,
            known: VERSION,
        }),
        _ => Err(PullStoreError::NotMigrated),
    }
}

/// The tables of which each copy has all that its shard has.
fn copied_tables(servers: &Servers) -> Vec<String> {
    let shared = SHARED.map(|table| servers.own(table));
    (shared.into_iter())
        .chain([JOURNAL, VERSIONS].map(|table| servers.all_of(table)))
        .collect()
}

/// The condition for those in the tables of the system. Other tables may be in the same database.
pub(super) fn of_tables(servers: &Servers) -> String {
    let tables = copied_tables(servers);
    let each = tables
        .iter()
        .map(|table| format!("({})", sql::of_table(table)));
    format!("({})", each.collect::<Vec<_>>().join(" OR "))
}

/// Says no if the tables of a server have other copies than its settings list, where they have any:
/// what is written would be on some of those that are read, or on others in place of them.
fn check_copies(servers: &Servers, server: &Client) -> Result<(), ClickHouseError> {
    if !servers.are_copied() {
        return Ok(());
    }
    let mut answer = server.ask(&format!(
        "SELECT toUInt64(countIf(total_replicas = {})), toUInt64(countIf(total_replicas = 0))
         FROM system.replicas WHERE {}",
        server.copies,
        of_tables(servers)
    ))?;
    if !answer.is_next()? {
        return Err(ClickHouseError::Answer("no numbers of copies"));
    }
    let (well, unknown) = (answer.number()?, answer.number()?);
    let tables = copied_tables(servers).len() as u64;
    if well == tables {
        return Ok(());
    }
    if unknown > 0 {
        // No table has none: its own server is one.
        return Err(ClickHouseError::Slow(format!(
            "{} cannot ask ZooKeeper or Keeper which copies there are",
            server.name()
        )));
    }
    Err(ClickHouseError::Cluster(format!(
        "the settings of {} list {} copies of its shard, and {} of {tables} tables have not so many: \
         list those that ZooKeeper knows, and run dsos migrate for new ones",
        server.name(),
        server.copies,
        tables - well,
    )))
}

/// Makes what is missing.
pub(super) fn migrate(servers: &Servers) -> Result<Migrated, PullStoreError> {
    let address = &servers.address;
    let database = &address.database;
    let everywhere = servers.everywhere();
    let home = servers.home()?;
    let there = Migrated {
        found: VERSION,
        now: VERSION,
    };
    // A copy may have come since, and has to get tables. If none has, nothing is asked of all: such a
    // statement waits for every server. What is wrong is met again below.
    if servers.are_copied() && check(servers).is_ok() {
        return Ok(there);
    }
    // Those that are asked to make a table: one of them asks all others, where they copy.
    let makers = match servers.are_copied() {
        true => &servers.shards()?[..1],
        false => servers.shards()?,
    };
    for server in makers {
        // Whoever may not make databases may use one that is there; where servers copy, it is not
        // seen from here whether all of them have it.
        let is_there = server.number(&format!(
            "SELECT toUInt64(count()) FROM system.databases WHERE name = {}",
            sql::text(database)
        ))?;
        if is_there == 0 || servers.are_copied() {
            server.run(&format!(
                "CREATE DATABASE IF NOT EXISTS {database} {everywhere}"
            ))?;
        }
    }
    let version = servers.all_of(VERSIONS);
    home.run(&format!(
        "CREATE TABLE IF NOT EXISTS {version} {everywhere} (version UInt32)
         ENGINE = {} ORDER BY version",
        engine(servers, VERSIONS)
    ))?;
    let found = found(servers)?;
    if found > VERSION {
        return Err(PullStoreError::Newer {
            found,
            known: VERSION,
        });
    }
    if found == VERSION && !servers.are_copied() {
        return Ok(there);
    }
    for name in SHARED {
        let (columns, order) = table(name);
        for server in makers {
            server.run(&format!(
                "CREATE TABLE IF NOT EXISTS {} {everywhere} ({columns}) ENGINE = {}
                 PARTITION BY toYYYYMM(day) ORDER BY ({order})",
                servers.own(name),
                engine(servers, name)
            ))?;
        }
        if let Some(cluster) = &address.cluster {
            for server in makers {
                server.run(&format!(
                    "CREATE TABLE IF NOT EXISTS {} {everywhere} ({columns})
                     ENGINE = Distributed({}, {database}, {name}_local, sipHash64(namespace))",
                    servers.all_of(name),
                    cluster.name
                ))?;
            }
        }
    }
    home.run(&format!(
        "CREATE TABLE IF NOT EXISTS {} {everywhere} (writing UInt64, kind String, number UInt64,
         namespace String, since Date, until Date, first Date, last Date, rows UInt64)
         ENGINE = {} ORDER BY (kind, writing)",
        servers.all_of(JOURNAL),
        engine(servers, JOURNAL)
    ))?;
    // Last, so that what broke off is begun again.
    if found < VERSION {
        home.run(&format!("INSERT INTO {version} VALUES ({VERSION})"))?;
    }
    Ok(Migrated {
        found,
        now: VERSION,
    })
}

/// The version of the tables that are there; 0 for none.
fn found(servers: &Servers) -> Result<u32, ClickHouseError> {
    let version = servers.all_of(VERSIONS);
    let found = servers
        .home()?
        .number(&format!("SELECT toUInt64(max(version)) FROM {version}"))?;
    Ok(u32::try_from(found).unwrap_or(u32::MAX))
}

/// The engine of a table. With copies it names a path that is the same on all servers of a shard,
/// by the macros of their settings.
fn engine(servers: &Servers, name: &str) -> String {
    match servers.are_copied() {
        true => format!(
            "ReplicatedMergeTree('/clickhouse/tables/{{shard}}/{}/{name}', '{{replica}}')",
            servers.address.database
        ),
        false => "MergeTree()".to_owned(),
    }
}
