//! What the page makes of the rows it is sent, what the server makes of them itself, and what a
//! plain loop counts are one.

mod support;

use insights::{Insights, Limits};
use proptest::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Compare, Dimension, Measure, Query, SpanChoice};
use pulls::segment::Action;
use pulls::served::{Answer, Question};
use pulls::view::View;
use support::page::Page;
use support::{Counts, Fact, Store, counts, facts, naive, namespace, queries, todays};

/// Nothing is sent, so that views are made here.
pub fn nothing_sent() -> Limits {
    Limits {
        sent_bytes: 0,
        ..Limits::default()
    }
}

fn ask(query: &Query, has: &[(Day, u64)]) -> Question {
    Question::View {
        query: query.clone(),
        has: has.to_vec(),
    }
}

fn look(query: &Query, seen: Option<u64>) -> Question {
    Question::Look {
        query: query.clone(),
        seen,
    }
}

/// A view of the server’s own making.
fn served(store: &std::sync::Arc<Store>, today: Option<Day>, query: &Query) -> View {
    shown(&store.insights(nothing_sent()), today, query)
}

fn shown(insights: &Insights, today: Option<Day>, query: &Query) -> View {
    match insights
        .answer(&namespace(today), &ask(query, &[]))
        .unwrap()
    {
        Answer::View { view, .. } => *view,
        // Where no month is needed, there is nothing to send.
        Answer::Months { told, months, .. } if months.is_empty() => {
            let mut page = Page::new(1);
            page.take(told, &months);
            page.view(query)
        }
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]
    #[test]
    fn page_server_and_loop_say_the_same(
        facts in facts(80),
        blocks in 1..24usize,
        query in queries(),
        today in todays(),
        readers in 1..4usize,
    ) {
        let store = Store::of(&facts, blocks);
        let insights = store.insights(Limits::default());
        let of = namespace(today);
        if !facts.iter().any(Fact::is_ours) {
            prop_assert_eq!(insights.answer(&of, &ask(&query, &[])).unwrap(), Answer::Nothing);
            return Ok(());
        }
        let view = served(&store, today, &query);
        naive::check(&view, &facts, today, &query);
        for counts in [Counts::All, Counts::Filtered] {
            *store.counts.lock().unwrap() = counts;
            prop_assert_eq!(&served(&store, today, &query), &view, "{:?}", counts);
        }
        // Of rows that are held, in place of what the store says that filters leave.
        let ahead = store.insights(nothing_sent());
        ahead.read_ahead(&of, &query).unwrap();
        prop_assert_eq!(&shown(&ahead, today, &query), &view);
        // What is shown before the rows are there, and then from them.
        let Answer::View { view: first, version, rows_fit, .. } =
            insights.answer(&of, &look(&query, None)).unwrap()
        else {
            panic!("a look is a view");
        };
        prop_assert_eq!(&*first, &view);
        prop_assert!(rows_fit);
        let Answer::Months { told, months, version: of_rows } =
            insights.answer(&of, &ask(&query, &[])).unwrap()
        else {
            panic!("so few rows are sent");
        };
        prop_assert_eq!(of_rows, version);
        let mut page = Page::new(readers);
        page.take(told, &months);
        prop_assert_eq!(page.view(&query), view);
    }

    #[test]
    fn a_page_that_asks_again_gets_what_changed_and_nothing_else(
        facts in facts(60),
        more in facts(12),
        queries in prop::collection::vec(queries(), 2..5),
        today in todays(),
        readers in 1..4usize,
    ) {
        let store = Store::of(&facts, 3);
        let insights = store.insights(Limits::default());
        let of = namespace(today);
        let mut page = Page::new(readers);
        let mut all = facts;
        for (at, query) in queries.iter().enumerate() {
            let is_changed = at == 1;
            if is_changed {
                store.add(&more);
                all.extend(more.iter().cloned());
            }
            let answer = insights.answer(&of, &ask(query, &page.months)).unwrap();
            let Answer::Months { told, months, .. } = answer else {
                prop_assert_eq!(answer, Answer::Nothing);
                continue;
            };
            for month in &months {
                let had = page.months.iter().find(|(first, _)| *first == month.first);
                let days = Span::new(month.first, Granularity::Month.next(month.first).plus(-1));
                let is_new = is_changed
                    && more.iter().any(|fact| fact.is_ours() && days.contains(fact.day()));
                prop_assert_eq!(month.rows.is_some(), had.is_none() || is_new);
                prop_assert_eq!(had.is_some_and(|had| had.1 == month.version), month.rows.is_none());
            }
            page.take(told, &months);
            naive::check(&page.view(query), &all, today, query);
        }
    }

    #[test]
    fn a_view_that_was_seen_is_sent_again_only_if_it_may_have_changed(
        facts in facts(60),
        more in facts(4),
        query in queries(),
        today in todays(),
    ) {
        let store = Store::of(&facts, 3);
        let insights = store.insights(nothing_sent());
        let of = namespace(today);
        let Answer::View { version, .. } = insights.answer(&of, &look(&query, None)).unwrap()
        else {
            prop_assert!(!facts.iter().any(Fact::is_ours));
            return Ok(());
        };
        let again = || insights.answer(&of, &look(&query, Some(version))).unwrap();
        prop_assert_eq!(again(), Answer::Unchanged);
        store.add(&more);
        prop_assert_eq!(again() == Answer::Unchanged, !more.iter().any(Fact::is_ours));
        // A day without any is shown as one.
        if let Some(today) = today {
            let tomorrow = namespace(Some(today.plus(1)));
            prop_assert_ne!(insights.answer(&tomorrow, &look(&query, Some(version))).unwrap(), Answer::Unchanged);
        }
    }

    #[test]
    fn a_search_finds_what_a_loop_finds(
        facts in facts(80),
        query in queries(),
        today in todays(),
        at in 0..Dimension::ALL.len(),
        text in prop::sample::select(&["", "v", "V1", "example", "E", "nowhere", "k", "o"][..]),
        also in prop::collection::vec(prop::sample::select(&["DE", "", "latest", "aws"][..]), 0..3),
        limit in 0..6u32,
        counts in counts(),
    ) {
        let store = Store::of(&facts, 4);
        *store.counts.lock().unwrap() = counts;
        let insights = store.insights(Limits::default());
        let (of, dimension) = (namespace(today), Dimension::ALL[at]);
        let question = Question::Find {
            query: query.clone(),
            dimension,
            text: text.to_owned(),
            also: also.iter().map(|shown| (*shown).to_owned()).collect(),
            limit,
        };
        let Answer::Found(found) = insights.answer(&of, &question).unwrap() else {
            panic!("a search finds values");
        };
        let Some(settled) = naive::settled(&facts, today, &query) else {
            prop_assert_eq!(found, vec![]);
            return Ok(());
        };
        let matching = naive::matching(&facts, settled.span, &query);
        let is_found = |value: &str| {
            value.to_lowercase().contains(&text.to_lowercase()) || also.contains(&value)
        };
        let values = matching.iter().map(|fact| naive::value(fact, dimension));
        let mut expected = naive::ranked(values.filter(|value| is_found(value)));
        expected.truncate(limit as usize);
        let counts: Vec<_> = found.iter().map(|one| (one.value.clone(), one.count)).collect();
        prop_assert_eq!(counts, expected);
        // A tag has the color that it has in the view.
        let view = served(&store, today, &query);
        let listed = view.breakdowns.iter().find(|one| one.dimension == dimension).unwrap();
        for entry in &found {
            let entries = listed.entries.iter();
            let shown = entries.clone().find(|shown| shown.value == entry.value);
            prop_assert_eq!(Some(entry), shown);
        }
    }
}

