//! Renewal and reinstatement: everything that was said before is there already, and one step
//! is enough if what was found still holds.

use crate::{
    applications::Trouble,
    checks::{pending, read_all},
    mail::words,
    maintainers::{Needed, role_in, settings_url},
    memberships::about,
    secret,
    service::Service,
    store::{
        StoreError,
        accounts::Account,
        applications::{self as kept, Kept},
        maintainers, memberships, outbox,
    },
};
use api::{
    application::EventKind,
    membership::{Renewable, Renewal, Renewed, WaitingRenewal},
};
use chrono::{DateTime, Days, Utc};
use program::{
    Criterion,
    answers::Answers,
    eligibility::assess,
    evidence::{Claim, Evidence, Reading},
    life_cycle::Stage,
    membership::Term,
    namespace::Namespace,
    renewal::{Said, to_be_looked_at},
    source::SourceAddress,
    wording::{Plain, Wording},
};
use rusqlite::Connection;

impl Service {
    /// What a renewal begins with.
    ///
    /// # Errors
    /// When whoever asks is no owner, or it cannot be renewed now.
    pub async fn renewable(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<Renewable, Trouble> {
        let now = self.now();
        let (term, before) = self.last_said(namespace, account).await?;
        let mut answers = before.answers.clone();
        account.mail.as_str().clone_into(&mut answers.mail);
        account.name.clone_into(&mut answers.name);
        let evidence = self.evidence_of_member(&answers, now, false).await;
        let findings = assess(&answers, &evidence, now.date_naive());
        Ok(Renewable {
            to_be_looked_at: open_points(&before, &answers, &evidence, now),
            answers,
            findings: findings.into(),
            checked_at: now,
            until: term.until,
            next: term.renewed(now.date_naive()),
        })
    }

    /// Renews: at once if everything holds, otherwise a person looks at it.
    ///
    /// # Errors
    /// When whoever asks is no owner, it cannot be renewed now, or fields are wrong.
    pub async fn renew(
        &self,
        namespace: &Namespace,
        account: &Account,
        renewal: Renewal,
    ) -> Result<Renewed, Trouble> {
        let now = self.now();
        let (term, before) = self.last_said(namespace, account).await?;
        if term.until != renewal.until {
            return Err(Trouble::Changed);
        }
        let mut answers = renewal.answers;
        // A renewal is for its namespace, and its answer goes to whoever renews.
        answers.namespace = namespace.to_string();
        account.mail.as_str().clone_into(&mut answers.mail);
        let errors = answers.errors(now.date_naive());
        if !errors.is_empty() {
            return Err(Trouble::Fields(errors));
        }
        let evidence = self.evidence_of_member(&answers, now, true).await;
        let open = open_points(&before, &answers, &evidence, now);
        let (id, token) = (secret::name()?, secret::name()?);
        let (key, idempotency_key) = (secret::secret()?, secret::secret()?);
        let target = now.date_naive() + Days::new(u64::from(self.settings.target_days));
        let (namespace, account) = (namespace.clone(), account.clone());
        let base_url = self.base_url.clone();
        let renewed = self
            .with_store(move |store| {
                store.write(|connection| {
                    // What was read a moment ago may have changed since.
                    let (again, _) = last_said(connection, &namespace, &account, now)?;
                    if again != term {
                        return Err(Trouble::Changed);
                    }
                    let number = kept::add(
                        connection,
                        &kept::New {
                            id: &id,
                            namespace: &namespace,
                            key_hash: secret::hash(&key),
                            idempotency_hash: secret::hash(&idempotency_key),
                            body_hash: secret::hash(""),
                            answers: &answers,
                            evidence: &evidence,
                            control_token: &format!("dsos-verify-{token}"),
                            now,
                            target,
                            renews: true,
                        },
                    )?;
                    let mut fresh = kept::get(connection, &id)?.ok_or(Trouble::NotFound)?;
                    // What was proven of the same repositories stays proven.
                    if answers.addresses() == before.answers.addresses() {
                        fresh.control_proven_at = before.control_proven_at;
                    }
                    let renewed = if open.is_empty() && fresh.control_proven_at.is_some() {
                        let term = term.renewed(now.date_naive());
                        fresh.stage = Stage::Approved;
                        fresh.waiting_since = None;
                        fresh.decided_at = Some(now);
                        memberships::begin(connection, &namespace, term, &id, now)?;
                        // What the year before still had to say is overtaken.
                        outbox::withdraw(connection, &about(&namespace))?;
                        let event = EventKind::Renewed;
                        kept::record(connection, &id, now, event, None, &())?;
                        Renewed::Granted { term }
                    } else {
                        Renewed::InReview {
                            renewal: WaitingRenewal {
                                id: id.clone(),
                                number,
                                target,
                            },
                            to_be_looked_at: open,
                        }
                    };
                    crate::applications::keep(connection, &fresh)?;
                    let url = settings_url(&base_url, &namespace);
                    let status = format!("{base_url}/applications/{id}#{key}");
                    for owner in maintainers::owners(connection, &namespace)? {
                        let link = if owner.mail == account.mail {
                            &status
                        } else {
                            &url
                        };
                        let letter = words::renewal(
                            owner.mail,
                            &owner.name,
                            &namespace,
                            &renewed,
                            link,
                            &id,
                        );
                        outbox::add(connection, &letter, now)?;
                    }
                    Ok(renewed)
                })
            })
            .await?;
        if let Renewed::InReview { renewal, .. } = &renewed {
            self.check_later(renewal.id.clone());
        }
        Ok(renewed)
    }

    async fn last_said(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<(Term, Kept), Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.read(|connection| Ok(last_said(connection, &namespace, &account, now)))?
        })
        .await
    }

    /// What is read for a namespace that is or was in the program: its own membership
    /// stands in nobody’s way.
    async fn evidence_of_member(
        &self,
        answers: &Answers,
        now: DateTime<Utc>,
        anew: bool,
    ) -> Evidence {
        let mut evidence = pending(answers);
        evidence.repositories = read_all(&self.reader, answers, now, anew).await;
        evidence.registered = self.registered(&answers.namespace, now).await;
        evidence.claimed = Reading::Read {
            at: now,
            facts: Claim::Free,
        };
        evidence
    }
}

