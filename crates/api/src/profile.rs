//! The page of a namespace: what everybody sees of it, and what its maintainers write.

use chrono::{DateTime, NaiveDate, Utc};
use program::{
    profile::{Documentation, Profile, RepositoryPage},
    sponsorship::Sponsorship,
};
use serde::{Deserialize, Serialize};

/// What everybody sees of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespacePage {
    /// The namespace.
    pub namespace: String,
    /// Where people reach the program, without a slash at the end: for what is taken elsewhere.
    pub base_url: String,
    /// Today, in UTC, by the server’s clock.
    pub today: NaiveDate,
    /// Whether it is in the program.
    pub sponsorship: Sponsorship,
    /// When what it was accepted on was last looked at; nothing if it never was accepted.
    pub checked_on: Option<NaiveDate>,
    /// What its maintainers say of it; what they do not say, by what they applied with.
    pub profile: Profile,
    /// The version of its logo, for the address; nothing if it has none.
    pub logo: Option<String>,
    /// Stars on its forge, if they were read.
    pub stars: Option<Stars>,
    /// Its repositories by the registry, in the order of their names.
    pub repositories: Vec<RepositoryRow>,
    /// How many there are; more than are listed, if there are very many.
    pub repository_count: usize,
    /// What is known of the registry.
    pub registry: RegistryState,
    /// The name that it has now, if it was renamed.
    pub renamed_to: Option<String>,
    /// Whether its maintainers publish the totals of its pulls.
    #[serde(default)]
    pub has_totals: bool,
}

/// Stars, as a forge counts them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stars {
    /// How many.
    pub count: u64,
    /// Of which source: its address without the scheme.
    pub of: String,
    /// When they were read.
    pub read_at: DateTime<Utc>,
}

/// What is known of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistryState {
    /// Its host, as it stands before an image’s name; nothing if none is set.
    pub host: Option<String>,
    /// When it was last read to its end.
    pub read_at: Option<DateTime<Utc>>,
    /// Why the last reading came to nothing, in a sentence.
    pub trouble: Option<String>,
}

/// A repository in the table of its namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepositoryRow {
    /// Its name without the namespace.
    pub name: String,
    /// What it is, in a line, by its maintainers or its images; empty if nobody said.
    pub description: String,
    /// How many tags it has.
    pub tags: u64,
    /// When its newest image was made, by what that says of itself.
    pub pushed_at: Option<DateTime<Utc>>,
    /// The tag of its newest image, where there is no `latest` that a pull without a tag would get;
    /// nothing if there are no tags.
    pub pull_tag: Option<String>,
    /// What its page lacks for the badge.
    pub missing: Vec<Documentation>,
}

/// A repository, opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepositoryDetails {
    /// Its name without the namespace.
    pub name: String,
    /// What its maintainers say, and where they say nothing, its images. The long text is
    /// empty here.
    pub page: RepositoryPage,
    /// The long text as HTML without anything that runs or loads.
    pub about_html: String,
    /// Its tags, those of the newest images first.
    pub tags: Vec<TagRow>,
    /// How many there are.
    pub tag_count: u64,
    /// What the page lacks for the badge.
    pub missing: Vec<Documentation>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TagRow {
    /// The tag.
    pub tag: String,
    /// The digest of what it stands for; nothing if the registry did not say.
    pub digest: Option<String>,
    /// Bytes to be pulled, compressed; of several platforms, nothing.
    pub bytes: Option<u64>,
    /// The platforms: `linux/amd64`.
    pub platforms: Vec<String>,
    /// When the image was made, by what it says of itself.
    pub made_at: Option<DateTime<Utc>>,
    /// What kind of manifest it is, if that is not known here.
    pub unknown_kind: Option<String>,
}

/// What its maintainers write of a namespace, for them to go on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileState {
    /// What is written; before anything is, what they applied with.
    pub profile: Profile,
    /// Counts changes; the one that a change was made from goes with it.
    pub version: u64,
    /// The version of the logo, for the address; nothing if there is none.
    pub logo: Option<String>,
    /// Each repository of the registry, what is written of it and what it lacks.
    pub repositories: Vec<PageState>,
}

/// What its maintainers write of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageState {
    /// Its name without the namespace.
    pub name: String,
    /// What is written.
    pub page: RepositoryPage,
    /// What its images say of themselves, which stands where nothing is written.
    pub labels: RepositoryPage,
    /// Counts changes.
    pub version: u64,
    /// What it lacks for the badge.
    pub missing: Vec<Documentation>,
}

/// A new profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileChange {
    /// All of it.
    pub profile: Profile,
    /// The version that it was made from; another one in the meantime is a conflict.
    pub version: u64,
}

/// A new page of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageChange {
    /// All of it.
    pub page: RepositoryPage,
    /// The version that it was made from; another one in the meantime is a conflict.
    pub version: u64,
}

/// Ends a membership before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndingRequest {
    /// Why, for the owners and the record. Owners who leave need give none.
    pub reason: String,
    /// The name of the namespace once more, so that nobody ends another one by mistake.
    pub namespace: String,
}
