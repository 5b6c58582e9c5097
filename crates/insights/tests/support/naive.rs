//! What a plain loop over the pulls says of a query.

use super::{FORMER, Fact, NAME};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use pulls::query::{Compare, Dimension, Measure, Query, SpanChoice};
use pulls::segment::Action;
use pulls::view::{Comparison, Role, Row, View};
use std::collections::BTreeMap;

/// A text, as it is shown.
pub fn plain(text: &str) -> &str {
    if matches!(text, "\\N" | "null" | "NULL") {
        ""
    } else {
        text
    }
}

pub fn value(fact: &Fact, dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Namespace => NAME,
        other => plain(fact.text(other.column())),
    }
}

/// All days, the last of them that is over, and the days that a query asks for.
pub struct Settled {
    pub available: Span,
    pub over: Day,
    pub span: Span,
}

pub fn settled(facts: &[Fact], today: Option<Day>, query: &Query) -> Option<Settled> {
    let days = || facts.iter().filter(|fact| fact.is_ours()).map(Fact::day);
    let (first, last) = (days().min()?, days().max()?);
    let end = today.map_or(last, |today| today.max(last));
    let span = match query.span {
        SpanChoice::All => Span::new(first, end),
        SpanChoice::LastMonths(months) => {
            let from = query.by.start(end.plus(1).minus_months(months.into()));
            Span::new(from.max(first), end)
        }
        SpanChoice::Days(span) => span,
    };
    Some(Settled {
        available: Span::new(first, end),
        over: today.map_or(end, |today| today.plus(-1)),
        span,
    })
}

pub fn is_kept(fact: &Fact, query: &Query) -> bool {
    fact.is_ours()
        && query.filters.iter().all(|filter| {
            let value = value(fact, filter.dimension);
            filter.values.iter().any(|named| plain(named) == value) != filter.exclude
        })
}

/// Facts of a query’s span, filters and measure, in the order of days and then as they came:
/// those under the former name before the others.
pub fn matching<'a>(facts: &'a [Fact], span: Span, query: &Query) -> Vec<&'a Fact> {
    let mut found: Vec<&Fact> = facts
        .iter()
        .filter(|fact| is_kept(fact, query) && span.contains(fact.day()))
        .filter(|fact| query.measure.counts(fact.action))
        .collect();
    found.sort_by_key(|fact| (fact.day(), fact.owner));
    found
}

pub fn row(fact: &Fact) -> Row {
    let text = |column| plain(fact.text(column)).to_owned();
    Row {
        day: Some(fact.day()),
        action: fact.action,
        count: 1,
        namespace: NAME.to_owned(),
        repository: text(Column::Repository),
        tag: text(Column::Tag),
        digest: text(Column::Digest),
        country: text(Column::Country),
        tool: text(Column::Tool),
        version: text(Column::Version),
        network: text(Column::Network),
        host: text(Column::Host),
        domain: text(Column::Domain),
    }
}

/// Values by how often they occur, the most frequent first, and then by name.
pub fn ranked<'a>(values: impl Iterator<Item = &'a str>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts
        .into_iter()
        .map(|(value, count)| (value.to_owned(), count))
        .collect();
    ranked.sort_by_key(|(_, count)| u64::MAX - count);
    ranked
}

/// Holds a view against the loop.
pub fn check(view: &View, facts: &[Fact], today: Option<Day>, query: &Query) {
    let settled = settled(facts, today, query).unwrap();
    let span = settled.span;
    assert_eq!(view.available, Some(settled.available));
    assert_eq!(view.span, Some(span));
    assert_eq!(view.by, query.by);
    assert_eq!(view.undated, 0);
    let ours = facts.iter().filter(|fact| fact.is_ours());
    assert_eq!(view.all_rows, ours.count() as u64);
    let kept: Vec<&Fact> = facts
        .iter()
        .filter(|fact| is_kept(fact, query) && span.contains(fact.day()))
        .collect();
    let counted = matching(facts, span, query);
    assert_eq!(view.matching_rows, counted.len() as u64);
    let number = |action| kept.iter().filter(|fact| fact.action == action).count() as u64;
    assert_eq!(view.totals.by_tag, number(Action::PullByTag));
    assert_eq!(view.totals.by_digest, number(Action::PullByDigest));
    assert_eq!(view.totals.checks, number(Action::VersionCheck));
    assert_eq!(view.totals.unique, None);
    check_breakdowns(view, &counted);
    check_periods(view, &settled, query.by);
    check_series(view, &kept, &counted, query.measure);
    let comparison = comparison(view, facts, &settled, query);
    assert_eq!(view.comparison, comparison);
}

