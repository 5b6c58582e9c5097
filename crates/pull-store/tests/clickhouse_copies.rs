//! The store in ClickHouse, where servers of a shard copy from each other: what counts is on all of
//! them, and any may be asked. `DSOS_CLICKHOUSE_COPIES` has two addresses, of one copy of each
//! shard and of the other; that the store does there what it does everywhere is seen by the tests
//! beside these.

mod homes;
mod server;

use homes::{Row, block, has};
use pull_store::{ClickHouse, ClickHouseError, PullStore, PullStoreError};
use pulls::calendar::Day;
use server::Place;
use std::thread;
use std::time::Duration;

/// All tables; the journal of the second shard stays empty.
const TABLES: [&str; 5] = [
    "raw_local",
    "kept_local",
    "margin_local",
    "month_margin_local",
    "journal",
];

/// How long something is watched that should not end.
const A_WHILE: Duration = Duration::from_secs(3);

/// Rows of both namespaces, which are on different shards, of three months.
fn rows(number: u64) -> Vec<Row> {
    let at = |owner, day| (owner, day, (number % 5) as u8, number as u16);
    vec![at(0, 0), at(0, 30), at(1, 0), at(1, 60), at(1, 60)]
}

/// A database on all copies, and the servers of either address.
struct Copies {
    place: Place,
    servers: [Vec<String>; 2],
}

impl Copies {
    /// Nothing where there are none, which is said.
    fn new() -> Option<Self> {
        let Ok(both) = std::env::var(server::COPIES) else {
            println!("left out: {} names no running servers", server::COPIES);
            return None;
        };
        let (_, other) = both.split_once(' ').expect("two addresses");
        let place = Place::new(server::first(&both));
        let servers = [place.servers(), server::hosts(other)];
        Some(Self { place, servers })
    }

    /// The store by way of either address.
    fn open(&self, copy: usize) -> ClickHouse {
        let by_way = self.place.by_way_of(&self.servers[copy]);
        ClickHouse::open(&by_way.parse().unwrap()).unwrap()
    }

    /// What every server of a copy counts in each of the tables.
    fn counts(&self, copy: usize) -> Vec<[u64; TABLES.len()]> {
        let database = &self.place.database;
        let of = |server: &String| {
            TABLES.map(|table| {
                let question = format!("SELECT count() FROM {database}.{table}");
                self.place.number(server, &question)
            })
        };
        self.servers[copy].iter().map(of).collect()
    }

    /// How many raw rows every server of a copy has of the days before one.
    fn old(&self, copy: usize, day: Day) -> u64 {
        let database = &self.place.database;
        let question = format!(
            "SELECT count() FROM {database}.raw_local WHERE day < toDate('{day}') AND namespace != ''"
        );
        let servers = self.servers[copy].iter();
        servers
            .map(|server| self.place.number(server, &question))
            .sum()
    }

    /// How many rows of a kind the journal has, which is on the first shard.
    fn journal(&self, kind: &str) -> u64 {
        let journal = format!("{}.journal", self.place.database);
        let question = format!("SELECT count() FROM {journal} WHERE kind = '{kind}'");
        self.place.number(&self.servers[0][0], &question)
    }

    /// How many writings are on no disk any more.
    fn cleaned(&self) -> u64 {
        self.journal("clean")
    }

    /// Makes the table of a server anew, which then has yet to fetch what is in it, and fetches nothing,
    /// if there is something.
    fn make_anew(&self, server: &str, table: &str) {
        let table = format!("{}.{table}", self.place.database);
        let done = |statement: String| assert_eq!(self.place.ask(server, &statement), "");
        let number = |question: &str| self.place.number(server, question);
        let is_empty = number(&format!("SELECT count() FROM {table}")) == 0;
        let made = self
            .place
            .ask(server, &format!("SHOW CREATE TABLE {table} FORMAT TSVRaw"));
        for _ in 0..50 {
            done(format!("DROP TABLE {table}"));
            done(made.clone());
            done(format!("SYSTEM STOP FETCHES {table}"));
            // It may have been quicker.
            if is_empty || number(&format!("SELECT count() FROM {table}")) == 0 {
                return;
            }
        }
        panic!("{table} is fetched before anybody can stop that");
    }

    /// Waits until either copy has what the other has.
    fn become_alike(&self) {
        for _ in 0..120 {
            if self.counts(0) == self.counts(1) {
                return;
            }
            thread::sleep(Duration::from_millis(500));
        }
        panic!("{:?} and {:?}", self.counts(0), self.counts(1));
    }

