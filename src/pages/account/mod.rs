//! The account: what somebody has here, what scripts may do for them, where they are signed
//! in, and all that is kept about them.

mod data;
mod tokens;

use crate::{
    api::{ApiError, account as account_api, session},
    components::{
        announcer::{Announce, use_announcer},
        field_error::FieldError,
        loaded::{Loaded, LoadedPage},
        named_list::Named,
        words::{self, Local},
    },
    pages::stage_words,
    platform::clock,
    routes::{Route, membership_path},
};
use ::api::account::{Account, Applied, Invited, MadeToken, Maintained, Session, Token};
use leptos::prelude::*;
use program::{membership::Phase, roles::Role, wording::Wording};

/// The page’s state; copy it freely.
#[derive(Clone, Copy)]
struct Page {
    shown: RwSignal<Loaded<Account>>,
    /// The access tokens, apart from the rest: one that was just made is shown beside them.
    tokens: RwSignal<Vec<Token>>,
    /// The one that was just made: its secret is in this page alone.
    made: RwSignal<Option<MadeToken>>,
    announcer: Announce,
    /// Why the last thing that was tried came to nothing.
    error: RwSignal<Option<String>>,
}

impl Page {
    fn load(self) {
        leptos::task::spawn_local(async move {
            let answer = account_api::account().await;
            if let Ok(account) = &answer {
                self.tokens.try_set(account.tokens.clone());
            }
            self.shown.try_set(answer.into());
        });
    }

    /// Shows a token that was made, and the list with it.
    async fn keep_made(self, token: MadeToken) {
        self.made.try_set(Some(token));
        if let Ok(account) = account_api::account().await {
            self.tokens.try_set(account.tokens);
        }
    }

    /// Does something, says so, and shows what is there then.
    fn act(self, said: &'static str, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        leptos::task::spawn_local(async move {
            match work.await {
                Ok(()) => {
                    self.error.try_set(None);
                    self.announcer.say(said);
                    self.load();
                }
                Err(refused) => {
                    self.error.try_set(Some(refused.to_string()));
                }
            }
        });
    }
}

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let page = Page {
        shown: RwSignal::new(Loaded::Awaited),
        tokens: RwSignal::new(Vec::new()),
        made: RwSignal::new(None),
        announcer: use_announcer(),
        error: RwSignal::new(None),
    };
    Effect::new(move |_| page.load());
    let again = Callback::new(move |()| page.load());
    provide_context(page);
    view! {
        <LoadedPage
            what=page.shown
            heading="Your account"
            failed="Your account cannot be shown"
            again=again
            shown=|account| view! { <Everything account=account /> }.into_any()
        />
    }
}

