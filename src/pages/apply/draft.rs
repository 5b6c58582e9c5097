//! The draft: what was typed, in this browser, from the first keystroke until it
//! is sent. It never leaves the browser by itself.

use crate::platform::{
    clock, randomness,
    storage::{self, StorageKey},
};
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
    /// What makes sending it twice safe. It goes with these words: others get another.
    pub key: String,
    /// Whether it was given to the server, and no answer came yet.
    #[serde(default)]
    pub is_on_its_way: bool,
}

impl Draft {
    /// A draft of these words, changed now.
    pub fn of(answers: Answers) -> Self {
        Self {
            answers,
            changed_at: clock::now(),
            // Without randomness the time has to do: two tabs of one person do not
            // begin in the same millisecond.
            key: randomness::token().unwrap_or_else(|| format!("at-{:016}", clock::now_ms())),
            is_on_its_way: false,
        }
    }
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
