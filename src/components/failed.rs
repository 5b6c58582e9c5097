//! In the place of a part that did not load: what is missing, why, and the way
//! to try again.

use leptos::prelude::*;

/// Says that a part did not load, and offers to load it again.
#[component]
pub fn PartFailed(
    /// What is missing: “The chart did not load”.
    #[prop(default = "This part did not load")]
    title: &'static str,
    /// What is there nevertheless, if there is something to say.
    #[prop(optional, into)]
    but: Option<String>,
    /// Loads it again.
    again: impl Fn() + 'static,
    /// Other ways on, as buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="blank" role="alert">
            <strong>{title}</strong>
            <span>
                "A file of this page was lost on the way, or replaced by a newer version. "
                {but}
            </span>
            <div class="actions">
                <button type="button" class="btn small" on:click=move |_| again()>
                    "Load it again"
                </button>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
