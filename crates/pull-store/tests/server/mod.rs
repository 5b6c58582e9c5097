//! Running servers of ClickHouse that tests may use, and databases of their own there.

#![allow(dead_code)]

pub mod between;

use crate::homes::Home;
use pull_store::ClickHouse;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The variable with the addresses of two copies of the shards of a cluster, a space between them.
pub const COPIES: &str = "DSOS_CLICKHOUSE_COPIES";

/// Runs a test on each kind of place that there is; says so of the others.
pub fn everywhere(test: impl Fn(&str)) {
    without_copies(&test);
    on_each(&[COPIES], test);
}

/// The same of a test that would take many minutes on copies.
pub fn without_copies(test: impl Fn(&str)) {
    on_each(&["DSOS_CLICKHOUSE", "DSOS_CLICKHOUSE_CLUSTER"], test);
}

fn on_each(variables: &[&str], test: impl Fn(&str)) {
    for variable in variables {
        match std::env::var(variable) {
            Ok(address) if !address.is_empty() => test(first(&address)),
            _ => println!("left out: {variable} names no running server"),
        }
    }
}

/// The first of some addresses.
pub fn first(addresses: &str) -> &str {
    addresses.split(' ').next().unwrap_or_default()
}

/// The servers of an address, one for each shard.
pub fn hosts(address: &str) -> Vec<String> {
    let place = address.split_once("://").unwrap().1;
    let authority = place.split(['/', '?']).next().unwrap();
    let hosts = authority
        .rsplit_once('@')
        .map_or(authority, |(_, hosts)| hosts);
    hosts.split(',').map(str::to_owned).collect()
}

/// A database of its own, which is dropped at the end.
pub struct Place {
    /// The address with that database.
    pub address: String,
    pub database: String,
}

impl Place {
    pub fn new(address: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = format!("dsos_test_{}_{number}", std::process::id());
        let place = Self {
            address: with_database(address, &database),
            database,
        };
        place.drop_database().unwrap();
        place
    }

    /// The servers of the address, one for each shard.
    pub fn servers(&self) -> Vec<String> {
        hosts(&self.address)
    }

    /// Whether servers of a shard copy from each other.
    pub fn is_copied(&self) -> bool {
        self.address.ends_with("&replicated=1")
    }

    /// The same place, where each server is asked by way of another address.
    pub fn by_way_of(&self, servers: &[String]) -> String {
        let own = self.servers().join(",");
        self.address.replace(&own, &servers.join(","))
    }

    /// What a server answers with, whatever it is.
    pub fn ask(&self, server: &str, question: &str) -> String {
        self.try_to_ask(server, question).unwrap()
    }

    fn try_to_ask(&self, server: &str, question: &str) -> Result<String, ureq::Error> {
        let (user, password) = self.login();
        let mut answer = ureq::post(&format!("http://{server}/"))
            .config()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build()
            .header("X-ClickHouse-User", user)
            .header("X-ClickHouse-Key", password)
            .send(question)?;
        Ok(answer.body_mut().read_to_string()?.trim().to_owned())
    }

    /// What all shards together count of a table that each has its part of.
    pub fn count(&self, table: &str, condition: &str) -> u64 {
        let servers = self.servers();
        let counts = servers.iter();
        counts
            .map(|server| self.count_at(server, table, condition))
            .sum()
    }

    /// What one of them does.
    pub fn count_at(&self, server: &str, table: &str, condition: &str) -> u64 {
        let local = if self.servers().len() > 1 {
            "_local"
        } else {
            ""
        };
        self.number(
            server,
            &format!(
                "SELECT count() FROM {}.{table}{local} WHERE {condition}",
                self.database
            ),
        )
    }

    /// The number that a server answers with.
    pub fn number(&self, server: &str, question: &str) -> u64 {
        let answer = self.ask(server, question);
        answer.parse().unwrap_or_else(|_| panic!("{answer}"))
    }

    fn login(&self) -> (String, String) {
        let place = self.address.split_once("://").unwrap().1;
        let login = place
            .rsplit_once('@')
            .map_or("default:", |(login, _)| login);
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let plain = |text: &str| {
            let mut bytes = Vec::new();
            let mut rest = text.as_bytes();
            while let Some((first, after)) = rest.split_first() {
                rest = after;
                if *first == b'%' {
                    let digits = std::str::from_utf8(&rest[..2]).unwrap();
                    bytes.push(u8::from_str_radix(digits, 16).unwrap());
                    rest = &rest[2..];
                } else {
                    bytes.push(*first);
                }
            }
            String::from_utf8(bytes).unwrap()
        };
        (plain(user), plain(password))
    }

    fn drop_database(&self) -> Result<(), ureq::Error> {
        // With copies there are more servers than the address names.
        let cluster = self.address.split_once("?cluster=");
        let everywhere = match cluster.and_then(|(_, rest)| rest.split_once('&')) {
            Some((cluster, _)) if self.is_copied() => format!("ON CLUSTER {cluster}"),
            _ => String::new(),
        };
        let statement = format!("DROP DATABASE IF EXISTS {} {everywhere}", self.database);
        for server in self.servers() {
            self.try_to_ask(&server, &statement)?;
        }
        Ok(())
    }
}

impl Home for Place {
    type Store = ClickHouse;

    fn open(&self) -> ClickHouse {
        ClickHouse::open(&self.address.parse().unwrap()).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A test that fails says why itself.
        let _ = self.drop_database();
    }
}

fn with_database(address: &str, database: &str) -> String {
    let (scheme, place) = address.split_once("://").unwrap();
    let (place, parameters) = place.split_once('?').unwrap_or((place, ""));
    let authority = place
        .rsplit_once('/')
        .map_or(place, |(authority, _)| authority);
    format!("{scheme}://{authority}/{database}?{parameters}")
}
