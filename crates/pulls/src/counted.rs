//! Reads the rows of files that carry counts: summary, trends, and answers of
//! the publisher API.

use crate::calendar::{Day, Granularity};
use crate::dictionary::{EMPTY, PADDING};
use crate::header::{COLUMNS, Column, FileKind, Header};
use crate::partition::{Broken, Partition, Reading, Skip, SliceError};
use crate::segment::{Action, SliceId};

impl Partition {
    /// Reads the rows of a slice.
    pub(crate) fn read_counted(&mut self, reading: &mut Reading<'_>) -> Result<(), SliceError> {
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
        // The row tells its unique addresses once, whatever it counts.
        let mut unique = counted.unique;
        for (action, count) in counted.counts {
            // A row whose counts are all zero still says that the tag exists.
            if count == 0 && !(action == Action::PullByTag && counted.total() == 0) {
                continue;
            }
            self.push_actions(&codes, action, place, count, unique.take());
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
            let mut unique = row.unique;
            for (action, count) in row.counts {
                if count > 0 || action == Action::PullByTag && row.total() == 0 {
                    self.push_actions(&codes, action, (0, 0), count, unique.take());
                }
            }
        }
        if self.builder.len() > 0 {
            let segment = self.builder.finish(id, 0, 0);
            self.keep(segment);
        }
        Ok(())
    }
}

/// A count above this is no count: so many pulls there are not, and sums of
/// as many rows as are held stay far below what a `u64` holds.
pub(crate) const MAX_COUNT: u64 = 1 << 40;

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
                .filter(|n| *n <= MAX_COUNT)
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
            let named = Day::of_a_pull(&column(Column::Day)).ok_or(Skip::Date)?;
            day = Some(header.period.map_or(named, |by| by.named(named)));
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
                let owner = repository[..at].to_vec();
                *repository = repository[at + 1..].to_vec();
                if header.fields[Column::Namespace as usize].is_none() {
                    values.push((Column::Namespace, owner));
                }
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
        let mut by_tag = number(header.counts.by_tag)?;
        if header.counts.with_checks {
            by_tag = by_tag.saturating_sub(number(header.counts.checks)?);
        }
        let mut by_digest = number(header.counts.by_digest)?;
        let untagged = header.kind == FileKind::Trends
            && values.iter().all(|(c, v)| {
                *c != Column::Tag || matches!(&v[..], b"" | b"\\N" | b"null" | b"NULL")
            });
        if untagged {
            // Downloads that named no tag.
            (by_tag, by_digest) = (0, by_tag);
        }
        let counts = [
            (Action::PullByTag, by_tag),
            (Action::PullByDigest, by_digest),
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
