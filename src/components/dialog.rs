//! A question that has to be answered before going on, in the browser's own
//! dialog: it keeps the focus, and Escape means no.

use leptos::{html, prelude::*};

/// A modal dialog, open while `open` says so.
#[component]
pub fn Dialog(
    /// Whether it is open; set to `false` when the reader closes it.
    open: RwSignal<bool>,
    /// The heading, which names it.
    title: &'static str,
    /// What it says and asks, with its `actions`.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    view! {
        <dialog class="float dialog" aria-label=title node_ref=node on:close=move |_| open.set(false)>
            <h2>{title}</h2>
            {children()}
        </dialog>
    }
}
