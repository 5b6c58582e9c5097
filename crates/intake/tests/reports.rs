//! What the people who look after registries see: how much came, when, and what was set aside; and
//! what nobody sees any more.

use events::{SetAside, Trouble};
use intake::visitors::Visitor;
use intake::{Arrival, Happened, Limits, Origin, Spool, Spooled};

/// 2026-05-04T09:00:00Z.
const NINE_MS: i64 = 1_777_885_200_000;
const HOUR_MS: i64 = 3_600_000;

fn spool(name: &str) -> (std::path::PathBuf, Spool) {
    let folder = std::env::temp_dir().join(format!("dsos-reports-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let limits = Limits {
        most_bytes: u64::MAX,
    };
    let spool = Spool::open(&folder, limits).unwrap();
    (folder, spool)
}

fn arrival(registry: i64, arrived_ms: i64, events: usize, aside: usize) -> Arrival {
    let event = Spooled {
        at_us: arrived_ms * 1_000,
        happened: Happened::Get,
        repository: "kelp/web".to_owned(),
        tag: "1.0".to_owned(),
        digest: format!("sha256:{:064x}", 1),
        id: None,
        visitor: Visitor::default(),
        agent: 1,
        tool: "docker".to_owned(),
        version: "24.0.5".to_owned(),
        origin: Origin::default(),
    };
    Arrival {
        registry,
        arrived_ms,
        events: vec![event; events],
        passed_over: 2,
        set_aside: (0..aside)
            .map(|number| SetAside {
                trouble: Trouble::Id,
                sent: format!("{number}"),
            })
            .collect(),
    }
}

#[test]
fn each_registry_is_reported_by_itself_and_by_the_hour() {
    let (folder, spool) = spool("hours");
    for (registry, hour, events, aside) in [
        (1, -40, 9, 9),
        (1, -23, 3, 0),
        (1, 0, 4, 1),
        (1, 0, 1, 0),
        (2, -1, 7, 0),
        (3, 5, 1, 0),
    ] {
        spool
            .accept_now(arrival(registry, NINE_MS + hour * HOUR_MS, events, aside))
            .unwrap();
    }
    let reports = spool.reports(NINE_MS + HOUR_MS / 2).unwrap();
    let seen: Vec<_> = reports
        .iter()
        .map(|report| {
            let hours = (report.hours[0], report.hours[22], report.hours[23]);
            (report.registry, hours, report.passed_over, report.set_aside)
        })
        .collect();
    assert_eq!(
        seen,
        [
            (1, (3, 0, 5), 6, 1),
            (2, (0, 7, 0), 2, 0),
            // Of an hour that has not come: a clock went back.
            (3, (0, 0, 0), 0, 0)
        ]
    );
    assert_eq!(reports[0].last_ms, NINE_MS);
    assert_eq!(reports[0].waits_since_ms, Some(NINE_MS - 40 * HOUR_MS));
    assert_eq!(reports[1].waits_since_ms, Some(NINE_MS - HOUR_MS));
    drop(spool);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_newest_of_what_was_set_aside_are_kept_and_all_are_counted() {
    let (folder, spool) = spool("aside");
    for _ in 0..5 {
        spool.accept_now(arrival(1, NINE_MS, 0, 300)).unwrap();
    }
    spool.accept_now(arrival(2, NINE_MS, 0, 3)).unwrap();
    let aside = spool.set_aside(1, 2_000).unwrap();
    assert_eq!(aside.len(), 1_000);
    assert_eq!(
        (aside[0].code.as_str(), aside[0].sent.as_str()),
        ("id", "299")
    );
    assert!(aside[0].why.contains("no id"), "{}", aside[0].why);
    assert_eq!(spool.set_aside(2, 2).unwrap().len(), 2);
    assert_eq!(spool.reports(NINE_MS).unwrap()[0].set_aside, 1_500);
    drop(spool);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_key_that_is_destroyed_is_in_no_file_any_more() {
    let (folder, spool) = spool("keys");
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let (then, later) = (at("2026-05-04T09:00:00Z"), at("2026-06-03T09:00:00Z"));
    let address = "192.0.2.7".parse().unwrap();
    let known = spool.visitor(address, then, then).unwrap();
    assert_ne!(known, Visitor::default());
    let connection = rusqlite::Connection::open(folder.join("spool.sqlite")).unwrap();
    let keys: Vec<Vec<u8>> = connection
        .prepare("SELECT key FROM visitor_key")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    drop(connection);
    let found = || {
        let files = std::fs::read_dir(&folder).unwrap();
        let bytes: Vec<u8> = files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect();
        let is_there = |key: &&Vec<u8>| bytes.windows(key.len()).any(|some| some == &key[..]);
        keys.iter().filter(is_there).count()
    };
    assert_eq!((keys.len(), found()), (2, 2));
    assert_eq!(spool.destroy_keys(later).unwrap(), 2);
    assert_eq!(found(), 0);
    drop(spool);
    std::fs::remove_dir_all(folder).unwrap();
}
