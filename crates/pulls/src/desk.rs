//! Brings the partitions' answers together: one numbering of values over all
//! of them, the choice of tags that get a color, and the [`View`].

use crate::calendar::{Day, Granularity, Span};
use crate::daily::{Daily, least_of_first, median};
use crate::days::Days;
use crate::dictionary::{Dictionary, EMPTY};
use crate::order::{sort, sorted};
use crate::partition::Partition;
use crate::query::{Compare, Dimension, Measure, Query, Selection, SpanChoice};
use crate::segment::Action;
use crate::tally::{BASE, Base, NO_TAG, OTHER, SLOTS, Tally};
use crate::told::{Told, earlier};
use crate::view::{Comparison, Period, Role, Series, Totals, Unique, View};
use serde::{Deserialize, Serialize};

/// Tags that get a color and a series of their own.
pub const COLORED: usize = OTHER as usize;
/// A chart has at most so many periods; a longer span is drawn by a coarser one.
pub const MAX_PERIODS: usize = 4000;
/// A breakdown lists so many values; more are found by searching.
pub const LISTED: usize = 100;

/// What a partition has learnt since it last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// How often the partition has forgotten all values.
    pub epoch: u32,
    /// For each dimension, its new values, one after the other.
    pub values: Vec<(Vec<u8>, Vec<u32>)>,
    /// The day of each day code.
    pub days: Vec<Option<Day>>,
    /// Counts of all its rows.
    pub base: Base,
    /// Its rows.
    pub rows: u64,
}

