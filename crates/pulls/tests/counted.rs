//! Files that carry counts (summary, trends, publisher answers) give what a
//! plain computation over their lines gives, however they are cut.

mod support;

use proptest::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::FileKind;
use pulls::partition::Skip;
use pulls::publisher::{PublisherError, PullModel};
use pulls::query::{Dimension, Filter, Measure, Query, SpanChoice};
use pulls::summary::Level;
use pulls::view::{Unique, View};
use std::collections::BTreeMap;
use support::Engine;

fn opened(text: &str) -> Engine {
    let mut engine = Engine::new(1);
    engine.open(text.as_bytes(), text.len());
    engine
}

fn day(text: &str) -> Day {
    Day::parse(text.as_bytes()).expect(text)
}

fn told(engine: &Engine) -> Vec<(u64, Skip)> {
    let told = &engine.files[0].2.told;
    told.iter().map(|t| (t.0, t.1.why)).collect()
}

/// A breakdown's values and counts, in the view's order.
fn listed(view: &View, dimension: Dimension) -> Vec<(&str, u64)> {
    let breakdown = view.breakdowns.iter().find(|b| b.dimension == dimension);
    let entries = &breakdown.expect("every dimension").entries;
    entries.iter().map(|e| (&e.value[..], e.count)).collect()
}

const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

fn tag_summary() -> String {
    format!(
        "namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n\
         kelp,app,latest,,70,0,30\n\
         kelp,app,6,,20,0,\n\
         kelp,app,{DIGEST},,0,55,0\n\
         kelp,agent,latest,,5,0,1\n"
    )
}

#[test]
fn a_summary_by_tag_has_totals_and_no_periods() {
    let mut engine = opened(&tag_summary());
    assert_eq!(engine.files[0].0.kind, FileKind::SummaryByTag);
    let view = engine.view(&Query::default());
    assert_eq!(
        (
            view.totals.by_tag,
            view.totals.by_digest,
            view.totals.checks
        ),
        (95, 55, 31)
    );
    assert_eq!((view.available, view.span), (None, None));
    assert!(view.periods.is_empty() && view.checks.is_empty() && view.unique.is_empty());
    assert!(view.series.iter().all(|s| s.values.is_empty()));
    assert_eq!(view.comparison, None);
    assert_eq!(
        listed(&view, Dimension::Tag),
        [("latest", 75), ("", 55), ("6", 20)]
    );
    assert_eq!(
        listed(&view, Dimension::Repository),
        [("app", 145), ("agent", 5)]
    );
    let series: Vec<_> = view.series.iter().map(|s| (&s.name[..], s.total)).collect();
    assert_eq!(series, [("latest", 75), ("6", 20), ("", 55)]);
    let country = &view.breakdowns[3];
    assert!(!country.known && country.dimension == Dimension::Country);
    assert_eq!(view.undated, 150, "all of it is in no period");
    assert_eq!(view.repositories, ["agent", "app"]);
}

#[test]
fn a_summary_filters_by_tag_and_by_measure() {
    let mut engine = opened(&tag_summary());
    let query = Query {
        measure: Measure::Checks,
        filters: vec![Filter {
            dimension: Dimension::Tag,
            values: vec!["latest".into()],
            exclude: false,
        }],
        ..Query::default()
    };
    let view = engine.view(&query);
    assert_eq!((view.totals.pulls(), view.totals.checks), (75, 31));
    assert_eq!(
        listed(&view, Dimension::Repository),
        [("app", 30), ("agent", 1)]
    );
    assert_eq!(view.matching_rows, 2);
}

#[test]
fn a_summary_by_repository_counts_repositories() {
    let text = "Namespace;Repository;Unique IP address;Pull by tag;Pull by digest;Version check\n\
                kelp;app;;100;50;7\nkelp;agent;;1;2;3\n";
    let mut engine = opened(text);
    assert_eq!(engine.files[0].0.kind, FileKind::SummaryByRepository);
    let view = engine.view(&Query::default());
    assert_eq!((view.totals.pulls(), view.totals.checks), (153, 10));
    assert_eq!(
        listed(&view, Dimension::Repository),
        [("app", 150), ("agent", 3)]
    );
    assert_eq!(
        engine.summary(&Query::default(), Level::Repository),
        "namespace,repository,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n\
         kelp,agent,,1,2,3\nkelp,app,,100,50,7\n"
    );
}

