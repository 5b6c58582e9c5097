//! Unpacked text of a gzip file, a chunk at a time: from the browser's own
//! `DecompressionStream`, or, for files of several members, from the gunzip
//! worker.

use crate::js;
use crate::staff::{self, Employee};
use crate::wire::Refusal;
use js_sys::{Promise, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, MessageEvent, ReadableStream, ReadableStreamDefaultReader};

#[wasm_bindgen]
extern "C" {
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    type Piped;

    #[wasm_bindgen(method, js_name = pipeThrough, catch)]
    fn pipe_through(this: &Piped, through: &JsValue) -> Result<ReadableStream, JsValue>;
}

/// Where unpacked text comes from.
pub struct Source {
    from: Unpacker,
    size: u64,
}

enum Unpacker {
    Browser {
        reader: ReadableStreamDefaultReader,
        unpacked: u64,
    },
    Worker {
        worker: Employee,
        answer: Rc<RefCell<Option<js_sys::Function>>>,
        /// Whether it has failed, be it while nobody waited.
        failed: Rc<Cell<bool>>,
        consumed: u64,
    },
}

impl Drop for Source {
    fn drop(&mut self) {
        // The worker ends with what stands for it.
        if let Unpacker::Browser { reader, .. } = &self.from {
            // Stops unpacking; what it says about that no longer matters.
            let stopped: Promise = reader.cancel().unchecked_into();
            // A stream that failed says so again here: once was enough.
            wasm_bindgen_futures::spawn_local(async move { drop(JsFuture::from(stopped).await) });
        }
    }
}

/// Has the browser unpack a file, or other bytes.
///
/// # Errors
/// [`Refusal::Damaged`] where the browser cannot: the worker may.
pub fn browser(file: &Blob) -> Result<Source, Refusal> {
    let unpack = || -> Result<ReadableStreamDefaultReader, JsValue> {
        let stream = DecompressionStream::new("gzip")?;
        let unpacked = file
            .stream()
            .unchecked_into::<Piped>()
            .pipe_through(&stream)?;
        unpacked.get_reader().dyn_into().map_err(Into::into)
    };
    let reader = unpack().map_err(|_| Refusal::Damaged)?;
    Ok(Source {
        from: Unpacker::Browser {
            reader,
            unpacked: 0,
        },
        size: file.size() as u64,
    })
}

/// Has the gunzip worker unpack a file.
///
/// # Errors
/// [`Refusal::Worker`] when it cannot be asked for.
pub fn worker(file: &File, address: &str) -> Result<Source, Refusal> {
    let answer: Rc<RefCell<Option<js_sys::Function>>> = Rc::default();
    let failed: Rc<Cell<bool>> = Rc::default();
    let (waiting, abandoned, has_failed) =
        (Rc::clone(&answer), Rc::clone(&answer), Rc::clone(&failed));
    let take = move |event: MessageEvent| resolve(&waiting, &event.data());
    let fail = move || {
        has_failed.set(true);
        resolve(&abandoned, &JsValue::from_str("worker"));
    };
    let asked = staff::hire(address, "gunzip", take, fail).and_then(|worker| {
        worker.port.post_message(file)?;
        Ok(worker)
    });
    Ok(Source {
        from: Unpacker::Worker {
            worker: asked.map_err(|_| Refusal::Worker)?,
            answer,
            failed,
            consumed: 0,
        },
        size: file.size() as u64,
    })
}

/// Answers whoever waits.
fn resolve(waiting: &RefCell<Option<js_sys::Function>>, answer: &JsValue) {
    if let Some(resolve) = waiting.borrow_mut().take() {
        // Resolving a promise throws nothing.
        let _ = resolve.call1(&JsValue::NULL, answer);
    }
}

