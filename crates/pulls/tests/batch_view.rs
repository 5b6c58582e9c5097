//! A batch and the file of the same rows are seen alike: chart, totals, breakdowns and summary.

mod support;

use fixtures::RawExport;
use pulls::batch::csv::HEADER;
use pulls::batch::{Batch, BatchBuilder, Field, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity};
use pulls::header::Column;
use pulls::query::{Compare, Dimension, Filter, Measure, Query};
use pulls::segment::{Action, SliceId};
use pulls::summary::Level;
use std::collections::BTreeMap;
use support::Engine;

/// An export without quoted fields, which no plain split reads.
fn export(rows: u64, days: u32) -> String {
    let export = RawExport {
        days,
        ..RawExport::new(rows)
    };
    let text = String::from_utf8(export.to_bytes()).unwrap();
    let plain = text.lines().filter(|line| !line.contains('"'));
    plain.map(|line| format!("{line}\n")).collect()
}

/// The rows of an export, split as plainly as can be.
fn rows(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| header.iter().copied().zip(line.split(',')).collect())
        .collect()
}

fn pull<'a>(row: &BTreeMap<&str, &'a str>, with_digest: bool) -> Pull<'a> {
    let mut pull = Pull::default();
    for (at, column) in TEXTS.into_iter().enumerate() {
        if column != Column::Digest || with_digest {
            pull.texts[at] = row[column.name()].as_bytes();
        }
    }
    let action = Action::parse(row["action"].as_bytes()).unwrap();
    let day = Day::parse(row["action_day"].as_bytes()).unwrap();
    pull.numbers[Number::Day as usize] = day.0 as u64;
    pull.numbers[Number::Action as usize] = action as u64;
    pull.numbers[Number::Count as usize] = 1;
    pull
}

fn queries() -> Vec<Query> {
    let filter = |dimension, value: &str, exclude| Filter {
        dimension,
        values: vec![value.to_owned()],
        exclude,
    };
    let mut queries = Vec::new();
    for by in [Granularity::Day, Granularity::Week, Granularity::Month] {
        for filters in [
            vec![],
            vec![filter(Dimension::Repository, "kelp", false)],
            vec![
                filter(Dimension::Country, "DE", true),
                filter(Dimension::Client, "docker", false),
            ],
            vec![filter(Dimension::Tag, "", false)],
        ] {
            queries.push(Query {
                by,
                filters,
                measure: Measure::Both,
                compare: Compare::Before,
                ..Query::default()
            });
        }
    }
    queries
}

fn engine(batches: &[Vec<u8>], parts: usize) -> Engine {
    let mut engine = Engine::new(parts);
    for (at, bytes) in batches.iter().enumerate() {
        // The columns that no view looks at are left out.
        let wants = |field| field != Field::Text(Column::Digest);
        let batch = Batch::decode(bytes, wants).unwrap();
        let id = SliceId {
            file: 0,
            slice: at as u32,
        };
        let part = &mut engine.parts[at % parts];
        part.hold_batch(id, &batch, "kelpworks").unwrap();
    }
    engine.learn();
    engine
}

#[test]
fn a_batch_is_seen_as_the_file_is() {
    let text = export(4_000, 90);
    let mut file = Engine::new(2);
    file.open(text.as_bytes(), 50_000);
    let rows = rows(&text);
    let batches: Vec<Vec<u8>> = rows
        .chunks(700)
        .map(|rows| {
            let mut builder = BatchBuilder::new();
            for row in rows {
                let mut pull = pull(row, true);
                // Said once, for all of them.
                pull.texts[TEXTS.len() - 1] = b"";
                builder.push(&pull);
            }
            builder.encode()
        })
        .collect();
    let mut held = engine(&batches, 3);
    for query in queries() {
        assert!(held.view(&query) == file.view(&query), "{query:?}");
    }
}

