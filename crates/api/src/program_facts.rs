//! What is known of the program as it runs here.

use chrono::NaiveDate;
use forges::Forge;
use program::evidence::{Claim, Reading};
use serde::{Deserialize, Serialize};

/// What the form and the program page need to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProgramFacts {
    /// The forges that a page may ask itself; any other is asked by the server.
    pub forges: Vec<Forge>,
    /// Days within which an application is to be decided.
    pub target_days: u32,
    /// Half of all decisions took at most so many days; nothing before there are enough of them.
    pub median_days: Option<f64>,
    /// How many decisions that was counted from.
    pub decisions: u32,
    /// Today, in UTC, by the server’s clock.
    pub today: NaiveDate,
}

/// What is known of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespaceFacts {
    /// Whether the registry knows it.
    pub registered: Reading<bool>,
    /// Whether the program knows it.
    pub claimed: Reading<Claim>,
}
