//! What the app has to say on any page: a newer version is out, a part of the
//! app was lost on the way.

use crate::{
    api::build,
    platform::{boot, clock, dom, events},
};
use leptos::prelude::*;

/// Milliseconds between two looks at whether a newer version is out.
const LOOK_EVERY_MS: u32 = 10 * 60 * 1000;

/// The loader of split parts says on the window that one could not be had; the
/// event's detail is the address.
const PART_LOST: &str = "chunk-failed";

/// The app asks the loader to try again.
const PART_AGAIN: &str = "chunk-retry";

/// The notices in context.
#[derive(Clone, Copy)]
pub struct Notices {
    /// A newer version than this tab's is on the server.
    pub new_version: RwSignal<bool>,
    /// A part of the app did not load: its address.
    pub lost_part: RwSignal<Option<String>>,
}

impl Notices {
    /// Asks for what was lost once more.
    pub fn load_again(self) {
        self.lost_part.set(None);
        events::dispatch(PART_AGAIN);
    }
}

/// Puts the notices into context and begins to listen.
pub fn provide_notices() {
    let notices = Notices {
        new_version: RwSignal::new(false),
        lost_part: RwSignal::new(None),
    };
    provide_context(notices);
    Effect::new(move |_| {
        events::on_window(PART_LOST, move |event| {
            if !boot::first_page_is_lost() {
                notices.lost_part.set(Some(events::detail(&event)));
            }
            // A newer version takes the parts of this one away for good.
            look(notices);
        });
        // A tab in the background does not look; it does when it comes to the front.
        clock::every(LOOK_EVERY_MS, move || look(notices));
        let looked_ms = StoredValue::new(clock::now_ms());
        events::on_window("visibilitychange", move |_| {
            let now_ms = clock::now_ms();
            let is_due = now_ms - looked_ms.get_value() >= f64::from(LOOK_EVERY_MS);
            if is_due && dom::is_visible() {
                looked_ms.set_value(now_ms);
                look(notices);
            }
        });
    });
}

/// Looks once whether a newer version is out, unless that is known or nobody sees.
fn look(notices: Notices) {
    if !dom::is_visible() || notices.new_version.get_untracked() {
        return;
    }
    leptos::task::spawn_local(async move {
        // Offline or in the middle of a deployment is not worth a word: the next
        // look tells.
        if let Ok(true) = build::is_newer_out().await {
            notices.new_version.set(true);
        }
    });
}

/// The notices.
///
/// # Panics
/// Outside the app.
pub fn use_notices() -> Notices {
    expect_context()
}
