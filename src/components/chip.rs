//! A filter that is set, with the button that removes it.

use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// One filter: “Country is **DE**” or, left out, “Client is not **curl**”.
#[component]
pub fn Chip(
    /// What is filtered by: “Country”.
    #[prop(into)]
    field: String,
    /// The value, as shown.
    #[prop(into)]
    value: String,
    /// The value is left out rather than kept.
    #[prop(optional)]
    negated: bool,
    /// Called when the filter is removed.
    remove: impl Fn() + 'static,
) -> impl IntoView {
    let (class, verb) = if negated {
        ("chip not", " is not ")
    } else {
        ("chip", " is ")
    };
    let mut label = String::from("Remove filter: ");
    label.push_str(&field.to_lowercase());
    label.push_str(verb);
    label.push_str(&value);
    view! {
        <li class=class>
            <span>{field}{verb}<b>{value}</b></span>
            <button type="button" aria-label=label on:click=move |_| remove()>
                <Icon of=IconName::Cross />
            </button>
        </li>
    }
}
