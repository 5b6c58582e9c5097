//! One CSV row split into fields, by RFC 4180 with two mercies: `\n` ends a
//! row as well as `\r\n`, and a quote inside an unquoted field is a plain
//! character.
//!
//! A field is quoted when its first byte is a quote. It ends at the next
//! single quote; what stands between that and the delimiter is kept as is.
//! Where a row begins is all that this needs to know: the same start gives the
//! same row whatever came before, which makes reading by slices exact.

use std::borrow::Cow;

const QUOTE: u8 = b'"';

/// The fields of a row as ranges of the text.
#[derive(Default)]
pub struct Record {
    fields: Vec<(u32, u32)>,
}

impl Record {
    /// Splits the row that begins at `start`; gives the offset of the next row.
    /// `None` when the text ends within the row and `complete` is false: more
    /// text is needed. With `complete`, the end of text ends the row, and an
    /// open quoted field is `None` too.
    pub fn split(
        &mut self,
        text: &[u8],
        start: usize,
        delimiter: u8,
        complete: bool,
    ) -> Option<usize> {
        self.fields.clear();
        let mut at = start;
        loop {
            let field = at;
            if text.get(at) == Some(&QUOTE) {
                at = closing_quote(text, at + 1)? + 1;
                if at >= text.len() && !complete {
                    return None;
                }
            }
            while at < text.len() && text[at] != delimiter && text[at] != b'\n' {
                at += 1;
            }
            if at >= text.len() {
                if !complete {
                    return None;
                }
                let end = if at > field && text[at - 1] == b'\r' {
                    at - 1
                } else {
                    at
                };
                self.fields.push((field as u32, end as u32));
                return Some(at);
            }
            if text[at] == b'\n' {
                let end = if at > field && text[at - 1] == b'\r' {
                    at - 1
                } else {
                    at
                };
                self.fields.push((field as u32, end as u32));
                return Some(at + 1);
            }
            self.fields.push((field as u32, at as u32));
            at += 1;
        }
    }

    /// Number of fields of the last row split.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the last row split was a blank line.
    pub fn is_blank(&self) -> bool {
        matches!(self.fields[..], [(start, end)] if start == end)
    }

    /// A field's text without quotes, doubled quotes made single; the empty
    /// value when the row has no such field.
    pub fn value<'a>(&self, text: &'a [u8], field: usize) -> Cow<'a, [u8]> {
        let Some(&(start, end)) = self.fields.get(field) else {
            return Cow::Borrowed(b"");
        };
        unquote(&text[start as usize..end as usize])
    }
}

/// A field as written to the value it means.
pub fn unquote(field: &[u8]) -> Cow<'_, [u8]> {
    if field.first() != Some(&QUOTE) {
        return Cow::Borrowed(field);
    }
    let inner = &field[1..];
    match inner.iter().position(|b| *b == QUOTE) {
        Some(at) if at + 1 == inner.len() => return Cow::Borrowed(&inner[..at]),
        _ => {}
    }
    let mut value = Vec::with_capacity(inner.len());
    let (mut at, mut open) = (0, true);
    while at < inner.len() {
        if open && inner[at] == QUOTE {
            if inner.get(at + 1) == Some(&QUOTE) {
                value.push(QUOTE);
                at += 2;
                continue;
            }
            open = false;
        } else {
            value.push(inner[at]);
        }
        at += 1;
    }
    Cow::Owned(value)
}

/// Writes a value as a field: quoted only where it must be.
pub fn write_field(out: &mut Vec<u8>, value: &[u8], delimiter: u8) {
    let plain = !value
        .iter()
        .any(|b| *b == delimiter || matches!(*b, QUOTE | b'\n' | b'\r'));
    if plain {
        out.extend_from_slice(value);
        return;
    }
    out.push(QUOTE);
    for &byte in value {
        if byte == QUOTE {
            out.push(QUOTE);
        }
        out.push(byte);
    }
    out.push(QUOTE);
}

/// The offset of the quote that closes the field whose text begins at `at`.
fn closing_quote(text: &[u8], mut at: usize) -> Option<usize> {
    while at < text.len() {
        if text[at] == QUOTE {
            if text.get(at + 1) != Some(&QUOTE) {
                return Some(at);
            }
            at += 1;
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, complete: bool) -> Option<(Vec<String>, usize)> {
        let mut record = Record::default();
        let next = record.split(text.as_bytes(), 0, b',', complete)?;
        let values = (0..record.len())
            .map(|i| String::from_utf8_lossy(&record.value(text.as_bytes(), i)).into_owned());
        Some((values.collect(), next))
    }

    #[test]
    fn splits_quotes_newlines_and_strays() {
        assert_eq!(
            row("a,\"b,\"\"c\n\"\"\",d\r\nx", false),
            Some((vec!["a".into(), "b,\"c\n\"".into(), "d".into()], 16))
        );
        assert_eq!(
            row("a\"b,c\n", false),
            Some((vec!["a\"b".into(), "c".into()], 6))
        );
        assert_eq!(
            row("\"a\"b,c\n", false),
            Some((vec!["ab".into(), "c".into()], 7))
        );
        assert_eq!(row("a,b", false), None);
        assert_eq!(row("a,b", true), Some((vec!["a".into(), "b".into()], 3)));
        assert_eq!(row("a,\"b", true), None);
        assert_eq!(
            row("a,\"b\"", false),
            None,
            "the quote may be the first of two"
        );
    }

    proptest::proptest! {
        #[test]
        fn reads_what_it_writes(values in proptest::collection::vec("[a-c,\"\r\n;]{0,6}", 1..5)) {
            let mut text = Vec::new();
            for (i, value) in values.iter().enumerate() {
                if i > 0 { text.push(b','); }
                write_field(&mut text, value.as_bytes(), b',');
            }
            text.push(b'\n');
            let mut record = Record::default();
            assert_eq!(record.split(&text, 0, b',', false), Some(text.len()));
            let read: Vec<_> = (0..record.len()).map(|i| record.value(&text, i).into_owned()).collect();
            assert_eq!(read, values.iter().map(|v| v.as_bytes().to_vec()).collect::<Vec<_>>());
        }
    }
}
