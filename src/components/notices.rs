//! Notices of the app as a whole: a newer version, a part that was lost.

use super::failed::PartFailed;
use crate::{platform::dom, state::notices::use_notices};
use leptos::prelude::*;

/// Over the page: a part of the app did not load.
#[component]
pub fn LostPart() -> impl IntoView {
    let notices = use_notices();
    let lost = Memo::new(move |_| notices.lost_part.with(Option::is_some));
    move || {
        lost.get().then(|| {
            view! { <div class="wrap"><PartFailed again=move || notices.load_again() /></div> }
        })
    }
}

/// In the corner, once: a newer version is out. It never reloads by itself.
#[component]
pub fn NewVersion() -> impl IntoView {
    let notices = use_notices();
    let later = RwSignal::new(false);
    let shown = Memo::new(move |_| notices.new_version.get() && !later.get());
    view! {
        <div class="corner" role="status">
            {move || {
                shown
                    .get()
                    .then(|| {
                        view! {
                            <div class="float bar-top">
                                <span>"A new version is out. This page works on as it is."</span>
                                <button type="button" class="btn small" on:click=|_| dom::reload()>
                                    "Reload"
                                </button>
                                <button
                                    type="button"
                                    class="btn quiet small"
                                    on:click=move |_| later.set(true)
                                >
                                    "Later"
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
