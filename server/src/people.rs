//! What is kept about people: shown to them, exported, erased, and forgotten in time.

use crate::{
    applications::{Trouble, for_applicant},
    secret,
    service::Service,
    store::{
        Store, StoreError,
        accounts::{self, Account},
        applications as kept, maintainers, memberships, outbox, people, pull_settings, tokens,
    },
};
use api::{
    account::{self as wire, Applied, Erased, Invited, Maintained, Me, PersonalData},
    membership::StuckMail,
};
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    mail::MailAddress,
    roles::{Role, keeps_an_owner},
};
use rusqlite::Connection;

/// How long people of applications that ended are kept, if no membership came of them.
pub const APPLICANTS_KEPT: TimeDelta = TimeDelta::days(730);

/// How long it is kept that a mail was handed over: a year and the notices of the next.
pub const MAILS_KEPT: TimeDelta = TimeDelta::days(400);

/// Most applications that one answer lists.
const MOST_LISTED: u32 = 200;

/// Most mails that one answer lists.
const MOST_MAILS: u32 = 200;

impl Service {
    /// What somebody has here. `session` is the secret of the one that asks.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn account(
        &self,
        person: &Account,
        session: Option<String>,
    ) -> Result<wire::Account, StoreError> {
        let (person, now) = (person.clone(), self.now());
        self.with_store(move |store| {
            store.read(|connection| account(connection, &person, session.as_deref(), now))
        })
        .await
    }

    /// Ends every session of somebody but the one that asks.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn end_other_sessions(
        &self,
        person: &Account,
        session: &str,
    ) -> Result<(), StoreError> {
        let (person, stays) = (person.id, secret::hash(session));
        self.with_store(move |store| {
            store.write(|connection| accounts::end_other_sessions(connection, person, &stays))
        })
        .await
    }

    /// Everything that is kept about a person.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn personal_data(&self, mail: MailAddress) -> Result<PersonalData, StoreError> {
        let now = self.now();
        self.with_store(move |store| store.read(|connection| personal_data(connection, mail, now)))
            .await
    }

    /// Erases whoever asks for it themselves.
    ///
    /// # Errors
    /// When a namespace would have no owner, and those of the data.
    pub async fn erase_myself(&self, person: &Account) -> Result<Erased, Trouble> {
        let (person, now) = (person.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                for (namespace, role) in maintainers::of_account(connection, person.id)? {
                    let holds = memberships::is_in(connection, &namespace, now.date_naive())?;
                    if role != Role::Owner || !holds {
                        continue;
                    }
                    let all = maintainers::list(connection, &namespace, Some(person.id))?;
                    let before: Vec<Role> = all.iter().map(|one| one.role).collect();
                    let others = all.iter().filter(|one| !one.is_me);
                    let after: Vec<Role> = others.map(|one| one.role).collect();
                    keeps_an_owner(&before, &after).map_err(Trouble::LastOwner)?;
                }
                Ok(people::erase(connection, &person.mail, None, now)?)
            })
        })
        .await
    }

    /// Erases a person on behalf of the program, and puts on record who did. Nobody erases themselves so: staff leave by
    /// the command line.
    ///
    /// # Errors
    /// When it is whoever asks, and those of the data.
    pub async fn erase_person(&self, by: &Account, mail: MailAddress) -> Result<Erased, Trouble> {
        if by.mail == mail {
            return Err(Trouble::Unfit(
                "Erase yourself on the page of your account.".to_owned(),
            ));
        }
        let (by, now) = (by.name.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| Ok(people::erase(connection, &mail, Some(&by), now)?))
        })
        .await
    }

    /// Mails that were tried and have not gone out.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn stuck_mails(&self) -> Result<Vec<StuckMail>, StoreError> {
        self.with_store(|store| store.read(|connection| outbox::stuck(connection, MOST_MAILS)))
            .await
    }

    /// Forgets what has been kept long enough.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn forget_old(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.with_store(move |store| {
            store.write(|connection| {
                accounts::forget_sessions(connection, now)?;
                people::forget_invitations(connection, now)?;
                people::forget_mails(connection, now - MAILS_KEPT)?;
                pull_settings::forget_looks(connection, now - MAILS_KEPT)?;
                people::erase_old(connection, now - APPLICANTS_KEPT, now)?;
                Ok(())
            })
        })
        .await
    }
}

/// Who it is, as the page reads it.
pub(crate) fn me(person: &Account) -> Me {
    Me {
        mail: person.mail.clone(),
        name: person.name.clone(),
        is_staff: person.is_staff,
    }
}

fn account(
    connection: &Connection,
    person: &Account,
    session: Option<&str>,
    now: DateTime<Utc>,
) -> Result<wire::Account, StoreError> {
    let this = session.map(secret::hash);
    let mut namespaces = Vec::new();
    for (namespace, role) in maintainers::of_account(connection, person.id)? {
        let term = memberships::last_term(connection, &namespace)?;
        namespaces.push(Maintained {
            namespace: namespace.to_string(),
            role,
            phase: term.map(|term| term.phase(now.date_naive())),
            until: term.map(|term| term.until),
        });
    }
    let mut applications = Vec::new();
    for id in kept::from_address(connection, person.mail.as_str(), MOST_LISTED)? {
        if let Some(kept) = kept::get(connection, &id)? {
            applications.push(Applied {
                id: kept.id,
                number: kept.number,
                namespace: kept.answers.namespace,
                stage: kept.stage,
                received_at: kept.received_at,
            });
        }
    }
    Ok(wire::Account {
        me: me(person),
        namespaces,
        invitations: invited(connection, &person.mail, now)?,
        applications,
        tokens: tokens::of(connection, person.id)?,
        sessions: accounts::sessions(connection, person.id, now)?
            .into_iter()
            .map(|session| wire::Session {
                since: session.since,
                until: session.until,
                is_this: this.is_some_and(|this| secret::same(&this, &session.hash)),
            })
            .collect(),
    })
}

/// What an address is invited to.
fn invited(
    connection: &Connection,
    mail: &MailAddress,
    now: DateTime<Utc>,
) -> Result<Vec<Invited>, StoreError> {
    let all = maintainers::invitations_of(connection, mail, now)?;
    Ok(all
        .into_iter()
        .map(|(namespace, invitation)| Invited {
            namespace,
            role: invitation.role,
            by: invitation.by,
            until: invitation.until,
        })
        .collect())
}

/// Everything that is kept about a person, as JSON to be read by people.
///
/// # Errors
/// Those of the data.
pub fn export(store: &Store, mail: MailAddress, now: DateTime<Utc>) -> Result<String, StoreError> {
    let data = store.read(|connection| personal_data(connection, mail, now))?;
    serde_json::to_string_pretty(&data).map_err(|_| StoreError::Corrupt("a value"))
}

fn personal_data(
    connection: &Connection,
    mail: MailAddress,
    now: DateTime<Utc>,
) -> Result<PersonalData, StoreError> {
    let found = accounts::by_mail(connection, &mail)?;
    let mut applications = Vec::new();
    for id in kept::from_address(connection, mail.as_str(), u32::MAX)? {
        if let Some(kept) = kept::get(connection, &id)? {
            let history = kept::history(connection, &id)?;
            applications.push(for_applicant(kept, history, now));
        }
    }
    Ok(PersonalData {
        account: found
            .map(|person| account(connection, &person, None, now))
            .transpose()?,
        applications,
        invitations: invited(connection, &mail, now)?,
        mails: people::mails(connection, &mail)?,
        as_of: now,
        mail,
    })
}
