//! Rows in columns, as bytes: how the server keeps pulls, and how it sends a
//! span of them to the page.
//!
//! The file format of the readers, CSV, is for exchange; this one is for the
//! program itself. A batch is complete in itself and may hold any rows.
//!
//! | part | bytes |
//! |---|---|
//! | what it is | `dsos`, then [`VERSION`] |
//! | how many rows, how many columns | two numbers |
//! | each column: | |
//! | which | one byte, [`Field`] |
//! | how many bytes follow in it | a number, so that a reader may leave it out |
//! | its values, if it is one of text | how many, the length of each, and all of them one after the other; the empty text is code 0 and is not written |
//! | its width | one byte: 0, 1, 2, 4 or 8 |
//! | a code or number for each row, little endian, of that width; of width 0 one for all of them, as a number | |
//!
//! Numbers are unsigned LEB128, of at most 64 bits. Columns that are empty in
//! every row are left out; so is a count of 1 in every row.

pub mod csv;
mod decode;
mod encode;
mod fold;
mod hold;
mod marks;

pub use encode::BatchBuilder;
pub use fold::is_viewed;

use crate::calendar::Day;
use crate::dictionary::EMPTY;
use crate::header::Column;

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u8 = 1;

/// A batch has at most so many rows: a code for each has to fit into memory.
pub const MAX_ROWS: usize = 1 << 26;

const MAGIC: &[u8; 4] = b"dsos";

/// A column of text.
pub const TEXTS: [Column; 10] = [
    Column::Repository,
    Column::Tag,
    Column::Digest,
    Column::Country,
    Column::Tool,
    Column::Version,
    Column::Host,
    Column::Network,
    Column::Domain,
    Column::Namespace,
];

/// A column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Number {
    /// Days since 1970-01-01.
    Day,
    /// The [`Action`](crate::segment::Action).
    Action,
    /// How many actions a row stands for.
    Count,
    /// How the manifest was asked for: 0 by HEAD, 1 by GET.
    Method,
    /// A keyed hash of the client, the same within an ISO week; 0 for none.
    WeekVisitor,
    /// The same within a month.
    MonthVisitor,
}

/// All columns of numbers, in the order of their bytes.
pub const NUMBERS: [Number; 6] = [
    Number::Day,
    Number::Action,
    Number::Count,
    Number::Method,
    Number::WeekVisitor,
    Number::MonthVisitor,
];

/// A column of a batch: `0x00` on for text, in the order of [`TEXTS`], `0x40`
/// on for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Text.
    Text(Column),
    /// A number.
    Number(Number),
}

const NUMBER: u8 = 0x40;

impl Field {
    fn byte(self) -> u8 {
        match self {
            Self::Text(column) => TEXTS.iter().position(|one| *one == column).unwrap_or(0) as u8,
            Self::Number(number) => NUMBER + number as u8,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        if byte < NUMBER {
            TEXTS.get(usize::from(byte)).copied().map(Self::Text)
        } else {
            NUMBERS
                .get(usize::from(byte - NUMBER))
                .copied()
                .map(Self::Number)
        }
    }
}

/// Why bytes are no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchError {
    /// They do not begin as one.
    Magic,
    /// They are of a later version.
    Version(u8),
    /// They end too early, or hold what no batch does: where.
    Broken(&'static str),
}

impl std::fmt::Display for BatchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Magic => f.write_str("these bytes are no batch of pulls"),
            Self::Version(version) => write!(
                f,
                "these pulls were written by a newer program (version {version}; this one reads {VERSION})"
            ),
            Self::Broken(what) => write!(f, "a batch of pulls is damaged: {what}"),
        }
    }
}

impl std::error::Error for BatchError {}

/// A row of a batch; texts are empty where nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pull<'a> {
    /// The texts, in the order of [`TEXTS`].
    pub texts: [&'a [u8]; TEXTS.len()],
    /// The numbers, in the order of [`NUMBERS`].
    pub numbers: [u64; NUMBERS.len()],
}

