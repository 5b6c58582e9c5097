//! What the form is for: a first application, changes to one, or another year. The fields
//! are the same; what was said before is there already.

use super::sections::Section;
use crate::{
    api::{ApiError, applications, membership},
    platform::storage::StorageKey,
};
use ::api::{
    application::{Amendment, Application, Receipt, Submission},
    membership::{Renewal, Renewed},
};
use chrono::NaiveDate;
use program::answers::Answers;

/// What the form is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// A first application.
    Apply,
    /// An answer to a question about one, or something that is to be said otherwise.
    Amend {
        /// The application.
        id: String,
        /// What opens it; empty, if a session does.
        key: String,
        /// The version that was read.
        version: u32,
    },
    /// Another year.
    Renew {
        /// The namespace.
        namespace: String,
        /// The last day of the year that was read.
        until: NaiveDate,
    },
}

/// What came of sending.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is there, under a number.
    Received(Receipt),
    /// The application as it is now.
    Amended(Box<Application>),
    /// The year is granted, or a person looks.
    Renewed(Renewed),
}

impl Purpose {
    /// Where the browser keeps what is typed.
    pub const fn storage(&self) -> StorageKey {
        match self {
            Self::Apply => StorageKey::ApplicationDraft,
            Self::Amend { .. } => StorageKey::AmendmentDraft,
            Self::Renew { .. } => StorageKey::RenewalDraft,
        }
    }

    /// What a draft belongs to, so that it is not taken for that of another.
    pub fn about(&self) -> String {
        match self {
            Self::Apply => String::new(),
            Self::Amend { id, .. } => id.clone(),
            Self::Renew { namespace, until } => format!("{namespace} {until}"),
        }
    }

    /// The version of what it goes over; 0 where there are none.
    pub const fn version(&self) -> u32 {
        match self {
            Self::Amend { version, .. } => *version,
            Self::Apply | Self::Renew { .. } => 0,
        }
    }

    /// What the button says that sends it.
    pub const fn send_label(&self) -> &'static str {
        match self {
            Self::Apply => "Send the application",
            Self::Amend { .. } => "Send the changes",
            Self::Renew { .. } => "Renew",
        }
    }

    /// What stands beside that button.
    pub const fn send_note(&self) -> &'static str {
        match self {
            Self::Apply => "You get a number and a status page at once.",
            Self::Amend { .. } => "A reviewer reads them; the evidence is read anew.",
            Self::Renew { .. } => "At once, if everything still holds; otherwise a person looks.",
        }
    }

    /// Whether a section is filled in by the applicant. A renewal is for its namespace and
    /// comes from whoever is signed in.
    pub const fn asks(&self, section: Section) -> bool {
        !matches!(
            (self, section),
            (Self::Renew { .. }, Section::Namespace | Section::Contact)
        )
    }

    /// Whether the namespace is theirs already, so that nobody else's claim is asked about.
    pub const fn has_namespace(&self) -> bool {
        !matches!(self, Self::Apply)
    }

    /// Sends it. `key` makes sending the same twice safe, where the version does not.
    ///
    /// # Errors
    /// Wrong fields, a change in the meantime, or the server is away.
    pub async fn send(self, answers: Answers, key: &str) -> Result<Outcome, ApiError> {
        match self {
            Self::Apply => {
                let submission = Submission { answers };
                let receipt = applications::send(&submission, key).await?;
                Ok(Outcome::Received(receipt))
            }
            Self::Amend { id, key, version } => {
                let amendment = Amendment { answers, version };
                let application = applications::amend(&id, &key, &amendment).await?;
                Ok(Outcome::Amended(Box::new(application)))
            }
            Self::Renew { namespace, until } => {
                let renewal = Renewal { answers, until };
                let renewed = membership::renew(&namespace, &renewal).await?;
                Ok(Outcome::Renewed(renewed))
            }
        }
    }
}
