//! Reads slices of files and holds their rows: what one worker has.

use crate::calendar::{Day, Granularity};
use crate::dictionary::{Dictionary, EMPTY, PADDING, TooManyValues};
use crate::header::{COLUMNS, Column, FileKind, Header};
use crate::record::Record;
use crate::scan;
use crate::segment::{Action, Builder, Segment, SliceId};
use crate::tally::{BASE, Base};
use serde::{Deserialize, Serialize};

/// A row is at most so long. Where a quoted field does not end within it, its
/// first line alone is taken for the (broken) row, so that one stray quote
/// does not swallow the file.
pub const MAX_ROW: usize = 1 << 20;

/// So many skipped rows are told with their line.
pub const TOLD_SKIPS: usize = 100;

/// Why a row was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Skip {
    /// It has too few or too many fields.
    FieldCount {
        /// Fields that the row has.
        found: u16,
    },
    /// Its action is none of the three.
    Action,
    /// Its day is missing or impossible.
    Date,
    /// It is not UTF-8.
    Encoding,
    /// A quoted field does not end.
    Quote,
    /// A count is no whole number.
    Count,
    /// It repeats, at another level or period, what other rows say.
    Repeat,
}

/// A skipped row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    /// Line, counted from the slice's first row as 0.
    pub line: u32,
    /// Why.
    pub why: Skip,
}

/// A slice of a file's text.
pub struct Slice<'a> {
    /// Which.
    pub id: SliceId,
    /// The text, then at least [`PADDING`] more bytes of any value.
    pub padded: &'a [u8],
    /// Length of the text without the padding.
    pub len: usize,
    /// Offset of the text in the file.
    pub offset: u64,
    /// Rows that begin before this offset of the text belong to the slice.
    pub own: usize,
    /// Whether a row begins at the text's first byte; else the first row
    /// begins after the first newline.
    pub at_row: bool,
    /// Whether the text reaches the end of the file.
    pub to_end: bool,
}

/// What reading a slice gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceReport {
    /// Offset in the file of the slice's first row.
    pub first_row: u64,
    /// Offset of the first row after the slice: where the next slice must
    /// have begun, or it has to be read again from here.
    pub next_row: u64,
    /// Lines from `first_row` to `next_row`.
    pub lines: u32,
    /// Rows read.
    pub rows: u64,
    /// Rows skipped.
    pub skipped: u64,
    /// The first [`TOLD_SKIPS`] of them.
    pub told: Vec<SkippedRow>,
}

/// Why a slice could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SliceError {
    /// The last row goes on after the text: hand in [`MAX_ROW`] bytes more.
    NeedsMore,
    /// A column has too many distinct values.
    TooManyValues(Column),
}

/// The rows that one worker holds, with the dictionaries of their values.
pub struct Partition {
    pub(crate) dictionaries: [Dictionary; COLUMNS],
    /// The day of each code of [`Column::Day`]; `None` where it is no day.
    pub(crate) days: Vec<Option<Day>>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) base: Base,
    builder: Builder,
    structure: Vec<u32>,
    record: Record,
    actions: Dictionary,
    action_of: Vec<Option<Action>>,
}

impl Default for Partition {
    fn default() -> Self {
        Self::new()
    }
}

impl Partition {
    /// A partition without rows.
    pub fn new() -> Self {
        Self {
            dictionaries: std::array::from_fn(|_| Dictionary::new()),
            days: vec![None],
            segments: Vec::new(),
            base: Base::default(),
            builder: Builder::default(),
            structure: Vec::new(),
            record: Record::default(),
            actions: Dictionary::new(),
            action_of: vec![None],
        }
    }

    /// Number of rows held.
    pub fn rows(&self) -> u64 {
        self.segments.iter().map(|s| s.len() as u64).sum()
    }

    /// The segments held.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The value of a column in a row.
    pub fn value(&self, segment: &Segment, column: Column, row: usize) -> &[u8] {
        self.dictionaries[column as usize].value(segment.column(column).get(row))
    }

    /// Forgets a slice, if it is held here.
    pub fn forget_slice(&mut self, id: SliceId) {
        self.forget(|segment| segment.id == id);
    }

    /// Forgets every slice of a file.
    pub fn forget_file(&mut self, file: u32) {
        self.forget(|segment| segment.id.file == file);
    }

