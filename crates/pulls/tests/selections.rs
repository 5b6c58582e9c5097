//! What a selection counts is what a plain loop over the records counts:
//! whether few rows are kept or nearly all, within a block of rows or over
//! many, and with more tags and days than are counted ahead.

mod support;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Dimension, Filter, Measure, Query, SpanChoice};
use pulls::segment::Action;
use pulls::view::{Role, View};
use std::collections::BTreeMap;
use support::Engine;

struct Record {
    action: Action,
    day: Day,
    tag: String,
    country: &'static str,
    client: &'static str,
}

const COUNTRIES: [&str; 5] = ["US", "DE", "FR", "JP", ""];
const CLIENTS: [&str; 3] = ["docker", "containerd", "podman"];

/// Records of so many tags and days, each as random as its number hashed.
fn records(rows: u64, seed: u64, tags: u64, days: u64) -> Vec<Record> {
    let first = Day::of_a_pull(b"2026-01-01").expect("a day");
    let record = |row: u64| {
        let mut random = row
            .wrapping_add(seed << 32)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut next = |below: u64| {
            random ^= random >> 29;
            random = random.wrapping_mul(0xBF58_476D_1CE4_E5B9);
            (random >> 33) % below
        };
        // Few of the first values are most of all.
        let mut skewed = |below: u64| next(below).min(next(below)).min(next(below));
        let tag = match skewed(tags + 1) {
            0 => String::new(),
            tag => format!("t{tag}"),
        };
        Record {
            country: COUNTRIES[skewed(5) as usize],
            client: CLIENTS[skewed(3) as usize],
            day: first.plus(skewed(days) as i32),
            action: match (next(5), tag.is_empty()) {
                (0, _) => Action::VersionCheck,
                (_, true) => Action::PullByDigest,
                (_, false) => Action::PullByTag,
            },
            tag,
        }
    };
    (0..rows).map(record).collect()
}

fn export(records: &[Record]) -> String {
    let mut text = "action,action_day,tag,country,user_agent_tool\n".to_owned();
    for record in records {
        text += &format!(
            "{},{},{},{},{}\n",
            record.action.name(),
            record.day,
            record.tag,
            record.country,
            record.client
        );
    }
    text
}

fn value(record: &Record, dimension: Dimension) -> &str {
    match dimension {
        Dimension::Tag => &record.tag,
        Dimension::Country => record.country,
        Dimension::Client => record.client,
        _ => "",
    }
}

fn check(records: &[Record], query: &Query, view: &View) {
    let matches = |r: &&Record| {
        query
            .filters
            .iter()
            .all(|f| f.values.iter().any(|v| v == value(r, f.dimension)) != f.exclude)
    };
    let in_span = |r: &&Record| match query.span {
        SpanChoice::Days(span) => span.contains(r.day),
        _ => true,
    };
    let measured = |r: &&Record| match query.measure {
        Measure::Pulls => r.action != Action::VersionCheck,
        Measure::Checks => r.action == Action::VersionCheck,
        Measure::Both => true,
    };
    let kept: Vec<&Record> = records.iter().filter(matches).filter(in_span).collect();
    let counted: Vec<&Record> = kept.iter().copied().filter(|r| measured(r)).collect();
    assert_eq!(view.matching_rows, counted.len() as u64, "{query:?}");
    let of = |action| kept.iter().filter(|r| r.action == action).count() as u64;
    assert_eq!(view.totals.by_tag, of(Action::PullByTag), "{query:?}");
    assert_eq!(view.totals.by_digest, of(Action::PullByDigest), "{query:?}");
    assert_eq!(view.totals.checks, of(Action::VersionCheck), "{query:?}");
    for dimension in [Dimension::Tag, Dimension::Country, Dimension::Client] {
        let mut expected = BTreeMap::new();
        for record in &counted {
            *expected
                .entry(value(record, dimension).to_owned())
                .or_insert(0u64) += 1;
        }
        let found = view
            .breakdowns
            .iter()
            .find(|b| b.dimension == dimension)
            .expect("a breakdown");
        assert_eq!(found.distinct, expected.len() as u64, "{query:?}");
        for entry in &found.entries {
            assert_eq!(Some(&entry.count), expected.get(&entry.value), "{query:?}");
        }
    }
    // The chart stacks pulls unless only version checks are asked for.
    let drawn =
        |r: &&&Record| (r.action == Action::VersionCheck) == (query.measure == Measure::Checks);
    for series in &view.series {
        if let Role::Tag(_) = series.role {
            for (period, value) in view.periods.iter().zip(&series.values) {
                let expected = kept
                    .iter()
                    .filter(drawn)
                    .filter(|r| r.tag == series.name && period.span.contains(r.day))
                    .count() as u64;
                assert_eq!(
                    *value, expected,
                    "{} in {:?}: {query:?}",
                    series.name, period.span
                );
            }
        }
    }
    let all: u64 = view.series.iter().map(|s| s.total).sum();
    assert_eq!(all, kept.iter().filter(drawn).count() as u64, "{query:?}");
}

