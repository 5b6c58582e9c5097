//! Manifests: how large an image is, what it runs on and what it is made of.
//!
//! Sources: OCI Image Specification 1.1 (“Image Manifest”, “Image Index”); Docker’s
//! “Image Manifest Version 2, Schema 2”.

use crate::{
    answers::AnswerError,
    labels::{Labels, clean},
    names::{Digest, DigestError},
};
use core::fmt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The manifests that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An image in Docker’s form.
    DockerImage,
    /// A list of images in Docker’s form, one a platform.
    DockerList,
    /// An image in the OCI’s form.
    OciImage,
    /// A list of images in the OCI’s form.
    OciIndex,
}

impl Kind {
    /// Every kind, in the order of [`accept`].
    pub const ALL: [Self; 4] = [
        Self::OciIndex,
        Self::OciImage,
        Self::DockerList,
        Self::DockerImage,
    ];

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::DockerImage => "application/vnd.docker.distribution.manifest.v2+json",
            Self::DockerList => "application/vnd.docker.distribution.manifest.list.v2+json",
            Self::OciImage => "application/vnd.oci.image.manifest.v1+json",
            Self::OciIndex => "application/vnd.oci.image.index.v1+json",
        }
    }
}

/// The value of the `Accept` header for a manifest: all four kinds. Without it
/// a registry answers with schema 1, or not at all.
pub fn accept() -> String {
    Kind::ALL.map(Kind::media_type).join(", ")
}

/// Media types of configurations that are of images. A manifest with another is
/// of something else that is kept in a registry: a chart, a signature, a model.
const CONFIGS: [&str; 2] = [
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.oci.image.config.v1+json",
];

/// Most bytes of a media type, an operating system and the like, in bytes.
const MOST_WORD_BYTES: usize = 255;

/// What an image runs on, in the words of the Go language (`GOOS`, `GOARCH`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Platform {
    /// The operating system: `linux`.
    pub os: String,
    /// The processor: `arm64`.
    pub architecture: String,
    /// Which of its kind: `v8`.
    pub variant: Option<String>,
}

/// A manifest that an index names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// What it is asked for by.
    pub digest: Digest,
    /// What it runs on; `None` if the index does not say.
    pub platform: Option<Platform>,
    /// Whether it is no image but says something about one (how it was built):
    /// BuildKit files those under the platform `unknown/unknown`.
    pub is_attestation: bool,
}

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// One image.
    Image {
        /// How it is written.
        kind: Kind,
        /// Size of configuration and layers as they are pulled, in bytes.
        size: u64,
        /// The digest of its configuration.
        config: Digest,
        /// Its annotations.
        labels: Labels,
    },
    /// Several manifests under one name.
    Index {
        /// How it is written.
        kind: Kind,
        /// The manifests, in order.
        children: Vec<Child>,
        /// Its annotations.
        labels: Labels,
    },
    /// Anything else, by its media type: schema 1, artifacts.
    Unknown(String),
}

/// Why a manifest cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// It is not JSON, or has other fields than its media type promises.
    Answer(AnswerError),
    /// It has the fields of an image and of an index, or calls itself of another
    /// media type than the registry: two readers would see two images in it.
    Ambiguous,
    /// A digest in it is none.
    Digest(DigestError),
    /// The sizes in it add up to more than there can be.
    Size,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(AnswerError::NotJson) => formatter.write_str("The manifest is not JSON."),
            Self::Answer(AnswerError::Shape) => {
                formatter.write_str("The manifest has not the fields of its media type.")
            }
            Self::Ambiguous => {
                formatter.write_str("The manifest contradicts itself about what it is.")
            }
            Self::Digest(error) => error.fmt(formatter),
            Self::Size => formatter.write_str("The sizes in the manifest cannot be true."),
        }
    }
}

impl std::error::Error for ManifestError {}

impl From<serde_json::Error> for ManifestError {
    fn from(error: serde_json::Error) -> Self {
        Self::Answer(error.into())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    schema_version: u64,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
    annotations: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: Option<String>,
    digest: String,
    size: u64,
    platform: Option<Value>,
    annotations: Option<Value>,
}

impl Platform {
    /// Reads the fields of a platform; `None` without both of its names, and for
    /// `unknown`.
    pub(crate) fn read(
        os: Option<&Value>,
        architecture: Option<&Value>,
        variant: Option<&Value>,
    ) -> Option<Self> {
        let word = |value: Option<&Value>| clean(value?.as_str()?, MOST_WORD_BYTES);
        let platform = Self {
            os: word(os)?,
            architecture: word(architecture)?,
            variant: word(variant),
        };
        (platform.os != "unknown" && platform.architecture != "unknown").then_some(platform)
    }
}

impl fmt::Display for Platform {
    /// As tools write it: `linux/arm64/v8`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(formatter, "/{variant}"),
            None => Ok(()),
        }
    }
}

