//! Files to take away: raw rows, whole, from any byte on and packed; and summaries.

mod support;

use flate2::read::MultiGzDecoder;
use insights::{Insights, InsightsError, Limits};
use proptest::prelude::*;
use pull_store::{PullStore, PullStoreError};
use pulls::calendar::Day;
use pulls::query::{Dimension, Filter, Measure, Query, SpanChoice};
use pulls::segment::Action;
use pulls::summary::Level;
use std::io::Read;
use std::ops::ControlFlow;
use support::{FORMER, Fact, NAME, Store, days_of, facts, naive, namespace, queries, todays};

fn raw(insights: &Insights, today: Option<Day>, query: &Query, safe: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut take = |piece: &[u8]| {
        file.extend_from_slice(piece);
        ControlFlow::Continue(())
    };
    let of = namespace(today);
    insights.raw_file(&of, query, safe, &mut take).unwrap();
    file
}

fn raw_from(insights: &Insights, query: &Query, safe: bool, offset: u64) -> Vec<u8> {
    let mut file = Vec::new();
    let mut take = |piece: &[u8]| {
        file.extend_from_slice(piece);
        ControlFlow::Continue(())
    };
    let of = namespace(None);
    insights
        .raw_file_from(&of, query, safe, offset, &mut take)
        .unwrap();
    file
}

fn everything() -> Query {
    Query {
        measure: Measure::Both,
        ..Query::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn a_raw_file_has_every_row_that_matches(
        facts in facts(70),
        blocks in 1..40usize,
        query in queries(),
        today in todays(),
        safe: bool,
    ) {
        let store = Store::of(&facts, blocks);
        let insights = store.insights(Limits::default());
        let settled = naive::settled(&facts, today, &query);
        let matching = settled.map_or_else(Vec::new, |settled| {
            naive::matching(&facts, settled.span, &query)
        });
        let expected = naive::csv(&matching, safe);
        let found = String::from_utf8(raw(&insights, today, &query, safe)).unwrap();
        prop_assert_eq!(&found, &expected);
        let mut packed = Vec::new();
        let mut take = |piece: &[u8]| {
            packed.extend_from_slice(piece);
            ControlFlow::Continue(())
        };
        insights.raw_file_gz(&namespace(today), &query, safe, &mut take).unwrap();
        let mut unpacked = String::new();
        MultiGzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
        prop_assert_eq!(unpacked, expected);
    }

    #[test]
    fn the_size_of_a_file_is_known_and_it_can_begin_anywhere(
        facts in facts(60),
        blocks in 1..40usize,
        query in queries(),
        safe in prop::bool::weighted(0.2),
        is_all in prop::bool::weighted(0.7),
        offsets in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let store = Store::of(&facts, blocks);
        let insights = store.insights(Limits::default());
        let query = if is_all {
            Query { span: query.span, ..everything() }
        } else {
            query
        };
        let whole = raw(&insights, None, &query, safe);
        let is_exact = query.filters.is_empty() && query.measure == Measure::Both && !safe;
        let span = insights.span(&namespace(None), &query).unwrap();
        if let (true, Some(span)) = (is_exact, span) {
            let size = insights.raw_size(&namespace(None), span).unwrap();
            prop_assert_eq!(size, Some(whole.len() as u64));
        }
        let ends = [0, 1, whole.len(), whole.len() + 9];
        let offsets = offsets.iter().map(|at| at.index(whole.len() + 1));
        for offset in offsets.chain(ends) {
            let found = raw_from(&insights, &query, safe, offset as u64);
            prop_assert!(found == whole[offset.min(whole.len())..], "from {offset} on");
        }
    }

    #[test]
    fn a_summary_has_a_line_for_each_repository_or_reference(
        facts in facts(80),
        blocks in 1..40usize,
        query in queries(),
        today in todays(),
    ) {
        let store = Store::of(&facts, blocks);
        let insights = store.insights(Limits::default());
        for (level, by_reference) in [(Level::Repository, false), (Level::Reference, true)] {
            let file = insights.summary_file(&namespace(today), &query, level).unwrap();
            let expected = match naive::settled(&facts, today, &query) {
                Some(settled) => naive::summary(&facts, settled.span, &query, by_reference),
                None => {
                    let never = pulls::calendar::Span::new(Day(0), Day(0));
                    naive::summary(&[], never, &query, by_reference)
                }
            };
            prop_assert_eq!(String::from_utf8(file).unwrap(), expected);
        }
    }

    #[test]
    fn the_version_of_a_file_changes_with_its_rows_and_with_nothing_else(
        facts in facts(40),
        more in facts(4),
        query in queries(),
    ) {
        let store = Store::of(&facts, 3);
        let insights = store.insights(Limits::default());
        let of = namespace(None);
        if let Some(span) = insights.span(&of, &query).unwrap() {
            let before = insights.raw_version(&of, span).unwrap();
            prop_assert_eq!(insights.raw_version(&of, span).unwrap(), before);
            store.add(&more);
            let is_changed = more.iter().any(|fact| fact.is_ours() && span.contains(fact.day()));
            let after = insights.raw_version(&of, span).unwrap();
            prop_assert_eq!(after != before, is_changed);
            // Under another name it is another file.
            let renamed = insights::Namespace {
                name: "kelp-new".to_owned(),
                former: vec![FORMER.to_owned(), NAME.to_owned()],
                today: None,
            };
            prop_assert_ne!(insights.raw_version(&renamed, span).unwrap(), after);
        }
    }
}

fn fact(day: i32) -> Fact {
    Fact {
        owner: 1,
        day,
        action: Action::PullByTag,
        is_get: true,
        texts: [
            "kelp",
            "v1",
            "sha256:01",
            "DE",
            "docker",
            "27",
            "",
            "",
            "",
            "",
        ],
    }
}

#[test]
fn days_before_an_offset_are_not_read_and_pieces_are_small() {
    let facts: Vec<Fact> = (0..30_000).map(|at| fact(at / 1_000)).collect();
    let store = Store::of(&facts, 10);
    let insights = store.insights(Limits::default());
    let whole = raw(&insights, None, &everything(), false);
    assert_eq!(store.parts_read(), 30);
    for (before_end, parts) in [(1, 1), (whole.len() / 30, 2), (whole.len() - 1, 30)] {
        let offset = (whole.len() - before_end) as u64;
        let found = raw_from(&insights, &everything(), false, offset);
        assert_eq!(found.len(), before_end);
        assert_eq!(store.parts_read(), parts);
    }
    let mut pieces = Vec::new();
    let mut take = |piece: &[u8]| {
        // An empty one asks whether more is wanted.
        pieces.extend((!piece.is_empty()).then_some(piece.len()));
        ControlFlow::Continue(())
    };
    let of = namespace(None);
    insights
        .raw_file(&of, &everything(), false, &mut take)
        .unwrap();
    let (last, others) = pieces.split_last().unwrap();
    assert!(*last <= 1 << 20);
    assert!(others.iter().all(|len| (64 << 10..=1 << 20).contains(len)));
    // Whoever has enough is not given more.
    for packed in [false, true] {
        let mut given = 0;
        let mut take = |_: &[u8]| {
            given += 1;
            ControlFlow::Break(())
        };
        if packed {
            insights
                .raw_file_gz(&of, &everything(), false, &mut take)
                .unwrap();
        } else {
            insights
                .raw_file(&of, &everything(), false, &mut take)
                .unwrap();
        }
        assert_eq!(given, 1);
    }
}

#[test]
fn a_file_whose_rows_change_while_it_is_sent_is_broken_off() {
    let facts: Vec<Fact> = (0..6_000).map(|at| fact(at / 2_000)).collect();
    let store = Store::of(&facts, 3);
    let insights = store.insights(Limits::default());
    let mut given = 0;
    let mut take = |piece: &[u8]| {
        if given == 0 && !piece.is_empty() {
            store.add(&[fact(2)]);
        }
        given += piece.len();
        ControlFlow::Continue(())
    };
    let of = namespace(None);
    let outcome = insights.raw_file_from(&of, &everything(), false, 0, &mut take);
    let Err(InsightsError::Store(PullStoreError::Changed(day))) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(day, fact(2).day());
    // One whose size nobody was told has the new row.
    let whole = raw(&insights, None, &everything(), false);
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 6_002);
}

