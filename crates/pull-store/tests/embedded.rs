//! The embedded store: blocks count once, in any order of days; what is read is what was
//! appended; and whatever breaks off leaves the blocks before it whole.

mod homes;

use homes::{FIRST, Home, always, block, raw};
use pull_store::{Block, DayRows, Embedded, PullStore, PullStoreError};
use pulls::batch::{BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Span};
use pulls::header::Column;
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

impl Home for Folder {
    type Store = Embedded;

    fn open(&self) -> Embedded {
        Embedded::open(&self.0).unwrap()
    }
}

#[test]
fn what_was_appended_is_read_whatever_was_repeated() {
    homes::what_was_appended_is_read(Folder::new, 24, 80);
}

#[test]
fn a_block_comes_after_the_one_before_it() {
    homes::a_block_comes_after_the_one_before_it(&Folder::new());
}

#[test]
fn days_are_replaced_whole_and_others_stay() {
    homes::days_are_replaced_whole_and_others_stay(&Folder::new());
}

#[test]
fn old_rows_are_forgotten_and_reading_can_be_broken_off() {
    homes::old_rows_are_forgotten_and_reading_can_be_broken_off(&Folder::new());
}

#[test]
fn a_day_of_very_many_rows_is_several_parts() {
    let folder = Folder::new();
    homes::a_day_of_very_many_rows_is_several_parts(&folder);
    let mut parts = Vec::new();
    folder
        .open()
        .raw(&["kale-0"], always(), &mut |batch| {
            parts.push(batch.len());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(parts, [1 << 18, 300_000 - (1 << 18)]);
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
    let parts = store.rollups(&["kale-0"], always()).unwrap();
    assert!(parts.len() < 40, "{} parts", parts.len());
    let kept = store.kept(&["kale-0"], always()).unwrap();
    assert_eq!((kept.len(), kept[0].rows), (1, 1_000));
    assert!(kept[0].rollup_rows < 120, "{:?}", kept[0]);
    // What the CSV of the day has, to the byte.
    let mut text = Vec::new();
    store
        .raw(&["kale-0"], always(), &mut |batch| {
            batch.write_csv("kale-0", |_| true, &mut text);
            ControlFlow::Continue(())
        })
        .unwrap();
    let names = kept[0].rows * "kale-0".len() as u64;
    assert_eq!(text.len() as u64, kept[0].csv_bytes + names);
}

#[test]
fn large_parts_have_margins_that_go_with_them() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    let mut rows = BatchBuilder::new();
    for at in 0..5_000u64 {
        let (tag, domain) = (format!("v{}", at % 7), format!("{at}.example"));
        let mut pull = Pull::default();
        for (text, column) in pull.texts.iter_mut().zip(TEXTS) {
            match column {
                Column::Tag => *text = tag.as_bytes(),
                Column::Domain if at % 3 > 0 => *text = domain.as_bytes(),
                _ => {}
            }
        }
        pull.numbers[Number::Day as usize] = u64::from(FIRST.unsigned_abs());
        pull.numbers[Number::Action as usize] = at % 3;
        pull.numbers[Number::Count as usize] = 1;
        rows.push(&pull);
    }
    let day = DayRows::of("kale-0", Day(FIRST), &rows);
    let days = vec![day];
    store.append(&Block { number: 1, days }).unwrap();
    // A small one beside it has none, and counts all the same.
    store.append(&block(2, &[(0, 0, 1, 1)])).unwrap();
    let file = rusqlite::Connection::open(folder.0.join("pulls.sqlite")).unwrap();
    let kept = || -> i64 {
        let count = "SELECT count(*) FROM margin";
        file.query_row(count, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(kept(), 1);
    let sums = homes::margin(&store, &["kale-0"], always());
    assert_eq!(sums, homes::rollup(&store, &["kale-0"], always()));
    assert_eq!(sums[&(0, "v1".to_owned())], 716);
    let of = Span::new(Day(FIRST), Day(FIRST));
    let before = Span::new(Day(FIRST - 9), Day(FIRST - 1));
    let margins = store.margins(&["kale-0"], before, of, &[]).unwrap();
    let margins = margins.unwrap();
    assert_eq!((margins.rows, margins.by_day.actions()), (0, 5_001));
    store.replace("kale-0", of, &[]).unwrap();
    assert!(homes::margin(&store, &["kale-0"], always()).is_empty());
    store.tidy().unwrap();
    store.tidy().unwrap();
    assert_eq!(kept(), 0);
}

#[test]
fn what_an_earlier_program_kept_is_counted_too() {
    let folder = Folder::new();
    drop(Embedded::open(&folder.0).unwrap());
    {
        let file = rusqlite::Connection::open(folder.0.join("pulls.sqlite")).unwrap();
        file.execute_batch("DROP TRIGGER part_is_deleted; DROP TABLE margin;")
            .unwrap();
        file.pragma_update(None, "user_version", 1).unwrap();
    }
    let store = Embedded::open(&folder.0).unwrap();
    store.append(&block(1, &[(0, 0, 1, 1)])).unwrap();
    assert_eq!(homes::margin(&store, &["kale-0"], always()).len(), 1);
}

#[test]
fn whoever_closes_it_leaves_no_log() {
    let folder = Folder::new();
    let store = Embedded::open(&folder.0).unwrap();
    store.append(&block(1, &[(0, 0, 1, 1)])).unwrap();
    assert_eq!(raw(&store, &["kale-0"], always()).len(), 1);
    let log = folder.0.join("pulls.sqlite-wal");
    assert!(log.exists());
    drop(store);
    assert!(!log.exists());
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
        .raw(&["kale-0"], always(), &mut |batch| {
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
    let outcome = store.raw(&["kale-0"], always(), &mut |_| {
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
    assert_eq!(raw(&store, &["kale-0"], always()).len() as u64, next + 299);
}

#[test]
fn what_was_renamed_is_seen_under_the_new_name_alone() {
    let folder = Folder::new();
    homes::moves::what_was_renamed_is_seen_under_the_new_name_alone(&folder.open());
}

#[test]
fn a_copy_says_the_same() {
    let folders = [Folder::new(), Folder::new(), Folder::new()];
    let [one, other, third] = folders.each_ref().map(|folder| folder.open());
    homes::moves::a_copy_says_the_same(&one, &other, &third);
}

#[test]
fn a_copy_that_broke_off_is_begun_again() {
    let folders = [Folder::new(), Folder::new()];
    homes::moves::a_copy_that_broke_off_is_begun_again(&folders[0].open(), &folders[1].open());
}

#[test]
fn no_number_goes_back() {
    homes::moves::no_number_goes_back(&Folder::new().open());
}