    fn forget(&mut self, which: impl Fn(&Segment) -> bool) {
        let mut at = 0;
        while at < self.segments.len() {
            if which(&self.segments[at]) {
                let segment = self.segments.remove(at);
                self.base.remove(&segment);
            } else {
                at += 1;
            }
        }
    }

    /// Reads a slice and holds its rows, in place of the same slice if it was
    /// read before.
    ///
    /// # Errors
    /// [`SliceError`]; nothing of the slice is held then.
    ///
    /// # Panics
    /// If the text has less than [`PADDING`] bytes behind it.
    #[inline(never)] // its callers are built for size
    pub fn read(&mut self, header: &Header, slice: &Slice<'_>) -> Result<SliceReport, SliceError> {
        assert!(
            slice.padded.len() >= slice.len + PADDING,
            "a slice needs {PADDING} bytes behind its text"
        );
        self.forget_slice(slice.id);
        let text = &slice.padded[..slice.len];
        let from = if slice.at_row {
            0
        } else {
            match text.iter().position(|b| *b == b'\n') {
                Some(at) => at + 1,
                None if slice.to_end => slice.len,
                // No row begins in it; where the one that spans it ends, the slice before knows.
                None => slice.own.min(slice.len),
            }
        };
        let mut reading = Reading {
            slice,
            header,
            at: from,
            line: 0,
            first: from,
            report: SliceReport {
                first_row: slice.offset + from as u64,
                next_row: slice.offset + from as u64,
                lines: 0,
                rows: 0,
                skipped: 0,
                told: Vec::new(),
            },
        };
        self.builder.begin(slice.own / 150);
        let done = if header.kind == FileKind::Raw {
            self.read_raw(&mut reading)
        } else {
            self.read_counted(&mut reading)
        };
        done?;
        let Reading {
            at,
            line,
            mut report,
            ..
        } = reading;
        report.next_row = slice.offset + at as u64;
        report.lines = line;
        if header.kind == FileKind::Raw {
            report.rows = self.builder.len() as u64;
        }
        if self.builder.len() > 0 {
            let segment = self
                .builder
                .finish(slice.id, report.first_row, report.next_row);
            self.base
                .add(&segment, |column| self.dictionaries[column as usize].len());
            self.segments.push(segment);
        }
        Ok(report)
    }

