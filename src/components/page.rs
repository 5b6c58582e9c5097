//! What every page does when it appears: the title, the focus, the end of the
//! static shell.

use crate::{
    platform::{boot, clock, dom, focus},
    routes,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// How many pages have appeared: the first leaves the focus where the reader has it.
#[derive(Clone, Copy)]
struct Appeared(StoredValue<u32>);

/// Counts pages; once, around the routes.
pub fn provide_page_count() {
    provide_context(Appeared(StoredValue::new(0)));
}

/// Wraps a page. When it has appeared, the tab is named after it and its heading
/// has the focus, or what the address points to.
#[component]
pub fn Page(
    /// What it is about.
    subject: &'static str,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let appeared = use_context::<Appeared>();
    // Not the window's own: the router writes that one last.
    let hash = use_location().hash;
    let go_there = move |hash: &str| hash.strip_prefix('#').is_some_and(focus::by_id);
    Effect::new(move |before: Option<()>| {
        let hash = hash.get();
        if before.is_some() {
            go_there(&hash);
        }
    });
    Effect::new(move |_| {
        dom::set_title(&routes::title(subject));
        boot::first_page_is_there();
        let Some(Appeared(count)) = appeared else {
            return;
        };
        let before = count.get_value();
        count.set_value(before + 1);
        let arrive = move || {
            // The reader may have gone on by then.
            let pointed = hash
                .try_with_untracked(|hash| go_there(hash))
                .unwrap_or(true);
            if before > 0 && !pointed {
                focus::heading();
            }
        };
        if before == 0 {
            arrive();
        } else {
            // The router may put the page into the document only after this.
            clock::next_frame(arrive);
        }
    });
    children()
}
