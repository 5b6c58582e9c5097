//! Memberships as their maintainers see them, and who those are: invitations and roles.

use crate::{
    applications::{Trouble, keep},
    mail::words,
    memberships::{about, notice_key},
    service::Service,
    store::{
        StoreError,
        accounts::{self, Account},
        applications, maintainers as kept, memberships, outbox,
        pull_settings::Kind,
    },
};
use api::membership::{
    Delivery, Maintainer, Membership, NewInvitation, NoticeState, WaitingRenewal,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use program::{
    calendar::calendar,
    mail::MailAddress,
    membership::{Notice, Term},
    namespace::Namespace,
    pulls::Period,
    roles::{Role, keeps_an_owner},
};
use rusqlite::Connection;

/// How long an invitation is open.
const INVITATION_LIFE: TimeDelta = TimeDelta::days(14);

/// How long until somebody may be invited again.
const INVITATION_PAUSE: TimeDelta = TimeDelta::hours(1);

/// Most people and open invitations of one namespace.
const MOST_PEOPLE: usize = 200;

/// What somebody needs to be for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needed {
    /// A maintainer, or somebody who runs the program.
    ToSee,
    /// A maintainer, or somebody who runs the program: for what everybody reads.
    Maintainer,
    /// A maintainer, and nobody else: for what they alone decide.
    Theirs,
    /// An owner.
    Owner,
}

/// What an account is in a namespace, if that is enough. Whoever may not see it is told
/// that there is nothing.
pub(crate) fn role_in(
    connection: &Connection,
    namespace: &Namespace,
    account: &Account,
    needed: Needed,
) -> Result<Option<Role>, Trouble> {
    let role = kept::role_of(connection, namespace, account.id)?;
    match (role, needed) {
        (Some(Role::Owner), _)
        | (Some(Role::Member), Needed::ToSee | Needed::Maintainer | Needed::Theirs) => Ok(role),
        // Whoever runs the program may change what is written, to take down what nobody should
        // have to read.
        (None, Needed::ToSee | Needed::Maintainer) if account.is_staff => Ok(None),
        (None, Needed::Theirs) if account.is_staff => Err(Trouble::ForMaintainers),
        (Some(Role::Member), Needed::Owner) => Err(Trouble::NotYours),
        (None, _) => Err(Trouble::NotFound),
    }
}

