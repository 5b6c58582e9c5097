//! What holds of every home beside keeping pulls: names, renaming, and being copied from and to.

use super::{FIRST, Row, always, block, days_of, has, namespace, raw};
use pull_store::{Block, CopyError, DayRows, Of, PullHome, PullStoreError, VisitorCount, copy};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity};
use pulls::header::Column;
use std::ops::ControlFlow;

/// Rows of both namespaces on days of three months, in several blocks.
fn blocks() -> Vec<Vec<Row>> {
    vec![
        vec![(0, 0, 1, 1), (0, 31, 2, 2), (1, 0, 3, 3)],
        vec![(0, 0, 1, 4), (0, 62, 1, 5)],
        vec![(1, 31, 3, 6)],
    ]
}

pub fn what_was_renamed_is_seen_under_the_new_name_alone(store: &impl PullHome) {
    let all = blocks();
    for (at, rows) in all.iter().enumerate() {
        store.append(&block(at as u64 + 1, rows)).unwrap();
    }
    let order = |name: &str| {
        let mut tags = Vec::new();
        let mut take = |batch: Batch| {
            tags.extend((0..batch.len()).map(|row| batch.row(row).text(Column::Digest).to_vec()));
            ControlFlow::Continue(())
        };
        store.raw(&[name], always(), &mut take).unwrap();
        tags
    };
    let before = order("kale-0");
    assert_eq!(store.namespaces().unwrap(), ["kale-0", "kale-1"]);
    store.rename("kale-0", "tidepool").unwrap();
    assert!(store.kept(&["kale-0"], always()).unwrap().is_empty());
    assert_eq!(order("tidepool"), before, "in the same order");
    assert_eq!(store.namespaces().unwrap(), ["kale-1", "tidepool"]);
    // A second time there is nothing to rename; nor is there anything of a name that nobody has.
    store.rename("kale-0", "tidepool").unwrap();
    store.rename("nobody", "tidepool").unwrap();
    assert_eq!(order("tidepool"), before);
    // What comes under the old name later is of whoever has it then.
    store.append(&block(4, &[(0, 31, 9, 9)])).unwrap();
    assert_eq!(raw(store, &["kale-0"], always()).len(), 1);
    assert_eq!(order("tidepool"), before);
    // Beside rows that the new name has already; and nothing of it depends on what is on the disk.
    store.rename("tidepool", "kale-0").unwrap();
    let now = [all.concat(), vec![(0, 31, 9, 9)]].concat();
    for _ in 0..3 {
        has(store, &now);
        store.tidy().unwrap();
    }
    assert!(raw(store, &["tidepool"], always()).is_empty());
    assert_eq!(store.appended().unwrap(), 4);
}

/// Rows with visitors, of which some come again in another week.
fn visited(number: u64) -> Block {
    let mut builders: Vec<(u8, i32, BatchBuilder)> = Vec::new();
    for (owner, day) in [(0, 0), (0, 6), (0, 40), (1, 6)] {
        let mut rows = BatchBuilder::new();
        for at in 0..20_u64 {
            let mut pull = Pull::default();
            let tag = format!("v{}", at % 3);
            for (place, column) in TEXTS.into_iter().enumerate() {
                match column {
                    Column::Repository => pull.texts[place] = b"kelp",
                    Column::Tag => pull.texts[place] = tag.as_bytes(),
                    Column::Country if at % 2 == 0 => pull.texts[place] = b"DE",
                    Column::Tool => pull.texts[place] = b"docker, \"24\"",
                    _ => {}
                }
            }
            pull.numbers[Number::Day as usize] = (FIRST + day) as u64;
            pull.numbers[Number::Action as usize] = at % 3;
            pull.numbers[Number::Method as usize] = at % 2;
            pull.numbers[Number::Count as usize] = 1 + at % 4;
            pull.numbers[Number::WeekVisitor as usize] = (at * number) % 7;
            pull.numbers[Number::MonthVisitor as usize] = u64::MAX - (at * number) % 5;
            rows.push(&pull);
        }
        builders.push((owner, day, rows));
    }
    let of = |(owner, day, rows): &(u8, i32, BatchBuilder)| {
        DayRows::of(&namespace(*owner), Day(FIRST + day), rows)
    };
    Block {
        number,
        days: builders.iter().map(of).collect(),
    }
}

