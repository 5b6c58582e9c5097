//! Tags that were pushed: which marks are kept, for how long, and under which names they are found.

use intake::{MOST_KEPT, Pushed, Pushes};
use pulls::calendar::{Day, Span};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

const ALWAYS: Span = Span {
    first: Day(0),
    last: Day(1 << 20),
};

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("dsos-pushes-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn push(tag: &str, at_s: i64) -> Pushed {
    Pushed {
        repository: "web".to_owned(),
        tag: tag.to_owned(),
        digest: format!("sha256:{at_s:064x}"),
        at_s,
        times: 1,
    }
}

fn tags(found: &[Pushed]) -> Vec<(&str, i64, u64)> {
    found
        .iter()
        .map(|one| (one.tag.as_str(), one.at_s, one.times))
        .collect()
}

#[test]
fn a_tag_has_one_mark_a_day_with_its_last_push() {
    let folder = Folder::new();
    let pushes = Pushes::open(&folder.0).unwrap();
    let day = 86_400;
    let all = [
        push("1.0", 2 * day - 1),
        push("1.0", day + 5),
        Pushed {
            times: 4,
            ..push("latest", day + 5)
        },
        push("1.0", 2 * day),
        push("1.0", day),
    ];
    pushes.replace("kelp", &all).unwrap();
    let found = pushes.between(&["kelp"], ALWAYS, 10).unwrap();
    assert_eq!(
        tags(&found),
        [
            ("1.0", 2 * day, 1),
            ("1.0", 2 * day - 1, 3),
            ("latest", day + 5, 4)
        ]
    );
    assert_eq!(found[1].digest, format!("sha256:{:064x}", 2 * day - 1));
    let second = Span::new(Day(1), Day(1));
    assert_eq!(pushes.between(&["kelp"], second, 10).unwrap(), found[1..]);
    assert_eq!(pushes.between(&["kelp"], ALWAYS, 1).unwrap(), found[..1]);
    assert_eq!(pushes.between(&["tidal"], ALWAYS, 10).unwrap(), []);
    assert_eq!(pushes.drop_before(Day(2)).unwrap(), 2);
    assert_eq!(pushes.between(&["kelp"], ALWAYS, 10).unwrap(), found[..1]);
}

#[test]
fn what_was_pushed_under_two_names_on_a_day_is_one_mark() {
    let folder = Folder::new();
    let pushes = Pushes::open(&folder.0).unwrap();
    pushes.replace("kelp", &[push("1.0", 10)]).unwrap();
    pushes
        .replace("kelpworks", &[push("1.0", 30), push("2.0", 20)])
        .unwrap();
    let names = ["kelp", "kelpworks"];
    let found = pushes.between(&names, ALWAYS, 10).unwrap();
    assert_eq!(tags(&found), [("1.0", 30, 2), ("2.0", 20, 1)]);
    assert_eq!(found[0].digest, format!("sha256:{:064x}", 30));
    pushes.replace("kelp", &[]).unwrap();
    let found = pushes.between(&names, ALWAYS, 10).unwrap();
    assert_eq!(tags(&found), [("1.0", 30, 1), ("2.0", 20, 1)]);
}

#[test]
fn what_was_renamed_is_not_found_under_the_old_name() {
    let folder = Folder::new();
    let pushes = Pushes::open(&folder.0).unwrap();
    pushes
        .replace("kelp", &[push("1.0", 10), push("2.0", 20)])
        .unwrap();
    pushes.replace("kelpworks", &[push("1.0", 30)]).unwrap();
    pushes.rename("kelp", "kelpworks").unwrap();
    assert!(pushes.between(&["kelp"], ALWAYS, 10).unwrap().is_empty());
    let found = pushes.between(&["kelpworks"], ALWAYS, 10).unwrap();
    assert_eq!(tags(&found), [("1.0", 30, 2), ("2.0", 20, 1)]);
    assert_eq!(found[0].digest, format!("sha256:{:064x}", 30));
}

#[test]
fn of_a_namespace_the_newest_are_kept() {
    let folder = Folder::new();
    let pushes = Pushes::open(&folder.0).unwrap();
    pushes.replace("tidal", &[push("1.0", 0)]).unwrap();
    let all: Vec<Pushed> = (0..i64::from(MOST_KEPT) + 3)
        .map(|day| push("nightly", day * 86_400))
        .collect();
    pushes.replace("kelp", &all).unwrap();
    let found = pushes.between(&["kelp"], ALWAYS, u32::MAX).unwrap();
    assert_eq!(found.len(), MOST_KEPT as usize);
    assert_eq!(found.last().unwrap().at_s, 3 * 86_400);
    assert_eq!(pushes.between(&["tidal"], ALWAYS, 10).unwrap().len(), 1);
}

#[test]
fn pushes_of_an_earlier_version_become_marks() {
    let folder = Folder::new();
    let file = rusqlite::Connection::open(folder.0.join("intake.sqlite")).unwrap();
    file.execute_batch(
        "CREATE TABLE block (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
         CREATE TABLE numbering (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
         INSERT INTO numbering VALUES (1, 0);
         CREATE TABLE pushed (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, repository TEXT NOT NULL,
            tag TEXT NOT NULL, digest TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;
         CREATE INDEX pushed_by_time ON pushed (namespace, at_us);
         INSERT INTO pushed (namespace, repository, tag, digest, at_us) VALUES
            ('kelp', 'web', '1.0', 'sha256:b', 86400999999),
            ('kelp', 'web', '1.0', 'sha256:a', 86400000001),
            ('kelp', 'web', '', 'sha256:c', 86400000002),
            ('kelp', 'web', '1.0', 'sha256:d', 86399999999);
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(file);
    for _ in 0..2 {
        let pushes = Pushes::open(&folder.0).unwrap();
        let found = pushes.between(&["kelp"], ALWAYS, 10).unwrap();
        assert_eq!(
            tags(&found),
            [("1.0", 86_400, 2), ("1.0", 86_399, 1)],
            "each day has one"
        );
        assert_eq!(found[0].digest, "sha256:b");
    }
}