fn check_breakdowns(view: &View, counted: &[&Fact]) {
    assert_eq!(view.breakdowns.len(), Dimension::ALL.len());
    for breakdown in &view.breakdowns {
        let ranked = ranked(counted.iter().map(|fact| value(fact, breakdown.dimension)));
        assert_eq!(breakdown.distinct, ranked.len() as u64);
        assert_eq!(breakdown.total, counted.len() as u64);
        let listed: Vec<_> = breakdown
            .entries
            .iter()
            .map(|entry| (entry.value.clone(), entry.count))
            .collect();
        assert_eq!(listed, ranked, "{:?}", breakdown.dimension);
    }
}

fn check_periods(view: &View, settled: &Settled, by: Granularity) {
    let mut periods: BTreeMap<Day, (u32, bool)> = BTreeMap::new();
    let mut day = settled.span.first;
    while day <= settled.span.last {
        let (covered, is_known) = periods.entry(by.start(day)).or_default();
        let is_there = settled.available.contains(day);
        *covered += u32::from(is_there && day <= settled.over);
        *is_known |= is_there;
        day = day.plus(1);
    }
    let found: Vec<_> = view
        .periods
        .iter()
        .map(|period| {
            assert_eq!(period.span.last, by.next(period.span.first).plus(-1));
            (period.span.first, (period.covered, !period.missing))
        })
        .collect();
    assert_eq!(found, Vec::from_iter(periods));
}

fn check_series(view: &View, kept: &[&Fact], counted: &[&Fact], measure: Measure) {
    let tags = ranked(counted.iter().map(|fact| value(fact, Dimension::Tag)));
    let named: Vec<&str> = tags
        .iter()
        .map(|(tag, _)| tag.as_str())
        .filter(|tag| !tag.is_empty())
        .take(8)
        .collect();
    // Of both, pulls are stacked.
    let stacked = if measure == Measure::Both {
        Measure::Pulls
    } else {
        measure
    };
    let in_periods = |is_of: &dyn Fn(&Fact) -> bool| -> Vec<u64> {
        let periods = view.periods.iter();
        periods
            .map(|period| {
                let of = kept.iter().filter(|fact| is_of(fact));
                of.filter(|fact| period.span.contains(fact.day())).count() as u64
            })
            .collect()
    };
    let checks = in_periods(&|fact| fact.action == Action::VersionCheck);
    assert_eq!(view.checks, checks);
    let mut expected: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut expect = |name: &str, is_of: &dyn Fn(&str) -> bool| {
        let values =
            in_periods(&|fact| stacked.counts(fact.action) && is_of(value(fact, Dimension::Tag)));
        if values.iter().any(|value| *value > 0) {
            expected.insert(name.to_owned(), values);
        }
    };
    for tag in &named {
        expect(&format!("tag {tag}"), &|value| value == *tag);
    }
    expect("other", &|tag| !tag.is_empty() && !named.contains(&tag));
    expect("none", &|tag| tag.is_empty());
    let mut slots = Vec::new();
    let found: BTreeMap<String, Vec<u64>> = view
        .series
        .iter()
        .map(|series| {
            assert_eq!(series.total, series.values.iter().sum::<u64>());
            let name = match series.role {
                Role::Tag(slot) => {
                    slots.push(slot);
                    format!("tag {}", series.name)
                }
                Role::Other => "other".to_owned(),
                Role::NoTag => "none".to_owned(),
            };
            (name, series.values.clone())
        })
        .collect();
    assert_eq!(found, expected);
    assert!(slots.is_sorted() && slots.iter().all(|slot| *slot < 8));
}