#[test]
fn levels_that_repeat_are_counted_once() {
    let text = format!(
        "LEVEL,namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\n\
         repository,kelp,app,,90,55,30\n\
         tag,kelp,app,latest,70,0,30\n\
         Tag,kelp,app,6,20,0,0\n\
         digest,kelp,app,{DIGEST},70,55,30\n"
    );
    let mut engine = opened(&text);
    let view = engine.view(&Query::default());
    assert_eq!((view.totals.pulls(), view.totals.checks), (90, 30));
    assert_eq!(told(&engine), [(2, Skip::Repeat), (5, Skip::Repeat)]);
    // Without tags the first level is the one.
    let text = "level,namespace,repository,pull_by_tag,pull_by_digest,version_check\n\
                repository,kelp,app,90,55,30\nnamespace,kelp,,90,55,30\n";
    let mut engine = opened(text);
    assert_eq!(engine.view(&Query::default()).totals.pulls(), 145);
}

const TRENDS: &str = "DATE_GRANULARITY,DATE_REFERENCE,PUBLISHER_NAME,IMAGE_REPOSITORY,NAMESPACE,IP_COUNTRY,CLOUD_SERVICE_PROVIDER,USER_AGENT,TAG,DATA_DOWNLOADS,VERSION_CHECKS,PULLS\n";

#[test]
fn trends_count_downloads_at_the_finest_period() {
    let text = format!(
        "{TRENDS}\
         month,2026-02-01,Kelp,kelp/app,kelp,DE,aws,docker/27.1.0,latest,900,900,1800\n\
         week,2026-02-02,Kelp,kelp/app,kelp,DE,no csp,docker/27.1.0,latest,10,4,14\n\
         WEEKLY,2026-02-09,Kelp,kelp/app,kelp,US,aws,podman,\\N,6,1,7\n\
         week,2026-02-23,Kelp,agent,kelp,US,aws,docker/26.0.0,6,3,0,3\n\
         week,2026-02-30,Kelp,agent,kelp,US,aws,docker/26.0.0,6,3,0,3\n\
         week,2026-02-23,Kelp,agent,kelp,US,aws,docker/26.0.0,6,many,0,3\n"
    );
    let mut engine = opened(&text);
    assert_eq!(engine.files[0].0.period, Some(Granularity::Week));
    assert_eq!(
        told(&engine),
        [(2, Skip::Repeat), (6, Skip::Date), (7, Skip::Count)]
    );
    let view = engine.view(&Query {
        by: Granularity::Day,
        ..Query::default()
    });
    assert_eq!(
        (view.by, view.finest),
        (Granularity::Week, Granularity::Week)
    );
    assert_eq!(
        (
            view.totals.by_tag,
            view.totals.by_digest,
            view.totals.checks
        ),
        (13, 6, 5)
    );
    let available = view.available.expect("days");
    assert_eq!(
        (available.first, available.last),
        (day("2026-02-02"), day("2026-03-01"))
    );
    let periods: Vec<_> = view
        .periods
        .iter()
        .map(|p| (p.span.first, p.covered, p.missing))
        .collect();
    assert_eq!(
        periods,
        [
            (day("2026-02-02"), 7, false),
            (day("2026-02-09"), 7, false),
            (day("2026-02-16"), 7, true),
            (day("2026-02-23"), 7, false),
        ]
    );
    let series: Vec<_> = view
        .series
        .iter()
        .map(|s| (&s.name[..], s.values.clone()))
        .collect();
    assert_eq!(
        series,
        [
            ("latest", vec![10, 0, 0, 0]),
            ("6", vec![0, 0, 0, 3]),
            ("", vec![0, 6, 0, 0]),
        ]
    );
    assert_eq!(view.checks, [4, 1, 0, 0]);
    let lists = |d| listed(&view, d);
    assert_eq!(lists(Dimension::Repository), [("app", 16), ("agent", 3)]);
    assert_eq!(lists(Dimension::Namespace), [("kelp", 19)]);
    assert_eq!(lists(Dimension::Cloud), [("", 10), ("aws", 9)]);
    assert_eq!(lists(Dimension::Client), [("docker", 13), ("podman", 6)]);
    assert_eq!(
        lists(Dimension::Version),
        [("27.1.0", 10), ("", 6), ("26.0.0", 3)]
    );
}