fn fact(day: i32) -> Fact {
    Fact {
        owner: 1,
        day,
        action: Action::PullByTag,
        is_get: true,
        texts: ["kelp", "v1", "", "DE", "docker", "", "", "", "", ""],
    }
}

fn query(by: Granularity) -> Query {
    Query {
        by,
        measure: Measure::Both,
        ..Query::default()
    }
}

#[test]
fn a_day_without_pulls_is_a_zero_and_no_gap() {
    let store = Store::of(&[fact(0), fact(3)], 1);
    // The last two days nobody pulled, which is known since the registry reports.
    let today = Some(fact(5).day());
    let view = served(&store, today, &query(Granularity::Day));
    assert_eq!(view.series.len(), 1);
    assert_eq!(view.series[0].values, [1, 0, 0, 1, 0, 0]);
    assert!(view.periods.iter().all(|period| !period.missing));
    let whole = view.periods.iter().map(|period| period.is_whole());
    assert!(whole.eq([true, true, true, true, true, false]), "today");
    // Before the first of them nothing is known.
    let first = fact(0).day();
    let before = Query {
        span: SpanChoice::Days(Span::new(first.plus(-2), first)),
        ..query(Granularity::Day)
    };
    let view = served(&store, today, &before);
    let missing = view.periods.iter().map(|period| period.missing);
    assert!(missing.eq([true, true, false]));
    // Of a namespace that no registry reports, the last day with rows is the last there is.
    let view = served(&store, None, &query(Granularity::Day));
    assert_eq!(view.periods.len(), 4);
    assert!(view.periods.iter().all(|period| period.is_whole()));
}