impl Partition {
    /// What it has learnt since, in an epoch of its own, it held so many values of
    /// each dimension; in another epoch, all.
    pub fn news(&self, epoch: u32, known: &[usize]) -> News {
        let known = if epoch == self.epoch { known } else { &[] };
        let values = Dimension::ALL
            .into_iter()
            .enumerate()
            .map(|(at, dimension)| {
                let dictionary = &self.dictionaries[dimension.column() as usize];
                let (mut text, mut ends) = (Vec::new(), Vec::new());
                for code in known.get(at).copied().unwrap_or(0)..dictionary.len() {
                    text.extend_from_slice(dictionary.value(code as u32));
                    ends.push(text.len() as u32);
                }
                (text, ends)
            });
        News {
            epoch: self.epoch,
            values: values.collect(),
            days: self.days.clone(),
            base: self.base.clone(),
            rows: self.rows(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Part {
    epoch: u32,
    /// For each dimension, the desk's code of each of the partition's.
    codes: Vec<Vec<u32>>,
    pub days: Vec<Option<Day>>,
    base: Base,
    rows: u64,
}

/// The tags that get a color in a view, by the desk's codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    tags: Vec<(u32, u8)>,
}

/// All partitions' values under one numbering.
pub struct Desk {
    pub(crate) dictionaries: Vec<Dictionary>,
    pub(crate) parts: Vec<Part>,
    /// The finest period that the files allow.
    pub finest: Granularity,
    /// What a store said of its days, if the rows are of one.
    pub told: Option<Told>,
    /// The counts of the last view, for searching within a breakdown.
    pub(crate) last: Vec<Vec<u64>>,
    pub(crate) colors: Vec<(u32, u8)>,
}

impl Desk {
    /// A desk over so many partitions.
    pub fn new(partitions: usize) -> Self {
        Self {
            dictionaries: Dimension::ALL.iter().map(|_| Dictionary::new()).collect(),
            parts: (0..partitions).map(|_| Part::default()).collect(),
            finest: Granularity::Day,
            told: None,
            last: Vec::new(),
            colors: Vec::new(),
        }
    }

    /// Takes in what a partition has learnt.
    ///
    /// # Panics
    /// If there is no such partition.
    pub fn learn(&mut self, part: usize, news: News) {
        if self.parts[part].epoch != news.epoch {
            self.parts[part] = Part {
                epoch: news.epoch,
                ..Part::default()
            };
            if self.parts.iter().all(|part| part.codes.is_empty()) {
                // No code is in use any more.
                let parts = std::mem::take(&mut self.parts);
                let (finest, told) = (self.finest, self.told);
                *self = Self {
                    finest,
                    told,
                    parts,
                    ..Self::new(0)
                };
            }
        }
        let part = &mut self.parts[part];
        part.codes.resize(Dimension::ALL.len(), Vec::new());
        for (at, (text, ends)) in news.values.iter().enumerate() {
            let mut start = 0;
            for &end in ends {
                let code = self.dictionaries[at].code_unlimited(&text[start..end as usize]);
                part.codes[at].push(code);
                start = end as usize;
            }
        }
        part.days = news.days;
        part.base = news.base;
        part.rows = news.rows;
    }

    /// What a partition is known to have learnt: its epoch, and how many values of
    /// each dimension, to ask for [`Partition::news`] with.
    ///
    /// # Panics
    /// If there is no such partition.
    pub fn known(&self, part: usize) -> (u32, Vec<usize>) {
        let part = &self.parts[part];
        (part.epoch, part.codes.iter().map(Vec::len).collect())
    }

    /// All days with rows, first to last; with counts by week or month, to
    /// the end of the last of them.
    pub fn available(&self) -> Option<Span> {
        if let Some(told) = self.told {
            return Some(told.days);
        }
        let days = self.days_with_rows();
        let (first, last) = (days.first()?, days.last()?);
        Some(Span {
            first: *first,
            last: if self.finest == Granularity::Day {
                *last
            } else {
                self.finest.next(*last).plus(-1)
            },
        })
    }

    /// Days with rows, ascending, whatever a query filters.
    fn days_with_rows(&self) -> Vec<Day> {
        let mut days = Vec::new();
        for part in &self.parts {
            if part.codes.is_empty() {
                continue;
            }
            for (day, count) in part.days.iter().zip(part.base.of(0, Measure::Both)) {
                if let (Some(day), true) = (day, count > 0) {
                    days.push(*day);
                }
            }
        }
        let mut days = sorted(days, Day::cmp);
        days.dedup();
        days
    }

    /// The rows that a query asks for: its span settled on the days there are.
    pub fn selection(&self, query: &Query) -> Selection {
        let available = self.available();
        Selection {
            span: self.span(query, available),
            measure: query.measure,
            filters: query.filters.clone(),
        }
    }

    pub(crate) fn span(&self, query: &Query, available: Option<Span>) -> Option<Span> {
        let available = available?;
        match query.span {
            SpanChoice::All => Some(available),
            SpanChoice::LastMonths(months) => {
                let first = query
                    .by
                    .max(self.finest)
                    .start(available.last.plus(1).minus_months(u32::from(months)));
                Some(Span::new(first.max(available.first), available.last))
            }
            // Kept as asked, also beyond the files' days: a link says what it says. What
            // a week or month counts cannot be parted.
            SpanChoice::Days(span) => Some(Span::new(
                self.finest.start(span.first),
                self.finest.next(span.last).plus(-1),
            )),
        }
    }

    /// Chooses the tags that get a color. A tag that is among the most
    /// frequent of all rows has the color of its rank there, whatever is
    /// filtered; others take the colors that are left.
    pub fn palette(&mut self, query: &Query, tallies: &[Tally]) -> Palette {
        let counts = self.merge(0, tallies.iter().map(|t| &t.values[0][..]));
        let top = self.most_frequent(0, &counts, COLORED);
        let all = self.merge_base(0, query.measure);
        let ranks: Vec<u32> = self.most_frequent(0, &all, COLORED);
        let mut tags = Vec::with_capacity(top.len());
        let mut free: Vec<u8> = (0..COLORED as u8).collect();
        for code in &top {
            if let Some(rank) = ranks.iter().position(|r| r == code) {
                tags.push((*code, rank as u8));
                free.retain(|slot| *slot != rank as u8);
            }
        }
        for code in &top {
            if !tags.iter().any(|t| t.0 == *code) && !free.is_empty() {
                tags.push((*code, free.remove(0)));
            }
        }
        tags = sorted(tags, |a: &(u32, u8), b| a.1.cmp(&b.1));
        self.colors.clone_from(&tags);
        Palette { tags }
    }

    /// The slot of each tag code of a partition.
    ///
    /// # Panics
    /// If there is no such partition.
    pub fn slots(&self, part: usize, palette: &Palette) -> Vec<u8> {
        let Some(codes) = self.parts[part].codes.first() else {
            return Vec::new();
        };
        let mut slots = vec![OTHER; codes.len()];
        for (slot, code) in slots.iter_mut().zip(codes) {
            if *code == EMPTY {
                *slot = NO_TAG;
            } else if let Some((_, color)) = palette.tags.iter().find(|t| t.0 == *code) {
                *slot = *color;
            }
        }
        slots
    }

    /// Codes other than the empty one with the highest counts, ties by value.
    fn most_frequent(&self, at: usize, counts: &[u64], limit: usize) -> Vec<u32> {
        let mut codes: Vec<u32> = (1..counts.len() as u32)
            .filter(|c| counts[*c as usize] > 0)
            .collect();
        self.sort_by_count(at, counts, &mut codes, limit);
        codes
    }

    pub(crate) fn sort_by_count(
        &self,
        at: usize,
        counts: &[u64],
        codes: &mut Vec<u32>,
        limit: usize,
    ) {
        let dictionary = &self.dictionaries[at];
        let order = |a: usize, b: usize| {
            counts[b]
                .cmp(&counts[a])
                .then_with(|| dictionary.value(a as u32).cmp(dictionary.value(b as u32)))
        };
        if codes.len() > limit {
            // Of very many values only those that can be among the first are sorted.
            let least = least_of_first(counts, codes, limit);
            codes.retain(|code| counts[*code as usize] >= least);
        }
        let mut places: Vec<usize> = codes.iter().map(|code| *code as usize).collect();
        sort(&mut places, &order);
        places.truncate(limit);
        *codes = places.into_iter().map(|place| place as u32).collect();
    }

    pub(crate) fn merge<'a>(&self, at: usize, parts: impl Iterator<Item = &'a [u64]>) -> Vec<u64> {
        let mut counts = vec![0; self.dictionaries[at].len()];
        for (part, local) in self.parts.iter().zip(parts) {
            let Some(codes) = part.codes.get(at) else {
                continue;
            };
            for (code, count) in codes.iter().zip(local) {
                counts[*code as usize] += count;
            }
        }
        counts
    }

    pub(crate) fn merge_base(&self, at: usize, measure: Measure) -> Vec<u64> {
        let column = Dimension::ALL[at].column();
        let base = BASE.iter().position(|c| *c == column).unwrap_or(0);
        let local: Vec<Vec<u64>> = self
            .parts
            .iter()
            .map(|p| {
                if p.codes.is_empty() {
                    Vec::new()
                } else {
                    p.base.of(base, measure)
                }
            })
            .collect();
        self.merge(at, local.iter().map(|l| &l[..]))
    }

    /// The view of a query, from the partitions' tallies and days, in their order.
    pub fn view(
        &mut self,
        query: &Query,
        palette: &Palette,
        tallies: &[Tally],
        days: &[Days],
    ) -> View {
        let available = self.available();
        let span = self.span(query, available);
        let with_rows = self.days_with_rows();
        let (by, whole) = span.map_or_else(
            || (query.by.max(self.finest), Vec::new()),
            |span| self.periods(query, span, available),
        );
        let daily = self.daily(days);
        let (mut totals, mut periods) = (Totals::default(), Vec::with_capacity(whole.len()));
        let mut values = vec![vec![0u64; whole.len()]; SLOTS];
        let mut checks = vec![0u64; whole.len()];
        let mut unique: Vec<Option<u64>> = Vec::with_capacity(whole.len());
        let mut slot_totals = [0u64; SLOTS];
        for (at, period) in whole.iter().enumerate() {
            let shown = span.and_then(|s| s.intersection(*period));
            let covered = shown.and_then(|s| self.over()?.intersection(s));
            for day in shown.map_or(&[][..], |s| daily.within(s)) {
                for (slot, values) in values.iter_mut().enumerate() {
                    values[at] += day.stacked(query.measure, slot);
                }
                checks[at] += day.of(Action::VersionCheck);
            }
            unique.push(daily.unique(shown));
            periods.push(Period {
                span: *period,
                covered: covered.map_or(0, Span::days),
                missing: !shown.is_some_and(|s| self.is_known(s, &with_rows)),
            });
        }
        for day in daily.in_span(span) {
            totals.by_tag += day.of(Action::PullByTag);
            totals.by_digest += day.of(Action::PullByDigest);
            totals.checks += day.of(Action::VersionCheck);
            for (slot, total) in slot_totals.iter_mut().enumerate() {
                *total += day.stacked(query.measure, slot);
            }
        }
        totals.unique = match span {
            None => daily.unique_of(daily.days.iter()).map(Unique::Whole),
            Some(_) => median(&unique).map(Unique::MedianPeriod),
        };
        let comparison = self.compare(query, by, &periods, available, &with_rows, &daily);
        let mut series = Vec::new();
        let named = palette.tags.iter().map(|(code, slot)| {
            let name = String::from_utf8_lossy(self.dictionaries[0].value(*code)).into_owned();
            (name, Role::Tag(*slot), *slot)
        });
        for (name, role, slot) in named.chain([
            (String::new(), Role::Other, OTHER),
            (String::new(), Role::NoTag, NO_TAG),
        ]) {
            let total = slot_totals[slot as usize];
            if total > 0 {
                series.push(Series {
                    name,
                    role,
                    values: std::mem::take(&mut values[slot as usize]),
                    total,
                });
            }
        }
        let breakdowns = self.breakdowns(query, tallies);
        let measured = daily.in_span(span).map(|day| day.measured(query.measure));
        let (matching_rows, all_rows) = match self.told {
            // What is held has added rows up; each stood for one action.
            Some(told) => (measured.sum(), told.rows),
            None => (
                tallies.iter().map(|t| t.rows).sum(),
                self.parts.iter().map(|p| p.rows).sum(),
            ),
        };
        View {
            available,
            span,
            by,
            finest: self.finest,
            totals,
            comparison,
            periods,
            series,
            checks,
            unique,
            breakdowns,
            repositories: self.repositories(),
            undated: daily.undated(query.measure),
            matching_rows,
            all_rows,
        }
    }

    fn compare(
        &self,
        query: &Query,
        by: Granularity,
        periods: &[Period],
        available: Option<Span>,
        with_rows: &[Day],
        daily: &Daily,
    ) -> Option<Comparison> {
        if query.compare == Compare::Nothing || periods.is_empty() {
            return None;
        }
        // Of both, pulls are compared: they are what the chart stacks.
        let measure = match query.measure {
            Measure::Both => Measure::Pulls,
            other => other,
        };
        let sum = |span: Span| {
            let days = daily.within(span).iter();
            days.map(|day| day.measured(measure)).sum::<u64>()
        };
        let mut comparison = Comparison {
            values: Vec::new(),
            periods: 0,
            now: 0,
            then: 0,
            span: None,
        };
        for period in periods {
            let earlier = earlier(query.compare, period.span, periods.len() as u32, by);
            let known = available.is_some_and(|a| a.intersection(earlier) == Some(earlier))
                && self.is_known(earlier, with_rows);
            let then = known.then(|| sum(earlier));
            comparison.values.push(then);
            if let (Some(then), true, false) = (then, period.is_whole(), period.missing) {
                comparison.periods += 1;
                comparison.now += sum(period.span);
                comparison.then += then;
                comparison.span = Some(Span::new(
                    comparison.span.map_or(earlier.first, |s| s.first),
                    earlier.last,
                ));
            }
        }
        Some(comparison)
    }
}
