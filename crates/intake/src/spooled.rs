//! An event as it is kept until it is counted: everything that a pull will say, and
//! no address.

use crate::visitors::Visitor;
use chrono::{DateTime, Utc};
use events::{Event, Kind, Method};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is known of where a client is: empty where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The cloud provider.
    pub cloud: String,
    /// The kind of network.
    pub network: String,
    /// The domain of the network.
    pub domain: String,
}

/// What happened, in a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Happened {
    /// A HEAD of a manifest.
    Head,
    /// A GET of a manifest.
    Get,
    /// A pull, by the registry’s own word.
    Pulled,
    /// A push.
    Pushed,
}

/// An event that waits to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spooled {
    /// When it happened, in microseconds since 1970.
    pub at_us: i64,
    /// What happened.
    pub happened: Happened,
    /// The repository with its namespace.
    pub repository: String,
    /// The tag, or empty.
    pub tag: String,
    /// The digest.
    pub digest: String,
    /// What tells it from all others of its day, if the registry names its events.
    pub id: Option<u128>,
    /// The client, within its week and month; zeros if nothing is known of it.
    pub visitor: Visitor,
    /// A hash of the client’s words about itself.
    pub agent: u64,
    /// The client’s tool.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// Where the client is.
    pub origin: Origin,
}

impl Spooled {
    /// What is kept of an event that a registry reported.
    pub fn of(event: &Event, registry: i64, visitor: Visitor, origin: Origin) -> Self {
        let client = events::client(&event.user_agent);
        Self {
            at_us: event.at.timestamp_micros(),
            happened: match event.kind {
                Kind::Asked(Method::Head) => Happened::Head,
                Kind::Asked(Method::Get) => Happened::Get,
                Kind::Pulled => Happened::Pulled,
                Kind::Pushed => Happened::Pushed,
            },
            repository: event.repository.as_str().to_owned(),
            tag: event
                .tag
                .as_ref()
                .map(|tag| tag.as_str().to_owned())
                .unwrap_or_default(),
            digest: event.digest.as_str().to_owned(),
            id: event.id.as_ref().map(|id| id_hash(registry, id)),
            visitor,
            agent: first_eight(&Sha256::digest(event.user_agent.as_bytes())),
            tool: client.tool.to_owned(),
            version: client.version.to_owned(),
            origin,
        }
    }

    /// The day on which it happened, in days since 1970.
    pub fn day(&self) -> i32 {
        self.at_us.div_euclid(86_400_000_000) as i32
    }

    /// The time at which it happened.
    pub fn at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.at_us).unwrap_or_default()
    }

    /// The namespace, and the name of the repository in it.
    pub fn names(&self) -> (&str, &str) {
        self.repository
            .split_once('/')
            .unwrap_or(("", &self.repository))
    }
}

/// What tells an event from others: 128 bits over the registry and its name for it.
fn id_hash(registry: i64, id: &str) -> u128 {
    let mut hash = Sha256::new();
    hash.update(registry.to_le_bytes());
    hash.update(id.as_bytes());
    first_sixteen(&hash.finalize())
}

/// The first sixteen bytes of a hash.
pub(crate) fn first_sixteen(hash: &[u8]) -> u128 {
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    u128::from_le_bytes(first)
}

/// The first eight bytes of a hash.
pub(crate) fn first_eight(hash: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(first)
}
