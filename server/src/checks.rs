//! Reading the evidence for an application: by forges, by the registry and by our own data.

use crate::{
    applications::{Trouble, namespace_of},
    evidence::Reader,
    service::Service,
    store::{StoreError, applications as kept},
};
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    answers::Answers,
    eligibility::assess,
    evidence::{Claim, Evidence, Reading, Repository},
    namespace::Namespace,
};
use rusqlite::Connection;
use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

/// After how long a check that has not ended is begun anew while the server runs: longer
/// than it takes to hear that a forge is silent, and to keep it.
pub const UNFINISHED_AFTER: TimeDelta = TimeDelta::seconds(90);

/// How long it is waited, each time, until a check is made again whose end could not be kept;
/// after these it is for the next look at what is unfinished.
const KEEP_AGAIN: [Duration; 3] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

/// After how long evidence is read again before a decision rests on it.
pub const GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// How long a decision waits for forges. After that it rests on what was read before.
const DECISION_PATIENCE: Duration = Duration::from_secs(20);

/// What becomes of what was read before if it cannot be read now.
#[derive(Clone, Copy)]
enum Outage {
    /// It gives way: whoever asked sees that nobody answers.
    Said,
    /// It stays: a decision rests on it.
    Bridged,
}

impl Service {
    /// Whether the registry knows a namespace.
    pub async fn registered(&self, namespace: &str, now: DateTime<Utc>) -> Reading<bool> {
        match (&self.registry, Namespace::parse(namespace)) {
            (Some(registry), Ok(namespace)) => registry.has(&namespace, now).await,
            _ => Reading::NotAsked,
        }
    }

    /// Reads the evidence for an application without keeping anybody waiting. A few are read at
    /// a time; the others wait, and forges are not overrun.
    pub(crate) fn check_later(&self, id: String) {
        let service = self.clone();
        if !service.under_check().insert(id.clone()) {
            return;
        }
        tokio::spawn(async move {
            for wait in KEEP_AGAIN {
                // The semaphore is never closed.
                let permit = service.checks.acquire().await;
                // What is sent while it is read is another check.
                service.under_check().remove(&id);
                match service.check(&id).await {
                    // Whoever erased it in the meantime wants no check.
                    Ok(()) | Err(Trouble::NotFound) => return,
                    Err(trouble) => {
                        tracing::error!(?trouble, "the check of an application did not end well");
                    }
                }
                // What was read could not be kept: perhaps there is room in a while. Others
                // are checked meanwhile.
                drop(permit);
                tokio::time::sleep(wait).await;
                // Another check waits already, and reads the same.
                if !service.under_check().insert(id.clone()) {
                    return;
                }
            }
            service.under_check().remove(&id);
        });
    }

