//! Signing in: a code by mail, and no password.

use chrono::{DateTime, Utc};
use program::mail::MailAddress;
use serde::{Deserialize, Serialize};

/// Asks for a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeRequest {
    /// Where it goes.
    pub mail: MailAddress,
}

/// What was done about it; the same whether there is such an account or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeSent {
    /// Until when the code is good.
    pub until: DateTime<Utc>,
    /// From when on another one may be asked for.
    pub again: DateTime<Utc>,
}

/// Gives the code back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeGiven {
    /// Where it went.
    pub mail: MailAddress,
    /// Six digits; blanks between them are forgiven.
    pub code: String,
}
