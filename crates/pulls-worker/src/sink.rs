//! Where an export goes, as it is made: to the file that the person chose
//! (File System Access), else to the origin's private file system and from
//! there to the downloads, else to memory.

use crate::wire::ExportError;
use js_sys::{Array, AsyncIterator, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ReadableStreamDefaultReader};

#[wasm_bindgen]
extern "C" {
    /// A `FileSystemFileHandle`.
    #[derive(Clone)]
    type Handle;

    #[wasm_bindgen(method, js_name = createWritable, catch)]
    fn create_writable(this: &Handle) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = createSyncAccessHandle, catch)]
    fn create_sync_access_handle(this: &Handle) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = getFile, catch)]
    fn get_file(this: &Handle) -> Result<Promise, JsValue>;

    /// Not in every browser.
    #[wasm_bindgen(method, catch)]
    fn remove(this: &Handle) -> Result<Promise, JsValue>;

    /// A `FileSystemWritableFileStream`, or the writer of a compression stream.
    type Writable;

    #[wasm_bindgen(method, catch)]
    fn write(this: &Writable, bytes: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Writable) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn abort(this: &Writable) -> Result<Promise, JsValue>;

    /// A `FileSystemSyncAccessHandle`.
    type Access;

    #[wasm_bindgen(method, js_name = write, catch)]
    fn write_at(this: &Access, bytes: &Uint8Array) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn truncate(this: &Access, size: f64) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = close, catch)]
    fn close_access(this: &Access) -> Result<(), JsValue>;

    /// A `FileSystemDirectoryHandle`.
    type Directory;

    #[wasm_bindgen(method, js_name = getFileHandle, catch)]
    fn get_file_handle(this: &Directory, name: &str, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = removeEntry, catch)]
    fn remove_entry(this: &Directory, name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn keys(this: &Directory) -> Result<AsyncIterator, JsValue>;

    type CompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &CompressionStream) -> WritableSide;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &CompressionStream) -> web_sys::ReadableStream;

    type WritableSide;

    #[wasm_bindgen(method, js_name = getWriter, catch)]
    fn get_writer(this: &WritableSide) -> Result<Writable, JsValue>;
}

/// So begins the name of an export in the private file system; the moment when it
/// began follows.
const PRIVATE: &str = "export-";
/// An export stays there for so long after it is made, for its download.
pub const KEPT_MS: i32 = 300_000;
/// Where no file can be written, so many bytes are made in memory at most.
const MAX_MEMORY: u64 = 1 << 30;

enum Place {
    Chosen {
        stream: Writable,
        handle: Handle,
    },
    Private {
        access: Access,
        handle: Handle,
        directory: Directory,
        name: String,
        lock: Lock,
    },
    Memory(Array),
}

/// An export on its way out.
pub struct Sink {
    place: Place,
    gzip: Option<Gzip>,
    written: u64,
}

struct Gzip {
    writer: Writable,
    reader: ReadableStreamDefaultReader,
    /// The read under way.
    next: Promise,
}

async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, ExportError> {
    JsFuture::from(promise.map_err(|e| reason(&e))?)
        .await
        .map_err(|e| reason(&e))
}

/// What an exception says: a full disk, or a refusal.
fn reason(exception: &JsValue) -> ExportError {
    let name = Reflect::get(exception, &"name".into())
        .ok()
        .and_then(|n| n.as_string())
        .unwrap_or_default();
    if name == "QuotaExceededError" {
        ExportError::NoRoom
    } else {
        ExportError::Refused
    }
}

impl Sink {
    /// Opens the file that was chosen, or one to download later.
    ///
    /// # Errors
    /// [`ExportError`] when a chosen file cannot be written.
    pub async fn open(handle: Option<JsValue>, gzip: bool) -> Result<Self, ExportError> {
        // First, what may be refused and leaves nothing behind.
        let gzip = match gzip {
            true => Some(Gzip::new().map_err(|e| reason(&e))?),
            false => None,
        };
        let place = match handle {
            Some(handle) => {
                let handle: Handle = handle.unchecked_into();
                Place::Chosen {
                    stream: settled(handle.create_writable()).await?.unchecked_into(),
                    handle,
                }
            }
            None => private()
                .await
                .unwrap_or_else(|_| Place::Memory(Array::new())),
        };
        Ok(Self {
            place,
            gzip,
            written: 0,
        })
    }

