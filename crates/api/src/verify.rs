//! What is checked of a badge, as far as a server has to say it. The rest happens in the
//! visitor’s browser.

use chrono::{DateTime, Utc};
use program::sponsorship::Sponsorship;
use serde::{Deserialize, Serialize};

/// What is published of a namespace for whoever checks its badge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verifiable {
    /// The namespace.
    pub namespace: String,
    /// Where people reach the program, without a slash at the end: what credentials begin with.
    pub base_url: String,
    /// The time, by the server’s clock.
    pub now: DateTime<Utc>,
    /// What the program itself says of the namespace.
    pub sponsorship: Sponsorship,
    /// The last credential that was signed for it, as a JSON Web Token in compact form.
    pub credential: Option<String>,
    /// How often it was renewed without a gap.
    pub renewals: u32,
    /// The name that it has now, if it was renamed.
    pub renamed_to: Option<String>,
}
