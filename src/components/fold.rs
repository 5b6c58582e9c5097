//! Controls that fold into one row on a phone; the row says what is set.

use super::icon::{Icon, IconName};
use crate::platform::media;
use leptos::prelude::*;

/// Where there is room for the controls; the style hides the row there.
const WIDE: &str = "(min-width: 48rem)";

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
    let open = RwSignal::new(media::matches(WIDE));
    media::on_change(WIDE, move || open.set(media::matches(WIDE)));
    view! {
        <details class="fold" open=move || open.get()>
            <summary>
                <span>{move || summary.get()}<small>{move || detail.get()}</small></span>
                <span>"Change"<Icon of=IconName::Chevron /></span>
            </summary>
            {children()}
        </details>
    }
}
