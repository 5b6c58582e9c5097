//! Which days of which repositories a file covers, to notice that a second
//! file would count the same pulls again, and what then becomes of it.

use crate::calendar::{Day, Granularity, Span};
use crate::dictionary::Dictionary;
use crate::header::{Column, FileKind};
use crate::order::sorted;
use crate::partition::Partition;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Rows of each repository on each day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Namespace, repository and day, ascending, with the number of rows.
    pub rows: Vec<Covered>,
    /// The period that begins with each day; the partitions do not know it.
    pub by: Granularity,
}

/// Rows of a repository on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Covered {
    /// Owner of the image.
    pub namespace: String,
    /// Image name.
    pub repository: String,
    /// The day, or the first of the period; `None` in a summary.
    pub day: Option<Day>,
    /// How many rows.
    pub rows: u64,
}

impl Covered {
    fn key(&self, other: &Self) -> Ordering {
        self.names(other).then_with(|| self.day.cmp(&other.day))
    }

    fn names(&self, other: &Self) -> Ordering {
        self.namespace
            .cmp(&other.namespace)
            .then_with(|| self.repository.cmp(&other.repository))
    }

    /// All days that it counts.
    fn days(&self, by: Granularity) -> Option<Span> {
        self.day.map(|day| Span {
            first: day,
            last: by.next(day).plus(-1),
        })
    }

    /// Whether it does not say of which repository it is.
    fn is_vague(&self) -> bool {
        self.namespace.is_empty() || self.repository.is_empty()
    }

    /// Whether both may be of one repository: what is not told may be any.
    fn may_be(&self, other: &Self) -> bool {
        let alike = |a: &str, b: &str| a == b || a.is_empty() || b.is_empty();
        alike(&self.namespace, &other.namespace) && alike(&self.repository, &other.repository)
    }
}

/// Whether days meet; those that are not told may be any.
fn meet(a: Option<Span>, b: Option<Span>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.intersection(b).is_some(),
        _ => true,
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
        Self {
            rows,
            by: Granularity::Day,
        }
    }

    /// The days, first to last.
    pub fn span(&self) -> Option<Span> {
        let mut days = self.rows.iter().filter_map(|r| r.days(self.by));
        let first = days.next()?;
        Some(days.fold(first, |span, days| Span {
            first: span.first.min(days.first),
            last: span.last.max(days.last),
        }))
    }

    /// The rows of a repository whose days meet those of a row of another file.
    fn meeting<'a>(
        &'a self,
        row: &'a Covered,
        by: Granularity,
    ) -> impl Iterator<Item = &'a Covered> {
        let days = row.days(by);
        let last = days.map(|days| days.last);
        let end = self.rows.partition_point(|r| {
            let before = r.names(row);
            before.is_lt() || before.is_eq() && last.is_none_or(|last| r.day <= Some(last))
        });
        // Periods of one length do not overlap: the first that ends too early is the last to look at.
        self.rows[..end]
            .iter()
            .rev()
            .take_while(move |r| r.names(row).is_eq() && meet(r.days(self.by), days))
    }

    /// As [`Self::meeting`], also where one of both does not tell its repository;
    /// `any_vague` says whether any row here does not.
    fn maybe_meeting<'a>(
        &'a self,
        row: &'a Covered,
        by: Granularity,
        any_vague: bool,
    ) -> impl Iterator<Item = &'a Covered> {
        let days = row.days(by);
        let vague = any_vague || row.is_vague();
        let some = if vague { &self.rows[..] } else { &[] };
        let some = some
            .iter()
            .filter(move |r| r.may_be(row) && meet(r.days(self.by), days));
        let known = (!vague).then(|| self.meeting(row, by));
        some.chain(known.into_iter().flatten())
    }

    /// What two files of a kind both cover.
    pub fn shared(&self, other: &Self) -> Option<Shared> {
        let mut shared: Option<Shared> = None;
        // Asked once: for each row it would take as long as all rows of both.
        let any_vague = other.rows.iter().any(Covered::is_vague);
        for covered in &self.rows {
            // Days are held against days only.
            let alike = |r: &&Covered| r.day.is_some() == covered.day.is_some();
            for theirs in other
                .maybe_meeting(covered, self.by, any_vague)
                .filter(alike)
            {
                let entry = shared.get_or_insert_with(|| Shared {
                    span: None,
                    repositories: Vec::new(),
                    same_counts: self.by == other.by,
                });
                entry.same_counts &= covered.rows == theirs.rows;
                let both = covered
                    .days(self.by)
                    .zip(theirs.days(other.by))
                    .and_then(|(a, b)| a.intersection(b));
                if let Some(both) = both {
                    let span = entry.span.get_or_insert(both);
                    *span = Span {
                        first: span.first.min(both.first),
                        last: span.last.max(both.last),
                    };
                }
                // What one does not tell, the other may.
                let told = |a: &str, b: &str| if a.is_empty() { b } else { a }.to_owned();
                let name = [
                    told(&covered.namespace, &theirs.namespace),
                    told(&covered.repository, &theirs.repository),
                ];
                let name = name.join("/");
                if entry.repositories.last() != Some(&name) {
                    entry.repositories.push(name);
                }
            }
        }
        if let Some(shared) = &mut shared {
            let mut names = sorted(std::mem::take(&mut shared.repositories), String::cmp);
            names.dedup();
            shared.repositories = names;
        }
        shared
    }

    /// Whether files of two kinds may say the same pulls: those of a repository
    /// on a day that both cover. What a file does not tell, as a summary its
    /// days, may be what the other has.
    pub fn repeats(&self, other: &Self) -> bool {
        let may_be_in = |row: &Covered, by: Granularity, all: &Self| {
            all.rows
                .iter()
                .any(|r| r.may_be(row) && meet(r.days(all.by), row.days(by)))
        };
        self.rows.iter().any(|row| {
            if row.is_vague() {
                may_be_in(row, self.by, other)
            } else {
                other.meeting(row, self.by).next().is_some()
            }
        }) || other
            .rows
            .iter()
            .any(|row| row.is_vague() && may_be_in(row, other.by, self))
    }

    /// Whether all that two files share is the period in which one ends and the
    /// other begins: parts of one export may meet within it.
    fn follows(&self, other: &Self, shared: &Shared) -> bool {
        let one = shared
            .span
            .is_some_and(|s| self.by == other.by && self.by.next(s.first) > s.last);
        let ends = self.span().zip(other.span());
        one && !shared.same_counts
            && ends.is_some_and(|(a, b)| {
                let touch = |a: Span, b: Span| self.by.start(a.last) == self.by.start(b.first);
                touch(a, b) || touch(b, a)
            })
    }
}

