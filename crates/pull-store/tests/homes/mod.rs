//! What holds of a store wherever it keeps pulls: blocks count once, in any order of days; what
//! is read is what was appended.

#![allow(dead_code)]

pub mod moves;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use pull_store::{Block, DayRows, PullStore, PullStoreError};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Span};
use pulls::header::Column;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A place of its own for a store, empty at first.
pub trait Home {
    /// What keeps pulls there.
    type Store: PullStore;
    /// Opens the store that is there.
    fn open(&self) -> Self::Store;
}

/// A row of the tests: namespace, day, tag, digest.
pub type Row = (u8, i32, u8, u16);

pub const FIRST: i32 = 20_700;

/// The first two are on different shards of two.
pub fn namespace(number: u8) -> String {
    format!("kale-{number}")
}

pub fn days_of(rows: &[Row]) -> Vec<DayRows> {
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

pub fn block(number: u64, rows: &[Row]) -> Block {
    Block {
        number,
        days: days_of(rows),
    }
}

pub fn always() -> Span {
    Span {
        first: Day(FIRST - 1000),
        last: Day(FIRST + 1000),
    }
}

/// The tags and digests of the raw rows of a namespace, sorted, each with its day.
pub fn raw(store: &impl PullStore, names: &[&str], span: Span) -> Vec<(i32, String, String)> {
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
pub fn rollup(store: &impl PullStore, names: &[&str], span: Span) -> BTreeMap<(i32, String), u64> {
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

/// The same, by the margins; whose values of each column add up to as many.
pub fn margin(store: &impl PullStore, names: &[&str], span: Span) -> BTreeMap<(i32, String), u64> {
    let margins = store.margins(names, span, span, &[]).unwrap().unwrap();
    let mut sums = BTreeMap::new();
    for row in 0..margins.by_day.len() {
        let tag = margins.by_day.row(row).text(Column::Tag).to_vec();
        let tag = String::from_utf8(tag).unwrap();
        let count = margins.by_day.numbers(Number::Count).get(row);
        *sums
            .entry((margins.by_day.day(row).0 - FIRST, tag))
            .or_default() += count;
    }
    assert_eq!(margins.rows, sums.values().sum::<u64>());
    for (column, values) in &margins.values {
        assert_eq!(values.actions(), margins.rows, "{column:?}");
    }
    sums
}

pub fn expected(rows: &[Row], owner: u8) -> Vec<(i32, String, String)> {
    let mut found: Vec<_> = rows
        .iter()
        .filter(|row| row.0 == owner)
        .map(|(_, day, tag, digest)| (*day, format!("v{tag}"), format!("sha256:{digest:064x}")))
        .collect();
    found.sort();
    found
}

pub fn summed(rows: &[(i32, String, String)]) -> BTreeMap<(i32, String), u64> {
    let mut sums = BTreeMap::new();
    for (day, tag, _) in rows {
        *sums.entry((*day, tag.clone())).or_default() += 1;
    }
    sums
}

/// Fails unless a store has these rows and no others, in all that it answers.
pub fn has(store: &impl PullStore, all: &[Row]) {
    for owner in 0..2 {
        let name = namespace(owner);
        let expected = expected(all, owner);
        assert_eq!(raw(store, &[&name], always()), expected);
        assert_eq!(rollup(store, &[&name], always()), summed(&expected));
        assert_eq!(margin(store, &[&name], always()), summed(&expected));
        let kept = store.kept(&[&name], always()).unwrap();
        assert_eq!(
            kept.iter().map(|kept| kept.rows).sum::<u64>(),
            expected.len() as u64
        );
        assert!(kept.is_sorted_by_key(|kept| kept.day));
    }
}

pub fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0..2u8, 0..3i32, 0..4u8, any::<u16>()), 0..12)
}

/// What was appended is read, whatever was repeated. `new` makes an empty place.
pub fn what_was_appended_is_read<H: Home>(new: impl Fn() -> H, cases: u32, most_blocks: usize) {
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    });
    let blocks = prop::collection::vec(some_rows(), 0..most_blocks);
    let repeated = prop::collection::vec(any::<prop::sample::Index>(), 0..10);
    runner
        .run(&(blocks, repeated), |(blocks, repeated)| {
            let home = new();
            let store = home.open();
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
            let store = home.open();
            prop_assert_eq!(store.appended().unwrap(), blocks.len() as u64);
            let all: Vec<Row> = blocks.concat();
            has(&store, &all);
            // A namespace that was renamed is asked for by both names.
            let both = raw(&store, &[&namespace(0), &namespace(1)], always());
            prop_assert_eq!(both.len(), all.len());
            Ok(())
        })
        .unwrap();
}

