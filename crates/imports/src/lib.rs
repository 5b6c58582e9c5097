//! Raw export files into the pull store.
//!
//! A row of an export has no name of its own, so none can be told from its copy. What is
//! imported are therefore whole days of a namespace, in place of what was kept of them:
//!
//! 1. [`read`] takes the rows out of the files, skips what the workbench skips, and holds them
//!    by namespace and day.
//! 2. [`Import::difference`] says what would change, for a person to read.
//! 3. [`Import::apply`] replaces the days.
//!
//! Rows are held as the store keeps them, encoded, some tens of bytes each; ten million take a
//! few hundred megabytes.

mod apply;
mod difference;
mod error;
mod file;
mod gather;
mod sample;
mod skipped;
mod table;

pub use difference::{DayDifference, Difference, NamespaceDifference};
pub use error::ImportError;
pub use sample::{SamplePush, sample, sample_pushes};
pub use skipped::{SkippedRow, TOLD_SKIPS, Why};

use gather::{Gather, Gathered};
use program::namespace::Namespace;
use pull_store::PullStoreError;
use pulls::batch::{Number, Pull, TEXTS};
use pulls::calendar::Day;
use pulls::header::Column;
use pulls::streamed::{Next, RawRow};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// The rows of some files, by namespace and day.
pub struct Import {
    files: Vec<ImportedFile>,
    namespaces: BTreeMap<String, BTreeMap<Day, Gathered>>,
    /// Names that stand in the files, with those that the namespaces have now.
    renamed: BTreeMap<String, String>,
    /// Every name that a namespace had before, by the one that it has now.
    former: BTreeMap<String, Vec<String>>,
}

fn formers(now: &HashMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let mut former: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (before, now) in now {
        former.entry(now.clone()).or_default().push(before.clone());
    }
    former
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// Which.
    pub path: PathBuf,
    /// How many columns its header has.
    pub columns: usize,
    /// How many rows are to be imported.
    pub rows: u64,
    /// How many are not.
    pub skipped: u64,
    /// The first [`TOLD_SKIPS`] of those.
    pub told: Vec<SkippedRow>,
}

impl Import {
    /// What was found in each file, in the order in which they were given.
    pub fn files(&self) -> &[ImportedFile] {
        &self.files
    }

    /// Names of the files that namespaces had before, with those that they have now.
    pub fn renamed(&self) -> &BTreeMap<String, String> {
        &self.renamed
    }

    /// The former names of the namespaces that are imported, each with the one that it has now.
    /// What a store still has under them is of the same days, and has to be put under the present
    /// names before [`Self::apply`] replaces those.
    pub fn former(&self) -> impl Iterator<Item = (&str, &str)> {
        self.namespaces.keys().flat_map(|now| {
            let former = self.former.get(now).into_iter().flatten();
            former.map(|before| (before.as_str(), now.as_str()))
        })
    }

    /// How many rows are to be imported.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

/// Reads raw exports, plain or packed with gzip. Rows that are broken are skipped and told, as
/// the workbench does; rows of a namespace that no program could have are skipped too.
///
/// Several files are parts of one export, whose rows are added up. A file that is given twice,
/// under whatever name, packed or not, is refused.
///
/// # Errors
/// [`ImportError`], which names the file: one that cannot be read, or is no raw export, or has no
/// column of namespaces.
pub fn read(files: &[PathBuf]) -> Result<Import, ImportError> {
    read_as(files, &HashMap::new())
}

/// As [`read`], of files in which namespaces may stand under names that they had before: `now`
/// has the names that those have now, under which their rows are put.
///
/// # Errors
/// As [`read`].
pub fn read_as(files: &[PathBuf], now: &HashMap<String, String>) -> Result<Import, ImportError> {
    let mut gather = Gather::default();
    let mut renamed = BTreeMap::new();
    let mut found: Vec<(ImportedFile, [u8; 32])> = Vec::with_capacity(files.len());
    for path in files {
        let (file, hash) = read_file(path, found.len(), &mut gather, &mut |name| {
            let current = now.get(name).map_or(name, String::as_str);
            if current != name {
                renamed.insert(name.to_owned(), current.to_owned());
            }
            current.to_owned()
        })?;
        if let Some((same, _)) = found.iter().find(|(_, other)| *other == hash) {
            return Err(ImportError::Twice {
                file: path.clone(),
                same_as: same.path.clone(),
            });
        }
        found.push((file, hash));
    }
    Ok(Import {
        files: found.into_iter().map(|(file, _)| file).collect(),
        namespaces: gather.finish()?,
        renamed,
        former: formers(now),
    })
}

/// Reads a file; its hash is that of the unpacked text.
fn read_file(
    path: &Path,
    number: usize,
    gather: &mut Gather,
    now: &mut dyn FnMut(&str) -> String,
) -> Result<(ImportedFile, [u8; 32]), ImportError> {
    let mut rows = file::open(path)?;
    let mut file = ImportedFile {
        path: path.to_owned(),
        columns: rows.header().names.len(),
        rows: 0,
        skipped: 0,
        told: Vec::new(),
    };
    if rows.header().fields[Column::Namespace as usize].is_none() {
        return Err(ImportError::NoNamespace(path.to_owned()));
    }
    // Rows of a namespace stand together, mostly.
    let mut last: (Vec<u8>, Option<u32>) = (Vec::new(), None);
    while let Some(next) = rows
        .next()
        .map_err(|error| ImportError::Io(path.to_owned(), error))?
    {
        let row = match next {
            Next::Skipped { line, why } => {
                file.skip(line, Why::Broken(why));
                continue;
            }
            Next::Row(row) => row,
        };
        let name = row.value(Column::Namespace);
        if *last.0 != *name {
            last = (name.to_vec(), namespace(&name, gather, now));
        }
        match last.1 {
            None => file.skip(row.line, Why::Namespace),
            Some(namespace) => {
                file.rows += 1;
                push(&row, namespace, number, gather)?;
            }
        }
    }
    Ok((file, rows.into_inner().hash()))
}

/// The number of a namespace, if it has a name that one may have.
fn namespace(name: &[u8], gather: &mut Gather, now: &mut dyn FnMut(&str) -> String) -> Option<u32> {
    let name = std::str::from_utf8(name).ok()?;
    let parsed = Namespace::parse(name).ok()?;
    // Blanks around it are forgiven to those who type, not to files.
    (parsed.as_str() == name).then(|| gather.namespace(&now(name)))
}

fn push(
    row: &RawRow<'_>,
    namespace: u32,
    file: usize,
    gather: &mut Gather,
) -> Result<(), PullStoreError> {
    let texts: [Cow<'_, [u8]>; TEXTS.len()] = TEXTS.map(|column| match column {
        // Said once, by the day.
        Column::Namespace => Cow::Borrowed(&b""[..]),
        _ => row.value(column),
    });
    let mut pull = Pull {
        texts: std::array::from_fn(|at| &*texts[at]),
        ..Pull::default()
    };
    pull.numbers[Number::Day as usize] = row.day.0 as u64;
    pull.numbers[Number::Action as usize] = row.action as u64;
    pull.numbers[Number::Count as usize] = 1;
    pull.numbers[Number::Method as usize] = u64::from(row.is_get());
    gather.push(namespace, row.day, file, &pull)
}
