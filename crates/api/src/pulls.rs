//! What is told of the pulls of a namespace besides its views.

use chrono::{DateTime, NaiveDate, Utc};
use program::pulls::PullSettings;
use serde::{Deserialize, Serialize};

/// How many different clients there were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visitors {
    /// In each week or month that has any, in order. They cannot be added up.
    pub periods: Vec<PeriodVisitors>,
}

/// How many different clients there were in a week or month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeriodVisitors {
    /// Its first day.
    pub start: NaiveDate,
    /// How many, by their addresses.
    pub visitors: u64,
}

/// The tags that were pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pushes {
    /// One for each tag and day, newest first.
    pub pushes: Vec<Push>,
    /// Whether there are earlier ones between these days than are listed.
    pub has_earlier: bool,
}

/// A tag that was pushed on a day, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Push {
    /// The day.
    pub day: NaiveDate,
    /// The repository, by its name without the namespace.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// What it stood for after the last push of the day. Pages do not read it.
    #[cfg_attr(not(feature = "openapi"), serde(skip_deserializing))]
    pub digest: String,
    /// When that was, to the second. Pages do not read it: what reads moments is long.
    #[cfg_attr(not(feature = "openapi"), serde(skip_deserializing))]
    pub at: DateTime<Utc>,
    /// How often it was pushed on that day. Pages do not read it.
    #[cfg_attr(not(feature = "openapi"), serde(skip_deserializing))]
    pub times: u64,
}

/// The totals of the pulls of a namespace, as its maintainers publish them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullTotals {
    /// The namespace.
    pub namespace: String,
    /// The first day with any pull or version check: what was before is not known. Nothing if there
    /// is none yet.
    pub known_from: Option<NaiveDate>,
    /// Those of the last twelve whole months.
    pub months: PulledIn,
    /// Those of the last thirty days that are over.
    pub days: PulledIn,
}

/// What was pulled in some days, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PulledIn {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// Pulls that named a tag.
    pub by_tag: u64,
    /// Pulls that named a digest and no tag.
    pub by_digest: u64,
    /// Version checks, which are no pulls.
    pub version_checks: u64,
    /// Each repository, the most pulled first.
    pub repositories: Vec<RepositoryPulled>,
    /// How many there are; more than are listed, if there are very many.
    pub repository_count: usize,
}

impl PulledIn {
    /// Pulls, by tag and by digest.
    pub fn pulls(&self) -> u64 {
        self.by_tag + self.by_digest
    }
}

/// What was pulled of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepositoryPulled {
    /// Its name without the namespace.
    pub repository: String,
    /// Pulls that named a tag.
    pub by_tag: u64,
    /// Pulls that named a digest and no tag.
    pub by_digest: u64,
    /// Version checks, which are no pulls.
    pub version_checks: u64,
}

/// What maintainers decided about the pulls of their namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullSettingsState {
    /// What holds.
    pub settings: PullSettings,
    /// Counts changes; the one that a change was made from goes with it.
    pub version: u64,
    /// Whether whoever asks may change it: who runs the program may only see it.
    pub may_change: bool,
}

/// Another decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullSettingsChange {
    /// All of it.
    pub settings: PullSettings,
    /// The version that it was made from; another one in the meantime is a conflict.
    pub version: u64,
}
