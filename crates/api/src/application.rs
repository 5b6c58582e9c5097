//! Applications: what is sent, what comes back, and what can be read later.

use chrono::{DateTime, NaiveDate, Utc};
use program::{
    Finding, answers::Answers, decision::Opinions, evidence::Trouble, life_cycle::Stage,
    source::SourceAddress,
};
use serde::{Deserialize, Serialize};

/// What an applicant sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// The form.
    pub answers: Answers,
}

/// What an applicant gets for it. It holds the only copy of the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The application, for its address.
    pub id: String,
    /// The application, for people: `2026-0413`.
    pub number: String,
    /// What opens it, for the fragment of its address.
    pub key: String,
}

/// What an applicant changes: a whole form, over the version it was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Amendment {
    /// The form.
    pub answers: Answers,
    /// The version that was read; another one in the meantime is a conflict.
    pub version: u32,
}

/// An application as its applicant sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Application {
    /// For its address.
    pub id: String,
    /// For people.
    pub number: String,
    /// Where it is.
    pub stage: Stage,
    /// Counts every change.
    pub version: u32,
    /// The form as it was last sent.
    pub answers: Answers,
    /// The findings of the last check, one a criterion.
    pub findings: Vec<Finding>,
    /// When that check was made.
    pub checked_at: DateTime<Utc>,
    /// What the reviewers said, once it is the applicant’s to read.
    pub opinions: Opinions,
    /// The day until which a decision is to be made.
    pub target: NaiveDate,
    /// Proof that the applicant controls the source.
    pub control: Control,
    /// What has happened, oldest first.
    pub history: Vec<Event>,
    /// Whether a member asks for another year with it.
    pub renews: bool,
}

/// Proof of control over the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Control {
    /// What to put into a file of the repository or its description.
    pub token: String,
    /// When it was found there, or other proof was accepted.
    pub proven_at: Option<DateTime<Utc>>,
}

/// What looking for the token gave, a repository at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlCheck {
    /// Whether it is in all of them.
    pub is_proven: bool,
    /// Each repository.
    pub sources: Vec<ControlledSource>,
}

/// Whether the token is in a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlledSource {
    /// The repository.
    pub address: SourceAddress,
    /// Whether the token is there.
    pub has_token: bool,
    /// Why that could not be read, if so.
    pub trouble: Option<Trouble>,
}

/// Something that happened to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Who, by the name that reviewers go by, “the command line” or “the server”; nothing for the
    /// applicant.
    pub by: Option<String>,
    /// Why, as it went on record: of an approval although a criterion is not met, and of other
    /// proof of control. Only reviewers read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can happen to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// It came in.
    Received,
    /// Somebody began to read it.
    Begun,
    /// Changes were asked for.
    ChangesAsked,
    /// The applicant answered or amended.
    Answered,
    /// Control of the source was proven.
    ControlProven,
    /// It was approved.
    Approved,
    /// It was declined.
    Declined,
    /// It was taken back.
    Withdrawn,
    /// Another year was granted in one step, since everything still holds.
    Renewed,
    /// The membership that it led to was ended before its time.
    Ended,
    /// The namespace that it is about got another name.
    Renamed,
    /// What it held about a person was erased.
    Erased,
}

impl EventKind {
    /// What happened, in a word or two.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "Received",
            Self::Begun => "Being read",
            Self::ChangesAsked => "Changes asked for",
            Self::Answered => "Answered",
            Self::ControlProven => "Control proven",
            Self::Approved => "Approved",
            Self::Declined => "Declined",
            Self::Withdrawn => "Withdrawn",
            Self::Renewed => "Renewed",
            Self::Ended => "Ended",
            Self::Renamed => "Renamed",
            Self::Erased => "Erased",
        }
    }
}
