//! Holding a batch among the rows of files: the same engine answers for both.

use super::{Batch, Number, Numbers};
use crate::dictionary::{Dictionary, EMPTY, PADDING};
use crate::grid::Grid;
use crate::header::{COLUMNS, Column};
use crate::partition::{Broken, Partition, SliceError};
use crate::segment::{Codes, Segment, SliceId};

impl Partition {
    /// Holds the rows of a batch, in place of the slice of that name if there is one. Where the
    /// batch names no namespace, all rows are of `namespace`.
    ///
    /// # Errors
    /// [`SliceError::TooManyValues`]; nothing of the batch is held then.
    pub fn hold_batch(
        &mut self,
        id: SliceId,
        batch: &Batch,
        namespace: &str,
    ) -> Result<(), SliceError> {
        self.forget_slice(id);
        if batch.len() == 0 {
            return Ok(());
        }
        let mut columns: [Codes; COLUMNS] = std::array::from_fn(|_| Codes::Same(EMPTY));
        for column in Column::ALL {
            let at = column as usize;
            columns[at] = match batch.texts(column) {
                _ if column == Column::Day => self.day_codes(batch)?,
                Some(texts) if texts.len() > 1 => {
                    let mut own = Vec::with_capacity(texts.len());
                    for code in 0..texts.len() {
                        let code = self.dictionaries[at].code(texts.value(code as u32));
                        own.push(code.map_err(|_| SliceError::TooManyValues(column))?);
                    }
                    translated(&texts.codes, batch.len(), |code| own[code as usize])
                }
                Some(_) if column == Column::Namespace => {
                    let code = self.dictionaries[at].code(namespace.as_bytes());
                    Codes::Same(code.map_err(|_| SliceError::TooManyValues(column))?)
                }
                _ => Codes::Same(EMPTY),
            };
        }
        let actions = batch.numbers(Number::Action);
        let counts = batch.numbers(Number::Count);
        let segment = Segment::placeless(
            id,
            (0..batch.len()).map(|row| actions.get(row) as u8).collect(),
            columns,
            (*counts != Numbers::Same(1))
                .then(|| (0..batch.len()).map(|row| counts.get(row)).collect()),
        );
        self.keep(segment);
        Ok(())
    }

    /// Bytes of memory that rows and values take, about.
    pub fn bytes(&self) -> usize {
        let rows: usize = self.segments.iter().map(Segment::bytes).sum();
        let values: usize = self.dictionaries.iter().map(Dictionary::bytes).sum();
        // The grid of all rows, and the one that a tally leaves behind.
        let grids = self.grid.as_ref().map_or(0, Grid::bytes) * 2;
        rows + values + grids
    }

    /// The codes of the days; each day is looked up once.
    fn day_codes(&mut self, batch: &Batch) -> Result<Codes, SliceError> {
        let days = batch.numbers(Number::Day);
        let mut known: Vec<(u64, u32)> = Vec::new();
        let mut last = None;
        let mut codes = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let day = days.get(row);
            // Rows of a day stand together.
            let code = match last {
                Some((same, code)) if same == day => code,
                _ => match known.binary_search_by_key(&day, |known| known.0) {
                    Ok(at) => known[at].1,
                    Err(at) => {
                        let mut text = batch.day(row).to_string().into_bytes();
                        let end = text.len();
                        text.resize(end + PADDING, 0);
                        let code = self
                            .day_code(&text, 0, end)
                            .map_err(|broken| match broken {
                                Broken::Full(column) => SliceError::TooManyValues(column),
                                // A batch has no day that is none.
                                Broken::Skip(_) => SliceError::TooManyValues(Column::Day),
                            })?;
                        known.insert(at, (day, code));
                        code
                    }
                },
            };
            last = Some((day, code));
            codes.push(code);
        }
        Ok(Codes::pack(&codes))
    }
}

/// A column by other codes.
fn translated(codes: &Numbers, rows: usize, own: impl Fn(u64) -> u32) -> Codes {
    if let Numbers::Same(code) = codes {
        return Codes::Same(own(*code));
    }
    let codes: Vec<u32> = (0..rows).map(|row| own(codes.get(row))).collect();
    Codes::pack(&codes)
}
