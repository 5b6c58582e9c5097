//! Different clients are counted exactly, in each week and month, of all rows or of each image.

use proptest::prelude::*;
use pull_store::{DayRows, Embedded, Of, PullStore, VisitorCount};
use pulls::batch::{BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use std::collections::{BTreeMap, BTreeSet};

/// A row: its day, repository, action, tag, digest and client.
type Row = (i32, u8, u64, u8, u8, u64);

/// A Friday: weeks and months begin in between.
const FIRST: i32 = 20_664;

fn put(store: &Embedded, namespace: &str, rows: &[Row]) {
    let mut days: BTreeMap<i32, BatchBuilder> = BTreeMap::new();
    for (day, repository, action, tag, digest, client) in rows {
        let (repository, tag) = (format!("image-{repository}"), format!("v{tag}"));
        let digest = format!("sha256:{digest}");
        let mut pull = Pull::default();
        for (at, column) in TEXTS.into_iter().enumerate() {
            match column {
                Column::Repository => pull.texts[at] = repository.as_bytes(),
                // What is pulled by digest names no tag.
                Column::Tag if *action != 1 => pull.texts[at] = tag.as_bytes(),
                Column::Digest => pull.texts[at] = digest.as_bytes(),
                _ => {}
            }
        }
        pull.numbers[Number::Day as usize] = (FIRST + day) as u64;
        pull.numbers[Number::Action as usize] = *action;
        pull.numbers[Number::Count as usize] = 1;
        pull.numbers[Number::Method as usize] = 1;
        pull.numbers[Number::WeekVisitor as usize] = *client;
        // Of another key: nothing tells that they are one.
        pull.numbers[Number::MonthVisitor as usize] = client.wrapping_mul(7);
        days.entry(FIRST + day).or_default().push(&pull);
    }
    let days: Vec<DayRows> = days
        .iter()
        .map(|(day, rows)| DayRows::of(namespace, Day(*day), rows))
        .collect();
    let span = Span::new(Day(FIRST), Day(FIRST + 60));
    store.replace(namespace, span, &days).unwrap();
}

fn naive(rows: &[Row], span: Span, by: Granularity, of: Of) -> Vec<VisitorCount> {
    let mut seen: BTreeMap<(Day, String, String), BTreeSet<u64>> = BTreeMap::new();
    for (day, repository, action, tag, digest, client) in rows {
        let day = Day(FIRST + day);
        if *client == 0 || !span.contains(day) {
            continue;
        }
        let reference = if *action == 1 {
            format!("sha256:{digest}")
        } else {
            format!("v{tag}")
        };
        let (repository, reference) = match of {
            Of::All => (String::new(), String::new()),
            Of::Repository => (format!("image-{repository}"), String::new()),
            Of::Reference => (format!("image-{repository}"), reference),
        };
        let key = (by.start(day), repository, reference);
        seen.entry(key).or_default().insert(*client);
    }
    seen.into_iter()
        .map(|((period, repository, reference), seen)| VisitorCount {
            period,
            repository,
            reference,
            visitors: seen.len() as u64,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn clients_are_counted_once(
        rows in prop::collection::vec((0..50, 0..3u8, 0..3u64, 0..3u8, 0..3u8, 0..6u64), 0..200),
        former in prop::collection::vec((0..50, 0..3u8, 0..3u64, 0..3u8, 0..3u8, 0..6u64), 0..50),
        from in 0..50, length in 0..50,
    ) {
        let folder = std::env::temp_dir().join(format!("dsos-visitors-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let store = Embedded::open(&folder).unwrap();
        put(&store, "kelp", &rows);
        put(&store, "weed", &former);
        let span = Span::new(Day(FIRST + from), Day(FIRST + from + length));
        let all: Vec<Row> = rows.iter().chain(&former).copied().collect();
        for by in [Granularity::Week, Granularity::Month] {
            for of in [Of::All, Of::Repository, Of::Reference] {
                let found = store.visitors(&["kelp", "weed"], span, by, of).unwrap();
                prop_assert_eq!(found, naive(&all, span, by, of));
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
