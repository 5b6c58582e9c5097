//! Says to a screen reader what sighted readers see happen, politely.

use leptos::prelude::*;

/// The announcer in context.
#[derive(Clone, Copy)]
pub struct Announce(RwSignal<String>);

impl Announce {
    /// Says `text`. The same text twice is said twice.
    pub fn say(self, text: impl Into<String>) {
        let mut text = text.into();
        if self.0.with_untracked(|said| *said == text) {
            // An unchanged region is not read again; a trailing space changes it.
            text.push('\u{a0}');
        }
        self.0.set(text);
    }
}

/// Puts the announcer into context.
pub fn provide_announcer() {
    provide_context(Announce(RwSignal::new(String::new())));
}

/// The announcer.
pub fn use_announcer() -> Announce {
    use_context().unwrap_or_else(|| Announce(RwSignal::new(String::new())))
}

/// The live region itself; once, at the end of the page.
#[component]
pub fn Announcer() -> impl IntoView {
    let Announce(said) = use_announcer();
    view! { <p class="sr" role="status" aria-live="polite">{move || Some(said.get()).filter(|text| !text.is_empty())}</p> }
}