/// The year that would be renewed, and what was said for it.
fn last_said(
    connection: &Connection,
    namespace: &Namespace,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<(Term, Kept), Trouble> {
    role_in(connection, namespace, account, Needed::Owner)?;
    let term = memberships::last_term(connection, namespace)?.ok_or(Trouble::NotFound)?;
    // What was ended by the people who run the program is not renewed in one step.
    if term.ended.is_some() {
        return Err(Trouble::NotRenewable(format!(
            "The membership of {namespace} was ended before its time. Apply anew when what led to that is mended."
        )));
    }
    let from = term.renewable_from();
    if now.date_naive() < from {
        return Err(Trouble::NotRenewable(format!(
            "{namespace} is in the program until {}. It can be renewed from {} on.",
            Plain.day(term.until),
            Plain.day(from)
        )));
    }
    if let Some(id) = kept::open_renewal(connection, namespace)? {
        let number = kept::get(connection, &id)?.map(|kept| kept.number);
        return Err(Trouble::NotRenewable(format!(
            "The renewal {} is being looked at. Amend it there if something changed.",
            number.unwrap_or_default()
        )));
    }
    let before = kept::last_accepted(connection, namespace)?
        .ok_or(StoreError::Corrupt("a year without its application"))?;
    Ok((term, before))
}

/// What a person has to look at, by what was accepted on the day of the last decision. Each
/// repository is held against itself: one that was accepted hides no other.
fn open_points(
    before: &Kept,
    answers: &Answers,
    evidence: &Evidence,
    now: DateTime<Utc>,
) -> Vec<Criterion> {
    let day = before.decided_at.unwrap_or(before.received_at).date_naive();
    let mut open: Vec<Criterion> = Vec::new();
    for address in answers.addresses() {
        let (then_said, now_said) = (
            with_one(&before.answers, &address),
            with_one(answers, &address),
        );
        let then_found = assess(&then_said, &before.evidence, day);
        let now_found = assess(&now_said, evidence, now.date_naive());
        let points = to_be_looked_at(
            Said {
                answers: &then_said,
                findings: &then_found,
            },
            Said {
                answers: &now_said,
                findings: &now_found,
            },
        );
        open.extend(
            points
                .into_iter()
                .filter(|point| !open.contains(point))
                .collect::<Vec<_>>(),
        );
    }
    open.sort_unstable();
    open
}

/// The same form, with this repository alone.
fn with_one(answers: &Answers, address: &SourceAddress) -> Answers {
    let mut one = answers.clone();
    one.sources
        .retain(|source| SourceAddress::parse(&source.address).as_ref() == Ok(address));
    one
}