    /// For a small file that is made in memory.
    ///
    /// # Errors
    /// [`ExportError::Refused`] where the browser cannot compress.
    pub fn open_memory(gzip: bool) -> Result<Self, ExportError> {
        let gzip = if gzip {
            Some(Gzip::new().map_err(|e| reason(&e))?)
        } else {
            None
        };
        Ok(Self {
            place: Place::Memory(Array::new()),
            gzip,
            written: 0,
        })
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes a chunk.
    ///
    /// # Errors
    /// [`ExportError::NoRoom`] or [`ExportError::Refused`].
    pub async fn write(&mut self, bytes: &Uint8Array) -> Result<(), ExportError> {
        if bytes.length() == 0 {
            return Ok(());
        }
        let Some(mut gzip) = self.gzip.take() else {
            return self.put(bytes).await;
        };
        let writing = gzip.writer.write(bytes).map_err(|e| reason(&e))?;
        // What comes out is put away while the chunk goes in: the stream waits for it.
        let done = std::rc::Rc::new(std::cell::Cell::new(false));
        let flag = std::rc::Rc::clone(&done);
        let written = wasm_bindgen_futures::future_to_promise(async move {
            let result = JsFuture::from(writing).await;
            flag.set(true);
            result?;
            Ok(JsValue::TRUE)
        });
        while !done.get() {
            let first = JsFuture::from(Promise::race(&Array::of2(&written, &gzip.next)))
                .await
                .map_err(|e| reason(&e))?;
            if first != JsValue::TRUE {
                self.take_out(&mut gzip, &first).await?;
            }
        }
        self.gzip = Some(gzip);
        Ok(())
    }

    async fn take_out(&mut self, gzip: &mut Gzip, read: &JsValue) -> Result<bool, ExportError> {
        let field = |name: &str| Reflect::get(read, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(false);
        }
        self.put(&field("value").unchecked_into()).await?;
        gzip.next = gzip.reader.read().unchecked_into();
        Ok(true)
    }

    async fn put(&mut self, bytes: &Uint8Array) -> Result<(), ExportError> {
        self.written += u64::from(bytes.length());
        match &self.place {
            Place::Chosen { stream, .. } => settled(stream.write(bytes)).await.map(|_| ()),
            Place::Private { access, .. } => {
                let put = access.write_at(bytes).map_err(|e| reason(&e))?;
                // A full disk shows as a short write, or in Chromium as a number far beyond
                // what there was to write.
                if put != f64::from(bytes.length()) {
                    Err(ExportError::NoRoom)
                } else {
                    Ok(())
                }
            }
            Place::Memory(_) if self.written > MAX_MEMORY => Err(ExportError::NoRoom),
            Place::Memory(parts) => {
                parts.push(bytes);
                Ok(())
            }
        }
    }

    /// Ends the export; gives the file to download, if it went to no chosen one.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn finish(&mut self) -> Result<(u64, Option<Blob>), ExportError> {
        if let Some(mut gzip) = self.gzip.take() {
            let closing = gzip.writer.close().map_err(|e| reason(&e))?;
            loop {
                let next = JsFuture::from(gzip.next.clone())
                    .await
                    .map_err(|e| reason(&e))?;
                if !self.take_out(&mut gzip, &next).await? {
                    break;
                }
            }
            JsFuture::from(closing).await.map_err(|e| reason(&e))?;
        }
        let file = match &self.place {
            Place::Chosen { stream, .. } => {
                settled(stream.close()).await?;
                None
            }
            Place::Private { access, handle, .. } => {
                access.close_access().map_err(|e| reason(&e))?;
                Some(settled(handle.get_file()).await?.unchecked_into())
            }
            Place::Memory(parts) => {
                let options = BlobPropertyBag::new();
                Some(
                    Blob::new_with_u8_array_sequence_and_options(parts, &options)
                        .map_err(|e| reason(&e))?,
                )
            }
        };
        if !matches!(self.place, Place::Private { .. }) {
            // Nothing is left here to be removed.
            self.place = Place::Memory(Array::new());
        }
        Ok((self.written, file))
    }

