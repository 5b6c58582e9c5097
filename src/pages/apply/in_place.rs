//! The form over what was said before, opened and closed within another page.

use super::{
    SaidBefore,
    purpose::{Outcome, Purpose},
};
use crate::platform::{clock, focus};
use leptos::prelude::*;
use program::answers::Answers;

/// What stands there, and the form in its place while it is open.
#[component]
pub fn InPlace(
    /// Whether the form is open; it takes the focus when it opens.
    is_open: RwSignal<bool>,
    /// The id of the form.
    id: &'static str,
    /// What the form is for, and what was said before.
    begin: Callback<(), (Purpose, Answers)>,
    /// Hears what came of sending it.
    done: Callback<Outcome>,
    /// What stands there while it is closed.
    children: ChildrenFn,
) -> impl IntoView {
    Effect::new(move |_| {
        if is_open.get() {
            clock::next_frame(move || {
                focus::by_id(id);
            });
        }
    });
    move || {
        if !is_open.get() {
            return children();
        }
        let (purpose, answers) = begin.run(());
        view! {
            <div id=id tabindex="-1">
                <SaidBefore purpose=purpose answers=answers done=done />
            </div>
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| is_open.set(false)>
                    "Close without sending"
                </button>
            </div>
        }
        .into_any()
    }
}
