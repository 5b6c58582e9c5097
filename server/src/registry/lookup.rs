//! Whether a registry knows a namespace, by the catalog of the Distribution API
//! (Docker Registry HTTP API V2, “Listing repositories”).

use super::{
    RegistryTrouble,
    client::{Ask, Client},
};
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    evidence::{Reading, Trouble},
    namespace::Namespace,
};
use registry::Catalog;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// How long an answer is good for.
const FRESH: TimeDelta = TimeDelta::minutes(1);

/// Answers that are kept at most.
const MOST_KEPT: usize = 10_000;

/// Requests that are made at the same time.
const AT_ONCE: usize = 4;

/// A registry that is asked.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    client: Arc<Client>,
    permits: Semaphore,
    kept: Mutex<HashMap<String, Reading<bool>>>,
}

impl Registry {
    /// The registry that a client asks.
    pub fn new(client: Arc<Client>) -> Self {
        Self(Arc::new(Inner {
            client,
            permits: Semaphore::new(AT_ONCE),
            kept: Mutex::new(HashMap::new()),
        }))
    }

    /// What asks it.
    pub fn client(&self) -> &Arc<Client> {
        &self.0.client
    }

    /// Whether it holds a repository below a namespace.
    pub async fn has(&self, namespace: &Namespace, now: DateTime<Utc>) -> Reading<bool> {
        let name = namespace.as_str().to_owned();
        if let Some(kept) = self.kept(&name, now) {
            return kept;
        }
        let away = Reading::Failed {
            at: now,
            trouble: Trouble::Away,
        };
        // The semaphore is never closed; if it were, nothing could be asked.
        let Ok(_permit) = self.0.permits.acquire().await else {
            return away;
        };
        let (inner, asked) = (Arc::clone(&self.0), name.clone());
        let reading = spawn_blocking(move || match inner.ask(&asked) {
            Ok(facts) => Reading::Read { at: now, facts },
            Err(trouble) => Reading::Failed { at: now, trouble },
        })
        .await
        .unwrap_or(away);
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(name, reading.clone());
        reading
    }

    fn kept(&self, name: &str, now: DateTime<Utc>) -> Option<Reading<bool>> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.get(name)? {
            reading @ (Reading::Read { at, .. } | Reading::Failed { at, .. }) => {
                (now < *at + FRESH).then(|| reading.clone())
            }
            Reading::NotAsked | Reading::Pending => None,
        }
    }
}

impl Inner {
    fn ask(&self, name: &str) -> Result<bool, Trouble> {
        // Names come in order, and what follows the name with a slash is below it.
        let path = format!("/v2/_catalog?n=1&last={name}%2F");
        let answered = self
            .client
            .ask(Ask::Get, &path, super::client::JSON, super::client::CATALOG)
            .map_err(trouble)?;
        if !answered.is_there {
            return Err(Trouble::Garbled);
        }
        let catalog = Catalog::parse(&answered.body, 1).map_err(|_| Trouble::Garbled)?;
        let first = catalog.repositories.first();
        Ok(first.is_some_and(|repository| repository.namespace() == Some(name)))
    }
}

/// The same, as evidence knows it.
fn trouble(trouble: RegistryTrouble) -> Trouble {
    match trouble {
        RegistryTrouble::Away | RegistryTrouble::Failing => Trouble::Away,
        RegistryTrouble::Silent => Trouble::Silent,
        RegistryTrouble::Refused => Trouble::Refused,
        RegistryTrouble::Limited { .. } => Trouble::LimitReached { again: None },
        RegistryTrouble::TooMuch => Trouble::TooMuch,
        RegistryTrouble::Garbled => Trouble::Garbled,
        RegistryTrouble::SentOn | RegistryTrouble::Elsewhere => Trouble::SentOn,
    }
}
