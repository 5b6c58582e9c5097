//! Who maintains the namespace, and who may come to.

use super::Page;
use crate::{
    api::membership as membership_api,
    components::{
        announcer::use_announcer, asked_twice::AskedTwice, field_error::FieldError,
        line_input::LineInput, named_list::Named, words::Local,
    },
    platform::{dom, focus},
    routes::Route,
};
use ::api::membership::{Invitation, Maintainer, Membership, NewInvitation};
use leptos::prelude::*;
use program::{mail::MailAddress, roles::Role, wording::Wording};

const MAIL_ID: &str = "invite-mail";

/// Maintainers, invitations, and the form to invite somebody.
#[component]
pub fn People(page: Page, membership: Membership) -> impl IntoView {
    let is_owner = membership.role == Some(Role::Owner);
    let maintainers: Vec<_> = membership
        .maintainers
        .into_iter()
        .map(|one| view! { <One page=page one=one is_owner=is_owner /> })
        .collect();
    let is_orphan = maintainers.is_empty();
    let invitations: Vec<_> = membership
        .invitations
        .into_iter()
        .map(|one| view! { <Open page=page one=one /> })
        .collect();
    view! {
        <section aria-labelledby="people-heading">
            <h2 id="people-heading">"Maintainers"</h2>
            <p class="t14 soft">
                "Owners renew, invite, and get the notices. Members see the membership and write the pages."
            </p>
            {is_orphan
                .then(|| {
                    view! { <p class="t14">"Nobody maintains it: its notices reach nobody."</p> }
                })}
            <ul class="named">{maintainers} {invitations}</ul>
            {is_owner.then(|| view! { <Invite page=page /> })}
        </section>
    }
    .into_any()
}

#[component]
fn One(page: Page, one: Maintainer, is_owner: bool) -> impl IntoView {
    let announcer = use_announcer();
    let name = if one.is_me {
        format!("{}, you", one.name)
    } else {
        one.name.clone()
    };
    let about = format!(
        "{}, {}, since {}",
        one.mail,
        one.role,
        Local.day(one.since.date_naive())
    );
    let (id, is_me) = (one.id, one.is_me);
    let other = match one.role {
        Role::Owner => Role::Member,
        Role::Member => Role::Owner,
    };
    let change = move |_| {
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            if page.after(membership_api::set_role(&namespace, id, other).await) {
                announcer.say("The role is changed.");
            }
        });
    };
    let remove = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            match membership_api::remove(&namespace, id).await {
                // Whoever left has nothing to see here any more.
                Ok(()) if is_me => dom::go(Route::Account.path()),
                Ok(()) => {
                    announcer.say("They maintain it no longer.");
                    page.load();
                }
                Err(refused) => {
                    page.error.try_set(Some(refused.to_string()));
                }
            }
        });
    });
    let change_label = match other {
        Role::Owner => "Make an owner",
        Role::Member => "Make a member",
    };
    let spoken = format!("{change_label}: {}", one.name);
    view! {
        <Named name=name.into_any() about=about>
            {is_owner
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="btn small"
                            aria-label=spoken
                            on:click=change
                        >
                            {change_label}
                        </button>
                    }
                })}
            {(is_owner || is_me)
                .then(|| {
                    view! {
                        <AskedTwice
                            label=if is_me { "Leave" } else { "Remove" }
                            what=one.name
                            question=if is_me {
                                "You see this membership no longer."
                            } else {
                                "They see this membership no longer."
                            }
                            yes=if is_me { "Leave it" } else { "Remove them" }
                            no="Stay"
                            act=remove
                        />
                    }
                })}
        </Named>
    }
    .into_any()
}

#[component]
fn Open(page: Page, one: Invitation) -> impl IntoView {
    let announcer = use_announcer();
    let about = format!(
        "invited by {} as {}, open until {}",
        one.by,
        one.role,
        Local.day(one.until.date_naive())
    );
    let id = one.id;
    let new = StoredValue::new(NewInvitation {
        mail: one.mail.clone(),
        role: one.role,
    });
    let again = move |_| {
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            if page.after(membership_api::invite(&namespace, &new.get_value()).await) {
                announcer.say("The invitation is sent again.");
            }
        });
    };
    let withdraw = move |_| {
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            if page.after(membership_api::withdraw_invitation(&namespace, id).await) {
                announcer.say("The invitation is taken back.");
            }
        });
    };
    let mail = one.mail.as_str().to_owned();
    view! {
        <Named name=mail.clone().into_any() about=about>
            <button
                type="button"
                class="btn small"
                aria-label=format!("Send again: the invitation to {mail}")
                on:click=again
            >
                "Send again"
            </button>
            <button
                type="button"
                class="btn small"
                aria-label=format!("Withdraw: the invitation to {mail}")
                on:click=withdraw
            >
                "Withdraw"
            </button>
        </Named>
    }
    .into_any()
}

#[component]
fn Invite(page: Page) -> impl IntoView {
    let announcer = use_announcer();
    let typed = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Member);
    let error = RwSignal::new(None::<String>);
    let invite = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mail = match MailAddress::parse(&typed.get_untracked()) {
            Ok(mail) => mail,
            Err(wrong) => {
                error.set(Some(wrong.to_string()));
                focus::by_id(MAIL_ID);
                return;
            }
        };
        let new = NewInvitation {
            mail,
            role: role.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            match membership_api::invite(&namespace, &new).await {
                Ok(membership) => {
                    announcer.say("The invitation is on its way.");
                    page.after(Ok(membership));
                }
                Err(refused) => {
                    error.try_set(Some(refused.to_string()));
                    focus::by_id(MAIL_ID);
                }
            }
        });
    };
    let roles: Vec<_> = [Role::Member, Role::Owner]
        .into_iter()
        .map(|one| view! { <option value=one.id()>{one.name()}</option> })
        .collect();
    view! {
        <form class="inline-form" novalidate aria-label="Invite somebody" on:submit=invite>
            <LineInput
                id=MAIL_ID
                label="Invite by mail"
                kind="email"
                typed=typed
                error=error
                says_error=false
            />
            <div class="field">
                <label for="invite-role">"As"</label>
                <select
                    class="select"
                    id="invite-role"
                    on:change=move |event| {
                        if let Some(one) = Role::of_id(&event_target_value(&event)) {
                            role.set(one);
                        }
                    }
                >
                    {roles}
                </select>
            </div>
            <div>
                <button type="submit" class="btn">
                    "Send the invitation"
                </button>
            </div>
            <FieldError id="invite-mail-error" message=error />
        </form>
    }
    .into_any()
}