pub fn a_block_comes_after_the_one_before_it(home: &impl Home) {
    let store = home.open();
    assert_eq!(store.appended().unwrap(), 0);
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
    assert_eq!(raw(&store, &["kale-0"], always()).len(), 1);
    // A block without rows is one, too.
    store.append(&block(2, &[])).unwrap();
    assert_eq!(store.appended().unwrap(), 2);
}

pub fn days_are_replaced_whole_and_others_stay(home: &impl Home) {
    let store = home.open();
    let before = [(0, 0, 1, 1), (0, 1, 1, 2), (0, 2, 1, 3), (1, 1, 1, 4)];
    store.append(&block(1, &before)).unwrap();
    let span = Span {
        first: Day(FIRST + 1),
        last: Day(FIRST + 2),
    };
    let version = |day: i32| {
        let kept = store.kept(&["kale-0"], always()).unwrap();
        kept.iter()
            .find(|kept| kept.day.0 == FIRST + day)
            .map(|kept| kept.version)
    };
    let (first, second) = (version(0), version(1));
    store
        .replace("kale-0", span, &days_of(&[(0, 1, 7, 9), (0, 1, 7, 9)]))
        .unwrap();
    let now = [(0, 0, 1, 1), (0, 1, 7, 9), (0, 1, 7, 9), (1, 1, 1, 4)];
    has(&store, &now);
    assert_eq!(version(0), first, "what was not replaced stays the same");
    assert_ne!(version(1), second);
    assert_eq!(version(2), None);
    // What comes afterwards counts beside it, and a second time changes nothing.
    store.append(&block(2, &[(0, 2, 3, 3)])).unwrap();
    store
        .replace("kale-0", Span::new(Day(FIRST), Day(FIRST)), &[])
        .unwrap();
    let now = [(0, 1, 7, 9), (0, 1, 7, 9), (0, 2, 3, 3), (1, 1, 1, 4)];
    has(&store, &now);
    // Nor does it matter when it is gone from the disk.
    for _ in 0..3 {
        store.tidy().unwrap();
        has(&store, &now);
    }
    assert_eq!(store.appended().unwrap(), 2);
    drop(store);
    has(&home.open(), &now);
}

pub fn old_rows_are_forgotten_and_reading_can_be_broken_off(home: &impl Home) {
    let store = home.open();
    let rows: Vec<Row> = (0..10).map(|day| (0, day, 1, day as u16)).collect();
    store.append(&block(1, &rows)).unwrap();
    assert_eq!(store.drop_before(Day(FIRST + 4)).unwrap(), 4);
    assert_eq!(store.drop_before(Day(FIRST + 4)).unwrap(), 0);
    assert_eq!(raw(&store, &["kale-0"], always()).len(), 6);
    let mut taken = 0;
    store
        .raw(&["kale-0"], always(), &mut |_| {
            taken += 1;
            if taken == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(taken, 2);
    // What comes late stays until the next time.
    store.append(&block(2, &[(0, 1, 2, 2)])).unwrap();
    assert_eq!(raw(&store, &["kale-0"], always()).len(), 7);
    // Months away.
    assert_eq!(store.drop_before(Day(FIRST + 90)).unwrap(), 7);
    has(&store, &[]);
}

pub fn a_day_of_very_many_rows_is_several_parts(home: &impl Home) {
    let store = home.open();
    let rows: Vec<Row> = (0..300_000)
        .map(|at| (0, 0, (at % 4) as u8, at as u16))
        .collect();
    store.append(&block(1, &rows)).unwrap();
    let mut parts = Vec::new();
    store
        .raw(&["kale-0"], always(), &mut |batch| {
            parts.push(batch.len());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(parts.len() > 1 && parts.iter().all(|len| *len <= 1 << 18));
    assert_eq!(parts.iter().sum::<usize>(), 300_000);
    let sums = rollup(&store, &["kale-0"], always());
    assert_eq!(sums.values().sum::<u64>(), 300_000);
    assert_eq!(sums[&(0, "v0".to_owned())], 75_000);
    assert_eq!(margin(&store, &["kale-0"], always()), sums);
}

/// Checks that the store’s margins count all rows of both namespaces.
pub fn margins_agree(store: &impl PullStore, all: &[Row]) {
    for owner in 0..2 {
        let expected = expected(all, owner);
        let name = namespace(owner);
        let margins = store
            .margins(&[&name], always(), always(), &[])
            .unwrap()
            .unwrap();
        assert_eq!(margins.rows, expected.len() as u64);
        assert_eq!(margins.by_day.actions(), expected.len() as u64);
        for (column, values) in margins.values {
            assert_eq!(values.actions(), expected.len() as u64, "{column:?}");
        }
    }
}
