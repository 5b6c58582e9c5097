//! One step through a file's text: the row that begins at a place, or why there
//! is none. Readers of slices and of streams both take it, so that they pass
//! over the same rows for the same reasons.

use crate::header::Header;
use crate::partition::{MAX_ROW, Skip};
use crate::record::Record;

/// What begins at a place.
pub(crate) enum Begins {
    /// A row, split into the record.
    Row,
    /// A blank line.
    Blank,
    /// A row that is skipped.
    Broken(Skip),
}

/// What was found at a place of a text.
pub(crate) struct Step {
    pub begins: Begins,
    /// Where the next step is.
    pub next: usize,
    /// Lines up to there.
    pub lines: u32,
    /// The text ends within a line that is longer than any row: the next step is after the first
    /// newline of what follows.
    pub open: bool,
}

/// A text in which steps are taken.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub text: &'a [u8],
    /// Whether it reaches the end of the file.
    pub to_end: bool,
    /// More text is to come, whatever there is already.
    pub part: bool,
}

impl Text<'_> {
    /// Takes a step from a place where a row may begin; `None` where more text is needed.
    #[inline(never)] // its callers are built for size
    pub fn step(&self, start: usize, header: &Header, record: &mut Record) -> Option<Step> {
        let whole = self.text;
        let limit = (start + MAX_ROW).min(whole.len());
        let to_end = self.to_end && limit == whole.len();
        let split = record.split(&whole[..limit], start, header.delimiter, to_end);
        if let Some(next) = split {
            let row = &whole[start..next];
            return Some(Step {
                begins: check(row, header, record),
                next,
                lines: newlines(row),
                open: false,
            });
        }
        if !self.to_end && (self.part || limit - start < MAX_ROW) {
            // The text may end within the row.
            return None;
        }
        // It does not end in time: its first line is the broken row.
        let newline = |from: usize, to: usize| {
            let at = whole[from..to].iter().position(|b| *b == b'\n');
            at.map(|n| from + n + 1)
        };
        let (why, end) = match newline(start, limit) {
            Some(end) => (Skip::Quote, Some(end)),
            // At the end of the file the line is as long as it is.
            None if to_end => (Skip::Quote, Some(limit)),
            None => (Skip::Long, newline(limit, whole.len())),
        };
        Some(Step {
            begins: Begins::Broken(why),
            next: end.unwrap_or(whole.len()),
            lines: u32::from(end.is_some()),
            // Where such a line ends beyond the text, whoever reads on tells.
            open: end.is_none() && !self.to_end,
        })
    }
}

fn check(row: &[u8], header: &Header, record: &Record) -> Begins {
    if record.is_blank() {
        return Begins::Blank;
    }
    let found = record.len();
    if found != header.names.len() {
        return Begins::Broken(Skip::FieldCount {
            found: found.min(usize::from(u16::MAX)) as u16,
        });
    }
    if std::str::from_utf8(row).is_err() {
        return Begins::Broken(Skip::Encoding);
    }
    Begins::Row
}

pub(crate) fn newlines(text: &[u8]) -> u32 {
    text.iter().filter(|b| **b == b'\n').count() as u32
}
