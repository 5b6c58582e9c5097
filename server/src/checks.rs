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
                    return Ok(());
                }
                // What was decided on stays as it was: a renewal is held against it.
                if again.stage.is_final() {
                    return Ok(());
                }
                let namespace = namespace_of(&again)?;
                let claim = claim_for(connection, &namespace, &again, now)?;
                let evidence = Evidence {
                    repositories,
                    registered,
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
