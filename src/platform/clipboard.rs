//! The clipboard, for writing only.

use super::dom;
use wasm_bindgen_futures::JsFuture;

/// The browser refused: no permission, or not a secure page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCopied;

/// Copies text.
///
/// # Errors
/// [`NotCopied`] when the browser refuses; the reader can still select the text.
pub async fn copy(text: &str) -> Result<(), NotCopied> {
    let clipboard = dom::window().navigator().clipboard();
    // An insecure page has no clipboard, whatever the type says.
    if clipboard.is_undefined() {
        return Err(NotCopied);
    }
    JsFuture::from(clipboard.write_text(text))
        .await
        .map(|_| ())
        .map_err(|_| NotCopied)
}
