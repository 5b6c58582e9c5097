//! What comes out for each criterion: where a project stands, why, by what
//! testimony, and what would change it.

use crate::{
    commercial::MoneyTopic,
    criteria::{Criterion, Standing},
    evidence::Trouble,
    source::SourceAddress,
    wording::Wording,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One criterion, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The criterion.
    pub criterion: Criterion,
    /// Why it stands as it does.
    pub reason: Reason,
    /// Who said what it rests on.
    pub testimony: Vec<Testimony>,
}

/// Something that was read, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Testimony {
    /// Where it was read: `github.com/fluent/fluentd`, `registry`.
    pub from: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happened last that shows a project to be alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// A push to the source.
    Push,
    /// A pushed image.
    Image,
    /// Dependencies brought up to date.
    Dependencies,
}

/// What a repository page needs for the badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// A description.
    Description,
    /// A contributing guide.
    Contributing,
    /// A website.
    Website,
}

/// Why a criterion stands as it does. The variants name their criterion first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Reason {
    /// No repository was named yet.
    SourceOpen,
    /// All can be read by anyone.
    SourcePublic {
        /// How many.
        count: usize,
    },
    /// The forge shows nothing at the address to somebody without an account.
    SourceNotFound {
        /// The repository.
        at: SourceAddress,
    },
    /// The forge says that it is private.
    SourcePrivate {
        /// The repository.
        at: SourceAddress,
    },
    /// It is a copy of another repository.
    SourceFork {
        /// The repository.
        at: SourceAddress,
    },
    /// The forge is none of those that can be asked.
    SourceElsewhere {
        /// The repository.
        at: SourceAddress,
    },
    /// The forge knows it under another address now.
    SourceMoved {
        /// As it was written.
        at: SourceAddress,
        /// Where it is.
        to: SourceAddress,
    },
    /// The applicant says otherwise than the forge.
    SourceDiffers {
        /// The repository.
        at: SourceAddress,
    },
    /// No license was named yet.
    LicenseOpen,
    /// What was written is not an expression that can be read.
    LicenseUnreadable {
        /// What is wrong with it.
        message: String,
    },
    /// The OSI approved it.
    LicenseApproved {
        /// The expression.
        license: String,
    },
    /// It is one of the project's own.
    LicenseOwn {
        /// What it is called.
        license: String,
    },
    /// The OSI did not approve it.
    LicenseNotApproved {
        /// As it is named.
        license: String,
        /// Why not; continues the name.
        why: String,
        /// The repository that is under it, unless the application says so itself.
        at: Option<SourceAddress>,
    },
    /// The forge recognized no license in the repository.
    LicenseNotSeen {
        /// The repository.
        at: SourceAddress,
    },
    /// The applicant says otherwise than the forge.
    LicenseDiffers {
        /// The repository.
        at: SourceAddress,
        /// As the applicant says.
        stated: String,
        /// As the forge says.
        read: String,
    },
    /// Nothing is known about activity yet, or only what is too long ago.
    ActivityOpen {
        /// The last push that was read.
        pushed: Option<NaiveDate>,
    },
    /// It was read that something happened within six months.
    Active {
        /// What.
        what: Activity,
        /// When.
        on: NaiveDate,
    },
    /// The applicant says that something happened within six months.
    ActiveStated {
        /// What.
        what: Activity,
        /// When.
        on: NaiveDate,
    },
    /// Everything happened longer ago.
    Inactive {
        /// The last of it.
        last: NaiveDate,
    },
    /// All repositories are closed to changes.
    Archived {
        /// One of them.
        at: SourceAddress,
    },
    /// Questions about money are not answered yet.
    MoneyOpen {
        /// How many.
        open: usize,
    },
    /// All answers are fine.
    MoneyFine,
    /// An answer that a person has to look at, or one that does not go with the program.
    Money {
        /// The question, answered with yes.
        topic: MoneyTopic,
    },
    /// Nobody could say yet.
    DocumentsOpen,
    /// Everything is there.
    Documented,
    /// Something may be missing: what files there are could not be read.
    DocumentsUnread {
        /// The repository.
        at: SourceAddress,
    },
    /// Something is missing.
    DocumentsMissing {
        /// What.
        missing: Vec<Document>,
    },
    /// Everything is there, by what the applicant says.
    DocumentsStated,
    /// The name, or a choice about it, is missing or wrong.
    NamespaceOpen,
    /// It is a person's.
    NamespacePersonal,
    /// It has a paid plan.
    NamespacePaidPlan,
    /// It is in the program already.
    NamespaceMember {
        /// The namespace.
        name: String,
    },
    /// There is another application for it.
    NamespaceAppliedFor {
        /// The namespace.
        name: String,
    },
    /// The registry has it, as the applicant says.
    NamespaceExists {
        /// The namespace.
        name: String,
    },
    /// The registry does not have it, as the applicant says.
    NamespaceFree {
        /// The namespace.
        name: String,
    },
    /// The registry does not have it, although it should.
    NamespaceNotFound {
        /// The namespace.
        name: String,
    },
    /// The registry has it, although it is to be created.
    NamespaceTaken {
        /// The namespace.
        name: String,
    },
    /// There is no registry to ask.
    NamespaceUnchecked {
        /// The namespace.
        name: String,
    },
    /// The answer is awaited.
    Checking {
        /// Of whom.
        host: String,
    },
    /// It could not be read.
    NotChecked {
        /// Who was asked.
        host: String,
        /// Why not.
        trouble: Trouble,
    },
}