impl Service {
    /// A membership, for its maintainers and for staff.
    ///
    /// # Errors
    /// When it is nothing of theirs, or never was in the program.
    pub async fn membership(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<Membership, Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.read(|connection| Ok(membership(connection, &namespace, &account, now)))?
        })
        .await
    }

    /// The dates of a membership as a calendar file.
    ///
    /// # Errors
    /// When it is nothing of theirs, or never was in the program.
    pub async fn calendar(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<String, Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        let base_url = self.base_url.clone();
        self.with_store(move |store| {
            store.read(|connection| {
                Ok((|| {
                    role_in(connection, &namespace, &account, Needed::ToSee)?;
                    let term =
                        memberships::last_term(connection, &namespace)?.ok_or(Trouble::NotFound)?;
                    let url = settings_url(&base_url, &namespace);
                    let host = host_of(&base_url);
                    Ok(calendar(&namespace, term, &url, host, now))
                })())
            })?
        })
        .await
    }

    /// Invites somebody, or does so again.
    ///
    /// # Errors
    /// When whoever asks is no owner, or the invited maintain it already.
    pub async fn invite(
        &self,
        namespace: &Namespace,
        account: &Account,
        new: NewInvitation,
    ) -> Result<(), Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        let base_url = self.base_url.clone();
        self.with_store(move |store| {
            store.write(|connection| {
                role_in(connection, &namespace, &account, Needed::Owner)?;
                let people = kept::list(connection, &namespace, Some(account.id))?;
                if people.iter().any(|person| person.mail == new.mail) {
                    return Err(Trouble::Unfit(format!(
                        "{} maintains {namespace} already.",
                        new.mail
                    )));
                }
                let open = kept::invitations(connection, &namespace, now)?;
                let before = open.iter().find(|invitation| invitation.mail == new.mail);
                if before.is_some_and(|before| now < before.at + INVITATION_PAUSE) {
                    return Err(Trouble::Unfit(format!(
                        "{} was invited less than an hour ago. Give them time to read it.",
                        new.mail
                    )));
                }
                let is_new = before.is_none();
                if is_new && people.len() + open.len() >= MOST_PEOPLE {
                    return Err(Trouble::Unfit("Up to 200 people fit.".to_owned()));
                }
                let until = now + INVITATION_LIFE;
                let (mail, role) = (&new.mail, new.role);
                kept::invite(
                    connection,
                    &namespace,
                    mail,
                    role,
                    &account.name,
                    now,
                    until,
                )?;
                let letter = words::invitation(
                    new.mail.clone(),
                    &account.name,
                    &namespace,
                    role,
                    until,
                    &format!("{base_url}/account"),
                );
                outbox::withdraw_from(connection, &letter.about, &new.mail, now)?;
                outbox::add(connection, &letter, now)?;
                Ok(())
            })
        })
        .await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// When whoever asks is no owner, or there is no such invitation.
    pub async fn withdraw_invitation(
        &self,
        namespace: &Namespace,
        account: &Account,
        id: i64,
    ) -> Result<(), Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                role_in(connection, &namespace, &account, Needed::Owner)?;
                let mail = kept::withdraw_invitation(connection, &namespace, id)?
                    .ok_or(Trouble::NotFound)?;
                let mail =
                    MailAddress::parse(&mail).map_err(|_| StoreError::Corrupt("a mail address"))?;
                let about = words::about_invitation(&namespace);
                outbox::withdraw_from(connection, &about, &mail, now)?;
                Ok(())
            })
        })
        .await
    }

    /// Joins a namespace that one was invited to, or declines.
    ///
    /// # Errors
    /// When there is no such invitation any more.
    pub async fn answer_invitation(
        &self,
        namespace: &Namespace,
        account: &Account,
        joins: bool,
    ) -> Result<(), Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let role = kept::take_invitation(connection, &namespace, &account.mail, now)?
                    .ok_or(Trouble::NotFound)?;
                // An invitation of before takes nothing away from whoever came to be an owner since.
                let present = kept::role_of(connection, &namespace, account.id)?;
                if joins && present.is_none_or(|present| present < role) {
                    kept::put(connection, &namespace, account.id, role, now)?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Gives a maintainer a role, or lets them go; anybody may go themselves.
    ///
    /// # Errors
    /// When whoever asks is no owner, there is no such maintainer, or no owner would be left.
    pub async fn set_role(
        &self,
        namespace: &Namespace,
        account: &Account,
        whom: i64,
        role: Option<Role>,
    ) -> Result<(), Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let goes = whom == account.id && role.is_none();
                let needed = if goes { Needed::ToSee } else { Needed::Owner };
                role_in(connection, &namespace, &account, needed)?;
                let people = kept::list(connection, &namespace, Some(account.id))?;
                if !people.iter().any(|person| person.id == whom) {
                    return Err(Trouble::NotFound);
                }
                let before: Vec<Role> = people.iter().map(|person| person.role).collect();
                let after: Vec<Role> = people
                    .iter()
                    .filter_map(|person| {
                        if person.id == whom {
                            role
                        } else {
                            Some(person.role)
                        }
                    })
                    .collect();
                keeps_an_owner(&before, &after).map_err(Trouble::LastOwner)?;
                match role {
                    Some(role) => kept::put(connection, &namespace, whom, role, now)?,
                    None => kept::remove(connection, &namespace, whom)?,
                }
                let gone = people.iter().find(|person| person.id == whom);
                if let Some(gone) = gone.filter(|_| role.is_none()) {
                    for kind in Kind::ALL {
                        let about = kind.about(&namespace);
                        outbox::withdraw_from(connection, &about, &gone.mail, now)?;
                    }
                }
                if let Some(gone) = gone.filter(|_| role != Some(Role::Owner)) {
                    let heir = people
                        .iter()
                        .find(|person| person.id != whom && person.role == Role::Owner);
                    hand_over(connection, &namespace, gone, heir, now)?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// What waited for an owner who is one no longer: notices go to the others, and a renewal that is
/// being looked at is another owner’s.
fn hand_over(
    connection: &Connection,
    namespace: &Namespace,
    gone: &Maintainer,
    heir: Option<&Maintainer>,
    now: DateTime<Utc>,
) -> Result<(), Trouble> {
    outbox::withdraw_from(connection, &about(namespace), &gone.mail, now)?;
    let Some(id) = applications::open_renewal(connection, namespace)? else {
        return Ok(());
    };
    let Some(mut renewal) = applications::get(connection, &id)? else {
        return Ok(());
    };
    if MailAddress::parse(&renewal.answers.mail).as_ref() != Ok(&gone.mail) {
        return Ok(());
    }
    if let Some(heir) = heir {
        heir.mail.as_str().clone_into(&mut renewal.answers.mail);
        heir.name.clone_into(&mut renewal.answers.name);
        keep(connection, &renewal)?;
    }
    applications::close_key(connection, &id)?;
    Ok(())
}

/// Where maintainers of a namespace find its membership.
pub(crate) fn settings_url(base_url: &str, namespace: &Namespace) -> String {
    format!(
        "{base_url}{}/settings",
        program::addresses::page(namespace.as_str())
    )
}

/// Where maintainers of a namespace see the pulls of some days, day by day.
pub(crate) fn insights_url(base_url: &str, namespace: &Namespace, days: Period) -> String {
    format!(
        "{base_url}{}/insights?from={}&to={}&by=day",
        program::addresses::page(namespace.as_str()),
        days.first,
        days.last
    )
}

/// The host of an address of ours.
pub(crate) fn host_of(base_url: &str) -> &str {
    base_url.split("://").nth(1).unwrap_or("localhost")
}

fn membership(
    connection: &Connection,
    namespace: &Namespace,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Membership, Trouble> {
    let role = role_in(connection, namespace, account, Needed::ToSee)?;
    let today = now.date_naive();
    let term = memberships::last_term(connection, namespace)?.ok_or(Trouble::NotFound)?;
    let waiting = applications::open_renewal(connection, namespace)?
        .map(|id| applications::get(connection, &id))
        .transpose()?
        .flatten()
        .map(|kept| WaitingRenewal {
            id: kept.id,
            number: kept.number,
            target: kept.target,
        });
    Ok(Membership {
        namespace: namespace.to_string(),
        ended_because: match role {
            // It may say more of people than members are to read.
            Some(Role::Member) => None,
            _ if term.ended.is_none() => None,
            _ => applications::last_ending(connection, namespace)?,
        },
        term,
        phase: term.phase(today),
        today,
        notices: notices(connection, namespace, term, today)?,
        maintainers: kept::list(connection, namespace, Some(account.id))?,
        invitations: match role {
            // Addresses of people who have not answered are the owners’ to see.
            Some(Role::Owner) => kept::invitations(connection, namespace, now)?,
            _ => Vec::new(),
        },
        role,
        waiting,
    })
}

/// Every notice of a year and what became of it.
fn notices(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
    today: NaiveDate,
) -> Result<Vec<NoticeState>, StoreError> {
    let waiting = outbox::notice_mails(connection, &about(namespace))?;
    let notices = memberships::notices(connection, namespace, term)?;
    let written: Vec<Notice> = notices.iter().map(|one| one.notice).collect();
    let mut states = Vec::new();
    // Of a year that was ended nothing more is said: that was told in a mail of its own.
    let is_said = |on: NaiveDate| term.ended.is_none_or(|ended| on < ended);
    for (on, notice) in term.notices().into_iter().filter(|(on, _)| is_said(*on)) {
        let given_at = notices
            .iter()
            .find(|one| one.notice == notice)
            .and_then(|one| one.given_at);
        let state = match (waiting.get(&notice_key(term, notice)?), given_at) {
            (Some(mails), _) => Delivery::Waiting {
                mails: mails.waiting,
                error: mails.error.clone(),
            },
            (None, Some(at)) => Delivery::Given { at },
            // Its day has come, and the next look writes it.
            (None, None) if term.due(today, &written) == Some(notice) => Delivery::Waiting {
                mails: 0,
                error: None,
            },
            (None, None) if on > today => Delivery::Ahead,
            (None, None) => Delivery::Missed,
        };
        states.push(NoticeState { notice, on, state });
    }
    Ok(states)
}

/// The account of whoever applied, as the owner of the namespace; owners of before are members.
pub(crate) fn make_only_owner(
    connection: &Connection,
    namespace: &Namespace,
    mail: &MailAddress,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let account = accounts::get_or_make(connection, mail, name, now)?;
    for person in kept::list(connection, namespace, Some(account.id))? {
        if person.role == Role::Owner && !person.is_me {
            kept::put(connection, namespace, person.id, Role::Member, now)?;
        }
    }
    kept::put(connection, namespace, account.id, Role::Owner, now)
}