/// A file that was read, or is being read.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Its number.
    pub file: u32,
    /// What its rows are.
    pub kind: FileKind,
    /// What it covers, as far as it was read.
    pub coverage: &'a Coverage,
}

/// What a person has said about a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Count it though it shares rows with one of its kind.
    pub too: bool,
    /// Count it instead of files that say the same pulls in more detail.
    pub instead: bool,
}

/// What becomes of a file beside those that are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is counted, and these files, which say the same pulls otherwise, no
    /// longer are.
    Counted {
        /// Their numbers.
        instead_of: Vec<u32>,
    },
    /// It shares rows with one of its kind.
    Held {
        /// The other file.
        with: u32,
        /// What they share.
        shared: Shared,
    },
    /// A file in more detail says the same pulls.
    Aside {
        /// That file.
        by: u32,
    },
}

/// Decides whether a file is counted beside others: a pull is counted once, and
/// in as much detail as there is. Files of one kind that share rows are a
/// question for the person; of different kinds, the more detailed one counts,
/// and the less detailed one, which cannot be split, is left aside as a whole.
pub fn settle(file: &Known<'_>, wish: Wish, counted: &[Known<'_>]) -> Verdict {
    let (mut instead_of, mut held) = (Vec::new(), None);
    for other in counted.iter().filter(|other| other.file != file.file) {
        if other.kind != file.kind {
            if file.coverage.repeats(other.coverage) {
                if other.kind < file.kind && !wish.instead {
                    return Verdict::Aside { by: other.file };
                }
                instead_of.push(other.file);
            }
        } else if !wish.too && held.is_none() {
            held = file
                .coverage
                .shared(other.coverage)
                .filter(|shared| !file.coverage.follows(other.coverage, shared))
                .map(|shared| Verdict::Held {
                    with: other.file,
                    shared,
                });
        }
    }
    held.unwrap_or(Verdict::Counted { instead_of })
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
            by: Granularity::Day,
        }
    }
}

/// No key is empty: the dictionary's empty value is not one of them.
const MARK: u128 = 1 << 127;
