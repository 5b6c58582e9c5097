//! Time: the only place that asks for it.

use super::dom;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

/// Seconds in a day.
const DAY_SECS: i64 = 86_400;

/// Milliseconds since 1970, UTC, by the reader's clock.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Today as days since 1970, UTC.
pub fn today_days() -> i32 {
    i32::try_from(chrono::Utc::now().timestamp().div_euclid(DAY_SECS)).unwrap_or(i32::MAX)
}

/// The reader's clock, UTC.
pub fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// Whether the browser believes that it has a network.
pub fn is_online() -> bool {
    dom::window().navigator().on_line()
}

/// Milliseconds since the page was opened: never goes back, for durations.
pub fn elapsed_ms() -> f64 {
    dom::window()
        .performance()
        .map_or_else(now_ms, |clock| clock.now())
}

/// Calls `tick` every `period_ms`, until the owner is cleaned up.
pub fn every(period_ms: u32, tick: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(tick);
    let Ok(handle) = dom::window().set_interval_with_callback_and_timeout_and_arguments_0(
        closure.as_ref().unchecked_ref(),
        i32::try_from(period_ms).unwrap_or(i32::MAX),
    ) else {
        return;
    };
    let kept = StoredValue::new_local(closure);
    on_cleanup(move || {
        dom::window().clear_interval_with_handle(handle);
        kept.dispose();
    });
}

/// Calls `then` once after `delay_ms`, even if the owner is gone by then.
pub fn after(delay_ms: u32, then: impl FnOnce() + 'static) {
    let function = Closure::once_into_js(then);
    // Cannot fail: the callback is a function.
    let _ = dom::window().set_timeout_with_callback_and_timeout_and_arguments_0(
        function.unchecked_ref(),
        i32::try_from(delay_ms).unwrap_or(i32::MAX),
    );
}

/// Calls `then` once, just before the next picture is drawn.
pub fn next_frame(then: impl FnOnce() + 'static) {
    let function = Closure::once_into_js(then);
    // Cannot fail: the callback is a function.
    let _ = dom::window().request_animation_frame(function.unchecked_ref());
}
