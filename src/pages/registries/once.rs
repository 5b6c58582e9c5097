//! What goes into a registry, with the token in it: shown once.

use super::{HEADING_ID, Made, Page, row};
use crate::{
    components::copy_button::CopyButton,
    platform::{clock, focus},
};
use leptos::prelude::*;

/// The id of what is shown for a registry.
pub fn made_id(id: i64) -> String {
    format!("made-{id}")
}

/// Everything that is shown this once.
#[component]
pub fn ShownOnce(page: Page) -> impl IntoView {
    view! {
        <For
            each=move || page.made.get()
            key=|made| (made.snippet.id, made.snippet.text.clone())
            children=move |made| view! { <One page=page made=made /> }
        />
    }
    .into_any()
}

#[component]
fn One(page: Page, made: Made) -> impl IntoView {
    let Made { name, snippet } = made;
    let id = snippet.id;
    let heading_id = format!("made-{id}-heading");
    let labelled = heading_id.clone();
    let copied = snippet.text.clone();
    let what = format!("the configuration of {name}");
    let done = move |_| {
        page.made
            .update(|made| made.retain(|one| one.snippet.id != id));
        clock::next_frame(move || {
            // Its line may not be there yet, or no longer.
            if !focus::by_id(&row::line_id(id)) {
                focus::by_id(HEADING_ID);
            }
        });
    };
    view! {
        <section class="once" id=made_id(id) tabindex="-1" aria-labelledby=labelled>
            <h2 id=heading_id>"What to put into " {name}</h2>
            <p class="t14 soft">
                "Copy it now: the token in it is shown this once. Only its fingerprint is kept."
            </p>
            <pre class="config">{snippet.text}</pre>
            <div class="actions">
                <CopyButton text=Signal::derive(move || copied.clone()) what=what />
                <button type="button" class="btn small" on:click=done>
                    "I have it"
                </button>
            </div>
        </section>
    }
    .into_any()
}
