//! Says to a screen reader what sighted readers see happen, politely, and never
//! more than once a second: of what comes faster, the last is said.

use crate::platform::clock;
use leptos::prelude::*;

/// Milliseconds between two announcements.
const APART_MS: f64 = 1000.0;

/// The announcer in context.
#[derive(Clone, Copy)]
pub struct Announce {
    said: RwSignal<String>,
    said_ms: StoredValue<f64>,
    waiting: StoredValue<Option<String>>,
}

impl Announce {
    fn new() -> Self {
        Self {
            said: RwSignal::new(String::new()),
            said_ms: StoredValue::new(-APART_MS),
            waiting: StoredValue::new(None),
        }
    }

    /// Says `text`. The same text twice is said twice.
    pub fn say(self, text: impl Into<String>) {
        let wait_ms = self.said_ms.get_value() + APART_MS - clock::elapsed_ms();
        let is_first = self.waiting.with_value(Option::is_none);
        self.waiting.set_value(Some(text.into()));
        if wait_ms <= 0.0 {
            self.say_last();
        } else if is_first {
            clock::after(wait_ms as u32 + 1, move || self.say_last());
        }
    }

    fn say_last(self) {
        let Some(mut text) = self.waiting.try_update_value(Option::take).flatten() else {
            return;
        };
        self.said_ms.set_value(clock::elapsed_ms());
        if self.said.with_untracked(|said| *said == text) {
            // An unchanged region is not read again; a trailing space changes it.
            text.push('\u{a0}');
        }
        self.said.set(text);
    }
}

/// Puts the announcer into context.
pub fn provide_announcer() {
    provide_context(Announce::new());
}

/// The announcer.
pub fn use_announcer() -> Announce {
    use_context().unwrap_or_else(Announce::new)
}

/// The live region itself; once, at the end of the page.
#[component]
pub fn Announcer() -> impl IntoView {
    let said = use_announcer().said;
    view! { <p class="sr" role="status" aria-live="polite">{move || Some(said.get()).filter(|text| !text.is_empty())}</p> }
}
