//! The raw export: the matching rows of the files again, byte for byte; only
//! where several files have unlike headers, or spreadsheets must be safe, are
//! rows written anew.

use crate::header::{Header, key};
use crate::record::{Record, write_field};
use crate::segment::Segment;
use std::borrow::Cow;

/// Appends rows as they stand in the file. `text` is the file's text from the
/// segment's first row to its last; rows that carry several actions are
/// written once.
///
/// # Panics
/// If the text is shorter than the segment's rows: the file has changed.
#[inline(never)] // its callers are built for size
pub fn copy_rows(segment: &Segment, text: &[u8], rows: &[u32], out: &mut Vec<u8>) {
    let mut last = usize::MAX;
    for row in rows {
        let place = segment.place(*row as usize);
        if place.start != last {
            last = place.start;
            out.extend_from_slice(&text[place]);
        }
    }
    // The last row of a file may lack its line end.
    if !rows.is_empty() && out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
}

/// How rows of a file are written under another header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// For each column written, the field that it comes from.
    pub fields: Vec<Option<u16>>,
    /// The file's delimiter.
    pub delimiter: u8,
    /// Whether values that a spreadsheet would run are made plain.
    pub safe: bool,
}

/// Appends rows under another header, parted by commas.
///
/// # Panics
/// As [`copy_rows`].
#[inline(never)] // its callers are built for size
pub fn rewrite_rows(
    segment: &Segment,
    text: &[u8],
    rows: &[u32],
    how: &Rewrite,
    out: &mut Vec<u8>,
) {
    let mut record = Record::default();
    let mut last = usize::MAX;
    for row in rows {
        let place = segment.place(*row as usize);
        if place.start == last {
            continue;
        }
        last = place.start;
        let row = &text[place];
        record.split(row, 0, how.delimiter, true);
        for (at, field) in how.fields.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            if let Some(field) = field {
                let value = record.value(row, usize::from(*field));
                write_field(
                    out,
                    &if how.safe { neutralize(&value) } else { value },
                    b',',
                );
            }
        }
        out.push(b'\n');
    }
}

/// A value that no spreadsheet runs as a formula: those that begin with
/// `=`, `+`, `-`, `@`, a tab or a line break get an apostrophe before them.
/// Source: OWASP, "CSV injection".
pub fn neutralize(value: &[u8]) -> Cow<'_, [u8]> {
    match value.first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n') => {
            let mut safe = Vec::with_capacity(value.len() + 1);
            safe.push(b'\'');
            safe.extend_from_slice(value);
            Cow::Owned(safe)
        }
        _ => Cow::Borrowed(value),
    }
}

/// The header of an export over several files: the columns of the first, then
/// those that only later ones have.
pub fn union_names(headers: &[&Header]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in headers.iter().flat_map(|h| &h.names) {
        if !names.iter().any(|n| key(n) == key(name)) {
            names.push(name.clone());
        }
    }
    names
}

/// Whether rows of these files can stand under one header as they are.
pub fn alike(headers: &[&Header]) -> bool {
    headers.windows(2).all(|pair| {
        pair[0].delimiter == pair[1].delimiter
            && pair[0].names.len() == pair[1].names.len()
            && pair[0]
                .names
                .iter()
                .zip(&pair[1].names)
                .all(|(a, b)| key(a) == key(b))
    })
}

/// How a file's rows are written under these names.
pub fn rewrite(header: &Header, names: &[String], safe: bool) -> Rewrite {
    let field = |name: &String| {
        header
            .names
            .iter()
            .position(|n| key(n) == key(name))
            .and_then(|at| u16::try_from(at).ok())
    };
    Rewrite {
        fields: names.iter().map(field).collect(),
        delimiter: header.delimiter,
        safe,
    }
}

/// A header line of these names, parted by `delimiter`.
pub fn header_line(names: &[String], delimiter: u8, safe: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push(delimiter);
        }
        let name = if safe {
            neutralize(name.as_bytes())
        } else {
            Cow::Borrowed(name.as_bytes())
        };
        write_field(&mut out, &name, delimiter);
    }
    out.push(b'\n');
    out
}