#[test]
fn a_version_tells_replaced_rows_from_those_before() {
    let store = Store::of(&[fact(0), fact(1)], 1);
    let insights = store.insights(Limits::default());
    let of = namespace(None);
    let span = insights.span(&of, &everything()).unwrap().unwrap();
    let before = insights.raw_version(&of, span).unwrap();
    let day = pulls::calendar::Span::new(fact(0).day(), fact(0).day());
    store.replace(NAME, day, &days_of(&[fact(0)])).unwrap();
    assert_ne!(insights.raw_version(&of, span).unwrap(), before);
    let query = Query {
        span: SpanChoice::Days(day),
        ..everything()
    };
    assert_eq!(
        raw(&insights, None, &query, false)
            .iter()
            .filter(|b| **b == b'\n')
            .count(),
        2
    );
}

#[test]
fn however_the_empty_value_is_spelled_a_filter_means_the_same() {
    let facts: Vec<Fact> = ["", "null", "\\N", "NULL", "v1"]
        .into_iter()
        .map(|tag| {
            let mut fact = fact(0);
            fact.texts[1] = tag;
            fact
        })
        .collect();
    let store = Store::of(&facts, 1);
    let insights = store.insights(Limits::default());
    for named in ["", "null", "\\N"] {
        for (exclude, kept) in [(false, &facts[..4]), (true, &facts[4..])] {
            let query = Query {
                filters: vec![Filter {
                    dimension: Dimension::Tag,
                    values: vec![named.to_owned()],
                    exclude,
                }],
                ..everything()
            };
            let expected = naive::csv(&kept.iter().collect::<Vec<_>>(), false);
            let found = raw(&insights, None, &query, false);
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{named:?}");
        }
    }
}

#[test]
fn a_summary_of_many_rows_is_added_up_in_several_turns() {
    let facts: Vec<Fact> = (0..98_400)
        .map(|at| Fact {
            action: Action::ALL[at % 3],
            ..fact(0)
        })
        .collect();
    let store = Store::of(&facts, 6);
    let insights = store.insights(Limits::default());
    for (level, reference) in [(Level::Reference, "v1,"), (Level::Repository, "")] {
        let file = insights
            .summary_file(&namespace(None), &everything(), level)
            .unwrap();
        let text = String::from_utf8(file).unwrap();
        let line = format!("kelpworks,kelp,{reference},32800,32800,32800");
        assert_eq!(text.lines().nth(1), Some(&*line));
        assert_eq!(text.lines().count(), 2);
    }
}

#[test]
fn a_name_that_csv_would_quote_has_no_known_size() {
    let store = Store::of(&[fact(0)], 1);
    let insights = store.insights(Limits::default());
    let mut of = namespace(None);
    let span = insights.span(&of, &everything()).unwrap().unwrap();
    of.name = "kelp,works".to_owned();
    of.former = vec![NAME.to_owned()];
    assert_eq!(insights.raw_size(&of, span).unwrap(), None);
}
