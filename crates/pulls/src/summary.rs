//! The summary export: one line a tag (or digest) or a repository, with the
//! three counts over a selection.
//!
//! Format: the registry's summary export. `unique_ip_address` cannot be added
//! up, so it is empty unless a single row of a file told it.

use crate::dictionary::{Dictionary, EMPTY};
use crate::export::neutralize;
use crate::header::Column;
use crate::order::sorted;
use crate::partition::Partition;
use crate::query::Selection;
use crate::record::write_field;
use crate::segment::Segment;
use crate::tally::Sieve;
use serde::{Deserialize, Serialize};

/// What a line of the summary stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Level {
    /// A tag, or the digest of pulls that named none.
    Reference,
    /// A repository.
    Repository,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Owner of the image.
    pub namespace: String,
    /// Image name.
    pub repository: String,
    /// Tag or digest; empty at repository level.
    pub reference: String,
    /// Pulls by tag, pulls by digest, version checks.
    pub counts: [u64; 3],
    /// Rows that told unique addresses, and their sum.
    pub unique: (u32, u64),
}

/// Groups are counted in a plain table up to so many of them, else in a map.
const TABLE: usize = 1 << 20;

#[derive(Clone, Copy, Default)]
struct Counts {
    actions: [u64; 3],
    /// Rows that told unique addresses.
    told: u32,
    /// Whether any row matches: those of a summary may count nothing, and a
    /// reference without pulls is a line of it all the same.
    seen: bool,
    unique: u64,
}

impl Partition {
    /// The lines of a summary over this partition's rows, in no set order.
    #[inline(never)] // its callers are built for size
    pub fn groups(&self, selection: &Selection, level: Level) -> Vec<Group> {
        let sieve = Sieve::new(self, selection);
        let size = |c: Column| self.dictionaries[c as usize].len();
        let owners = size(Column::Namespace) * size(Column::Repository);
        let mut tagged = Counter::new(
            owners,
            if level == Level::Reference {
                size(Column::Tag)
            } else {
                1
            },
        );
        let mut untagged = Counter::new(owners, size(Column::Digest));
        let mut odd = Counter::new(owners, size(Column::Reference));
        for segment in &self.segments {
            let rows = sieve.rows_of_any_action(segment);
            let column = |c: Column| segment.column(c);
            let (namespaces, repositories) =
                (column(Column::Namespace), column(Column::Repository));
            let (tags, digests, references) = (
                column(Column::Tag),
                column(Column::Digest),
                column(Column::Reference),
            );
            for row in rows {
                let row = row as usize;
                let owner = namespaces.get(row) as usize * size(Column::Repository)
                    + repositories.get(row) as usize;
                let counts = if level == Level::Repository {
                    tagged.at(owner, 0)
                } else {
                    match (tags.get(row), references.get(row)) {
                        (EMPTY, EMPTY) => untagged.at(owner, digests.get(row) as usize),
                        (EMPTY, reference) => odd.at(owner, reference as usize),
                        (tag, _) => tagged.at(owner, tag as usize),
                    }
                };
                add(counts, segment, row);
            }
        }
        let mut groups = Vec::new();
        let mut emit = |counter: &Counter, column: Option<Column>| {
            counter.each(|owner, value, counts| {
                let text = |c: Column, code: usize| {
                    String::from_utf8_lossy(self.dictionaries[c as usize].value(code as u32))
                        .into_owned()
                };
                groups.push(Group {
                    namespace: text(Column::Namespace, owner / size(Column::Repository)),
                    repository: text(Column::Repository, owner % size(Column::Repository)),
                    reference: column.map(|c| text(c, value)).unwrap_or_default(),
                    counts: counts.actions,
                    unique: (counts.told, counts.unique),
                });
            });
        };
        emit(&tagged, (level == Level::Reference).then_some(Column::Tag));
        emit(&untagged, Some(Column::Digest));
        emit(&odd, Some(Column::Reference));
        groups
    }
}

