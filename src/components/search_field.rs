//! A field whose words go into the address while somebody types: at once, and then at most a few
//! times a second.

use crate::{
    platform::clock,
    state::query::{History, Param, use_query},
};
use leptos::prelude::*;

/// Milliseconds between two times that words go into the address: browsers take so many a minute.
const PAUSE_MS: f64 = 120.0;

/// The field. Other words show the beginning of another list.
#[component]
pub fn SearchField(
    /// Its id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// What may be typed.
    placeholder: &'static str,
    /// The classes around it beside `field`.
    class: &'static str,
) -> impl IntoView {
    let query = use_query();
    let words = Memo::new(move |_| query.get(Param::Words).unwrap_or_default());
    // What is typed and not yet in the address, beside what is.
    let typed = RwSignal::new(String::new());
    let put = StoredValue::new(String::new());
    let put_at = StoredValue::new(f64::MIN);
    let is_waiting = StoredValue::new(false);
    Effect::new(move |_| {
        let words = words.get();
        // Not what came from here: the field may be ahead of the address.
        if put.get_value() != words {
            typed.set(words.clone());
            put.set_value(words);
        }
    });
    let put_words = move || {
        // The page may be gone.
        if is_waiting.try_set_value(false).is_some() {
            return;
        }
        put_at.set_value(clock::elapsed_ms());
        let words = typed.get_untracked().trim().to_owned();
        put.set_value(words.clone());
        let words: Vec<String> = Some(words).filter(|w| !w.is_empty()).into_iter().collect();
        query.set(
            &[(Param::Words, &words), (Param::Show, &[])],
            History::Replace,
        );
    };
    let on_key = move |event| {
        typed.set(event_target_value(&event));
        // Whoever waits takes what is typed then.
        if is_waiting.get_value() {
            return;
        }
        let rest = put_at.get_value() + PAUSE_MS - clock::elapsed_ms();
        if rest > 0.0 {
            is_waiting.set_value(true);
            clock::after(rest.ceil() as u32, put_words);
        } else {
            put_words();
        }
    };
    view! {
        <div class=["field ", class].concat()>
            <label for=id>{label}</label>
            <input
                class="input"
                id=id
                type="search"
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input=on_key
            />
        </div>
    }
    .into_any()
}
