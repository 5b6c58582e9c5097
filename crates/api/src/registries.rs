//! The registries that report pulls, for the people who run the program.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a registry reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RegistryKind {
    /// Notifications of CNCF Distribution.
    Distribution,
    /// Webhooks of Harbor.
    Harbor,
}

impl RegistryKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Distribution, Self::Harbor];

    /// What it is called.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Distribution => "CNCF Distribution",
            Self::Harbor => "Harbor",
        }
    }
}

/// What is taken in, and from whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registries {
    /// The registries, by name.
    pub registries: Vec<Registry>,
    /// Events of reports that wait to be counted.
    pub waiting_events: u64,
    /// Why nothing is counted just now, if nothing is.
    pub halt: Option<Halt>,
    /// Bytes of reports that wait to be counted.
    pub waiting_bytes: u64,
    /// Beyond so many, registries are told to come again.
    pub most_waiting_bytes: u64,
    /// When the database of countries was built, if there is one.
    pub countries: Option<DateTime<Utc>>,
    /// When the database of networks was built, if there is one.
    pub networks: Option<DateTime<Utc>>,
}

/// Why nothing is counted just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Halt {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, in a sentence.
    pub why: String,
}

/// A registry that reports pulls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registry {
    /// Its number.
    pub id: i64,
    /// What it is called here.
    pub name: String,
    /// How it reports.
    pub kind: RegistryKind,
    /// The namespaces that it may report.
    pub namespaces: Vec<String>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// When it last reported anything, if it ever did.
    pub last_at: Option<DateTime<Utc>>,
    /// Events of manifests in each of the last 24 hours, the running one last.
    pub hours: Vec<u64>,
    /// Events about something else in these hours: layers, deletions.
    pub passed_over: u64,
    /// Events that could not be believed in these hours.
    pub set_aside: u64,
    /// Events that could not be believed and are kept to be looked at, from whenever.
    pub kept_aside: u32,
    /// When the oldest of what waits to be counted came.
    pub waits_since: Option<DateTime<Utc>>,
}

/// An event that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAside {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Why it could not be believed, in a sentence.
    pub why: String,
    /// What was sent, without addresses.
    pub sent: String,
}

/// A registry to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRegistry {
    /// What it is to be called here: 1 to 60 characters.
    pub name: String,
    /// How it reports.
    pub kind: RegistryKind,
    /// The namespaces that it may report.
    pub namespaces: Vec<String>,
}

/// What a registry may report from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistryNamespaces {
    /// All namespaces that it may report.
    pub namespaces: Vec<String>,
    /// Those that it might when the change was begun: where others were added or taken away since,
    /// it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<String>>,
}

/// What to put into a registry so that it reports. It is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snippet {
    /// Of which registry.
    pub id: i64,
    /// Its configuration, with the token in it.
    pub text: String,
}
