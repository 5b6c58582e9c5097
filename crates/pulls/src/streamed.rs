//! The rows of a raw export one by one, out of any stream. Memory stays the
//! same however long the file is.
//!
//! What is skipped, why and in which line, and what a row says, is as the
//! [`crate::partition`] has it.

use crate::calendar::Day;
use crate::dictionary::EMPTY_SPELLINGS;
use crate::header::{self, Column, FileKind, Header, NotAnExport};
use crate::partition::{MAX_ROW, Skip};
use crate::raw::is_digest;
use crate::record::Record;
use crate::segment::Action;
use crate::step::{Begins, Text, newlines};
use std::borrow::Cow;
use std::io::{self, Read};

/// So much text is held: a row of the longest fits several times.
const HELD: usize = 8 * MAX_ROW;

/// Why a stream is not read.
#[derive(Debug)]
pub enum StreamError {
    /// It fails.
    Io(io::Error),
    /// It is no export.
    NotAnExport(NotAnExport),
    /// It is an export of another kind, which has counts in place of single actions.
    Counted(FileKind),
}

impl From<io::Error> for StreamError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where the fields stand that every row is asked for.
struct Fields {
    action: usize,
    day: usize,
    reference: Option<usize>,
    method: Option<usize>,
}

/// The text of a stream, as much of it as is needed at once.
struct Held<R> {
    from: R,
    text: Vec<u8>,
    /// How much of the text has been passed.
    at: usize,
    /// Whether nothing follows the text.
    to_end: bool,
}

/// Reads the rows of a raw export.
pub struct RawRows<R> {
    held: Held<R>,
    header: Header,
    fields: Fields,
    /// Whether a line goes on that is longer than any row.
    open: bool,
    /// Lines that have been passed.
    line: u64,
    record: Record,
    /// The last day that was read, as it was written: most rows have that of the row before.
    day: (Vec<u8>, Option<Day>),
}

/// What comes next in a file.
pub enum Next<'a> {
    /// A row.
    Row(RawRow<'a>),
    /// A row that is skipped.
    Skipped {
        /// Its line, counted from 1.
        line: u64,
        /// Why.
        why: Skip,
    },
}

/// A row of a raw export.
pub struct RawRow<'a> {
    /// Its line, counted from 1.
    pub line: u64,
    /// What it counts as.
    pub action: Action,
    /// Its day.
    pub day: Day,
    text: &'a [u8],
    record: &'a Record,
    header: &'a Header,
    fields: &'a Fields,
}

