//! What happens with applications: the rules of `program` over the data. No HTTP here.

use crate::{
    checks::pending,
    logo::LogoError,
    mail::words,
    secret,
    service::Service,
    store::{StoreError, applications as kept, outbox},
};
use api::application::{Application, Control, Event, EventKind, Receipt};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use program::{
    answers::{Answers, FieldError},
    decision::DecisionError,
    eligibility::assess,
    life_cycle::{Act, NotNow, Stage},
    mail::MailAddress,
    namespace::Namespace,
    profile::ProfileError,
    roles::LastOwner,
    text::TextError,
};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The name under which the key is kept that links are derived with.
const LINK_KEY: &str = "link";

/// Why something with an application could not be done.
#[derive(Debug)]
pub enum Trouble {
    /// The data.
    Store(StoreError),
    /// The system gives no randomness.
    NoRandomness,
    /// Fields are wrong.
    Fields(Vec<FieldError>),
    /// The idempotency key was used for something else.
    KeyReused,
    /// There is no such application, or the key does not open it.
    NotFound,
    /// Somebody else changed it in the meantime.
    Changed,
    /// The evidence was read again before a decision, and says something else now.
    EvidenceChanged,
    /// The act does not go with where it is.
    NotNow(NotNow),
    /// It may not be decided so.
    Decision(DecisionError),
    /// A text is too long or holds hidden characters.
    Text(TextError),
    /// What goes on record has no words.
    NoReason,
    /// It was amended too often.
    TooManyAmendments,
    /// The namespace came into the program by another application.
    Taken,
    /// It is for the owners of the namespace.
    NotYours,
    /// It is for the maintainers of the namespace, and not for who runs the program.
    ForMaintainers,
    /// A namespace would have no owner.
    LastOwner(LastOwner),
    /// The namespace cannot be renewed yet, or a renewal waits already.
    NotRenewable(String),
    /// What was sent does not fit; the sentence says what would.
    Unfit(String),
    /// A field is wrong, by its name: why.
    Field(&'static str, String),
    /// The name of something is taken.
    NameTaken(String),
    /// Fields of a profile or a page are wrong.
    Profile(Vec<ProfileError>),
    /// A file is no logo.
    Logo(LogoError),
    /// Somebody else changed it in the meantime; the sentence says what to do.
    Overtaken(&'static str),
}

/// Times that an application may be amended: more is somebody who keeps a reviewer busy.
const MOST_AMENDMENTS: u32 = 100;

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<secret::NoRandomness> for Trouble {
    fn from(_: secret::NoRandomness) -> Self {
        Self::NoRandomness
    }
}

/// What somebody opens an application with.
#[derive(Clone, Debug)]
pub enum Opener {
    /// The key in the link that was mailed.
    Key(String),
    /// Having signed in with the address that it came from.
    Address(MailAddress),
}

impl Opener {
    fn opens(&self, kept: &kept::Kept) -> bool {
        match self {
            Self::Key(key) => secret::matches(key, &kept.key_hash),
            Self::Address(mail) => MailAddress::parse(&kept.answers.mail).as_ref() == Ok(mail),
        }
    }
}

impl Service {
    /// Takes an application in. Sent again with the same idempotency key and body,
    /// it gives the same receipt and keeps nothing new.
    ///
    /// # Errors
    /// Wrong fields, a key that was used for something else, the data.
    pub async fn receive(
        &self,
        answers: Answers,
        body: &[u8],
        idempotency_key: &str,
    ) -> Result<Receipt, Trouble> {
        let now = self.now();
        let errors = answers.errors(now.date_naive());
        let (namespace, mail) = match (
            Namespace::parse(&answers.namespace),
            MailAddress::parse(&answers.mail),
        ) {
            (Ok(namespace), Ok(mail)) if errors.is_empty() => (namespace, mail),
            _ => return Err(Trouble::Fields(errors)),
        };
        let base_url = Arc::clone(&self.base_url);
        let fresh_key = secret::secret()?;
        let (id, token) = (secret::name()?, secret::name()?);
        let idempotency_key = idempotency_key.to_owned();
        let body_hash = Sha256::digest(body).into();
        let target = now.date_naive() + Days::new(u64::from(self.settings.target_days));
        let receipt = self
            .with_store(move |store| {
                store.write(|connection| {
                    let server_key = kept::server_key(connection, LINK_KEY, fresh_key.as_bytes())?;
                    // What opens it is derived from what its sender chose: whoever sends the
                    // same again gets the same receipt, and only a hash is kept.
                    let key = secret::derived(&server_key, &idempotency_key);
                    let idempotency_hash = secret::hash(&idempotency_key);
                    if let Some(earlier) = kept::earlier(connection, &idempotency_hash)? {
                        if earlier.body_hash != body_hash {
                            return Err(Trouble::KeyReused);
                        }
                        let (id, number) = (earlier.id, earlier.number);
                        return Ok(Receipt { id, number, key });
                    }
                    let number = kept::add(
                        connection,
                        &kept::New {
                            id: &id,
                            namespace: &namespace,
                            key_hash: secret::hash(&key),
                            idempotency_hash,
                            body_hash,
                            answers: &answers,
                            evidence: &pending(&answers),
                            control_token: &format!("dsos-verify-{token}"),
                            now,
                            target,
                            renews: false,
                        },
                    )?;
                    let link = format!("{base_url}/applications/{id}#{key}");
                    let letter = words::receipt(
                        mail,
                        &answers.name,
                        &number,
                        namespace.as_str(),
                        &link,
                        target,
                        &id,
                    );
                    outbox::add(connection, &letter, now)?;
                    Ok(Receipt { id, number, key })
                })
            })
            .await?;
        self.check_later(receipt.id.clone());
        Ok(receipt)
    }

    /// An application for whoever may open it.
    ///
    /// # Errors
    /// When there is none that is theirs, and those of the data.
    pub async fn application(&self, id: &str, opener: &Opener) -> Result<Application, Trouble> {
        let (id, opener, now) = (id.to_owned(), opener.clone(), self.now());
        self.with_store(move |store| {
            store
                .read(|connection| {
                    let found = kept::get(connection, &id)?.filter(|kept| opener.opens(kept));
                    let Some(found) = found else { return Ok(None) };
                    let history = kept::history(connection, &id)?;
                    Ok(Some(for_applicant(found, history, now)))
                })?
                .ok_or(Trouble::NotFound)
        })
        .await
    }

    /// Changes what an application says: an answer to a question, or an amendment.
    ///
    /// # Errors
    /// Wrong fields, no such application, a change in the meantime, a decision made.
    pub async fn amend(
        &self,
        id: &str,
        opener: &Opener,
        answers: Answers,
        version: u32,
    ) -> Result<(), Trouble> {
        let now = self.now();
        let errors = answers.errors(now.date_naive());
        if !errors.is_empty() {
            return Err(Trouble::Fields(errors));
        }
        let asked = id.to_owned();
        let event = EventKind::Answered;
        self.act(id, opener, Act::Answer, event, move |connection, kept| {
            if kept.version != version {
                return Err(Trouble::Changed);
            }
            if kept::amendments(connection, &asked)? >= MOST_AMENDMENTS {
                return Err(Trouble::TooManyAmendments);
            }
            // Another namespace would be another membership that is renewed.
            if kept.renews && answers.namespace.trim() != kept.answers.namespace.trim() {
                return Err(Trouble::NotRenewable(
                    "A renewal stays with its namespace. Apply anew for another one.".to_owned(),
                ));
            }
            if kept.renews && answers.mail.trim() != kept.answers.mail.trim() {
                return Err(Trouble::NotRenewable(
                    "The answer to a renewal goes to the owner who sent it.".to_owned(),
                ));
            }
            if matches!(kept.stage, Stage::ChangesAsked { .. })
                && let Some(asked_at) = kept::last(connection, &asked, EventKind::ChangesAsked)?
            {
                kept.target = target_after(kept, asked_at, now);
            }
            kept.evidence = pending(&answers);
            kept.checked_at = now;
            // What was proven was proven of other repositories.
            if answers.addresses() != kept.answers.addresses() {
                kept.control_proven_at = None;
            }
            kept.answers = answers;
            Ok(())
        })
        .await?;
        self.check_later(id.to_owned());
        Ok(())
    }

    /// Takes an application back.
    ///
    /// # Errors
    /// No such application, a change in the meantime, a decision made.
    pub async fn withdraw(&self, id: &str, opener: &Opener) -> Result<(), Trouble> {
        let event = EventKind::Withdrawn;
        self.act(id, opener, Act::Withdraw, event, |_, _| Ok(()))
            .await
    }

    /// An act of an applicant, with what it changes besides the stage.
    async fn act(
        &self,
        id: &str,
        opener: &Opener,
        act: Act,
        event: EventKind,
        change: impl FnOnce(&Connection, &mut kept::Kept) -> Result<(), Trouble> + Send + 'static,
    ) -> Result<(), Trouble> {
        let (id, opener, now) = (id.to_owned(), opener.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let mut found = kept::get(connection, &id)?
                    .filter(|kept| opener.opens(kept))
                    .ok_or(Trouble::NotFound)?;
                let stage = found.stage.after(act).map_err(Trouble::NotNow)?;
                change(connection, &mut found)?;
                move_to(&mut found, stage, now);
                keep(connection, &found)?;
                kept::record(connection, &id, now, event, None, &())?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that control of the source was proven.
    ///
    /// # Errors
    /// When the application changed in the meantime, and those of the data.
    pub async fn control_proven(&self, id: &str, version: u32) -> Result<(), Trouble> {
        let (id, now) = (id.to_owned(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let mut found = kept::get(connection, &id)?.ok_or(Trouble::NotFound)?;
                if found.version != version {
                    return Err(Trouble::Changed);
                }
                if found.control_proven_at.is_some() {
                    return Ok(());
                }
                found.control_proven_at = Some(now);
                keep(connection, &found)?;
                kept::record(connection, &id, now, EventKind::ControlProven, None, &())?;
                Ok(())
            })
        })
        .await
    }
}

pub(crate) fn namespace_of(kept: &kept::Kept) -> Result<Namespace, StoreError> {
    Namespace::parse(&kept.answers.namespace).map_err(|_| StoreError::Corrupt("a namespace"))
}

pub(crate) fn keep(connection: &Connection, kept: &kept::Kept) -> Result<(), Trouble> {
    let namespace = namespace_of(kept)?;
    if kept::change(connection, kept, &namespace)? {
        Ok(())
    } else {
        Err(Trouble::Changed)
    }
}

/// The day until which it is to be decided, moved on by the time from a request for changes to
/// its answer. What the program’s turns took is taken off both moments, so that parts of days
/// add up over several requests.
fn target_after(
    kept: &kept::Kept,
    asked_at: DateTime<Utc>,
    answered_at: DateTime<Utc>,
) -> NaiveDate {
    let turn = TimeDelta::milliseconds(kept.waited_ms);
    let day = |at: DateTime<Utc>| (at - turn).date_naive();
    // A clock that was set back takes nothing away.
    let stood = day(answered_at.max(asked_at)) - day(asked_at);
    kept.target.checked_add_signed(stood).unwrap_or(kept.target)
}

/// Moves to a stage; the program’s time runs only while it is the program’s turn.
pub(crate) fn move_to(kept: &mut kept::Kept, stage: Stage, now: DateTime<Utc>) {
    if let Some(since) = kept.waiting_since.take() {
        kept.waited_ms += (now - since).num_milliseconds().max(0);
    }
    if stage.is_waiting_for_staff() {
        kept.waiting_since = Some(now);
    }
    if matches!(stage, Stage::Approved | Stage::Declined) {
        kept.decided_at = Some(now);
    }
    kept.stage = stage;
}

/// What its applicant sees of an application.
pub(crate) fn for_applicant(
    mut kept: kept::Kept,
    mut history: Vec<kept::Entry>,
    now: DateTime<Utc>,
) -> Application {
    // Reasons on record are what reviewers tell each other.
    for entry in &mut history {
        entry.reason = None;
    }
    // Marks that a reviewer is still making are nobody else's to read.
    let are_said = matches!(
        kept.stage,
        Stage::ChangesAsked { .. } | Stage::Approved | Stage::Declined
    );
    if !are_said {
        kept.opinions.clear();
    }
    for_reviewer(kept, history, now)
}

/// What a reviewer sees of an application.
pub(crate) fn for_reviewer(
    kept: kept::Kept,
    history: Vec<kept::Entry>,
    now: DateTime<Utc>,
) -> Application {
    let findings = assess(&kept.answers, &kept.evidence, now.date_naive());
    Application {
        id: kept.id,
        number: kept.number,
        stage: kept.stage,
        version: kept.version,
        answers: kept.answers,
        findings: findings.into(),
        checked_at: kept.checked_at,
        opinions: kept.opinions,
        target: kept.target,
        control: Control {
            token: kept.control_token,
            proven_at: kept.control_proven_at,
        },
        history: history
            .into_iter()
            .map(|entry| Event {
                at: entry.at,
                kind: entry.kind,
                by: entry.actor,
                reason: entry.reason,
            })
            .collect(),
        renews: kept.renews,
    }
}
