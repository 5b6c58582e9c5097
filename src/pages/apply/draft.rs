//! The draft: what was typed, in this browser, from the first keystroke until it
//! is sent. It never leaves the browser by itself.

use crate::platform::storage::{self, StorageKey};
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
}

/// The draft that this browser keeps.
pub fn load() -> Option<Draft> {
    let text = storage::read(StorageKey::ApplicationDraft)?;
    serde_json::from_str(&text).ok()
}

/// Keeps a draft; says whether the browser did.
pub fn keep(draft: &Draft) -> bool {
    serde_json::to_string(draft)
        .is_ok_and(|text| storage::write(StorageKey::ApplicationDraft, &text))
}

/// Forgets the draft.
pub fn forget() {
    storage::remove(StorageKey::ApplicationDraft);
}
