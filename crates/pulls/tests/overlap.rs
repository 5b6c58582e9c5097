//! Which of several files are counted, held against the plain rule: no pull
//! counts twice, and the more detailed file counts.

mod support;

use proptest::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::FileKind;
use pulls::overlap::{Coverage, Covered, Known, Shared, Verdict, Wish, settle};
use pulls::query::{Query, SpanChoice};
use pulls::summary::Level;
use support::Engine;

/// What a text covers, read over several partitions, as the desk knows it.
fn coverage(text: &str) -> (FileKind, Coverage) {
    let mut engine = Engine::new(2);
    engine.open(text.as_bytes(), 150);
    let parts = engine.parts.iter().map(|p| p.coverage(0)).collect();
    let header = &engine.files[0].0;
    let by = header.period.unwrap_or_default();
    (
        header.kind,
        Coverage {
            by,
            ..Coverage::merge(parts)
        },
    )
}

/// Settles the last of some files beside the others.
fn settled(files: &[(FileKind, Coverage)], wish: Wish) -> Verdict {
    let known: Vec<Known<'_>> = files
        .iter()
        .enumerate()
        .map(|(at, (kind, coverage))| Known {
            file: at as u32,
            kind: *kind,
            coverage,
        })
        .collect();
    let (last, counted) = known.split_last().expect("files");
    settle(last, wish, counted)
}

fn verdict(texts: &[&str], wish: Wish) -> Verdict {
    let files: Vec<_> = texts.iter().map(|text| coverage(text)).collect();
    settled(&files, wish)
}

fn beside(texts: &[&str]) -> Verdict {
    verdict(texts, Wish::default())
}

fn counted(instead_of: &[u32]) -> Verdict {
    Verdict::Counted {
        instead_of: instead_of.to_vec(),
    }
}

const ASIDE: Verdict = Verdict::Aside { by: 0 };

fn raw(repository: &str, days: &[&str]) -> String {
    let (namespace, name) = repository.split_once('/').expect("a namespace");
    let rows = days
        .iter()
        .map(|day| format!("pull_by_tag,{day},{namespace},{name},latest\n"));
    let rows: String = rows.collect();
    format!("action,action_day,namespace,repository,reference\n{rows}")
}

fn trends(period: &str, repository: &str, days: &[&str]) -> String {
    let rows = days
        .iter()
        .map(|day| format!("{period},{day},{repository},latest,3,0,3\n"));
    let rows: String = rows.collect();
    format!(
        "DATE_GRANULARITY,DATE_REFERENCE,IMAGE_REPOSITORY,TAG,DATA_DOWNLOADS,VERSION_CHECKS,PULLS\n{rows}"
    )
}

fn summary(repositories: &[&str]) -> String {
    let rows = repositories
        .iter()
        .map(|r| format!("{},latest,3,0,0\n", r.replace('/', ",")));
    let rows: String = rows.collect();
    format!("namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\n{rows}")
}

fn by_repository(repository: &str) -> String {
    let row = repository.replace('/', ",");
    format!("namespace,repository,pull_by_tag,pull_by_digest,version_check\n{row},3,0,0\n")
}

#[test]
fn a_summary_is_aside_where_its_repositories_are_told_in_more_detail() {
    let raw = raw("kelp/app", &["2026-02-03"]);
    assert_eq!(beside(&[&raw, &summary(&["kelp/app"])]), ASIDE);
    assert_eq!(
        beside(&[&raw, &summary(&["kelp/agent", "kelp/app"])]),
        ASIDE
    );
    assert_eq!(beside(&[&raw, &summary(&["kelp/agent"])]), counted(&[]));
    assert_eq!(beside(&[&raw, &summary(&["other/app"])]), counted(&[]));
    assert_eq!(
        beside(&[&summary(&["kelp/app"]), &by_repository("kelp/app")]),
        ASIDE
    );
    assert_eq!(
        beside(&[&summary(&["kelp/app"]), &by_repository("kelp/agent")]),
        counted(&[])
    );
    assert_eq!(
        beside(&[
            &trends("week", "kelp/app", &["2026-02-02"]),
            &summary(&["kelp/app"])
        ]),
        ASIDE
    );
}

