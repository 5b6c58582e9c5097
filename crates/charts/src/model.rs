//! What a chart shows, before any question of where and how.

/// Where a period stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketState {
    /// The period is over and every day of it is known.
    Complete,
    /// The period is not over: so many of its days are counted.
    Running {
        /// Days counted so far, fewer than [`Bucket::days`].
        elapsed_days: u16,
    },
    /// Nothing is known about the period: a gap, never zero.
    Missing,
}

/// One period on the time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// First day, in days since 1970-01-01 (UTC).
    pub first_day: i32,
    /// Length in days: 1 for a day, 7 for a week, 28 to 31 for a month.
    pub days: u16,
    /// Whether it is over, running or unknown.
    pub state: BucketState,
}

impl Bucket {
    /// Last day, in days since 1970-01-01. Points are drawn at this day: a value
    /// is known when its period has passed.
    #[must_use]
    pub fn last_day(&self) -> i32 {
        self.first_day
            .saturating_add(i32::from(self.days.max(1)) - 1)
    }

    /// Whether a day, counted since 1970-01-01, is in the period.
    #[must_use]
    pub fn has(&self, day: i32) -> bool {
        (self.first_day..=self.last_day()).contains(&day)
    }

    /// Whether the period has values at all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.state != BucketState::Missing
    }

    /// Whether the period is not over.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.state, BucketState::Running { .. })
    }
}

/// What a series stands for; decides color, dash, hatching and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A named tag with its palette slot, 0 to 7. Higher slots take the colors
    /// again with other dashes.
    Tag(u8),
    /// All tags that have no series of their own.
    Other,
    /// Pulls by digest, without a tag.
    Digest,
    /// Version checks: always a line, never part of the stack.
    VersionCheck,
}

impl Role {
    /// Whether the series is part of the stack (version checks are not).
    #[must_use]
    pub fn stacks(self) -> bool {
        self != Self::VersionCheck
    }
}

/// One series: a name and a value for each period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartSeries {
    /// The name as the reader sees it: a tag, or words such as "other tags".
    pub name: String,
    /// What it stands for.
    pub role: Role,
    /// One value for each bucket; missing ones at the end count as zero. Values
    /// of missing periods are ignored.
    pub values: Vec<u64>,
}

/// A tag that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// On which day, counted since 1970-01-01 (UTC).
    pub day: i32,
    /// The tag, as the reader tells it from those of other repositories.
    pub tag: String,
}

/// How the series are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Areas on top of one another, the total in ink on top.
    #[default]
    Stacked,
    /// One line each, from the same baseline.
    Lines,
}

/// Everything a chart shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChartModel {
    /// The periods, oldest first.
    pub buckets: Vec<Bucket>,
    /// The series, in any order: the stack sorts them by [`Role`].
    pub series: Vec<ChartSeries>,
    /// The total of the stacked series for each period; `None` where unknown.
    pub total: Vec<Option<u64>>,
    /// The total of the compared period, aligned by position; `None` in it
    /// where nothing is comparable (also for the running period).
    pub comparison: Option<Vec<Option<u64>>>,
    /// The tags that were pushed, in the order of time; those of other days are passed over.
    pub pushes: Vec<Push>,
    /// What is counted, in the reader's words, such as "pulls".
    pub unit: String,
}

impl ChartModel {
    /// The model with its totals added up from the stacked series.
    ///
    /// Periods that are missing get no total; sums saturate.
    #[must_use]
    pub fn with_totals(mut self) -> Self {
        self.total = self
            .buckets
            .iter()
            .enumerate()
            .map(|(i, bucket)| bucket.is_known().then(|| self.stack_sum(i)))
            .collect();
        self
    }

    /// The value of a series in a period; `None` if the period is missing or
    /// either index is out of range.
    #[must_use]
    pub fn value(&self, series: usize, bucket: usize) -> Option<u64> {
        let known = self.buckets.get(bucket)?.is_known();
        let series = self.series.get(series)?;
        known.then(|| series.values.get(bucket).copied().unwrap_or(0))
    }

    /// The tags that were pushed in a period, each once.
    #[must_use]
    pub fn pushed(&self, bucket: usize) -> Vec<&str> {
        let mut tags = Vec::new();
        if let Some(bucket) = self.buckets.get(bucket) {
            for push in self.pushes.iter().filter(|push| bucket.has(push.day)) {
                if !tags.contains(&&*push.tag) {
                    tags.push(&*push.tag);
                }
            }
        }
        tags
    }

    /// The sum of the stacked series in a period, saturating.
    #[must_use]
    pub fn stack_sum(&self, bucket: usize) -> u64 {
        self.series
            .iter()
            .filter(|series| series.role.stacks())
            .fold(0, |sum: u64, series| {
                sum.saturating_add(series.values.get(bucket).copied().unwrap_or(0))
            })
    }

    /// Indices of the stacked series from bottom to top: tags in palette order,
    /// then other tags, then pulls by digest.
    #[must_use]
    pub fn stack_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.series.len())
            .filter(|&i| self.series[i].role.stacks())
            .collect();
        order.sort_by_key(|&i| (self.series[i].role, i));
        order
    }
}
