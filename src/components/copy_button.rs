//! Copies a text and says so, in the button and aloud.

use super::announcer::use_announcer;
use crate::platform::{clipboard, clock};
use leptos::prelude::*;

/// How long the button says that it has copied.
const SAY_MS: u32 = 2_000;

/// A button that copies.
#[component]
pub fn CopyButton(
    /// What is copied, read when pressed.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied, in words, for those who cannot see it: “the link”.
    #[prop(into)]
    what: String,
    /// What the button says.
    #[prop(default = "Copy")]
    word: &'static str,
    /// The classes.
    #[prop(default = "btn small")]
    class: &'static str,
    /// What stands before the word, such as an icon.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let announcer = use_announcer();
    let says = RwSignal::new(word);
    // The label begins with the word on the button: who speaks to the browser says that.
    let mut label = String::from(word);
    label.push_str(if word == "Copy" { " " } else { ": copy " });
    label.push_str(&what);
    let copy = move |_| {
        let mut aloud = String::from(&what);
        leptos::task::spawn_local(async move {
            let copied = clipboard::copy(&text.get_untracked()).await.is_ok();
            says.set(if copied { "Copied" } else { "Not copied" });
            if copied {
                aloud.insert_str(0, "Copied ");
            } else {
                aloud.insert_str(0, "The browser did not let us copy ");
            }
            announcer.say(aloud);
            clock::after(SAY_MS, move || {
                // The page may be gone by then.
                says.try_set(word);
            });
        });
    };
    view! {
        <button type="button" class=class aria-label=label on:click=copy>
            {children.map(|children| children())}
            <span>{move || says.get()}</span>
        </button>
    }
}
