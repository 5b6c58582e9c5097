//! How the rows that a selection keeps spread over tags and days: what the
//! chart is drawn from.

use crate::header::Column;
use crate::partition::Partition;
use crate::query::Selection;
use crate::sieve::{BLOCK, FILTERED, IN_SPAN, Sieve, blocks, flagged};
use crate::tally::{ACTIONS, OTHER, SLOTS};
use serde::{Deserialize, Serialize};

/// Pulls or checks by slot and day in one partition: filters, but not the
/// span, since a comparison looks outside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// Number of day codes.
    pub days: usize,
    /// `counts[(action * SLOTS + slot) * days + day code]`, by the actions' numbers.
    pub counts: Vec<u64>,
    /// Rows that tell unique addresses, and their sum; the sum means something
    /// only when there is one row.
    pub unique: Vec<(u32, u64)>,
}

impl Partition {
    /// How all rows spread over slots and days, if a selection filters none and they
    /// are counted so already.
    pub fn days_of_all(&self, selection: &Selection, slots: &[u8]) -> Option<Days> {
        let grid = self
            .grid
            .as_ref()
            .filter(|_| selection.filters.is_empty())?;
        let days = self.days.len();
        let tells_addresses = self.segments.iter().any(|s| s.unique.is_some());
        (!tells_addresses).then(|| Days {
            days,
            counts: grid.spread(slots, days),
            unique: vec![(0, 0); days],
        })
    }

    /// How the rows that match a selection's filters spread over slots and
    /// days. `slots` gives the slot of each tag code; codes beyond it are
    /// [`OTHER`].
    #[inline(never)] // its callers are built for size
    pub fn days(&self, selection: &Selection, slots: &[u8]) -> Days {
        let days = self.days.len();
        let counts = match self.known_grid(&selection.filters) {
            Some(grid) => grid.spread(slots, days),
            None => self.spread_rows(selection, slots),
        };
        Days {
            days,
            counts,
            unique: self.unique_addresses(selection),
        }
    }

    /// Adds up row by row, where there are too many tags and days for a grid.
    fn spread_rows(&self, selection: &Selection, slots: &[u8]) -> Vec<u64> {
        let sieve = Sieve::new(self, selection);
        let days = self.days.len();
        let mut counts = vec![0u64; ACTIONS * SLOTS * days];
        let (mut masks, mut list) = ([0; BLOCK], [0; BLOCK]);
        for segment in &self.segments {
            let (tags, day_codes) = (segment.column(Column::Tag), segment.column(Column::Day));
            for block in blocks(segment.len()) {
                let first = block.start;
                let masks = sieve.block(segment, block, &mut masks);
                for row in flagged(masks, FILTERED, &mut list) {
                    let row = first + usize::from(*row);
                    let slot = slots.get(tags.get(row) as usize).copied().unwrap_or(OTHER);
                    let series = segment.actions[row] as usize * SLOTS + slot as usize;
                    counts[series * days + day_codes.get(row) as usize] += segment.count(row);
                }
            }
        }
        counts
    }

    /// Rows in the span that tell unique addresses, by day code.
    fn unique_addresses(&self, selection: &Selection) -> Vec<(u32, u64)> {
        let mut unique = vec![(0u32, 0u64); self.days.len()];
        let sieve = Sieve::new(self, selection);
        let (mut masks, mut list) = ([0; BLOCK], [0; BLOCK]);
        for segment in &self.segments {
            let Some(addresses) = &segment.unique else {
                continue;
            };
            let day_codes = segment.column(Column::Day);
            for block in blocks(segment.len()) {
                let first = block.start;
                let masks = sieve.block(segment, block, &mut masks);
                for row in flagged(masks, IN_SPAN, &mut list) {
                    let row = first + usize::from(*row);
                    if addresses[row] > 0 {
                        let day = &mut unique[day_codes.get(row) as usize];
                        day.0 += 1;
                        day.1 = day.1.saturating_add(addresses[row]);
                    }
                }
            }
        }
        unique
    }
}