#[test]
fn what_is_written_as_csv_is_read_as_the_same_rows() {
    let text = RawExport::new(3_000).to_bytes();
    let mut file = Engine::new(1);
    file.open(&text, 1_000_000);
    // Out of the file, with its quoted fields, into a batch, and out of that into a file.
    let part = &file.parts[0];
    let mut builder = BatchBuilder::new();
    for segment in part.segments() {
        for row in 0..segment.len() {
            let mut pull = Pull::default();
            for (at, column) in TEXTS.into_iter().enumerate() {
                pull.texts[at] = part.value(segment, column, row);
            }
            let day = Day::parse(part.value(segment, Column::Day, row)).unwrap();
            pull.numbers[Number::Day as usize] = day.0 as u64;
            pull.numbers[Number::Action as usize] = u64::from(segment.actions[row]);
            pull.numbers[Number::Count as usize] = 1;
            pull.numbers[Number::Method as usize] = 1;
            builder.push(&pull);
        }
    }
    let batch = Batch::decode(&builder.encode(), |_| true).unwrap();
    let mut csv = HEADER.to_vec();
    batch.write_csv("kelpworks", |_| true, &mut csv);
    let mut again = Engine::new(1);
    again.open(&csv, 40_000);
    for query in queries() {
        assert!(again.view(&query) == file.view(&query), "{query:?}");
    }
    // The same lines, too, but for the method, which the readers do not keep.
    let (csv, text) = (
        String::from_utf8(csv).unwrap(),
        String::from_utf8(text).unwrap(),
    );
    let alike = |line: &str| {
        line.replace(",HEAD,", ",GET,")
            .replace(",\\N", ",")
            .replace(",null", ",")
    };
    for (ours, theirs) in csv.lines().zip(text.lines()) {
        assert_eq!(ours, alike(theirs));
    }
    assert_eq!(csv.lines().count(), text.lines().count());
    // A part of them.
    let mut some = Vec::new();
    batch.write_csv("kelpworks", |row| row % 3 == 0, &mut some);
    let some = String::from_utf8(some).unwrap();
    assert!(some.lines().eq(csv.lines().skip(1).step_by(3)));
}

#[test]
fn rows_that_are_added_up_are_seen_as_the_rows_are() {
    let text = export(20_000, 3);
    let mut file = Engine::new(1);
    file.open(text.as_bytes(), 1_000_000);
    let rows = rows(&text);
    let mut sums: BTreeMap<_, (Pull<'_>, u64)> = BTreeMap::new();
    for row in &rows {
        let mut pull = pull(row, false);
        // Fewer kinds of rows, so that many are added up.
        for column in [
            Column::Domain,
            Column::Version,
            Column::Country,
            Column::Host,
        ] {
            let at = TEXTS.iter().position(|one| *one == column).unwrap();
            pull.texts[at] = b"";
        }
        let sum = sums.entry((pull.texts, pull.numbers)).or_insert((pull, 0));
        sum.1 += 1;
    }
    assert!(sums.len() < rows.len() / 2, "{}", sums.len());
    let mut builder = BatchBuilder::new();
    for (mut pull, count) in sums.into_values() {
        pull.numbers[Number::Count as usize] = count;
        builder.push(&pull);
    }
    let mut held = engine(&[builder.encode()], 1);
    for query in queries() {
        if query
            .filters
            .iter()
            .any(|filter| filter.dimension == Dimension::Country)
        {
            continue;
        }
        let (held, file) = (held.view(&query), file.view(&query));
        assert_eq!(held.totals, file.totals);
        assert!(held.series == file.series, "{query:?}");
        assert_eq!(held.periods, file.periods);
        let breakdown = |view: &pulls::view::View, of| {
            let all = view.breakdowns.iter();
            all.clone().find(|one| one.dimension == of).cloned()
        };
        for of in [Dimension::Tag, Dimension::Repository, Dimension::Client] {
            assert!(breakdown(&held, of) == breakdown(&file, of), "{query:?}");
        }
    }
    let query = Query::default();
    let summary = |engine: &Engine| engine.summary(&query, Level::Repository);
    assert_eq!(summary(&held), summary(&file));
}
