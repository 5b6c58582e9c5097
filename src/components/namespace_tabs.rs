//! The pages of a namespace, side by side.

use crate::routes::{membership_path, namespace_path, pulls_path};
use leptos::prelude::*;

/// The pages of a namespace.
#[component]
pub fn NamespaceTabs(
    /// The namespace.
    name: String,
    /// Whether its first page is shown, rather than its insights.
    is_overview: bool,
) -> impl IntoView {
    let here = |is_here: bool| is_here.then_some("page");
    view! {
        <nav class="tabs" aria-label=["Pages of ", &name].concat()>
            <a href=namespace_path(&name) aria-current=here(is_overview)>
                "Overview"
            </a>
            <a href=pulls_path(&name) aria-current=here(!is_overview)>
                "Insights"
            </a>
            <a href=membership_path(&name) rel="external">
                "Settings"
            </a>
        </nav>
    }
    .into_any()
}
