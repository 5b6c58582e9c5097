//! Media queries and the pixel ratio.

use super::{dom, events};

/// What is shown is paper.
const PAPER: &str = "print";

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

/// Calls `changed` when the page is about to be printed, and when it has been,
/// until the owner is cleaned up.
pub fn on_print(changed: impl Fn(bool) + Copy + 'static) {
    events::on_window("beforeprint", move |_| changed(true));
    events::on_window("afterprint", move |_| changed(false));
    // A page may also be shown as paper without being printed.
    on_change(PAPER, move || changed(matches(PAPER)));
}