impl Source {
    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] or [`Refusal::Truncated`], as far as can be told.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Refusal> {
        match &mut self.from {
            Unpacker::Browser { reader, unpacked } => {
                let read = JsFuture::from(reader.read().unchecked_into::<Promise>())
                    .await
                    .map_err(|_| Refusal::Damaged)?;
                let field =
                    |name: &str| Reflect::get(&read, &name.into()).unwrap_or(JsValue::UNDEFINED);
                if field("done").is_truthy() {
                    return Ok(None);
                }
                let chunk: Uint8Array = field("value").unchecked_into();
                *unpacked += u64::from(chunk.length());
                Ok(Some(chunk))
            }
            Unpacker::Worker {
                worker,
                answer,
                failed,
                consumed,
            } => {
                if failed.get() {
                    return Err(Refusal::Worker);
                }
                let waiting = Rc::clone(answer);
                let port = worker.port.clone();
                let promise = Promise::new(&mut |resolve, _| {
                    *waiting.borrow_mut() = Some(resolve);
                    let _ = port.post_message(&JsValue::from_str("next"));
                });
                let answer = JsFuture::from(promise).await.map_err(|_| Refusal::Worker)?;
                if let Some(word) = answer.as_string() {
                    return match &word[..] {
                        "end" => Ok(None),
                        "truncated" => Err(Refusal::Truncated),
                        "unreadable" => Err(Refusal::Unreadable),
                        "worker" => Err(Refusal::Worker),
                        _ => Err(Refusal::Damaged),
                    };
                }
                let parts: js_sys::Array = answer.unchecked_into();
                *consumed = parts.get(1).as_f64().unwrap_or(0.0) as u64;
                Ok(Some(parts.get(0).unchecked_into()))
            }
        }
    }

    /// Packed bytes gone through; the browser does not tell, so for it an
    /// estimate by the usual ratio of such exports.
    pub fn consumed(&self) -> u64 {
        match &self.from {
            Unpacker::Browser { unpacked, .. } => {
                (unpacked / USUAL_RATIO).min(self.size.saturating_sub(1))
            }
            Unpacker::Worker { consumed, .. } => *consumed,
        }
    }
}

/// Raw exports shrink to about a sixth.
const USUAL_RATIO: u64 = 6;

/// Runs the gunzip worker: sent a file once, then asked for `next` again and again.
pub fn run_worker() {
    let state: Rc<RefCell<Option<Unpacking>>> = Rc::default();
    staff::serve(move |port, message| {
        if let Ok(file) = message.dyn_into::<File>() {
            *state.borrow_mut() = Some(Unpacking {
                file,
                at: 0,
                decoder: flate2::write::MultiGzDecoder::new(Vec::new()),
            });
            return;
        }
        let state = Rc::clone(&state);
        wasm_bindgen_futures::spawn_local(async move {
            let taken = state.borrow_mut().take();
            let Some(mut unpacking) = taken else { return };
            let answer = match unpacking.next().await {
                Ok(Some(chunk)) => js_sys::Array::of2(
                    &Uint8Array::from(&chunk[..]),
                    &JsValue::from_f64(unpacking.at as f64),
                )
                .into(),
                Ok(None) => JsValue::from_str("end"),
                Err(word) => JsValue::from_str(word),
            };
            *state.borrow_mut() = Some(unpacking);
            let _ = port.post_message(&answer);
        });
    });
}

struct Unpacking {
    file: File,
    at: u64,
    decoder: flate2::write::MultiGzDecoder<Vec<u8>>,
}

/// Packed bytes read at a time.
const PACKED: u64 = 512 * 1024;

impl Unpacking {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, &'static str> {
        use std::io::Write;
        let size = self.file.size() as u64;
        loop {
            if self.at >= size {
                let ended = self.decoder.try_finish();
                let rest = std::mem::take(self.decoder.get_mut());
                return match ended {
                    Ok(()) if rest.is_empty() => Ok(None),
                    Ok(()) => Ok(Some(rest)),
                    Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                        Err("truncated")
                    }
                    Err(_) => Err("damaged"),
                };
            }
            let to = (self.at + PACKED).min(size);
            let part = js::cut(&self.file, self.at, to).map_err(|_| "unreadable")?;
            let bytes = js::bytes(&part).await.map_err(|_| "unreadable")?;
            self.decoder
                .write_all(&Uint8Array::new(&bytes).to_vec())
                .map_err(|_| "damaged")?;
            self.at = to;
            let chunk = std::mem::take(self.decoder.get_mut());
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
    }
}
