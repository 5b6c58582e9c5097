//! Which days of which repositories a file covers, to notice that a second
//! file would count the same pulls again.

use crate::calendar::{Day, Span};
use crate::header::Column;
use crate::partition::Partition;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows of each repository on each day; `None` for files without days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Namespace, repository and day, with the number of rows.
    pub rows: BTreeMap<(String, String, Option<Day>), u64>,
}

impl Coverage {
    /// Adds what another partition holds of the same file.
    pub fn merge(&mut self, other: Self) {
        for (key, rows) in other.rows {
            *self.rows.entry(key).or_default() += rows;
        }
    }

    /// The days, first to last.
    pub fn span(&self) -> Option<Span> {
        let mut days = self.rows.keys().filter_map(|k| k.2);
        let first = days.next()?;
        Some(days.fold(Span::new(first, first), |span, day| Span {
            first: span.first.min(day),
            last: span.last.max(day),
        }))
    }

    /// What two files both cover.
    pub fn shared(&self, other: &Self) -> Option<Shared> {
        let mut shared: Option<Shared> = None;
        for (key, rows) in &self.rows {
            let Some(theirs) = other.rows.get(key) else {
                continue;
            };
            let entry = shared.get_or_insert_with(|| Shared {
                span: None,
                repositories: Vec::new(),
                same_counts: true,
            });
            entry.same_counts &= rows == theirs;
            if let Some(day) = key.2 {
                let span = entry.span.get_or_insert(Span::new(day, day));
                *span = Span {
                    first: span.first.min(day),
                    last: span.last.max(day),
                };
            }
            let name = format!("{}/{}", key.0, key.1);
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
        let mut counts: BTreeMap<(u32, u32, u32), u64> = BTreeMap::new();
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
                        *counts.entry(key).or_default() += run;
                    }
                    (key, run) = (Some(next), 0);
                }
                run += 1;
            }
            if let Some(key) = key {
                *counts.entry(key).or_default() += run;
            }
        }
        let text = |c: Column, code: u32| {
            String::from_utf8_lossy(self.dictionaries[c as usize].value(code)).into_owned()
        };
        let rows = counts
            .into_iter()
            .map(|((n, r, d), rows)| {
                (
                    (
                        text(Column::Namespace, n),
                        text(Column::Repository, r),
                        self.day(d),
                    ),
                    rows,
                )
            })
            .collect();
        Coverage { rows }
    }
}
