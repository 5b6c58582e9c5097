//! The directory: who is in the program.

mod listing;
mod looking;
mod nothing;
mod tools;

use crate::platform::intl;
use leptos::prelude::*;
use listing::Listing;
use looking::{Looking, is_narrowed};
use nothing::{Failed, NobodyIn, NotRead, NothingFits};

/// What stands below the tools.
#[derive(Clone, Copy, PartialEq)]
enum Below {
    /// The list, or its skeleton.
    List,
    /// Nothing fits what is looked for.
    NothingFits,
    /// There is nobody in the program.
    NobodyIn,
    /// Nothing could be read yet.
    Failed,
}

/// The page.
#[component]
pub fn Explore() -> impl IntoView {
    let looking = Looking::new();
    let sponsored = looking.sponsored();
    let lead = move || match sponsored.get() {
        None | Some(0) => {
            "Open source projects whose images anyone may pull without limits.".to_owned()
        }
        Some(1) => {
            "One open source project whose images anyone may pull without limits.".to_owned()
        }
        Some(count) => format!(
            "{} open source projects whose images anyone may pull without limits.",
            intl::number(count as u64)
        ),
    };
    let below = Memo::new(move |_| below(looking));
    view! {
        <div class="wrap wide">
            <div class="page-head">
                <h1 tabindex="-1">"Sponsored namespaces"</h1>
                <p class="lead">{lead}</p>
            </div>
            <tools::Tools looking=looking />
            <NotRead looking=looking />
            {move || match below.get() {
                Below::List => view! { <Listing looking=looking /> }.into_any(),
                Below::NothingFits => view! { <NothingFits looking=looking /> }.into_any(),
                Below::NobodyIn => view! { <NobodyIn looking=looking /> }.into_any(),
                Below::Failed => view! { <Failed looking=looking /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn below(looking: Looking) -> Below {
    looking.found.with(|found| match found {
        None if looking.error.with(Option::is_some) => Below::Failed,
        None => Below::List,
        Some(found) if found.directory.total > 0 => Below::List,
        Some(found) if is_narrowed(&found.wanted) => Below::NothingFits,
        Some(_) => Below::NobodyIn,
    })
}
