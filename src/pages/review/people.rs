//! On request of a person: all that is kept about them, and erasing it.

use crate::{
    api::review,
    components::{announcer::use_announcer, line_input::LineInput},
    platform::{download, focus},
};
use ::api::account::Erased;
use leptos::prelude::*;
use program::{mail::MailAddress, wording::counted};

const MAIL_ID: &str = "person-mail";

/// The address, and what can be done with what belongs to it.
#[component]
pub fn OnRequest() -> impl IntoView {
    let announcer = use_announcer();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let is_asked = RwSignal::new(false);
    // The question is about the address that stood there.
    Effect::new(move |_| {
        typed.track();
        is_asked.set(false);
    });
    let done = RwSignal::new(None::<String>);
    let address = move || match MailAddress::parse(&typed.get_untracked()) {
        Ok(mail) => {
            error.set(None);
            Some(mail)
        }
        Err(wrong) => {
            error.set(Some(wrong.to_string()));
            focus::by_id(MAIL_ID);
            None
        }
    };
    let say = move |words: String| {
        announcer.say(words.clone());
        done.try_set(Some(words));
    };
    let export = move |_| {
        let Some(mail) = address() else { return };
        leptos::task::spawn_local(async move {
            match review::export_person(mail).await {
                Ok(data) => {
                    let text = serde_json::to_string_pretty(&data).unwrap_or_default();
                    let saved = download::text(&text, "application/json", "personal-data.json");
                    say(match saved {
                        Ok(()) => "The file is handed to your browser.".to_owned(),
                        Err(_) => "The browser did not take the file.".to_owned(),
                    });
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let erase = move |_| {
        let Some(mail) = address() else { return };
        is_asked.set(false);
        leptos::task::spawn_local(async move {
            match review::erase_person(mail).await {
                Ok(erased) => {
                    typed.try_set(String::new());
                    say(words(erased));
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    view! {
        <section class="side" aria-labelledby="people-heading">
            <h2 id="people-heading">"On request of a person"</h2>
            <LineInput
                id=MAIL_ID
                label="Their mail address"
                kind="email"
                typed=typed
                error=error
            />
            <div class="actions">
                {move || {
                    if is_asked.get() {
                        view! {
                            <span class="t14">
                                "Erase the account, the mails, and name and address in applications? Open applications are taken back. It cannot be undone."
                            </span>
                            <button type="button" class="btn small danger" on:click=erase>
                                "Erase them"
                            </button>
                            <button
                                type="button"
                                class="btn small"
                                on:click=move |_| is_asked.set(false)
                            >
                                "Keep them"
                            </button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button type="button" class="btn small" on:click=export>
                                "Export what is kept"
                            </button>
                            <button
                                type="button"
                                class="btn small"
                                on:click=move |_| is_asked.set(address().is_some())
                            >
                                "Erase"
                            </button>
                        }
                            .into_any()
                    }
                }}
            </div>
            {move || done.get().map(|words| view! { <p class="t14">{words}</p> })}
        </section>
    }
    .into_any()
}

fn words(erased: Erased) -> String {
    if !erased.account && erased.applications == 0 && erased.mails == 0 {
        return "Nothing was kept about this address.".to_owned();
    }
    format!(
        "Erased: {}, {} and {}.",
        if erased.account {
            "the account"
        } else {
            "no account"
        },
        counted(erased.applications.into(), "application", "applications"),
        counted(erased.mails.into(), "mail", "mails")
    )
}
