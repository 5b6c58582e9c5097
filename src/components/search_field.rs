//! A field whose words go into the address while somebody types, in the pauses of the typing.

use crate::{
    platform::clock,
    state::query::{History, Param, use_query},
};
use leptos::prelude::*;

/// Milliseconds without a key before the words go into the address.
const PAUSE_MS: u32 = 120;

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
    let keys = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let words = words.get();
        // Not what came from here: the field may be ahead of the address.
        if put.get_value() != words {
            typed.set(words.clone());
            put.set_value(words);
        }
    });
    let on_key = move |event| {
        typed.set(event_target_value(&event));
        let key = keys.get_value() + 1;
        keys.set_value(key);
        clock::after(PAUSE_MS, move || {
            // Typed on, or the page is gone.
            if keys.try_get_value() != Some(key) {
                return;
            }
            let words = typed.get_untracked().trim().to_owned();
            put.set_value(words.clone());
            let words: Vec<String> = Some(words).filter(|w| !w.is_empty()).into_iter().collect();
            query.set(
                &[(Param::Words, &words), (Param::Show, &[])],
                History::Replace,
            );
        });
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