fn comparison(view: &View, facts: &[Fact], settled: &Settled, query: &Query) -> Option<Comparison> {
    if query.compare == Compare::Nothing || view.periods.is_empty() {
        return None;
    }
    let measure = if query.measure == Measure::Both {
        Measure::Pulls
    } else {
        query.measure
    };
    let sum = |span: Span| {
        let kept = facts.iter().filter(|fact| is_kept(fact, query));
        let counted = kept.filter(|fact| measure.counts(fact.action));
        counted.filter(|fact| span.contains(fact.day())).count() as u64
    };
    let periods = view.periods.len() as u32;
    let mut found = Comparison {
        values: Vec::new(),
        periods: 0,
        now: 0,
        then: 0,
        span: None,
    };
    for period in &view.periods {
        let now = period.span.first;
        let first = match (query.compare, query.by) {
            (Compare::YearBefore, Granularity::Month) => now.minus_months(12),
            (Compare::YearBefore, _) => now.plus(-364),
            (_, Granularity::Day) => now.plus(-(periods as i32)),
            (_, Granularity::Week) => now.plus(-7 * periods as i32),
            (_, Granularity::Month) => now.minus_months(periods),
        };
        let earlier = Span::new(first, query.by.next(first).plus(-1));
        let is_known =
            settled.available.contains(earlier.first) && settled.available.contains(earlier.last);
        found.values.push(is_known.then(|| sum(earlier)));
        if is_known && period.covered == period.span.days() && !period.missing {
            found.periods += 1;
            found.now += sum(period.span);
            found.then += sum(earlier);
            let from = found.span.map_or(earlier.first, |span| span.first);
            found.span = Some(Span::new(from, earlier.last));
        }
    }
    Some(found)
}

/// A field as CSV has it, made plain for a spreadsheet if `safe`.
fn field(text: &str, safe: bool) -> String {
    let text = if safe && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// The raw file of some facts.
pub fn csv(facts: &[&Fact], safe: bool) -> String {
    let mut text = String::from(
        "action,action_day,country,digest,http_method,host,namespace,reference,repository,tag,timestamp,type,user_agent_tool,user_agent_version,domain\n",
    );
    for fact in facts {
        let of = |column| field(fact.text(column), safe);
        let day = fact.day().to_string();
        let (digest, tag) = (of(Column::Digest), of(Column::Tag));
        let reference = match fact.action {
            Action::PullByDigest => digest.clone(),
            _ => tag.clone(),
        };
        let method = if fact.is_get { "GET" } else { "HEAD" };
        let fields = [
            fact.action.name().to_owned(),
            day.clone(),
            of(Column::Country),
            digest,
            method.to_owned(),
            of(Column::Host),
            NAME.to_owned(),
            reference,
            of(Column::Repository),
            tag,
            format!("{day} 00:00:00"),
            of(Column::Network),
            of(Column::Tool),
            of(Column::Version),
            of(Column::Domain),
        ];
        text += &fields.join(",");
        text.push('\n');
    }
    assert!(!text.contains(FORMER));
    text
}

/// The summary of a query.
pub fn summary(facts: &[Fact], span: Span, query: &Query, by_reference: bool) -> String {
    let mut lines: BTreeMap<(&str, &str), [u64; 3]> = BTreeMap::new();
    for fact in facts {
        if is_kept(fact, query) && span.contains(fact.day()) {
            let tag = value(fact, Dimension::Tag);
            let reference = match (by_reference, tag) {
                (false, _) => "",
                (true, "") => fact.text(Column::Digest),
                (true, tag) => tag,
            };
            let line = (fact.text(Column::Repository), reference);
            lines.entry(line).or_default()[fact.action as usize] += 1;
        }
    }
    let reference = if by_reference { "reference," } else { "" };
    let mut text = format!(
        "namespace,repository,{reference}unique_ip_address,pull_by_tag,pull_by_digest,version_check\n"
    );
    for ((repository, reference), [tag, digest, check]) in lines {
        let reference = if by_reference {
            format!("{reference},")
        } else {
            String::new()
        };
        text += &format!("{NAME},{repository},{reference},{tag},{digest},{check}\n");
    }
    text
}