#[test]
fn the_running_period_is_not_whole_and_not_compared() {
    // Mondays to Sundays from 2026-01-19 on; today is Sunday, 2026-02-08.
    let facts: Vec<Fact> = (-1..20).map(fact).collect();
    let store = Store::of(&facts, 1);
    let sunday = fact(19).day();
    for (today, is_over) in [(sunday, false), (sunday.plus(1), true)] {
        let by_week = Query {
            span: SpanChoice::Days(Span::new(fact(6).day(), sunday)),
            compare: Compare::Before,
            ..query(Granularity::Week)
        };
        let view = served(&store, Some(today), &by_week);
        assert_eq!(view.periods.len(), 2);
        assert!(view.periods[0].is_whole());
        assert_eq!(view.periods[1].is_whole(), is_over);
        assert_eq!(view.periods[1].covered, if is_over { 7 } else { 6 });
        // Before the first week there is nothing; the second has the first.
        let comparison = view.comparison.unwrap();
        assert_eq!(comparison.values, [None, Some(7)]);
        assert_eq!(comparison.periods, u32::from(is_over));
    }
    let view = served(&store, Some(sunday), &query(Granularity::Month));
    let whole = view.periods.iter().map(|period| period.is_whole());
    assert!(whole.eq([false, false]), "begun late, and still going on");
}

#[test]
fn where_nothing_is_stored_nothing_is_answered() {
    let store = Store::of(&[], 1);
    let insights = store.insights(Limits::default());
    let of = namespace(Some(fact(0).day()));
    let query = Query::default();
    assert_eq!(
        insights.answer(&of, &ask(&query, &[])).unwrap(),
        Answer::Nothing
    );
    assert_eq!(insights.version(&of).unwrap(), 0);
    let rows = Question::Rows {
        query,
        offset: 0,
        limit: 10,
        newest_first: true,
    };
    let nothing = Answer::Rows {
        total: 0,
        rows: vec![],
    };
    assert_eq!(insights.answer(&of, &rows).unwrap(), nothing);
}

#[test]
fn what_is_too_much_to_send_is_counted_here() {
    // Of many days each has its small part, which packing makes far smaller than is reckoned with.
    let store = Store::of(&vec![fact(0); 200], 1);
    let packed = |limits| {
        let insights = store.insights(limits);
        let answer = insights.answer(&namespace(None), &ask(&Query::default(), &[]));
        match answer.unwrap() {
            Answer::Months { months, .. } => {
                let sizes = months
                    .iter()
                    .map(|month| month.rows.as_ref().unwrap().len());
                Some(sizes.sum::<usize>())
            }
            Answer::View { .. } => None,
            other => panic!("{other:?}"),
        }
    };
    let size = packed(Limits::default()).unwrap();
    for (sent_bytes, is_sent) in [(size, true), (size - 1, false), (0, false)] {
        let limits = Limits {
            sent_bytes,
            ..Limits::default()
        };
        assert_eq!(packed(limits).is_some(), is_sent, "{sent_bytes}");
    }
}
