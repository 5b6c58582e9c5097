//! Which days of which repositories a file covers, to notice that a second
//! file would count the same pulls again.

use crate::calendar::{Day, Span};
use crate::dictionary::Dictionary;
use crate::header::Column;
use crate::order::sorted;
use crate::partition::Partition;
use serde::{Deserialize, Serialize};

/// Rows of each repository on each day; `None` for files without days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Namespace, repository and day, ascending, with the number of rows.
    pub rows: Vec<Covered>,
}

/// Rows of a repository on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Covered {
    /// Owner of the image.
    pub namespace: String,
    /// Image name.
    pub repository: String,
    /// The day.
    pub day: Option<Day>,
    /// How many rows.
    pub rows: u64,
}

impl Covered {
    fn key(&self, other: &Self) -> std::cmp::Ordering {
        self.namespace
            .cmp(&other.namespace)
            .then_with(|| self.repository.cmp(&other.repository))
            .then_with(|| self.day.cmp(&other.day))
    }
}

impl Coverage {
    /// What several partitions hold of a file.
    pub fn merge(parts: Vec<Self>) -> Self {
        let mut rows: Vec<Covered> = Vec::new();
        for covered in sorted(
            parts.into_iter().flat_map(|p| p.rows).collect(),
            Covered::key,
        ) {
            match rows.last_mut().filter(|last| last.key(&covered).is_eq()) {
                None => rows.push(covered),
                Some(last) => last.rows += covered.rows,
            }
        }
        Self { rows }
    }

    /// The days, first to last.
    pub fn span(&self) -> Option<Span> {
        let mut days = self.rows.iter().filter_map(|r| r.day);
        let first = days.next()?;
        Some(days.fold(Span::new(first, first), |span, day| Span {
            first: span.first.min(day),
            last: span.last.max(day),
        }))
    }

    /// What two files both cover.
    pub fn shared(&self, other: &Self) -> Option<Shared> {
        let mut shared: Option<Shared> = None;
        for covered in &self.rows {
            let place = other.rows.partition_point(|r| r.key(covered).is_lt());
            let Some(theirs) = other.rows.get(place).filter(|r| r.key(covered).is_eq()) else {
                continue;
            };
            let entry = shared.get_or_insert_with(|| Shared {
                span: None,
                repositories: Vec::new(),
                same_counts: true,
            });
            entry.same_counts &= covered.rows == theirs.rows;
            if let Some(day) = covered.day {
                let span = entry.span.get_or_insert(Span::new(day, day));
                *span = Span {
                    first: span.first.min(day),
                    last: span.last.max(day),
                };
            }
            let name = [&covered.namespace[..], "/", &covered.repository].concat();
            if !entry.repositories.contains(&name) {
                entry.repositories.push(name);
            }
        }
        shared
    }
}

/// What two files have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// First to last shared day.
    pub span: Option<Span>,
    /// `namespace/repository`.
    pub repositories: Vec<String>,
    /// Whether each shared day has as many rows in both.
    pub same_counts: bool,
}

impl Partition {
    /// What this partition holds of a file.
    #[inline(never)] // its callers are built for size
    pub fn coverage(&self, file: u32) -> Coverage {
        // Codes of namespace, repository and day as one key.
        let mut keys = Dictionary::new();
        let mut counts = vec![0u64];
        let mut add = |key: (u32, u32, u32), rows: u64| {
            let packed =
                ((u128::from(key.0) << 64) | (u128::from(key.1) << 32) | u128::from(key.2) | MARK)
                    .to_le_bytes();
            let code = keys.code_unlimited(&packed) as usize;
            if code >= counts.len() {
                counts.push(0);
            }
            counts[code] += rows;
        };
        for segment in self.segments.iter().filter(|s| s.id.file == file) {
            let column = |c: Column| segment.column(c);
            let (namespaces, repositories, days) = (
                column(Column::Namespace),
                column(Column::Repository),
                column(Column::Day),
            );
            // Neighbouring rows mostly share all three: one look-up a run.
            let (mut key, mut run) = (None, 0u64);
            for row in 0..segment.len() {
                let next = (namespaces.get(row), repositories.get(row), days.get(row));
                if key != Some(next) {
                    if let Some(key) = key {
                        add(key, run);
                    }
                    (key, run) = (Some(next), 0);
                }
                run += 1;
            }
            if let Some(key) = key {
                add(key, run);
            }
        }
        let text = |c: Column, code: u32| {
            String::from_utf8_lossy(self.dictionaries[c as usize].value(code)).into_owned()
        };
        let rows = (1..counts.len())
            .map(|code| {
                let key = keys
                    .value(code as u32)
                    .first_chunk()
                    .map_or(0, |key| u128::from_le_bytes(*key))
                    & !MARK;
                Covered {
                    namespace: text(Column::Namespace, (key >> 64) as u32),
                    repository: text(Column::Repository, (key >> 32) as u32),
                    day: self.day(key as u32),
                    rows: counts[code],
                }
            })
            .collect();
        Coverage {
            rows: sorted(rows, Covered::key),
        }
    }
}

/// No key is empty: the dictionary's empty value is not one of them.
const MARK: u128 = 1 << 127;