/// All that a home says of its rows: every column of every row, in order, and the visitors.
type Said = (Vec<(String, Vec<u8>)>, Vec<Vec<VisitorCount>>, u64);

fn said(home: &dyn PullHome) -> Said {
    let (mut rows, mut visitors) = (Vec::new(), Vec::new());
    for name in home.namespaces().unwrap() {
        // However they are cut into parts.
        let mut all = BatchBuilder::new();
        home.raw(&[&name], always(), &mut |batch| {
            all.extend(&batch, |_| true);
            ControlFlow::Continue(())
        })
        .unwrap();
        for by in [Granularity::Week, Granularity::Month] {
            for of in [Of::All, Of::Repository, Of::Reference] {
                visitors.push(home.visitors(&[&name], always(), by, of).unwrap());
            }
        }
        rows.push((name, all.encode()));
    }
    (rows, visitors, home.appended().unwrap())
}

/// Copies from one home into another and back into a third.
pub fn a_copy_says_the_same(one: &dyn PullHome, other: &dyn PullHome, third: &dyn PullHome) {
    for number in 1..=20 {
        one.append(&visited(number)).unwrap();
    }
    one.rename("kale-1", "größe'\\").unwrap();
    let before = said(one);
    assert!(before.1.iter().all(|counts| !counts.is_empty()));
    let mut heard = Vec::new();
    let mut say = |name: &str, days: u64, rows: u64| heard.push((name.to_owned(), days, rows));
    let copied = copy(one, other, false, &mut say).unwrap();
    assert_eq!((copied.rows(), copied.block), (1_600, 20));
    let name = "größe'\\".to_owned();
    assert_eq!(heard, [(name, 1, 400), ("kale-0".to_owned(), 3, 1_200)]);
    assert_eq!(said(other), before);
    copy(other, third, false, &mut |_, _, _| {}).unwrap();
    assert_eq!(said(third), before);
    // Whoever counts goes on there.
    assert!(matches!(
        other.append(&visited(22)),
        Err(PullStoreError::Gap { expected: 21, .. })
    ));
    other.append(&visited(20)).unwrap();
    assert_eq!(said(other), before, "it has that one");
    other.append(&visited(21)).unwrap();
    // Not back over what came since; and not over what is there, unless somebody says so.
    let nobody = &mut |_: &str, _: u64, _: u64| {};
    assert!(matches!(
        copy(one, other, true, nobody),
        Err(CopyError::Ahead { from: 20, to: 21 })
    ));
    assert!(matches!(
        copy(other, third, false, nobody),
        Err(CopyError::NotEmpty(2))
    ));
    assert_eq!(said(third), before);
    copy(other, third, true, nobody).unwrap();
    assert_eq!(said(third), said(other));
    assert_eq!(third.appended().unwrap(), 21);
}

/// A copy that broke off is begun again.
pub fn a_copy_that_broke_off_is_begun_again(one: &dyn PullHome, other: &dyn PullHome) {
    for (at, rows) in blocks().iter().enumerate() {
        one.append(&block(at as u64 + 1, rows)).unwrap();
    }
    // Half of it is there, and a day that is nowhere else; its number is not.
    other
        .bring(&days_of(&[(0, 0, 1, 1), (1, 62, 7, 7)]))
        .unwrap();
    assert_eq!(other.appended().unwrap(), 0);
    let nobody = &mut |_: &str, _: u64, _: u64| {};
    let error = copy(one, other, false, nobody).unwrap_err();
    assert!(matches!(error, CopyError::NotEmpty(2)), "{error}");
    copy(one, other, true, nobody).unwrap();
    assert_eq!(said(other), said(one));
}

/// A home is not gone on with after a number below its own.
pub fn no_number_goes_back(store: &impl PullHome) {
    store.carry_on(7).unwrap();
    store.carry_on(7).unwrap();
    assert_eq!(store.appended().unwrap(), 7);
    let error = store.carry_on(6).unwrap_err();
    assert!(
        matches!(error, PullStoreError::Ahead { last: 7, wanted: 6 }),
        "{error}"
    );
    store.append(&block(8, &[(0, 0, 1, 1)])).unwrap();
    // What is brought has no number.
    store.bring(&days_of(&[(0, 0, 1, 1)])).unwrap();
    assert_eq!(store.appended().unwrap(), 8);
    has(store, &[(0, 0, 1, 1), (0, 0, 1, 1)]);
}
