//! The servers of an address: one, or one of each shard of a cluster. Rows of a
//! namespace are on one shard. Which server is of which shard is asked when it is
//! first needed, so that whoever opens the store need not wait for a server.

use super::address::Address;
use super::client::Client;
use super::error::ClickHouseError;
use super::sql;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// So many namespaces are remembered with their shards.
const MOST_REMEMBERED: usize = 100_000;

/// The servers of an address.
pub(super) struct Servers {
    pub address: Address,
    /// By the number of the shard, from 1 on, once that is known. Never empty then.
    found: OnceLock<Vec<Client>>,
    /// Which shard the rows of a namespace are on.
    places: Mutex<HashMap<String, usize>>,
}

impl Servers {
    /// Those of an address; nothing is asked yet.
    pub fn new(address: &Address) -> Self {
        Self {
            address: address.clone(),
            found: OnceLock::new(),
            places: Mutex::new(HashMap::new()),
        }
    }

    /// The server that knows what was kept, and is asked for what is on all of them.
    pub fn home(&self) -> Result<&Client, ClickHouseError> {
        Ok(&self.shards()?[0])
    }

    /// All of them, one of each shard.
    pub fn shards(&self) -> Result<&[Client], ClickHouseError> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let found = find(&self.address)?;
        Ok(self.found.get_or_init(|| found))
    }

    /// Which of the shards the rows of a namespace are on, by the same hash as the distributed
    /// tables have.
    pub fn place(&self, namespace: &str) -> Result<usize, ClickHouseError> {
        let shards = self.shards()?.len();
        if shards == 1 {
            return Ok(0);
        }
        let places = || self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places().get(namespace) {
            return Ok(*place);
        }
        let place = self.home()?.number(&format!(
            "SELECT toUInt64(sipHash64({}) % {shards})",
            sql::text(namespace)
        ))? as usize;
        let mut places = places();
        if places.len() >= MOST_REMEMBERED {
            places.clear();
        }
        places.insert(namespace.to_owned(), place);
        Ok(place)
    }

    /// Whether servers of a shard copy from each other.
    pub fn are_copied(&self) -> bool {
        let cluster = self.address.cluster.as_ref();
        cluster.is_some_and(|one| one.is_replicated)
    }

    /// What follows the name of what is made or dropped, so that it is on all servers of all
    /// shards: the address names one of each.
    pub fn everywhere(&self) -> String {
        match &self.address.cluster {
            Some(cluster) if self.are_copied() => format!("ON CLUSTER {}", cluster.name),
            _ => String::new(),
        }
    }

    /// What a table is called where all of its rows are read.
    pub fn all_of(&self, table: &str) -> String {
        format!("{}.{table}", self.address.database)
    }

    /// What a table is called where the rows of one shard are.
    pub fn own(&self, table: &str) -> String {
        let local = if self.address.cluster.is_some() {
            "_local"
        } else {
            ""
        };
        format!("{}.{table}{local}", self.address.database)
    }
}

/// Finds out which server is of which shard.
fn find(address: &Address) -> Result<Vec<Client>, ClickHouseError> {
    let mut shards = Vec::new();
    for server in &address.servers {
        shards.push((1, Client::new(address, server)?));
    }
    if let Some(cluster) = &address.cluster {
        let name = sql::text(&cluster.name);
        let wrong = |how: &str| Err(ClickHouseError::Cluster(how.to_owned()));
        for (server, (number, client)) in address.servers.iter().zip(&mut shards) {
            let all = client.number(&format!(
                "SELECT toUInt64(uniqExact(shard_num)) FROM system.clusters WHERE cluster = {name}"
            ))?;
            if all != address.servers.len() as u64 {
                return Err(ClickHouseError::Cluster(format!(
                    "{} shards are in the settings of {server}, and {} in the address",
                    all,
                    address.servers.len()
                )));
            }
            let mut own = client.ask(&format!(
                "SELECT DISTINCT toUInt64(shard_num) FROM system.clusters WHERE cluster = {name} AND is_local"
            ))?;
            if !own.is_next()? {
                return Err(ClickHouseError::Cluster(format!(
                    "{server} does not know itself to be in it"
                )));
            }
            *number = own.number()?;
            if own.is_next()? {
                return wrong("a server is in several of its shards");
            }
            if cluster.is_replicated {
                let copies = client.number(&format!(
                    "SELECT toUInt64(count()) FROM system.clusters WHERE cluster = {name} AND shard_num = {number}"
                ))?;
                if copies < 2 {
                    return Err(ClickHouseError::Cluster(format!(
                        "{server} has no copy in its settings, and copies are what replicated=1 is for"
                    )));
                }
                client.set_copies(copies)?;
            }
        }
        shards.sort_by_key(|(number, _)| *number);
        let numbers = shards.iter().map(|(number, _)| *number);
        if !numbers.eq(1..=shards.len() as u64) {
            return wrong("the address names two servers of one shard, and none of another");
        }
    }
    Ok(shards.into_iter().map(|(_, client)| client).collect())
}
