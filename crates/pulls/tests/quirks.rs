//! Odd files, each the smallest that once was read wrong.

mod support;

use pulls::calendar::{Day, Granularity};
use pulls::header::{self, Looks, NotAnExport};
use pulls::partition::{MAX_ROW, Skip};
use pulls::query::Query;
use pulls::summary::Level;
use pulls::view::{Unique, View};
use support::Engine;

fn opened(text: &str) -> Engine {
    let mut engine = Engine::new(1);
    engine.open(text.as_bytes(), text.len());
    engine
}

fn view(text: &str) -> View {
    opened(text).view(&Query::default())
}

const SUMMARY: &str =
    "namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n";
const TRENDS: &str =
    "DATE_GRANULARITY,DATE_REFERENCE,IMAGE_REPOSITORY,TAG,DATA_DOWNLOADS,VERSION_CHECKS,PULLS\n";

#[test]
fn a_row_of_several_actions_tells_its_addresses() {
    let text = format!("{SUMMARY}kelp,app,latest,7,10,0,3\n");
    let mut engine = opened(&text);
    let all = Query::default();
    assert_eq!(engine.summary(&all, Level::Reference), text);
    assert_eq!(engine.view(&all).totals.unique, Some(Unique::Whole(7)));
}

#[test]
fn the_largest_counts_break_nothing() {
    let most = u64::MAX;
    let rows = format!("kelp,app,a,,0,{most},{most}\nkelp,app,b,,{most},{most},0\n");
    let mut engine = opened(&format!("{SUMMARY}{rows}"));
    engine.view(&Query::default());
    engine.summary(&Query::default(), Level::Repository);
}

#[test]
fn totals_are_the_columns_of_a_summary() {
    let by_repository =
        "namespace,repository,pull_by_tag,pull_by_digest,version_check\nkelp,app,100,50,7\n";
    let by_tag = format!("{SUMMARY}kelp,app,latest,,100,50,7\n");
    for text in [by_repository, &by_tag] {
        let totals = view(text).totals;
        assert_eq!((totals.by_tag, totals.by_digest), (100, 50));
    }
}

#[test]
fn view_and_summary_agree_on_what_is_by_digest() {
    let text = "action,action_day,namespace,repository,reference,tag\npull_by_digest,2026-02-03,kelp,app,latest,latest\n";
    let totals = view(text).totals;
    let summary = opened(text).summary(&Query::default(), Level::Reference);
    let line = format!(",{},{},0\n", totals.by_tag, totals.by_digest);
    assert!(summary.ends_with(&line), "{summary}");
}

#[test]
fn trends_without_namespace_take_the_repositorys() {
    let view = view(&format!("{TRENDS}week,2026-02-02,kelp/app,6,1,0,1\n"));
    assert_eq!(view.breakdowns[2].entries[0].value, "kelp");
}

#[test]
fn version_checks_are_no_pulls() {
    let view =
        view("DATE_REFERENCE,IMAGE_REPOSITORY,TAG,VERSION_CHECKS,PULLS\n2026-02-02,app,6,4,14\n");
    assert_eq!((view.totals.pulls(), view.totals.checks), (10, 4));
}

#[test]
fn a_return_ends_the_last_row() {
    let view = view("action,action_day,reference\npull_by_tag,2026-02-03,a\r");
    assert_eq!(view.breakdowns[0].entries[0].value, "a");
}

#[test]
fn pages_and_json_with_a_mark_are_told() {
    let looks = |text: &str| header::read(text.as_bytes()).map(|h| h.kind);
    let not = |looks| Err(NotAnExport::NotCsv(looks));
    assert_eq!(looks("\u{feff}<!doctype html>\n"), not(Looks::WebPage));
    assert_eq!(looks("\u{feff}{\"pulls\":[]}"), not(Looks::Json));
}

#[test]
fn levels_and_periods_are_found_in_every_row() {
    let header = |text: &str| header::read(text.as_bytes()).expect("an export");
    let row = "week,2026-02-02,kelp/app,6,1,0,1";
    assert!(header(&format!("{TRENDS}{row}")).period.is_some());
    let open = "month,2026-02-01,\"kelp,6,1,0,1";
    assert!(header(&format!("{TRENDS}{open}\n{row}\n")).period.is_some());
    let level = "level,namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\nrepository,kelp,app,,9,0,0\ntag,kelp,app,6,9,0,0";
    assert_eq!(header(level).keep_level.as_deref(), Some("tag"));
    // A row that reading skips decides nothing, whatever it seems to say.
    let short = "day,2026-02-02,kelp/app";
    let text = format!("{TRENDS}{short}\n{row}\n{short}");
    assert_eq!(header(&text).period, Some(Granularity::Week));
}

#[test]
fn a_row_that_is_cut_tells_no_level() {
    let head =
        "note,namespace,repository,reference,pull_by_tag,pull_by_digest,version_check,level\n";
    let whole = ",kelp,app,,9,0,0,repository\n";
    let last = ",kelp,app,,9,0,0,tag";
    let note = "x".repeat(header::MAX_HEADER - head.len() - whole.len() - last.len());
    let text = format!("{head}{note}{whole}{last}gage\n");
    let level = |text: &str| header::read(text.as_bytes()).expect("an export").keep_level;
    assert_eq!(
        level(&text[..header::MAX_HEADER]).as_deref(),
        Some("repository")
    );
    // The same row at the end of a file that is shorter is all of it.
    let text = format!("{head}{whole}{last}");
    assert_eq!(level(&text).as_deref(), Some("tag"));
}

