//! Rows as ClickHouse sends and takes them: `RowBinary`, one value after the
//! other, numbers little endian, texts with their length in front.

use super::error::ClickHouseError;
use std::io::{BufRead, BufReader, Read};

/// A text has at most so many bytes.
const LONGEST: u64 = 16 << 20;

/// Writes a text.
pub(super) fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    let mut len = text.len();
    while len >= 0x80 {
        out.push(len as u8 | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
    out.extend_from_slice(text);
}

/// Reads rows while they come.
pub(super) struct Rows<R> {
    from: BufReader<R>,
}

impl<R: Read> Rows<R> {
    pub fn new(from: R) -> Self {
        Self {
            from: BufReader::with_capacity(1 << 16, from),
        }
    }

    /// Whether there is another row.
    pub fn is_next(&mut self) -> Result<bool, ClickHouseError> {
        let more = self.from.fill_buf().map_err(ClickHouseError::reading)?;
        Ok(!more.is_empty())
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], ClickHouseError> {
        let mut bytes = [0; N];
        self.from
            .read_exact(&mut bytes)
            .map_err(ClickHouseError::reading)?;
        Ok(bytes)
    }

    pub fn byte(&mut self) -> Result<u8, ClickHouseError> {
        Ok(u8::from_le_bytes(self.bytes()?))
    }

    /// A `Date` or `UInt16`.
    pub fn short(&mut self) -> Result<u16, ClickHouseError> {
        Ok(u16::from_le_bytes(self.bytes()?))
    }

    pub fn number(&mut self) -> Result<u64, ClickHouseError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    /// Reads a text in place of what `into` holds.
    pub fn text(&mut self, into: &mut Vec<u8>) -> Result<(), ClickHouseError> {
        let mut len = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            len |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
            if shift > 28 {
                return Err(ClickHouseError::Answer("a text without an end"));
            }
        }
        if len > LONGEST {
            return Err(ClickHouseError::Answer("a text that is far too long"));
        }
        into.clear();
        let len = len as usize;
        if let Some(text) = self.from.buffer().get(..len) {
            into.extend_from_slice(text);
            self.from.consume(len);
            return Ok(());
        }
        let read = (&mut self.from)
            .take(len as u64)
            .read_to_end(into)
            .map_err(ClickHouseError::reading)?;
        if read == len {
            Ok(())
        } else {
            Err(ClickHouseError::Answer("half a row at its end"))
        }
    }

    /// A text as one of names and the like, which are all of characters.
    pub fn words(&mut self) -> Result<String, ClickHouseError> {
        let mut text = Vec::new();
        self.text(&mut text)?;
        String::from_utf8(text).map_err(|_| ClickHouseError::Answer("a name that is no text"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_read_as_they_were_written() {
        let long = vec![b'x'; 300];
        let mut bytes = Vec::new();
        put_text(&mut bytes, b"");
        put_text(&mut bytes, &long);
        bytes.extend_from_slice(&7u64.to_le_bytes());
        let mut rows = Rows::new(&bytes[..]);
        let mut text = vec![1];
        assert!(rows.is_next().unwrap());
        rows.text(&mut text).unwrap();
        assert!(text.is_empty());
        rows.text(&mut text).unwrap();
        assert_eq!(text, long);
        assert_eq!(rows.number().unwrap(), 7);
        assert!(!rows.is_next().unwrap());
        assert!(rows.byte().is_err());
    }

    #[test]
    fn what_is_cut_or_endless_is_an_error() {
        let mut text = Vec::new();
        for bytes in [
            &[5, b'a'][..],
            &[0x80][..],
            &[0xff; 12][..],
            &[0xff, 0xff, 0xff, 0x7f, 1][..],
        ] {
            assert!(Rows::new(bytes).text(&mut text).is_err(), "{bytes:?}");
        }
    }
}
