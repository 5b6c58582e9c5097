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
    let id = label_id(label, &what);
    let sure_id = StoredValue::new(format!("sure-{id}"));
    let ask_id = StoredValue::new(format!("ask-{id}"));
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
    let keep = move |_| {
        is_asked.set(false);
        // What was pressed is gone; one goes on where one was.
        clock::next_frame(move || {
            ask_id.try_with_value(|id| focus::calmly(id));
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
                    on:click=keep
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
                    id=ask_id.get_value()
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

/// The label and what it is about as an id: other characters than letters and digits by their
/// number, so that two different names never have the same.
fn label_id(label: &str, what: &str) -> String {
    let mut id = String::new();
    for character in label.chars().chain([' ']).chain(what.chars()) {
        if character.is_ascii_alphanumeric() {
            id.push(character);
        } else {
            id.push_str(&format!("_{:x}_", u32::from(character)));
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::label_id;

    #[test]
    fn two_names_have_two_ids() {
        let ids = ["ab", "a b", "a-b", "a_20_b", "海", "港"].map(|name| label_id("Remove", name));
        for (at, id) in ids.iter().enumerate() {
            assert!(!ids[at + 1..].contains(id), "{id}");
            assert!(!id.contains(' '), "{id}");
        }
    }
}
