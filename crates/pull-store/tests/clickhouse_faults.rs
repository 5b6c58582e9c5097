//! The store in ClickHouse, when connections break off at every request and in every way, and when
//! we end there: a block counts whole or not at all, and once, however often it is sent.

mod homes;
mod server;

use homes::{FIRST, Home, Row, block, days_of, has, raw};
use pull_store::{ClickHouse, PullHome, PullStore};
use pulls::calendar::{Day, Span};
use server::between::{Between, FAULTS, Fault};
use server::{Place, everywhere, without_copies};

/// Whether we go on afterwards, or end and open the store anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    GoOn,
    OpenAnew,
}

/// Rows of two namespaces, on days of three months.
fn rows(number: u64) -> Vec<Row> {
    let at = |owner, day| (owner, day, (number % 5) as u8, number as u16);
    vec![at(0, 0), at(0, 30), at(1, 0), at(1, 60), at(1, 60)]
}

/// Goes through every request of some work, and has each fault happen to it. `work` is done with a
/// number that goes up, again until it succeeds; `after` says what is there then, and `first`, for
/// so many servers, how many requests are left out, because another test has them.
fn at_every_request(
    address: &str,
    fold_at: u64,
    first: impl Fn(usize) -> usize,
    work: impl Fn(&ClickHouse, u64) -> Result<(), pull_store::PullStoreError>,
    after: impl Fn(u64, &mut Vec<Row>),
) {
    let place = Place::new(address);
    let between = Between::new(&place.servers());
    let by_way = place.by_way_of(&between.servers);
    let open = || {
        let store = ClickHouse::open(&by_way.parse().unwrap()).unwrap();
        store.folding_at(fold_at)
    };
    let mut store = open();
    let (mut number, mut all) = (1, Vec::new());
    store.append(&block(1, &rows(1))).unwrap();
    all.extend(rows(1));
    for (fault, stays_away, then) in FAULTS.into_iter().flat_map(|fault| {
        [
            (fault, false, Then::GoOn),
            (fault, false, Then::OpenAnew),
            (fault, true, Then::GoOn),
            (fault, true, Then::OpenAnew),
        ]
    }) {
        for passing in first(place.servers().len()).. {
            number += 1;
            let about =
                format!("{fault:?} {stays_away} {then:?} after {passing} requests of {number}");
            let mut now = all.clone();
            after(number, &mut now);
            between.after(passing, fault, stays_away);
            let outcome = work(&store, number);
            let has_happened = between.heal();
            if then == Then::OpenAnew {
                store = open();
            }
            // What comes late comes before the work is done again, or after. In between it may
            // come while somebody looks.
            let is_still = fault != Fault::Late || number % 2 == 0;
            if is_still {
                between.settle();
            }
            match outcome {
                Err(error) if !has_happened => panic!("{about}: {error}"),
                Err(_) if is_still => {
                    // Whole or not at all, before it is settled as well.
                    let found = shown(&store);
                    assert!(
                        found == seen(&now) || found == seen(&all),
                        "{about}: {found:?}"
                    );
                }
                Err(_) => {}
                Ok(()) => assert_eq!(shown(&store), seen(&now), "{about}"),
            }
            work(&store, number).unwrap_or_else(|error| panic!("{about}: {error}"));
            all = now;
            between.settle();
            assert_eq!(shown(&store), seen(&all), "{about}");
            if fold_at == 1 {
                homes::margins_agree(&store, &all);
            }
            if !has_happened {
                break;
            }
        }
    }
    // Whoever comes later sees the same; and what is void can be taken away.
    let store = place.open();
    has(&store, &all);
    for _ in 0..2 {
        store.tidy().unwrap();
        has(&store, &all);
        homes::margins_agree(&store, &all);
    }
    assert_eq!(
        place.count("raw", "namespace != ''"),
        all.len() as u64,
        "what is on the disks"
    );
}

/// The days, tags and digests of both namespaces.
type Seen = [Vec<(i32, String, String)>; 2];

fn shown(store: &ClickHouse) -> Seen {
    ["kale-0", "kale-1"].map(|name| raw(store, &[name], homes::always()))
}

fn seen(all: &[Row]) -> Seen {
    [0, 1].map(|owner| homes::expected(all, owner))
}

#[test]
fn a_block_counts_once_wherever_it_breaks_off() {
    everywhere(|address| {
        at_every_request(
            address,
            u64::MAX,
            |_| 0,
            |store, number| store.append(&block(number, &rows(number))),
            |number, all| all.extend(rows(number)),
        );
    });
}

#[test]
fn margins_are_right_wherever_they_break_off() {
    without_copies(|address| {
        at_every_request(
            address,
            1,
            // Raw rows and what is kept of them on each, and the journal.
            |servers| servers * 2 + 1,
            |store, number| store.append(&block(number, &rows(number))),
            |number, all| all.extend(rows(number)),
        );
    });
}

#[test]
fn days_are_replaced_once_wherever_it_breaks_off() {
    let instead = |number: u64| -> Vec<Row> {
        let at = |day| (0, day, 7, number as u16);
        vec![at(0), at(0), at(31)]
    };
    everywhere(|address| {
        at_every_request(
            address,
            u64::MAX,
            |_| 0,
            |store, number| {
                let span = Span::new(Day(FIRST), Day(FIRST + 31));
                store.replace("kale-0", span, &days_of(&instead(number)))
            },
            |number, all| {
                all.retain(|row| row.0 != 0);
                all.extend(instead(number));
            },
        );
    });
}

#[test]
fn a_namespace_is_renamed_once_wherever_it_breaks_off() {
    // There and back.
    let names = |number: u64| (number % 2, 1 - number % 2);
    without_copies(|address| {
        at_every_request(
            address,
            u64::MAX,
            |_| 0,
            |store, number| {
                let (from, to) = names(number);
                store.rename(&format!("kale-{from}"), &format!("kale-{to}"))
            },
            |number, all| {
                let (from, to) = names(number);
                for row in all.iter_mut().filter(|row| u64::from(row.0) == from) {
                    row.0 = to as u8;
                }
            },
        );
    });
}

/// What was sent in vain is there, and does not count.
#[test]
fn what_arrives_after_it_was_given_up_does_not_count() {
    everywhere(|address| {
        let place = Place::new(address);
        let between = Between::new(&place.servers());
        let by_way = place.by_way_of(&between.servers);
        let store = ClickHouse::open(&by_way.parse().unwrap()).unwrap();
        store.append(&block(1, &rows(1))).unwrap();
        // Where servers copy, a few questions come before the rows.
        let is_there = (0..8).any(|passing| {
            between.after(passing, Fault::Late, false);
            store.append(&block(2, &rows(2))).unwrap_err();
            between.heal();
            between.settle();
            place.count("raw", "1") > rows(1).len() as u64
        });
        assert!(is_there);
        has(&store, &rows(1));
        store.append(&block(2, &rows(2))).unwrap();
        has(&store, &[rows(1), rows(2)].concat());
    });
}
