//! When the reader turns away from what floats: the Escape key, and a press or the focus
//! somewhere else.

use super::{dom, events};
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, Node};

/// How they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// By the Escape key: the focus goes back to where it came from.
    Back,
    /// To something else, which has the focus, or to nothing.
    Away,
}

/// Calls `turned` when the reader turns away from the element with this id, until the owner is
/// cleaned up.
pub fn on_turning(id: &'static str, turned: impl Fn(Turned) + Copy + 'static) {
    events::on_window("keydown", move |event| {
        let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
        if key.as_deref() == Some("Escape") {
            turned(Turned::Back);
        }
    });
    for name in ["pointerdown", "focusin"] {
        events::on_window(name, move |event| {
            if !is_within(id, &event) {
                turned(Turned::Away);
            }
        });
    }
}

fn is_within(id: &str, event: &Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    dom::by_id(id).is_some_and(|element| element.contains(target.as_ref()))
}
