//! The store in ClickHouse: what holds of every store, on one server and on a cluster of two
//! shards. `DSOS_CLICKHOUSE` and `DSOS_CLICKHOUSE_CLUSTER` are addresses of running servers, whose
//! database is not used: each test makes one of its own beside it.

mod homes;
mod server;

use homes::{Home, block, has};
use pull_store::{ClickHouse, Embedded, PullHome, PullStore, PullStoreError};
use pulls::calendar::Day;
use server::{Place, everywhere};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

#[test]
fn what_was_appended_is_read_whatever_was_repeated() {
    everywhere(|address| homes::what_was_appended_is_read(|| Place::new(address), 6, 24));
}

/// Else, what is tested here of a cluster would be of one of its shards.
#[test]
fn rows_of_the_namespaces_of_these_tests_are_on_every_shard() {
    everywhere(|address| {
        let place = Place::new(address);
        let store = place.open();
        store
            .append(&block(1, &[(0, 0, 1, 1), (1, 0, 1, 1)]))
            .unwrap();
        assert_eq!(place.count("raw", "1"), 2);
        for server in place.servers() {
            assert!(place.count_at(&server, "raw", "1") > 0, "{server}");
        }
    });
}

#[test]
fn a_block_comes_after_the_one_before_it() {
    everywhere(|address| homes::a_block_comes_after_the_one_before_it(&Place::new(address)));
}

#[test]
fn days_are_replaced_whole_and_others_stay() {
    everywhere(|address| homes::days_are_replaced_whole_and_others_stay(&Place::new(address)));
}

#[test]
fn old_rows_are_forgotten_and_reading_can_be_broken_off() {
    everywhere(|address| {
        homes::old_rows_are_forgotten_and_reading_can_be_broken_off(&Place::new(address));
    });
}

#[test]
fn months_that_are_kept_no_longer_are_dropped_whole() {
    everywhere(|address| {
        let place = Place::new(address);
        let store = place.open();
        // A row of each tenth day of some months.
        let rows: Vec<homes::Row> = (0..12).map(|at| (0, at * 10, 1, at as u16)).collect();
        store.append(&block(1, &rows)).unwrap();
        let before = Day(homes::FIRST + 60);
        let month: String = before
            .to_string()
            .replace('-', "")
            .chars()
            .take(6)
            .collect();
        let tables = ["raw", "kept", "margin", "month_margin"].map(|table| {
            let local = if place.servers().len() > 1 {
                "_local"
            } else {
                ""
            };
            format!("'{table}{local}'")
        });
        let parts = || -> u64 {
            let question = format!(
                "SELECT count() FROM system.parts WHERE active AND database = '{}'
                 AND table IN ({}) AND toUInt64OrZero(partition) < {month}",
                place.database,
                tables.join(", ")
            );
            let servers = place.servers();
            let each = servers.iter().map(|server| place.ask(server, &question));
            each.map(|count| count.parse::<u64>().unwrap()).sum()
        };
        assert!(parts() > 0, "there are partitions of months before {month}");
        assert_eq!(store.drop_before(before).unwrap(), 6);
        // Of copies, one in a shard may drop months.
        if !place.is_copied() {
            assert_eq!(parts(), 0, "none of them is there, without a merge");
        }
    });
}

#[test]
fn a_day_of_very_many_rows_is_several_parts() {
    everywhere(|address| homes::a_day_of_very_many_rows_is_several_parts(&Place::new(address)));
}

/// A folder of its own.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-clickhouse-{}-{number}", std::process::id());
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

#[test]
fn what_was_renamed_is_seen_under_the_new_name_alone() {
    everywhere(|address| {
        let place = Place::new(address);
        // With margins of every row, which are then of the new name.
        let store = place.open().folding_at(1);
        homes::moves::what_was_renamed_is_seen_under_the_new_name_alone(&store);
        let always = homes::always();
        for (name, rows) in [("kale-0", 5), ("kale-1", 2), ("tidepool", 0)] {
            let margins = store.margins(&[name], always, always, &[]);
            let margins = margins.unwrap().unwrap();
            assert_eq!((margins.rows, margins.by_day.actions()), (rows, rows));
        }
    });
}

#[test]
fn a_copy_there_and_back_says_the_same() {
    everywhere(|address| {
        let folders = [Folder::new(), Folder::new()];
        let [one, third] = folders.each_ref().map(|at| Embedded::open(&at.0).unwrap());
        let place = Place::new(address);
        homes::moves::a_copy_says_the_same(&one, &place.open().folding_at(100), &third);
    });
}

#[test]
fn a_copy_that_broke_off_is_begun_again() {
    everywhere(|address| {
        let (folder, place) = (Folder::new(), Place::new(address));
        let one = Embedded::open(&folder.0).unwrap();
        homes::moves::a_copy_that_broke_off_is_begun_again(&one, &place.open());
    });
}

#[test]
fn no_number_goes_back() {
    everywhere(|address| homes::moves::no_number_goes_back(&Place::new(address).open()));
}

/// A command beside the server, each with its own knowledge of the journal.
#[test]
fn programs_that_write_in_turns_lose_nothing_of_each_other() {
    everywhere(|address| {
        let (folder, place) = (Folder::new(), Place::new(address));
        let open = || place.open().in_turns(folder.0.join("turns"));
        let (one, other) = (open(), open());
        one.append(&block(1, &[(0, 0, 1, 1)])).unwrap();
        other.rename("kale-0", "kale-1").unwrap();
        one.append(&block(2, &[(0, 0, 1, 2)])).unwrap();
        other.bring(&homes::days_of(&[(0, 1, 1, 3)])).unwrap();
        one.append(&block(3, &[(0, 2, 1, 4)])).unwrap();
        let mut now = vec![(1, 0, 1, 1), (0, 0, 1, 2), (0, 1, 1, 3), (0, 2, 1, 4)];
        has(&one, &now);
        // All at once, from several threads of each.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 4..30 {
                    one.append(&block(number, &[(0, 3, 1, number as u16)]))
                        .unwrap();
                }
            });
            scope.spawn(|| {
                for number in 100..120 {
                    other.bring(&homes::days_of(&[(1, 3, 1, number)])).unwrap();
                }
            });
        });
        now.extend((4..30).map(|number| (0, 3, 1, number)));
        now.extend((100..120).map(|number| (1, 3, 1, number)));
        has(&other, &now);
        assert_eq!(other.appended().unwrap(), 29);
    });
}

#[test]
fn a_store_is_opened_while_its_servers_are_away_or_have_no_tables() {
    // Nobody listens there.
    let away = "clickhouse://127.0.0.1:1/pulls".parse().unwrap();
    let error = ClickHouse::at(&away).appended().unwrap_err();
    assert!(error.is_away(), "{error}");
    everywhere(|address| {
        let place = Place::new(address);
        let store = ClickHouse::at(&place.address.parse().unwrap());
        for outcome in [store.appended().map(drop), store.append(&block(1, &[]))] {
            let error = outcome.unwrap_err();
            assert!(matches!(error, PullStoreError::NotMigrated), "{error}");
            assert!(error.to_string().contains("dsos migrate"), "{error}");
        }
        let made = store.migrate().unwrap();
        assert_eq!((made.found, made.now), (0, 1));
        let again = place.open().migrate().unwrap();
        assert_eq!((again.found, again.now), (1, 1));
        store.append(&block(1, &[(0, 0, 1, 1)])).unwrap();
        has(&store, &[(0, 0, 1, 1)]);
    });
}
