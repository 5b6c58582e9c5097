//! What happens with applications: the rules of `program` over the data. No HTTP here.

use crate::{
    evidence::Reader,
    mail::words,
    secret,
    service::Service,
    store::{StoreError, applications as kept, outbox},
};
use api::application::{Application, Control, Event, EventKind, Receipt};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Days, Utc};
use hmac::{Hmac, Mac};
use program::{
    answers::{Answers, FieldError},
    eligibility::assess,
    evidence::{Evidence, Reading, Repository},
    life_cycle::{Act, DecisionError, NotNow, Stage},
    mail::MailAddress,
    namespace::Namespace,
    text::TextError,
};
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
    /// The act does not go with where it is.
    NotNow(NotNow),
    /// It may not be decided so.
    Decision(DecisionError),
    /// A text is too long or holds hidden characters.
    Text(TextError),
    /// What goes on record has no words.
    NoReason,
}

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

/// What opens an application, derived from what its sender chose: whoever sends the
/// same again gets the same receipt, and only a hash is kept.
fn link_key(server_key: &[u8], idempotency_key: &str) -> String {
    // An HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(server_key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(idempotency_key.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
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
                    let key = link_key(&server_key, &idempotency_key);
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

    /// An application for whoever has its key.
    ///
    /// # Errors
    /// When there is none that the key opens, and those of the data.
    pub async fn application(&self, id: &str, key: &str) -> Result<Application, Trouble> {
        let (id, key, now) = (id.to_owned(), key.to_owned(), self.now());
        self.with_store(move |store| {
            store
                .read(|connection| {
                    let found = kept::get(connection, &id)?
                        .filter(|kept| secret::matches(&key, &kept.key_hash));
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
        key: &str,
        answers: Answers,
        version: u32,
    ) -> Result<(), Trouble> {
        let now = self.now();
        let errors = answers.errors(now.date_naive());
        if !errors.is_empty() {
            return Err(Trouble::Fields(errors));
        }
        self.act(id, key, Act::Answer, EventKind::Answered, move |kept| {
            if kept.version != version {
                return Err(Trouble::Changed);
            }
            kept.evidence = pending(&answers);
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
    pub async fn withdraw(&self, id: &str, key: &str) -> Result<(), Trouble> {
        self.act(id, key, Act::Withdraw, EventKind::Withdrawn, |_| Ok(()))
            .await
    }

    /// An act of an applicant, with what it changes besides the stage.
    async fn act(
        &self,
        id: &str,
        key: &str,
        act: Act,
        event: EventKind,
        change: impl FnOnce(&mut kept::Kept) -> Result<(), Trouble> + Send + 'static,
    ) -> Result<(), Trouble> {
        let (id, key, now) = (id.to_owned(), key.to_owned(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let mut found = kept::get(connection, &id)?
                    .filter(|kept| secret::matches(&key, &kept.key_hash))
                    .ok_or(Trouble::NotFound)?;
                let stage = found.stage.after(act).map_err(Trouble::NotNow)?;
                change(&mut found)?;
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

    /// Reads the evidence for an application without keeping anybody waiting.
    fn check_later(&self, id: String) {
        let service = self.clone();
        tokio::spawn(async move {
            if let Err(trouble) = service.check(&id).await {
                eprintln!("dsos-server: the check of an application did not end well: {trouble:?}");
            }
        });
    }

    /// Begins the checks that an earlier run of the server did not finish.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn check_unfinished(&self) -> Result<(), StoreError> {
        let unfinished = self
            .with_store(|store| store.read(kept::unfinished_checks))
            .await?;
        for id in unfinished {
            self.check_later(id);
        }
        Ok(())
    }

    /// Reads the evidence for an application anew, and keeps it.
    ///
    /// # Errors
    /// No such application, and those of the data.
    pub async fn check(&self, id: &str) -> Result<(), Trouble> {
        let asked = id.to_owned();
        let found = self
            .with_store(move |store| {
                store
                    .read(|connection| kept::get(connection, &asked))?
                    .ok_or(Trouble::NotFound)
            })
            .await?;
        let now = self.now();
        let repositories = read_all(&self.reader, &found.answers, now).await;
        let id = id.to_owned();
        self.with_store(move |store| {
            store.write(|connection| {
                let mut again = kept::get(connection, &id)?.ok_or(Trouble::NotFound)?;
                // What was read belongs to what was said then.
                if again.answers != found.answers {
                    return Ok(());
                }
                let namespace = namespace_of(&again)?;
                let claim = kept::claim(connection, &namespace, Some(&id), now.date_naive())?;
                let evidence = Evidence {
                    repositories,
                    registered: Reading::NotAsked,
                    claimed: Reading::Read {
                        at: now,
                        facts: claim,
                    },
                };
                again.evidence = evidence;
                again.checked_at = now;
                kept::keep_evidence(connection, &again)?;
                Ok(())
            })
        })
        .await
    }
}

/// Evidence that is still to be read.
fn pending(answers: &Answers) -> Evidence {
    Evidence {
        repositories: answers
            .addresses()
            .into_iter()
            .map(|address| Repository {
                address,
                reading: Reading::Pending,
            })
            .collect(),
        registered: Reading::NotAsked,
        claimed: Reading::Pending,
    }
}

/// What their forges say of all repositories, all asked together.
async fn read_all(reader: &Reader, answers: &Answers, now: DateTime<Utc>) -> Vec<Repository> {
    let asked: Vec<_> = answers
        .addresses()
        .into_iter()
        .map(|address| {
            let reader = reader.clone();
            tokio::spawn(async move {
                let reading = reader.repository(&address, now, true).await;
                Repository { address, reading }
            })
        })
        .collect();
    let mut read = Vec::with_capacity(asked.len());
    for one in asked {
        read.extend(one.await.ok());
    }
    read
}

pub(crate) fn namespace_of(kept: &kept::Kept) -> Result<Namespace, StoreError> {
    Namespace::parse(&kept.answers.namespace).map_err(|_| StoreError::Corrupt("a namespace"))
}

pub(crate) fn keep(connection: &rusqlite::Connection, kept: &kept::Kept) -> Result<(), Trouble> {
    let namespace = namespace_of(kept)?;
    if kept::change(connection, kept, &namespace)? {
        Ok(())
    } else {
        Err(Trouble::Changed)
    }
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
fn for_applicant(
    mut kept: kept::Kept,
    history: Vec<kept::Entry>,
    now: DateTime<Utc>,
) -> Application {
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
            })
            .collect(),
    }
}
