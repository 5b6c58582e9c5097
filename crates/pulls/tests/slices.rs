//! Any cut of any file into slices, over any number of partitions, answers as
//! one naive pass does.

mod support;

use proptest::prelude::*;
use pulls::calendar::Span;
use pulls::calendar::{Day, Granularity};
use pulls::partition::MAX_ROW;
use pulls::query::{Dimension, Filter, Measure, Query, SpanChoice};
use std::collections::BTreeMap;
use support::Engine;

/// A record as the naive reader sees it.
#[derive(Clone, Debug)]
struct Naive {
    line: u64,
    raw: Vec<u8>,
    fields: Option<Vec<String>>,
}

/// The plainest CSV reader there can be: one byte after the other.
fn naive(text: &[u8]) -> Vec<Naive> {
    let mut rows = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let (start, first_line) = (at, line);
        let (mut fields, mut field, mut quoted, mut begun) = (Vec::new(), Vec::new(), false, false);
        let mut closed = true;
        let limit = (start + MAX_ROW).min(text.len());
        loop {
            if at == limit {
                closed = limit == text.len() && !quoted;
                break;
            }
            let byte = text[at];
            at += 1;
            if quoted {
                if byte == b'\n' {
                    line += 1;
                }
                if byte == b'"' {
                    if text.get(at) == Some(&b'"') {
                        field.push(b'"');
                        at += 1;
                    } else {
                        quoted = false;
                    }
                } else {
                    field.push(byte);
                }
            } else if byte == b'"' && !begun {
                quoted = true;
            } else if byte == b',' {
                fields.push(std::mem::take(&mut field));
                begun = false;
                continue;
            } else if byte == b'\n' {
                line += 1;
                if at >= 2 && text[at - 2] == b'\r' && field.last() == Some(&b'\r') {
                    field.pop();
                }
                break;
            } else {
                field.push(byte);
            }
            begun = true;
        }
        if !closed {
            // An open quote, and what is too long, spoil their first line only.
            at = text[start..]
                .iter()
                .position(|b| *b == b'\n')
                .map_or(text.len(), |n| start + n + 1);
            line = first_line + u64::from(text[at - 1] == b'\n');
            rows.push(Naive {
                line: first_line,
                raw: text[start..at].to_vec(),
                fields: None,
            });
            continue;
        }
        fields.push(field);
        let fields = fields
            .into_iter()
            .map(String::from_utf8)
            .collect::<Result<Vec<_>, _>>()
            .ok();
        let whole_is_text = std::str::from_utf8(&text[start..at]).is_ok();
        if matches!(&fields, Some(f) if f.len() == 1 && f[0].is_empty())
            && !text[start..at].contains(&b'"')
        {
            continue;
        }
        rows.push(Naive {
            line: first_line,
            raw: text[start..at].to_vec(),
            fields: fields.filter(|_| whole_is_text),
        });
    }
    rows
}

const HEADER: &str =
    "action,action_day,country,digest,reference,repository,tag,user_agent_tool,note\n";

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-d]{0,3}",
        2 => Just("\"x,\"\"y\"\"\nz\"".to_owned()),
        1 => Just("\"\nversion_check,2026-01-05,DE,,a,r,a,t,\n\"".to_owned()),
        1 => Just("st\"ray".to_owned()),
        1 => Just("\u{fc}\u{20ac}".to_owned()),
        1 => Just("\"open".to_owned()),
    ]
}

fn row() -> impl Strategy<Value = Vec<u8>> {
    let action = prop_oneof![6 => Just("pull_by_tag"), 3 => Just("pull_by_digest"), 3 => Just("version_check"), 1 => Just("Pull By Tag"), 1 => Just("unknown")];
    let day = prop_oneof![12 => (1u32..28).prop_map(|d| format!("2026-02-{d:02}")), 1 => Just("2026-02-30".to_owned()), 1 => Just("2026-03-04 00:00:00".to_owned())];
    let country = prop_oneof![Just("DE"), Just("US"), Just(""), Just("\\N"), Just("FR")];
    let tag = prop_oneof![
        Just("latest"),
        Just("6"),
        Just(""),
        Just("null"),
        Just("a-tag-with-a-long-name")
    ];
    let end =
        prop_oneof![8 => Just("\n"), 2 => Just("\r\n"), 1 => Just(",extra\n"), 1 => Just("\n\n")];
    (action, day, country, tag, value(), end, 0u8..40).prop_map(|(action, day, country, tag, note, end, odd)| {
        let digest = format!("sha256:{:064}", day.len() * 7 + note.len());
        let reference = if tag.is_empty() { &digest } else { tag };
        let mut row = format!("{action},{day},{country},{digest},{reference},repo{},{tag},tool-{country},{note}{end}", note.len() % 2).into_bytes();
        if odd == 0 { row[5] = 0xFF; }
        if odd == 1 { row = b"short,row\n".to_vec(); }
        row
    })
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(row(), 0..60), any::<bool>()).prop_map(|(rows, end)| {
        let mut text = HEADER.as_bytes().to_vec();
        text.extend(rows.concat());
        if !end && text.last() == Some(&b'\n') {
            text.pop();
        }
        text
    })
}

