//! Mails that did not go out: whoever runs the program sees them, since nobody else would.

use crate::{
    api::{ApiError, review},
    components::{
        skeleton,
        words::{self, Local},
    },
    platform::clock,
};
use ::api::membership::StuckMail;
use leptos::prelude::*;
use program::wording::Wording;

/// Lines that stand for the list: one mail is as high.
const LINES: usize = 3;

/// The list.
#[component]
pub fn StuckMails() -> impl IntoView {
    let found = RwSignal::new(None::<Result<Vec<StuckMail>, ApiError>>);
    let load = move || {
        leptos::task::spawn_local(async move {
            found.try_set(Some(review::stuck_mails().await));
        });
    };
    Effect::new(move |_| load());
    view! {
        <section class="side" aria-labelledby="mails-heading">
            <h2 id="mails-heading">"Mail that did not arrive"</h2>
            {move || match found.get() {
                None => {
                    view! {
                        <p class="t14 soft" role="status">"It is being read."</p>
                        {skeleton::lines(LINES)}
                    }
                        .into_any()
                }
                Some(Err(error)) => {
                    view! {
                        <p class="t14" role="alert">{error.to_string()}</p>
                        <div class="actions">
                            <button type="button" class="btn small" on:click=move |_| load()>
                                "Try again"
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Some(Ok(mails)) if mails.is_empty() => {
                    view! {
                        <p class="t14 soft">
                            "None failed. One that does is tried again, and shown here until it goes out."
                        </p>
                    }
                        .into_any()
                }
                Some(Ok(mails)) => view! { <ul class="queue">{items(mails)}</ul> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

fn items(mails: Vec<StuckMail>) -> Vec<AnyView> {
    let now = clock::now();
    mails
        .into_iter()
        .map(|mail| {
            let again = format!(
                "tried {} times, again at {}",
                mail.tries,
                Local.time(mail.again_at)
            );
            view! {
                <li>
                    <strong>{mail.subject}</strong>
                    <span class="late num">{words::ago(mail.written_at, now)}</span>
                    <small>{mail.to} ", " {again}</small>
                    {mail.error.map(|error| view! { <small>{error}</small> })}
                </li>
            }
            .into_any()
        })
        .collect()
}