    /// Has every server of a copy do something with a table.
    fn system(&self, copy: usize, what: &str, table: &str) {
        for server in &self.servers[copy] {
            let statement = format!("SYSTEM {what} {}.{table}", self.place.database);
            assert_eq!(self.place.ask(server, &statement), "", "{statement}");
        }
    }
}

#[test]
fn what_counts_is_on_every_copy() {
    let Some(copies) = Copies::new() else { return };
    let store = copies.open(0).folding_at(1);
    let mut all = Vec::new();
    for number in 1..=4 {
        store.append(&block(number, &rows(number))).unwrap();
        all.extend(rows(number));
        // At once, and nothing is waited for.
        assert_eq!(copies.counts(0), copies.counts(1), "after block {number}");
        let raw = copies.counts(1).iter().map(|counts| counts[0]).sum::<u64>();
        assert_eq!(raw, all.len() as u64);
    }
    has(&store, &all);
}

#[test]
fn the_other_copies_take_over_and_give_back() {
    let Some(copies) = Copies::new() else { return };
    let (one, other) = (copies.open(0), copies.open(1));
    one.append(&block(1, &rows(1))).unwrap();
    assert_eq!(other.appended().unwrap(), 1);
    other.append(&block(1, &rows(1))).unwrap();
    has(&other, &rows(1));
    other.append(&block(2, &rows(2))).unwrap();
    // Who wrote before knows nothing of that, and opens the store anew as after an end.
    let one = copies.open(0);
    one.append(&block(2, &rows(2))).unwrap();
    one.append(&block(3, &rows(3))).unwrap();
    let all = [rows(1), rows(2), rows(3)].concat();
    has(&one, &all);
    has(&other, &all);
}

#[test]
fn while_a_copy_gets_nothing_nothing_counts_and_then_it_counts_once() {
    for table in ["raw_local", "journal"] {
        let Some(copies) = Copies::new() else { return };
        let store = copies.open(0);
        store.append(&block(1, &rows(1))).unwrap();
        copies.system(1, "STOP FETCHES", table);
        let error = store.append(&block(2, &rows(2))).unwrap_err();
        let is_away = matches!(&error, PullStoreError::ClickHouse(error) if error.is_away());
        assert!(is_away, "{table}: {error:?}");
        let voids = copies.journal("void");
        store.append(&block(2, &rows(2))).unwrap_err();
        assert_eq!(copies.journal("void"), voids, "{table}: no number is lost");
        // Meanwhile everybody sees what counted before, by whatever copy.
        for copy in 0..2 {
            has(&copies.open(copy), &rows(1));
        }
        copies.system(1, "START FETCHES", table);
        let all = [rows(1), rows(2)].concat();
        // What was in doubt arrives now, and is settled.
        let appended = (0..60).any(|_| {
            let outcome = store.append(&block(2, &rows(2)));
            thread::sleep(Duration::from_millis(500));
            outcome.is_ok()
        });
        assert!(appended, "{table}");
        for copy in 0..2 {
            has(&copies.open(copy), &all);
        }
    }
}

#[test]
fn what_is_deleted_is_clean_once_it_is_on_no_copy() {
    let Some(copies) = Copies::new() else { return };
    let store = copies.open(0);
    store.append(&block(1, &rows(1))).unwrap();
    let days = homes::days_of(&[(0, 0, 7, 7)]);
    store.replace("kale-0", homes::always(), &days).unwrap();
    let mut all = rows(1);
    all.retain(|row| row.0 != 0);
    all.push((0, 0, 7, 7));
    // What did not count when it was tidied before is deleted.
    store.tidy().unwrap();
    // What is written still comes; what is deleted waits.
    copies.system(1, "STOP MERGES", "raw_local");
    thread::scope(|scope| {
        let tidied = scope.spawn(|| store.tidy());
        thread::sleep(A_WHILE);
        assert!(!tidied.is_finished());
        assert_eq!(copies.cleaned(), 0);
        copies.system(1, "START MERGES", "raw_local");
        tidied.join().unwrap().unwrap();
    });
    assert!(copies.cleaned() > 0);
    assert_eq!(copies.counts(0), copies.counts(1));
    for copy in [0, 1, 0, 1] {
        has(&copies.open(copy), &all);
    }
}

