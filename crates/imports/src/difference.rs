//! What an import would change.

use crate::{Import, ImportError, ImportedFile};
use pull_store::PullStore;
use pulls::calendar::{Day, Span};
use std::collections::BTreeMap;

/// What an import would change. Written out, it is a table to read before saying yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was found in each file.
    pub files: Vec<ImportedFile>,
    /// The namespaces that are in the files, by name.
    pub namespaces: Vec<NamespaceDifference>,
}

/// What an import would change of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceDifference {
    /// Its name.
    pub namespace: String,
    /// The days that are in the files or, between the first and the last of those, kept now; in
    /// their order.
    pub days: Vec<DayDifference>,
}

/// What an import would change of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayDifference {
    /// The day.
    pub day: Day,
    /// How many rows are kept now.
    pub kept: u64,
    /// How many are in the files; `None` of a day that is not, and stays as it is.
    pub found: Option<u64>,
    /// The numbers of the files that have rows of it, ascending. Those of several are added up.
    pub files: Vec<usize>,
}

impl Import {
    /// What would change.
    ///
    /// # Errors
    /// [`ImportError::Store`] when what is kept cannot be read.
    pub fn difference(&self, store: &dyn PullStore) -> Result<Difference, ImportError> {
        let mut namespaces = Vec::with_capacity(self.namespaces.len());
        for (namespace, found) in &self.namespaces {
            let mut days: BTreeMap<Day, DayDifference> = BTreeMap::new();
            for (day, of) in found {
                let difference = DayDifference {
                    day: *day,
                    kept: 0,
                    found: Some(of.rows),
                    files: of.files.clone(),
                };
                days.insert(*day, difference);
            }
            if let (Some(first), Some(last)) = (found.keys().next(), found.keys().next_back()) {
                let former = self.former.get(namespace).into_iter().flatten();
                let names: Vec<&str> = former.chain([namespace]).map(String::as_str).collect();
                for kept in store.kept(&names, Span::new(*first, *last))? {
                    days.entry(kept.day)
                        .or_insert_with(|| DayDifference {
                            day: kept.day,
                            kept: 0,
                            found: None,
                            files: Vec::new(),
                        })
                        .kept = kept.rows;
                }
            }
            namespaces.push(NamespaceDifference {
                namespace: namespace.clone(),
                days: days.into_values().collect(),
            });
        }
        Ok(Difference {
            files: self.files.clone(),
            namespaces,
        })
    }
}

impl Difference {
    /// How many rows are in the files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// How many rows of the files are skipped.
    pub fn skipped(&self) -> u64 {
        self.files.iter().map(|file| file.skipped).sum()
    }
}
