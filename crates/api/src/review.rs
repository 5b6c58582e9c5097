//! Reviewing: what waits, one application with all that is known of it, and what a
//! reviewer does with it.

use crate::application::Application;
use chrono::{DateTime, NaiveDate, Utc};
use program::{decision::Opinions, life_cycle::Stage};
use serde::{Deserialize, Serialize};

/// An application in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queued {
    /// For its address.
    pub id: String,
    /// For people.
    pub number: String,
    /// The namespace.
    pub namespace: String,
    /// Where it is.
    pub stage: Stage,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// The day until which it is to be decided.
    pub target: NaiveDate,
    /// Whether a member asks for another year with it.
    pub renews: bool,
}

/// What waits, oldest first: a part of it, if it is long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queue {
    /// What waits for the program.
    pub waiting: Vec<Queued>,
    /// What waits for applicants.
    pub asked: Vec<Queued>,
    /// How many there are of the first kind in all.
    pub waiting_count: u32,
    /// How many there are of the second kind in all.
    pub asked_count: u32,
    /// What to ask for the next part with; nothing if this is the last.
    pub next: Option<String>,
}

/// One application for a reviewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Case {
    /// The application; its opinions are those of the review, also before they are said.
    pub application: Application,
    /// Other applications for the same namespace, with a repository of the same address, or
    /// from the same mail address.
    pub related: Vec<Queued>,
    /// What reviewers noted for each other, oldest first.
    pub notes: Vec<Note>,
}

/// What a reviewer noted; no applicant reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// A note to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewNote {
    /// What.
    pub text: String,
}

/// Marks and reasons, over the version that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marks {
    /// A mark for each criterion that has one.
    pub opinions: Opinions,
    /// The version that was read.
    pub version: u32,
}

/// What a reviewer decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// Accept.
    Approve {
        /// Why, although a criterion is not met; empty if all are.
        #[serde(default)]
        exception: String,
    },
    /// Ask for changes.
    Ask {
        /// The last day for an answer.
        until: NaiveDate,
    },
    /// Do not accept.
    Decline,
}

/// A decision with the marks it rests on, over the version that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// What is decided.
    pub decision: Decision,
    /// A mark for each criterion.
    pub opinions: Opinions,
    /// The version that was read; another one in the meantime is a conflict.
    pub version: u32,
}

/// A mail as it would go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailPreview {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// Other proof of control that a reviewer accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherProof {
    /// What it is; it goes on record.
    pub reason: String,
    /// The version that was read.
    pub version: u32,
}
