//! Handing a file to the reader.

use super::{clock, dom};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The browser refused to make or offer the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSaved;

/// How long the file's address stays valid: browsers read it after the click.
const KEEP_MS: u32 = 60_000;

/// Offers `blob` under `name`, as a download.
///
/// # Errors
/// [`NotSaved`] when the browser refuses.
pub fn blob(blob: &Blob, name: &str) -> Result<(), NotSaved> {
    let address = Url::create_object_url_with_blob(blob).map_err(|_| NotSaved)?;
    let anchor: HtmlAnchorElement = dom::document()
        .create_element("a")
        .map_err(|_| NotSaved)?
        .unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    clock::after(KEEP_MS, move || {
        let _ = Url::revoke_object_url(&address);
    });
    Ok(())
}

/// Offers text under `name`, with its media type.
///
/// # Errors
/// [`NotSaved`] when the browser refuses.
pub fn text(content: &str, media_type: &str, name: &str) -> Result<(), NotSaved> {
    let parts = Array::of1(&JsValue::from_str(content));
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let made = Blob::new_with_str_sequence_and_options(&parts, &kind).map_err(|_| NotSaved)?;
    blob(&made, name)
}