    #[inline(never)] // its callers are built for size
    fn read_raw(&mut self, reading: &mut Reading<'_>) -> Result<(), SliceError> {
        let (padded, len, own) = (reading.slice.padded, reading.slice.len, reading.slice.own);
        let delimiter = reading.header.delimiter;
        let fields = reading.header.names.len();
        let plan = RawPlan::new(reading.header);
        let mut structure = std::mem::take(&mut self.structure);
        let result = 'slice: loop {
            if reading.at >= own.min(len) {
                break Ok(());
            }
            // Structure is found a window at a time, so that its offsets stay in cache.
            let window = (reading.at + WINDOW).min(len);
            structure.clear();
            let marks = scan::structure(
                &padded[..len],
                reading.at,
                window,
                delimiter,
                &mut structure,
            );
            let mut next = 0;
            loop {
                if reading.at >= own {
                    break 'slice Ok(());
                }
                let Some(ends) = structure.get(next..next + fields) else {
                    break;
                };
                let last = ends[fields - 1] as usize;
                let plain = padded[last] == b'\n'
                    && ends[..fields - 1]
                        .iter()
                        .all(|&e| padded[e as usize] == delimiter);
                if plain {
                    let stop = if last > 0 && padded[last - 1] == b'\r' {
                        last - 1
                    } else {
                        last
                    };
                    let row = PlainRow {
                        start: reading.at,
                        ends,
                        stop,
                    };
                    let step = if marks.non_ascii
                        && std::str::from_utf8(&padded[row.start..last]).is_err()
                    {
                        Err(Broken::Skip(Skip::Encoding))
                    } else {
                        self.push_plain(&plan, padded, &row, reading.first)
                    };
                    match step {
                        Ok(()) => {}
                        Err(Broken::Skip(why)) => reading.skip(why),
                        Err(Broken::Full(column)) => {
                            break 'slice Err(SliceError::TooManyValues(column));
                        }
                    }
                    reading.line += 1;
                    reading.at = last + 1;
                    next += fields;
                } else {
                    if let Err(error) = self.read_odd(reading, &plan) {
                        break 'slice Err(error);
                    }
                    next += structure[next..].partition_point(|&e| (e as usize) < reading.at);
                }
            }
            // The window's last row may go on; a row longer than a window is read alone.
            if window == len || structure.is_empty() || reading.at + WINDOW / 2 < window {
                if reading.at >= own.min(len) {
                    break Ok(());
                }
                if let Err(error) = self.read_odd(reading, &plan) {
                    break Err(error);
                }
            }
        };
        self.structure = structure;
        result
    }

    /// Adds a row without quotes.
    #[inline(always)]
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
        self.builder.push(
            action,
            row.start - first,
            row.ends[row.ends.len() - 1] as usize + 1 - row.start,
        );
        Ok(())
    }

    /// Settles tag and reference. The reference's code is [`EMPTY`] where it
    /// is, as usual, the tag, or the digest when there is no tag.
    #[inline(always)]
    fn refer(
        &mut self,
        codes: &mut [u32; COLUMNS],
        reference: &[u8],
        tag: Option<&[u8]>,
        digest: Option<&[u8]>,
    ) -> Result<(), Broken> {
        match tag {
            Some(tag) if tag == reference => return Ok(()),
            None if !reference.contains(&b':') => {
                // A file without a tag column: the reference says it.
                let code = self.dictionaries[Column::Tag as usize].code(reference);
                codes[Column::Tag as usize] = code.map_err(|_| Broken::Full(Column::Tag))?;
                return Ok(());
            }
            _ => {}
        }
        if reference.is_empty() || codes[Column::Tag as usize] == EMPTY && digest == Some(reference)
        {
            return Ok(());
        }
        let code = self.dictionaries[Column::Reference as usize].code(reference);
        codes[Column::Reference as usize] = code.map_err(|_| Broken::Full(Column::Reference))?;
        Ok(())
    }

    #[inline(always)]
    fn day_code(&mut self, padded: &[u8], start: usize, end: usize) -> Result<u32, Broken> {
        let code = self.dictionaries[Column::Day as usize]
            .code_padded(padded, start, end)
            .map_err(|_| Broken::Full(Column::Day))?;
        if code as usize >= self.days.len() {
            self.days.push(Day::parse(&padded[start..end]));
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

    fn read_counted(&mut self, reading: &mut Reading<'_>) -> Result<(), SliceError> {
        while reading.at < reading.slice.own.min(reading.slice.len) {
            let Some(row) = reading.next_row(&mut self.record)? else {
                continue;
            };
            match self.push_counted(reading, &row) {
                Ok(()) => reading.report.rows += 1,
                Err(Broken::Skip(why)) => reading.skip_line_before(why, &row),
                Err(Broken::Full(column)) => return Err(SliceError::TooManyValues(column)),
            }
        }
        Ok(())
    }

    /// Adds the actions that a row of a summary or trends file counts: up to
    /// three rows, one an action.
    fn push_counted(
        &mut self,
        reading: &Reading<'_>,
        row: &std::ops::Range<usize>,
    ) -> Result<(), Broken> {
        let header = reading.header;
        let text = &reading.slice.padded[..reading.slice.len];
        let record = std::mem::take(&mut self.record);
        let value = |field: Option<u16>| {
            field
                .map(|f| record.value(text, f as usize).into_owned())
                .unwrap_or_default()
        };
        let column = |column: Column| value(header.fields[column as usize]);
        let counted = CountedRow::read(header, &value, &column);
        self.record = record;
        let counted = counted.map_err(Broken::Skip)?;
        let codes = self.counted_codes(&counted)?;
        let place = (row.start - reading.first, row.len());
        for (action, count) in counted.counts {
            // A row whose counts are all zero still says that the tag exists.
            if count == 0 && !(action == Action::PullByTag && counted.total() == 0) {
                continue;
            }
            self.push_actions(&codes, action, place, count, counted.unique);
        }
        Ok(())
    }

    fn counted_codes(&mut self, row: &CountedRow) -> Result<[u32; COLUMNS], Broken> {
        let mut codes = [EMPTY; COLUMNS];
        for (column, value) in &row.values {
            codes[*column as usize] = self.dictionaries[*column as usize]
                .code(value)
                .map_err(|_| Broken::Full(*column))?;
        }
        if let Some(day) = row.day {
            let mut text = day.to_string().into_bytes();
            let end = text.len();
            text.resize(end + PADDING, 0);
            codes[Column::Day as usize] = self.day_code(&text, 0, end)?;
        }
        Ok(codes)
    }

    fn push_actions(
        &mut self,
        codes: &[u32; COLUMNS],
        action: Action,
        place: (usize, usize),
        count: u64,
        unique: Option<u64>,
    ) {
        for (column, code) in self.builder.codes.iter_mut().zip(codes) {
            column.push(*code);
        }
        self.builder
            .push_counted(action, place.0, place.1, count, unique.unwrap_or(0));
    }

    /// Holds rows that come from no CSV text, such as a publisher API answer;
    /// they have no place in a file.
    ///
    /// # Errors
    /// [`SliceError::TooManyValues`].
    pub fn hold(&mut self, id: SliceId, rows: &[CountedRow]) -> Result<(), SliceError> {
        self.forget_slice(id);
        self.builder.begin(rows.len());
        for row in rows {
            let codes = self.counted_codes(row).map_err(|broken| match broken {
                Broken::Full(column) => SliceError::TooManyValues(column),
                Broken::Skip(_) => SliceError::TooManyValues(Column::Day),
            })?;
            for (action, count) in row.counts {
                if count > 0 || action == Action::PullByTag && row.total() == 0 {
                    self.push_actions(&codes, action, (0, 0), count, row.unique);
                }
            }
        }
        if self.builder.len() > 0 {
            let segment = self.builder.finish(id, 0, 0);
            self.base
                .add(&segment, |column| self.dictionaries[column as usize].len());
            self.segments.push(segment);
        }
        Ok(())
    }

    /// Number of distinct values of each column that [`BASE`] names.
    pub fn distinct(&self) -> Vec<usize> {
        BASE.iter()
            .map(|c| self.dictionaries[*c as usize].len())
            .collect()
    }
}

/// Structure is found so many bytes at a time.
const WINDOW: usize = 64 * 1024;

/// A row of a file that carries counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedRow {
    /// First day of the period; `None` in a summary.
    pub day: Option<Day>,
    /// Values of the columns that the file has.
    pub values: Vec<(Column, Vec<u8>)>,
    /// How many of each action.
    pub counts: [(Action, u64); 3],
    /// Unique addresses, where the file tells.
    pub unique: Option<u64>,
}

