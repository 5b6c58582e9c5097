//! Memberships: the year, its notices and whether they arrived, who maintains the
//! namespace, and renewing it.

use chrono::{DateTime, NaiveDate, Utc};
use program::{
    Criterion, Finding,
    answers::Answers,
    mail::MailAddress,
    membership::{Notice, Phase, Term},
    roles::Role,
};
use serde::{Deserialize, Serialize};

/// A membership as its maintainers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The namespace.
    pub namespace: String,
    /// The year.
    pub term: Term,
    /// Why it was ended before its time, if it was; for its owners and the people who run the
    /// program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_because: Option<String>,
    /// Where it is today.
    pub phase: Phase,
    /// Today, in UTC, by the server’s clock.
    pub today: NaiveDate,
    /// The notices of the year, in order.
    pub notices: Vec<NoticeState>,
    /// Who maintains it, owners first.
    pub maintainers: Vec<Maintainer>,
    /// Who was invited and has not answered.
    pub invitations: Vec<Invitation>,
    /// What whoever asks is in it; nothing for the people who run the program.
    pub role: Option<Role>,
    /// The renewal that waits for a person, if there is one.
    pub waiting: Option<WaitingRenewal>,
}

/// A renewal that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingRenewal {
    /// The application, for its address.
    pub id: String,
    /// For people.
    pub number: String,
    /// The day until which it is to be decided.
    pub target: NaiveDate,
}

/// A notice and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeState {
    /// Which.
    pub notice: Notice,
    /// The day on which it is due.
    pub on: NaiveDate,
    /// What became of it.
    pub state: Delivery,
}

/// What became of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "delivery")]
pub enum Delivery {
    /// Its day is still to come.
    Ahead,
    /// It was handed over to every owner.
    Given {
        /// When the last of them had it.
        at: DateTime<Utc>,
    },
    /// It is written and was not handed over to every owner yet.
    Waiting {
        /// How many mails wait.
        mails: u32,
        /// Why the last attempt came to nothing, if there was one.
        error: Option<String>,
    },
    /// A later notice came before it could be handed over.
    Missed,
}

/// Somebody who maintains a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Maintainer {
    /// The number of the account.
    pub id: i64,
    /// How they are called.
    pub name: String,
    /// Their address.
    pub mail: MailAddress,
    /// What they are.
    pub role: Role,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether it is whoever asks.
    pub is_me: bool,
}

/// Somebody who may join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// Their address.
    pub mail: MailAddress,
    /// As what.
    pub role: Role,
    /// Who invites.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Until when it is open.
    pub until: DateTime<Utc>,
}

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewInvitation {
    /// Their address.
    pub mail: MailAddress,
    /// As what.
    pub role: Role,
}

/// A role to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleChange {
    /// Which.
    pub role: Role,
}

/// What a renewal begins with: all that was said before, and how it stands today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Renewable {
    /// The form as it was last accepted.
    pub answers: Answers,
    /// What is found today, one finding a criterion.
    pub findings: Vec<Finding>,
    /// When that was read.
    pub checked_at: DateTime<Utc>,
    /// What a person would have to look at; if there is nothing, one step renews.
    pub to_be_looked_at: Vec<Criterion>,
    /// The last day of the year that would be renewed.
    pub until: NaiveDate,
    /// The year that would follow, if it were renewed today.
    pub next: Term,
}

/// Renews.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Renewal {
    /// The form, as far as something changed.
    pub answers: Answers,
    /// The last day of the year that was read; another one in the meantime is a conflict.
    pub until: NaiveDate,
}

/// What became of a renewal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Renewed {
    /// Everything holds: the next year is granted.
    Granted {
        /// The year.
        term: Term,
    },
    /// A person looks at it; the present year goes on meanwhile.
    InReview {
        /// The application.
        renewal: WaitingRenewal,
        /// What they look at.
        to_be_looked_at: Vec<Criterion>,
    },
}

/// A mail that has not gone out, for the people who run the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StuckMail {
    /// Its number.
    pub id: i64,
    /// To whom: an address, or “the owners of” a namespace that has none.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried again.
    pub again_at: DateTime<Utc>,
    /// Why it did not go out the last time; nothing if it was not tried yet.
    pub error: Option<String>,
}
