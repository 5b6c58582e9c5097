//! What was acknowledged is counted, exactly once, whatever is repeated, whatever the order, and
//! whatever breaks off at whichever moment.

mod failing;
mod support;

use events::{Method, Request, classify};
use failing::Failing;
use intake::{Arrival, Drain, IntakeError, Limits, Pushed, Pushes, Spool, Spooled};
use proptest::prelude::*;
use pull_store::Embedded;
use pulls::segment::Action;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use support::{ALWAYS, Counts, Folder, START_MS, Sent, WINDOW, arrives, counted, spool};

/// Numbers make events different; two of them are the same event.
fn sent() -> impl Strategy<Value = Vec<Sent>> {
    let one = (
        0..3u8,
        0..600_000i64,
        prop_oneof![Just(Method::Head), Just(Method::Get)],
        prop::option::of(0..2u8),
        0..3u8,
        prop::bool::weighted(0.3),
    );
    prop::collection::vec(one, 0..40).prop_map(|all| {
        all.into_iter()
            .zip(1u128..)
            .map(
                |((client, at_ms, method, tag, digest, is_push), number)| Sent {
                    client,
                    at_ms,
                    method,
                    tag,
                    digest,
                    number,
                    is_push,
                },
            )
            .collect()
    })
}

/// The rule, as plainly as can be: each client’s requests in order, cut where they are far apart.
fn expected(sent: &[Sent]) -> Counts {
    let unique: BTreeSet<&Sent> = sent.iter().filter(|one| !one.is_push).collect();
    let mut by_client: BTreeMap<u8, Vec<&Sent>> = BTreeMap::new();
    for one in unique {
        by_client.entry(one.client).or_default().push(one);
    }
    let mut counts = Counts::new();
    for mut all in by_client.into_values() {
        all.sort_by_key(|one| (one.at_ms, one.method, one.tag.is_none(), one.number));
        for session in all.chunk_by(|one, next| next.at_ms - one.at_ms <= WINDOW) {
            let names: Vec<(Option<String>, String)> = session
                .iter()
                .map(|one| {
                    let tag = one.tag.map(|tag| format!("v{tag}"));
                    (tag, format!("sha256:{:064x}", one.digest))
                })
                .collect();
            let requests: Vec<Request<'_>> = session
                .iter()
                .zip(&names)
                .map(|(one, (tag, digest))| Request {
                    method: one.method,
                    tag: tag.as_deref(),
                    digest,
                })
                .collect();
            for found in classify(&requests) {
                let (tag, digest) = names[found.first].clone();
                *counts
                    .entry((found.action, tag.unwrap_or_default(), digest))
                    .or_default() += 1;
            }
        }
    }
    counts
}

/// The last push of each tag and how many there were: all of them are of one day.
fn expected_pushes(sent: &[Sent]) -> Vec<Pushed> {
    let mut all = Vec::new();
    for tag in 0..2u8 {
        let of_tag = || {
            sent.iter()
                .filter(|one| one.is_push && one.tag == Some(tag))
        };
        let last = of_tag().max_by_key(|one| (one.at_ms / 1_000, one.digest));
        all.extend(last.map(|last| Pushed {
            repository: "web".to_owned(),
            tag: format!("v{tag}"),
            digest: format!("sha256:{:064x}", last.digest),
            at_s: START_MS / 1_000 + last.at_ms / 1_000,
            times: of_tag().count() as u64,
        }));
    }
    // Of one second, in the order in which the last of very many are kept.
    all.sort_by_key(|pushed| Reverse((pushed.at_s, pushed.tag.clone())));
    all
}

