//! What went wrong, as one sentence for the person at the terminal.

use std::{fmt, io, path::Path};

/// Why a command stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

/// What a step answers.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A failure in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Says which file an I/O error is about.
pub trait About<T> {
    /// The same, with the path in front of the message.
    fn about(self, path: &Path) -> Outcome<T>;
}

impl<T> About<T> for io::Result<T> {
    fn about(self, path: &Path) -> Outcome<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }
}
