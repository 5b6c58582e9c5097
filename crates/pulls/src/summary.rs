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
use crate::sieve::{BLOCK, IN_SPAN, Sieve, blocks, flagged};
use crate::tally::ACTIONS;
use serde::{Deserialize, Serialize};

/// What a line of the summary stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Level {
    /// A tag, or the digest of pulls that named none.
    Reference,
    /// A repository.
    Repository,
    /// A namespace.
    Namespace,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Owner of the image.
    pub namespace: String,
    /// Image name; empty at namespace level.
    pub repository: String,
    /// Tag or digest; empty at the other levels.
    pub reference: String,
    /// Pulls by tag, pulls by digest, version checks.
    pub counts: [u64; ACTIONS],
    /// Rows that told unique addresses, and their sum.
    pub unique: (u32, u64),
}

/// Groups are counted in a plain table up to so many of them, else in a map.
const TABLE: usize = 1 << 20;

impl Partition {
    /// The lines of a summary over this partition's rows, in no set order.
    #[inline(never)] // its callers are built for size
    pub fn groups(&self, selection: &Selection, level: Level) -> Vec<Group> {
        let sieve = Sieve::new(self, selection);
        let size = |c: Column| self.dictionaries[c as usize].len();
        let repositories = size(Column::Repository);
        let owners = size(Column::Namespace).saturating_mul(repositories);
        let by_reference = level == Level::Reference;
        let mut tagged = Counter::new(owners, if by_reference { size(Column::Tag) } else { 1 });
        let mut untagged = Counter::new(owners, size(Column::Digest));
        let mut odd = Counter::new(owners, size(Column::Reference));
        let (mut masks, mut list) = ([0; BLOCK], [0; BLOCK]);
        let (mut owner_of, mut tag_of) = ([0; BLOCK], [0; BLOCK]);
        for segment in &self.segments {
            for block in blocks(segment.len()) {
                let first = block.start;
                let masks = sieve.block(segment, block.clone(), &mut masks);
                let rows = flagged(masks, IN_SPAN, &mut list);
                // Columns are unpacked whole: a look at the width of each for every row takes longer.
                owner_of.fill(0);
                let namespaces = segment.column(Column::Namespace);
                namespaces.each(block.clone(), |row, code| {
                    owner_of[row] = u64::from(code) * repositories as u64;
                });
                let names = segment.column(Column::Repository);
                names.each(block.clone(), |row, code| owner_of[row] += u64::from(code));
                if by_reference {
                    let tags = segment.column(Column::Tag);
                    tags.each(block, |row, code| tag_of[row] = code);
                }
                for row in rows {
                    let row = usize::from(*row);
                    let (owner, tag, row) = (owner_of[row], tag_of[row], first + row);
                    if tag != EMPTY || !by_reference {
                        tagged.add(owner, tag as usize, segment, row);
                    } else {
                        match segment.column(Column::Reference).get(row) {
                            EMPTY => {
                                let digest = segment.column(Column::Digest).get(row);
                                untagged.add(owner, digest as usize, segment, row);
                            }
                            reference => odd.add(owner, reference as usize, segment, row),
                        }
                    }
                }
            }
        }
        let mut groups = Vec::new();
        let mut emit = |counter: &Counter, column: Option<Column>| {
            counter.each(|owner, value, counts, unique| {
                let text = |c: Column, code: usize| {
                    String::from_utf8_lossy(self.dictionaries[c as usize].value(code as u32))
                        .into_owned()
                };
                groups.push(Group {
                    namespace: text(Column::Namespace, (owner / repositories as u64) as usize),
                    repository: match level {
                        Level::Namespace => String::new(),
                        _ => text(Column::Repository, (owner % repositories as u64) as usize),
                    },
                    reference: column.map(|c| text(c, value)).unwrap_or_default(),
                    counts,
                    unique,
                });
            });
        };
        emit(&tagged, by_reference.then_some(Column::Tag));
        emit(&untagged, Some(Column::Digest));
        emit(&odd, Some(Column::Reference));
        groups
    }
}

/// No key is empty: the dictionary's empty value is not one of them.
const MARK: u128 = 1 << 127;

/// Counts by owner and value.
struct Counter {
    places: Places,
    /// By place and action.
    actions: Vec<[u64; ACTIONS]>,
    /// By place, what files that carry counts tell besides; none for others.
    told: Vec<Told>,
}

/// Where the counts of an owner and value are.
enum Places {
    /// So many values an owner, each with a place.
    Table(usize),
    /// Owner and value as bytes; their code is the place.
    Keyed(Dictionary),
}

/// What a row may tell besides its count.
#[derive(Clone, Copy, Default)]
struct Told {
    /// Whether there is any row: those of a summary may count nothing, and a
    /// reference without pulls is a line of it all the same.
    seen: bool,
    /// Rows that told unique addresses.
    rows: u32,
    unique: u64,
}

impl Counter {
    fn new(owners: usize, values: usize) -> Self {
        let cells = owners.saturating_mul(values);
        let (places, cells) = if cells <= TABLE {
            (Places::Table(values), cells)
        } else {
            (Places::Keyed(Dictionary::new()), 1)
        };
        Self {
            places,
            actions: vec![[0; ACTIONS]; cells],
            told: Vec::new(),
        }
    }

    #[inline(always)]
    fn add(&mut self, owner: u64, value: usize, segment: &Segment, row: usize) {
        let place = match &mut self.places {
            Places::Table(values) => owner as usize * *values + value,
            Places::Keyed(keys) => {
                let key = ((u128::from(owner) << 64) | value as u128 | MARK).to_le_bytes();
                let code = keys.code_unlimited(&key) as usize;
                if code >= self.actions.len() {
                    self.actions.push([0; ACTIONS]);
                }
                code
            }
        };
        self.actions[place][segment.actions[row] as usize] += segment.count(row);
        if segment.counts.is_some() {
            self.tell(place, segment, row);
        }
    }

    #[inline(never)]
    fn tell(&mut self, place: usize, segment: &Segment, row: usize) {
        if self.told.len() <= place {
            self.told.resize(self.actions.len(), Told::default());
        }
        let told = &mut self.told[place];
        told.seen = true;
        if let Some(unique) = &segment.unique
            && unique[row] > 0
        {
            told.rows += 1;
            told.unique = told.unique.saturating_add(unique[row]);
        }
    }

    fn each(&self, mut emit: impl FnMut(u64, usize, [u64; ACTIONS], (u32, u64))) {
        for (place, counts) in self.actions.iter().enumerate() {
            let told = self.told.get(place).copied().unwrap_or_default();
            if !told.seen && counts.iter().all(|count| *count == 0) {
                continue;
            }
            let (owner, value) = match &self.places {
                Places::Table(values) => ((place / values) as u64, place % values),
                Places::Keyed(keys) => {
                    let key = keys.value(place as u32).first_chunk();
                    let key = key.map_or(0, |key| u128::from_le_bytes(*key)) & !MARK;
                    ((key >> 64) as u64, key as u64 as usize)
                }
            };
            emit(owner, value, *counts, (told.rows, told.unique));
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
        Level::Namespace => b"namespace,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n",
        Level::Repository => b"namespace,repository,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n",
    }
    .to_vec();
    for line in lines {
        let (counts, unique) = (line.counts, line.unique);
        let names = [line.namespace, line.repository, line.reference];
        let names = &names[..match level {
            Level::Reference => 3,
            Level::Repository => 2,
            Level::Namespace => 1,
        }];
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