#[test]
fn trends_are_aside_where_their_periods_are_told_by_day() {
    let raw = |day: &str| raw("kelp/app", &[day]);
    let week = trends("week", "kelp/app", &["2026-02-02", "2026-02-09"]);
    // Monday the 2nd to Sunday the 15th.
    for (day, meets) in [
        ("2026-02-01", false),
        ("2026-02-02", true),
        ("2026-02-08", true),
        ("2026-02-15", true),
        ("2026-02-16", false),
    ] {
        let expected = if meets { ASIDE } else { counted(&[]) };
        assert_eq!(beside(&[&raw(day), &week]), expected, "{day}");
        // Whichever is read first.
        let expected = counted(if meets { &[0] } else { &[] });
        assert_eq!(beside(&[&week, &raw(day)]), expected, "{day}");
    }
    let month = trends("month", "kelp/app", &["2026-02-01"]);
    assert_eq!(beside(&[&raw("2026-02-28"), &month]), ASIDE);
    assert_eq!(beside(&[&raw("2026-03-01"), &month]), counted(&[]));
    let other = trends("week", "kelp/agent", &["2026-02-02"]);
    assert_eq!(beside(&[&raw("2026-02-02"), &other]), counted(&[]));
}

#[test]
fn what_is_not_told_may_be_any() {
    let raw = raw("kelp/app", &["2026-02-03"]);
    // No owner is told, or no repository.
    for (repository, meets) in [
        ("app", true),
        ("agent", false),
        ("kelp/", true),
        ("other/", false),
    ] {
        let week = trends("week", repository, &["2026-02-02"]);
        let expected = if meets { ASIDE } else { counted(&[]) };
        assert_eq!(beside(&[&raw, &week]), expected, "{repository}");
        let expected = counted(if meets { &[0] } else { &[] });
        assert_eq!(beside(&[&week, &raw]), expected, "{repository}");
    }
    let later = trends("week", "app", &["2026-02-09"]);
    assert_eq!(beside(&[&raw, &later]), counted(&[]));
}

#[test]
fn files_of_a_kind_share_what_one_does_not_name() {
    let (named, vague) = (
        trends("weekly", "kelp/app", &["2026-01-05", "2026-01-12"]),
        trends("weekly", "app", &["2026-01-05", "2026-01-19"]),
    );
    let Verdict::Held { with: 0, shared } = beside(&[&named, &vague]) else {
        panic!("the week of the fifth would count twice")
    };
    assert_eq!(shared.span.map(|s| s.days()), Some(7));
    assert!(matches!(beside(&[&vague, &named]), Verdict::Held { .. }));
    let other = trends("weekly", "agent", &["2026-01-05"]);
    assert_eq!(beside(&[&named, &other]), counted(&[]));
}

#[test]
fn a_wish_decides() {
    let raw = raw("kelp/app", &["2026-02-03"]);
    let lines = summary(&["kelp/app"]);
    let wish = |too, instead| Wish { too, instead };
    assert_eq!(verdict(&[&raw, &lines], wish(false, true)), counted(&[0]));
    // To count a file too, beside one of its kind, does not put others aside.
    assert_eq!(verdict(&[&raw, &lines], wish(true, false)), ASIDE);
    let twice = [&raw[..], &raw];
    assert!(matches!(
        verdict(&twice, wish(false, true)),
        Verdict::Held { with: 0, .. }
    ));
    assert_eq!(verdict(&twice, wish(true, false)), counted(&[]));
}

#[test]
fn of_several_reasons_more_detail_goes_first() {
    let raw = raw("kelp/app", &["2026-02-03"]);
    let lines = summary(&["kelp/app", "kelp/agent"]);
    // A summary of a kind with one that is counted, and covered by the raw file.
    let agent = summary(&["kelp/agent"]);
    assert_eq!(beside(&[&raw, &agent, &lines]), ASIDE);
    // What is held puts nothing aside.
    let week = trends("week", "kelp/app", &["2026-02-02"]);
    assert!(matches!(
        beside(&[&week, &raw, &raw]),
        Verdict::Held { with: 1, .. }
    ));
    assert_eq!(beside(&[&lines, &week, &raw]), counted(&[0, 1]));
}