fn query() -> impl Strategy<Value = Query> {
    let measure = prop_oneof![
        Just(Measure::Pulls),
        Just(Measure::Checks),
        Just(Measure::Both)
    ];
    let filters = prop::collection::vec(
        (
            prop_oneof![
                Just(Dimension::Tag),
                Just(Dimension::Country),
                Just(Dimension::Repository)
            ],
            prop::collection::vec(
                prop_oneof![
                    Just("DE"),
                    Just("US"),
                    Just(""),
                    Just("latest"),
                    Just("repo1"),
                    Just("absent")
                ],
                1..3,
            ),
            any::<bool>(),
        )
            .prop_map(|(dimension, values, exclude)| Filter {
                dimension,
                values: values.into_iter().map(String::from).collect(),
                exclude,
            }),
        0..3,
    );
    let span = prop_oneof![2 => Just(SpanChoice::All), 1 => (0i32..28, 0i32..28).prop_map(|(a, b)| {
        let first = Day::from_ymd(2026, 2, 1).expect("a day");
        SpanChoice::Days(Span::new(first.plus(a), first.plus(b)))
    })];
    (measure, filters, span).prop_map(|(measure, filters, span)| Query {
        measure,
        filters,
        span,
        by: Granularity::Week,
        ..Query::default()
    })
}

/// A value as filters see it.
fn plain(value: &str) -> &str {
    if matches!(value, "\\N" | "null" | "NULL") {
        ""
    } else {
        value
    }
}

struct Expected {
    rows: Vec<Naive>,
    skipped: Vec<u64>,
}

fn expected(text: &[u8]) -> Expected {
    let mut rows = naive(text);
    rows.remove(0);
    let good = |r: &Naive| {
        r.fields.as_ref().is_some_and(|f| {
            f.len() == 9
                && pulls::segment::Action::parse(f[0].as_bytes()).is_some()
                && Day::parse(f[1].as_bytes()).is_some()
        })
    };
    let skipped = rows.iter().filter(|r| !good(r)).map(|r| r.line).collect();
    rows.retain(good);
    Expected { rows, skipped }
}

fn matches(query: &Query, row: &Naive) -> (bool, bool) {
    let f = row.fields.as_ref().expect("good rows");
    let day = Day::parse(f[1].as_bytes()).expect("a day");
    let value = |d: Dimension| {
        plain(match d {
            Dimension::Tag => &f[6],
            Dimension::Country => &f[2],
            _ => &f[5],
        })
    };
    let kept = query
        .filters
        .iter()
        .all(|filter| filter.values.iter().any(|v| v == value(filter.dimension)) != filter.exclude);
    let inside = match query.span {
        SpanChoice::Days(s) => s.contains(day),
        _ => true,
    };
    let check = pulls::segment::Action::parse(f[0].as_bytes())
        == Some(pulls::segment::Action::VersionCheck);
    let measured = match query.measure {
        Measure::Pulls => !check,
        Measure::Checks => check,
        Measure::Both => true,
    };
    (kept && inside, kept && inside && measured)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_answers_as_one_pass(text in file(), slice_len in 1usize..700, parts in 1usize..4, query in query()) {
        let mut engine = Engine::new(parts);
        engine.open(&text, slice_len);
        let expected = expected(&text);
        let stitcher = &engine.files[0].2;
        prop_assert_eq!(stitcher.rows as usize, expected.rows.len());
        let told: Vec<u64> = stitcher.told.iter().map(|t| t.0).collect();
        prop_assert_eq!(told, &expected.skipped[..expected.skipped.len().min(100)]);

        // Rows, byte for byte.
        let mut raw: Vec<u8> = expected.rows.iter().filter(|r| matches(&query, r).1).flat_map(|r| r.raw.clone()).collect();
        if !raw.is_empty() && raw.last() != Some(&b'\n') { raw.push(b'\n'); }
        let copied = engine.raw(&query);
        prop_assert_eq!(String::from_utf8_lossy(&copied), String::from_utf8_lossy(&raw));

        // Totals, countries, tags by week.
        let view = engine.view(&query);
        let (mut checks, mut pulls) = (0u64, 0u64);
        let mut countries: BTreeMap<String, u64> = BTreeMap::new();
        let mut tags: BTreeMap<(String, Day), u64> = BTreeMap::new();
        for row in &expected.rows {
            let (inside, counted) = matches(&query, row);
            let f = row.fields.as_ref().expect("good rows");
            let check = f[0] == "version_check";
            if inside { if check { checks += 1 } else { pulls += 1 } }
            if counted { *countries.entry(plain(&f[2]).to_owned()).or_default() += 1; }
            if inside && check == (query.measure == Measure::Checks) {
                let week = Granularity::Week.start(Day::parse(f[1].as_bytes()).expect("a day"));
                *tags.entry((plain(&f[6]).to_owned(), week)).or_default() += 1;
            }
        }
        prop_assert_eq!((view.totals.pulls(), view.totals.checks), (pulls, checks));
        let listed: BTreeMap<String, u64> = view.breakdowns[3].entries.iter().map(|e| (e.value.clone(), e.count)).collect();
        prop_assert_eq!(listed, countries);
        let mut charted: BTreeMap<(String, Day), u64> = BTreeMap::new();
        for series in &view.series {
            prop_assert_eq!(series.values.iter().sum::<u64>(), series.total);
            for (period, value) in view.periods.iter().zip(&series.values) {
                if *value > 0 { charted.insert((series.name.clone(), period.span.first), *value); }
            }
        }
        prop_assert_eq!(charted, tags);

        // Chart, table and summary add up alike.
        let summary = engine.summary(&query, pulls::summary::Level::Reference);
        let mut sums = [0u64; 3];
        for line in summary.lines().skip(1) {
            for (sum, n) in sums.iter_mut().zip(line.rsplit(',').take(3).collect::<Vec<_>>().into_iter().rev()) {
                *sum += n.parse::<u64>().expect("a count");
            }
        }
        prop_assert_eq!((sums[0] + sums[1], sums[2]), (pulls, checks));
    }
}

