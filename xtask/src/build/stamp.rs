//! Whether a stage's inputs are those that its last result was made of.

use crate::{failure::Outcome, files, paths};
use std::path::{Path, PathBuf};

/// The digest of a stage's inputs, and where the last one is kept.
#[derive(Debug)]
pub struct Stamp {
    path: PathBuf,
    digest: String,
}

impl Stamp {
    /// Over files and folders of the repository, and words such as versions.
    pub fn of(path: &Path, inputs: &[&str], words: &[String]) -> Outcome<Self> {
        Ok(Self {
            path: path.to_path_buf(),
            digest: files::fingerprint(&paths::root(), inputs, words)?,
        })
    }

    /// Whether nothing changed.
    pub fn holds(&self) -> bool {
        files::read(&self.path).is_ok_and(|kept| kept == self.digest)
    }

    /// Keeps it: the stage has succeeded.
    pub fn set(&self) -> Outcome<()> {
        files::write(&self.path, &self.digest)
    }

    /// The digest itself.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