impl Manifest {
    /// Reads a manifest. `media_type` is the value of the answer’s `Content-Type`;
    /// its parameters are left aside.
    ///
    /// # Errors
    /// If it is of a kind that we read, and not as that kind is written.
    pub fn parse(bytes: &[u8], media_type: &str) -> Result<Self, ManifestError> {
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let known = Kind::ALL
            .into_iter()
            .find(|kind| kind.media_type().eq_ignore_ascii_case(media_type));
        let Some(kind) = known else {
            return Ok(Self::unknown(media_type));
        };
        let written: Written = serde_json::from_slice(bytes)?;
        let calls_itself_otherwise = written
            .media_type
            .as_ref()
            .is_some_and(|own| !own.eq_ignore_ascii_case(kind.media_type()));
        let is_both =
            written.manifests.is_some() && (written.config.is_some() || written.layers.is_some());
        if calls_itself_otherwise || is_both {
            return Err(ManifestError::Ambiguous);
        }
        if written.schema_version != 2 {
            return Err(ManifestError::Answer(AnswerError::Shape));
        }
        if matches!(kind, Kind::DockerImage | Kind::OciImage) {
            Self::image(kind, written)
        } else {
            Self::index(kind, written)
        }
    }

    fn unknown(media_type: &str) -> Self {
        Self::Unknown(clean(media_type, MOST_WORD_BYTES).unwrap_or_default())
    }

    fn image(kind: Kind, written: Written) -> Result<Self, ManifestError> {
        let (Some(config), Some(layers)) = (written.config, written.layers) else {
            return Err(ManifestError::Answer(AnswerError::Shape));
        };
        let config_type = config.media_type.as_deref().unwrap_or_default();
        if let Some(artifact) = written.artifact_type {
            return Ok(Self::unknown(&artifact));
        }
        if !CONFIGS.contains(&config_type) {
            return Ok(Self::unknown(config_type));
        }
        let size = layers
            .iter()
            .try_fold(config.size, |sum, layer| sum.checked_add(layer.size))
            .ok_or(ManifestError::Size)?;
        Ok(Self::Image {
            kind,
            size,
            config: Digest::parse(&config.digest).map_err(ManifestError::Digest)?,
            labels: Labels::read(written.annotations.as_ref()),
        })
    }

    fn index(kind: Kind, written: Written) -> Result<Self, ManifestError> {
        let children = written
            .manifests
            .ok_or(ManifestError::Answer(AnswerError::Shape))?
            .into_iter()
            .map(Child::read)
            .collect::<Result<_, _>>()?;
        Ok(Self::Index {
            kind,
            children,
            labels: Labels::read(written.annotations.as_ref()),
        })
    }

    /// Size of configuration and layers, in bytes; `None` if this is no image.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Image { size, .. } => Some(*size),
            Self::Index { .. } | Self::Unknown(_) => None,
        }
    }

    /// The digest of the configuration; `None` if this is no image.
    pub fn config(&self) -> Option<&Digest> {
        match self {
            Self::Image { config, .. } => Some(config),
            Self::Index { .. } | Self::Unknown(_) => None,
        }
    }

    /// The manifests that an index names, attestations included; otherwise none.
    pub fn children(&self) -> &[Child] {
        match self {
            Self::Index { children, .. } => children,
            Self::Image { .. } | Self::Unknown(_) => &[],
        }
    }

    /// What the images of an index run on, each once and in order, without
    /// attestations. What a single image runs on is in its configuration.
    pub fn platforms(&self) -> Vec<&Platform> {
        let mut found: Vec<&Platform> = self
            .children()
            .iter()
            .filter(|child| !child.is_attestation)
            .filter_map(|child| child.platform.as_ref())
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// The annotations; `None` if this is neither image nor index.
    pub fn labels(&self) -> Option<&Labels> {
        match self {
            Self::Image { labels, .. } | Self::Index { labels, .. } => Some(labels),
            Self::Unknown(_) => None,
        }
    }
}

impl Child {
    fn read(written: Descriptor) -> Result<Self, ManifestError> {
        let field = |name: &str| written.platform.as_ref().and_then(|all| all.get(name));
        let is_unknown = |name: &str| field(name).and_then(Value::as_str) == Some("unknown");
        // BuildKit’s own mark, where the platform is one of an image.
        let is_marked = written
            .annotations
            .as_ref()
            .and_then(|all| all.get("vnd.docker.reference.type"))
            .and_then(Value::as_str)
            == Some("attestation-manifest");
        Ok(Self {
            digest: Digest::parse(&written.digest).map_err(ManifestError::Digest)?,
            platform: Platform::read(field("os"), field("architecture"), field("variant")),
            is_attestation: is_marked || (is_unknown("os") && is_unknown("architecture")),
        })
    }
}
