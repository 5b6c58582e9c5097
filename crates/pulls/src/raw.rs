//! Reads the rows of a raw export.
//!
//! Rows without quotes, nearly all, are read by batches and a column at a
//! time: the look-ups of one column in row after row do not wait for each
//! other, where those of one row in column after column fill the processor's
//! window with instructions. Rows with quotes, and odd ones, go one by one.

use crate::calendar::Day;
use crate::dictionary::{EMPTY, PADDING, same};
use crate::header::{COLUMNS, Column, Header};
use crate::partition::{Broken, Partition, Reading, Skip, SliceError};
use crate::scan;
use crate::segment::Action;

/// Structure is found so many bytes at a time, so that it stays in cache.
const WINDOW: usize = 64 * 1024;

/// A row of a batch: where it begins in the text, and where its first
/// delimiter is in the structure.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    start: u32,
    at: u32,
}

/// What a batch is read from.
struct Batch<'a> {
    plan: &'a RawPlan,
    padded: &'a [u8],
    marks: &'a [u32],
    fields: usize,
    /// The text may be no UTF-8.
    check: bool,
}

impl Batch<'_> {
    /// Where a field of a row begins and ends.
    #[inline(always)]
    fn field(&self, place: Place, field: usize) -> (usize, usize) {
        let at = place.at as usize + field;
        let start = if field == 0 {
            place.start as usize
        } else {
            self.marks[at - 1] as usize + 1
        };
        let end = self.marks[at] as usize;
        // The last field's line end may be `\r\n`.
        if field + 1 == self.fields && end > start && self.padded[end - 1] == b'\r' {
            (start, end - 1)
        } else {
            (start, end)
        }
    }

    #[inline(always)]
    fn value(&self, place: Place, field: usize) -> &[u8] {
        let (start, end) = self.field(place, field);
        &self.padded[start..end]
    }

    /// Where the row after this one begins.
    #[inline(always)]
    fn end(&self, place: Place) -> usize {
        self.marks[place.at as usize + self.fields - 1] as usize + 1
    }
}