impl<R: Read> RawRows<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// [`StreamError`] where no raw export begins.
    pub fn open(from: R) -> Result<Self, StreamError> {
        let mut held = Held {
            from,
            text: Vec::new(),
            at: 0,
            to_end: false,
        };
        held.fill()?;
        let header = header::read(&held.text).map_err(StreamError::NotAnExport)?;
        if header.kind != FileKind::Raw {
            return Err(StreamError::Counted(header.kind));
        }
        held.at = header.first_row as usize;
        let field = |column: Column| header.fields[column as usize].map(usize::from);
        Ok(Self {
            line: newlines(&held.text[..held.at]).into(),
            fields: Fields {
                action: header.action.map_or(0, usize::from),
                day: field(Column::Day).unwrap_or(0),
                reference: field(Column::Reference),
                method: header.field("http_method"),
            },
            held,
            header,
            open: false,
            record: Record::default(),
            day: (Vec::new(), None),
        })
    }

    /// What the first line says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The stream, of which everything may have been read.
    pub fn into_inner(self) -> R {
        self.held.from
    }

    /// The next row, or one that is skipped; `None` at the end.
    ///
    /// # Errors
    /// When the stream fails.
    #[allow(
        clippy::should_implement_trait,
        reason = "what it gives borrows from it"
    )]
    pub fn next(&mut self) -> io::Result<Option<Next<'_>>> {
        loop {
            // As much as a row may have and a byte more tells what the whole file would.
            if !self.held.to_end && self.held.text.len() - self.held.at <= MAX_ROW {
                self.held.fill()?;
            }
            if self.open {
                self.pass_line();
                continue;
            }
            if self.held.at >= self.held.text.len() {
                return Ok(None);
            }
            let (start, line) = (self.held.at, self.line + 1);
            let text = Text {
                text: &self.held.text,
                to_end: self.held.to_end,
                part: false,
            };
            let Some(step) = text.step(start, &self.header, &mut self.record) else {
                self.held.fill()?;
                continue;
            };
            self.held.at = step.next;
            self.line += u64::from(step.lines);
            self.open = step.open;
            let why = match step.begins {
                Begins::Blank => continue,
                Begins::Broken(why) => Err(why),
                Begins::Row => self.what_and_when(),
            };
            return Ok(Some(match why {
                Err(why) => Next::Skipped { line, why },
                Ok((action, day)) => Next::Row(RawRow {
                    line,
                    action,
                    day,
                    text: &self.held.text,
                    record: &self.record,
                    header: &self.header,
                    fields: &self.fields,
                }),
            }));
        }
    }

    /// Goes past the end of a line that began in text that is gone.
    fn pass_line(&mut self) {
        let rest = &self.held.text[self.held.at..];
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                self.held.at += end + 1;
                self.line += 1;
                self.open = false;
            }
            None => {
                self.held.at = self.held.text.len();
                self.open = !self.held.to_end;
            }
        }
    }

    /// Action and day of the row that was split.
    fn what_and_when(&mut self) -> Result<(Action, Day), Skip> {
        let name = self.record.value(&self.held.text, self.fields.action);
        let action = Action::ALL
            .into_iter()
            .find(|action| action.name().as_bytes() == &*name)
            .or_else(|| Action::parse(&name))
            .ok_or(Skip::Action)?;
        let day = self.record.value(&self.held.text, self.fields.day);
        if *self.day.0 != *day {
            self.day = (day.to_vec(), Day::of_a_pull(&day));
        }
        Ok((action, self.day.1.ok_or(Skip::Date)?))
    }
}

impl<R: Read> Held<R> {
    /// Lets go of what was passed and reads on.
    fn fill(&mut self) -> io::Result<()> {
        self.text.drain(..self.at);
        self.at = 0;
        let wanted = HELD.saturating_sub(self.text.len());
        self.text.reserve_exact(wanted);
        let mut more = (&mut self.from).take(wanted as u64);
        self.to_end = more.read_to_end(&mut self.text)? < wanted;
        Ok(())
    }
}

impl RawRow<'_> {
    /// The value of a column, empty where the file says that nothing is known. A file without a
    /// column of tags or digests says them by what was asked for.
    pub fn value(&self, column: Column) -> Cow<'_, [u8]> {
        let value = match (self.header.fields[column as usize], self.fields.reference) {
            (Some(field), _) => self.record.value(self.text, usize::from(field)),
            (None, Some(reference)) if matches!(column, Column::Tag | Column::Digest) => {
                let reference = self.record.value(self.text, reference);
                if is_digest(&reference) == (column == Column::Digest) {
                    reference
                } else {
                    Cow::Borrowed(&b""[..])
                }
            }
            (None, _) => Cow::Borrowed(&b""[..]),
        };
        if EMPTY_SPELLINGS.contains(&&*value) {
            return Cow::Borrowed(b"");
        }
        value
    }

    /// Whether the manifest was asked for by GET rather than by HEAD. Where the file does not say,
    /// a version check was by HEAD and a pull by GET.
    pub fn is_get(&self) -> bool {
        let said = self.fields.method.and_then(|field| {
            let method = self.record.value(self.text, field).to_ascii_uppercase();
            match &method[..] {
                b"GET" => Some(true),
                b"HEAD" => Some(false),
                _ => None,
            }
        });
        said.unwrap_or(self.action != Action::VersionCheck)
    }
}
