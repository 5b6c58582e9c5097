//! Something that cannot be undone: asked for, and then once more, in place.

use crate::platform::{clock, focus};
use leptos::prelude::*;

/// The button, and the question that it opens.
#[component]
pub fn AskedTwice(
    /// What the button says.
    label: &'static str,
    /// What it is done to, for those who cannot see where the button stands.
    #[prop(optional, into)]
    what: String,
    /// The question.
    #[prop(into)]
    question: String,
    /// What the second button says, which does it.
    yes: &'static str,
    /// What the one says that does not.
    #[prop(default = "Keep it")]
    no: &'static str,
    /// The classes of the buttons beside what they are anyway.
    #[prop(default = "small")]
    class: &'static str,
    /// Does it.
    act: Callback<()>,
) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    let id = format!("sure-{}", label_id(label, &what));
    let sure_id = StoredValue::new(id);
    let spoken = if what.is_empty() {
        None
    } else {
        Some(format!("{label}: {what}"))
    };
    let question = StoredValue::new(question);
    let ask = move |_| {
        is_asked.set(true);
        clock::next_frame(move || {
            focus::by_id(&sure_id.get_value());
        });
    };
    move || {
        if is_asked.get() {
            view! {
                <span class="t14 sure">{question.get_value()}</span>
                <button
                    type="button"
                    class=format!("btn danger {class}")
                    id=sure_id.get_value()
                    on:click=move |_| {
                        is_asked.set(false);
                        act.run(());
                    }
                >
                    {yes}
                </button>
                <button
                    type="button"
                    class=format!("btn {class}")
                    on:click=move |_| is_asked.set(false)
                >
                    {no}
                </button>
            }
            .into_any()
        } else {
            view! {
                <button
                    type="button"
                    class=format!("btn {class}")
                    aria-label=spoken.clone()
                    on:click=ask
                >
                    {label}
                </button>
            }
            .into_any()
        }
    }
}

/// Letters and digits of the label and what it is about: an id of its own.
fn label_id(label: &str, what: &str) -> String {
    let all = label.chars().chain(what.chars());
    all.filter(char::is_ascii_alphanumeric).collect()
}