impl CountedRow {
    fn total(&self) -> u64 {
        self.counts.iter().map(|c| c.1).sum()
    }

    fn read(
        header: &Header,
        value: &dyn Fn(Option<u16>) -> Vec<u8>,
        column: &dyn Fn(Column) -> Vec<u8>,
    ) -> Result<Self, Skip> {
        let number = |field: Option<u16>| match &value(field)[..] {
            b"" | b"\\N" | b"null" | b"NULL" => Ok(0),
            digits => std::str::from_utf8(digits)
                .ok()
                .and_then(|n| n.trim().parse::<u64>().ok())
                .ok_or(Skip::Count),
        };
        if let Some(keep) = &header.keep_level
            && header.counts.level.is_some()
            && crate::header::key(&String::from_utf8_lossy(&value(header.counts.level))) != *keep
        {
            return Err(Skip::Repeat);
        }
        if let (Some(keep), Some(field)) = (header.period, header.counts.granularity)
            && period(&value(Some(field))) != Some(keep)
        {
            return Err(Skip::Repeat);
        }
        let mut values: Vec<(Column, Vec<u8>)> = Vec::with_capacity(COLUMNS);
        for c in Column::ALL {
            if header.fields[c as usize].is_some()
                && !matches!(c, Column::Day | Column::Reference | Column::Tool)
            {
                values.push((c, column(c)));
            }
        }
        let mut day = None;
        if header.kind == FileKind::Trends {
            day = Some(Day::parse(&column(Column::Day)).ok_or(Skip::Date)?);
            let client = column(Column::Tool);
            // `docker/27.1.0` is a tool and its version.
            let (tool, version) = client
                .iter()
                .position(|b| *b == b'/')
                .map_or((&client[..], &b""[..]), |at| {
                    (&client[..at], &client[at + 1..])
                });
            values.push((Column::Tool, tool.to_vec()));
            values.push((Column::Version, version.to_vec()));
            if let Some((_, host)) = values.iter_mut().find(|(c, _)| *c == Column::Host)
                && host == b"no csp"
            {
                host.clear();
            }
            // `namespace/name` in the repository field names the owner too.
            if let Some((_, repository)) = values.iter_mut().find(|(c, _)| *c == Column::Repository)
                && let Some(at) = repository.iter().position(|b| *b == b'/')
            {
                *repository = repository[at + 1..].to_vec();
            }
        } else {
            let reference = column(Column::Reference);
            let is_digest = reference.contains(&b':');
            if header.fields[Column::Tag as usize].is_none() {
                values.push((
                    if is_digest {
                        Column::Digest
                    } else {
                        Column::Tag
                    },
                    reference,
                ));
            } else if is_digest {
                values.push((Column::Digest, reference));
            }
        }
        let counts = [
            (Action::PullByTag, number(header.counts.by_tag)?),
            (Action::PullByDigest, number(header.counts.by_digest)?),
            (Action::VersionCheck, number(header.counts.checks)?),
        ];
        let unique = match header.counts.unique {
            Some(field) => Some(number(Some(field))?),
            None => None,
        };
        Ok(Self {
            day,
            values,
            counts,
            unique,
        })
    }
}

