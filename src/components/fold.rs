//! Controls that fold into one row on a phone; the row says what is set.

use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// Folded below 768 pixels, always open above.
#[component]
pub fn Fold(
    /// What is set, in a line.
    #[prop(into)]
    summary: Signal<String>,
    /// More of it, in a smaller line.
    #[prop(into)]
    detail: Signal<String>,
    /// The controls.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fold">
            <summary>
                <span>{move || summary.get()}<small>{move || detail.get()}</small></span>
                <span>"Change"<Icon of=IconName::Chevron /></span>
            </summary>
            {children()}
        </details>
    }
}