impl Reason {
    /// Where the criterion stands for this reason.
    pub fn standing(&self) -> Standing {
        match self {
            Self::SourcePublic { .. }
            | Self::LicenseApproved { .. }
            | Self::Active { .. }
            | Self::MoneyFine
            | Self::Documented
            | Self::NamespaceExists { .. }
            | Self::NamespaceFree { .. } => Standing::Met,
            Self::SourceNotFound { .. }
            | Self::SourcePrivate { .. }
            | Self::LicenseNotApproved { .. }
            | Self::Inactive { .. }
            | Self::Archived { .. }
            | Self::DocumentsMissing { .. }
            | Self::NamespacePersonal
            | Self::NamespacePaidPlan
            | Self::NamespaceMember { .. }
            | Self::NamespaceNotFound { .. }
            | Self::NamespaceTaken { .. } => Standing::Unmet,
            Self::SourceFork { .. }
            | Self::SourceElsewhere { .. }
            | Self::SourceMoved { .. }
            | Self::SourceDiffers { .. }
            | Self::LicenseOwn { .. }
            | Self::LicenseNotSeen { .. }
            | Self::LicenseDiffers { .. }
            | Self::ActiveStated { .. }
            | Self::DocumentsStated
            | Self::NamespaceAppliedFor { .. }
            | Self::NamespaceUnchecked { .. } => Standing::Person,
            Self::SourceOpen
            | Self::LicenseOpen
            | Self::LicenseUnreadable { .. }
            | Self::ActivityOpen { .. }
            | Self::MoneyOpen { .. }
            | Self::DocumentsOpen
            | Self::DocumentsUnread { .. }
            | Self::NamespaceOpen
            | Self::Checking { .. }
            | Self::NotChecked { .. } => Standing::Unknown,
            Self::Money { topic } => topic.meaning(true).0,
        }
    }
}

impl Reason {
    /// Whether it only says that something could not be read, which is nothing about a project.
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::NotChecked { .. } | Self::DocumentsUnread { .. })
    }
}

impl Finding {
    /// Where the criterion stands.
    pub fn standing(&self) -> Standing {
        self.reason.standing()
    }

    /// Whether the answer is only awaited.
    pub fn is_pending(&self) -> bool {
        matches!(self.reason, Reason::Checking { .. })
    }

    /// The word beside the shape: a finding that is unknown says why it is.
    pub fn word(&self) -> &'static str {
        match &self.reason {
            Reason::Checking { .. } => "Checking",
            Reason::NotChecked { .. } | Reason::DocumentsUnread { .. } => self.standing().word(),
            reason if reason.standing() == Standing::Unknown => "Open",
            reason => reason.standing().word(),
        }
    }

    /// What is, in one or two sentences; backticks as in the whole crate.
    pub fn sentence(&self, wording: &impl Wording) -> String {
        crate::wording::sentence(&self.reason, wording)
    }

    /// What would change it, if anything can be done.
    pub fn remedy(&self) -> Option<&'static str> {
        crate::wording::remedy(&self.reason)
    }
}
