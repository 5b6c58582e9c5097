//! A few choices side by side, one of them chosen.

use leptos::prelude::*;

/// A group of buttons of which one is pressed.
#[component]
pub fn Segmented<T, F>(
    /// What is chosen, for those who cannot see what stands beside it.
    #[prop(into)]
    label: String,
    /// The choices and their words.
    options: Vec<(T, &'static str)>,
    /// The one chosen.
    #[prop(into)]
    chosen: Signal<T>,
    /// Called with the one that was pressed.
    choose: F,
    /// The classes; `seg` unless told.
    #[prop(default = "seg")]
    class: &'static str,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
    F: Fn(T) + Copy + 'static,
{
    let buttons: Vec<_> = options
        .into_iter()
        .map(|(choice, word)| {
            let pressed = move || {
                if chosen.get() == choice {
                    "true"
                } else {
                    "false"
                }
            };
            view! {
                <button type="button" aria-pressed=pressed on:click=move |_| choose(choice)>
                    {word}
                </button>
            }
        })
        .collect();
    view! { <div class=class role="group" aria-label=label>{buttons}</div> }
}
