//! Generated raw exports of 20,000 rows against the generator's own count,
//! which never sees any CSV; and the same file in other spellings.

mod support;

use fixtures::count::{Count, Tally};
use fixtures::{Action, RawExport};
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Dimension, Filter, Measure, Query, SpanChoice};
use pulls::summary::Level;
use pulls::view::{Breakdown, View};
use std::collections::BTreeMap;
use support::{Engine, plain};

const ROWS: u64 = 20_000;

fn export() -> RawExport {
    RawExport {
        seed: 7,
        owner: true,
        ..RawExport::new(ROWS)
    }
}

fn opened(text: &[u8], slice_len: usize, parts: usize) -> Engine {
    let mut engine = Engine::new(parts);
    engine.open(text, slice_len);
    assert_eq!(engine.files[0].2.skipped, 0);
    engine
}

fn measured(measure: Measure, count: &Count) -> u64 {
    match measure {
        Measure::Pulls => count.pulls,
        Measure::Checks => count.version_checks,
        Measure::Both => count.pulls + count.version_checks,
    }
}

fn query(measure: Measure) -> Query {
    Query {
        measure,
        ..Query::default()
    }
}

/// Where the tally keeps what a breakdown lists.
const COLUMNS: [(Dimension, &str); 7] = [
    (Dimension::Repository, "repository"),
    (Dimension::Country, "country"),
    (Dimension::Client, "user_agent_tool"),
    (Dimension::Version, "user_agent_version"),
    (Dimension::Network, "type"),
    (Dimension::Cloud, "host"),
    (Dimension::Domain, "domain"),
];

fn breakdown(view: &View, dimension: Dimension) -> &Breakdown {
    let found = view.breakdowns.iter().find(|b| b.dimension == dimension);
    found.expect("every dimension")
}

