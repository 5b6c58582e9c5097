//! Replays the fuzzer's corpus on stable: nothing panics, any cut gives the
//! same answers, and each seed is read as what it was written for.

mod support;

use std::path::PathBuf;
use support::reader::{Found, check};

/// Each seed, with its rows read and skipped; `None` where it is no export.
const SEEDS: [(&str, Option<(u64, u64)>); 40] = [
    ("actions-and-days.csv", Some((4, 3))),
    ("bad-utf8-quoted.csv", Some((1, 1))),
    ("bad-utf8.csv", Some((3, 2))),
    ("binary-rows.csv", Some((1, 2))),
    ("binary.csv", None),
    ("blank-lines.csv", Some((2, 0))),
    ("blank.csv", None),
    ("bom.csv", Some((2, 0))),
    ("crlf.csv", Some((3, 0))),
    ("empty.csv", None),
    ("header-bare.csv", Some((0, 0))),
    ("header-only.csv", Some((0, 0))),
    ("header-quoted.csv", Some((1, 0))),
    ("long-row.csv", Some((5, 0))),
    ("long-values.csv", Some((3, 0))),
    ("many-values.csv", Some((40, 0))),
    ("no-last-newline.csv", Some((2, 0))),
    ("no-tag-column.csv", Some((2, 0))),
    ("other-table.csv", None),
    ("page.csv", None),
    ("picture.csv", None),
    ("plain.csv", Some((5, 0))),
    ("quote-at-end.csv", Some((2, 0))),
    ("quote-open-at-end.csv", Some((2, 1))),
    ("quote-open.csv", Some((3, 1))),
    ("quote-stray.csv", Some((3, 0))),
    ("quoted-newline.csv", Some((5, 0))),
    ("quoted-row.csv", Some((3, 0))),
    ("quotes-doubled.csv", Some((3, 0))),
    ("reference-unlike-tag.csv", Some((2, 0))),
    ("returns.csv", Some((3, 0))),
    ("semicolons.csv", Some((3, 0))),
    ("short-and-long-rows.csv", Some((2, 2))),
    ("spellings-of-none.csv", Some((3, 0))),
    ("summary-levels.csv", Some((1, 2))),
    ("summary-repository.csv", Some((2, 0))),
    ("summary-tag.csv", Some((3, 2))),
    ("tabs.csv", Some((2, 0))),
    ("trends.csv", Some((2, 2))),
    ("truncated.csv", Some((2, 1))),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/reader")
}

#[test]
fn seeds_are_read_as_what_they_are() {
    let mut wrong = Vec::new();
    for (name, expected) in SEEDS {
        let file = std::fs::read(folder().join(name)).expect(name);
        let found = check(&file).map(|Found { rows, skipped }| (rows, skipped));
        if found != expected {
            wrong.push((name, found, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a fuzzer finds stays on its machine until it is given a name and an
/// expectation here; only files with an ending belong to the project.
#[test]
fn every_seed_has_an_expectation() {
    let entries = std::fs::read_dir(folder()).expect("the corpus");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.contains('.'))
        .collect();
    names.sort();
    assert_eq!(names, SEEDS.map(|seed| seed.0));
}

/// Every seed cut short at every place: files end anywhere.
#[test]
fn seeds_cut_short_hold() {
    for (name, _) in SEEDS {
        let file = std::fs::read(folder().join(name)).expect(name);
        let steps = (file.len() / 40).max(1);
        for len in (0..file.len()).step_by(steps) {
            check(&file[..len]);
        }
    }
}

/// Rows about as long as a row may be, and longer: too long for a seed.
#[test]
fn the_longest_rows_hold() {
    let long = pulls::partition::MAX_ROW;
    let head = "action,action_day,reference,note\n";
    let row = "pull_by_tag,2026-02-03,latest,";
    for len in [
        long - row.len() - 3,
        long - row.len() - 1,
        long,
        long + 70_000,
    ] {
        let plain = "x".repeat(len);
        let lines = "y\n".repeat(len / 2);
        for note in [
            plain.clone(),
            format!("\"{plain}\""),
            format!("\"{lines}\""),
        ] {
            let text = format!("{head}{row}a\n{row}{note}\n{row}b\n");
            let found = check(text.as_bytes()).expect("an export");
            let fits = row.len() + note.len() < long;
            assert_eq!(
                (found.rows, found.skipped == 0),
                if fits { (3, true) } else { (2, false) }
            );
        }
    }
}
