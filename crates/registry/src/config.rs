//! The configuration of an image: the blob that its manifest names (OCI Image
//! Specification 1.1, “Image Configuration”; Docker’s has the same fields).

use crate::{
    answers::AnswerError,
    labels::{Labels, moment},
    manifest::Platform,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// What we read of an image’s configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// When the image was built; `None` if it does not say or cannot be true.
    pub created: Option<DateTime<Utc>>,
    /// What it runs on; `None` if it does not say, as attestations do.
    pub platform: Option<Platform>,
    /// What its publisher says about it.
    pub labels: Labels,
}

/// As it is written; what is not as it should be is as if it were not there.
#[derive(Deserialize)]
struct Written {
    created: Option<Value>,
    os: Option<Value>,
    architecture: Option<Value>,
    variant: Option<Value>,
    config: Option<Value>,
}

impl ImageConfig {
    /// Reads the blob.
    ///
    /// # Errors
    /// If it is not a JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, AnswerError> {
        let written: Written = serde_json::from_slice(bytes)?;
        Ok(Self {
            created: written
                .created
                .as_ref()
                .and_then(Value::as_str)
                .and_then(moment),
            platform: Platform::read(
                written.os.as_ref(),
                written.architecture.as_ref(),
                written.variant.as_ref(),
            ),
            labels: Labels::read(
                written
                    .config
                    .as_ref()
                    .and_then(|config| config.get("Labels")),
            ),
        })
    }
}