/// A row of about so many bytes, give or take a few around the longest there
/// may be; with text inside that looks like rows, quotes that do not end, and
/// ones that do.
fn long_row() -> impl Strategy<Value = Vec<u8>> {
    let start = "pull_by_tag,2026-02-03,DE,,a,r,a,t,";
    let length = prop_oneof![
        3 => (0usize..4).prop_map(|n| MAX_ROW - 2 + n),
        2 => (1usize..30).prop_map(|n| n * 100_000),
    ];
    let inner = prop::sample::select(vec!["", "\"", "\n", "\"\n", "\"\"", ",", "\r\n", "\u{fc}"]);
    let opens = prop::sample::select(vec!["", "", "\""]);
    let end = prop::sample::select(vec!["\n", "\"\n", "\r\n", ",extra\n"]);
    (
        length,
        opens,
        prop::collection::vec((inner, 0usize..100), 0..4),
        end,
    )
        .prop_map(move |(length, opens, inner, end)| {
            let mut row = format!("{start}{opens}").into_bytes();
            let room = length.saturating_sub(row.len() + end.len());
            let mut note = vec![b'x'; room];
            for (text, at) in inner {
                let at = room * at / 100;
                let piece = format!("{text}{start}{text}");
                if at + piece.len() <= room {
                    note[at..at + piece.len()].copy_from_slice(piece.as_bytes());
                }
            }
            row.extend(note);
            row.extend(end.as_bytes());
            row
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_of_long_rows_reads_as_one_pass(
        rows in prop::collection::vec(prop_oneof![1 => long_row(), 2 => row()], 1..9),
        end in any::<bool>(),
        slice_len in prop_oneof![60_000usize..400_000, 400_000usize..3_000_000],
        parts in 1usize..4,
    ) {
        let mut text = HEADER.as_bytes().to_vec();
        text.extend(rows.concat());
        if !end { text.pop(); }
        let expected = expected(&text);
        let mut engine = Engine::new(parts);
        engine.open(&text, slice_len);
        let stitcher = &engine.files[0].2;
        prop_assert_eq!(stitcher.rows as usize, expected.rows.len());
        let told: Vec<u64> = stitcher.told.iter().map(|t| t.0).collect();
        prop_assert_eq!(told, expected.skipped);
        let both = Query { measure: Measure::Both, ..Query::default() };
        let mut raw: Vec<u8> = expected.rows.iter().flat_map(|r| r.raw.clone()).collect();
        if !raw.is_empty() && raw.last() != Some(&b'\n') { raw.push(b'\n'); }
        // Not by value: megabytes would be printed.
        prop_assert!(engine.raw(&both) == raw, "other rows");
    }
}
