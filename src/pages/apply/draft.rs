//! The draft: what was typed, in this browser, from the first word until it
//! is sent. It never leaves the browser by itself.

use super::purpose::Purpose;
use crate::platform::storage;
use chrono::{DateTime, Utc};
use program::answers::Answers;
use serde::{Deserialize, Serialize};

/// A draft as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// What was typed.
    pub answers: Answers,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
    /// What makes sending these words twice safe; there once they were given to the server.
    pub key: Option<String>,
    /// The version of that which it was written over; 0 where there are none.
    #[serde(default)]
    pub version: u32,
}

/// The draft that this browser keeps for something.
pub fn load(purpose: &Purpose) -> Option<Draft> {
    let text = storage::read_about(purpose.storage(), &purpose.about())?;
    serde_json::from_str(&text).ok()
}

/// Keeps a draft; says whether the browser did.
pub fn keep(purpose: &Purpose, draft: &Draft) -> bool {
    serde_json::to_string(draft)
        .is_ok_and(|text| storage::write_about(purpose.storage(), &purpose.about(), &text))
}

/// Forgets the draft.
pub fn forget(purpose: &Purpose) {
    storage::remove_about(purpose.storage(), &purpose.about());
}