#[test]
fn days_weeks_and_months_in_one_file_are_the_days() {
    let rows = "month,2026-02-01,K,app,kelp,DE,aws,docker,6,60,0,60\n\
                week,2026-02-02,K,app,kelp,DE,aws,docker,6,7,0,7\n\
                day,2026-02-02,K,app,kelp,DE,aws,docker,6,4,0,4\n\
                day,2026-02-03,K,app,kelp,DE,aws,docker,6,3,0,3\n";
    let mut engine = opened(&format!("{TRENDS}{rows}"));
    let view = engine.view(&Query::default());
    assert_eq!((view.finest, view.totals.pulls()), (Granularity::Day, 7));
    assert_eq!(view.available.map(|a| a.last), Some(day("2026-02-03")));
}

#[test]
fn pulls_are_taken_where_there_are_no_downloads() {
    let mut engine = opened(
        "DATE_REFERENCE,IMAGE_REPOSITORY,NAMESPACE,TAG,PULLS\n2026-02-02,kelp/app,kelp,6,14\n",
    );
    assert_eq!(engine.view(&Query::default()).totals.by_tag, 14);
}

#[test]
fn bad_counts_are_skipped_with_their_lines() {
    let head = "namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n";
    let rows = "kelp,app,a,,1,1,1\nkelp,app,b,,-1,0,0\nkelp,app,c,,1.5,0,0\nkelp,app,d,,0,1e3,0\n\
                kelp,app,e,few,1,0,0\nkelp,app,f,,99999999999999999999,0,0\nkelp,app,g,\\N,,null, 2 \n\
                kelp,app,h\nkelp,app,\"i\nj\",,x,0,0\nkelp,app,k,,1,0,0\nkelp,app,l,,1,0,y\n";
    let engine = opened(&format!("{head}{rows}"));
    let bad = |line| (line, Skip::Count);
    let fields = (9, Skip::FieldCount { found: 3 });
    assert_eq!(
        told(&engine),
        [
            bad(3),
            bad(4),
            bad(5),
            bad(6),
            bad(7),
            fields,
            bad(10),
            bad(13)
        ]
    );
    assert_eq!(engine.files[0].2.rows, 3);
}

#[test]
fn addresses_are_told_by_a_single_row_only() {
    let head = "namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n";
    let one = format!("{head}kelp,app,latest,7,10,0,0\n");
    let mut engine = opened(&one);
    let all = Query::default();
    assert_eq!(engine.view(&all).totals.unique, Some(Unique::Whole(7)));
    assert_eq!(engine.summary(&all, Level::Reference), one);
    // Two rows cannot be added up; each on its own can be told.
    let two = format!("{head}kelp,app,6,5,4,0,0\nkelp,app,latest,7,10,0,0\n");
    let mut engine = opened(&two);
    assert_eq!(engine.view(&all).totals.unique, None);
    assert_eq!(engine.summary(&all, Level::Reference), two);
    let only = Query {
        filters: vec![Filter {
            dimension: Dimension::Tag,
            values: vec!["6".into()],
            exclude: false,
        }],
        ..all
    };
    assert_eq!(engine.view(&only).totals.unique, Some(Unique::Whole(5)));
}

fn model(start: &str, end: &str, repo: &str, pulls: u64, ips: Option<u64>) -> PullModel {
    PullModel {
        start: start.into(),
        end: end.into(),
        repo: repo.into(),
        namespace: "kelp".into(),
        pull_count: pulls,
        ip_count: ips,
        country: String::new(),
    }
}

