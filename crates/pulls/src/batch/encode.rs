//! Collecting rows and writing them.

use super::{Batch, Field, MAGIC, MAX_ROWS, NUMBERS, Number, Pull, TEXTS, VERSION, is_viewed};
use crate::header::Column;
use std::collections::HashMap;

/// A column of text that grows. Unlike the readers’ dictionary it takes every
/// text for what it is: `null` is a possible tag.
#[derive(Default)]
struct TextBuilder {
    known: HashMap<Box<[u8]>, u32>,
    /// The distinct values, from code 1 on.
    values: Vec<Box<[u8]>>,
    codes: Vec<u32>,
    /// Codes of late, by [`slot`]: most texts are one of few, and comparing takes a fraction of
    /// hashing with a key, which others' texts cannot do without.
    recent: Vec<u32>,
}

const SLOTS: usize = 256;

/// Where the code of a text may be remembered.
fn slot(text: &[u8]) -> usize {
    let word = |bytes: &[u8]| match bytes.first_chunk() {
        Some(word) => u64::from_le_bytes(*word),
        None => bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let end = text.len().saturating_sub(8);
    let mixed = word(text) ^ word(&text[end..]).rotate_left(29) ^ text.len() as u64;
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

impl TextBuilder {
    /// The code of a text.
    fn code(&mut self, text: &[u8]) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let slot = slot(text);
        if let Some(code) = self.recent.get(slot)
            && let Some(last) = code.checked_sub(1)
            && *self.values[last as usize] == *text
        {
            return *code;
        }
        let code = self.looked_up(text);
        // Few rows are not worth the memory.
        if self.recent.is_empty() && self.codes.len() >= SLOTS {
            self.recent = vec![0; SLOTS];
        }
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = code;
        }
        code
    }

    fn looked_up(&mut self, text: &[u8]) -> u32 {
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        let value: Box<[u8]> = text.into();
        self.values.push(value.clone());
        let code = self.values.len() as u32;
        self.known.insert(value, code);
        code
    }
}

/// Collects rows.
pub struct BatchBuilder {
    texts: [TextBuilder; TEXTS.len()],
    numbers: [Vec<u64>; NUMBERS.len()],
}

