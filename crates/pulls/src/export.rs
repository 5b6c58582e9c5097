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
    for header in headers {
        let found = matched(&names, &header.names);
        for (field, name) in header.names.iter().enumerate() {
            if !found.contains(&Some(field as u16)) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Whether rows of these files can stand under one header as they are.
pub fn alike(headers: &[&Header]) -> bool {
    headers.windows(2).all(|pair| {
        pair[0].delimiter == pair[1].delimiter
            && pair[0].names.len() == pair[1].names.len()
            && matched(&pair[0].names, &pair[1].names)
                .iter()
                .enumerate()
                .all(|(at, field)| *field == Some(at as u16))
    })
}

/// How a file's rows are written under these names.
pub fn rewrite(header: &Header, names: &[String], safe: bool) -> Rewrite {
    Rewrite {
        fields: matched(names, &header.names),
        delimiter: header.delimiter,
        safe,
    }
}

/// For each name, the field of a file that it stands for: the one that is
/// spelled so, else the first left whose [`key`] is the same. No field stands
/// under two names. Names without any letter or digit (`#`, `%`) have no key
/// and must be spelled alike.
///
/// A file has no more columns of one key than the union over it has names, so
/// under that every column finds its name.
fn matched(names: &[String], fields: &[String]) -> Vec<Option<u16>> {
    let keys = |names: &[String]| names.iter().map(|n| key(n)).collect::<Vec<_>>();
    let (name_keys, field_keys) = (keys(names), keys(fields));
    let mut left = vec![true; fields.len()];
    let mut found = vec![None; names.len()];
    for spelled in [true, false] {
        for (at, name) in names.iter().enumerate() {
            if found[at].is_some() {
                continue;
            }
            let field = (0..fields.len()).find(|&field| {
                left[field]
                    && if spelled {
                        fields[field] == *name
                    } else {
                        !name_keys[at].is_empty() && field_keys[field] == name_keys[at]
                    }
            });
            if let Some(field) = field {
                left[field] = false;
                found[at] = u16::try_from(field).ok();
            }
        }
    }
    found
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