#[test]
fn publisher_answers_are_weeks_without_tags() {
    let week = |start, end, repo, pulls, ips| model(start, end, repo, pulls, ips);
    let (rows, by) = pulls::publisher::read(vec![
        week(
            "2026-02-02T00:00:00Z",
            "2026-02-08",
            "kelp/app",
            40,
            Some(9),
        ),
        week("2026-02-09", "2026-02-15T00:00:00Z", "app", 60, Some(20)),
        week("2026-02-16", "", "other/agent", 5, None),
        week("2026-02-16", "2026-02-22", "app", 0, Some(30)),
        week("2026-02-23", "2026-03-01", "app", 1, Some(4)),
        week("2026-02-23", "2026-03-01", "agent", 2, Some(3)),
    ])
    .expect("an answer");
    assert_eq!((rows.len(), by), (6, Granularity::Week));
    for parts in 1..=4 {
        let mut engine = Engine::new(parts);
        engine.hold(0, &rows, by);
        let view = engine.view(&Query::default());
        assert_eq!((view.totals.by_digest, view.totals.pulls()), (108, 108));
        assert_eq!(view.all_rows, 6);
        let series: Vec<_> = view.series.iter().map(|s| s.values.clone()).collect();
        assert_eq!(series, [vec![40, 60, 5, 3]]);
        // The last week has two rows that tell: nothing is known of both together.
        assert_eq!(view.unique, [Some(9), Some(20), Some(30), None]);
        assert_eq!(view.totals.unique, Some(Unique::MedianPeriod(20)));
        assert_eq!(
            listed(&view, Dimension::Repository),
            [("app", 101), ("agent", 7)]
        );
        assert_eq!(
            listed(&view, Dimension::Namespace),
            [("kelp", 103), ("other", 5)]
        );
    }
}

#[test]
fn publisher_months_are_months_and_bad_dates_are_told() {
    let (rows, by) = pulls::publisher::read(vec![
        model("2026-01-01", "2026-01-31", "app", 3, None),
        model("2026-02-01", "2026-03-01", "app", 4, None),
    ])
    .expect("an answer");
    let mut engine = Engine::new(2);
    engine.hold(0, &rows, by);
    let view = engine.view(&Query::default());
    assert_eq!((by, view.by), (Granularity::Month, Granularity::Month));
    assert_eq!(view.series[0].values, [3, 4]);
    assert_eq!(view.available.map(|a| a.last), Some(day("2026-02-28")));
    let refused = |models| pulls::publisher::read(models).map(|r| r.0.len());
    assert_eq!(refused(Vec::new()), Err(PublisherError::Empty));
    assert_eq!(
        refused(vec![model("2026-02-30", "", "app", 1, None)]),
        Err(PublisherError::Date("2026-02-30".into()))
    );
}

