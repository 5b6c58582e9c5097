//! Months are held in bounded memory: what was asked for longest ago is read again.

mod support;

use insights::{Insights, Limits};
use proptest::prelude::*;
use pulls::calendar::{Granularity, Span};
use pulls::query::{Dimension, Filter, Measure, Query, SpanChoice};
use pulls::segment::Action;
use pulls::served::{Answer, Question};
use pulls::view::{Role, View};
use support::{Counts, Fact, Store, counts, facts, first_day, naive, namespace, queries};

/// A pull in a month after the first.
fn in_month(month: i32, tag: &'static str) -> Fact {
    Fact {
        owner: 1,
        day: month * 31,
        action: Action::PullByTag,
        is_get: true,
        texts: ["kelp", tag, "", "", "", "", "", "", "", ""],
    }
}

fn month(number: i32) -> Query {
    let first = Granularity::Month.start(first_day().plus(number * 31));
    let last = Granularity::Month.next(first).plus(-1);
    Query {
        span: SpanChoice::Days(Span::new(first, last)),
        ..Query::default()
    }
}

fn view(insights: &Insights, query: &Query) -> View {
    let question = Question::View {
        query: query.clone(),
        has: vec![],
    };
    match insights.answer(&namespace(None), &question).unwrap() {
        Answer::View { view, .. } => *view,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_month_is_read_once_and_again_when_it_was_let_go_of() {
    let facts: Vec<Fact> = (0..4).map(|month| in_month(month, "v1")).collect();
    let store = Store::of(&facts, 1);
    let limits = |held_bytes| Limits {
        held_bytes,
        sent_bytes: 0,
    };
    let insights = store.insights(limits(usize::MAX));
    view(&insights, &month(0));
    let one = insights.held_bytes();
    assert!(one > 0);
    // Room for two of the four.
    let most = one * 5 / 2;
    let insights = store.insights(limits(most));
    store.rollups_read();
    for (asked, is_read) in [
        (0, true),
        (0, false),
        (1, true),
        (0, false),
        // Month 1 was asked for longest ago.
        (2, true),
        (0, false),
        (2, false),
        (1, true),
        (2, false),
        (0, true),
    ] {
        let found = view(&insights, &month(asked));
        assert_eq!(found.totals.by_tag, 1);
        assert_eq!(store.rollups_read(), u64::from(is_read), "month {asked}");
        assert!(insights.held_bytes() <= most);
    }
    // One that has changed is read again, and not held twice.
    let held = insights.held_bytes();
    store.add(&[in_month(0, "v2")]);
    assert_eq!(view(&insights, &month(0)).totals.by_tag, 2);
    assert_eq!(store.rollups_read(), 1);
    assert!(insights.held_bytes() < held + one / 2);
    assert_eq!(view(&insights, &month(2)).totals.by_tag, 1);
    assert_eq!(store.rollups_read(), 0);
}

#[test]
fn rows_for_filters_are_read_ahead_of_a_view_that_needs_none() {
    let store = Store::of(&[in_month(0, "v1"), in_month(1, "v2")], 1);
    *store.counts.lock().unwrap() = Counts::All;
    let limits = |held_bytes| Limits {
        held_bytes,
        sent_bytes: 0,
    };
    let insights = store.insights(limits(usize::MAX));
    let (all, mut filtered) = (Query::default(), Query::default());
    filtered.filters.push(Filter {
        dimension: Dimension::Tag,
        values: vec!["v2".to_owned()],
        exclude: false,
    });
    assert_eq!(view(&insights, &all).totals.by_tag, 2);
    assert_eq!(store.rollups_read(), 0, "it is counted beside the rows");
    insights.read_ahead(&namespace(None), &all).unwrap();
    assert_eq!(store.rollups_read(), 2);
    assert_eq!(view(&insights, &filtered).totals.by_tag, 1);
    assert_eq!(store.rollups_read(), 0);
    // What changes meanwhile is read for whoever filters, and not after every view.
    store.add(&[in_month(1, "v2")]);
    assert_eq!(view(&insights, &all).totals.by_tag, 3);
    insights.read_ahead(&namespace(None), &all).unwrap();
    assert_eq!(store.rollups_read(), 0);
    assert_eq!(view(&insights, &filtered).totals.by_tag, 2);
    assert_eq!(store.rollups_read(), 1);
    // What cannot be held is not read for nothing.
    let insights = store.insights(limits(1));
    insights.read_ahead(&namespace(None), &all).unwrap();
    assert_eq!(store.rollups_read(), 0);
}

#[test]
fn a_store_that_counts_what_filters_leave_is_asked_until_rows_are_held() {
    let store = Store::of(&[in_month(0, "v1"), in_month(1, "v2")], 1);
    *store.counts.lock().unwrap() = Counts::Filtered;
    let limits = Limits {
        held_bytes: usize::MAX,
        sent_bytes: 0,
    };
    let insights = store.insights(limits);
    let (all, mut filtered) = (Query::default(), Query::default());
    filtered.filters.push(Filter {
        dimension: Dimension::Tag,
        values: vec!["v2".to_owned()],
        exclude: false,
    });
    let asked = view(&insights, &filtered);
    assert_eq!(asked.totals.by_tag, 1);
    assert_eq!((store.rollups_read(), store.left_counted()), (0, 1));
    insights.read_ahead(&namespace(None), &all).unwrap();
    assert_eq!(store.rollups_read(), 2);
    assert_eq!(view(&insights, &filtered), asked);
    assert_eq!((store.rollups_read(), store.left_counted()), (0, 0));
    // A month that has changed is read again, rather than that all are counted there.
    store.add(&[in_month(1, "v2")]);
    assert_eq!(view(&insights, &filtered).totals.by_tag, 2);
    assert_eq!((store.rollups_read(), store.left_counted()), (1, 0));
    // Where several have, it is not quicker to read them.
    store.add(&[in_month(0, "v2"), in_month(1, "v2")]);
    assert_eq!(view(&insights, &filtered).totals.by_tag, 4);
    assert_eq!((store.rollups_read(), store.left_counted()), (0, 1));
    insights.read_ahead(&namespace(None), &all).unwrap();
    assert_eq!(store.rollups_read(), 2);
    assert_eq!(view(&insights, &filtered).totals.by_tag, 4);
    assert_eq!((store.rollups_read(), store.left_counted()), (0, 0));
}

#[test]
fn rows_that_are_sent_are_packed_once() {
    let store = Store::of(&[in_month(0, "v1"), in_month(1, "v1")], 1);
    let insights = store.insights(Limits::default());
    let question = Question::View {
        query: Query::default(),
        has: vec![],
    };
    for reads in [2, 0, 0] {
        insights.answer(&namespace(None), &question).unwrap();
        assert_eq!(store.rollups_read(), reads);
    }
    store.add(&[in_month(1, "v1")]);
    insights.answer(&namespace(None), &question).unwrap();
    assert_eq!(store.rollups_read(), 1, "the other month is as it was");
}

#[test]
fn once_rows_are_packed_it_is_known_that_they_are_too_many() {
    let store = Store::of(&[in_month(0, "v1"), in_month(1, "v1")], 1);
    let ask = |insights: &Insights, question: &Question| {
        insights.answer(&namespace(None), question).unwrap()
    };
    let query = Query::default();
    let rows = Question::View {
        query: query.clone(),
        has: vec![],
    };
    let look = Question::Look { query, seen: None };
    let Answer::Months { months, .. } = ask(&store.insights(Limits::default()), &rows) else {
        panic!("so few rows are sent");
    };
    let packed = months.iter().filter_map(|month| month.rows.as_ref());
    let bytes: usize = packed.map(Vec::len).sum();
    for (sent_bytes, is_sent) in [(bytes, true), (bytes - 1, false)] {
        let insights = store.insights(Limits {
            sent_bytes,
            ..Limits::default()
        });
        let fits = |answer| matches!(answer, Answer::View { rows_fit: true, .. });
        assert!(fits(ask(&insights, &look)), "they seem to be few");
        let answer = ask(&insights, &rows);
        assert_eq!(matches!(answer, Answer::Months { .. }), is_sent);
        assert_eq!(fits(ask(&insights, &look)), is_sent);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn rows_that_are_counted_meanwhile_are_in_all_of_an_answer_or_in_none(
        all in facts(40),
        more in facts(12),
        query in queries(),
        before in 1..9u32,
        counts in counts(),
    ) {
        prop_assume!(all.iter().any(Fact::is_ours));
        let store = Store::of(&all, 2);
        *store.counts.lock().unwrap() = counts;
        // Nothing is held: what is counted and what is drawn are read apart.
        let insights = store.insights(Limits { held_bytes: 0, sent_bytes: 0 });
        let today = Some(first_day().plus(120));
        *store.meanwhile.lock().unwrap() = Some((before, more.clone()));
        let question = Question::View { query: query.clone(), has: vec![] };
        let answer = insights.answer(&namespace(today), &question).unwrap();
        let Answer::View { view, .. } = answer else { return Ok(()) };
        for breakdown in &view.breakdowns {
            prop_assert_eq!(breakdown.total, view.matching_rows);
        }
        let tags = &view.breakdowns[0].entries;
        for series in view.series.iter().filter(|_| query.measure != Measure::Both) {
            if let Role::Tag(_) = series.role {
                let counted = tags.iter().find(|entry| entry.value == series.name);
                prop_assert_eq!(counted.map(|entry| entry.count), Some(series.total));
            }
        }
        // Of each month all that is new may be there, or nothing.
        let checks = |facts: &[Fact], span: Span| {
            let settled = naive::settled(facts, today, &query).unwrap();
            let kept = facts.iter().filter(|fact| {
                naive::is_kept(fact, &query) && fact.action == Action::VersionCheck
            });
            let shown = settled.span.intersection(span);
            kept.filter(|fact| shown.is_some_and(|span| span.contains(fact.day()))).count() as u64
        };
        let both = [&all[..], &more].concat();
        for (period, found) in view.periods.iter().zip(&view.checks) {
            let (least, most) = (checks(&all, period.span), checks(&both, period.span));
            prop_assert!((least..=most).contains(found), "{period:?}: {found}");
        }
    }

    #[test]
    fn however_little_is_held_the_answers_are_the_same(
        all in facts(60),
        queries in prop::collection::vec(queries(), 1..5),
        held_bytes in prop_oneof![Just(0usize), 0..3_000_000usize],
    ) {
        prop_assume!(all.iter().any(Fact::is_ours));
        let store = Store::of(&all, 5);
        let insights = store.insights(Limits { held_bytes, sent_bytes: 0 });
        for query in &queries {
            let question = Question::View { query: query.clone(), has: vec![] };
            if let Answer::View { view, .. } = insights.answer(&namespace(None), &question).unwrap() {
                naive::check(&view, &all, None, query);
            }
            prop_assert!(insights.held_bytes() <= held_bytes);
        }
    }
}
