//! Media queries and the pixel ratio.

use super::{dom, events};

/// The system is dark.
pub const DARK: &str = "(prefers-color-scheme: dark)";

/// Whether a media query matches now.
pub fn matches(query: &str) -> bool {
    dom::window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Calls `changed` whenever the answer to `query` changes, until the owner is
/// cleaned up.
pub fn on_change(query: &str, changed: impl Fn() + 'static) {
    if let Ok(Some(list)) = dom::window().match_media(query) {
        events::on(&list, "change", move |_| changed());
    }
}

/// Device pixels for each CSS pixel; at least a half.
pub fn pixel_ratio() -> f64 {
    dom::window().device_pixel_ratio().max(0.5)
}