impl Partition {
    /// Reads the rows of a slice.
    #[inline(never)] // its callers are built for size
    pub(crate) fn read_raw(&mut self, reading: &mut Reading<'_>) -> Result<(), SliceError> {
        let (padded, len, own) = (reading.slice.padded, reading.slice.len, reading.slice.own);
        let delimiter = reading.header.delimiter;
        let fields = reading.header.names.len();
        let plan = RawPlan::new(reading.header);
        let mut structure = std::mem::take(&mut self.structure);
        let mut places = std::mem::take(&mut self.places);
        let result = 'slice: loop {
            if reading.at >= own.min(len) {
                break Ok(());
            }
            let window = (reading.at + WINDOW).min(len);
            scan::structure(
                &padded[..len],
                reading.at,
                window,
                delimiter,
                &mut structure,
            );
            let batch = Batch {
                plan: &plan,
                padded,
                marks: &structure.marks,
                fields,
                check: structure.non_ascii,
            };
            let rare = &structure.rare[..];
            let (mut next, mut next_rare) = (0, 0);
            loop {
                // Rows without quotes, as many as follow each other: the first mark that is
                // no delimiter is the newline behind the last field.
                places.clear();
                let mut at = reading.at;
                let mut odd = false;
                while at < own && next + fields <= batch.marks.len() {
                    let last = batch.marks[next + fields - 1] as usize;
                    if rare.get(next_rare) != Some(&((next + fields - 1) as u32))
                        || padded[last] != b'\n'
                    {
                        odd = true;
                        break;
                    }
                    places.push(Place {
                        start: at as u32,
                        at: next as u32,
                    });
                    at = last + 1;
                    next += fields;
                    next_rare += 1;
                }
                if let Err(error) = self.read_batch(reading, &batch, &mut places) {
                    break 'slice Err(error);
                }
                reading.at = at;
                if at >= own {
                    break 'slice Ok(());
                }
                if !odd {
                    break;
                }
                if let Err(error) = self.read_odd(reading, &plan) {
                    break 'slice Err(error);
                }
                next += batch.marks[next..].partition_point(|&e| (e as usize) < reading.at);
                next_rare += rare[next_rare..].partition_point(|&r| (r as usize) < next);
            }
            // The window's last row may go on; a row longer than a window is read alone.
            if window == len || batch.marks.is_empty() || reading.at + WINDOW / 2 < window {
                if reading.at >= own.min(len) {
                    break Ok(());
                }
                if let Err(error) = self.read_odd(reading, &plan) {
                    break Err(error);
                }
            }
        };
        self.structure = structure;
        self.places = places;
        result
    }

    /// Adds rows without quotes; those that must be skipped leave `places`.
    #[inline(never)] // browsers swap a function for its faster self between calls only
    fn read_batch(
        &mut self,
        reading: &mut Reading<'_>,
        batch: &Batch<'_>,
        places: &mut Vec<Place>,
    ) -> Result<(), SliceError> {
        let (padded, first) = (batch.padded, reading.first);
        let days = &mut self.builder.codes[Column::Day as usize];
        let first_line = reading.line;
        reading.line += places.len() as u32;
        let mut kept = 0;
        for index in 0..places.len() {
            let place = places[index];
            let (start, end) = (place.start as usize, batch.end(place));
            let why = if batch.check && std::str::from_utf8(&padded[start..end]).is_err() {
                Err(Skip::Encoding)
            } else {
                let (from, to) = batch.field(place, batch.plan.action);
                match self.actions.code_padded(padded, from, to) {
                    Err(_) => Err(Skip::Action),
                    Ok(code) => {
                        if code as usize >= self.action_of.len() {
                            self.action_of.push(Action::parse(&padded[from..to]));
                        }
                        self.action_of[code as usize].ok_or(Skip::Action)
                    }
                }
            };
            let why = match why {
                Ok(action) => {
                    let (from, to) = batch.field(place, batch.plan.day);
                    let code = self.dictionaries[Column::Day as usize]
                        .code_padded(padded, from, to)
                        .map_err(|_| SliceError::TooManyValues(Column::Day))?;
                    if code as usize >= self.days.len() {
                        self.days.push(Day::of_a_pull(&padded[from..to]));
                    }
                    if self.days[code as usize].is_some() {
                        days.push(code);
                        Ok(action)
                    } else {
                        Err(Skip::Date)
                    }
                }
                skip => skip,
            };
            match why {
                Ok(action) => {
                    places[kept] = place;
                    kept += 1;
                    self.builder.rows.push(action, start - first, end - start);
                }
                Err(why) => reading.tell(first_line + index as u32, why),
            }
        }
        places.truncate(kept);
        for &(column, field) in &batch.plan.columns {
            let dictionary = &mut self.dictionaries[column as usize];
            let codes = &mut self.builder.codes[column as usize];
            let field = field as usize;
            let before = codes.len();
            codes.resize(before + places.len(), EMPTY);
            for (code, place) in codes[before..].iter_mut().zip(&*places) {
                let (from, to) = batch.field(*place, field);
                *code = dictionary
                    .code_padded(padded, from, to)
                    .map_err(|_| SliceError::TooManyValues(column))?;
            }
        }
        let before = self.builder.codes[Column::Day as usize].len() - places.len();
        self.refer_batch(batch, places, before)
    }

    /// Settles tag and reference of a batch whose first row is the builder's
    /// `before`-th.
    fn refer_batch(
        &mut self,
        batch: &Batch<'_>,
        places: &[Place],
        before: usize,
    ) -> Result<(), SliceError> {
        let Some(reference) = batch.plan.reference else {
            return Ok(());
        };
        for (index, place) in places.iter().enumerate() {
            let named = batch.value(*place, reference);
            let (tag, digest) = (
                batch.plan.tag.map(|f| batch.value(*place, f)),
                batch.plan.digest.map(|f| batch.value(*place, f)),
            );
            // The usual case, told without any look-up.
            let code = if tag.is_some_and(|tag| same(tag, named)) {
                EMPTY
            } else {
                let mut codes = [EMPTY; COLUMNS];
                if tag.is_some() {
                    codes[Column::Tag as usize] =
                        self.builder.codes[Column::Tag as usize][before + index];
                }
                self.refer(&mut codes, named, tag, digest)
                    .map_err(|broken| match broken {
                        Broken::Full(column) => SliceError::TooManyValues(column),
                        Broken::Skip(_) => SliceError::TooManyValues(Column::Reference),
                    })?;
                if tag.is_none() {
                    self.builder.codes[Column::Tag as usize].push(codes[Column::Tag as usize]);
                }
                codes[Column::Reference as usize]
            };
            self.builder.codes[Column::Reference as usize].push(code);
        }
        Ok(())
    }

    /// Adds a row without quotes.
    fn push_plain(
        &mut self,
        plan: &RawPlan,
        padded: &[u8],
        row: &PlainRow<'_>,
        first: usize,
    ) -> Result<(), Broken> {
        let (start, end) = row.field(plan.action);
        let action = self
            .actions
            .code_padded(padded, start, end)
            .map_err(|_| Broken::Skip(Skip::Action))?;
        if action as usize >= self.action_of.len() {
            self.action_of.push(Action::parse(&padded[start..end]));
        }
        let Some(action) = self.action_of[action as usize] else {
            return Err(Broken::Skip(Skip::Action));
        };
        let (start, end) = row.field(plan.day);
        let day = self.day_code(padded, start, end)?;
        // Every column's code is made before the first is kept: a row is added whole or not at all.
        let mut codes = [EMPTY; COLUMNS];
        for &(column, field) in &plan.columns {
            let (start, end) = row.field(field as usize);
            codes[column as usize] = self.dictionaries[column as usize]
                .code_padded(padded, start, end)
                .map_err(|_| Broken::Full(column))?;
        }
        let reference = plan.reference.map(|field| row.field(field));
        if let Some((start, end)) = reference {
            let named = &padded[start..end];
            let (tag, digest) = (
                plan.tag.map(|f| row.value(padded, f)),
                plan.digest.map(|f| row.value(padded, f)),
            );
            self.refer(&mut codes, named, tag, digest)?;
        }
        codes[Column::Day as usize] = day;
        for (column, code) in self.builder.codes.iter_mut().zip(codes) {
            column.push(code);
        }
        self.builder.rows.push(
            action,
            row.start - first,
            row.ends[row.ends.len() - 1] as usize + 1 - row.start,
        );
        Ok(())
    }

    /// Settles tag and reference. The reference's code is [`EMPTY`] where it
    /// is, as usual, the tag, or the digest when there is no tag.
    fn refer(
        &mut self,
        codes: &mut [u32; COLUMNS],
        reference: &[u8],
        tag: Option<&[u8]>,
        digest: Option<&[u8]>,
    ) -> Result<(), Broken> {
        match tag {
            Some(tag) if same(tag, reference) => return Ok(()),
            None if !is_digest(reference) => {
                // A file without a tag column: the reference says it.
                let code = self.dictionaries[Column::Tag as usize].code(reference);
                codes[Column::Tag as usize] = code.map_err(|_| Broken::Full(Column::Tag))?;
                return Ok(());
            }
            _ => {}
        }
        if reference.is_empty()
            || codes[Column::Tag as usize] == EMPTY && digest.is_some_and(|d| same(d, reference))
        {
            return Ok(());
        }
        let code = self.dictionaries[Column::Reference as usize].code(reference);
        codes[Column::Reference as usize] = code.map_err(|_| Broken::Full(Column::Reference))?;
        Ok(())
    }

    /// The code of a day.
    pub(crate) fn day_code(
        &mut self,
        padded: &[u8],
        start: usize,
        end: usize,
    ) -> Result<u32, Broken> {
        let code = self.dictionaries[Column::Day as usize]
            .code_padded(padded, start, end)
            .map_err(|_| Broken::Full(Column::Day))?;
        if code as usize >= self.days.len() {
            self.days.push(Day::of_a_pull(&padded[start..end]));
        }
        if self.days[code as usize].is_none() {
            return Err(Broken::Skip(Skip::Date));
        }
        Ok(code)
    }

    /// Reads one row of a raw file with all care: quotes, wrong number of
    /// fields, the last row without a newline.
    #[cold]
    #[inline(never)]
    fn read_odd(&mut self, reading: &mut Reading<'_>, plan: &RawPlan) -> Result<(), SliceError> {
        let Some(row) = reading.next_row(&mut self.record)? else {
            return Ok(());
        };
        let text = &reading.slice.padded[..reading.slice.len];
        // Values without quotes, laid out as a plain row is.
        let mut plain = Vec::with_capacity(row.len() + PADDING);
        let mut ends = Vec::with_capacity(self.record.len());
        for field in 0..self.record.len() {
            plain.extend_from_slice(&self.record.value(text, field));
            ends.push(plain.len() as u32);
            plain.push(b',');
        }
        let stop = plain.len() - 1;
        plain.resize(plain.len() + PADDING, 0);
        // The row is built at 0 and then put where it stands.
        let before = self.builder.len();
        match self.push_plain(
            plan,
            &plain,
            &PlainRow {
                start: 0,
                ends: &ends,
                stop,
            },
            0,
        ) {
            Ok(()) => self
                .builder
                .move_last(before, row.start - reading.first, row.len()),
            Err(Broken::Skip(why)) => reading.skip_line_before(why, &row),
            Err(Broken::Full(column)) => return Err(SliceError::TooManyValues(column)),
        }
        Ok(())
    }
}

