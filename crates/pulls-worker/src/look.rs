//! Finds out what files are, before they are read: their kind, whether they
//! were opened before, whether they fit.

use crate::desk::Desk;
use crate::js;
use crate::open::{MAX_ANSWER, MAX_ROWS, with};
use crate::wire::{Refusal, State};
use js_sys::Uint8Array;
use pulls::header::{self, FileKind, Header, Looks, MAX_HEADER, NotAnExport};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::File;

/// Finds out what a file is from its beginning.
pub async fn look(desk: &Rc<Desk>, number: u32) {
    let Some(file) = with(desk, number, |f| f.file.clone()) else {
        return;
    };
    match look_at(&file).await {
        Ok(Looked {
            header,
            gzip,
            publisher,
            fingerprint,
            row_bytes,
        }) => {
            // The other may have been closed while they were compared.
            let twin = twin(desk, number, &file, fingerprint).await;
            let twin = twin.filter(|other| with(desk, *other, |_| ()).is_some());
            with(desk, number, |f| {
                f.fingerprint = Some(fingerprint);
                f.told.gzip = gzip;
                if let Some(header) = &header {
                    f.told.kind = Some(header.kind);
                    f.told.columns.clone_from(&header.names);
                    f.told.period = header.period;
                }
                if publisher {
                    f.told.kind = Some(FileKind::Publisher);
                }
                f.header = header;
                if let Some(as_file) = twin {
                    f.told.state = State::Same { as_file };
                }
                f.row_bytes = row_bytes;
                if publisher && f.told.size > MAX_ANSWER {
                    f.told.state = State::Refused(too_long_answer());
                }
            });
        }
        Err(refusal) => {
            with(desk, number, |f| f.told.state = State::Refused(refusal));
        }
    }
}

/// The open file that is the very same as this one.
async fn twin(desk: &Desk, number: u32, file: &File, fingerprint: u64) -> Option<u32> {
    // One that could not be read may be chosen again.
    let alike: Vec<(u32, File)> = desk
        .files
        .borrow()
        .iter()
        .filter(|f| {
            f.told.file != number
                && f.fingerprint == Some(fingerprint)
                && f.told.size == file.size() as u64
                && !matches!(f.told.state, State::Refused(_))
        })
        .map(|f| (f.told.file, f.file.clone()))
        .collect();
    for (other, theirs) in alike {
        if same(desk, file, &theirs).await.unwrap_or(false) {
            return Some(other);
        }
    }
    None
}

/// Whether files of one size hold the same bytes. They begin and end alike, and
/// all between is compared: no hash is as sure, and files that differ mostly do
/// so soon. One that cannot be read now is refused when it is its turn.
async fn same(desk: &Desk, a: &File, b: &File) -> Result<bool, JsValue> {
    const STEP: u64 = 4 << 20;
    let (stopped, size) = (desk.stopped.get(), a.size() as u64);
    let mut from = 0;
    while from < size {
        let to = (from + STEP).min(size);
        let ours = js::bytes(&js::cut(a, from, to)?).await?;
        let theirs = js::bytes(&js::cut(b, from, to)?).await?;
        if Uint8Array::new(&ours).to_vec() != Uint8Array::new(&theirs).to_vec()
            || desk.stopped.get() != stopped
        {
            return Ok(false);
        }
        from = to;
    }
    Ok(true)
}

/// Why an answer is not parsed.
pub fn too_long_answer() -> Refusal {
    Refusal::Publisher("it is longer than any answer of it".to_owned())
}

/// Rows that the readers hold, of files other than this one.
pub fn held_rows(desk: &Desk, number: u32) -> u64 {
    desk.files
        .borrow()
        .iter()
        .filter(|f| f.told.file != number && f.is_done())
        .map(|f| f.told.rows)
        .sum()
}

/// Holds a file back that does not fit beside what is held; whether it did.
pub fn hold_back(desk: &Desk, number: u32) -> bool {
    let room = MAX_ROWS.saturating_sub(held_rows(desk, number));
    with(desk, number, |f| {
        let rows = f.told.size / f.row_bytes.max(1);
        let large = !f.told.gzip && f.limit.is_none() && f.header.is_some() && rows > room;
        if large {
            let fits = room * f.row_bytes;
            let header = f.header.as_ref().map_or(0, |h| u64::from(h.first_row));
            f.told.state = State::TooLarge {
                rows,
                // None of it, if its first row does not.
                fits: if fits > header { fits } else { 0 },
            };
        }
        large
    })
    .unwrap_or(false)
}

struct Looked {
    header: Option<Header>,
    gzip: bool,
    publisher: bool,
    fingerprint: u64,
    /// Mean length of the first rows.
    row_bytes: u64,
}

async fn look_at(file: &File) -> Result<Looked, Refusal> {
    let size = file.size() as u64;
    let part = |from: u64, to: u64| async move {
        let part = js::cut(file, from, to).map_err(|_| Refusal::Unreadable)?;
        js::bytes(&part)
            .await
            .map(|b| Uint8Array::new(&b).to_vec())
            .map_err(|_| Refusal::Unreadable)
    };
    let start = part(0, (MAX_HEADER as u64).min(size)).await?;
    let end = part(size.saturating_sub(MAX_HEADER as u64), size).await?;
    let fingerprint = fingerprint(&start) ^ fingerprint(&end).rotate_left(1) ^ size;
    if start.starts_with(&[0x1F, 0x8B]) {
        return Ok(Looked {
            header: None,
            gzip: true,
            publisher: false,
            fingerprint,
            row_bytes: 1,
        });
    }
    match header::read(&start) {
        Err(NotAnExport::NotCsv(Looks::Json)) => Ok(Looked {
            header: None,
            gzip: false,
            publisher: true,
            fingerprint,
            row_bytes: size.max(1),
        }),
        Err(other) => Err(Refusal::NotAnExport(other)),
        Ok(header) => {
            let rows = &start[(header.first_row as usize).min(start.len())..];
            let lines = rows.iter().filter(|b| **b == b'\n').count().max(1);
            let row_bytes = (rows.len() / lines).max(1) as u64;
            Ok(Looked {
                header: Some(header),
                gzip: false,
                publisher: false,
                fingerprint,
                row_bytes,
            })
        }
    }
}

/// FNV-1a, 64 bits: enough to suspect that two files of one size are the same,
/// which [`same`] then makes sure of.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
