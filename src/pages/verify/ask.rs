//! The two ways in: the name of a namespace, or a credential that was pasted.

use super::{Page, Question, found::Token, kept};
use crate::{
    components::field_error::FieldError,
    platform::focus,
    routes::{Route, verify_path},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use program::namespace::Namespace;

/// The field with the name.
const NAME_ID: &str = "verify-name";

/// The field with what is pasted.
const PASTED_ID: &str = "verify-pasted";

/// Both, side by side.
#[component]
pub fn Ways(page: Page) -> impl IntoView {
    view! {
        <div class="two-ways">
            <ByName page=page />
            <ByPaste page=page />
        </div>
    }
}

/// By name: the address takes it, so that it can be shared.
#[component]
fn ByName(page: Page) -> impl IntoView {
    let path = use_location().pathname;
    let go = use_navigate();
    let check = move || {
        let name = match Namespace::parse(&page.name.get_untracked()) {
            Ok(name) => name,
            Err(wrong) => {
                page.name_error.set(Some(wrong.to_string()));
                page.forget();
                focus::calmly(NAME_ID);
                return;
            }
        };
        page.name_error.set(None);
        kept::press();
        let is_here = path.with_untracked(|path| {
            Route::Verify
                .part_below(path)
                .is_some_and(|here| here == name.as_str())
        });
        if is_here {
            page.run(Question::Name(name));
        } else {
            let options = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            go(&verify_path(name.as_str()), options);
        }
    };
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                check();
            }
        >
            <div class="field">
                <label for=NAME_ID>"Name of the namespace"</label>
                <p class="hint" id="verify-name-hint">
                    "The first part of an image’s name: "
                    <code>"kelpworks"</code>
                    " in "
                    <code>"kelpworks/kelp"</code>
                    "."
                </p>
                <div class="with-button">
                    <input
                        type="text"
                        class="input mono"
                        id=NAME_ID
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-describedby="verify-name-hint verify-name-error"
                        aria-invalid=move || page.name_error.with(Option::is_some).then_some("true")
                        prop:value=move || page.name.get()
                        on:input=move |event| page.name.set(event_target_value(&event))
                    />
                    <button type="submit" class="btn primary">
                        "Check"
                    </button>
                </div>
                <FieldError id="verify-name-error" message=page.name_error />
            </div>
        </form>
    }
    .into_any()
}

/// By what was pasted, which goes nowhere.
#[component]
fn ByPaste(page: Page) -> impl IntoView {
    let check = move || match Token::read(&page.pasted.get_untracked()) {
        Ok(token) => {
            page.pasted_error.set(None);
            kept::press();
            page.run(Question::Pasted(Box::new(token)));
        }
        Err(wrong) => {
            page.pasted_error.set(Some(wrong));
            page.forget();
            focus::calmly(PASTED_ID);
        }
    };
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                check();
            }
        >
            <div class="field">
                <label for=PASTED_ID>"Or paste a credential"</label>
                <p class="hint" id="verify-pasted-hint">
                    "It begins with "
                    <code>"eyJ"</code>
                    " and has three parts, parted by dots. What you paste stays in this browser."
                </p>
                <textarea
                    class="input mono pasted"
                    id=PASTED_ID
                    rows="3"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby="verify-pasted-hint verify-pasted-error"
                    aria-invalid=move || page.pasted_error.with(Option::is_some).then_some("true")
                    prop:value=move || page.pasted.get()
                    on:input=move |event| page.pasted.set(event_target_value(&event))
                ></textarea>
                <FieldError id="verify-pasted-error" message=page.pasted_error />
            </div>
            <div class="actions">
                <button type="submit" class="btn small">
                    "Check what I pasted"
                </button>
            </div>
        </form>
    }
    .into_any()
}
