//! The rows of one slice of a file, in columns: dictionary codes in the
//! narrowest integers that hold them, and where each row stands in the file.

use crate::dictionary::EMPTY;
use crate::header::{COLUMNS, Column};
use serde::{Deserialize, Serialize};

/// What a row counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Action {
    /// `pull_by_tag`.
    PullByTag,
    /// `pull_by_digest`.
    PullByDigest,
    /// `version_check`.
    VersionCheck,
}

impl Action {
    /// Every action, in the order of its number.
    pub const ALL: [Self; 3] = [Self::PullByTag, Self::PullByDigest, Self::VersionCheck];

    /// The action's name as the raw export writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PullByTag => "pull_by_tag",
            Self::PullByDigest => "pull_by_digest",
            Self::VersionCheck => "version_check",
        }
    }

    /// The action of a name, in any case and with any word separator.
    pub fn parse(name: &[u8]) -> Option<Self> {
        let key = crate::header::key(std::str::from_utf8(name).ok()?);
        Self::ALL
            .into_iter()
            .find(|a| crate::header::key(a.name()) == key)
    }
}

/// Which slice of which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SliceId {
    /// Number of the file in the order of opening.
    pub file: u32,
    /// Number of the slice within the file.
    pub slice: u32,
}

/// Codes of one column for every row of a segment.
#[derive(Debug)]
pub enum Codes {
    /// Every row has this code.
    Same(u32),
    /// Codes below 2^8.
    Narrow(Vec<u8>),
    /// Codes below 2^16.
    Middle(Vec<u16>),
    /// Any code.
    Wide(Vec<u32>),
}

impl Codes {
    /// Packs codes into the narrowest width that holds them all.
    pub fn pack(codes: &[u32]) -> Self {
        let first = codes.first().copied().unwrap_or(EMPTY);
        let (all, differ) = codes.iter().fold((0, 0), |(all, differ), code| {
            (all | code, differ | (code ^ first))
        });
        match all {
            _ if differ == 0 => Self::Same(first),
            all if all <= 0xFF => Self::Narrow(codes.iter().map(|c| *c as u8).collect()),
            all if all <= 0xFFFF => Self::Middle(codes.iter().map(|c| *c as u16).collect()),
            _ => Self::Wide(codes.to_vec()),
        }
    }

    /// Bytes of memory that they take.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Same(_) => 0,
            Self::Narrow(codes) => codes.len(),
            Self::Middle(codes) => codes.len() * 2,
            Self::Wide(codes) => codes.len() * 4,
        }
    }

    /// The code of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Self::Same(code) => *code,
            Self::Narrow(codes) => u32::from(codes[row]),
            Self::Middle(codes) => u32::from(codes[row]),
            Self::Wide(codes) => codes[row],
        }
    }

    /// Calls `take` with each of some rows, counted from the first of them, and
    /// its code; the width is looked at once.
    #[inline(always)]
    pub(crate) fn each(&self, rows: std::ops::Range<usize>, mut take: impl FnMut(usize, u32)) {
        let mut take = |(row, code)| take(row, code);
        match self {
            Self::Same(code) => (0..rows.len()).for_each(|row| take((row, *code))),
            Self::Narrow(codes) => {
                let codes = codes[rows].iter().map(|c| u32::from(*c));
                codes.enumerate().for_each(take);
            }
            Self::Middle(codes) => {
                let codes = codes[rows].iter().map(|c| u32::from(*c));
                codes.enumerate().for_each(take);
            }
            Self::Wide(codes) => codes[rows].iter().copied().enumerate().for_each(take),
        }
    }
}

/// Rows of one slice.
pub struct Segment {
    /// Where the rows come from.
    pub id: SliceId,
    /// Offset in the file (unpacked, if it is a gzip file) of the first row.
    pub first_row: u64,
    /// Offset of the first row after the segment.
    pub next_row: u64,
    /// What each row is.
    pub actions: Vec<u8>,
    /// How many rows are version checks.
    pub checks: usize,
    /// Codes of each [`Column`].
    pub columns: [Codes; COLUMNS],
    /// How many actions each row stands for; `None` when each is one.
    pub counts: Option<Vec<u64>>,
    /// Unique addresses of each row where the file tells; only with `counts`.
    pub unique: Option<Vec<u64>>,
    /// Where each row begins, from `first_row`.
    starts: Vec<u32>,
    /// Length of each row with its line end; [`LONG`] for the rows in `long`.
    lengths: Vec<u16>,
    /// Rows longer than a `u16` tells, ascending.
    long: Vec<(u32, u32)>,
}

const LONG: u16 = u16::MAX;

