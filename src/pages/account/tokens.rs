//! Access tokens for scripts: made, shown once, revoked.

use super::Page;
use crate::{
    api::account as account_api,
    components::{
        asked_twice::AskedTwice, copy_button::CopyButton, field_error::FieldError,
        line_input::LineInput, named_list::Named, words::Local,
    },
    platform::{clock, focus},
};
use ::api::account::{MadeToken, NewToken, Scope, Token};
use leptos::prelude::*;
use program::wording::Wording;

const NAME_ID: &str = "token-name";
const MADE_ID: &str = "token-made";

/// Days after which a token may end, with their words.
const LIVES: [(u32, &str); 3] = [(90, "in 90 days"), (30, "in 30 days"), (366, "in a year")];

/// The tokens, and the form for another.
#[component]
pub fn Tokens(page: Page) -> impl IntoView {
    let made = page.made;
    let item = move |token: Token| {
        let now = clock::now();
        let used = token.last_used.map_or_else(
            || "never used".to_owned(),
            |day| format!("last used {}", Local.day(day)),
        );
        let ends = if token.expires_at < now {
            "ended"
        } else {
            "ends"
        };
        let about = format!(
            "…{}, may {}, {used}, {ends} {}",
            token.hint,
            token.scope.words(),
            Local.day(token.expires_at.date_naive())
        );
        let id = token.id;
        let revoke = Callback::new(move |()| {
            made.set(None);
            page.act("The token is revoked.", async move {
                account_api::revoke_token(id).await
            });
        });
        let what = token.name.clone();
        view! {
            <Named name=token.name.into_any() about=about>
                <AskedTwice
                    label="Revoke"
                    what=what
                    question="Scripts that use it stop at once."
                    yes="Revoke it"
                    act=revoke
                />
            </Named>
        }
    };
    let list = move || {
        let tokens = page.tokens.get();
        (!tokens.is_empty()).then(|| {
            let items: Vec<_> = tokens.into_iter().map(item).collect();
            view! { <ul class="named">{items}</ul> }
        })
    };
    view! {
        <section aria-labelledby="tokens-heading">
            <h2 id="tokens-heading">"Access tokens"</h2>
            <p class="t14 soft">
                "For scripts. A token does no more than you may; with it a script sends "
                <code>"Authorization: Bearer …"</code> " to the " <a href=::api::paths::OPENAPI rel="external">"API"</a> "."
            </p>
            <div role="status">
                {move || made.get().map(|token| view! { <Made made=made token=token /> })}
            </div>
            {list}
            <MakeToken page=page />
        </section>
    }
    .into_any()
}

/// The secret, this once.
#[component]
fn Made(made: RwSignal<Option<MadeToken>>, token: MadeToken) -> impl IntoView {
    let secret = token.secret.clone();
    view! {
        <div class="once" id=MADE_ID tabindex="-1">
            <h3>"Token “" {token.token.name} "” is made"</h3>
            <p class="t14 soft">"Copy it now: it is shown this once. Only its fingerprint is kept."</p>
            <p class="line">
                <code class="token">{token.secret}</code>
                <CopyButton text=Signal::derive(move || secret.clone()) what="the token" />
            </p>
            <div class="actions">
                <button type="button" class="btn small" on:click=move |_| made.set(None)>
                    "I have it"
                </button>
            </div>
        </div>
    }
}

#[component]
fn MakeToken(page: Page) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let scope = RwSignal::new(Scope::Read);
    let days = RwSignal::new(LIVES[0].0);
    let error = RwSignal::new(None::<String>);
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewToken {
            name: name.get_untracked(),
            scope: scope.get_untracked(),
            days: days.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match account_api::make_token(&new).await {
                Ok(token) => {
                    error.try_set(None);
                    name.try_set(String::new());
                    page.keep_made(token).await;
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                    focus::by_id(NAME_ID);
                }
            }
        });
    };
    let scopes: Vec<_> = Scope::ALL
        .into_iter()
        .enumerate()
        .map(|(at, one)| view! { <option value=at.to_string()>{one.words()}</option> })
        .collect();
    let lives: Vec<_> = LIVES
        .into_iter()
        .map(|(days, words)| view! { <option value=days.to_string()>{words}</option> })
        .collect();
    view! {
        <form class="inline-form" novalidate aria-label="Make a token" on:submit=make>
            <LineInput
                id=NAME_ID
                label="What it is for"
                typed=name
                error=error
                says_error=false
            />
            <div class="field">
                <label for="token-scope">"May"</label>
                <select
                    class="select"
                    id="token-scope"
                    on:change=move |event| {
                        let at: usize = event_target_value(&event).parse().unwrap_or_default();
                        if let Some(one) = Scope::ALL.get(at) {
                            scope.set(*one);
                        }
                    }
                >
                    {scopes}
                </select>
            </div>
            <div class="field">
                <label for="token-days">"Ends"</label>
                <select
                    class="select"
                    id="token-days"
                    on:change=move |event| {
                        days.set(event_target_value(&event).parse().unwrap_or(LIVES[0].0));
                    }
                >
                    {lives}
                </select>
            </div>
            <div>
                <button type="submit" class="btn">
                    "Make a token"
                </button>
            </div>
            <FieldError id="token-name-error" message=error />
        </form>
    }
    .into_any()
}
