//! A list of things that have a name, a line about them, and something that can be done.

use leptos::prelude::*;

/// One of them.
#[component]
pub fn Named(
    /// What it is called; a link, if it leads anywhere.
    name: AnyView,
    /// What is to be said about it.
    #[prop(into)]
    about: String,
    /// What can be done with it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <div>
                <strong>{name}</strong>
                <small>{about}</small>
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </li>
    }
}
