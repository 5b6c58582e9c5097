//! Running servers of ClickHouse that tests may use, and databases of their own there.

#![allow(dead_code)]

pub mod between;

use crate::homes::Home;
use pull_store::ClickHouse;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Runs a test on each kind of place that there is; says so of the others.
pub fn everywhere(test: impl Fn(&str)) {
    for variable in ["DSOS_CLICKHOUSE", "DSOS_CLICKHOUSE_CLUSTER"] {
        match std::env::var(variable) {
            Ok(address) if !address.is_empty() => test(&address),
            _ => println!("left out: {variable} names no running server"),
        }
    }
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
        let place = self.address.split_once("://").unwrap().1;
        let authority = place.split(['/', '?']).next().unwrap();
        let hosts = authority
            .rsplit_once('@')
            .map_or(authority, |(_, hosts)| hosts);
        hosts.split(',').map(str::to_owned).collect()
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

    /// What all servers together count.
    pub fn count(&self, table: &str, condition: &str) -> u64 {
        let local = if self.servers().len() > 1 {
            "_local"
        } else {
            ""
        };
        let database = &self.database;
        self.servers()
            .iter()
            .map(|server| {
                let question =
                    format!("SELECT count() FROM {database}.{table}{local} WHERE {condition}");
                let answer = self.ask(server, &question);
                answer.parse::<u64>().unwrap_or_else(|_| panic!("{answer}"))
            })
            .sum()
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
        let statement = format!("DROP DATABASE IF EXISTS {}", self.database);
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