/// The period that a trends file names (`day`, `weekly`, `MONTH`).
pub fn period(name: &[u8]) -> Option<Granularity> {
    match name.first().map(u8::to_ascii_lowercase) {
        Some(b'd') => Some(Granularity::Day),
        Some(b'w') => Some(Granularity::Week),
        Some(b'm') => Some(Granularity::Month),
        _ => None,
    }
}

enum Broken {
    Skip(Skip),
    Full(Column),
}

impl From<TooManyValues> for Broken {
    fn from(_: TooManyValues) -> Self {
        Self::Full(Column::Day)
    }
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

/// How far reading a slice has come.
struct Reading<'a> {
    slice: &'a Slice<'a>,
    header: &'a Header,
    at: usize,
    /// Lines since the slice's first row.
    line: u32,
    first: usize,
    report: SliceReport,
}

impl Reading<'_> {
    fn skip(&mut self, why: Skip) {
        self.tell(self.line, why);
    }

    /// Skips a row that was passed already.
    fn skip_line_before(&mut self, why: Skip, row: &std::ops::Range<usize>) {
        let lines = newlines(&self.slice.padded[row.clone()]);
        self.tell(self.line - lines, why);
    }

    fn tell(&mut self, line: u32, why: Skip) {
        self.report.skipped += 1;
        if self.report.told.len() < TOLD_SKIPS {
            self.report.told.push(SkippedRow { line, why });
        }
    }

    /// Splits the next row into `record` and passes it; `None` for a row that
    /// is blank or broken and has been dealt with.
    fn next_row(
        &mut self,
        record: &mut Record,
    ) -> Result<Option<std::ops::Range<usize>>, SliceError> {
        let start = self.at;
        let whole = &self.slice.padded[..self.slice.len];
        let limit = (start + MAX_ROW).min(self.slice.len);
        let to_end = self.slice.to_end && limit == self.slice.len;
        if limit - start < MAX_ROW && !self.slice.to_end {
            // The text may end within the row.
            match record.split(whole, start, self.header.delimiter, false) {
                Some(next) => return Ok(self.pass(record, start, next)),
                None => return Err(SliceError::NeedsMore),
            }
        }
        if let Some(next) = record.split(&whole[..limit], start, self.header.delimiter, to_end) {
            return Ok(self.pass(record, start, next));
        }
        // A field that does not end: its first line is the broken row.
        let line_end = whole[start..limit]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(limit, |n| start + n + 1);
        self.tell(self.line, Skip::Quote);
        self.line += newlines(&whole[start..line_end]);
        self.at = line_end;
        Ok(None)
    }

    fn pass(
        &mut self,
        record: &Record,
        start: usize,
        next: usize,
    ) -> Option<std::ops::Range<usize>> {
        let row = start..next;
        let text = &self.slice.padded[row.clone()];
        let lines = newlines(text);
        let line = self.line;
        self.at = next;
        self.line += lines;
        if record.is_blank() {
            return None;
        }
        let found = record.len();
        if found != self.header.names.len() {
            self.tell(
                line,
                Skip::FieldCount {
                    found: found.min(usize::from(u16::MAX)) as u16,
                },
            );
            return None;
        }
        if std::str::from_utf8(text).is_err() {
            self.tell(line, Skip::Encoding);
            return None;
        }
        Some(row)
    }
}

fn newlines(text: &[u8]) -> u32 {
    text.iter().filter(|b| **b == b'\n').count() as u32
}
