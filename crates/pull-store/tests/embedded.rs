//! The embedded store: blocks count once, in any order of days; what is read is what was
//! appended; and whatever breaks off leaves the blocks before it whole.

use proptest::prelude::*;
use pull_store::{Block, DayRows, Embedded, PullStore, PullStoreError};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Span};
use pulls::header::Column;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-pulls-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A row of the tests: namespace, day, tag, digest.
type Row = (u8, i32, u8, u16);

const FIRST: i32 = 20_700;

fn namespace(number: u8) -> String {
    format!("kelp-{number}")
}

fn days_of(rows: &[Row]) -> Vec<DayRows> {
    let mut days: BTreeMap<(u8, i32), BatchBuilder> = BTreeMap::new();
    for (owner, day, tag, digest) in rows {
        let (tag, digest) = (format!("v{tag}"), format!("sha256:{digest:064x}"));
        let mut pull = Pull::default();
        for (at, column) in TEXTS.into_iter().enumerate() {
            match column {
                Column::Tag => pull.texts[at] = tag.as_bytes(),
                Column::Digest => pull.texts[at] = digest.as_bytes(),
                Column::Repository => pull.texts[at] = b"kelp",
                _ => {}
            }
        }
        pull.numbers[Number::Day as usize] = (FIRST + day) as u64;
        pull.numbers[Number::Count as usize] = 1;
        days.entry((*owner, *day)).or_default().push(&pull);
    }
    days.into_iter()
        .map(|((owner, day), rows)| DayRows::of(&namespace(owner), Day(FIRST + day), &rows))
        .collect()
}

fn block(number: u64, rows: &[Row]) -> Block {
    Block {
        number,
        days: days_of(rows),
    }
}

fn always() -> Span {
    Span {
        first: Day(FIRST - 1000),
        last: Day(FIRST + 1000),
    }
}

/// The tags and digests of the raw rows of a namespace, sorted, each with its day.
fn raw(store: &Embedded, names: &[&str], span: Span) -> Vec<(i32, String, String)> {
    let mut found = Vec::new();
    store
        .raw(names, span, &mut |batch: Batch| {
            for row in 0..batch.len() {
                let pull = batch.row(row);
                let text = |column| String::from_utf8(pull.text(column).to_vec()).unwrap();
                found.push((
                    batch.day(row).0 - FIRST,
                    text(Column::Tag),
                    text(Column::Digest),
                ));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    found.sort();
    found
}

/// How often each tag was pulled on each day, by the rollups.
fn rollup(store: &Embedded, names: &[&str], span: Span) -> BTreeMap<(i32, String), u64> {
    let mut sums = BTreeMap::new();
    for batch in store.rollups(names, span).unwrap() {
        for row in 0..batch.len() {
            let tag = String::from_utf8(batch.row(row).text(Column::Tag).to_vec()).unwrap();
            let count = batch.numbers(Number::Count).get(row);
            *sums.entry((batch.day(row).0 - FIRST, tag)).or_default() += count;
        }
    }
    sums
}

fn expected(rows: &[Row], owner: u8) -> Vec<(i32, String, String)> {
    let mut found: Vec<_> = rows
        .iter()
        .filter(|row| row.0 == owner)
        .map(|(_, day, tag, digest)| (*day, format!("v{tag}"), format!("sha256:{digest:064x}")))
        .collect();
    found.sort();
    found
}

fn summed(rows: &[(i32, String, String)]) -> BTreeMap<(i32, String), u64> {
    let mut sums = BTreeMap::new();
    for (day, tag, _) in rows {
        *sums.entry((*day, tag.clone())).or_default() += 1;
    }
    sums
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0..2u8, 0..3i32, 0..4u8, any::<u16>()), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_was_appended_is_read_whatever_was_repeated(
        blocks in prop::collection::vec(rows(), 0..80),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let folder = Folder::new();
        let store = Embedded::open(&folder.0).unwrap();
        for (at, rows) in blocks.iter().enumerate() {
            store.append(&block(at as u64 + 1, rows)).unwrap();
        }
        for again in repeated {
            if !blocks.is_empty() {
                let at = again.index(blocks.len());
                store.append(&block(at as u64 + 1, &blocks[at])).unwrap();
            }
        }
        drop(store);
        let store = Embedded::open(&folder.0).unwrap();
        prop_assert_eq!(store.appended().unwrap(), blocks.len() as u64);
        let all: Vec<Row> = blocks.concat();
        for owner in 0..2 {
            let name = namespace(owner);
            let expected = expected(&all, owner);
            prop_assert_eq!(raw(&store, &[&name], always()), expected.clone());
            prop_assert_eq!(rollup(&store, &[&name], always()), summed(&expected));
            let kept = store.kept(&[&name], always()).unwrap();
            prop_assert_eq!(kept.iter().map(|kept| kept.rows).sum::<u64>(), expected.len() as u64);
            prop_assert!(kept.is_sorted_by_key(|kept| kept.day));
        }
        // A namespace that was renamed is asked for by both names.
        let both = raw(&store, &[&namespace(0), &namespace(1)], always());
        prop_assert_eq!(both.len(), all.len());
    }
}

#[test]
fn a_block_comes_after_the_one_before_it() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    store.append(&block(1, &[(0, 0, 1, 1)])).unwrap();
    let error = store.append(&block(3, &[(0, 0, 1, 1)])).unwrap_err();
    assert!(
        matches!(
            error,
            PullStoreError::Gap {
                expected: 2,
                found: 3
            }
        ),
        "{error}"
    );
    assert_eq!(raw(&store, &["kelp-0"], always()).len(), 1);
}

#[test]
fn many_small_blocks_become_few_parts() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    for number in 1..=1_000 {
        store
            .append(&block(number, &[(0, 0, (number % 3) as u8, number as u16)]))
            .unwrap();
    }
    let parts = store.rollups(&["kelp-0"], always()).unwrap();
    assert!(parts.len() < 40, "{} parts", parts.len());
    let kept = store.kept(&["kelp-0"], always()).unwrap();
    assert_eq!((kept.len(), kept[0].rows), (1, 1_000));
    assert!(kept[0].rollup_rows < 120, "{:?}", kept[0]);
    // What the CSV of the day has, to the byte.
    let mut text = Vec::new();
    store
        .raw(&["kelp-0"], always(), &mut |batch| {
            batch.write_csv("kelp-0", |_| true, &mut text);
            ControlFlow::Continue(())
        })
        .unwrap();
    let names = kept[0].rows * "kelp-0".len() as u64;
    assert_eq!(text.len() as u64, kept[0].csv_bytes + names);
}