fn pushed(folder: &Folder) -> Vec<Pushed> {
    let pushes = Pushes::open(&folder.0).unwrap();
    pushes.between(&["kelp"], ALWAYS, 100).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_repeated_or_breaks_off(
        sent in sent(),
        order in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1..6usize, 40),
        repeats in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        restarts in prop::collection::vec(any::<bool>(), 80),
        plan in any::<u32>(),
    ) {
        let expected = expected(&sent);
        let folder = Folder::new();
        let store = Arc::new(Failing { store: Embedded::open(&folder.0).unwrap(), plan: AtomicU32::new(plan) });
        let mut shuffled = sent.clone();
        if !shuffled.is_empty() {
            let at = order.index(shuffled.len());
            shuffled.rotate_left(at);
            shuffled.reverse();
            for repeat in &repeats {
                let one = shuffled[repeat.index(shuffled.len())].clone();
                shuffled.push(one);
            }
        }
        // All arrive within a window, after the last of them happened.
        let arrived = START_MS + 600_000;
        let mut rest = &shuffled[..];
        let mut spool = Some(self::spool(&folder));
        let mut drain: Option<Drain> = None;
        let mut sizes = sizes.into_iter().cycle();
        let mut restarts = restarts.into_iter().cycle();
        let mut now = arrived;
        loop {
            let Some(open) = &spool else { unreachable!() };
            if !rest.is_empty() {
                let size = sizes.next().unwrap().min(rest.len());
                let (some, after) = rest.split_at(size);
                rest = after;
                let events = some.iter().map(Sent::spooled).collect();
                let arrival = Arrival { registry: 1, arrived_ms: arrived, events, ..Arrival::default() };
                open.accept_now(arrival).unwrap();
            }
            let drain_now = match &mut drain {
                Some(drain) => drain,
                none => none.insert(Drain::open(&folder.0, open, store.clone(), WINDOW).unwrap()),
            };
            // Broken off or not, the next step goes on.
            let step = catch_unwind(AssertUnwindSafe(|| drain_now.step(now)));
            let has_crashed = step.is_err();
            let outcome = step.unwrap_or(Err(IntakeError::Ended));
            if rest.is_empty() {
                now += WINDOW;
                let is_done = matches!(outcome, Ok(done) if done.open == 0 && !done.is_behind);
                if is_done && now > arrived + 12 * WINDOW && open.waiting_bytes() == 0 {
                    break;
                }
            }
            prop_assert!(now < arrived + 200 * WINDOW, "it comes to an end");
            if has_crashed || restarts.next().unwrap() {
                // As after a crash: nothing is told to end.
                drain = None;
                spool = None;
                spool.replace(self::spool(&folder));
            }
        }
        prop_assert_eq!(counted(&*store), expected.clone());
        prop_assert_eq!(pushed(&folder), expected_pushes(&sent));
        // Weeks later the registry sends all of it once more.
        let (Some(spool), Some(mut drain)) = (spool, drain) else { unreachable!() };
        let events: Vec<Spooled> = sent.iter().map(Sent::spooled).collect();
        let (count, arrived_ms) = (events.len(), arrived + 30 * 86_400_000);
        spool.accept_now(Arrival { registry: 1, arrived_ms, events, ..Arrival::default() }).unwrap();
        let again = drain.step(arrived_ms).unwrap();
        prop_assert_eq!((again.repeated, again.open), (count, 0));
        drain.step(arrived_ms + 2 * WINDOW).unwrap();
        prop_assert_eq!(counted(&*store), expected);
        prop_assert_eq!(pushed(&folder), expected_pushes(&sent));
    }
}

#[test]
fn a_step_that_fails_in_the_middle_is_done_again_whole() {
    let folder = Folder::new();
    let store = Arc::new(Embedded::open(&folder.0).unwrap());
    let spool = spool(&folder);
    let mut drain = Drain::open(&folder.0, &spool, store.clone(), WINDOW).unwrap();
    let one = |number: u128, at_ms: i64| Sent {
        client: number as u8,
        at_ms,
        method: Method::Get,
        tag: Some(1),
        digest: 1,
        number,
        is_push: false,
    };
    let arrive = |events: &[Sent], arrived_ms: i64| {
        let events = events.iter().map(Sent::spooled).collect();
        let arrival = Arrival {
            registry: 1,
            arrived_ms,
            events,
            ..Arrival::default()
        };
        spool.accept_now(arrival).unwrap();
    };
    arrive(&[one(1, 0), one(2, 50_000)], START_MS + 50_000);
    assert_eq!(drain.step(START_MS + 50_000).unwrap().open, 2);
    // Somebody holds the drain's own file when the sessions close.
    let mut other = rusqlite::Connection::open(folder.0.join("intake.sqlite")).unwrap();
    let held = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    arrive(&[one(3, 60_000)], START_MS + 60_000);
    // This one's session does not close yet.
    arrive(&[one(4, 190_000)], START_MS + 190_000);
    let error = drain.step(START_MS + 200_000).unwrap_err();
    assert!(error.to_string().contains("locked"), "{error}");
    drop(held);
    let done = drain.step(START_MS + 200_000).unwrap();
    assert_eq!((done.taken, done.counted, done.open), (4, 3, 1));
    let last = drain.step(START_MS + 400_000).unwrap();
    assert_eq!((last.counted, last.open), (1, 0));
    assert_eq!(counted(&*store).values().sum::<u64>(), 4);
    assert_eq!(spool.waiting_bytes(), 0);
}

