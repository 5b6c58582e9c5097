//! What the directory is built from: namespaces and their repositories.

use chrono::{DateTime, NaiveDate, Utc};

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The namespace, as in the names of images.
    pub namespace: String,
    /// What it is called where people read it; may be empty.
    pub title: String,
    /// What it is about; may be empty.
    pub description: String,
    /// Whether the program sponsors it now.
    pub sponsored: bool,
    /// Since when it is sponsored. Without `sponsored` it counts for nothing.
    pub since: Option<NaiveDate>,
    /// The keys of its categories; one that is named twice counts once.
    pub categories: Vec<String>,
    /// How many people starred the project, where that is known; unknown counts like none.
    pub stars: Option<u64>,
    /// Its repositories.
    pub repositories: Vec<RepositoryEntry>,
}

/// A repository of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryEntry {
    /// Its name without the namespace.
    pub name: String,
    /// What it is; may be empty.
    pub description: String,
    /// When something was last pushed to it.
    pub pushed_at: Option<DateTime<Utc>>,
}

impl Entry {
    /// What people see as its name: the title, or the namespace without one.
    pub fn name(&self) -> &str {
        if self.title.trim().is_empty() {
            &self.namespace
        } else {
            self.title.trim()
        }
    }

    /// When something was last pushed to any of its repositories.
    pub fn pushed_at(&self) -> Option<DateTime<Utc>> {
        self.repositories
            .iter()
            .filter_map(|repository| repository.pushed_at)
            .max()
    }

    /// Since when it is sponsored, if it is.
    pub fn sponsored_since(&self) -> Option<NaiveDate> {
        self.since.filter(|_| self.sponsored)
    }
}
