//! Lists of values beside the chart: the most frequent of each dimension, those
//! that a search finds, every repository.

use crate::desk::{Desk, LISTED};
use crate::order::sorted;
use crate::query::{Dimension, Measure, Query};
use crate::tally::Tally;
use crate::view::{Breakdown, Entry};

impl Desk {
    pub(crate) fn breakdowns(&mut self, query: &Query, tallies: &[Tally]) -> Vec<Breakdown> {
        self.remember(tallies);
        let list = |(at, dimension): (usize, Dimension)| {
            let counts = &self.last[at];
            let all = self.merge_base(at, query.measure);
            Breakdown {
                dimension,
                entries: self.entries(at, counts, LISTED, |_| true),
                distinct: counts.iter().filter(|c| **c > 0).count() as u64,
                all: all.iter().filter(|c| **c > 0).count() as u64,
                total: counts.iter().sum(),
                known: all.iter().skip(1).any(|c| *c > 0),
            }
        };
        Dimension::ALL.into_iter().enumerate().map(list).collect()
    }

    /// Keeps the counts of a view, to search in them; [`Self::view`] does so by itself.
    pub fn remember(&mut self, tallies: &[Tally]) {
        self.last = (0..Dimension::ALL.len())
            .map(|at| self.merge(at, tallies.iter().map(|t| &t.values[at][..])))
            .collect();
    }

    pub(crate) fn repositories(&self) -> Vec<String> {
        let at = Dimension::ALL
            .iter()
            .position(|d| *d == Dimension::Repository)
            .unwrap_or(0);
        let counts = self.merge_base(at, Measure::Both);
        let held = (1..counts.len()).filter(|code| counts[*code] > 0);
        let name = |code| String::from_utf8_lossy(self.dictionaries[at].value(code as u32));
        sorted(
            held.map(|code| name(code).into_owned()).collect(),
            String::cmp,
        )
    }

    fn entries(
        &self,
        at: usize,
        counts: &[u64],
        limit: usize,
        keep: impl Fn(&str) -> bool,
    ) -> Vec<Entry> {
        let text = |code: u32| String::from_utf8_lossy(self.dictionaries[at].value(code));
        let mut codes: Vec<u32> = (0..counts.len() as u32)
            .filter(|c| counts[*c as usize] > 0 && keep(&text(*c)))
            .collect();
        self.sort_by_count(at, counts, &mut codes, limit);
        codes
            .into_iter()
            .map(|code| Entry {
                value: text(code).into_owned(),
                count: counts[code as usize],
                slot: if at == 0 {
                    self.colors.iter().find(|c| c.0 == code).map(|c| c.1)
                } else {
                    None
                },
            })
            .collect()
    }

    /// Values of a dimension in the last view whose text holds `text`,
    /// whatever the case, and those of `also`, which are shown under names that
    /// hold it: the first `limit`, most frequent first.
    pub fn find(
        &self,
        dimension: Dimension,
        text: &str,
        also: &[String],
        limit: usize,
    ) -> Vec<Entry> {
        let at = Dimension::ALL
            .iter()
            .position(|d| *d == dimension)
            .unwrap_or(0);
        let wanted = text.to_lowercase();
        let Some(counts) = self.last.get(at) else {
            return Vec::new();
        };
        self.entries(at, counts, limit, |value| {
            value.to_lowercase().contains(&wanted) || also.iter().any(|shown| shown == value)
        })
    }
}
