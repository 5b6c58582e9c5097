//! What was read elsewhere about a project: by the page while somebody types,
//! and again by the server before anybody decides. Both call the same rules
//! on it ([`crate::eligibility`]).

use crate::source::SourceAddress;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How asking went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Reading<T> {
    /// Nobody can be asked about it.
    #[default]
    NotAsked,
    /// The answer is awaited.
    Pending,
    /// It was read.
    Read {
        /// When.
        at: DateTime<Utc>,
        /// What it says.
        facts: T,
    },
    /// It could not be read. That never counts against a project.
    Failed {
        /// When it was tried.
        at: DateTime<Utc>,
        /// Why not.
        trouble: Trouble,
    },
}

impl<T> Reading<T> {
    /// What was read, if anything.
    pub fn facts(&self) -> Option<&T> {
        match self {
            Self::Read { facts, .. } => Some(facts),
            Self::NotAsked | Self::Pending | Self::Failed { .. } => None,
        }
    }
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "cause")]
pub enum Trouble {
    /// The one who was asked answers only so many questions in a time.
    LimitReached {
        /// When it answers again, if it said so.
        again: Option<DateTime<Utc>>,
    },
    /// It wants to know who asks, or refuses.
    Refused,
    /// No answer in time.
    Silent,
    /// It answered that it is in trouble itself (5xx), or not at all.
    Away,
    /// What it answered makes no sense.
    Garbled,
    /// It answered more than anybody should read.
    TooMuch,
    /// It sends askers on to somewhere else.
    SentOn,
    /// The network is away on this side.
    Offline,
}

impl Trouble {
    /// Continues the name of the one who was asked: “github.com …”.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LimitReached { .. } => {
                "answers only so many questions an hour, and they are used up"
            }
            Self::Refused => "refused the question",
            Self::Silent => "did not answer in time",
            Self::Away => "could not be reached or is in trouble itself",
            Self::Garbled => "answered something that cannot be read",
            Self::TooMuch => "answered more than is read here",
            Self::SentOn => "sent the question on to another address, which is not followed",
            Self::Offline => "could not be asked, because this browser has no network",
        }
    }
}

/// What a forge says of a repository that it shows to anyone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RepositoryFacts {
    /// Whether the forge knows it at all; a private one looks like one that is not there.
    pub found: bool,
    /// Whether only some may read it.
    pub private: bool,
    /// Whether it is closed to changes.
    pub archived: bool,
    /// Whether it is a copy of another.
    pub fork: bool,
    /// Its license as an SPDX expression, if the forge recognized one.
    pub license: Option<String>,
    /// The last push.
    pub pushed_at: Option<DateTime<Utc>>,
    /// Whether it has a contributing guide; nothing if that could not be told.
    pub contributing: Option<bool>,
    /// Whether it has a readme; nothing if that could not be told.
    pub readme: Option<bool>,
    /// What it says of itself.
    pub description: Option<String>,
    /// Its website.
    pub homepage: Option<String>,
    /// How many people marked it with a star.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<u64>,
    /// Its present address, if the one that was asked for is an old one.
    pub moved_to: Option<SourceAddress>,
}

/// A repository and what was read of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Repository {
    /// Where it is.
    pub address: SourceAddress,
    /// How asking its forge went; [`Reading::NotAsked`] for a forge that is not known.
    pub reading: Reading<RepositoryFacts>,
}

/// Who has a namespace already, in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Nobody.
    Free,
    /// It is in the program.
    Member,
    /// Another application for it is not decided yet.
    AppliedFor,
}

/// Everything that was read for one application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Evidence {
    /// The repositories that were asked for.
    pub repositories: Vec<Repository>,
    /// Whether the registry knows the namespace; [`Reading::NotAsked`] without a registry.
    pub registered: Reading<bool>,
    /// Whether the program knows it.
    pub claimed: Reading<Claim>,
}

impl Evidence {
    /// What was read of one repository.
    pub fn of(&self, address: &SourceAddress) -> &Reading<RepositoryFacts> {
        self.repositories
            .iter()
            .find(|repository| repository.address == *address)
            .map_or(&Reading::NotAsked, |repository| &repository.reading)
    }
}
