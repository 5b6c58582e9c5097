//! News that the server sends by itself (Server-sent events, HTML Standard 9.2), for as long as
//! the current owner lives.

use super::events;
use leptos::prelude::*;
use web_sys::EventSource;

/// Calls `listener` on each event of this name from an address of ours. The browser connects again
/// by itself when the connection breaks off; where the server refuses, nothing comes.
pub fn follow(address: &str, name: &'static str, listener: impl Fn() + 'static) {
    // A browser without them is told nothing: what is shown is as of when it was asked for.
    let Ok(source) = EventSource::new(address) else {
        return;
    };
    events::on(&source, name, move |_| listener());
    let kept = StoredValue::new_local(source);
    on_cleanup(move || kept.with_value(EventSource::close));
}
