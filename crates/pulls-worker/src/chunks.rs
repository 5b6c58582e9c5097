//! Part of a file, read a piece at a time into a buffer of our own.
//!
//! Chromium copies a part thrice on its way into `Blob.arrayBuffer()`, and
//! finds new memory for it every time. A stream that is handed its buffer
//! takes half of that work; measured in docs/PERFORMANCE.md.

use crate::js;
use js_sys::{Array, ArrayBuffer, JsString, Object, Promise, Reflect, Uint8Array};
use pulls::dictionary::PADDING;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ReadableStreamByobReader};

/// Bytes asked for at a time: more than what waits in the browser's pipe.
const PIECE: u32 = 2 << 20;

/// A stream that gives nothing for so long is given up, and the rest is read at
/// once: not every browser keeps such streams alive, and a slow disk loses nothing.
const STALLED_MS: i32 = 3000;

/// Part of a file on its way.
///
/// Everything that the read hangs on is held here: Chromium forgets a stream
/// that only its own unfinished promise knows, and the promise with it.
pub struct Chunks {
    part: Blob,
    reader: ReadableStreamByobReader,
    coming: Promise,
}

impl Chunks {
    /// Begins to read; `None` where the browser's file streams take no buffers.
    pub fn open(part: &Blob) -> Option<Self> {
        let reader = ReadableStreamByobReader::new(&part.stream()).ok()?;
        let coming = ask(&reader, &ArrayBuffer::new(PIECE));
        Some(Self {
            part: part.clone(),
            reader,
            coming,
        })
    }

    /// Reads all of it, `len` bytes, to the front of `text`; `came` is called with
    /// the text and how many bytes of it are there, and says whether to go on.
    ///
    /// # Errors
    /// What the browser throws, or an empty value for a part that is shorter (the
    /// file changed or went away) or is no longer wanted.
    pub async fn fill(
        mut self,
        text: &mut Vec<u8>,
        len: usize,
        mut came: impl FnMut(&[u8], usize) -> bool,
    ) -> Result<(), JsValue> {
        text.resize(len + PADDING, 0);
        let mut at = 0;
        let (mut timer, mut at_last) = (js::timer(STALLED_MS), 0);
        while at < len {
            let first = Promise::race(&Array::of2(&self.coming, &timer));
            let piece = JsFuture::from(first).await?;
            if piece.is_undefined() {
                if at == at_last {
                    let rest = js::cut(&self.part, at as u64, len as u64)?;
                    let bytes: JsValue = js::bytes(&rest).await?.into();
                    let bytes = Uint8Array::new(&bytes);
                    if bytes.length() as usize != len - at {
                        return Err(JsValue::NULL);
                    }
                    bytes.copy_to(&mut text[at..len]);
                    came(text, len);
                    break;
                }
                (timer, at_last) = (js::timer(STALLED_MS), at);
                continue;
            }
            let value = Reflect::get(&piece, &JsString::from("value"))?;
            let bytes: Uint8Array = value.dyn_into()?;
            let to = at + bytes.length() as usize;
            if to == at || to > len {
                return Err(JsValue::NULL);
            }
            bytes.copy_to(&mut text[at..to]);
            at = to;
            if at < len {
                self.coming = ask(&self.reader, &bytes.buffer());
            }
            if !came(text, at) {
                return Err(JsValue::NULL);
            }
        }
        Ok(())
    }
}

impl Drop for Chunks {
    fn drop(&mut self) {
        // A stream that failed says so again here: once was enough.
        settle(self.reader.cancel().unchecked_into());
    }
}

/// Takes note of how something ends that nobody may be waiting for: a file that goes away would
/// otherwise be an error of the page.
fn settle(promise: Promise) {
    spawn_local(async move { drop(JsFuture::from(promise).await) });
}

fn ask(reader: &ReadableStreamByobReader, buffer: &ArrayBuffer) -> Promise {
    let room = Object::from(Uint8Array::new(buffer));
    let coming: Promise = reader.read_with_array_buffer_view(&room).unchecked_into();
    settle(coming.clone());
    coming
}