fn filter() -> impl Strategy<Value = Filter> {
    let of = |dimension, values: Vec<&'static str>| {
        let most = values.len();
        (
            proptest::sample::subsequence(values, 1..most),
            any::<bool>(),
        )
            .prop_map(move |(values, exclude)| Filter {
                dimension,
                values: values.into_iter().map(str::to_owned).collect(),
                exclude,
            })
    };
    prop_oneof![
        of(Dimension::Country, COUNTRIES.to_vec()),
        of(Dimension::Client, CLIENTS.to_vec()),
        of(Dimension::Tag, vec!["t1", "t2", "t7", "", "none of them"]),
    ]
}

fn query(days: i32) -> impl Strategy<Value = Query> {
    let first = Day::of_a_pull(b"2026-01-01").expect("a day");
    let span = prop_oneof![
        2 => Just(SpanChoice::All),
        2 => (0..days, 0..days).prop_map(move |(a, b)| {
            SpanChoice::Days(Span::new(first.plus(a.min(b)), first.plus(a.max(b))))
        }),
    ];
    let measure = prop_oneof![
        Just(Measure::Pulls),
        Just(Measure::Checks),
        Just(Measure::Both)
    ];
    (span, measure, proptest::collection::vec(filter(), 0..3)).prop_map(
        |(span, measure, filters)| Query {
            span,
            by: Granularity::Week,
            measure,
            filters,
            ..Query::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_selection_counts_what_a_loop_counts(
        seed in 0u64..1000,
        rows in prop_oneof![1u64..200, Just(9000)],
        queries in proptest::collection::vec(query(40), 1..6),
    ) {
        let records = records(rows, seed, 20, 40);
        let mut engine = Engine::new(2);
        engine.open(export(&records).as_bytes(), 150_000);
        // One after the other: what is known of one selection is not taken for another's.
        for query in &queries {
            check(&records, query, &engine.view(query));
        }
    }
}

#[test]
fn more_tags_and_days_than_are_counted_ahead() {
    let records = records(12_000, 1, 3000, 300);
    let mut engine = Engine::new(2);
    engine.open(export(&records).as_bytes(), 150_000);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..12 {
        let query = query(300).new_tree(&mut runner).expect("a query").current();
        check(&records, &query, &engine.view(&query));
    }
}

#[test]
fn what_is_forgotten_counts_no_more() {
    let (first, second) = (records(5000, 1, 20, 40), records(5000, 2, 30, 60));
    let mut engine = Engine::new(2);
    engine.open(export(&first).as_bytes(), 60_000);
    engine.open(export(&second).as_bytes(), 60_000);
    let query = Query {
        filters: vec![Filter {
            dimension: Dimension::Country,
            values: vec!["DE".to_owned()],
            exclude: false,
        }],
        ..Query::default()
    };
    engine.view(&query);
    engine.forget(1);
    check(&first, &query, &engine.view(&query));
    check(&first, &Query::default(), &engine.view(&Query::default()));
}

#[test]
fn values_of_closed_files_leave_with_them() {
    let (first, second) = (records(3000, 1, 2000, 40), records(3000, 2, 20, 60));
    let mut engine = Engine::new(2);
    engine.open(export(&first).as_bytes(), 60_000);
    engine.view(&Query::default());
    engine.forget(0);
    assert!(engine.view(&Query::default()).repositories.is_empty());
    engine.open(export(&second).as_bytes(), 60_000);
    check(&second, &Query::default(), &engine.view(&Query::default()));
    let tags = engine
        .parts
        .iter()
        .map(|part| part.news(0, &[]).values[0].1.len());
    assert!(
        tags.max() < Some(30),
        "only the second file's tags are held"
    );
}