#[component]
fn Everything(account: Account) -> impl IntoView {
    let page = expect_context::<Page>();
    let me = account.me.clone();
    let leave = move |_| {
        leptos::task::spawn_local(async move {
            match session::leave().await {
                // Loaded anew: nothing of the account stays in this page.
                Ok(()) => crate::platform::dom::go(Route::SignIn.path()),
                Err(refused) => {
                    page.error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Your account"</h1>
            <p class="lead">{me.name.clone()} ", " {me.mail.as_str().to_owned()}</p>
            <div class="actions">
                {me.is_staff
                    .then(|| {
                        view! {
                            <a class="btn small" href=Route::Review.path()>
                                "Applications to review"
                            </a>
                        }
                    })}
                <button type="button" class="btn small" on:click=leave>
                    "Sign out"
                </button>
            </div>
            <FieldError message=page.error />
        </div>
        <div class="parts">
            {(!account.invitations.is_empty())
                .then(|| view! { <Invitations page=page invitations=account.invitations /> })}
            <Namespaces namespaces=account.namespaces />
            <Applications applications=account.applications />
            <tokens::Tokens page=page />
            <Sessions page=page sessions=account.sessions />
            <data::YourData page=page />
        </div>
    }
    .into_any()
}

#[component]
fn Invitations(page: Page, invitations: Vec<Invited>) -> impl IntoView {
    let items: Vec<_> = invitations
        .into_iter()
        .map(|invited| {
            let about = format!(
                "{} invites you as {}, until {}",
                invited.by,
                article(invited.role),
                Local.day(invited.until.date_naive())
            );
            let name = StoredValue::new(invited.namespace.clone());
            let join = move |_| {
                page.act("You have joined.", async move {
                    account_api::join(&name.get_value()).await
                });
            };
            let decline = move |_| {
                page.act("The invitation is declined.", async move {
                    account_api::decline(&name.get_value()).await
                });
            };
            view! {
                <Named name=invited.namespace.into_any() about=about>
                    <button
                        type="button"
                        class="btn small primary"
                        aria-label=format!("Join {}", name.get_value())
                        on:click=join
                    >
                        "Join"
                    </button>
                    <button
                        type="button"
                        class="btn small"
                        aria-label=format!("Decline {}", name.get_value())
                        on:click=decline
                    >
                        "Decline"
                    </button>
                </Named>
            }
        })
        .collect();
    view! {
        <section aria-labelledby="invitations-heading">
            <h2 id="invitations-heading">"Invitations"</h2>
            <ul class="named">{items}</ul>
        </section>
    }
}

fn article(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Member => "a member",
    }
}

/// A list, or what is said where there is nothing.
fn list_or<N: IntoView + 'static>(
    items: Vec<impl IntoView + 'static>,
    nothing: impl FnOnce() -> N,
) -> AnyView {
    if items.is_empty() {
        view! { <p class="t14 soft">{nothing()}</p> }.into_any()
    } else {
        view! { <ul class="named">{items}</ul> }.into_any()
    }
}

#[component]
fn Namespaces(namespaces: Vec<Maintained>) -> impl IntoView {
    let items: Vec<_> = namespaces
        .into_iter()
        .map(|one| {
            let until = one.until.map(|day| Local.day(day)).unwrap_or_default();
            let about = match one.phase {
                Some(Phase::Active) => format!("in the program until {until}"),
                Some(Phase::Renewal) => format!("ends on {until}; renew it now"),
                Some(Phase::Grace { until }) => {
                    format!(
                        "the year is over; everything stays until {}",
                        Local.day(until)
                    )
                }
                Some(Phase::Lapsed { since }) => {
                    format!("not in the program since {}", Local.day(since))
                }
                None => "not in the program".to_owned(),
            };
            let about = format!("{}, {about}", one.role);
            // Loaded anew: its form may ask forges.
            let path = membership_path(&one.namespace);
            let name = view! {
                <a href=path rel="external">
                    {one.namespace}
                </a>
            }
            .into_any();
            view! { <Named name=name about=about /> }
        })
        .collect();
    view! {
        <section aria-labelledby="namespaces-heading">
            <h2 id="namespaces-heading">"Namespaces"</h2>
            {list_or(
                items,
                || {
                    view! {
                        "You maintain none yet. It begins when your application is approved, or when an owner invites you."
                    }
                },
            )}
        </section>
    }
}

#[component]
fn Applications(applications: Vec<Applied>) -> impl IntoView {
    let now = clock::now();
    let items: Vec<_> = applications
        .into_iter()
        .map(|one| {
            let about = format!(
                "{}, {}, {}",
                one.number,
                stage_words(one.stage),
                words::ago(one.received_at, now)
            );
            let name = view! {
                <a href=format!("{}/{}", Route::Application.path(), one.id) rel="external">
                    {one.namespace}
                </a>
            }
            .into_any();
            view! { <Named name=name about=about /> }
        })
        .collect();
    view! {
        <section aria-labelledby="applications-heading">
            <h2 id="applications-heading">"Applications"</h2>
            {list_or(
                items,
                || {
                    view! {
                        "None came from this address. "
                        <a href=Route::Apply.path() rel="external">
                            "Apply for your project"
                        </a>
                    }
                },
            )}
        </section>
    }
}

#[component]
fn Sessions(page: Page, sessions: Vec<Session>) -> impl IntoView {
    let now = clock::now();
    let has_others = sessions.len() > 1;
    let items: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            let name = if session.is_this {
                "This browser"
            } else {
                "Another browser"
            };
            let about = format!(
                "since {}, until {}",
                words::moment(session.since, now),
                Local.day(session.until.date_naive())
            );
            view! { <Named name=name.into_any() about=about /> }
        })
        .collect();
    let end = move |_| {
        page.act(
            "You are signed out everywhere else.",
            account_api::end_other_sessions(),
        );
    };
    view! {
        <section aria-labelledby="sessions-heading">
            <h2 id="sessions-heading">"Signed in"</h2>
            <ul class="named">{items}</ul>
            {has_others
                .then(|| {
                    view! {
                        <div class="actions">
                            <button type="button" class="btn small" on:click=end>
                                "Sign out everywhere else"
                            </button>
                        </div>
                    }
                })}
        </section>
    }
}
