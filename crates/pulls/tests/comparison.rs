//! Comparison with earlier periods, the colors of tags, and what two files
//! both cover, against plain computations over the rows.

mod support;

use chrono::{Datelike, Days, Months, NaiveDate};
use proptest::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::overlap::{Coverage, Shared};
use pulls::query::{Compare, Dimension, Filter, Measure, Query, SpanChoice};
use pulls::view::Role;
use std::collections::{BTreeMap, BTreeSet};
use support::Engine;

/// A row: days after the first of 2025, country, tag, whether a version check.
type Row = (u32, &'static str, &'static str, bool);

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).expect("a date")
}

fn date(row: &Row) -> NaiveDate {
    first() + Days::new(u64::from(row.0))
}

fn text(rows: &[Row]) -> String {
    let mut text = "action,action_day,country,reference,tag\n".to_owned();
    for row in rows {
        let action = if row.3 {
            "version_check"
        } else {
            "pull_by_tag"
        };
        text += &format!("{action},{},{},{},{}\n", date(row), row.1, row.2, row.2);
    }
    text
}

fn row(days: u32) -> impl Strategy<Value = Row> {
    let tag = prop::sample::select(vec!["latest", "6", "5", "edge"]);
    (
        0..days,
        prop::sample::select(vec!["DE", "US"]),
        tag,
        any::<bool>(),
    )
}

fn opened(rows: &[Row], parts: usize) -> Engine {
    let mut engine = Engine::new(parts);
    engine.open(text(rows).as_bytes(), 700);
    engine
}

/// First and last date of the period that holds a date.
fn period(by: Granularity, date: NaiveDate) -> (NaiveDate, NaiveDate) {
    match by {
        Granularity::Day => (date, date),
        Granularity::Week => {
            let monday = date - Days::new(u64::from(date.weekday().num_days_from_monday()));
            (monday, monday + Days::new(6))
        }
        Granularity::Month => {
            let start = date.with_day(1).expect("every month has a first");
            (start, start + Months::new(1) - Days::new(1))
        }
    }
}

/// The same a number of periods, or a year, earlier.
fn earlier(
    by: Granularity,
    start: NaiveDate,
    compare: Compare,
    count: u64,
) -> (NaiveDate, NaiveDate) {
    let then = match (compare, by) {
        (Compare::YearBefore, Granularity::Month) => start - Months::new(12),
        (Compare::YearBefore, _) => start - Days::new(364),
        (_, Granularity::Day) => start - Days::new(count),
        (_, Granularity::Week) => start - Days::new(7 * count),
        (_, Granularity::Month) => start - Months::new(count as u32),
    };
    period(by, then)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn only_whole_known_periods_are_compared(
        rows in prop::collection::vec(row(800), 1..120),
        near in prop::collection::vec(row(60), 0..60),
        span in prop::option::of((0u64..800, 0u64..200)),
        by in prop::sample::select(vec![Granularity::Day, Granularity::Week, Granularity::Month]),
        measure in prop::sample::select(vec![Measure::Pulls, Measure::Checks, Measure::Both]),
        compare in prop::sample::select(vec![Compare::Before, Compare::YearBefore]),
        german in any::<bool>(),
    ) {
        // Many rows in few days too, so that short periods before are often known.
        let rows = if near.len() > 30 { near } else { [rows, near].concat() };
        let known: BTreeSet<NaiveDate> = rows.iter().map(date).collect();
        let available = (*known.first().expect("rows"), *known.last().expect("rows"));
        let asked = span.map_or(available, |(at, days)| {
            let from = first() + Days::new(at);
            (from, from + Days::new(days))
        });
        let filters = if german { vec![Filter { dimension: Dimension::Country, values: vec!["DE".into()], exclude: false }] } else { Vec::new() };
        let choice = span.map_or(SpanChoice::All, |_| SpanChoice::Days(Span::new(Day::from_date(asked.0), Day::from_date(asked.1))));
        let view = opened(&rows, 2).view(&Query { span: choice, by, measure, compare, filters });
        let comparison = view.comparison.expect("asked for");

        let mut starts = vec![period(by, asked.0)];
        while starts[starts.len() - 1].1 < asked.1 {
            starts.push(period(by, starts[starts.len() - 1].1 + Days::new(1)));
        }
        prop_assert_eq!(view.periods.len(), starts.len());
        let count = |(from, to): (NaiveDate, NaiveDate)| rows.iter().filter(|row| {
            (from..=to).contains(&date(row)) && (!german || row.1 == "DE") && match measure {
                // Of both, pulls are compared.
                Measure::Pulls | Measure::Both => !row.3,
                Measure::Checks => row.3,
            }
        }).count() as u64;
        let (mut values, mut periods, mut now, mut then) = (Vec::new(), 0, 0, 0);
        for whole in &starts {
            let before = earlier(by, whole.0, compare, starts.len() as u64);
            let told = before.0 >= available.0 && before.1 <= available.1 && known.range(before.0..=before.1).next().is_some();
            values.push(told.then(|| count(before)));
            let inside = whole.0 >= asked.0.max(available.0) && whole.1 <= asked.1.min(available.1);
            if told && inside && known.range(whole.0..=whole.1).next().is_some() {
                periods += 1;
                now += count(*whole);
                then += count(before);
            }
        }
        prop_assert_eq!(comparison.values, values);
        prop_assert_eq!((comparison.periods, comparison.now, comparison.then), (periods, now, then));
        prop_assert_eq!(comparison.span.is_some(), periods > 0);
    }
}

