//! In the place of a part that did not load: what is missing, why, and the ways
//! to get it.

use crate::platform::dom;
use leptos::prelude::*;

/// Says that a part did not load, and offers to load it again. After a newer
/// version has replaced it, only a reload helps.
#[component]
pub fn PartFailed(
    /// Loads it again.
    again: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <div class="blank" role="alert">
            <strong>"This part did not load"</strong>
            <span>
                "A file of this page was lost on the way, or replaced by a newer version."
            </span>
            <div class="actions">
                <button type="button" class="btn small" on:click=move |_| again()>
                    "Load it again"
                </button>
                <button type="button" class="btn small" on:click=|_| dom::reload()>
                    "Reload"
                </button>
            </div>
        </div>
    }
}