fn add(counts: &mut Counts, segment: &Segment, row: usize) {
    counts.seen = true;
    counts.actions[segment.actions[row] as usize] += segment.count(row);
    if let Some(unique) = &segment.unique
        && unique[row] > 0
    {
        counts.told += 1;
        counts.unique = counts.unique.saturating_add(unique[row]);
    }
}

/// No key is empty: the dictionary's empty value is not one of them.
const MARK: u128 = 1 << 127;

/// Counts by owner and value.
enum Counter {
    Table {
        values: usize,
        counts: Vec<Counts>,
    },
    /// Owner and value as bytes, and their counts by code.
    Keyed {
        keys: Dictionary,
        counts: Vec<Counts>,
    },
}

impl Counter {
    fn new(owners: usize, values: usize) -> Self {
        if owners.saturating_mul(values) <= TABLE {
            Self::Table {
                values,
                counts: vec![Counts::default(); owners * values],
            }
        } else {
            Self::Keyed {
                keys: Dictionary::new(),
                counts: vec![Counts::default()],
            }
        }
    }

    #[inline(always)]
    fn at(&mut self, owner: usize, value: usize) -> &mut Counts {
        match self {
            Self::Table { values, counts } => &mut counts[owner * *values + value],
            Self::Keyed { keys, counts } => {
                let key = (((owner as u128) << 64) | value as u128 | MARK).to_le_bytes();
                let code = keys.code_unlimited(&key) as usize;
                if code >= counts.len() {
                    counts.push(Counts::default());
                }
                &mut counts[code]
            }
        }
    }

    fn each(&self, mut emit: impl FnMut(usize, usize, Counts)) {
        match self {
            Self::Table { values, counts } => {
                for (at, counts) in counts.iter().enumerate().filter(|(_, c)| c.seen) {
                    emit(at / values, at % values, *counts);
                }
            }
            Self::Keyed { keys, counts } => {
                for (code, counts) in counts.iter().enumerate().skip(1) {
                    let key = keys
                        .value(code as u32)
                        .first_chunk()
                        .map_or(0, |key| u128::from_le_bytes(*key))
                        & !MARK;
                    emit((key >> 64) as usize, key as u64 as usize, *counts);
                }
            }
        }
    }
}

/// All partitions' lines as one CSV file, sorted by namespace, repository and
/// reference. Values that a spreadsheet would run as formulas are made plain.
#[inline(never)] // its callers are built for size
pub fn write(parts: Vec<Vec<Group>>, level: Level) -> Vec<u8> {
    let key = |a: &Group, b: &Group| {
        a.namespace
            .cmp(&b.namespace)
            .then_with(|| a.repository.cmp(&b.repository))
            .then_with(|| a.reference.cmp(&b.reference))
    };
    let mut lines: Vec<Group> = Vec::new();
    for group in sorted(parts.into_iter().flatten().collect(), key) {
        match lines.last_mut().filter(|line| key(line, &group).is_eq()) {
            None => lines.push(group),
            Some(line) => {
                for (sum, n) in line.counts.iter_mut().zip(group.counts) {
                    *sum += n;
                }
                line.unique.0 += group.unique.0;
                line.unique.1 = line.unique.1.saturating_add(group.unique.1);
            }
        }
    }
    let mut out: Vec<u8> = match level {
        Level::Reference => &b"namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n"[..],
        Level::Repository => b"namespace,repository,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n",
    }
    .to_vec();
    for line in lines {
        let (counts, unique) = (line.counts, line.unique);
        let names = [line.namespace, line.repository, line.reference];
        let names = &names[..if level == Level::Reference { 3 } else { 2 }];
        for name in names {
            write_field(&mut out, &neutralize(name.as_bytes()), b',');
            out.push(b',');
        }
        if unique.0 == 1 {
            out.extend_from_slice(unique.1.to_string().as_bytes());
        }
        for count in counts {
            out.push(b',');
            out.extend_from_slice(count.to_string().as_bytes());
        }
        out.push(b'\n');
    }
    out
}
