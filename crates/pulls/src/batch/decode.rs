//! Reading a batch, of which nothing is believed.

use super::{Batch, BatchError, Field, MAGIC, MAX_ROWS, NUMBERS, Number, Numbers, Texts, VERSION};
use crate::dictionary::MAX_VALUES;
use crate::segment::Action;

impl Batch {
    /// Reads the columns that `wants` names; the others are as if they were empty.
    ///
    /// # Errors
    /// [`BatchError`]: bytes that are no batch do no harm, and take no more
    /// memory than they are long.
    pub fn decode(bytes: &[u8], wants: impl Fn(Field) -> bool) -> Result<Self, BatchError> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(BatchError::Magic)?;
        match byte(&mut rest)? {
            VERSION => {}
            other => return Err(BatchError::Version(other)),
        }
        let rows = usize::try_from(number(&mut rest)?).unwrap_or(usize::MAX);
        if rows > MAX_ROWS {
            return Err(BatchError::Broken("so many rows fit into none"));
        }
        let mut batch = Self {
            rows,
            texts: std::array::from_fn(|_| Texts {
                text: Vec::new(),
                ends: Vec::new(),
                codes: Numbers::Same(0),
            }),
            numbers: std::array::from_fn(|at| {
                Numbers::Same(u64::from(NUMBERS[at] == Number::Count))
            }),
        };
        for _ in 0..number(&mut rest)? {
            let field = byte(&mut rest)?;
            let len = number(&mut rest)?;
            let mut column = take(&mut rest, len)?;
            // A column of a later time is left out.
            let Some(field) = Field::of(field).filter(|field| wants(*field)) else {
                continue;
            };
            match field {
                Field::Text(_) => {
                    let at = usize::from(field.byte());
                    batch.texts[at] = texts(&mut column, rows)?;
                }
                Field::Number(number) => {
                    batch.numbers[number as usize] = numbers(&mut column, rows)?;
                }
            }
            if !column.is_empty() {
                return Err(BatchError::Broken("a column is longer than its rows"));
            }
        }
        if !rest.is_empty() {
            return Err(BatchError::Broken("something follows its columns"));
        }
        if batch.numbers[Number::Action as usize].most() >= Action::ALL.len() as u64 {
            return Err(BatchError::Broken("an action that there is not"));
        }
        let days = &batch.numbers[Number::Day as usize];
        let is_read = *days != Numbers::Same(0);
        if is_read && !(days.least() >= LEAST_DAY && days.most() <= MOST_DAY) {
            return Err(BatchError::Broken("a day that no calendar has"));
        }
        Ok(batch)
    }
}

/// The first day of the year 2013, as [`Day::of_a_pull`] has it.
///
/// [`Day::of_a_pull`]: crate::calendar::Day::of_a_pull
const LEAST_DAY: u64 = 15_706;

/// The last day of the year 2199, as [`Day::of_a_pull`] has it.
const MOST_DAY: u64 = 84_005;

fn byte(rest: &mut &[u8]) -> Result<u8, BatchError> {
    let (first, after) = rest.split_first().ok_or(SHORT)?;
    *rest = after;
    Ok(*first)
}

const SHORT: BatchError = BatchError::Broken("it ends too early");

fn number(rest: &mut &[u8]) -> Result<u64, BatchError> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = byte(rest)?;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            break;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(BatchError::Broken("a number of more than 64 bits"))
}

fn take<'a>(rest: &mut &'a [u8], len: u64) -> Result<&'a [u8], BatchError> {
    let len = usize::try_from(len).map_err(|_| SHORT)?;
    let (taken, after) = rest.split_at_checked(len).ok_or(SHORT)?;
    *rest = after;
    Ok(taken)
}

fn texts(column: &mut &[u8], rows: usize) -> Result<Texts, BatchError> {
    let count = number(column)?;
    // Each has a byte for its length at least.
    if count > MAX_VALUES.into() || count > column.len() as u64 {
        return Err(BatchError::Broken("more values than there are bytes"));
    }
    let mut ends = Vec::with_capacity(count as usize);
    let mut end: u32 = 0;
    for _ in 0..count {
        end = u32::try_from(number(column)?)
            .ok()
            .and_then(|len| end.checked_add(len))
            .ok_or(SHORT)?;
        ends.push(end);
    }
    let text = take(column, end.into())?.to_vec();
    let codes = numbers(column, rows)?;
    if codes.most() > count {
        return Err(BatchError::Broken("a code without a value"));
    }
    Ok(Texts { text, ends, codes })
}

fn numbers(column: &mut &[u8], rows: usize) -> Result<Numbers, BatchError> {
    let width = byte(column)?;
    if width == 0 {
        return number(column).map(Numbers::Same);
    }
    let bytes = take(column, rows as u64 * u64::from(width))?;
    Ok(match width {
        1 => Numbers::Narrow(bytes.to_vec()),
        2 => Numbers::Middle(whole(bytes, u16::from_le_bytes)),
        4 => Numbers::Wide(whole(bytes, u32::from_le_bytes)),
        8 => Numbers::Whole(whole(bytes, u64::from_le_bytes)),
        _ => return Err(BatchError::Broken("a width that there is not")),
    })
}

fn whole<T, const N: usize>(bytes: &[u8], read: fn([u8; N]) -> T) -> Vec<T> {
    let (pieces, _) = bytes.as_chunks::<N>();
    pieces.iter().map(|piece| read(*piece)).collect()
}