#[test]
fn a_full_spool_refuses_and_takes_again_once_there_is_room() {
    let folder = Folder::new();
    let store = Arc::new(Embedded::open(&folder.0).unwrap());
    let spool = Spool::open(&folder.0, Limits { most_bytes: 400 }).unwrap();
    let arrival = |number: u128| Arrival {
        registry: 1,
        arrived_ms: START_MS,
        events: vec![
            Sent {
                client: 1,
                at_ms: 0,
                method: Method::Get,
                tag: Some(1),
                digest: 1,
                number,
                is_push: false,
            }
            .spooled(),
        ],
        ..Arrival::default()
    };
    let mut taken = 0;
    let refused = loop {
        match spool.accept_now(arrival(taken + 1)) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
        assert!(taken < 50);
    };
    assert!(matches!(refused, IntakeError::Full), "{refused}");
    assert!(refused.is_full());
    let mut drain = Drain::open(&folder.0, &spool, store.clone(), WINDOW).unwrap();
    drain.step(START_MS + WINDOW * 2).unwrap();
    assert_eq!(spool.waiting_bytes(), 0);
    spool.accept_now(arrival(99)).unwrap();
    drain.step(START_MS + WINDOW * 4).unwrap();
    drain.step(START_MS + WINDOW * 6).unwrap();
    let all: u64 = counted(&*store).values().sum();
    assert_eq!(
        all,
        u64::try_from(taken).unwrap() + 1,
        "what was acknowledged, and no more"
    );
}

#[test]
fn pulls_that_a_registry_names_itself_and_pushes_are_kept_at_once() {
    let folder = Folder::new();
    let store = Arc::new(Embedded::open(&folder.0).unwrap());
    let spool = spool(&folder);
    let mut drain = Drain::open(&folder.0, &spool, store.clone(), WINDOW).unwrap();
    let event = |happened, tag: &str| Spooled {
        happened,
        tag: tag.to_owned(),
        id: None,
        ..Sent {
            client: 1,
            at_ms: 0,
            method: Method::Get,
            tag: None,
            digest: 1,
            number: 1,
            is_push: false,
        }
        .spooled()
    };
    let events = vec![
        event(intake::Happened::Pulled, "1.0"),
        event(intake::Happened::Pulled, "1.0"),
        event(intake::Happened::Pulled, ""),
        event(intake::Happened::Pushed, "1.0"),
        event(intake::Happened::Pushed, ""),
    ];
    spool
        .accept_now(Arrival {
            registry: 2,
            arrived_ms: START_MS,
            events,
            ..Arrival::default()
        })
        .unwrap();
    let drained = drain.step(START_MS).unwrap();
    assert_eq!((drained.taken, drained.counted, drained.open), (5, 3, 0));
    let counts: Vec<_> = counted(&*store)
        .into_iter()
        .map(|((action, tag, _), count)| (action, tag, count))
        .collect();
    assert_eq!(
        counts,
        [
            (Action::PullByTag, "1.0".to_owned(), 2),
            (Action::PullByDigest, String::new(), 1)
        ]
    );
    let pushed: Vec<_> = pushed(&folder)
        .into_iter()
        .map(|one| (one.repository, one.tag, one.at_s, one.times))
        .collect();
    let expected = ("web".to_owned(), "1.0".to_owned(), START_MS / 1_000, 1);
    assert_eq!(pushed, [expected], "what has no tag is no mark");
}

#[test]
fn days_that_nothing_is_accepted_of_any_more_are_forgotten() {
    let folder = Folder::new();
    let store = Arc::new(Embedded::open(&folder.0).unwrap());
    let spool = spool(&folder);
    let mut drain = Drain::open(&folder.0, &spool, store, WINDOW).unwrap();
    let day_ms = 86_400_000;
    let tables = || {
        let own = rusqlite::Connection::open(folder.0.join("intake.sqlite")).unwrap();
        let count: u32 = own
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'seen_*'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        count
    };
    for day in 0..40 {
        let event = Sent {
            client: 1,
            at_ms: day * day_ms,
            method: Method::Get,
            tag: Some(1),
            digest: 1,
            number: day as u128,
            is_push: false,
        };
        let arrived_ms = START_MS + day * day_ms;
        arrives(&spool, arrived_ms, vec![event.spooled()]);
        drain.step(arrived_ms).unwrap();
        drain.step(arrived_ms + 2 * WINDOW).unwrap();
    }
    // The clock has only jumped so far: it may be set right again.
    assert_eq!(tables(), 40);
    let last_ms = START_MS + 39 * day_ms;
    for minutes in (5..70).step_by(5) {
        drain.step(last_ms + minutes * 60_000).unwrap();
    }
    assert_eq!(tables(), 37);
}

#[test]
fn only_one_counts_with_the_same_data() {
    let folder = Folder::new();
    let store = Arc::new(Embedded::open(&folder.0).unwrap());
    let spool = spool(&folder);
    let open = || Drain::open(&folder.0, &spool, store.clone(), WINDOW);
    let first = open().unwrap();
    assert!(matches!(open().err(), Some(IntakeError::Taken)));
    drop(first);
    assert!(open().is_ok());
}
