//! What is written can be read again: raw rows, rows under a union header,
//! cells made safe for spreadsheets, and summaries.

mod support;

use fixtures::RawExport;
use proptest::prelude::*;
use pulls::export::{alike, header_line, neutralize, union_names};
use pulls::header;
use pulls::query::{Dimension, Filter, Measure, Query};
use pulls::summary::Level;
use pulls::view::View;
use std::collections::BTreeMap;
use support::{Engine, plain};

fn opened(files: &[&[u8]], slice_len: usize, parts: usize) -> Engine {
    let mut engine = Engine::new(parts);
    for file in files {
        engine.open(file, slice_len);
    }
    engine
}

fn both() -> Query {
    Query {
        measure: Measure::Both,
        ..Query::default()
    }
}

fn only(dimension: Dimension, values: &[&str], exclude: bool) -> Filter {
    Filter {
        dimension,
        values: values.iter().map(|v| (*v).to_owned()).collect(),
        exclude,
    }
}

/// Counts of a breakdown, by value.
type Values = (Vec<(String, u64)>, u64, u64);

/// What a view counts, without what hangs on rows that are filtered out.
#[derive(Debug, PartialEq)]
struct Counted {
    totals: pulls::view::Totals,
    rows: u64,
    breakdowns: Vec<Values>,
    charted: BTreeMap<(String, pulls::calendar::Day), u64>,
    checks: BTreeMap<pulls::calendar::Day, u64>,
}

fn counted(view: &View) -> Counted {
    let starts = || view.periods.iter().map(|p| p.span.first);
    let mut charted = BTreeMap::new();
    for series in &view.series {
        for (start, value) in starts().zip(&series.values).filter(|(_, v)| **v > 0) {
            // "Other" and "no tag" have no name; they are told apart by their role.
            let name = format!(
                "{} {}",
                series.name,
                u8::from(series.role == pulls::view::Role::Other)
            );
            charted.insert((name, start), *value);
        }
    }
    let values = |b: &pulls::view::Breakdown| {
        let entries = b
            .entries
            .iter()
            .map(|e| (e.value.clone(), e.count))
            .collect();
        (entries, b.distinct, b.total)
    };
    Counted {
        totals: view.totals,
        rows: view.matching_rows,
        breakdowns: view.breakdowns.iter().map(values).collect(),
        charted,
        checks: starts()
            .zip(view.checks.iter().copied())
            .filter(|(_, n)| *n > 0)
            .collect(),
    }
}

