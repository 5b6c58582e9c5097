//! How far something long has come.

use leptos::prelude::*;

/// A bar with its line of figures below.
#[component]
pub fn Progress(
    /// What is going on: “Reading 3 files”.
    #[prop(into)]
    label: Signal<String>,
    /// How far, in percent.
    #[prop(into)]
    percent: Signal<u8>,
    /// The figures, each a part of its own; the last stands at the end.
    #[prop(into)]
    figures: Signal<Vec<String>>,
) -> impl IntoView {
    let value = move || percent.get().to_string();
    view! {
        <div class="progress" style:--v=value>
            <div
                class="bar"
                role="progressbar"
                aria-label=move || label.get()
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=value
            >
                <i></i>
            </div>
            <p class="line">
                {move || {
                    figures.get().into_iter().map(|text| view! { <span>{text}</span> }).collect_view()
                }}
            </p>
        </div>
    }
}