impl<'a> Pull<'a> {
    /// The value of a column of text.
    pub fn text(&self, column: Column) -> &'a [u8] {
        TEXTS
            .iter()
            .position(|one| *one == column)
            .map_or(&[], |at| self.texts[at])
    }

    /// The value of a column of numbers.
    pub fn number(&self, number: Number) -> u64 {
        self.numbers[number as usize]
    }
}

/// A number for each row, in the narrowest integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// The same in every row.
    Same(u64),
    /// Below 2^8.
    Narrow(Vec<u8>),
    /// Below 2^16.
    Middle(Vec<u16>),
    /// Below 2^32.
    Wide(Vec<u32>),
    /// Any.
    Whole(Vec<u64>),
}

impl Numbers {
    /// The number of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> u64 {
        match self {
            Self::Same(number) => *number,
            Self::Narrow(numbers) => numbers[row].into(),
            Self::Middle(numbers) => numbers[row].into(),
            Self::Wide(numbers) => numbers[row].into(),
            Self::Whole(numbers) => numbers[row],
        }
    }

    pub(crate) fn least(&self) -> u64 {
        match self {
            Self::Same(number) => *number,
            Self::Narrow(numbers) => numbers.iter().copied().min().unwrap_or(0).into(),
            Self::Middle(numbers) => numbers.iter().copied().min().unwrap_or(0).into(),
            Self::Wide(numbers) => numbers.iter().copied().min().unwrap_or(0).into(),
            Self::Whole(numbers) => numbers.iter().copied().min().unwrap_or(0),
        }
    }

    pub(crate) fn most(&self) -> u64 {
        match self {
            Self::Same(number) => *number,
            Self::Narrow(numbers) => numbers.iter().copied().max().unwrap_or(0).into(),
            Self::Middle(numbers) => numbers.iter().copied().max().unwrap_or(0).into(),
            Self::Wide(numbers) => numbers.iter().copied().max().unwrap_or(0).into(),
            Self::Whole(numbers) => numbers.iter().copied().max().unwrap_or(0),
        }
    }
}

/// A column of text: its distinct values, and the code of each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    text: Vec<u8>,
    /// Where each value ends, from code 1 on.
    ends: Vec<u32>,
    /// The codes; 0 is the empty text.
    pub codes: Numbers,
}

impl Texts {
    /// How many distinct values there are, the empty one included.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.ends.len() + 1
    }

    /// The value of a code.
    ///
    /// # Panics
    /// If no value has that code.
    pub fn value(&self, code: u32) -> &[u8] {
        if code == EMPTY {
            return &[];
        }
        let at = code as usize - 1;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start as usize..self.ends[at] as usize]
    }
}

/// Rows in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    rows: usize,
    texts: [Texts; TEXTS.len()],
    numbers: [Numbers; NUMBERS.len()],
}

impl Batch {
    /// How many rows there are.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// A column of text; of what is none of [`TEXTS`], nothing.
    pub fn texts(&self, column: Column) -> Option<&Texts> {
        let at = TEXTS.iter().position(|one| *one == column)?;
        Some(&self.texts[at])
    }

    /// A column of [`TEXTS`].
    fn column(&self, column: Column) -> &Texts {
        let at = TEXTS.iter().position(|one| *one == column);
        &self.texts[at.unwrap_or(0)]
    }

    /// A column of numbers.
    pub fn numbers(&self, number: Number) -> &Numbers {
        &self.numbers[number as usize]
    }

    /// A row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> Pull<'_> {
        assert!(row < self.rows, "no row {row}");
        Pull {
            texts: std::array::from_fn(|at| {
                let column = &self.texts[at];
                column.value(column.codes.get(row) as u32)
            }),
            numbers: std::array::from_fn(|at| self.numbers[at].get(row)),
        }
    }

    /// The day of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn day(&self, row: usize) -> Day {
        Day(self.numbers(Number::Day).get(row) as i32)
    }
}
