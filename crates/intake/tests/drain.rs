//! What is counted when clocks are wrong, when much waits, and when little time passes.

mod support;

use events::Method;
use intake::{Drain, Spool};
use pull_store::{Embedded, PullStore};
use pulls::segment::Action;
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{Folder, START_MS, Sent, WINDOW, arrives, counted, spool};

/// Opens what counts into a store of its own.
fn counting(folder: &Folder) -> (Spool, Arc<Embedded>, Drain) {
    let store = Arc::new(Embedded::open(&folder.0).unwrap());
    let spool = spool(folder);
    let home: Arc<dyn PullStore> = Arc::<Embedded>::clone(&store);
    let drain = Drain::open(&folder.0, &spool, home, WINDOW).unwrap();
    (spool, store, drain)
}

/// A request of a client for an image by its tag, or by its digest.
fn asked(number: u128, at_ms: i64, method: Method, tag: Option<u8>) -> Sent {
    Sent {
        client: 1,
        at_ms,
        method,
        tag,
        digest: 1,
        number,
        is_push: false,
    }
}

fn digest(number: u8) -> String {
    format!("sha256:{number:064x}")
}

#[test]
fn a_clock_that_was_ahead_while_it_counted_takes_no_session_apart() {
    let folder = Folder::new();
    let (spool, store, mut drain) = counting(&folder);
    let day_ms = 86_400_000;
    // A check arrives while the clock is ten days ahead, and is open when that is set right.
    drain.step(START_MS).unwrap();
    arrives(
        &spool,
        START_MS + 10 * day_ms,
        vec![asked(1, 0, Method::Head, Some(1)).spooled()],
    );
    assert_eq!(drain.step(START_MS + 10 * day_ms).unwrap().open, 1);
    // Its pull, and another session of the same client two minutes later.
    arrives(
        &spool,
        START_MS + 2_000,
        vec![asked(2, 1_000, Method::Get, None).spooled()],
    );
    let drained = drain.step(START_MS + 3_000).unwrap();
    assert_eq!((drained.open, drained.counted), (2, 0), "taken anew");
    assert_eq!(drain.step(START_MS + WINDOW).unwrap().counted, 0);
    assert_eq!(drain.step(START_MS + 2 * WINDOW).unwrap().counted, 1);
    arrives(
        &spool,
        START_MS + 180_000,
        vec![asked(3, 180_000, Method::Head, Some(1)).spooled()],
    );
    drain.step(START_MS + 181_000).unwrap();
    arrives(
        &spool,
        START_MS + 182_000,
        vec![asked(4, 181_500, Method::Get, None).spooled()],
    );
    drain.step(START_MS + 183_000).unwrap();
    assert_eq!(drain.step(START_MS + 400_000).unwrap().counted, 1);
    let found = counted(&*store);
    assert_eq!(
        found,
        BTreeMap::from([((Action::PullByTag, "v1".to_owned(), digest(1)), 2)])
    );
}

#[test]
fn requests_of_one_millisecond_are_in_the_order_of_the_registry() {
    // An index by its tag and then the manifest of a platform, whatever their names.
    for (first, second) in [(1, 2), (2, 1)] {
        let folder = Folder::new();
        let (spool, store, mut drain) = counting(&folder);
        let mut index = asked(first, 0, Method::Get, None).spooled();
        let mut platform = asked(second, 0, Method::Get, None).spooled();
        index.at_us += 100;
        platform.at_us += 900;
        platform.digest = digest(2);
        arrives(&spool, START_MS, vec![platform, index]);
        drain.step(START_MS).unwrap();
        assert_eq!(drain.step(START_MS + 2 * WINDOW).unwrap().counted, 1);
        let found: Vec<_> = counted(&*store)
            .into_keys()
            .map(|(_, _, digest)| digest)
            .collect();
        assert_eq!(found, [digest(1)], "the pull is of the index");
    }
}

#[test]
fn what_waited_for_long_is_counted_as_if_it_had_been_taken_at_once() {
    let folder = Folder::new();
    let (spool, store, mut drain) = counting(&folder);
    // More bodies than a step takes, each of another client; a check is in the last of them that fits,
    // its pull in the first that does not.
    for number in 0..2_100_u128 {
        let mut one = match number {
            2_047 => asked(number, 60_000, Method::Head, Some(1)),
            2_048 => asked(number, 61_000, Method::Get, None),
            _ => asked(number, 0, Method::Head, Some(2)),
        };
        one.at_ms += i64::from(number < 2_047);
        let mut event = one.spooled();
        if !(2_047..=2_048).contains(&number) {
            event.visitor.week = 1_000 + number as u64;
        }
        arrives(&spool, START_MS + 61_000, vec![event]);
    }
    let later = START_MS + 3_600_000;
    assert!(drain.step(later).unwrap().is_behind);
    while drain.step(later).unwrap().is_behind {}
    drain.step(later).unwrap();
    let found = counted(&*store);
    let of = |action, tag: &str| found.get(&(action, tag.to_owned(), digest(1))).copied();
    assert_eq!(of(Action::PullByTag, "v1"), Some(1), "{found:?}");
    assert_eq!(of(Action::VersionCheck, "v2"), Some(2_098));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn large_bodies_are_taken_a_few_at_a_time() {
    let folder = Folder::new();
    let (spool, _store, mut drain) = counting(&folder);
    let mut number = 0;
    for _ in 0..6 {
        let events = (0..60_000).map(|at| {
            number += 1;
            let mut event = asked(number, at, Method::Get, Some(1)).spooled();
            event.repository = format!("kelp/{}", "web".repeat(20));
            event
        });
        arrives(&spool, START_MS, events.collect());
    }
    let mut taken = Vec::new();
    loop {
        let drained = drain.step(START_MS).unwrap();
        taken.push(drained.taken);
        if !drained.is_behind {
            break;
        }
    }
    assert_eq!(taken.iter().sum::<usize>(), 360_000);
    assert!(taken.len() >= 2 && taken[0] < 360_000, "{taken:?}");
}
