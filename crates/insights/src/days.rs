//! Which days a namespace has, and which months of them a view needs.

use crate::{ALWAYS, Insights, InsightsError, Namespace};
use pull_store::Kept;
use pulls::calendar::{Day, Span};
use pulls::desk::Desk;
use pulls::query::Query;
use pulls::served;
use pulls::told::Told;

/// A month, as far as it has rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its days.
    pub span: Span,
    /// Changes whenever its rows do.
    pub version: u64,
    /// Bytes of its rows added up, as they are kept.
    pub bytes: u64,
}

/// The days of a namespace.
pub struct Days {
    /// What the page is told of them.
    pub told: Told,
    /// What is kept of each that has rows.
    kept: Vec<Kept>,
}

impl Days {
    /// The months that a query needs, those without rows included.
    pub fn months(&self, query: &Query) -> Vec<Month> {
        let desk = self.desk(0);
        desk.needed(query)
            .into_iter()
            .flat_map(served::months)
            .map(|span| self.month(span))
            .collect()
    }

    /// Changes whenever rows of any of them do.
    pub fn version(&self) -> u64 {
        version(&self.kept)
    }

    /// Changes whenever what is shown of them may: with their rows, and as days begin and end.
    pub fn shown_version(&self) -> u64 {
        [self.told.days.last, self.told.over]
            .iter()
            .fold(self.version(), |version, day| {
                mixed(version, u64::from(day.0.unsigned_abs()))
            })
    }

    /// The days that have rows, in order.
    pub fn with_rows(&self) -> impl Iterator<Item = Day> {
        self.kept.iter().map(|kept| kept.day)
    }

    fn month(&self, span: Span) -> Month {
        let from = self.kept.partition_point(|kept| kept.day < span.first);
        let to = self.kept.partition_point(|kept| kept.day <= span.last);
        let kept = &self.kept[from..to];
        Month {
            span,
            version: version(kept),
            bytes: kept.iter().map(|kept| kept.rollup_bytes).sum(),
        }
    }

    /// A desk over so many partitions that knows these days.
    pub fn desk(&self, partitions: usize) -> Desk {
        let mut desk = Desk::new(partitions);
        desk.told = Some(self.told);
        desk
    }
}

/// Changes whenever the rows of these days do.
pub(crate) fn version(days: &[Kept]) -> u64 {
    let mut version = 0;
    for kept in days {
        for part in [
            u64::from(kept.day.0.unsigned_abs()),
            kept.version,
            kept.rows,
        ] {
            version = mixed(version, part);
        }
    }
    version
}

/// FNV-1a over numbers: any change of one changes it.
pub(crate) fn mixed(version: u64, part: u64) -> u64 {
    (version ^ part).wrapping_mul(0x0100_0000_01b3) ^ (part >> 32)
}

impl Insights {
    /// Changes whenever pulls of a namespace are counted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn version(&self, of: &Namespace) -> Result<u64, InsightsError> {
        self.version_of(of, ALWAYS)
    }

    /// Changes whenever the rows of a span do.
    pub(crate) fn version_of(&self, of: &Namespace, span: Span) -> Result<u64, InsightsError> {
        Ok(version(&self.store.kept(&of.names(), span)?))
    }

    /// The days of a namespace; `None` if it has no pull.
    pub(crate) fn days(&self, of: &Namespace) -> Result<Option<Days>, InsightsError> {
        let kept = self.store.kept(&of.names(), ALWAYS)?;
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
            return Ok(None);
        };
        // A registry’s clock may be ahead of ours, by minutes.
        let end = of.today.map_or(last.day, |today| today.max(last.day));
        let over = match of.today {
            Some(today) => Day(today.0 - 1),
            None => end,
        };
        Ok(Some(Days {
            told: Told {
                days: Span::new(first.day, end),
                over,
                rows: kept.iter().map(|kept| kept.rows).sum(),
            },
            kept,
        }))
    }
}
