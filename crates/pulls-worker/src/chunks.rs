//! Part of a file, read a piece at a time into a buffer of our own.
//!
//! Chromium copies a part thrice on its way into `Blob.arrayBuffer()`, and
//! finds new memory for it every time. A stream that is handed its buffer
//! takes half of that work; measured in docs/PERFORMANCE.md.

use js_sys::{ArrayBuffer, JsString, Object, Promise, Reflect, Uint8Array};
use pulls::dictionary::PADDING;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ReadableStreamByobReader};

/// Bytes asked for at a time: more than what waits in the browser's pipe.
const PIECE: u32 = 2 << 20;

/// Part of a file on its way.
///
/// Everything that the read hangs on is held here: Chromium forgets a stream
/// that only its own unfinished promise knows, and the promise with it.
pub struct Chunks {
    _part: Blob,
    reader: ReadableStreamByobReader,
    coming: Promise,
}

impl Chunks {
    /// Begins to read; `None` where the browser's file streams take no buffers.
    pub fn open(part: &Blob) -> Option<Self> {
        let reader = ReadableStreamByobReader::new(&part.stream()).ok()?;
        let coming = ask(&reader, &ArrayBuffer::new(PIECE));
        Some(Self {
            _part: part.clone(),
            reader,
            coming,
        })
    }

    /// Reads all of it, `len` bytes, to the front of `text`; `came` is called with
    /// the text and how many bytes of it are there.
    ///
    /// # Errors
    /// What the browser throws, or an empty value for a part that is shorter:
    /// the file changed or went away.
    pub async fn fill(
        mut self,
        text: &mut Vec<u8>,
        len: usize,
        mut came: impl FnMut(&[u8], usize),
    ) -> Result<(), JsValue> {
        text.resize(len + PADDING, 0);
        let mut at = 0;
        while at < len {
            let piece = JsFuture::from(self.coming.clone()).await?;
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
            came(text, at);
        }
        Ok(())
    }
}

impl Drop for Chunks {
    fn drop(&mut self) {
        let stopped: Promise = self.reader.cancel().unchecked_into();
        // A stream that failed says so again here: once was enough.
        spawn_local(async move { drop(JsFuture::from(stopped).await) });
    }
}

fn ask(reader: &ReadableStreamByobReader, buffer: &ArrayBuffer) -> Promise {
    let room = Object::from(Uint8Array::new(buffer));
    reader.read_with_array_buffer_view(&room).unchecked_into()
}
