//! The window and the document.

use web_sys::{Document, Element, VisibilityState, Window};

/// The window. There is always one: the app runs in a page, never in a worker.
///
/// # Panics
/// Outside a page.
#[allow(clippy::expect_used, reason = "without a window there is no app")]
pub fn window() -> Window {
    web_sys::window().expect("a window")
}

/// The document.
///
/// # Panics
/// Outside a page.
#[allow(clippy::expect_used, reason = "without a document there is no app")]
pub fn document() -> Document {
    window().document().expect("a document")
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Leaves for a page of this site, which is loaded anew.
pub fn go(path: &str) {
    // It fails for addresses that are none, and ours is one.
    let _ = window().location().assign(path);
}

/// Sets the text of the element with this id, if there is one.
pub fn set_text(id: &str, text: &str) {
    if let Some(element) = by_id(id) {
        element.set_text_content(Some(text));
    }
}

/// Sets or removes an attribute of `<html>`.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        // Neither can fail: the names are ours and valid.
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Whether the tab is in front.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// What the tab says.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// The whole address, as shared.
pub fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// Scheme, host and port of this site.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Loads the page anew.
pub fn reload() {
    // A page that cannot reload is about to close; there is nobody to tell.
    let _ = window().location().reload();
}
