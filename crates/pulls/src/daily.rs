//! Counts by day, from all partitions.

use crate::calendar::{Day, Span};
use crate::days::Days;
use crate::desk::Desk;
use crate::order::sorted;
use crate::query::{Measure, Selection};
use crate::segment::Action;
use crate::tally::{ACTIONS, SLOTS};

impl Desk {
    /// How much of what a selection measures is on each of its days that have any, ascending.
    pub fn by_day(&self, days: &[Days], selection: &Selection) -> Vec<(Day, u64)> {
        let daily = self.daily(days);
        let counted = daily.in_span(selection.span);
        counted
            .filter_map(|day| Some((day.day?, day.measured(selection.measure))))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The partitions' day counts by day.
    pub(crate) fn daily(&self, days: &[Days]) -> Daily {
        let all: Vec<Option<Day>> = self
            .parts
            .iter()
            .flat_map(|part| part.days.iter().copied())
            .collect();
        let mut all = sorted(all, Option::cmp);
        all.dedup();
        let mut daily: Vec<DayCounts> = all
            .into_iter()
            .map(|day| DayCounts {
                day,
                counts: [0; ACTIONS * SLOTS],
                unique: (0, 0),
            })
            .collect();
        for (part, counted) in self.parts.iter().zip(days) {
            for (code, day) in part.days.iter().enumerate().take(counted.days) {
                let place = daily.partition_point(|d| d.day < *day);
                let entry = &mut daily[place];
                for (slot, sum) in entry.counts.iter_mut().enumerate() {
                    *sum += counted.counts[slot * counted.days + code];
                }
                let addresses = counted.unique[code];
                entry.unique.0 += addresses.0;
                entry.unique.1 = entry.unique.1.saturating_add(addresses.1);
            }
        }
        Daily { days: daily }
    }
}

/// Counts of a day by action and slot.
pub(crate) struct DayCounts {
    /// `None` for rows without a day.
    pub day: Option<Day>,
    pub counts: [u64; ACTIONS * SLOTS],
    pub unique: (u32, u64),
}

impl DayCounts {
    /// All slots of an action.
    pub fn of(&self, action: Action) -> u64 {
        let first = action as usize * SLOTS;
        self.counts[first..first + SLOTS].iter().sum()
    }

    /// What a chart stacks in a slot: pulls, or version checks when only they
    /// are measured.
    pub fn stacked(&self, measure: Measure, slot: usize) -> u64 {
        match measure {
            Measure::Checks => self.counts[Action::VersionCheck as usize * SLOTS + slot],
            _ => self.counts[slot] + self.counts[Action::PullByDigest as usize * SLOTS + slot],
        }
    }

    /// All that is measured.
    pub fn measured(&self, measure: Measure) -> u64 {
        let pulls = self.of(Action::PullByTag) + self.of(Action::PullByDigest);
        match measure {
            Measure::Pulls => pulls,
            Measure::Checks => self.of(Action::VersionCheck),
            Measure::Both => pulls + self.of(Action::VersionCheck),
        }
    }
}

/// All days with counts, ascending; rows without a day first.
pub(crate) struct Daily {
    pub days: Vec<DayCounts>,
}

impl Daily {
    /// Days of a span.
    pub fn within(&self, span: Span) -> &[DayCounts] {
        let from = self.days.partition_point(|d| d.day < Some(span.first));
        let to = self.days.partition_point(|d| d.day <= Some(span.last));
        &self.days[from..to]
    }

    /// Days of a span, or all; rows without a day always.
    pub fn in_span(&self, span: Option<Span>) -> impl Iterator<Item = &DayCounts> {
        self.days.iter().filter(move |d| match (d.day, span) {
            (Some(day), Some(span)) => span.contains(day),
            _ => true,
        })
    }

    /// What is measured in rows without a day.
    pub fn undated(&self, measure: Measure) -> u64 {
        let undated = self.days.iter().filter(|d| d.day.is_none());
        undated.map(|d| d.measured(measure)).sum()
    }

    /// Unique addresses in a span, if just one row tells them.
    pub fn unique(&self, span: Option<Span>) -> Option<u64> {
        span.and_then(|span| self.unique_of(self.within(span).iter()))
    }

    /// Unique addresses, if just one row tells them.
    pub fn unique_of<'a>(&self, days: impl Iterator<Item = &'a DayCounts>) -> Option<u64> {
        let (rows, sum) = days.fold((0u32, 0u64), |a, d| {
            (a.0 + d.unique.0, a.1.saturating_add(d.unique.1))
        });
        (rows == 1).then_some(sum)
    }
}

/// The median of what is known.
pub(crate) fn median(values: &[Option<u64>]) -> Option<u64> {
    let known: Vec<u64> = values.iter().flatten().copied().collect();
    let known = sorted(known, u64::cmp);
    known.get(known.len() / 2).copied()
}

/// A count that at least `limit` of the codes reach, and few more: found by
/// halving the range of counts.
pub(crate) fn least_of_first(counts: &[u64], codes: &[u32], limit: usize) -> u64 {
    let (mut low, mut high) = (
        0u64,
        codes.iter().map(|c| counts[*c as usize]).max().unwrap_or(0),
    );
    while low < high {
        let middle = high - (high - low) / 2;
        if codes
            .iter()
            .filter(|c| counts[**c as usize] >= middle)
            .count()
            >= limit
        {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}
