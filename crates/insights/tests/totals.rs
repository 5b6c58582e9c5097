//! Totals of a span are what a plain loop over the pulls adds up, and of two spans the tags that
//! are told changed are those that changed.

mod support;

use insights::{Figures, Limits, TagName, Totals};
use proptest::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use pulls::segment::Action;
use std::collections::BTreeMap;
use support::{Fact, Store, counts, facts, first_day, naive, namespace, todays};

fn expected(facts: &[Fact], span: Span) -> Totals {
    let mut totals = Totals::default();
    let ours = facts.iter().filter(|fact| fact.is_ours());
    for fact in ours.filter(|fact| span.contains(fact.day())) {
        let repository = fact.text(Column::Repository).to_owned();
        let of_repository = totals.repositories.entry(repository.clone()).or_default();
        for figures in [of_repository, &mut totals.all] {
            match fact.action {
                Action::PullByTag => figures.by_tag += 1,
                Action::PullByDigest => figures.by_digest += 1,
                Action::VersionCheck => figures.version_checks += 1,
            }
        }
        let tag = naive::plain(fact.text(Column::Tag)).to_owned();
        if fact.action == Action::PullByTag && !tag.is_empty() {
            *totals.tags.entry(TagName { repository, tag }).or_default() += 1;
        }
    }
    totals
}

fn spans() -> impl Strategy<Value = Span> {
    (-20..120i32, 0..80i32).prop_map(|(first, days)| {
        let first = first_day().plus(first);
        Span::new(first, first.plus(days))
    })
}

fn some_tags() -> impl Strategy<Value = Totals> {
    let tag = (0..3u8, 0..5u8).prop_map(|(repository, tag)| TagName {
        repository: format!("r{repository}"),
        tag: format!("t{tag}"),
    });
    prop::collection::btree_map(tag, 0..20u64, 0..15).prop_map(|tags| Totals {
        tags,
        ..Totals::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn totals_are_what_a_loop_adds_up(
        facts in facts(80),
        blocks in 1..20usize,
        span in spans(),
        counts in counts(),
    ) {
        let store = Store::of(&facts, blocks);
        *store.counts.lock().unwrap() = counts;
        let insights = store.insights(Limits::default());
        let whole = expected(&facts, span);
        let found = insights.totals(&namespace(None), span, true).unwrap();
        prop_assert_eq!(&found, &whole);
        prop_assert_eq!(found.all.pulls(), whole.all.by_tag + whole.all.by_digest);
        prop_assert_eq!(found.all.is_nothing(), whole.all == Figures::default());
        let without = insights.totals(&namespace(None), span, false).unwrap();
        prop_assert_eq!(without, Totals { tags: BTreeMap::new(), ..whole });
    }

    #[test]
    fn repositories_of_each_week_and_month_are_what_a_loop_adds_up(
        facts in facts(80),
        span in spans(),
        by in prop::sample::select(vec![Granularity::Week, Granularity::Month]),
        counts in counts(),
    ) {
        let store = Store::of(&facts, 3);
        *store.counts.lock().unwrap() = counts;
        let mut sums: BTreeMap<(Day, String), u64> = BTreeMap::new();
        let ours = facts.iter().filter(|fact| fact.is_ours() && span.contains(fact.day()));
        for fact in ours.filter(|fact| fact.action != Action::VersionCheck) {
            let repository = fact.text(Column::Repository).to_owned();
            *sums.entry((by.start(fact.day()), repository)).or_default() += 1;
        }
        let insights = store.insights(Limits::default());
        let found = insights.repository_pulls(&namespace(None), span, by).unwrap();
        let found: Vec<_> = found
            .into_iter()
            .map(|one| ((one.period, one.repository), one.pulls))
            .collect();
        prop_assert_eq!(found, sums.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn known_are_the_days_from_the_first_pull_to_the_last_that_is_over(
        facts in facts(20), today in todays(),
    ) {
        let store = Store::of(&facts, 3);
        let known = store.insights(Limits::default()).known_days(&namespace(today)).unwrap();
        let days = || facts.iter().filter(|fact| fact.is_ours()).map(Fact::day);
        let over = today.map(|today| today.plus(-1)).or(days().max());
        let expected = days().min().zip(over).filter(|(first, over)| first <= over);
        prop_assert_eq!(known, expected.map(|(first, over)| Span::new(first, over)));
    }

    #[test]
    fn the_tags_that_changed_most_come_first_and_none_that_did_not(
        before in some_tags(), now in some_tags(), most in 0..8usize,
    ) {
        let of = |totals: &Totals, tag: &TagName| totals.tags.get(tag).copied().unwrap_or(0);
        let changed = now.most_changed(&before, most);
        for (tag, was, is) in &changed {
            prop_assert_eq!((*was, *is), (of(&before, tag), of(&now, tag)));
            prop_assert!(was != is);
        }
        for pair in changed.windows(2) {
            let by = |(_, was, is): &(&TagName, u64, u64)| was.abs_diff(*is);
            let (first, second) = (by(&pair[0]), by(&pair[1]));
            prop_assert!(first > second || (first == second && pair[0].0 < pair[1].0));
        }
        let all: std::collections::BTreeSet<&TagName> = before.tags.keys().chain(now.tags.keys()).collect();
        let others = all.iter().filter(|tag| of(&before, tag) != of(&now, tag)).count();
        prop_assert_eq!(changed.len(), others.min(most));
        // What is left out changed no more than what is there.
        if let Some((_, was, is)) = changed.last() {
            let least = was.abs_diff(*is);
            let left = all.iter().filter(|tag| !changed.iter().any(|(one, ..)| one == *tag));
            for tag in left {
                prop_assert!(of(&before, tag).abs_diff(of(&now, tag)) <= least);
            }
        }
    }

    #[test]
    fn the_tags_that_were_pulled_most_come_first(now in some_tags(), most in 0..8usize) {
        let pulled = now.most_pulled(most);
        prop_assert_eq!(pulled.len(), now.tags.len().min(most));
        for pair in pulled.windows(2) {
            prop_assert!(pair[0].1 > pair[1].1 || (pair[0].1 == pair[1].1 && pair[0].0 < pair[1].0));
        }
        let least = pulled.last().map_or(u64::MAX, |(_, pulls)| *pulls);
        let left = now.tags.iter().filter(|(tag, _)| !pulled.iter().any(|(one, _)| one == tag));
        for (_, pulls) in left {
            prop_assert!(*pulls <= least);
        }
    }
}
