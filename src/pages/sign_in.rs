//! Signing in: an address, then the code that was mailed to it. No password.

use crate::{
    api::{ApiError, session},
    components::{field_error::FieldError, line_input::LineInput, words::Local},
    platform::{clock, focus},
    routes::Route,
};
use ::api::{account::Me, session::CodeSent};
use leptos::prelude::*;
use program::{mail::MailAddress, wording::Wording};

/// Digits of a mailed code.
const DIGITS: usize = 6;

/// How far signing in is.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Address,
    Code { mail: MailAddress, sent: CodeSent },
    Done(Me),
}

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    let step = RwSignal::new(Step::Address);
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            if let Ok(me) = session::me().await {
                step.try_set(Step::Done(me));
            }
        });
    });
    view! {
        <div class="wrap">
            <div class="page-head">
                <h1 tabindex="-1">"Sign in"</h1>
                <p class="lead">
                    "For maintainers of a namespace and for the people who run the program. No password: we mail you a code."
                </p>
            </div>
            <div class="sign-in">
                {move || match step.get() {
                    Step::Address => view! { <AddressStep step=step /> }.into_any(),
                    Step::Code { mail, sent } => {
                        view! { <CodeStep step=step mail=mail sent=sent /> }.into_any()
                    }
                    Step::Done(me) => view! { <SignedIn step=step me=me /> }.into_any(),
                }}
            </div>
        </div>
    }
    .into_any()
}

fn words(error: &ApiError) -> String {
    if error.is_away() {
        "The server does not answer. Try again in a moment; what you typed is still here."
            .to_owned()
    } else {
        error.to_string()
    }
}

#[component]
fn AddressStep(step: RwSignal<Step>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let ask = move || {
        if is_busy.get_untracked() {
            return;
        }
        let mail = match MailAddress::parse(&typed.get_untracked()) {
            Ok(mail) => mail,
            Err(wrong) => {
                error.set(Some(wrong.to_string()));
                focus::by_id("sign-in-mail");
                return;
            }
        };
        error.set(None);
        is_busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = session::ask(&mail).await;
            is_busy.try_set(false);
            match answer {
                Ok(sent) => {
                    step.try_set(Step::Code { mail, sent });
                    clock::next_frame(|| {
                        focus::by_id("sign-in-code");
                    });
                }
                Err(refused) => {
                    error.try_set(Some(words(&refused)));
                }
            }
        });
    };
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                ask();
            }
        >
            <LineInput
                id="sign-in-mail"
                label="Mail address"
                hint="The one your invitation or receipt came to."
                kind="email"
                autocomplete="email"
                typed=typed
                error=error
            />
            <div class="actions">
                <button
                    type="submit"
                    class="btn primary big"
                    aria-busy=move || is_busy.get().then_some("true")
                >
                    "Mail me a code"
                </button>
            </div>
            <p class="t14 soft">
                <b>"Applying needs no account. "</b>
                "The form, its status page and the answer work with the link in your mail. Lost it? Sign in with the address that you applied from. "
                // Loaded anew: the form asks forges, which this page may not.
                <a href=Route::Apply.path() rel="external">
                    "Apply for your project"
                </a>
            </p>
        </form>
    }
}

#[component]
fn CodeStep(step: RwSignal<Step>, mail: MailAddress, sent: CodeSent) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let sent = RwSignal::new(sent);
    let now = RwSignal::new(clock::now());
    Effect::new(move |_| clock::every(1_000, move || now.set(clock::now())));
    let address = StoredValue::new(mail.clone());
    let give = move || {
        if is_busy.get_untracked() {
            return;
        }
        let code: String = typed
            .get_untracked()
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        // An operator’s has more, and letters.
        if code.len() < DIGITS {
            error.set(Some("The code has six digits.".to_owned()));
            focus::by_id("sign-in-code");
            return;
        }
        error.set(None);
        is_busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = session::give(&address.get_value(), &code).await;
            is_busy.try_set(false);
            match answer {
                Ok(me) => {
                    step.try_set(Step::Done(me));
                    clock::next_frame(focus::heading);
                }
                Err(refused) => {
                    error.try_set(Some(words(&refused)));
                    focus::by_id("sign-in-code");
                }
            }
        });
    };
    let again = move |_| {
        leptos::task::spawn_local(async move {
            match session::ask(&address.get_value()).await {
                Ok(fresh) => {
                    sent.try_set(fresh);
                    error.try_set(None);
                    typed.try_set(String::new());
                }
                Err(refused) => {
                    error.try_set(Some(words(&refused)));
                }
            }
        });
    };
    let wait_secs = move || {
        let wait = sent.with(|sent| sent.again) - now.get();
        u64::try_from(wait.num_seconds()).unwrap_or(0)
    };
    let must_wait = move || wait_secs() > 0;
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                give();
            }
        >
            <p class="t14">
                "Sent to " <b>{mail.as_str().to_owned()}</b> ". "
                <button
                    type="button"
                    class="btn quiet small"
                    on:click=move |_| step.set(Step::Address)
                >
                    "Use another address"
                </button>
            </p>
            <LineInput
                id="sign-in-code"
                label="Code from the mail"
                hint="Six digits. You may paste them."
                inputmode="numeric"
                class="input mono code"
                autocomplete="one-time-code"
                typed=typed
                error=error
            />
            <div class="actions">
                <button
                    type="submit"
                    class="btn primary big"
                    aria-busy=move || is_busy.get().then_some("true")
                >
                    "Sign in"
                </button>
                <button
                    type="button"
                    class="btn"
                    disabled=must_wait
                    on:click=again
                >
                    {move || match wait_secs() {
                        0 => "Send a new code".to_owned(),
                        secs => format!("Send a new code in {}:{:02}", secs / 60, secs % 60),
                    }}
                </button>
            </div>
            <p class="t13 soft">
                "Good until " {move || Local.time(sent.with(|sent| sent.until))}
                ", in this browser only. Nothing there? Look among unwanted mail. If nothing here belongs to this address, no mail went out, and we do not say which it was."
            </p>
        </form>
    }
}

#[component]
fn SignedIn(step: RwSignal<Step>, me: Me) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let leave = move |_| {
        leptos::task::spawn_local(async move {
            match session::leave().await {
                Ok(()) => {
                    step.try_set(Step::Address);
                    clock::next_frame(focus::heading);
                }
                Err(refused) => {
                    error.try_set(Some(words(&refused)));
                }
            }
        });
    };
    view! {
        <p class="t16">"You are signed in as " <b>{me.name}</b> ", " {me.mail.as_str().to_owned()} "."</p>
        <div class="actions">
            {me.is_staff
                .then(|| {
                    view! {
                        <a class="btn primary" href=Route::Review.path()>"Applications to review"</a>
                    }
                })}
            <a class=if me.is_staff { "btn" } else { "btn primary" } href=Route::Account.path()>
                "Your account"
            </a>
            <button type="button" class="btn" on:click=leave>
                "Sign out"
            </button>
        </div>
        <FieldError message=error />
    }
}
