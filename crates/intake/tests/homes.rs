//! Blocks go on in the home that they were counted into, or in one that was told to.

mod failing;

use failing::Failing;
use intake::{
    Arrival, Drain, Happened, IntakeError, Limits, Spool, Spooled, Turn, adopt, check_home,
};
use pull_store::{Block, Embedded, PullHome, PullStore, copy};
use pulls::calendar::{Day, Span};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// 2026-05-04T09:00:00Z.
const START_MS: i64 = 1_777_885_200_000;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-intake-homes-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn store(&self) -> Arc<Failing> {
        Arc::new(Failing {
            store: Embedded::open(&self.0).unwrap(),
            plan: AtomicU32::new(0),
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Takes in a pull that the registry names itself: it is counted at once.
fn arrive(spool: &Spool, tag: u32) {
    let event = Spooled {
        at_us: START_MS * 1_000,
        happened: Happened::Pulled,
        repository: "kelp/web".to_owned(),
        tag: format!("v{tag}"),
        digest: format!("sha256:{tag:064x}"),
        id: Some(tag.into()),
        visitor: Default::default(),
        agent: 7,
        tool: "docker".to_owned(),
        version: "24.0.5".to_owned(),
        origin: Default::default(),
    };
    spool
        .accept_now(Arrival {
            registry: 1,
            arrived_ms: START_MS,
            events: vec![event],
            ..Arrival::default()
        })
        .unwrap();
}

fn spool(folder: &Folder) -> Spool {
    let most_bytes = u64::MAX;
    Spool::open(&folder.0, Limits { most_bytes }).unwrap()
}

/// How many rows there are.
fn rows(store: &dyn PullStore) -> usize {
    let mut rows = 0;
    let span = Span::new(Day(20_000), Day(22_000));
    let mut take = |batch: pulls::batch::Batch| {
        rows += batch.len();
        ControlFlow::Continue(())
    };
    store.raw(&["kelp"], span, &mut take).unwrap();
    rows
}

/// Three blocks in one home, and a fourth that it does not take any more.
fn counted(data: &Folder, home: &Arc<Failing>, spool: &Spool) {
    let mut drain = Drain::open(&data.0, spool, home.clone(), 60_000).unwrap();
    for tag in 1..=3 {
        arrive(spool, tag);
        drain.step(START_MS).unwrap();
    }
    assert_eq!((spool.waiting_events(), rows(&home.store)), (0, 3));
    // It fails before it has appended, and then every time.
    home.plan.store(1 + 5 + 25 + 125, Ordering::Relaxed);
    arrive(spool, 4);
    drain.step(START_MS).unwrap_err();
    arrive(spool, 5);
    drain.step(START_MS).unwrap_err();
    assert_eq!(spool.waiting_events(), 2, "what the home does not have");
}

#[test]
fn what_waits_goes_on_in_the_copy_and_nowhere_else() {
    let (data, elsewhere) = (Folder::new(), Folder::new());
    let (home, other) = (data.store(), elsewhere.store());
    {
        let spool = spool(&data);
        counted(&data, &home, &spool);
    }
    // As after a start, with another home.
    let spool = spool(&data);
    assert_eq!(spool.waiting_events(), 2, "as after a start");
    let mut drain = Drain::open(&data.0, &spool, other.clone(), 60_000).unwrap();
    for _ in 0..2 {
        let error = drain.step(START_MS).unwrap_err();
        assert!(
            matches!(
                error,
                IntakeError::OtherHome {
                    last: 3,
                    appended: 0
                }
            ),
            "{error}"
        );
    }
    assert_eq!((spool.waiting_events(), rows(&other.store)), (2, 0));
    // Nor does a command change it, which was not told the home.
    check_home(&data.0, &home.store).unwrap();
    let error = check_home(&data.0, &other.store).unwrap_err();
    assert!(matches!(error, IntakeError::OtherHome { .. }), "{error}");
    // While somebody counts, or copies, nobody else does.
    let error = Turn::take(&data.0).unwrap_err();
    assert!(matches!(error, IntakeError::Taken), "{error}");
    copy(&home.store, &other.store, false, &mut |_, _, _| {}).unwrap();
    drain.step(START_MS).unwrap();
    drain.step(START_MS).unwrap();
    assert_eq!((spool.waiting_events(), rows(&other.store)), (0, 5));
    assert_eq!(other.store.appended().unwrap(), 5);
    // The home of before is behind now.
    drop(drain);
    home.plan.store(0, Ordering::Relaxed);
    let mut drain = Drain::open(&data.0, &spool, home, 60_000).unwrap();
    let error = drain.step(START_MS).unwrap_err();
    assert!(
        matches!(
            error,
            IntakeError::OtherHome {
                last: 5,
                appended: 3
            }
        ),
        "{error}"
    );
}

#[test]
fn a_home_that_is_behind_or_ahead_is_gone_on_with_when_that_is_said() {
    for before in [0, 9] {
        let (data, elsewhere) = (Folder::new(), Folder::new());
        let (home, other) = (data.store(), elsewhere.store());
        let spool = spool(&data);
        counted(&data, &home, &spool);
        other.store.carry_on(before).unwrap();
        let mut drain = Drain::open(&data.0, &spool, other.clone(), 60_000).unwrap();
        let error = drain.step(START_MS).unwrap_err();
        assert!(
            matches!(error, IntakeError::OtherHome { last: 3, appended } if appended == before),
            "{error}"
        );
        assert_eq!(rows(&other.store), 0);
        let error = adopt(&data.0, &other.store).unwrap_err();
        assert!(matches!(error, IntakeError::Taken), "{error}");
        drop(drain);
        assert_eq!(adopt(&data.0, &other.store).unwrap(), Some(before));
        assert_eq!(adopt(&data.0, &other.store).unwrap(), None);
        let mut drain = Drain::open(&data.0, &spool, other.clone(), 60_000).unwrap();
        drain.step(START_MS).unwrap();
        drain.step(START_MS).unwrap();
        assert_eq!((spool.waiting_events(), rows(&other.store)), (0, 2));
        assert_eq!(other.store.appended().unwrap(), before + 2);
    }
}

#[test]
fn a_block_that_was_appended_before_somebody_broke_off_is_no_other_home() {
    let data = Folder::new();
    let home = data.store();
    let spool = spool(&data);
    let mut drain = Drain::open(&data.0, &spool, home.clone(), 60_000).unwrap();
    // It fails after it has appended.
    home.plan.store(2, Ordering::Relaxed);
    arrive(&spool, 1);
    drain.step(START_MS).unwrap_err();
    assert_eq!((spool.waiting_events(), rows(&home.store)), (1, 1));
    drop(drain);
    assert_eq!(adopt(&data.0, &home.store).unwrap(), None);
    let mut drain = Drain::open(&data.0, &spool, home.clone(), 60_000).unwrap();
    drain.step(START_MS).unwrap();
    assert_eq!((spool.waiting_events(), rows(&home.store)), (0, 1));
    let next = Block {
        number: 2,
        days: Vec::new(),
    };
    home.append(&next).unwrap();
}
