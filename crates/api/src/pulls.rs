//! What is told of the pulls of a namespace besides its views.

use chrono::NaiveDate;
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
