//! Pages of rows, put one behind the other, are every row that matches, once.

mod support;

use insights::Limits;
use proptest::prelude::*;
use pulls::calendar::Day;
use pulls::query::{Measure, Query};
use pulls::segment::Action;
use pulls::served::{Answer, MOST_ROWS, Question};
use pulls::view::Row;
use std::sync::Arc;
use support::{Fact, Store, counts, facts, naive, namespace, queries, todays};

struct Asked<'a> {
    store: &'a Arc<Store>,
    today: Option<Day>,
    query: &'a Query,
    newest_first: bool,
}

impl Asked<'_> {
    fn page(&self, offset: u64, limit: u32) -> (u64, Vec<Row>) {
        let question = Question::Rows {
            query: self.query.clone(),
            offset,
            limit,
            newest_first: self.newest_first,
        };
        let insights = self.store.insights(Limits::default());
        match insights.answer(&namespace(self.today), &question).unwrap() {
            Answer::Rows { total, rows } => (total, rows),
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn pages_are_every_row_once(
        facts in facts(70),
        blocks in 1..40usize,
        query in queries(),
        today in todays(),
        limit in 1..20u32,
        newest_first: bool,
        counts in counts(),
    ) {
        let store = Store::of(&facts, blocks);
        *store.counts.lock().unwrap() = counts;
        let asked = Asked { store: &store, today, query: &query, newest_first };
        let settled = naive::settled(&facts, today, &query);
        let mut expected: Vec<Row> = settled.map_or_else(Vec::new, |settled| {
            let matching = naive::matching(&facts, settled.span, &query);
            matching.into_iter().map(naive::row).collect()
        });
        if newest_first {
            expected.reverse();
        }
        let all = expected.len() as u64;
        let mut found = Vec::new();
        loop {
            let (total, rows) = asked.page(found.len() as u64, limit);
            prop_assert_eq!(total, all);
            prop_assert!(rows.len() <= limit as usize);
            if rows.is_empty() {
                break;
            }
            found.extend(rows);
        }
        prop_assert!(found == expected, "{found:#?} is not {expected:#?}");
        // Behind the end, far behind it, and of no length.
        prop_assert_eq!(asked.page(all, limit), (all, vec![]));
        prop_assert_eq!(asked.page(u64::MAX, limit), (all, vec![]));
        prop_assert_eq!(asked.page(0, 0), (all, vec![]));
        prop_assert_eq!(asked.page(all.saturating_sub(3), u32::MAX).1.len() as u64, all.min(3));
    }
}

/// A day of so many rows, in parts of about 16,400, which are not joined.
fn long_day(rows: usize) -> Arc<Store> {
    const TAGS: [&str; 7] = ["v0", "v1", "v2", "v3", "v4", "v5", "v6"];
    let facts: Vec<Fact> = (0..rows)
        .map(|at| Fact {
            owner: 1,
            day: 0,
            action: Action::ALL[at % 3],
            is_get: true,
            texts: ["kelp", TAGS[at % 7], "", "", "", "", "", "", "", ""],
        })
        .collect();
    Store::of(&facts, rows / 16_400)
}

#[test]
fn of_a_long_day_only_the_parts_up_to_a_page_are_read() {
    let store = long_day(98_400);
    let query = Query {
        measure: Measure::Both,
        ..Query::default()
    };
    let tag = |at: u64| format!("v{}", at % 7);
    for (offset, parts) in [(0, 1), (16_400, 2), (16_399, 2), (50_000, 4), (98_399, 6)] {
        let asked = |newest_first| Asked {
            store: &store,
            today: None,
            query: &query,
            newest_first,
        };
        store.parts_read();
        let (total, rows) = asked(false).page(offset, 2);
        assert_eq!(store.parts_read(), parts, "from {offset} on");
        assert_eq!(total, 98_400);
        assert_eq!(rows[0].tag, tag(offset));
        let (_, rows) = asked(true).page(offset, 2);
        assert_eq!(rows[0].tag, tag(98_399 - offset));
        assert_eq!(rows.len(), if offset == 98_399 { 1 } else { 2 });
    }
    let (_, rows) = Asked {
        store: &store,
        today: None,
        query: &query,
        newest_first: false,
    }
    .page(0, u32::MAX);
    assert_eq!(rows.len(), MOST_ROWS as usize);
}
