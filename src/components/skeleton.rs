//! What stands in the place of words that are on their way, of about their size.

use leptos::prelude::*;

/// Lines of a list or of a text.
pub fn lines(count: usize) -> AnyView {
    view! {
        <div class="coming" aria-hidden="true">
            {(0..count).map(|_| view! { <i class="skel"></i> }).collect_view()}
        </div>
    }
    .into_any()
}