#[test]
fn what_is_forgotten_is_gone_from_every_copy() {
    let Some(copies) = Copies::new() else { return };
    // One of the two may drop months, the other deletes rows.
    for copy in 0..2 {
        let store = copies.open(copy);
        let number = store.appended().unwrap() + 1;
        store.append(&block(number, &rows(number))).unwrap();
        let before = Day(homes::FIRST + 31);
        assert_eq!(store.drop_before(before).unwrap(), 3, "by copy {copy}");
        let mut all: Vec<Row> = (1..=number).flat_map(rows).collect();
        all.retain(|row| row.1 > 30);
        for _ in 0..2 {
            for at in 0..2 {
                has(&copies.open(at), &all);
            }
            store.tidy().unwrap();
        }
        for at in 0..2 {
            has(&copies.open(at), &all);
            let old = copies.old(at, before);
            assert_eq!(old, 0, "what copy {at} has on its disks");
        }
    }
}

#[test]
fn a_deletion_that_broke_off_is_finished() {
    let Some(copies) = Copies::new() else { return };
    let store = copies.open(0);
    store.append(&block(1, &rows(1))).unwrap();
    store.replace("kale-0", homes::always(), &[]).unwrap();
    let mut all = rows(1);
    all.retain(|row| row.0 != 0);
    store.tidy().unwrap();
    // As if it had ended right after the statement, with nothing left to be deleted: it waits for
    // what was written last, and nothing is written to those months any more.
    let database = &copies.place.database;
    for server in &copies.servers[0] {
        let statement = format!("ALTER TABLE {database}.raw_local DELETE WHERE writing = 999");
        assert_eq!(copies.place.ask(server, &statement), "");
    }
    store.tidy().unwrap();
    assert!(copies.cleaned() > 0);
    for copy in 0..2 {
        has(&copies.open(copy), &all);
    }
}

#[test]
fn a_copy_that_comes_anew_is_read_once_it_has_caught_up() {
    let Some(copies) = Copies::new() else { return };
    let store = copies.open(0);
    store.append(&block(1, &rows(1))).unwrap();
    let database = &copies.place.database;
    for server in &copies.servers[1] {
        let statement = format!("DROP TABLE {database}.raw_local");
        assert_eq!(copies.place.ask(server, &statement), "");
    }
    // Whoever opens the store finds fewer copies than are listed, and says what to do.
    let opened = ClickHouse::at(&copies.place.by_way_of(&copies.servers[0]).parse().unwrap());
    let error = opened.append(&block(2, &rows(2))).unwrap_err();
    let says = |error: &PullStoreError| error.to_string().contains("run dsos migrate");
    assert!(
        matches!(
            &error,
            PullStoreError::ClickHouse(ClickHouseError::Cluster(_))
        ) && says(&error),
        "{error}"
    );
    opened.migrate().unwrap();
    // By its own way as well, and at once: it asks the other.
    has(&copies.open(1), &rows(1));
    opened.append(&block(2, &rows(2))).unwrap();
    copies.become_alike();
    for copy in 0..2 {
        has(&copies.open(copy), &[rows(1), rows(2)].concat());
    }
}

#[test]
fn nothing_is_made_of_what_a_copy_has_that_has_yet_to_catch_up() {
    for table in ["journal", "raw_local"] {
        let Some(copies) = Copies::new() else { return };
        let store = copies.open(0);
        store.append(&block(1, &rows(1))).unwrap();
        for server in &copies.servers[1] {
            copies.make_anew(server, table);
        }
        let address = copies.place.by_way_of(&copies.servers[1]);
        let other = ClickHouse::at(&address.parse().unwrap()).folding_at(1);
        if table == "journal" {
            let error = other.appended().unwrap_err();
            assert!(error.to_string().contains("has yet to fetch"), "{error}");
        } else {
            // It counts, and is added to no margins.
            let void = copies.journal("void");
            other.append(&block(2, &rows(2))).unwrap();
            assert_eq!(copies.journal("fold"), 0);
            // The number that a store declares void as it begins to write, and none in vain.
            assert_eq!(copies.journal("void"), void + 1);
        }
        copies.system(1, "START FETCHES", table);
        copies.become_alike();
        for number in 2..=3 {
            other.append(&block(number, &rows(number))).unwrap();
        }
        assert!(copies.journal("fold") > 0, "{table}");
        let all = [rows(1), rows(2), rows(3)].concat();
        for copy in 0..2 {
            let store = copies.open(copy);
            has(&store, &all);
            homes::margins_agree(&store, &all);
        }
    }
}