#[test]
fn names_may_hold_other_delimiters() {
    for (delimiter, odd) in [
        (b';', "a,b,c,d,e,f"),
        (b',', "a;b;c;d;e;f"),
        (b'\t', "a;b,c;d,e;f"),
    ] {
        let names = ["action", "action_day", "reference", odd];
        let line = names.join(&char::from(delimiter).to_string()) + "\n";
        let quoted = line.replace(odd, &format!("\"{odd}\""));
        for text in [line, quoted] {
            let found = header::read(text.as_bytes()).map(|h| h.delimiter);
            // Without quotes a comma in a name is one column more.
            if text.contains('"') || delimiter == b'\t' {
                assert_eq!(found, Ok(delimiter), "{text}");
            } else {
                assert!(found.is_ok(), "{text}");
            }
        }
    }
}

#[test]
fn weeks_that_begin_on_another_day_are_whole() {
    let rows = "week,2026-02-01,kelp/app,6,1,0,1\nweek,2026-02-08,kelp/app,6,1,0,1\n";
    let view = view(&format!("{TRENDS}{rows}"));
    assert!(view.periods.iter().all(|period| period.is_whole()));
}

#[test]
fn periods_named_by_any_day_are_whole_and_apart() {
    for (name, length, starts) in [
        ("week", 7, (2..9).collect::<Vec<i32>>()),
        ("month", 31, vec![0, 14, 30]),
    ] {
        for first in starts {
            let first = Day::from_ymd(2026, 3, 1).expect("a day").plus(first);
            // Weeks follow each other; of months there are March and May.
            let step = if length == 7 { 7 } else { 61 };
            let rows = (0..2)
                .map(|n| format!("{name},{},kelp/app,6,{},0,9\n", first.plus(n * step), n + 1));
            let view = view(&format!("{TRENDS}{}", rows.collect::<String>()));
            let whole: Vec<_> = view.periods.iter().filter(|p| !p.missing).collect();
            assert!(whole.iter().all(|p| p.is_whole()), "{name} of {first}");
            let charted: Vec<u64> = view.series[0]
                .values
                .iter()
                .copied()
                .filter(|n| *n > 0)
                .collect();
            assert_eq!((whole.len(), charted), (2, vec![1, 2]), "{name} of {first}");
            assert!(
                view.periods.iter().all(|p| p.is_whole()),
                "{name} of {first}"
            );
        }
    }
}

#[test]
fn columns_of_like_names_are_all_written() {
    for names in ["#,%", "note,Note"] {
        let engine = opened(&format!(
            "action,action_day,reference,{names}\npull_by_tag,2026-02-03,a,1,2\n"
        ));
        let text = String::from_utf8(engine.rewritten(&Query::default(), true)).expect("text");
        assert!(text.ends_with("1,2\n"), "{text}");
    }
}

#[test]
fn the_rest_of_a_long_row_is_no_row() {
    let head = "action,action_day,reference,note\n";
    let row = "pull_by_tag,2026-02-03,a,";
    let long = "x".repeat(MAX_ROW - row.len());
    let text = format!("{head}{row}{long}{row}1\n{row}2\n");
    let told = |text: &str, slice_len| {
        let mut engine = Engine::new(2);
        engine.open(text.as_bytes(), slice_len);
        let stitcher = &engine.files[0].2;
        let told: Vec<_> = stitcher.told.iter().map(|t| (t.0, t.1.why)).collect();
        (stitcher.rows, stitcher.skipped, told)
    };
    let skipped = vec![(2, Skip::Long)];
    assert_eq!(told(&text, text.len()), (1, 1, skipped.clone()));
    // A line over many slices, and where its end is seen by none of the first.
    let longest = format!("{head}{row}{}{row}1\n{row}2\nodd\n", long.repeat(3));
    let odd = (4, Skip::FieldCount { found: 1 });
    for slice_len in [100_000, MAX_ROW, longest.len() - 30] {
        let skipped = vec![skipped[0], odd];
        assert_eq!(told(&longest, slice_len), (1, 2, skipped), "{slice_len}");
    }
    // The longest row there may be, and one byte more.
    let fits = format!("{head}{row}{}\n{row}2\n", &long[1..]);
    assert_eq!(told(&fits, fits.len()), (2, 0, vec![]));
    let over = fits.replacen('x', "xx", 1);
    assert_eq!(told(&over, over.len()), (1, 1, skipped.clone()));
    // Without any newline the line is the file's rest.
    assert_eq!(
        told(text[..text.len() - 30].trim_end(), 200_000),
        (0, 1, skipped)
    );
}

#[test]
fn a_stray_quote_in_a_long_line_takes_that_line_only() {
    let row = "pull_by_tag,2026-02-03,a,";
    let long = "x".repeat(MAX_ROW);
    let rest = format!("{row}1\n").repeat(50_000);
    let text = format!("action,action_day,reference,note\n{row}\"{long}\n{rest}{row}\"\n{rest}");
    for slice_len in [300_000, text.len()] {
        let mut engine = Engine::new(2);
        engine.open(text.as_bytes(), slice_len);
        let stitcher = &engine.files[0].2;
        let told: Vec<_> = stitcher.told.iter().map(|t| (t.0, t.1.why)).collect();
        assert_eq!(stitcher.rows, 100_000);
        assert_eq!(told, [(2, Skip::Long), (50_003, Skip::Quote)]);
    }
}

#[test]
fn references_without_pulls_are_always_in_the_summary() {
    let rows = |count: u32| {
        let rows = (0..count).map(|n| format!("kelp,app{n},t{n},,0,0,0\n"));
        let text = format!("{SUMMARY}{}", rows.collect::<String>());
        opened(&text)
            .summary(&Query::default(), Level::Reference)
            .lines()
            .count()
    };
    assert_eq!((rows(2), rows(1_100)), (3, 1_101));
}