#[test]
fn parts_of_one_export_may_meet_within_a_period() {
    let day = ["2026-02-03", "2026-02-04", "2026-02-04"];
    let next = ["2026-02-04", "2026-02-05"];
    assert_eq!(
        beside(&[&raw("kelp/app", &day), &raw("kelp/app", &next)]),
        counted(&[])
    );
    assert_eq!(
        beside(&[&raw("kelp/app", &next), &raw("kelp/app", &day)]),
        counted(&[])
    );
    let weeks = |days: &[&str]| trends("week", "kelp/app", days);
    let [one, two] = [
        weeks(&["2026-02-02", "2026-02-09", "2026-02-09"]),
        weeks(&["2026-02-09", "2026-02-16"]),
    ];
    assert_eq!(beside(&[&one, &two]), counted(&[]));
    // With as many rows it is the same week again, and so is one in the middle.
    let same = weeks(&["2026-02-09", "2026-02-09", "2026-02-16"]);
    assert!(matches!(beside(&[&one, &same]), Verdict::Held { .. }));
    let [within, all] = [
        weeks(&["2026-02-09"]),
        weeks(&["2026-02-02", "2026-02-09", "2026-02-09", "2026-02-16"]),
    ];
    assert!(matches!(beside(&[&within, &all]), Verdict::Held { .. }));
}

#[test]
fn what_has_no_days_counts_beside_what_has() {
    let mut engine = Engine::new(2);
    let days = raw("kelp/app", &["2026-02-03", "2026-02-10"]);
    engine.open(days.as_bytes(), 100);
    engine.open(summary(&["other/app"]).as_bytes(), 100);
    let view = engine.view(&Query::default());
    assert_eq!((view.totals.pulls(), view.matching_rows), (5, 3));
    // In the totals and lists whatever the span, in no period of the chart.
    let charted: u64 = view.series.iter().flat_map(|s| &s.values).sum();
    let series: u64 = view.series.iter().map(|s| s.total).sum();
    assert_eq!((charted, series, view.periods.len()), (2, 5, 2));
    let day = Day::from_ymd(2026, 2, 3).expect("a day");
    let query = Query {
        span: SpanChoice::Days(Span::new(day, day)),
        ..Query::default()
    };
    let view = engine.view(&query);
    assert_eq!(view.totals.pulls(), 4);
    let namespaces: Vec<_> = view.breakdowns[2].entries.iter().map(|e| e.count).collect();
    assert_eq!(namespaces, [3, 1]);
    let summary = engine.summary(&query, Level::Repository);
    assert!(
        summary.ends_with("kelp,app,,1,0,0\nother,app,,3,0,0\n"),
        "{summary}"
    );
}

#[test]
fn months_and_weeks_of_trends_say_the_same() {
    let february = trends("month", "kelp/app", &["2026-02-01"]);
    let weeks = trends(
        "week",
        "kelp/app",
        &["2026-01-19", "2026-01-26", "2026-02-02"],
    );
    let day = |day| Day::from_ymd(2026, 2, day).expect("a day");
    let shared = Shared {
        span: Some(Span::new(day(1), day(8))),
        repositories: vec!["kelp/app".into()],
        same_counts: false,
    };
    let held = Verdict::Held { with: 0, shared };
    assert_eq!(beside(&[&february, &weeks]), held);
    assert_eq!(beside(&[&weeks, &february]), held);
    let january = trends("week", "kelp/app", &["2026-01-19"]);
    assert_eq!(beside(&[&february, &january]), counted(&[]));
}

