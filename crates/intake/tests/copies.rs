//! A copy of what was taken in and counted goes on where it was made, at whatever moment that was.

use intake::visitors::Visitor;
use intake::{Arrival, Drain, Happened, IntakeError, Limits, Origin, Spool, Spooled, copies};
use proptest::prelude::*;
use pull_store::{Embedded, PullStore};
use pulls::calendar::{Day, Span};
use pulls::header::Column;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};

/// 2026-05-04T09:00:00Z.
const START_MS: i64 = 1_777_885_200_000;
const WINDOW: i64 = 1_000;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-copies-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn spool(data: &Path) -> Spool {
    let most_bytes = u64::MAX;
    Spool::open(data, Limits { most_bytes }).unwrap()
}

/// A pull of a tag of its own.
fn pull(number: u32) -> Spooled {
    Spooled {
        at_us: (START_MS + i64::from(number)) * 1_000,
        happened: Happened::Get,
        repository: "kelp/web".to_owned(),
        tag: format!("t{number}"),
        digest: format!("sha256:{number:064x}"),
        id: Some(u128::from(number) + 1),
        visitor: Visitor {
            week: u64::from(number) + 1,
            month: u64::from(number) + 1,
            before: None,
        },
        agent: 7,
        tool: "docker".to_owned(),
        version: "27.1".to_owned(),
        origin: Origin::default(),
    }
}

fn accept(spool: &Spool, numbers: std::ops::Range<u32>) {
    let arrival = Arrival {
        registry: 1,
        arrived_ms: START_MS,
        events: numbers.map(pull).collect(),
        passed_over: 0,
        set_aside: Vec::new(),
    };
    let (send, receive) = mpsc::channel();
    spool.accept(arrival, move |outcome| send.send(outcome).unwrap());
    receive.recv().unwrap().unwrap();
}

fn drain(data: &Path, spool: &Spool) -> Drain {
    let store: Arc<dyn PullStore> = Arc::new(Embedded::open(data).unwrap());
    Drain::open(data, spool, store, WINDOW).unwrap()
}

