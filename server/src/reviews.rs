//! Reviewing: taking an application up, marks, and decisions with their mails. Two
//! people who decide at once are told apart by the version that each has read.

use crate::{
    applications::{Trouble, for_reviewer, keep, move_to, namespace_of},
    mail::words,
    service::Service,
    store::{
        StoreError,
        accounts::{self, Account},
        applications::{self as kept, Kept},
        memberships,
        outbox::{self, Letter},
        reviews,
    },
};
use api::{
    application::EventKind,
    review::{Case, Decision, MailPreview, Marks, OtherProof, Queue, Verdict},
};
use chrono::{DateTime, Utc};
use program::{
    life_cycle::{Act, Opinions, may_approve, may_ask, may_decline},
    mail::MailAddress,
    membership::Term,
    text::REASON,
};
use rusqlite::Connection;
use serde_json::json;

/// Most applications that one answer lists.
const MOST_LISTED: u32 = 500;

impl Service {
    /// What waits, oldest first.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn queue(&self) -> Result<Queue, StoreError> {
        self.with_store(|store| {
            store.read(|connection| {
                let open = reviews::open(connection, MOST_LISTED)?;
                let (waiting, asked) = open
                    .into_iter()
                    .partition(|one| one.stage.is_waiting_for_staff());
                Ok(Queue { waiting, asked })
            })
        })
        .await
    }

    /// One application with all that is known of it.
    ///
    /// # Errors
    /// When there is none, and those of the data.
    pub async fn case(&self, id: &str) -> Result<Case, Trouble> {
        let (id, now) = (id.to_owned(), self.now());
        self.with_store(move |store| {
            store
                .read(|connection| {
                    let Some(found) = kept::get(connection, &id)? else {
                        return Ok(None);
                    };
                    let history = kept::history(connection, &id)?;
                    let related = reviews::related(connection, &found, MOST_LISTED)?;
                    let notes = reviews::notes(connection, &id)?;
                    Ok(Some(Case {
                        application: for_reviewer(found, history, now),
                        related,
                        notes,
                    }))
                })?
                .ok_or(Trouble::NotFound)
        })
        .await
    }

    /// Takes an application up: its applicant sees that it is being read.
    ///
    /// # Errors
    /// When it is not waiting to be read, and those of the data.
    pub async fn begin_review(&self, id: &str, by: &Account) -> Result<(), Trouble> {
        let (id, by, now) = (id.to_owned(), by.name.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let mut found = kept::get(connection, &id)?.ok_or(Trouble::NotFound)?;
                let stage = found.stage.after(Act::Begin).map_err(Trouble::NotNow)?;
                move_to(&mut found, stage, now);
                keep(connection, &found)?;
                kept::record(connection, &id, now, EventKind::Begun, Some(&by), &())?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps marks that are not said yet.
    ///
    /// # Errors
    /// When somebody else changed the application in the meantime, and those of the data.
    pub async fn keep_marks(&self, id: &str, marks: Marks) -> Result<(), Trouble> {
        let id = id.to_owned();
        self.with_store(move |store| {
            store.write(|connection| {
                let mut found = of_version(connection, &id, marks.version)?;
                for opinion in marks.opinions.values() {
                    REASON.check(&opinion.reason).map_err(Trouble::Text)?;
                }
                found.opinions = marks.opinions;
                keep(connection, &found)
            })
        })
        .await
    }

    /// The mail that a decision would send, without deciding.
    ///
    /// # Errors
    /// When the decision may not be made as it is, and those of the data.
    pub async fn preview(
        &self,
        id: &str,
        verdict: Verdict,
        by: &Account,
    ) -> Result<MailPreview, Trouble> {
        let (id, by, now) = (id.to_owned(), by.name.clone(), self.now());
        let base_url = self.base_url.clone();
        self.with_store(move |store| {
            store.read(|connection| {
                let decided = (|| {
                    let found = of_version(connection, &id, verdict.version)?;
                    decide(connection, found, &verdict, &by, &base_url, now)
                })();
                Ok(decided)
            })?
        })
        .await
        .map(|decided: Decided| MailPreview {
            to: decided.letter.to.as_str().to_owned(),
            subject: decided.letter.subject,
            text: decided.letter.text,
        })
    }

    /// Decides: the stage, the record, the membership and the mail, all or nothing.
    ///
    /// # Errors
    /// When it may not be decided so, when somebody was quicker, and those of the data.
    pub async fn decide(&self, id: &str, verdict: Verdict, by: &Account) -> Result<(), Trouble> {
        let (id, by, now) = (id.to_owned(), by.name.clone(), self.now());
        let base_url = self.base_url.clone();
        self.with_store(move |store| {
            store.write(|connection| {
                let found = of_version(connection, &id, verdict.version)?;
                let decided = decide(connection, found, &verdict, &by, &base_url, now)?;
                keep(connection, &decided.application)?;
                if let Some(term) = decided.term {
                    begin_membership(connection, &decided.application, term, now)?;
                }
                let body = json!({ "opinions": verdict.opinions, "decision": verdict.decision });
                kept::record(connection, &id, now, decided.event, Some(&by), &body)?;
                outbox::add(connection, &decided.letter, now)?;
                Ok(())
            })
        })
        .await
    }

    /// Accepts other proof of control than the token; the reason goes on record.
    ///
    /// # Errors
    /// Without a reason, when somebody was quicker, and those of the data.
    pub async fn accept_proof(
        &self,
        id: &str,
        proof: OtherProof,
        by: &Account,
    ) -> Result<(), Trouble> {
        let (id, by, now) = (id.to_owned(), by.name.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let mut found = of_version(connection, &id, proof.version)?;
                if proof.reason.trim().is_empty() {
                    return Err(Trouble::NoReason);
                }
                REASON.check(&proof.reason).map_err(Trouble::Text)?;
                found.control_proven_at = Some(now);
                keep(connection, &found)?;
                let body = json!({ "reason": proof.reason });
                let event = EventKind::ControlProven;
                kept::record(connection, &id, now, event, Some(&by), &body)?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps a note that only reviewers read.
    ///
    /// # Errors
    /// When there is nothing in it or no such application, and those of the data.
    pub async fn note(&self, id: &str, text: String, by: &Account) -> Result<(), Trouble> {
        let (id, by, now) = (id.to_owned(), by.name.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                if text.trim().is_empty() {
                    return Err(Trouble::NoReason);
                }
                REASON.check(&text).map_err(Trouble::Text)?;
                kept::get(connection, &id)?.ok_or(Trouble::NotFound)?;
                reviews::add_note(connection, &id, &by, &text, now)?;
                Ok(())
            })
        })
        .await
    }
}