/// A file of a few rows: the day is a number from a Monday, that is the first of a month.
fn file() -> impl Strategy<Value = (FileKind, Coverage)> {
    let kind = prop::sample::select(vec![
        (FileKind::Raw, Granularity::Day),
        (FileKind::Trends, Granularity::Week),
        (FileKind::Trends, Granularity::Month),
        (FileKind::Publisher, Granularity::Week),
        (FileKind::SummaryByTag, Granularity::Day),
        (FileKind::SummaryByRepository, Granularity::Day),
    ]);
    let name = || prop::sample::select(vec!["", "a", "b", "c", "d", "e"]);
    let row = (name(), name(), 0i32..60, 1u64..3);
    (kind, prop::collection::vec(row, 1..6)).prop_map(|((kind, by), rows)| {
        let first = Day::from_ymd(2026, 6, 1).expect("a day");
        let dated = !matches!(kind, FileKind::SummaryByTag | FileKind::SummaryByRepository);
        let rows = rows
            .into_iter()
            .map(|(namespace, repository, day, rows)| Covered {
                namespace: namespace.into(),
                repository: repository.into(),
                day: dated.then(|| by.start(first.plus(day))),
                rows,
            });
        let part = Coverage {
            rows: rows.collect(),
            by,
        };
        (
            kind,
            Coverage {
                by,
                ..Coverage::merge(vec![part])
            },
        )
    })
}

/// Whether a pull may be in both, day by day. What a file does not name may be any;
/// a day that it does not tell, only for files of two kinds.
fn may_share((_, a): &(FileKind, Coverage), (_, b): &(FileKind, Coverage), vague: bool) -> bool {
    let days = |row: &Covered, by: Granularity| -> Vec<Option<i32>> {
        match row.day {
            None => vec![None],
            Some(day) => (day.0..by.next(day).0).map(Some).collect(),
        }
    };
    let name = |a: &str, b: &str| a == b || a.is_empty() || b.is_empty();
    a.rows.iter().any(|one| {
        b.rows.iter().any(|two| {
            let (ours, theirs) = (days(one, a.by), days(two, b.by));
            name(&one.namespace, &two.namespace)
                && name(&one.repository, &two.repository)
                && ours.iter().any(|day| {
                    theirs.contains(day) || vague && (day.is_none() || theirs.contains(&None))
                })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_pull_is_counted_twice(files in prop::collection::vec(file(), 2..5), too in any::<bool>(), instead in any::<bool>()) {
        let (last, others) = files.split_last().expect("files");
        let meets = |other: &(FileKind, Coverage)| may_share(other, last, other.0 != last.0);
        prop_assert_eq!(others[0].1.repeats(&last.1), may_share(&others[0], last, true));
        prop_assert_eq!(last.1.repeats(&others[0].1), may_share(&others[0], last, true));
        prop_assert_eq!(others[0].1.shared(&last.1).is_some(), may_share(&others[0], last, false));
        prop_assert_eq!(others[0].1.shared(&last.1), last.1.shared(&others[0].1));
        let numbers = |keep: &dyn Fn(&(FileKind, Coverage)) -> bool| -> Vec<u32> {
            (0..others.len() as u32).filter(|at| keep(&others[*at as usize])).collect()
        };
        let finer = numbers(&|o| o.0 < last.0 && meets(o));
        let unlike = numbers(&|o| o.0 != last.0 && meets(o));
        let like = numbers(&|o| o.0 == last.0 && meets(o));
        match settled(&files, Wish { too, instead }) {
            Verdict::Aside { by } => prop_assert!(!instead && finer[0] == by),
            Verdict::Held { with, .. } => prop_assert!(!too && like.contains(&with) && (instead || finer.is_empty())),
            Verdict::Counted { instead_of } => {
                prop_assert_eq!(instead_of, unlike);
                prop_assert!(instead || finer.is_empty());
                if !too {
                    // Of its kind, it shares at most the period at which one ends.
                    for other in like {
                        let other = &others[other as usize].1;
                        let span = other.shared(&last.1).and_then(|s| s.span);
                        prop_assert!(span.is_some_and(|s| last.1.by.next(s.first) > s.last));
                    }
                }
            }
        }
    }
}