#[test]
fn days_are_replaced_whole_and_others_stay() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    let before = [(0, 0, 1, 1), (0, 1, 1, 2), (0, 2, 1, 3), (1, 1, 1, 4)];
    store.append(&block(1, &before)).unwrap();
    let span = Span {
        first: Day(FIRST + 1),
        last: Day(FIRST + 2),
    };
    let version = |day: i32| {
        let kept = store.kept(&["kelp-0"], always()).unwrap();
        kept.iter()
            .find(|kept| kept.day.0 == FIRST + day)
            .map(|kept| kept.version)
    };
    let (first, second) = (version(0), version(1));
    store
        .replace("kelp-0", span, &days_of(&[(0, 1, 7, 9), (0, 1, 7, 9)]))
        .unwrap();
    let expected = expected(&[(0, 0, 1, 1), (0, 1, 7, 9), (0, 1, 7, 9)], 0);
    assert_eq!(raw(&store, &["kelp-0"], always()), expected);
    assert_eq!(raw(&store, &["kelp-1"], always()).len(), 1, "another's");
    assert_eq!(version(0), first, "what was not replaced stays the same");
    assert_ne!(version(1), second);
    assert_eq!(version(2), None);
}

#[test]
fn old_rows_are_forgotten_and_reading_can_be_broken_off() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    let rows: Vec<Row> = (0..10).map(|day| (0, day, 1, day as u16)).collect();
    store.append(&block(1, &rows)).unwrap();
    assert_eq!(store.drop_before(Day(FIRST + 4)).unwrap(), 4);
    assert_eq!(raw(&store, &["kelp-0"], always()).len(), 6);
    let mut taken = 0;
    store
        .raw(&["kelp-0"], always(), &mut |_| {
            taken += 1;
            if taken == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(taken, 2);
}

#[test]
fn data_of_a_newer_program_is_left_alone() {
    let folder = Folder::new();
    drop(Embedded::open(&folder.0).unwrap());
    let connection = rusqlite::Connection::open(folder.0.join("pulls.sqlite")).unwrap();
    connection.pragma_update(None, "user_version", 9).unwrap();
    let error = Embedded::open(&folder.0).err().unwrap().to_string();
    assert!(error.contains("newer program (version 9"), "{error}");
}

#[test]
fn whoever_reads_is_not_disturbed_by_what_is_joined_meanwhile() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    let append = |number: u64| {
        store
            .append(&block(number, &[(0, 0, 1, number as u16)]))
            .unwrap();
    };
    (1..=15).for_each(append);
    let mut next = 16;
    let mut seen = 0;
    store
        .raw(&["kelp-0"], always(), &mut |batch| {
            seen += batch.len();
            // The first of them joins all that is being read.
            (next..next + 20).for_each(append);
            next += 20;
            if next == 56 {
                store.tidy().unwrap();
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, 15);
    // Tidied twice in between, it is said rather than half of it given.
    let mut is_first = true;
    let outcome = store.raw(&["kelp-0"], always(), &mut |_| {
        if is_first {
            (next..next + 300).for_each(append);
            store.tidy().unwrap();
            store.tidy().unwrap();
        }
        is_first = false;
        ControlFlow::Continue(())
    });
    assert!(
        matches!(outcome, Err(PullStoreError::Changed(day)) if day.0 == FIRST),
        "{outcome:?}"
    );
    assert_eq!(raw(&store, &["kelp-0"], always()).len() as u64, next + 299);
}

#[test]
fn a_day_of_very_many_rows_is_several_parts() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    let rows: Vec<Row> = (0..300_000)
        .map(|at| (0, 0, (at % 4) as u8, at as u16))
        .collect();
    store.append(&block(1, &rows)).unwrap();
    let mut parts = Vec::new();
    store
        .raw(&["kelp-0"], always(), &mut |batch| {
            parts.push(batch.len());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(parts, [1 << 18, 300_000 - (1 << 18)]);
    let sums = rollup(&store, &["kelp-0"], always());
    assert_eq!(sums.values().sum::<u64>(), 300_000);
    assert_eq!(sums[&(0, "v0".to_owned())], 75_000);
}
