//! What somebody with an account sees of it: namespaces, invitations, applications and
//! access tokens; and what is kept about a person as a whole.

use crate::application::Application;
use chrono::{DateTime, NaiveDate, Utc};
use program::{life_cycle::Stage, mail::MailAddress, membership::Phase, roles::Role};
use serde::{Deserialize, Serialize};

/// Whoever is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Their address.
    pub mail: MailAddress,
    /// How they are called.
    pub name: String,
    /// Whether they run the program.
    pub is_staff: bool,
}

/// What somebody has here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Who it is.
    pub me: Me,
    /// The namespaces that they maintain.
    pub namespaces: Vec<Maintained>,
    /// Namespaces that they may join.
    pub invitations: Vec<Invited>,
    /// What they applied for, newest first.
    pub applications: Vec<Applied>,
    /// Their access tokens, newest first.
    pub tokens: Vec<Token>,
    /// Where they are signed in, newest first.
    pub sessions: Vec<Session>,
}

/// A namespace that somebody maintains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Maintained {
    /// The namespace.
    pub namespace: String,
    /// What they are in it.
    pub role: Role,
    /// Where its membership is; nothing if it never was in the program.
    pub phase: Option<Phase>,
    /// The last day of its year.
    pub until: Option<NaiveDate>,
}

/// A namespace that somebody may join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invited {
    /// The namespace.
    pub namespace: String,
    /// As what.
    pub role: Role,
    /// Who invites.
    pub by: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// An application of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Applied {
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
}

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it ends by itself.
    pub until: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// What a script may do with a token, never more than its owner may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read memberships, their notices and calendars.
    Read,
    /// Renew memberships, invite and change roles.
    Write,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "read memberships",
            Self::Write => "read, renew and invite",
        }
    }

    /// Whether it goes with something that needs `wanted`.
    pub const fn allows(self, wanted: Self) -> bool {
        matches!((self, wanted), (Self::Write, _) | (Self::Read, Self::Read))
    }
}

/// An access token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// The last letters of the secret, to tell one from another.
    pub hint: String,
    /// What it may.
    pub scope: Scope,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The day on which it was last used.
    pub last_used: Option<NaiveDate>,
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may.
    pub scope: Scope,
    /// After how many days it ends: 1 to 366.
    pub days: u32,
}

/// A token with its secret, which is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// What will be shown of it later.
    pub token: Token,
    /// For the header `Authorization: Bearer …`.
    pub secret: String,
}

/// Everything that is kept about a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalData {
    /// The address that all of it hangs on.
    pub mail: MailAddress,
    /// When this was put together.
    pub as_of: DateTime<Utc>,
    /// The account, if there is one.
    pub account: Option<Account>,
    /// Every application from that address, with its history.
    pub applications: Vec<Application>,
    /// What it is invited to.
    pub invitations: Vec<Invited>,
    /// Mails to that address, sent and waiting.
    pub mails: Vec<KeptMail>,
}

/// What is kept of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptMail {
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it was handed over, if it was.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A person, by address; in a body and not in an address, so that no log holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The address.
    pub mail: MailAddress,
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Erased {
    /// Whether there was an account.
    pub account: bool,
    /// Applications that no longer name the person.
    pub applications: u32,
    /// Mails that are kept no longer.
    pub mails: u32,
}
