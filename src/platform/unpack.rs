//! Unpacking gzip (RFC 1952) with the browser's own `DecompressionStream`.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStream, ReadableStreamDefaultReader};

#[wasm_bindgen]
extern "C" {
    /// Declared here because a browser may have none: this one says so instead of throwing.
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    /// A stream whose bytes can be led through another.
    type Piped;

    #[wasm_bindgen(method, js_name = pipeThrough, catch)]
    fn pipe_through(this: &Piped, through: &JsValue) -> Result<ReadableStream, JsValue>;
}

/// Why bytes were not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUnpacked {
    /// The browser has no means for it.
    NoMeans,
    /// They are no gzip, or break off.
    Damaged,
    /// Unpacked they are more than was to be expected.
    TooMuch,
}

/// Unpacks bytes to at most so many: a few bytes can stand for any number of them.
///
/// # Errors
/// They are damaged, too much comes of them, or the browser has no means.
pub async fn gunzip(packed: &[u8], most: usize) -> Result<Vec<u8>, NotUnpacked> {
    let reader = reader(packed).map_err(|_| NotUnpacked::NoMeans)?;
    let mut unpacked = Vec::new();
    loop {
        let part = JsFuture::from(reader.read())
            .await
            .map_err(|_| NotUnpacked::Damaged)?;
        let field = |name: &str| Reflect::get(&part, &JsValue::from_str(name));
        if field("done").is_ok_and(|done| done.is_truthy()) {
            return Ok(unpacked);
        }
        let bytes: Uint8Array = field("value")
            .ok()
            .and_then(|value| value.dyn_into().ok())
            .ok_or(NotUnpacked::Damaged)?;
        if unpacked.len() + bytes.length() as usize > most {
            // Stops unpacking; what it says about that no longer matters.
            let _ = JsFuture::from(reader.cancel()).await;
            return Err(NotUnpacked::TooMuch);
        }
        unpacked.extend(bytes.to_vec());
    }
}

fn reader(packed: &[u8]) -> Result<ReadableStreamDefaultReader, JsValue> {
    let stream = DecompressionStream::new("gzip")?;
    let parts = Array::of1(&Uint8Array::from(packed));
    let blob = Blob::new_with_u8_array_sequence(&parts)?;
    let unpacked = blob
        .stream()
        .unchecked_into::<Piped>()
        .pipe_through(&stream)?;
    ReadableStreamDefaultReader::new(&unpacked)
}