/// Whether a reference is a digest: no tag has a colon.
pub(crate) fn is_digest(reference: &[u8]) -> bool {
    reference.contains(&b':')
}

/// A row whose fields are parted by single bytes at `ends`.
struct PlainRow<'a> {
    start: usize,
    ends: &'a [u32],
    /// Where the last field ends: before `\r\n` or `\n`.
    stop: usize,
}

impl PlainRow<'_> {
    #[inline(always)]
    fn field(&self, field: usize) -> (usize, usize) {
        let start = if field == 0 {
            self.start
        } else {
            self.ends[field - 1] as usize + 1
        };
        let end = if field + 1 == self.ends.len() {
            self.stop
        } else {
            self.ends[field] as usize
        };
        (start, end)
    }

    #[inline(always)]
    fn value<'t>(&self, text: &'t [u8], field: usize) -> &'t [u8] {
        let (start, end) = self.field(field);
        &text[start..end]
    }
}

/// Which field of a raw row goes where.
struct RawPlan {
    action: usize,
    day: usize,
    tag: Option<usize>,
    digest: Option<usize>,
    reference: Option<usize>,
    columns: Vec<(Column, u16)>,
}

impl RawPlan {
    fn new(header: &Header) -> Self {
        let field = |c: Column| header.fields[c as usize].map(usize::from);
        Self {
            action: header.action.map_or(0, usize::from),
            day: field(Column::Day).unwrap_or(0),
            tag: field(Column::Tag),
            digest: field(Column::Digest),
            reference: field(Column::Reference),
            columns: Column::ALL
                .into_iter()
                .filter(|c| !matches!(c, Column::Day | Column::Reference))
                .filter_map(|c| header.fields[c as usize].map(|f| (c, f)))
                .collect(),
        }
    }
}
