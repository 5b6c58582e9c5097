//! The logo of a namespace: chosen, shown as it will be seen, taken away.

use super::written::Written;
use crate::{
    api::profile as profile_api,
    components::{announcer::use_announcer, field_error::FieldError},
    platform::{focus, pick},
};
use ::api::paths;
use leptos::prelude::*;
use program::terms::LOGO_BYTES;

const INPUT_ID: &str = "logo-file";

/// The part of the page.
#[component]
pub fn LogoPart(written: Written, version: Option<String>) -> impl IntoView {
    let announcer = use_announcer();
    let shown = RwSignal::new(version);
    let error = RwSignal::new(None::<String>);
    let is_sending = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        let Some(file) = pick::chosen(&event).into_iter().next() else {
            return;
        };
        // What is too long need not be sent to be refused.
        if file.size() > f64::from(LOGO_BYTES) {
            let megabytes = file.size() / 1e6;
            error.set(Some(format!(
                "{} has {megabytes:.1} MB. Up to 5 MB fit. The old logo stays.",
                file.name()
            )));
            return;
        }
        is_sending.set(true);
        leptos::task::spawn_local(async move {
            let name = written.namespace.get_value();
            let answer = profile_api::put_logo(&name, &file).await;
            is_sending.try_set(false);
            match answer {
                Ok(version) => {
                    error.try_set(None);
                    shown.try_set(Some(version));
                    announcer.say("The logo is there.");
                }
                Err(refused) => {
                    error.try_set(Some(format!("{}: {refused}", file.name())));
                }
            }
        });
    };
    let remove = move |_| {
        leptos::task::spawn_local(async move {
            match profile_api::remove_logo(&written.namespace.get_value()).await {
                Ok(()) => {
                    shown.try_set(None);
                    // The button is gone now.
                    focus::calmly(INPUT_ID);
                    announcer.say("The logo is taken away.");
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let pictures = move || {
        let version = shown.get()?;
        let address = paths::logo_picture(&written.namespace.get_value(), &version);
        let one = |size: u32| view! { <img src=address.clone() width=size height=size alt="" /> };
        Some(view! {
            <div class="logo-looks">{one(56)} {one(36)} {one(20)}</div>
            <button type="button" class="btn small" on:click=remove>
                "Remove the logo"
            </button>
        })
    };
    view! {
        <section aria-labelledby="logo-heading">
            <h2 id="logo-heading">"Logo"</h2>
            <div class="field">
                <label for=INPUT_ID>"Picture"</label>
                <p class="hint" id="logo-hint">
                    "JPEG or PNG, 120 to 1,000 pixels a side, up to 5 MB. It is cut to a square and written anew, so nothing hidden in the file stays."
                </p>
                <input
                    type="file"
                    id=INPUT_ID
                    accept="image/png,image/jpeg"
                    aria-describedby="logo-hint logo-file-error"
                    aria-busy=move || is_sending.get().then_some("true")
                    on:change=choose
                />
                <FieldError id="logo-file-error" message=error />
            </div>
            <div class="actions">{pictures}</div>
        </section>
    }
    .into_any()
}
