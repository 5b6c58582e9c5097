//! What a registry reported, whichever registry it was.

use chrono::{DateTime, TimeDelta, Utc};
use core::fmt;
use registry::{Digest, RepositoryName, Tag};
use std::net::IpAddr;

/// Events are accepted for so many days after they happened: so long a repeated
/// one is known for what it is.
pub const DAYS_BACK: i64 = 35;

/// A registry's clock may be ahead of ours by so many minutes.
pub const MINUTES_AHEAD: i64 = 10;

/// Most bytes of an event's own name.
pub const MOST_ID_BYTES: usize = 256;

/// Most bytes of a user agent that are looked at.
pub const MOST_AGENT_BYTES: usize = 512;

/// How a manifest was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `HEAD`: whether it is there, and under which digest.
    Head,
    /// `GET`: the manifest itself.
    Get,
}

impl Method {
    /// The method as HTTP and the raw export write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Head => "HEAD",
            Self::Get => "GET",
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A manifest was asked for; which pull that belongs to, its session says.
    Asked(Method),
    /// An image was pulled: the registry says so itself, and no more requests
    /// belong to it.
    Pulled,
    /// A manifest was pushed.
    Pushed,
}

/// An event that can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The registry's name for it, by which a repeated one is known; `None` if
    /// the registry gives none.
    pub id: Option<String>,
    /// When it happened, by the registry's clock.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: Kind,
    /// In which repository; it has a namespace.
    pub repository: RepositoryName,
    /// The tag that was named, if one was.
    pub tag: Option<Tag>,
    /// The digest of the manifest.
    pub digest: Digest,
    /// The client's address, never to be written anywhere. `None` if the
    /// registry does not tell.
    pub address: Option<IpAddr>,
    /// The client's own words about itself, at most [`MOST_AGENT_BYTES`].
    pub user_agent: String,
}

/// What the reader of a notification has to know.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The time of arrival.
    pub now: DateTime<Utc>,
    /// The namespaces that the registry may report.
    pub namespaces: &'a [String],
}

/// An event that cannot be believed, without the addresses that it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Why.
    pub trouble: Trouble,
    /// What was sent, as far as it is kept, see [`crate::redact`].
    pub sent: String,
}

/// What the body of a notification holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Pulls, requests and pushes.
    pub events: Vec<Event>,
    /// How many events were of other kinds: layers, deletions, mounts.
    pub passed_over: usize,
    /// What cannot be believed.
    pub set_aside: Vec<SetAside>,
}

/// Why an event cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The body is no JSON, or none with events: what the parser said.
    Body(String),
    /// The event lacks a field or has one of another type: what the parser said.
    Shape(String),
    /// It has no name of its own, or one that is too long.
    Id,
    /// Its time is no time.
    Time(String),
    /// It happened more than [`DAYS_BACK`] days ago.
    Old(DateTime<Utc>),
    /// It happens more than [`MINUTES_AHEAD`] minutes from now.
    Ahead(DateTime<Utc>),
    /// The repository has no name that a repository may have.
    Repository(String),
    /// The repository belongs to no namespace.
    NoNamespace(String),
    /// The registry may not report this namespace.
    Namespace(String),
    /// The tag is none.
    Tag(String),
    /// The digest is none.
    Digest(String),
    /// A manifest was pulled by a method that fetches nothing.
    Method(String),
}

impl Trouble {
    /// A word for each kind, for counting and for filters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Body(_) => "body",
            Self::Shape(_) => "shape",
            Self::Id => "id",
            Self::Time(_) => "time",
            Self::Old(_) => "old",
            Self::Ahead(_) => "ahead",
            Self::Repository(_) => "repository",
            Self::NoNamespace(_) => "no-namespace",
            Self::Namespace(_) => "namespace",
            Self::Tag(_) => "tag",
            Self::Digest(_) => "digest",
            Self::Method(_) => "method",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(why) => write!(f, "The body is no notification: {why}."),
            Self::Shape(why) => write!(f, "The event cannot be read: {why}."),
            Self::Id => write!(
                f,
                "The event has no id of 1 to {MOST_ID_BYTES} bytes, so that it could not be told from a repeated one."
            ),
            Self::Time(why) => write!(
                f,
                "Its timestamp is no time such as 2026-05-04T09:30:00Z: {why}."
            ),
            Self::Old(at) => write!(
                f,
                "It is from {}: events count for {DAYS_BACK} days. Older pulls come in with `dsos import`.",
                at.format("%Y-%m-%d %H:%M UTC")
            ),
            Self::Ahead(at) => write!(
                f,
                "It is from the future, {}: set the clock of the registry, or of this server.",
                at.format("%Y-%m-%d %H:%M UTC")
            ),
            Self::Repository(why) => write!(f, "Its repository cannot be read. {why}"),
            Self::NoNamespace(name) => write!(
                f,
                "Its repository {name} belongs to no namespace: expected was namespace/name."
            ),
            Self::Namespace(name) => write!(
                f,
                "This registry may not report the namespace {name}: add it to the registry's list, if it may."
            ),
            Self::Tag(why) => write!(f, "Its tag cannot be read. {why}"),
            Self::Digest(why) => write!(f, "Its digest cannot be read. {why}"),
            Self::Method(method) => write!(
                f,
                "A manifest was pulled by {method}: expected was GET or HEAD."
            ),
        }
    }
}

impl std::error::Error for Trouble {}

impl Terms<'_> {
    /// Reads a time and holds it against the clock.
    pub(crate) fn time(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, Trouble> {
        if at < self.now - TimeDelta::days(DAYS_BACK) {
            Err(Trouble::Old(at))
        } else if at > self.now + TimeDelta::minutes(MINUTES_AHEAD) {
            Err(Trouble::Ahead(at))
        } else {
            Ok(at)
        }
    }

    /// Reads the name of a repository and says whether it may be reported.
    pub(crate) fn repository(&self, name: &str) -> Result<RepositoryName, Trouble> {
        let name =
            RepositoryName::parse(name).map_err(|why| Trouble::Repository(why.to_string()))?;
        let Some(namespace) = name.namespace() else {
            return Err(Trouble::NoNamespace(name.to_string()));
        };
        if self.namespaces.iter().any(|may| may == namespace) {
            Ok(name)
        } else {
            Err(Trouble::Namespace(namespace.to_owned()))
        }
    }
}

/// Reads a tag, where there is one; an empty one is none.
pub(crate) fn tag(text: Option<&str>) -> Result<Option<Tag>, Trouble> {
    text.filter(|text| !text.is_empty())
        .map(|text| Tag::parse(text).map_err(|why| Trouble::Tag(why.to_string())))
        .transpose()
}

/// Reads a digest.
pub(crate) fn digest(text: &str) -> Result<Digest, Trouble> {
    Digest::parse(text).map_err(|why| Trouble::Digest(why.to_string()))
}

/// Reads an event's own name.
pub(crate) fn id(text: String) -> Result<String, Trouble> {
    if (1..=MOST_ID_BYTES).contains(&text.len()) {
        Ok(text)
    } else {
        Err(Trouble::Id)
    }
}

/// The beginning of a text, in whole characters.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
