//! Registries: what a container registry is asked over `/v2/` and what its
//! answers mean.
//!
//! The crate knows no network and no clock: it builds the paths to ask for and
//! reads bytes and header values that somebody else fetched. Nothing that a
//! registry says is trusted. Whoever fetches bounds how many bytes there are;
//! what is kept of them is bounded here.
//!
//! Sources: OCI Distribution Specification 1.1, OCI Image Specification 1.1,
//! Docker Registry HTTP API v2 with its token authentication, and RFC 8288
//! (`Link`) and RFC 9110 (`WWW-Authenticate`) for the headers.

pub mod answers;
pub mod challenge;
pub mod config;
mod header;
pub mod labels;
pub mod manifest;
pub mod names;
mod origin;
pub mod pages;

pub use answers::{AnswerError, Catalog, TagList};
pub use challenge::{Bearer, Challenge, ChallengeError, Token};
pub use config::ImageConfig;
pub use labels::Labels;
pub use manifest::{Child, Kind, Manifest, ManifestError, Platform, accept};
pub use names::{
    Algorithm, Digest, DigestError, Reference, RepositoryName, RepositoryNameError, Tag, TagError,
};
pub use pages::{LinkError, Page, blob_path, manifest_path, next_page, page_path};

/// What dsos calls itself where it asks a registry, or a forge. A registry that reports what it is
/// asked for says so, and it is no pull.
pub const USER_AGENT: &str = "dsos (open source program)";
