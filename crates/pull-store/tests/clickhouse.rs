//! The store in ClickHouse: what holds of every store, on one server and on a cluster of two
//! shards. `DSOS_CLICKHOUSE` and `DSOS_CLICKHOUSE_CLUSTER` are addresses of running servers, whose
//! database is not used: each test makes one of its own beside it.

mod homes;
mod server;

use server::{Place, everywhere};

#[test]
fn what_was_appended_is_read_whatever_was_repeated() {
    everywhere(|address| homes::what_was_appended_is_read(|| Place::new(address), 6, 24));
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
fn a_day_of_very_many_rows_is_several_parts() {
    everywhere(|address| homes::a_day_of_very_many_rows_is_several_parts(&Place::new(address)));
}
