//! What is kept about whoever is signed in: to take away, and to erase.

use super::Page;
use crate::{
    api::account as account_api,
    components::asked_twice::AskedTwice,
    platform::{dom, download},
    routes::Route,
};
use leptos::prelude::*;

/// The two buttons.
#[component]
pub fn YourData(page: Page) -> impl IntoView {
    let export = move |_| {
        leptos::task::spawn_local(async move {
            match account_api::export().await {
                Ok(data) => {
                    let text = serde_json::to_string_pretty(&data).unwrap_or_default();
                    if download::text(&text, "application/json", "personal-data.json").is_err() {
                        let words = "The browser did not take the file.".to_owned();
                        page.error.try_set(Some(words));
                    }
                }
                Err(refused) => {
                    page.error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let erase = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match account_api::erase().await {
                Ok(_) => dom::go(Route::Privacy.path()),
                Err(refused) => {
                    page.error.try_set(Some(refused.to_string()));
                }
            }
        });
    });
    view! {
        <section aria-labelledby="data-heading">
            <h2 id="data-heading">"Your data"</h2>
            <p class="t14 soft">
                "What is kept, why and for how long: " <a href=Route::Privacy.path()>"personal data"</a> "."
            </p>
            <div class="actions">
                <button type="button" class="btn small" on:click=export>
                    "Export what is kept"
                </button>
                <AskedTwice
                    label="Erase my account"
                    question="Your account, tokens, mails, and your name and address in applications go. Open applications are taken back. It cannot be undone."
                    yes="Erase it"
                    act=erase
                />
            </div>
        </section>
    }
    .into_any()
}