#[test]
fn the_running_week_is_left_out() {
    // 2025-01-06 is a Monday, day 5; the third week has three days only.
    let rows: Vec<Row> = (5..22).map(|day| (day, "DE", "latest", false)).collect();
    let from = Day::from_ymd(2025, 1, 13).expect("a day");
    let view = opened(&rows, 1).view(&Query {
        span: SpanChoice::Days(Span::new(from, from.plus(9))),
        compare: Compare::Before,
        ..Query::default()
    });
    let comparison = view.comparison.expect("asked for");
    assert_eq!(comparison.values, [None, Some(7)]);
    assert_eq!(
        (comparison.periods, comparison.now, comparison.then),
        (0, 0, 0)
    );
    assert_eq!(
        (view.periods[1].covered, view.periods[1].is_whole()),
        (3, false)
    );
    let week = |weeks| SpanChoice::Days(Span::new(from, from.plus(7 * weeks - 1)));
    let view = opened(&rows, 1).view(&Query {
        span: week(1),
        compare: Compare::Before,
        ..Query::default()
    });
    let comparison = view.comparison.expect("asked for");
    assert_eq!(
        (comparison.periods, comparison.now, comparison.then),
        (1, 7, 7)
    );
    assert_eq!(
        comparison.span,
        Some(Span::new(from.plus(-7), from.plus(-1)))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_tag_keeps_its_color_through_filters(
        rows in prop::collection::vec((0u32..14, prop::sample::select(vec!["DE", "US", "FR"]), 0usize..14), 1..150),
        country in prop::sample::select(vec!["DE", "US", "FR"]),
        exclude in any::<bool>(),
        parts in 1usize..4,
    ) {
        const TAGS: [&str; 14] = ["", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"];
        let rows: Vec<Row> = rows.into_iter().map(|(day, country, tag)| (day, country, TAGS[tag], false)).collect();
        let ranked = |keep: &dyn Fn(&Row) -> bool| {
            let mut counts = BTreeMap::<&str, u64>::new();
            rows.iter().filter(|r| keep(r) && !r.2.is_empty()).for_each(|r| *counts.entry(r.2).or_default() += 1);
            let mut ranked: Vec<_> = counts.into_iter().collect();
            ranked.sort_by_key(|(tag, count)| (u64::MAX - count, *tag));
            ranked.truncate(8);
            ranked
        };
        let overall = ranked(&|_| true);
        let filter = Filter { dimension: Dimension::Country, values: vec![country.to_owned()], exclude };
        let shown = ranked(&|r| (r.1 == country) != exclude);
        let view = opened(&rows, parts).view(&Query { filters: vec![filter], ..Query::default() });
        let colored: BTreeMap<&str, (u8, u64)> = view.series.iter().filter_map(|s| match s.role {
            Role::Tag(slot) => Some((&s.name[..], (slot, s.total))),
            _ => None,
        }).collect();
        // The most frequent have a color, each its own, and that of their rank among all rows.
        prop_assert_eq!(colored.iter().map(|(tag, c)| (*tag, c.1)).collect::<BTreeMap<_, _>>(), shown.into_iter().collect());
        prop_assert_eq!(colored.values().map(|c| c.0).collect::<BTreeSet<_>>().len(), colored.len());
        for (tag, (slot, _)) in &colored {
            prop_assert!(*slot < 8);
            if let Some(rank) = overall.iter().position(|(t, _)| t == tag) {
                prop_assert_eq!(usize::from(*slot), rank, "{}", tag);
            }
        }
        for entry in &view.breakdowns[0].entries {
            prop_assert_eq!(entry.slot, colored.get(&entry.value[..]).map(|c| c.0));
        }
    }
}

/// What each of two files covers, over several partitions.
fn coverages(one: &str, two: &str) -> [Coverage; 2] {
    let mut engine = Engine::new(3);
    engine.open(one.as_bytes(), 90);
    engine.open(two.as_bytes(), 130);
    [0, 1].map(|file| Coverage::merge(engine.parts.iter().map(|p| p.coverage(file)).collect()))
}

fn days(repository: &str, days: std::ops::Range<u32>, each: usize) -> String {
    let rows = days.flat_map(|day| {
        vec![format!("pull_by_tag,2026-02-{day:02},kelp,{repository},latest\n"); each]
    });
    format!(
        "action,action_day,namespace,repository,reference\n{}",
        rows.collect::<String>()
    )
}

fn shared(one: &str, two: &str) -> Option<Shared> {
    let [one, two] = coverages(one, two);
    let shared = one.shared(&two);
    assert_eq!(shared, two.shared(&one), "whichever is asked");
    shared
}

fn february(first: u32, last: u32) -> Option<Span> {
    Some(Span::new(
        Day::from_ymd(2026, 2, first)?,
        Day::from_ymd(2026, 2, last)?,
    ))
}

#[test]
fn what_two_files_share() {
    // A span split over two files, and different repositories on the same days.
    assert_eq!(
        shared(&days("app", 1..10, 3), &days("app", 10..20, 3)),
        None
    );
    assert_eq!(
        shared(&days("app", 1..10, 3), &days("agent", 1..10, 3)),
        None
    );
    let kelp = |span, same_counts| Shared {
        span,
        repositories: vec!["kelp/app".into()],
        same_counts,
    };
    // The same file twice.
    let file = days("app", 1..10, 3);
    assert_eq!(shared(&file, &file), Some(kelp(february(1, 9), true)));
    // One boundary day, with other rows in each.
    let [one, two] = [days("app", 1..11, 3), days("app", 10..20, 2)];
    assert_eq!(shared(&one, &two), Some(kelp(february(10, 10), false)));
    // Days spelled otherwise are the same days.
    let spelled = file.replace(",kelp", " 00:00:00,kelp");
    assert_eq!(shared(&file, &spelled), Some(kelp(february(1, 9), true)));
    let half = file.replacen("2026-02-03,", "2026-02-03T00:00:00Z,", 2);
    assert_eq!(shared(&file, &half), Some(kelp(february(1, 9), true)));
    let [coverage, _] = coverages(&half, &file);
    assert_eq!((coverage.span(), coverage.rows.len()), (february(1, 9), 9));
    assert_eq!(coverage.rows.iter().map(|r| r.rows).sum::<u64>(), 27);
}

#[test]
fn summaries_share_repositories_without_days() {
    let head = "namespace,repository,pull_by_tag,pull_by_digest,version_check\n";
    let one = format!("{head}kelp,app,1,2,3\nkelp,agent,1,2,3\n");
    let two = format!("{head}kelp,agent,1,2,3\nkelp,tools,1,2,3\n");
    let expected = Shared {
        span: None,
        repositories: vec!["kelp/agent".into()],
        same_counts: true,
    };
    assert_eq!(shared(&one, &two), Some(expected));
    // A summary has no day of its own that a raw file could share.
    assert_eq!(shared(&one, &days("app", 1..3, 1)), None);
}