    /// Removes what was written, unless it is where it was to go.
    pub async fn discard(self) {
        // Whatever fails here, the export is given up all the same.
        match self.place {
            Place::Chosen { stream, handle } => {
                let _ = settled(stream.abort()).await;
                // Choosing a new file made it; empty it is of no use.
                if let Ok(file) = settled(handle.get_file()).await
                    && file.unchecked_ref::<Blob>().size() == 0.0
                {
                    let _ = settled(handle.remove()).await;
                }
            }
            Place::Private {
                access,
                directory,
                name,
                lock,
                ..
            } => {
                let _ = access.close_access();
                let _ = settled(directory.remove_entry(&name)).await;
                lock.release();
            }
            Place::Memory(_) => {}
        }
    }
}

impl Gzip {
    fn new() -> Result<Self, JsValue> {
        let stream = CompressionStream::new("gzip")?;
        let writer = stream.writable().get_writer()?;
        let reader: ReadableStreamDefaultReader = stream.readable().get_reader().unchecked_into();
        let next = reader.read().unchecked_into();
        Ok(Self {
            writer,
            reader,
            next,
        })
    }
}

/// Removes exports that tabs left behind when they were closed or crashed. One that
/// is being written by another tab is locked, and stays.
pub async fn sweep() {
    // Where there is no such place, nothing was left there.
    let Ok(directory) = directory().await else {
        return;
    };
    let Ok(names) = directory.keys() else { return };
    let now = js_sys::Date::now() as u64;
    let held = held_names().await;
    while let Ok(next) = settled(names.next()).await {
        let Some(name) = Reflect::get(&next, &"value".into())
            .ok()
            .and_then(|name| name.as_string())
        else {
            return;
        };
        if let Some(began) = name.strip_prefix(PRIVATE)
            && began.parse().unwrap_or(0) + (KEPT_MS as u64) < now
            && !held.contains(&name)
        {
            let _ = settled(directory.remove_entry(&name)).await;
        }
    }
}

async fn directory() -> Result<Directory, ExportError> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).map_err(|e| reason(&e))?;
    let storage = Reflect::get(&navigator, &"storage".into()).map_err(|e| reason(&e))?;
    let open: js_sys::Function = Reflect::get(&storage, &"getDirectory".into())
        .map_err(|e| reason(&e))?
        .dyn_into()
        .map_err(|_| ExportError::Refused)?;
    settled(open.call0(&storage).map(JsCast::unchecked_into))
        .await
        .map(JsCast::unchecked_into)
}

async fn private() -> Result<Place, ExportError> {
    let directory = directory().await?;
    let name = [PRIVATE, &(js_sys::Date::now() as u64).to_string()].concat();
    let create = Object::new();
    Reflect::set(&create, &"create".into(), &JsValue::TRUE).map_err(|e| reason(&e))?;
    let handle: Handle = settled(directory.get_file_handle(&name, &create))
        .await?
        .unchecked_into();
    let access: Access = settled(handle.create_sync_access_handle())
        .await?
        .unchecked_into();
    access.truncate(0.0).map_err(|e| reason(&e))?;
    Ok(Place::Private {
        access,
        handle,
        directory,
        lock: Lock::hold(&name),
        name,
    })
}

/// Says to other tabs that an export is being made or downloaded here, however long
/// that takes. It ends with the tab.
struct Lock(Option<js_sys::Function>);

impl Lock {
    fn hold(name: &str) -> Self {
        let mut release = None;
        let released = Promise::new(&mut |resolve, _| release = Some(resolve));
        let held = Closure::once_into_js(move || released);
        // Without locks in a browser, an export is kept as long as its name says.
        if let Some(locks) = locks() {
            let _ = locks.request(name, held.unchecked_ref());
        }
        Self(release)
    }

    fn release(self) {
        if let Some(release) = self.0 {
            // Resolving a promise throws nothing.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// A `LockManager`.
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, held: &js_sys::Function) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &Locks) -> Result<Promise, JsValue>;
}

fn locks() -> Option<Locks> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// Names of the locks that any tab of this site holds.
async fn held_names() -> Vec<String> {
    let Some(locks) = locks() else {
        return Vec::new();
    };
    let Ok(all) = settled(locks.query()).await else {
        return Vec::new();
    };
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    Array::from(&field(&all, "held"))
        .iter()
        .filter_map(|lock| field(&lock, "name").as_string())
        .collect()
}
