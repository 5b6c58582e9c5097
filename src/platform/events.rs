//! Events on the window, for as long as the current owner lives.

use super::dom;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CustomEvent, Event};

/// Calls `listener` on each event of this name, until the owner is cleaned up.
pub fn on_window(name: &'static str, listener: impl Fn(Event) + 'static) {
    let target: web_sys::EventTarget = dom::window().into();
    on(&target, name, listener);
}

/// The same for any target, such as a media query.
pub fn on(target: &web_sys::EventTarget, name: &'static str, listener: impl Fn(Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(listener);
    let function: js_sys::Function = closure.as_ref().clone().unchecked_into();
    if target
        .add_event_listener_with_callback(name, &function)
        .is_err()
    {
        return;
    }
    let kept = StoredValue::new_local((target.clone(), closure));
    on_cleanup(move || {
        kept.with_value(|(target, closure)| {
            let _ =
                target.remove_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        });
    });
}

/// Dispatches an event of our own on the window.
pub fn dispatch(name: &str) {
    if let Ok(event) = Event::new(name) {
        // Nobody listening is a fine outcome.
        let _ = dom::window().dispatch_event(&event);
    }
}

/// What a custom event carries, as text; empty when it carries nothing.
pub fn detail(event: &Event) -> String {
    event
        .dyn_ref::<CustomEvent>()
        .map(CustomEvent::detail)
        .as_ref()
        .and_then(JsValue::as_string)
        .unwrap_or_default()
}

/// Has the browser ask before the page is left, while `is_needed` says so; until the owner
/// is cleaned up.
pub fn warn_before_leaving(is_needed: impl Fn() -> bool + 'static) {
    on_window("beforeunload", move |event| {
        if is_needed() {
            event.prevent_default();
        }
    });
}