fn filters() -> impl Strategy<Value = Vec<Filter>> {
    let filter = prop_oneof![
        Just(only(Dimension::Country, &["DE", "US", ""], false)),
        Just(only(Dimension::Tag, &["latest", "6"], true)),
        Just(only(Dimension::Tag, &[""], false)),
        Just(only(Dimension::Cloud, &["aws", ""], true)),
        Just(only(Dimension::Client, &["docker"], false)),
    ];
    prop::collection::vec(filter, 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_raw_export_opened_again_is_the_same_view(filters in filters(), seed in 0u64..20, rows in 1u64..400, slice_len in 500usize..20_000, parts in 1usize..4) {
        let file = RawExport { seed, ..RawExport::new(rows) }.to_bytes();
        let mut engine = opened(&[&file], slice_len, parts);
        let query = Query { filters, ..both() };
        let view = engine.view(&query);
        let mut text = file[..engine.files[0].0.first_row as usize].to_vec();
        text.extend(engine.raw(&query));
        let again = opened(&[&text], slice_len * 2 + 1, 1).view(&both());
        prop_assert_eq!(counted(&again), counted(&view));
        prop_assert_eq!(again.all_rows, view.matching_rows);
    }

    #[test]
    fn a_summary_opened_again_is_the_same_summary(filters in filters(), seed in 0u64..20, rows in 1u64..400, parts in 1usize..4) {
        let file = RawExport { seed, ..RawExport::new(rows) }.to_bytes();
        let mut engine = opened(&[&file], 9_000, parts);
        let query = Query { filters, ..both() };
        let view = engine.view(&query);
        let by_tag = engine.summary(&query, Level::Reference);
        let mut again = opened(&[by_tag.as_bytes()], 300, parts);
        let second = again.view(&both());
        prop_assert_eq!(again.summary(&both(), Level::Reference), by_tag.clone());
        prop_assert_eq!(again.summary(&both(), Level::Repository), engine.summary(&query, Level::Repository));
        prop_assert_eq!(&second.totals, &view.totals);
        // Tag, repository and namespace are what a summary keeps.
        prop_assert_eq!(&counted(&second).breakdowns[..3], &counted(&view).breakdowns[..3]);
        // Line by line against the rows themselves.
        let mut lines: BTreeMap<(String, String), [u64; 3]> = BTreeMap::new();
        let raw = String::from_utf8(engine.raw(&query)).expect("text");
        for row in plain::cells(&raw, ',') {
            let place = ["pull_by_tag", "pull_by_digest", "version_check"].iter().position(|a| **a == row[0]).expect("an action");
            lines.entry((row[8].clone(), row[7].clone())).or_default()[place] += 1;
        }
        let written: BTreeMap<_, _> = plain::cells(&by_tag, ',').into_iter().skip(1).map(|row| {
            assert_eq!(row[3], "", "raw rows tell no addresses");
            let number = |at: usize| row[at].parse::<u64>().expect("a count");
            ((row[1].clone(), row[2].clone()), [number(4), number(5), number(6)])
        }).collect();
        prop_assert_eq!(written, lines);
    }
}

/// Values as people write them, and as they had better not.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-c]{0,3}",
        3 => "[=+@\t\r\n-][a-b=,;\"]{0,3}",
        2 => "[,;\t\"\n a]{0,4}",
        1 => Just("\u{fc}\u{20ac}".to_owned()),
    ]
    // A line end before a lone return is the row's own.
    .prop_map(|value| {
        if value.ends_with('\r') {
            value + "."
        } else {
            value
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn unlike_files_under_one_header(one in prop::collection::vec((value(), value()), 1..8), two in prop::collection::vec(value(), 1..8), safe in any::<bool>(), slice_len in 8usize..200, parts in 1usize..4) {
        let row = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        let mut first = vec![row(&["action", "action_day", "reference", "note", "=extra"])];
        first.extend(one.iter().map(|(note, extra)| row(&["pull_by_tag", "2026-02-03", "latest", note, extra])));
        let mut second = vec![row(&["Owner", "REFERENCE", "Action Day", "ACTION"])];
        second.extend(two.iter().map(|owner| row(&[owner, "6", "2026-02-04", "version_check"])));
        let files = [plain::text(&first, ';', "\r\n"), plain::text(&second, '\t', "\n")];
        let mut engine = opened(&[files[0].as_bytes(), files[1].as_bytes()], slice_len, parts);
        let headers: Vec<_> = engine.files.iter().map(|f| &f.0).collect();
        prop_assert!(!alike(&headers));
        let out = engine.rewritten(&both(), safe);
        let text = String::from_utf8(out.clone()).expect("text");
        let cells = plain::cells(&text, ',');
        let dangerous = |v: &str| v.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        let shown = |v: &str| if safe && dangerous(v) { format!("'{v}") } else { v.to_owned() };
        let mut expected = vec![["action", "action_day", "reference", "note", "=extra", "Owner"].map(&shown).to_vec()];
        expected.extend(one.iter().map(|(note, extra)| ["pull_by_tag", "2026-02-03", "latest", note, extra, ""].map(&shown).to_vec()));
        expected.extend(two.iter().map(|owner| ["version_check", "2026-02-04", "6", "", "", owner].map(&shown).to_vec()));
        prop_assert_eq!(&cells, &expected);
        prop_assert!(!safe || !cells.iter().flatten().any(|v| dangerous(v)));
        // And the engine reads its own text as the two files together.
        let again = opened(&[&out], slice_len + 3, parts).view(&both());
        prop_assert_eq!(counted(&again), counted(&engine.view(&both())));
    }

    #[test]
    fn a_header_line_is_read_as_its_names(names in prop::collection::vec(value(), 2..6), delimiter in prop::sample::select(b",;\t".to_vec())) {
        let line = String::from_utf8(header_line(&names, delimiter, false)).expect("text");
        let cells = plain::cells(&line, char::from(delimiter));
        prop_assert_eq!(cells, vec![names]);
    }

    #[test]
    fn only_dangerous_beginnings_change(value in value()) {
        let safe = String::from_utf8(neutralize(value.as_bytes()).into_owned()).expect("text");
        match value.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => prop_assert_eq!(safe, format!("'{value}")),
            _ => prop_assert_eq!(safe, value),
        }
    }
}

/// Names that are alike but for case and signs, and some without a letter.
fn like_names() -> impl Strategy<Value = Vec<&'static str>> {
    let name = prop::sample::select(vec!["note", "Note", "NO_TE", "#", "%", "", "=x", "X"]);
    prop::collection::vec(name, 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_column_of_every_file_is_written(files in prop::collection::vec(like_names(), 1..4)) {
        let fixed = ["action", "action_day", "reference"];
        let names = |extra: &[&'static str]| [&fixed[..], extra].concat();
        let texts: Vec<String> = files.iter().enumerate().map(|(file, extra)| {
            let values = (0..extra.len()).map(|at| format!("f{file}c{at}"));
            let row: Vec<String> = ["pull_by_tag", "2026-02-03", "a"].map(String::from).into_iter().chain(values).collect();
            plain::text(&[names(extra).into_iter().map(String::from).collect(), row], ',', "\n")
        }).collect();
        let engine = opened(&texts.iter().map(|t| t.as_bytes()).collect::<Vec<_>>(), 1_000, 1);
        let cells = plain::cells(&String::from_utf8(engine.rewritten(&both(), false)).expect("text"), ',');
        let union = &cells[0];
        // No more columns of one key than the file with the most of them has.
        let like = |a: &str, b: &str| if header::key(a).is_empty() { a == b } else { header::key(a) == header::key(b) };
        for name in union {
            let of = |all: &[&str]| all.iter().filter(|n| like(n, name)).count();
            let most = files.iter().map(|extra| of(&names(extra))).max();
            prop_assert_eq!(Some(union.iter().filter(|n| like(n, name)).count()), most, "{}", name);
        }
        for (file, extra) in files.iter().enumerate() {
            let row = &cells[file + 1];
            prop_assert_eq!(row.len(), union.len());
            let mut places = Vec::new();
            for (at, name) in extra.iter().enumerate() {
                let place = row.iter().position(|v| *v == format!("f{file}c{at}"));
                prop_assert!(place.is_some_and(|p| like(&union[p], name)), "{} of file {}", name, file);
                places.push(place);
                // Where one name alone is spelled so, that is its place.
                let spelled = |all: &[String]| all.iter().filter(|n| n == name).count();
                if spelled(union) == 1 && extra.iter().filter(|n| *n == name).count() == 1 {
                    prop_assert_eq!(&union[place.expect("a place")], name);
                }
            }
            prop_assert_eq!(row.iter().filter(|v| !v.is_empty()).count(), 3 + extra.len());
            // Rows are copied only where that puts every value under the same name.
            let headers = [&engine.files[0].0, &engine.files[file].0];
            if alike(&headers) {
                let in_order = names(&files[0]).iter().zip(names(extra)).all(|(a, b)| like(a, b));
                prop_assert!(in_order && extra.len() == files[0].len());
            }
            // With a third file, a name may find a column that is spelled just so.
            if alike(&engine.files.iter().map(|f| &f.0).collect::<Vec<_>>()) {
                prop_assert!(places.iter().enumerate().all(|(at, place)| *place == Some(3 + at)));
            }
        }
    }
}

#[test]
fn names_of_several_headers_are_joined() {
    let read = |text: &str| header::read(text.as_bytes()).expect("an export");
    let (a, b) = (
        read("action,action_day,reference,note\n"),
        read("Owner,User-Agent Tool,Reference,ACTION,Action day,user_agent_tool_2\n"),
    );
    assert_eq!(
        union_names(&[&a, &b]),
        [
            "action",
            "action_day",
            "reference",
            "note",
            "Owner",
            "User-Agent Tool",
            "user_agent_tool_2"
        ]
    );
    let like = read("ACTION,Action Day,Reference,Note\n");
    assert!(alike(&[&a, &like]) && alike(&[&a]) && alike(&[]));
    let other_order = read("action_day,action,reference,note\n");
    let other_delimiter = read("action;action_day;reference;note\n");
    assert!(!alike(&[&a, &other_order]));
    assert!(!alike(&[&a, &other_delimiter]));
    assert!(!alike(&[&a, &like, &b]));
    // Two columns that differ in case only have changed places.
    let turned = ["note,Note", "Note,note", "#,%", "%,#"]
        .map(|names| read(&format!("action,action_day,reference,{names}\n")));
    assert!(!alike(&[&turned[0], &turned[1]]) && !alike(&[&turned[2], &turned[3]]));
    assert!(alike(&[&turned[0], &turned[0]]) && alike(&[&turned[2], &turned[2]]));
}

const HEADER: &str = "action,action_day,reference,note\r\n";

#[test]
fn line_ends_are_kept_and_the_last_is_made_up() {
    let rows = "pull_by_tag,2026-02-03,a,\"1\r\n2\"\r\nversion_check,2026-02-03,b,\npull_by_tag,2026-02-03,a,end";
    let text = format!("{HEADER}{rows}");
    for slice_len in [5, 40, 1000] {
        let engine = opened(&[text.as_bytes()], slice_len, 2);
        let all = String::from_utf8(engine.raw(&both())).expect("text");
        assert_eq!(all, format!("{rows}\n"));
        let pulls = String::from_utf8(engine.raw(&Query::default())).expect("text");
        assert_eq!(
            pulls,
            rows.replace("version_check,2026-02-03,b,\n", "") + "\n"
        );
    }
    // Of two files the first has no last newline: its last row must not run into the next.
    let engine = opened(&[text.as_bytes(), text.as_bytes()], 30, 3);
    let twice = String::from_utf8(engine.raw(&both())).expect("text");
    assert_eq!(twice, format!("{rows}\n{rows}\n"));
}

#[test]
fn counted_rows_are_written_once() {
    let text = "namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\nkelp,app,a,1,2,3\nkelp,app,b,0,0,9\nkelp,app,c,4,0,0\n";
    let engine = opened(&[text.as_bytes()], 40, 1);
    let rows = |query: &Query| String::from_utf8(engine.raw(query)).expect("text");
    assert_eq!(
        rows(&both()),
        "kelp,app,a,1,2,3\nkelp,app,b,0,0,9\nkelp,app,c,4,0,0\n"
    );
    assert_eq!(
        rows(&Query::default()),
        "kelp,app,a,1,2,3\nkelp,app,c,4,0,0\n"
    );
}

#[test]
fn summaries_run_no_formulas() {
    let text = "action,action_day,namespace,repository,reference\npull_by_tag,2026-02-03,=kelp,+app,@tag\n";
    let engine = opened(&[text.as_bytes()], 1000, 1);
    let summary = engine.summary(&both(), Level::Reference);
    assert!(
        summary.ends_with("\n'=kelp,'+app,'@tag,,1,0,0\n"),
        "{summary}"
    );
}
