//! What is wrong with a field, below it.

use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// The sentence, while there is one.
#[component]
pub fn FieldError(
    /// The id that the field names as its description.
    #[prop(optional, into)]
    id: Option<String>,
    /// The sentence.
    #[prop(into)]
    message: Signal<Option<String>>,
    /// Whether it is said aloud when it appears: where nothing else tells.
    #[prop(default = true)]
    is_said: bool,
) -> impl IntoView {
    view! {
        <p class="error" id=id role=is_said.then_some("alert")>
            {move || {
                message
                    .get()
                    .map(|message| view! { <Icon of=IconName::Alert /><span>{message}</span> })
            }}
        </p>
    }
}
