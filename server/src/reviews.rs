//! Reviewing: taking an application up, marks, and decisions with their mails. Two
//! people who decide at once are told apart by the version that each has read.

use crate::{
    applications::{Trouble, for_reviewer, keep, move_to, namespace_of},
    mail::words,
    maintainers::make_only_owner,
    memberships::about,
    service::Service,
    store::{
        StoreError,
        accounts::Account,
        applications::{self as kept, Kept},
        memberships,
        outbox::{self, Letter},
        reviews,
    },
};
use api::{
    application::EventKind,
    review::{Case, Decision, MailPreview, Marks, OtherProof, Queue, Queued, Verdict},
};
use chrono::{DateTime, Utc};
use program::{
    decision::{Opinions, may_approve, may_ask, may_decline},
    life_cycle::{Act, NotNow, Stage},
    mail::MailAddress,
    membership::Term,
    namespace::Namespace,
    text::REASON,
};
use rusqlite::Connection;
use serde_json::json;
use std::fmt;

/// Most applications that one answer lists.
const MOST_LISTED: u32 = 100;

/// Behind which application a part of the queue begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When it came in, in milliseconds since 1970.
    at_ms: i64,
    /// Its id.
    id: String,
}

impl Cursor {
    fn behind(last: &Queued) -> Self {
        Self {
            at_ms: last.received_at.timestamp_millis(),
            id: last.id.clone(),
        }
    }

    /// Reads what [`Queue::next`] gave.
    pub fn parse(text: &str) -> Option<Self> {
        let (at_ms, id) = text.split_once('.')?;
        let is_name = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then_some(())?;
        Some(Self {
            at_ms: at_ms.parse().ok()?,
            id: id.to_owned(),
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.at_ms, self.id)
    }
}

impl Service {
    /// What waits, oldest first; `after` is [`Queue::next`] of the part before.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn queue(&self, after: Option<Cursor>) -> Result<Queue, StoreError> {
        self.with_store(move |store| {
            store.read(|connection| {
                let after = after
                    .as_ref()
                    .map(|Cursor { at_ms, id }| (*at_ms, id.as_str()));
                let open = reviews::open(connection, after, MOST_LISTED)?;
                let next = open
                    .last()
                    .filter(|_| open.len() == MOST_LISTED as usize)
                    .map(|last| Cursor::behind(last).to_string());
                let (waiting_count, asked_count) = reviews::open_counts(connection)?;
                let (waiting, asked) = open
                    .into_iter()
                    .partition(|one| one.stage.is_waiting_for_staff());
                Ok(Queue {
                    waiting,
                    asked,
                    waiting_count,
                    asked_count,
                    next,
                })
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
                is_read(&found)?;
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

    /// Decides: the stage, the record, the membership and the mail, all or nothing. What an
    /// approval or a refusal rests on is read anew first, if it is old.
    ///
    /// # Errors
    /// When it may not be decided so, when somebody was quicker, when the evidence says
    /// something else now, and those of the data.
    pub async fn decide(&self, id: &str, verdict: Verdict, by: &Account) -> Result<(), Trouble> {
        if !matches!(verdict.decision, Decision::Ask { .. }) {
            let seen = self.decidable(id, &verdict, by).await?;
            self.check_before_decision(seen).await?;
        }
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

    /// The application that is to be decided, if it may be decided so: nobody is asked for the
    /// sake of a decision that is none.
    async fn decidable(&self, id: &str, verdict: &Verdict, by: &Account) -> Result<Kept, Trouble> {
        let (id, by, now) = (id.to_owned(), by.name.clone(), self.now());
        let (verdict, base_url) = (verdict.clone(), self.base_url.clone());
        self.with_store(move |store| {
            store.read(|connection| {
                let found = of_version(connection, &id, verdict.version);
                Ok(found.and_then(|found| {
                    decide(connection, found.clone(), &verdict, &by, &base_url, now)?;
                    Ok(found)
                }))
            })?
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
                is_read(&found)?;
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

/// Reviewers write into applications that they are reading, and into no others.
fn is_read(found: &Kept) -> Result<(), Trouble> {
    match found.stage {
        Stage::InReview | Stage::ChangesAsked { .. } => Ok(()),
        stage => Err(Trouble::NotNow(NotNow {
            stage,
            act: Act::Begin,
        })),
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
            let is_proven = found.control_proven_at.is_some();
            may_approve(opinions, exception, is_proven).map_err(Trouble::Decision)?;
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
        Act::Approve => Some(next_term(connection, &found, &namespace, now)?),
        _ => None,
    };
    found.opinions = said(opinions);
    move_to(&mut found, stage, now);
    let to = MailAddress::parse(&found.answers.mail)
        .map_err(|_| StoreError::Corrupt("a mail address"))?;
    let letter = words::decision(to, &found, &verdict.decision, term, by, base_url);
    Ok(Decided {
        application: found,
        event,
        term,
        letter,
    })
}

/// The year that an approval grants.
fn next_term(
    connection: &Connection,
    application: &Kept,
    namespace: &Namespace,
    now: DateTime<Utc>,
) -> Result<Term, Trouble> {
    let today = now.date_naive();
    Ok(match memberships::last_term(connection, namespace)? {
        None => Term::beginning(today),
        // Somebody else’s application for it was approved in the meantime.
        Some(last) if !application.renews && last.phase(today).has_perks() => {
            return Err(Trouble::Taken);
        }
        // What was ended before its time is not gone on with by what was asked for before.
        Some(last) if application.renews && last.ended.is_some() => return Err(Trouble::Taken),
        // The year that it asks for was granted by another one.
        Some(last) if application.renews && today < last.renewable_from() => {
            return Err(Trouble::Taken);
        }
        Some(last) => last.renewed(today),
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
    // What the year before still had to say is overtaken.
    outbox::withdraw(connection, &about(&namespace))?;
    if application.renews {
        // Whoever owns it owns it still, and nobody else comes to by renewing.
        return Ok(());
    }
    // Whoever had it before it lapsed, and did not renew, stays as a member.
    let name = &application.answers.name;
    make_only_owner(connection, &namespace, &mail, name, now)?;
    Ok(())
}
