//! Opening a file: plain or packed, and told from others by what is in it.

use crate::ImportError;
use flate2::bufread::MultiGzDecoder;
use pulls::streamed::{RawRows, StreamError};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The first bytes of a gzip member (RFC 1952).
const GZIP: &[u8] = b"\x1F\x8B";

/// So many bytes of a file are read at once.
const BUFFER: usize = 1 << 18;

/// The text of a file, and the hash of what was read of it.
pub(crate) struct Hashed {
    text: Box<dyn Read>,
    hash: Sha256,
}

impl Hashed {
    /// The hash of the whole text, once it was read to its end.
    pub fn hash(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// Opens a raw export.
pub(crate) fn open(path: &Path) -> Result<RawRows<Hashed>, ImportError> {
    let failed = |error| ImportError::Io(path.to_owned(), error);
    let file = File::open(path).map_err(failed)?;
    let mut bytes = BufReader::with_capacity(BUFFER, file);
    let is_packed = bytes.fill_buf().map_err(failed)?.starts_with(GZIP);
    let text: Box<dyn Read> = if is_packed {
        Box::new(MultiGzDecoder::new(bytes))
    } else {
        Box::new(bytes)
    };
    let hashed = Hashed {
        text,
        hash: Sha256::new(),
    };
    RawRows::open(hashed).map_err(|error| match error {
        StreamError::Io(error) => failed(error),
        StreamError::NotAnExport(found) => ImportError::NotAnExport(path.to_owned(), found),
        StreamError::Counted(kind) => ImportError::Counted(path.to_owned(), kind),
    })
}
