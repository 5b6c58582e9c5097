//! The store in ClickHouse while a server is lost that had a copy, and after one came in its place.
//! `DSOS_CLICKHOUSE_PROGRAM` and `DSOS_ZOOKEEPER` name the program, and the folder in which the
//! packages of ZooKeeper are unpacked: servers that others use are not to be lost.

mod homes;
mod server;

use homes::{Home, Row, block, has};
use pull_store::{PullStore, PullStoreError};
use server::Place;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Two servers that copy from each other, in a folder that is removed at the end.
struct Pair {
    starter: Child,
    said: BufReader<ChildStdout>,
    folder: PathBuf,
    addresses: [String; 2],
}

impl Pair {
    /// Nothing where the programs are not named, which is said.
    fn start() -> Option<Self> {
        let of = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (Some(program), Some(packages)) = (of("DSOS_CLICKHOUSE_PROGRAM"), of("DSOS_ZOOKEEPER"))
        else {
            println!("left out: DSOS_CLICKHOUSE_PROGRAM or DSOS_ZOOKEEPER names nothing");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("dsos-lost-{}", std::process::id()));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut starter = Command::new("node")
            .arg(root.join("tests/server/clickhouse.mjs"))
            .args([&program, folder.to_str().unwrap(), "--told"])
            .args(["--copies", "2", "--zookeeper", &packages])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(starter.stdout.take().unwrap());
        let mut pair = Self {
            starter,
            said,
            folder,
            addresses: Default::default(),
        };
        let line = pair.line();
        let (_, addresses) = line.split_once('=').expect("they start");
        let (one, other) = addresses.trim_matches('\'').split_once(' ').unwrap();
        pair.addresses = [one.to_owned(), other.to_owned()];
        Some(pair)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Has something done, and waits until it is.
    fn tell(&mut self, what: &str) {
        writeln!(self.starter.stdin.as_mut().unwrap(), "{what}").unwrap();
        assert_eq!(self.line(), "done", "{what}");
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let mut ask = Command::new("kill");
        if ask
            .arg(self.starter.id().to_string())
            .status()
            .is_ok_and(|status| status.success())
        {
            let _ = self.starter.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn rows(number: u64) -> Vec<Row> {
    vec![(0, 0, number as u8, 1), (0, 40, 2, number as u16)]
}

/// Appends a block, which may take a while after something came back.
fn appends(store: &impl PullStore, number: u64) {
    let mut last = None;
    for _ in 0..60 {
        match store.append(&block(number, &rows(number))) {
            Ok(()) => return,
            Err(error) => last = Some(error),
        }
        thread::sleep(Duration::from_millis(500));
    }
    panic!("block {number}: {last:?}");
}

#[test]
fn a_copy_that_is_lost_keeps_nobody_from_reading_and_one_in_its_place_counts() {
    let Some(mut pair) = Pair::start() else {
        return;
    };
    let place = Place::new(&pair.addresses[0]);
    let store = place.open().folding_at(1);
    store.append(&block(1, &rows(1))).unwrap();
    // So that there is something to be deleted.
    store.replace("kale-0", homes::always(), &[]).unwrap();
    store.append(&block(2, &rows(2))).unwrap();
    store.tidy().unwrap();
    pair.tell("end 1");
    for _ in 0..3 {
        let error = store.append(&block(3, &rows(3))).unwrap_err();
        let is_away = matches!(&error, PullStoreError::ClickHouse(error) if error.is_away());
        assert!(is_away, "{error:?}");
        has(&store, &rows(2));
        // It waits for the copy, and says so.
        store.tidy().unwrap_err();
    }
    pair.tell("begin 1");
    appends(&store, 3);
    has(&store, &[rows(2), rows(3)].concat());
    // Another machine, which was given the tables and has none of the rows.
    pair.tell("end 1");
    pair.tell("empty 1");
    pair.tell("begin 1");
    let all = [rows(2), rows(3), rows(4)].concat();
    appends(&store, 4);
    has(&store, &all);
    let database = &place.database;
    let raw = |server: &str| {
        let question = format!("SELECT count() FROM {database}.raw_local WHERE namespace != ''");
        place.number(server, &question)
    };
    let both = [&pair.addresses[0], &pair.addresses[1]].map(|one| server::hosts(one)[0].clone());
    let is_there = (0..60).any(|_| {
        thread::sleep(Duration::from_millis(500));
        raw(&both[0]) == raw(&both[1])
    });
    assert!(is_there, "it has fetched the rest");
    let other = server::hosts(&pair.addresses[1]);
    let by_the_other = place.by_way_of(&other);
    has(
        &pull_store::ClickHouse::open(&by_the_other.parse().unwrap()).unwrap(),
        &all,
    );
    store.tidy().unwrap();
    has(&store, &all);
}
