//! Choosing and dropping files, and the place to save one.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, FileList, HtmlInputElement};

/// The files of an input that changed; the input is emptied, so that the same
/// file can be chosen again.
pub fn chosen(event: &Event) -> Vec<File> {
    let Some(input) = event
        .target()
        .and_then(|t| t.dyn_into::<HtmlInputElement>().ok())
    else {
        return Vec::new();
    };
    let files = list(input.files());
    input.set_value("");
    files
}

/// The files of a drop.
pub fn dropped(event: &DragEvent) -> Vec<File> {
    list(event.data_transfer().and_then(|transfer| transfer.files()))
}

/// Whether what is dragged are files.
pub fn drags_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn list(files: Option<FileList>) -> Vec<File> {
    files
        .map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect())
        .unwrap_or_default()
}

/// What became of asking where to save.
pub enum Place {
    /// A file handle.
    Chosen(JsValue),
    /// The person changed their mind.
    Canceled,
    /// This browser has no such dialog: the file is a download.
    Unavailable,
}

/// Asks where to save a file, in browsers that can (File System Access). To be
/// called from a click.
pub async fn save_place(name: &str) -> Place {
    let window = super::dom::window();
    let Some(ask) = Reflect::get(&window, &"showSaveFilePicker".into())
        .ok()
        .and_then(|f| f.dyn_into::<Function>().ok())
    else {
        return Place::Unavailable;
    };
    let options = Object::new();
    let _ = Reflect::set(&options, &"suggestedName".into(), &name.into());
    let asked = ask
        .call1(&window, &options)
        .map(|promise| promise.unchecked_into::<Promise>());
    let answer = match asked {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(handle) => Place::Chosen(handle),
        Err(error) => {
            let name = Reflect::get(&error, &"name".into())
                .ok()
                .and_then(|n| n.as_string())
                .unwrap_or_default();
            if name == "AbortError" {
                Place::Canceled
            } else {
                Place::Unavailable
            }
        }
    }
}