impl Default for BatchBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl BatchBuilder {
    /// A batch without rows.
    pub fn new() -> Self {
        Self {
            texts: std::array::from_fn(|_| TextBuilder::default()),
            numbers: std::array::from_fn(|_| Vec::new()),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.numbers[0].len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column of numbers, a number for each row.
    pub(super) fn numbers(&self, number: Number) -> &[u64] {
        &self.numbers[number as usize]
    }

    /// The codes of a column of text, a code for each row.
    pub(super) fn codes(&self, column: Column) -> &[u32] {
        let at = TEXTS.iter().position(|one| *one == column);
        &self.texts[at.unwrap_or(0)].codes
    }

    /// The rank of each code of a column, by the texts.
    pub(super) fn ranks(&self, column: Column) -> Vec<u32> {
        let Some(at) = TEXTS.iter().position(|one| *one == column) else {
            return vec![0];
        };
        let values = &self.texts[at].values;
        let mut codes: Vec<usize> = (0..values.len()).collect();
        codes.sort_unstable_by_key(|code| &values[*code]);
        // The empty text is before all others.
        let mut ranks = vec![0; values.len() + 1];
        for (rank, code) in (1..).zip(codes) {
            ranks[code + 1] = rank;
        }
        ranks
    }

    /// Adds rows of another builder, with other counts, and without what no view looks at.
    pub(super) fn extend_counted(
        &mut self,
        other: &Self,
        rows: impl Iterator<Item = (usize, u64)> + Clone,
    ) {
        for (at, column) in TEXTS.into_iter().enumerate() {
            let (own, others) = (&mut self.texts[at], &other.texts[at]);
            if !is_viewed(Field::Text(column)) {
                own.codes.extend(rows.clone().map(|_| 0));
                continue;
            }
            // Each value is looked up once, however many rows have it.
            let mut known: Vec<Option<u32>> = vec![None; others.values.len() + 1];
            known[0] = Some(0);
            for (row, _) in rows.clone() {
                let code = others.codes[row] as usize;
                let code = *known[code].get_or_insert_with(|| own.code(&others.values[code - 1]));
                own.codes.push(code);
            }
        }
        for (at, number) in NUMBERS.into_iter().enumerate() {
            let others = &other.numbers[at];
            self.numbers[at].extend(rows.clone().map(|(row, count)| match number {
                Number::Count => count,
                _ if is_viewed(Field::Number(number)) => others[row],
                _ => 0,
            }));
        }
    }

    /// Adds a row.
    pub fn push(&mut self, pull: &Pull<'_>) {
        for (column, text) in self.texts.iter_mut().zip(pull.texts) {
            let code = column.code(text);
            column.codes.push(code);
        }
        for (numbers, number) in self.numbers.iter_mut().zip(pull.numbers) {
            numbers.push(number);
        }
    }

    /// Adds values of one column of text, for rows that come a column after the other. Nothing
    /// else is to be done before every column has as many; [`Self::even_out`] sees to that.
    pub fn push_texts<'a>(&mut self, column: Column, texts: impl Iterator<Item = &'a [u8]>) {
        if let Some(at) = TEXTS.iter().position(|one| *one == column) {
            let own = &mut self.texts[at];
            for text in texts {
                let code = own.code(text);
                own.codes.push(code);
            }
        }
    }

    /// Adds values of one column of numbers, as [`Self::push_texts`] does.
    pub fn push_numbers(&mut self, number: Number, numbers: impl Iterator<Item = u64>) {
        self.numbers[number as usize].extend(numbers);
    }

    /// Gives the columns that were left out as many rows as the longest has: empty texts, and 0.
    pub fn even_out(&mut self) {
        let texts = self.texts.iter().map(|column| column.codes.len());
        let rows = texts.chain(self.numbers.iter().map(Vec::len)).max();
        let rows = rows.unwrap_or(0);
        for column in &mut self.texts {
            column.codes.resize(rows, 0);
        }
        for numbers in &mut self.numbers {
            numbers.resize(rows, 0);
        }
    }

    /// Puts the rows into another order: `order` has the position that each row has had, each
    /// position once.
    ///
    /// # Panics
    /// With a position that there is not.
    pub fn reorder(&mut self, order: &[u32]) {
        fn taken<T: Copy>(from: &[T], order: &[u32]) -> Vec<T> {
            order.iter().map(|row| from[*row as usize]).collect()
        }
        for column in &mut self.texts {
            column.codes = taken(&column.codes, order);
        }
        for numbers in &mut self.numbers {
            *numbers = taken(numbers, order);
        }
    }

    /// Adds those rows of another batch that `keep` wants, by their positions.
    pub fn extend(&mut self, other: &Batch, mut keep: impl FnMut(usize) -> bool) {
        let rows: Vec<usize> = (0..other.rows).filter(|row| keep(*row)).collect();
        for (own, column) in self.texts.iter_mut().zip(&other.texts) {
            // Each value is looked up once, however many rows have it.
            let mut known: Vec<Option<u32>> = vec![None; column.len()];
            for row in &rows {
                let code = column.codes.get(*row) as u32;
                let code =
                    *known[code as usize].get_or_insert_with(|| own.code(column.value(code)));
                own.codes.push(code);
            }
        }
        for (numbers, column) in self.numbers.iter_mut().zip(&other.numbers) {
            numbers.extend(rows.iter().map(|row| column.get(*row)));
        }
    }

    /// The batch as bytes.
    ///
    /// # Panics
    /// With more than [`MAX_ROWS`] rows, or with columns that were not evened out.
    pub fn encode(&self) -> Vec<u8> {
        assert!(self.len() <= MAX_ROWS, "a batch of {} rows", self.len());
        let texts = self.texts.iter().map(|column| column.codes.len());
        let mut rows = texts.chain(self.numbers.iter().map(Vec::len));
        assert!(
            rows.all(|rows| rows == self.len()),
            "columns of different lengths"
        );
        let mut columns: Vec<(u8, Vec<u8>)> = Vec::new();
        for (column, TextBuilder { values, codes, .. }) in TEXTS.into_iter().zip(&self.texts) {
            if values.is_empty() {
                continue;
            }
            let mut bytes = Vec::with_capacity(codes.len() * 2 + 256);
            put(&mut bytes, values.len() as u64);
            for value in values {
                put(&mut bytes, value.len() as u64);
            }
            for value in values {
                bytes.extend_from_slice(value);
            }
            pack(&mut bytes, codes.iter().map(|code| u64::from(*code)));
            columns.push((Field::Text(column).byte(), bytes));
        }
        for (number, numbers) in NUMBERS.into_iter().zip(&self.numbers) {
            let usual = u64::from(number == Number::Count);
            if numbers.iter().all(|one| *one == usual) {
                continue;
            }
            let mut bytes = Vec::with_capacity(numbers.len() + 16);
            pack(&mut bytes, numbers.iter().copied());
            columns.push((Field::Number(number).byte(), bytes));
        }
        let size: usize = columns.iter().map(|(_, bytes)| bytes.len() + 12).sum();
        let mut batch = Vec::with_capacity(size + 24);
        batch.extend_from_slice(MAGIC);
        batch.push(VERSION);
        put(&mut batch, self.len() as u64);
        put(&mut batch, columns.len() as u64);
        for (field, bytes) in columns {
            batch.push(field);
            put(&mut batch, bytes.len() as u64);
            batch.extend_from_slice(&bytes);
        }
        batch
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn pack(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = u64> + Clone) {
    let first = numbers.clone().next().unwrap_or(0);
    let (all, differ) = numbers.clone().fold((0, 0), |(all, differ), one| {
        (all | one, differ | (one ^ first))
    });
    let width = match all {
        _ if differ == 0 => 0,
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    };
    bytes.push(width);
    if width == 0 {
        put(bytes, first);
    }
    for number in numbers {
        bytes.extend_from_slice(&number.to_le_bytes()[..usize::from(width)]);
    }
}
