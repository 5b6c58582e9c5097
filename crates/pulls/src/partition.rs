//! Reads slices of files and holds their rows: what one worker has.

use crate::calendar::Day;
use crate::dictionary::{Dictionary, PADDING};
use crate::grid::{Grid, TAKEN_AWAY};
use crate::header::{COLUMNS, Column, FileKind, Header};
use crate::record::Record;
use crate::segment::{Action, Builder, Segment, SliceId};
use crate::step::{Begins, Text, newlines};
use crate::tally::{Answered, Base};
use serde::{Deserialize, Serialize};

/// A row is at most so long. One that does not end within it is broken, and
/// its first line alone, however long, is skipped: so one stray quote does not
/// swallow the file, and the rest of a long line is no row of its own.
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
    /// Its first line is longer than [`MAX_ROW`].
    Long,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceReport {
    /// Offset in the file of the slice's first row.
    pub first_row: u64,
    /// Offset of the first row after the slice: where the next slice must
    /// have begun, or it has to be read again from here.
    pub next_row: u64,
    /// Whether the text ends within a line that is longer than any row, or has
    /// no line end at all: the next row begins after the first newline at or
    /// after `next_row`.
    pub open: bool,
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
    /// All rows by day, tag and action, unless there are too many of them.
    pub(crate) grid: Option<Grid>,
    /// What the last tally found, while the rows stay the same.
    pub(crate) answered: Option<Answered>,
    pub(crate) builder: Builder,
    pub(crate) structure: crate::scan::Structure,
    pub(crate) places: Vec<crate::raw::Place>,
    pub(crate) record: Record,
    pub(crate) actions: Dictionary,
    pub(crate) action_of: Vec<Option<Action>>,
    /// How often all values were forgotten: codes of another time mean nothing.
    pub(crate) epoch: u32,
    /// Whether a slice is being read, whose rows have codes already.
    is_reading: bool,
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
            grid: Some(Grid::default()),
            answered: None,
            builder: Builder::default(),
            structure: crate::scan::Structure::default(),
            places: Vec::new(),
            record: Record::default(),
            actions: Dictionary::new(),
            action_of: vec![None],
            epoch: 0,
            is_reading: false,
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
        self.forget_rows(which);
        let is_used = self.is_reading || !self.segments.is_empty();
        if !is_used && self.dictionaries.iter().any(|d| d.len() > 1) {
            // Values of closed files take memory, and count against what a column may hold.
            *self = Self {
                epoch: self.epoch.wrapping_add(1),
                ..Self::new()
            };
        }
    }

    fn forget_rows(&mut self, which: impl Fn(&Segment) -> bool) {
        let mut at = 0;
        while at < self.segments.len() {
            if which(&self.segments[at]) {
                let segment = self.segments.remove(at);
                self.answered = None;
                self.base.remove(&segment);
                if let Some(grid) = &mut self.grid {
                    grid.add(&segment, 0..segment.len(), TAKEN_AWAY);
                }
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
    pub fn read(&mut self, header: &Header, slice: &Slice<'_>) -> Result<SliceReport, SliceError> {
        let mut progress = self.begin(slice.id, slice.own);
        self.go_on(header, slice, &mut progress, false)?;
        Ok(self.finish(header, slice.id, progress))
    }

    /// Begins to read a slice of which `own` bytes are its own, in place of the
    /// same slice if it was read before: [`Self::go_on`], then [`Self::finish`].
    /// One slice at a time.
    pub fn begin(&mut self, id: SliceId, own: usize) -> Progress {
        self.forget_rows(|segment| segment.id == id);
        self.is_reading = true;
        self.builder.begin(own / 150);
        Progress::default()
    }

    /// Reads on as far as the text goes: all of it, or, in `part`, what has come
    /// so far, its `own` bytes ending a while before the text does.
    ///
    /// # Errors
    /// [`SliceError`]. In part, [`SliceError::NeedsMore`] is no failure: it is
    /// for more text to come.
    ///
    /// # Panics
    /// If the text has less than [`PADDING`] bytes behind it.
    #[inline(never)] // its callers are built for size
    pub fn go_on(
        &mut self,
        header: &Header,
        slice: &Slice<'_>,
        progress: &mut Progress,
        part: bool,
    ) -> Result<(), SliceError> {
        let rows = match header.kind {
            FileKind::Raw => Self::read_raw,
            _ => Self::read_counted,
        };
        self.go_on_by(rows, header, slice, progress, part)
    }

    /// As [`Self::go_on`], for raw exports only: who calls just this is not shipped the
    /// code for other kinds.
    ///
    /// # Errors
    /// As [`Self::go_on`].
    ///
    /// # Panics
    /// As [`Self::go_on`].
    #[inline(never)] // its callers are built for size
    pub fn go_on_raw(
        &mut self,
        header: &Header,
        slice: &Slice<'_>,
        progress: &mut Progress,
        part: bool,
    ) -> Result<(), SliceError> {
        self.go_on_by(Self::read_raw, header, slice, progress, part)
    }

    #[inline(never)]
    fn go_on_by(
        &mut self,
        read_rows: fn(&mut Self, &mut Reading<'_>) -> Result<(), SliceError>,
        header: &Header,
        slice: &Slice<'_>,
        progress: &mut Progress,
        part: bool,
    ) -> Result<(), SliceError> {
        assert!(
            slice.padded.len() >= slice.len + PADDING,
            "a slice needs {PADDING} bytes behind its text"
        );
        let Progress {
            at,
            line,
            first,
            report,
        } = std::mem::take(progress);
        let (at, first, report) = match report {
            Some(report) => (at, first, report),
            None => {
                let text = &slice.padded[..slice.len];
                let (from, open) = if slice.at_row {
                    (0, false)
                } else {
                    match text.iter().position(|b| *b == b'\n') {
                        Some(at) => (at + 1, false),
                        None if part => return Err(SliceError::NeedsMore),
                        None if slice.to_end => (slice.len, false),
                        // No row begins in it; where the one that spans it ends, the slice
                        // before knows.
                        None => (slice.own.min(slice.len), true),
                    }
                };
                let report = SliceReport {
                    first_row: slice.offset + from as u64,
                    next_row: slice.offset + from as u64,
                    open,
                    lines: 0,
                    rows: 0,
                    skipped: 0,
                    told: Vec::new(),
                };
                (from, from, report)
            }
        };
        let mut reading = Reading {
            slice,
            header,
            part,
            at,
            line,
            first,
            report,
        };
        let done = read_rows(self, &mut reading);
        let Reading {
            at,
            line,
            first,
            mut report,
            ..
        } = reading;
        report.next_row = slice.offset + at as u64;
        report.lines = line;
        *progress = Progress {
            at,
            line,
            first,
            report: Some(report),
        };
        if let Err(SliceError::TooManyValues(_)) = done {
            // Nothing of it will be held.
            self.is_reading = false;
        }
        done
    }

    /// Holds the rows of a slice that was read to its end.
    #[inline(never)] // its callers are built for size
    pub fn finish(&mut self, header: &Header, id: SliceId, progress: Progress) -> SliceReport {
        let mut report = progress.report.unwrap_or_default();
        self.is_reading = false;
        if header.kind == FileKind::Raw {
            report.rows = self.builder.len() as u64;
        }
        if self.builder.len() > 0 {
            let segment = self.builder.finish(id, report.first_row, report.next_row);
            self.keep(segment);
        }
        report
    }

    /// Holds a segment, and counts its rows in.
    pub(crate) fn keep(&mut self, segment: Segment) {
        let len = |column| self.dictionaries[column as usize].len();
        self.answered = None;
        self.base.add(&segment, len);
        if let Some(mut grid) = self.grid.take()
            && grid.make_room(len(Column::Tag), self.days.len())
        {
            grid.add(&segment, 0..segment.len(), 1);
            self.grid = Some(grid);
        }
        self.segments.push(segment);
    }
}

/// How far a slice has been read.
#[derive(Default)]
pub struct Progress {
    at: usize,
    line: u32,
    first: usize,
    /// Once its first row was found.
    report: Option<SliceReport>,
}

/// Why a row is not added.
pub(crate) enum Broken {
    Skip(Skip),
    Full(Column),
}

/// How far reading a slice has come.
pub(crate) struct Reading<'a> {
    pub slice: &'a Slice<'a>,
    pub header: &'a Header,
    /// More text is to come.
    pub part: bool,
    pub at: usize,
    /// Lines since the slice's first row.
    pub line: u32,
    pub first: usize,
    pub report: SliceReport,
}

impl Reading<'_> {
    /// Skips a row that was passed already.
    pub fn skip_line_before(&mut self, why: Skip, row: &std::ops::Range<usize>) {
        let lines = newlines(&self.slice.padded[row.clone()]);
        self.tell(self.line - lines, why);
    }

    /// Tells a skipped row by its line.
    pub fn tell(&mut self, line: u32, why: Skip) {
        self.report.skipped += 1;
        if self.report.told.len() < TOLD_SKIPS {
            self.report.told.push(SkippedRow { line, why });
        }
    }

    /// Splits the next row into `record` and passes it; `None` for a row that
    /// is blank or broken and has been dealt with.
    pub fn next_row(
        &mut self,
        record: &mut Record,
    ) -> Result<Option<std::ops::Range<usize>>, SliceError> {
        let (start, line) = (self.at, self.line);
        let text = Text {
            text: &self.slice.padded[..self.slice.len],
            to_end: self.slice.to_end,
            part: self.part,
        };
        let step = text
            .step(start, self.header, record)
            .ok_or(SliceError::NeedsMore)?;
        self.at = step.next;
        self.line += step.lines;
        match step.begins {
            Begins::Row => Ok(Some(start..step.next)),
            Begins::Blank => Ok(None),
            Begins::Broken(why) => {
                self.tell(line, why);
                self.report.open = step.open;
                Ok(None)
            }
        }
    }
}