impl Segment {
    /// Bytes of memory that its rows take.
    pub fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().map(Codes::bytes).sum();
        let counted = |counts: &Option<Vec<u64>>| counts.as_ref().map_or(0, |c| c.len() * 8);
        let places = self.starts.len() * 4 + self.lengths.len() * 2 + self.long.len() * 8;
        columns + self.actions.len() + counted(&self.counts) + counted(&self.unique) + places
    }

    /// Rows that come from no file, so that none has a place in one. `counts` as in the field.
    ///
    /// # Panics
    /// If the columns are not all as long as `actions`.
    pub fn placeless(
        id: SliceId,
        actions: Vec<u8>,
        columns: [Codes; COLUMNS],
        counts: Option<Vec<u64>>,
    ) -> Self {
        let len = actions.len();
        let fits = |codes: &Codes| match codes {
            Codes::Same(_) => true,
            Codes::Narrow(codes) => codes.len() == len,
            Codes::Middle(codes) => codes.len() == len,
            Codes::Wide(codes) => codes.len() == len,
        };
        assert!(columns.iter().all(fits), "a column of another length");
        Self {
            id,
            first_row: 0,
            next_row: 0,
            checks: actions
                .iter()
                .filter(|action| **action == Action::VersionCheck as u8)
                .count(),
            actions,
            columns,
            unique: counts.as_ref().map(|counts| vec![0; counts.len()]),
            counts,
            starts: Vec::new(),
            lengths: Vec::new(),
            long: Vec::new(),
        }
    }

    /// Number of rows.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// The codes of a column.
    pub fn column(&self, column: Column) -> &Codes {
        &self.columns[column as usize]
    }

    /// How many actions a row stands for.
    pub fn count(&self, row: usize) -> u64 {
        self.counts.as_ref().map_or(1, |counts| counts[row])
    }

    /// The row's place, as offsets from [`Self::first_row`].
    pub fn place(&self, row: usize) -> std::ops::Range<usize> {
        let start = self.starts[row] as usize;
        let length = match self.lengths[row] {
            LONG => self
                .long
                .binary_search_by_key(&(row as u32), |l| l.0)
                .map_or(0, |at| self.long[at].1),
            short => u32::from(short),
        };
        start..start + length as usize
    }
}

/// Collects the rows of a segment; its buffers are used again for the next.
#[derive(Default)]
pub struct Builder {
    /// Codes of all rows, by column; none for a column that the file has not.
    pub codes: [Vec<u32>; COLUMNS],
    /// Actions and places of all rows.
    pub rows: Rows,
    counts: Vec<u64>,
    unique: Vec<u64>,
}

/// What each row is and where it stands.
#[derive(Default)]
pub struct Rows {
    actions: Vec<u8>,
    starts: Vec<u32>,
    lengths: Vec<u16>,
    long: Vec<(u32, u32)>,
}

impl Rows {
    /// Adds a row's action and place; its codes are pushed onto
    /// [`Builder::codes`] by the caller, for each column that the file has.
    #[inline(always)]
    pub fn push(&mut self, action: Action, start: usize, length: usize) {
        let short = match u16::try_from(length) {
            Ok(short) if short != LONG => short,
            _ => {
                self.long.push((self.actions.len() as u32, length as u32));
                LONG
            }
        };
        self.actions.push(action as u8);
        self.starts.push(start as u32);
        self.lengths.push(short);
    }
}

impl Builder {
    /// Empties it for a slice of about `rows` rows.
    pub fn begin(&mut self, rows: usize) {
        for codes in &mut self.codes {
            codes.clear();
        }
        self.rows = Rows {
            actions: Vec::with_capacity(rows),
            starts: Vec::with_capacity(rows),
            lengths: Vec::with_capacity(rows),
            long: Vec::new(),
        };
        self.counts.clear();
        self.unique.clear();
    }

    /// Adds a row that stands for `count` actions.
    pub fn push_counted(
        &mut self,
        action: Action,
        start: usize,
        length: usize,
        count: u64,
        unique: u64,
    ) {
        self.rows.push(action, start, length);
        self.counts.push(count);
        self.unique.push(unique);
    }

    /// Gives the row numbered `row`, the last one added, another place.
    pub fn move_last(&mut self, row: usize, start: usize, length: usize) {
        let rows = &mut self.rows;
        let action = rows.actions[row];
        rows.actions.truncate(row);
        rows.starts.truncate(row);
        rows.lengths.truncate(row);
        rows.long.retain(|l| l.0 < row as u32);
        rows.push(Action::ALL[action as usize], start, length);
    }

    /// Number of rows added.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.rows.actions.len()
    }

    /// The segment of all rows added.
    pub fn finish(&mut self, id: SliceId, first_row: u64, next_row: u64) -> Segment {
        let Rows {
            actions,
            starts,
            lengths,
            long,
        } = std::mem::take(&mut self.rows);
        let counted = !self.counts.is_empty();
        Segment {
            id,
            first_row,
            next_row,
            columns: std::array::from_fn(|c| {
                let codes = &self.codes[c];
                // A column that the file has not is empty in every row.
                if codes.len() == actions.len() {
                    Codes::pack(codes)
                } else {
                    Codes::Same(EMPTY)
                }
            }),
            checks: actions
                .iter()
                .filter(|action| **action == Action::VersionCheck as u8)
                .count(),
            actions: tight(actions),
            counts: counted.then(|| std::mem::take(&mut self.counts)),
            unique: counted.then(|| std::mem::take(&mut self.unique)),
            starts: tight(starts),
            lengths: tight(lengths),
            long,
        }
    }
}

fn tight<T>(mut rows: Vec<T>) -> Vec<T> {
    rows.shrink_to_fit();
    rows
}
