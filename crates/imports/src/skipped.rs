//! Rows that are not imported, and why.

use crate::ImportedFile;
use pulls::partition::Skip;

/// So many skipped rows of a file are told with their line.
pub const TOLD_SKIPS: usize = 10;

/// A row that is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedRow {
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// Why.
    pub why: Why,
}

/// Why a row is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The workbench skips it too.
    Broken(Skip),
    /// Its namespace is missing, or is no name of one.
    Namespace,
}

impl Why {
    /// In words, for a file that has so many columns.
    pub(crate) fn words(self, columns: usize) -> String {
        let words = match self {
            Self::Broken(Skip::FieldCount { found }) => {
                let fields = if found == 1 { "field" } else { "fields" };
                return format!("{found} {fields}, where the header has {columns}");
            }
            Self::Broken(Skip::Action) => "no known action",
            Self::Broken(Skip::Date) => "no such date",
            Self::Broken(Skip::Encoding) => "not UTF-8",
            Self::Broken(Skip::Quote) => "a quote that does not end",
            Self::Broken(Skip::Long) => "longer than a megabyte",
            Self::Broken(Skip::Count) => "a count that is no number",
            Self::Broken(Skip::Repeat) => "repeats other rows at another level",
            Self::Namespace => "no name that a namespace can have",
        };
        words.to_owned()
    }
}

impl ImportedFile {
    pub(crate) fn skip(&mut self, line: u64, why: Why) {
        self.skipped += 1;
        if self.told.len() < TOLD_SKIPS {
            self.told.push(SkippedRow { line, why });
        }
    }
}