/// Values by count, those that do not occur left out.
fn occurring(counts: impl Iterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.filter(|c| c.1 > 0).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Holds a view and its engine against a tally, value by value.
fn agrees(engine: &mut Engine, query: &Query, tally: &Tally) {
    let measure = query.measure;
    let view = engine.view(query);
    let action = |a: Action| tally.actions.get(&a).copied().unwrap_or_default();
    assert_eq!(
        (
            view.totals.by_tag,
            view.totals.by_digest,
            view.totals.checks
        ),
        (
            action(Action::PullByTag),
            action(Action::PullByDigest),
            action(Action::VersionCheck)
        )
    );
    for (dimension, column) in COLUMNS {
        let empty = BTreeMap::new();
        let counts = tally.columns.get(column).unwrap_or(&empty);
        let expected = occurring(
            counts
                .iter()
                .map(|(v, c)| (v.clone(), measured(measure, c))),
        );
        let listed = breakdown(&view, dimension);
        assert_eq!(listed.distinct as usize, expected.len(), "{column}");
        assert_eq!(
            listed.total,
            expected.iter().map(|e| e.1).sum::<u64>(),
            "{column}"
        );
        // Of a long list the first are shown, and all are found.
        let all = engine.desk.find(dimension, "", &[], usize::MAX);
        let found: Vec<_> = all.into_iter().map(|e| (e.value, e.count)).collect();
        assert_eq!(found, expected, "{column}");
        let shown: Vec<_> = listed
            .entries
            .iter()
            .map(|e| (e.value.clone(), e.count))
            .collect();
        assert_eq!(shown, expected[..expected.len().min(100)], "{column}");
    }
    let of_tag =
        |weeks: &BTreeMap<fixtures::Day, Count>| weeks.values().map(|c| measured(measure, c)).sum();
    let expected = occurring(
        tally
            .tags
            .iter()
            .map(|(tag, weeks)| (tag.clone().unwrap_or_default(), of_tag(weeks))),
    );
    let all = engine.desk.find(Dimension::Tag, "", &[], usize::MAX);
    let found: Vec<_> = all.into_iter().map(|e| (e.value, e.count)).collect();
    assert_eq!(found, expected);
}

/// Every tag by week: each tag's series is asked for alone, and those of the
/// chart must say the same.
fn tags_by_week(engine: &mut Engine, measure: Measure, tally: &Tally) {
    let chart = engine.view(&query(measure));
    assert!(chart.series.len() > 8, "eight tags, the others, none");
    for (tag, weeks) in &tally.tags {
        let name = tag.clone().unwrap_or_default();
        let filter = Filter {
            dimension: Dimension::Tag,
            values: vec![name.clone()],
            exclude: false,
        };
        let view = engine.view(&Query {
            filters: vec![filter],
            ..query(measure)
        });
        let expected: Vec<u64> = view
            .periods
            .iter()
            .map(|period| {
                let monday = fixtures::Day(period.span.first.0);
                weeks
                    .get(&monday)
                    .map_or(0, |count| measured(measure, count))
            })
            .collect();
        let total: u64 = weeks.values().map(|count| measured(measure, count)).sum();
        assert_eq!(
            expected.iter().sum::<u64>(),
            total,
            "a week of {name} is not in the chart"
        );
        let of_view = view
            .series
            .first()
            .map_or(vec![0; expected.len()], |s| s.values.clone());
        assert!(view.series.len() <= 1);
        assert_eq!(of_view, expected, "{name}");
        let charted = chart
            .series
            .iter()
            .find(|s| s.name == name && (tag.is_some() || s.role == pulls::view::Role::NoTag));
        if let (Some(series), Some(_)) = (charted, &tag) {
            assert_eq!(series.values, expected, "{name} in the chart");
        }
        if let (Some(series), None) = (charted, &tag) {
            assert_eq!(series.values, expected, "no tag in the chart");
        }
    }
}

#[test]
fn every_count_is_the_generators_own() {
    let export = export();
    let text = export.to_bytes();
    let tally = Tally::of(&export);
    for (slice_len, parts) in [(text.len(), 1), (100_000, 2), (77_777, 4)] {
        let mut engine = opened(&text, slice_len, parts);
        assert_eq!(engine.files[0].2.rows, tally.rows);
        for measure in [Measure::Pulls, Measure::Checks, Measure::Both] {
            agrees(&mut engine, &query(measure), &tally);
        }
    }
}

#[test]
fn every_tag_and_week_is_the_generators_own() {
    let export = export();
    let tally = Tally::of(&export);
    let mut engine = opened(&export.to_bytes(), 500_000, 3);
    tags_by_week(&mut engine, Measure::Pulls, &tally);
    tags_by_week(&mut engine, Measure::Checks, &tally);
}

#[test]
fn filtered_counts_are_the_generators_own() {
    let export = export();
    let mut engine = opened(&export.to_bytes(), 300_000, 2);
    let filter = |dimension, values: &[&str], exclude| Filter {
        dimension,
        values: values.iter().map(|v| (*v).to_owned()).collect(),
        exclude,
    };
    let span = Span::new(Day(export.first_day.0 + 10), Day(export.first_day.0 + 40));
    for measure in [Measure::Pulls, Measure::Checks, Measure::Both] {
        let asked = Query {
            span: SpanChoice::Days(span),
            filters: vec![
                filter(Dimension::Country, &["DE", "US", ""], false),
                filter(Dimension::Cloud, &["aws"], true),
                filter(Dimension::Client, &["docker", "podman"], false),
            ],
            ..query(measure)
        };
        let tally = Tally::of_matching(&export, |r| {
            span.contains(Day(r.day.0))
                && ["DE", "US", ""].contains(&r.country)
                && r.host != "aws"
                && ["docker", "podman"].contains(&r.tool)
        });
        assert!(tally.rows > 500);
        agrees(&mut engine, &asked, &tally);
    }
}

#[test]
fn summaries_add_up_to_the_generators_own() {
    let export = export();
    let tally = Tally::of(&export);
    let engine = opened(&export.to_bytes(), 200_000, 3);
    let summary = engine.summary(&query(Measure::Pulls), Level::Reference);
    let mut tags: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for row in plain::cells(&summary, ',').into_iter().skip(1) {
        let number = |at: usize| row[at].parse::<u64>().expect("a count");
        let tag = if row[2].starts_with("sha256:") {
            ""
        } else {
            &row[2]
        };
        let sums = tags.entry(tag.to_owned()).or_default();
        sums[0] += number(4) + number(5);
        sums[1] += number(6);
    }
    let expected = tally.tags.iter().map(|(tag, weeks)| {
        let sum = |of: &dyn Fn(&Count) -> u64| weeks.values().map(of).sum();
        let counts = [sum(&|c| c.pulls), sum(&|c| c.version_checks)];
        (tag.clone().unwrap_or_default(), counts)
    });
    assert_eq!(tags, expected.collect());
    // The generator's own summary has the same counts; addresses it invents.
    let mut theirs = Vec::new();
    fixtures::write_summary(&export, fixtures::SummaryLevel::Tag, &mut theirs).expect("memory");
    let counts = |text: &str| -> Vec<Vec<String>> {
        let rows = plain::cells(text, ',').into_iter().skip(1);
        rows.map(|row| [&row[..3], &row[4..7]].concat()).collect()
    };
    let theirs = String::from_utf8(theirs).expect("text");
    assert_eq!(counts(&summary), counts(&theirs));
}

#[test]
fn trends_and_raw_say_the_same() {
    let export = export();
    let mut trends = Vec::new();
    fixtures::write_trends(&export, &mut trends).expect("memory");
    let raw = opened(&export.to_bytes(), 1_000_000, 2).view(&query(Measure::Pulls));
    let view = opened(&trends, 60_000, 3).view(&query(Measure::Pulls));
    assert_eq!(view.finest, Granularity::Week);
    assert_eq!(
        (view.totals.pulls(), view.totals.checks),
        (raw.totals.pulls(), raw.totals.checks)
    );
    assert_eq!((&view.series, &view.checks), (&raw.series, &raw.checks));
    for dimension in [
        Dimension::Tag,
        Dimension::Repository,
        Dimension::Namespace,
        Dimension::Country,
        Dimension::Client,
        Dimension::Cloud,
    ] {
        assert_eq!(breakdown(&view, dimension), breakdown(&raw, dimension));
    }
}

#[test]
fn other_spellings_of_a_file_are_the_same_file() {
    // Without the owner the last column is one that is counted: line ends touch it.
    let export = RawExport {
        rows: 5_000,
        owner: false,
        ..export()
    };
    let text = String::from_utf8(export.to_bytes()).expect("text");
    let rows = plain::cells(&text, ',');
    let expected = opened(text.as_bytes(), 90_000, 2).view(&query(Measure::Both));
    let mut shuffled = rows.clone();
    for row in &mut shuffled {
        row.reverse();
        row.swap(2, 9);
        row.rotate_left(5);
        row.insert(3, "an extra, \"quoted\" one".to_owned());
    }
    let mut renamed = rows.clone();
    for name in &mut renamed[0] {
        *name = name.replace('_', " ").to_uppercase();
    }
    let midnight: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .filter(|(at, _)| *at != 1)
                .map(|(_, v)| v.clone())
                .collect()
        })
        .collect();
    let none: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|v| {
                    if v.is_empty() {
                        "\\N".to_owned()
                    } else {
                        v.clone()
                    }
                })
                .collect()
        })
        .collect();
    let spellings = [
        ("CRLF", text.replace('\n', "\r\n")),
        ("BOM", format!("\u{feff}{text}")),
        (
            "BOM and CRLF",
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
        ),
        ("no last newline", text.trim_end().to_owned()),
        ("blank lines", text.replacen('\n', "\n\n\n", 300)),
        ("semicolons", plain::text(&rows, ';', "\n")),
        ("tabs", plain::text(&rows, '\t', "\r\n")),
        ("shuffled", plain::text(&shuffled, ',', "\n")),
        ("renamed", plain::text(&renamed, ',', "\n")),
        ("timestamps for days", plain::text(&midnight, ',', "\n")),
        ("\\N for none", plain::text(&none, ',', "\n")),
    ];
    for (name, spelled) in &spellings {
        assert_ne!(spelled, &text, "{name}");
        for slice_len in [spelled.len(), 33_333] {
            let mut engine = opened(spelled.as_bytes(), slice_len, 3);
            assert_eq!(engine.view(&query(Measure::Both)), expected, "{name}");
            let names = &engine.files[0].0.names;
            assert!(!names.iter().any(|n| n.contains('\u{feff}')), "{name}");
        }
    }
}