/// A row of trends as it was meant.
type TrendsRow = (u32, &'static str, &'static str, &'static str, u64, u64);

fn trends_row() -> impl Strategy<Value = TrendsRow> {
    let tag = prop_oneof![Just("latest"), Just("6"), Just("\\N"), Just("\"a,\nb\"")];
    let country = prop_oneof![Just("DE"), Just("US"), Just("")];
    let repo = prop_oneof![Just("kelp/app"), Just("agent")];
    (0u32..8, repo, country, tag, 0u64..50, 0u64..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_of_trends_gives_the_plain_sums(rows in prop::collection::vec(trends_row(), 1..40), slice_len in 1usize..600, parts in 1usize..=4) {
        let first = day("2026-01-05");
        let mut text = TRENDS.to_owned();
        let (mut tags, mut checks) = (BTreeMap::<(String, Day), u64>::new(), 0u64);
        let mut countries = BTreeMap::<String, u64>::new();
        for (week, repo, country, tag, downloads, looked) in &rows {
            let monday = first.plus(*week as i32 * 7);
            text += &format!("week,{monday},K,{repo},kelp,{country},aws,docker/1,{tag},{downloads},{looked},{}\n", downloads + looked);
            let name = match *tag { "\\N" => "", "\"a,\nb\"" => "a,\nb", tag => tag };
            if *downloads > 0 {
                *tags.entry((name.to_owned(), monday)).or_default() += downloads;
                *countries.entry((*country).to_owned()).or_default() += downloads;
            }
            checks += looked;
        }
        let mut engine = Engine::new(parts);
        engine.open(text.as_bytes(), slice_len);
        let view = engine.view(&Query::default());
        prop_assert_eq!(view.totals.pulls(), tags.values().sum::<u64>());
        prop_assert_eq!(view.totals.checks, checks);
        prop_assert_eq!(view.checks.iter().sum::<u64>(), checks);
        let mut charted = BTreeMap::new();
        for series in &view.series {
            for (period, value) in view.periods.iter().zip(&series.values).filter(|(_, v)| **v > 0) {
                charted.insert((series.name.clone(), period.span.first), *value);
            }
        }
        prop_assert_eq!(charted, tags);
        let found: BTreeMap<String, u64> = listed(&view, Dimension::Country).into_iter().map(|(v, n)| (v.to_owned(), n)).collect();
        prop_assert_eq!(found, countries);
        prop_assert_eq!(&view, &opened(&text).view(&Query::default()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn a_summary_is_written_as_it_was_read(
        lines in prop::collection::btree_map(("[ab]{1,2}", 0u8..40, any::<bool>()), ([0u64..3, 0u64..3, 0u64..3], prop::option::of(1u64..9)), 1..80),
        many in any::<bool>(),
        slice_len in 20usize..3_000,
        parts in 1usize..=4,
    ) {
        let mut rows: Vec<Vec<String>> = lines.iter().map(|((repository, tag, digest), (counts, unique))| {
            let reference = if *digest { format!("sha256:{tag:064}") } else { format!("t{tag}") };
            let unique = unique.map(|n| n.to_string()).unwrap_or_default();
            let counts = counts.map(|n| n.to_string());
            ["kelp".to_owned(), repository.clone(), reference, unique].into_iter().chain(counts).collect()
        }).collect();
        if many {
            // So many owners and tags that lines are kept in a map.
            rows.extend((0..1_100).map(|n| ["kelp", &format!("r{n}"), &format!("v{n}"), "", "0", "0", "0"].map(String::from).to_vec()));
        }
        rows.sort();
        let head = "namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n";
        let text: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        let text = format!("{head}{text}");
        let mut engine = Engine::new(parts);
        engine.open(text.as_bytes(), slice_len);
        prop_assert_eq!(engine.summary(&Query::default(), Level::Reference), text);
    }
}

#[test]
fn a_span_takes_whole_months_of_what_is_told_by_month() {
    let mut engine = opened(
        "DATE_GRANULARITY,DATE_REFERENCE,IMAGE_REPOSITORY,TAG,DATA_DOWNLOADS,VERSION_CHECKS,PULLS\n\
         monthly,2026-01-01,app,latest,10,0,10\n\
         monthly,2026-02-01,app,latest,20,0,20\n\
         monthly,2026-03-01,app,latest,40,0,40\n",
    );
    let mut pulls = |first: &str, last: &str| {
        let span = SpanChoice::Days(Span::new(day(first), day(last)));
        let view = engine.view(&Query {
            span,
            by: Granularity::Month,
            ..Query::default()
        });
        assert_eq!(view.undated, 0);
        view.totals.pulls()
    };
    // The pulls of a month are of no day of it.
    assert_eq!(pulls("2026-01-03", "2026-02-28"), 30);
    assert_eq!(pulls("2026-02-10", "2026-02-11"), 20);
    assert_eq!(pulls("2026-02-01", "2026-03-01"), 60);
}

#[test]
fn of_a_span_of_centuries_the_days_that_there_are_are_drawn() {
    let mut engine = opened("action,action_day,tag\npull_by_tag,2026-01-05,latest\n");
    let view = engine.view(&Query {
        span: SpanChoice::Days(Span::new(day("0206-01-01"), day("2026-12-31"))),
        ..Query::default()
    });
    let drawn: u64 = view.series.iter().flat_map(|s| &s.values).sum();
    assert_eq!((view.totals.pulls(), drawn), (1, 1));
}

#[test]
fn counts_beyond_belief_are_none() {
    let of = |pulls, ips| {
        let model = model("2026-01-05", "2026-01-11", "kelp/app", pulls, ips);
        pulls::publisher::read(vec![model]).map(|_| ())
    };
    assert_eq!(of(1 << 40, Some(1 << 40)), Ok(()));
    assert_eq!(of((1 << 40) + 1, None), Err(PublisherError::Count));
    assert_eq!(of(1, Some(u64::MAX)), Err(PublisherError::Count));
}