    fn under_check(&self) -> MutexGuard<'_, HashSet<String>> {
        self.waiting_checks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the checks that did not come to an end within a time: an earlier run of the
    /// server was stopped, or what they read could not be kept.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn check_unfinished(&self, after: TimeDelta) -> Result<(), StoreError> {
        let before = self.now() - after;
        let unfinished = self
            .with_store(move |store| {
                store.read(|connection| kept::unfinished_checks(connection, before))
            })
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
        self.read_anew(id, Outage::Said).await.map(drop)
    }

    /// Sees to it that a decision rests on evidence that is fresh: what is older than
    /// [`GOOD_FOR`], or was never read, is read anew. `seen` is the application as the reviewer
    /// who decides knows it.
    ///
    /// # Errors
    /// When a criterion stands elsewhere now than the reviewer saw, and those of the data.
    /// That a forge cannot be asked is none: its trouble is not the applicant’s.
    pub(crate) async fn check_before_decision(&self, seen: kept::Kept) -> Result<(), Trouble> {
        let now = self.now();
        let is_read = !matches!(seen.evidence.claimed, Reading::Pending);
        if is_read && now - seen.checked_at <= GOOD_FOR {
            return Ok(());
        }
        let asked = self.read_anew(&seen.id, Outage::Bridged);
        let Ok(found) = tokio::time::timeout(DECISION_PATIENCE, asked).await else {
            return Ok(());
        };
        let found = found?;
        let today = now.date_naive();
        let before = assess(&seen.answers, &seen.evidence, today);
        let after = assess(&found.answers, &found.evidence, today);
        let is_changed = before.iter().zip(&after).any(|(before, after)| {
            before.standing() != after.standing() && !after.reason.is_unread()
        });
        if is_changed {
            Err(Trouble::EvidenceChanged)
        } else {
            Ok(())
        }
    }

    /// Reads and keeps the evidence of an application; gives it as it is then.
    async fn read_anew(&self, id: &str, outage: Outage) -> Result<kept::Kept, Trouble> {
        let asked = id.to_owned();
        let found = self
            .with_store(move |store| {
                store
                    .read(|connection| kept::get(connection, &asked))?
                    .ok_or(Trouble::NotFound)
            })
            .await?;
        let now = self.now();
        let repositories = read_all(&self.reader, &found.answers, now, true).await;
        let registered = self.registered(&found.answers.namespace, now).await;
        let id = id.to_owned();
        self.with_store(move |store| {
            store.write(|connection| {
                let mut again = kept::get(connection, &id)?.ok_or(Trouble::NotFound)?;
                // What was read belongs to what was said then.
                if again.answers != found.answers {
                    return Ok(again);
                }
                // What was decided on stays as it was: a renewal is held against it.
                if again.stage.is_final() {
                    return Ok(again);
                }
                let namespace = namespace_of(&again)?;
                let claim = claim_for(connection, &namespace, &again, now)?;
                let mut evidence = Evidence {
                    repositories,
                    registered,
                    claimed: Reading::Read {
                        at: now,
                        facts: claim,
                    },
                };
                let is_whole = match outage {
                    Outage::Said => true,
                    Outage::Bridged => bridge(&again.evidence, &mut evidence),
                };
                again.evidence = evidence;
                // As old as the oldest that it holds.
                if is_whole {
                    again.checked_at = now;
                }
                kept::keep_evidence(connection, &again)?;
                Ok(again)
            })
        })
        .await
    }
}

/// Puts what was read before in place of what could not be read now; says whether nothing
/// had to be.
fn bridge(before: &Evidence, fresh: &mut Evidence) -> bool {
    let mut is_whole = bridge_one(&before.registered, &mut fresh.registered);
    for repository in &mut fresh.repositories {
        is_whole &= bridge_one(before.of(&repository.address), &mut repository.reading);
    }
    is_whole
}

fn bridge_one<T: Clone>(before: &Reading<T>, fresh: &mut Reading<T>) -> bool {
    // A forge of its own that is in trouble may not even look like one.
    let is_lost = fresh.facts().is_none() && before.facts().is_some();
    if is_lost {
        fresh.clone_from(before);
    }
    !is_lost
}

/// Who has the namespace of an application already. The membership that a renewal is for
/// stands in nobody’s way.
fn claim_for(
    connection: &Connection,
    namespace: &Namespace,
    application: &kept::Kept,
    now: DateTime<Utc>,
) -> Result<Claim, StoreError> {
    let claim = kept::claim(
        connection,
        namespace,
        Some(&application.id),
        now.date_naive(),
    )?;
    Ok(match claim {
        Claim::Member if application.renews => Claim::Free,
        claim => claim,
    })
}

/// Evidence that is still to be read.
pub(crate) fn pending(answers: &Answers) -> Evidence {
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

/// What their forges say of all repositories, all asked together; what was read shortly
/// before is not asked for again, unless `anew`.
pub(crate) async fn read_all(
    reader: &Reader,
    answers: &Answers,
    now: DateTime<Utc>,
    anew: bool,
) -> Vec<Repository> {
    let asked: Vec<_> = answers
        .addresses()
        .into_iter()
        .map(|address| {
            let reader = reader.clone();
            tokio::spawn(async move {
                let reading = reader.repository(&address, now, anew).await;
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
