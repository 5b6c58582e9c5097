//! What is told of the pulls of a namespace besides its views.

use chrono::{DateTime, NaiveDate, Utc};
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
    /// The repository, by its name without the namespace.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// What it stood for after the last push of the day.
    pub digest: String,
    /// When that was, to the second.
    pub at: DateTime<Utc>,
    /// How often it was pushed on that day.
    pub times: u64,
}
