//! Small seams to the worker's browser: time, files, messages.

use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DedicatedWorkerGlobalScope};

/// The worker's global scope.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the worker began.
pub fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |p| p.now())
}

/// A message as page and workers pass it: bytes, then attachments.
pub fn message(bytes: &[u8], attachments: &[JsValue]) -> Array {
    let message = Array::of1(&Uint8Array::from(bytes));
    for attachment in attachments {
        message.push(attachment);
    }
    message
}

/// A message's bytes and attachments.
pub fn parts(message: &JsValue) -> Option<(Vec<u8>, Vec<JsValue>)> {
    let parts: &Array = message.dyn_ref()?;
    let bytes: Uint8Array = parts.get(0).dyn_into().ok()?;
    Some((
        bytes.to_vec(),
        (1..parts.length()).map(|at| parts.get(at)).collect(),
    ))
}

/// Part of a file, from an offset to another.
///
/// # Errors
/// What the browser throws.
pub fn cut(blob: &Blob, from: u64, to: u64) -> Result<Blob, JsValue> {
    blob.slice_with_f64_and_f64(from as f64, to as f64)
}

/// The bytes of a blob. The read begins at the call, not at the first await.
pub fn read(blob: &Blob) -> Promise {
    blob.array_buffer().unchecked_into()
}

/// The bytes of a blob.
///
/// # Errors
/// What the browser throws: the file changed or went away.
pub async fn bytes(blob: &Blob) -> Result<ArrayBuffer, JsValue> {
    JsFuture::from(read(blob)).await.map(JsCast::unchecked_into)
}

/// Waits so many milliseconds.
pub async fn pause(ms: i32) {
    let _ = JsFuture::from(timer(ms)).await;
}

/// A promise of nothing, kept after so many milliseconds.
pub fn timer(ms: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        let _ = set_timeout(&resolve, ms);
    })
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(then: &js_sys::Function, ms: i32) -> Result<JsValue, JsValue>;
}
