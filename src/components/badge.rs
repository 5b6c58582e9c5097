//! The badge: mark and words, the same wherever it appears.

use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// The badge as a sign; what opens from it is the page's business.
#[component]
pub fn Badge(
    /// Without an edge, beside a name.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let class = if plain { "badge plain" } else { "badge" };
    view! {
        <span class=class>
            <Icon of=IconName::Mark class="mark" />
            {program::BADGE_LABEL}
        </span>
    }
}