/// What a decision makes of an application.
struct Decided {
    application: Kept,
    event: EventKind,
    term: Option<Term>,
    letter: Letter,
}

fn of_version(connection: &Connection, id: &str, version: u32) -> Result<Kept, Trouble> {
    let found = kept::get(connection, id)?.ok_or(Trouble::NotFound)?;
    if found.version == version {
        Ok(found)
    } else {
        Err(Trouble::Changed)
    }
}

/// What follows from a decision; nothing is written.
fn decide(
    connection: &Connection,
    mut found: Kept,
    verdict: &Verdict,
    by: &str,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<Decided, Trouble> {
    let today = now.date_naive();
    let opinions = &verdict.opinions;
    let (act, event) = match &verdict.decision {
        Decision::Approve { exception } => {
            may_approve(opinions, exception).map_err(Trouble::Decision)?;
            (Act::Approve, EventKind::Approved)
        }
        Decision::Ask { until } => {
            may_ask(opinions, *until, today).map_err(Trouble::Decision)?;
            let until = *until;
            (Act::AskForChanges { until }, EventKind::ChangesAsked)
        }
        Decision::Decline => {
            may_decline(opinions).map_err(Trouble::Decision)?;
            (Act::Decline, EventKind::Declined)
        }
    };
    let stage = found.stage.after(act).map_err(Trouble::NotNow)?;
    let namespace = namespace_of(&found)?;
    let term = match act {
        Act::Approve => Some(match memberships::last_term(connection, &namespace)? {
            Some(last) => last.renewed(today),
            None => Term::beginning(today),
        }),
        _ => None,
    };
    found.opinions = said(opinions);
    move_to(&mut found, stage, now);
    let to = MailAddress::parse(&found.answers.mail)
        .map_err(|_| StoreError::Corrupt("a mail address"))?;
    let status = format!("{base_url}/applications/{}", found.id);
    let letter = words::decision(to, &found, &verdict.decision, term, by, &status);
    Ok(Decided {
        application: found,
        event,
        term,
        letter,
    })
}

/// Opinions as they are said: without blanks around the words.
fn said(opinions: &Opinions) -> Opinions {
    let mut said = opinions.clone();
    for opinion in said.values_mut() {
        opinion.reason = opinion.reason.trim().to_owned();
    }
    said
}

/// The year begins, and whoever applied maintains the namespace.
fn begin_membership(
    connection: &Connection,
    application: &Kept,
    term: Term,
    now: DateTime<Utc>,
) -> Result<(), Trouble> {
    let namespace = namespace_of(application)?;
    memberships::begin(connection, &namespace, term, &application.id, now)?;
    let mail = MailAddress::parse(&application.answers.mail)
        .map_err(|_| StoreError::Corrupt("a mail address"))?;
    let account = match accounts::by_mail(connection, &mail)? {
        Some(account) => account.id,
        None => {
            accounts::put(connection, &mail, &application.answers.name, false, now)?;
            accounts::by_mail(connection, &mail)?
                .ok_or(StoreError::Corrupt("an account"))?
                .id
        }
    };
    memberships::add_owner(connection, &namespace, account, now)?;
    Ok(())
}