/// Counts all that is there; how often each tag was counted then.
fn counted(data: &Path) -> BTreeMap<String, u64> {
    let spool = spool(data);
    let mut drain = drain(data, &spool);
    for step in 1..4 {
        drain.step(START_MS + step * 100_000_000).unwrap();
    }
    let mut counts = BTreeMap::new();
    let always = Span::new(Day(20_000), Day(22_000));
    let store = Embedded::open(data).unwrap();
    store
        .raw(&["kelp"], always, &mut |batch| {
            for row in 0..batch.len() {
                let tag = batch.row(row).text(Column::Tag).to_vec();
                *counts.entry(String::from_utf8(tag).unwrap()).or_default() += 1;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    counts
}

fn once(numbers: std::ops::Range<u32>) -> BTreeMap<String, u64> {
    numbers.map(|number| (format!("t{number}"), 1)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_copy_counts_what_was_there_once(
        before in 0..30u32,
        steps in 0..3i64,
        waiting in 0..30u32,
        after in 0..30u32,
    ) {
        let folder = Folder::new();
        let (data, copy, other) = (folder.path("data"), folder.path("copy"), folder.path("other"));
        std::fs::create_dir(&data).unwrap();
        let of_data = spool(&data);
        let mut counting = drain(&data, &of_data);
        accept(&of_data, 0..before);
        for step in 1..=steps {
            counting.step(START_MS + step * 700).unwrap();
        }
        accept(&of_data, before..before + waiting);
        copies::backup(&data, &copy).unwrap();
        accept(&of_data, before + waiting..before + waiting + after);
        counting.step(START_MS + 10_000).unwrap();
        drop((counting, of_data));
        prop_assert_eq!(copies::restore(&other, &copy).unwrap(), None);
        prop_assert_eq!(counted(&other), once(0..before + waiting));
        // Where it came from goes on by itself, and can be put back to that moment.
        prop_assert_eq!(counted(&data), once(0..before + waiting + after));
        let kept = copies::restore(&data, &copy).unwrap().unwrap();
        prop_assert_eq!(counted(&data), once(0..before + waiting));
        prop_assert_eq!(counted(&kept), once(0..before + waiting + after));
    }
}

#[test]
fn copies_that_are_made_while_it_counts_are_each_of_a_moment() {
    let folder = Folder::new();
    let data = folder.path("data");
    std::fs::create_dir(&data).unwrap();
    let of_data = spool(&data);
    let mut counting = drain(&data, &of_data);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut step = 0;
            while !is_over.load(Ordering::Relaxed) {
                step += 1;
                // Held up by a copy, it tries again.
                let _ = counting.step(START_MS + step * 500);
            }
        });
        for turn in 0..12 {
            let acknowledged = (turn + 1) * 40;
            accept(&of_data, turn * 40..acknowledged);
            let (copy, other) = (
                folder.path(&format!("copy-{turn}")),
                folder.path(&format!("other-{turn}")),
            );
            copies::backup(&data, &copy).unwrap();
            copies::restore(&other, &copy).unwrap();
            assert_eq!(counted(&other), once(0..acknowledged), "turn {turn}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn keys_of_clients_are_in_no_copy() {
    let folder = Folder::new();
    let (data, copy) = (folder.path("data"), folder.path("copy"));
    std::fs::create_dir(&data).unwrap();
    let of_data = spool(&data);
    drop(drain(&data, &of_data));
    let now = chrono::DateTime::from_timestamp_millis(START_MS).unwrap();
    let address = "192.0.2.7".parse().unwrap();
    of_data.visitor(address, now, now).unwrap();
    let keys = |folder: &Path| -> Vec<Vec<u8>> {
        let file = rusqlite::Connection::open(folder.join("spool.sqlite")).unwrap();
        let mut all = file.prepare("SELECT key FROM visitor_key").unwrap();
        let keys = all.query_map([], |row| row.get(0)).unwrap();
        keys.collect::<Result<_, _>>().unwrap()
    };
    copies::backup(&data, &copy).unwrap();
    let known = keys(&data);
    assert!(!known.is_empty());
    assert!(keys(&copy).is_empty());
    let bytes = std::fs::read(copy.join("spool.sqlite")).unwrap();
    for key in known {
        assert!(!bytes.windows(key.len()).any(|window| window == key));
    }
}

#[test]
fn what_is_no_copy_changes_nothing() {
    let folder = Folder::new();
    let (data, copy) = (folder.path("data"), folder.path("copy"));
    std::fs::create_dir(&data).unwrap();
    let of_data = spool(&data);
    let counting = drain(&data, &of_data);
    accept(&of_data, 0..3);
    copies::backup(&data, &copy).unwrap();
    let there = copies::backup(&data, &copy).unwrap_err();
    assert!(matches!(there, IntakeError::Folder(..)), "{there}");
    // Somebody counts.
    let taken = copies::restore(&data, &copy).unwrap_err();
    assert!(matches!(taken, IntakeError::Taken), "{taken}");
    drop((counting, of_data));
    std::fs::write(
        copy.join("pulls.sqlite"),
        b"SQLite format 3\0 and then nothing",
    )
    .unwrap();
    let damaged = copies::restore(&data, &copy).unwrap_err();
    assert!(
        matches!(&damaged, IntakeError::NoCopy(path) if path.ends_with("pulls.sqlite")),
        "{damaged}"
    );
    std::fs::remove_file(copy.join("spool.sqlite")).unwrap();
    let lacking = copies::restore(&data, &copy).unwrap_err();
    assert!(matches!(lacking, IntakeError::NoCopy(_)), "{lacking}");
    assert_eq!(counted(&data), once(0..3));
    let names = std::fs::read_dir(&data).unwrap();
    assert!(
        names
            .flatten()
            .all(|entry| !entry.file_name().to_string_lossy().contains("re")
                || entry.path().is_file())
    );
    let nowhere = copies::backup(&folder.path("nowhere"), &folder.path("none")).unwrap_err();
    assert!(matches!(nowhere, IntakeError::Folder(..)), "{nowhere}");
}
