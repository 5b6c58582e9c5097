//! Whether a registry knows a namespace, by the catalog of the Distribution API
//! (Docker Registry HTTP API V2, “Listing repositories”).

use super::{Got, PATIENCE, agent_config, get};
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    evidence::{Reading, Trouble},
    namespace::Namespace,
};
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use ureq::Agent;

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
    /// Its address without a slash at the end.
    base: String,
    agent: Agent,
    permits: Semaphore,
    kept: Mutex<HashMap<String, Reading<bool>>>,
}

/// What a registry lists.
#[derive(Deserialize)]
struct Catalog {
    #[serde(default)]
    repositories: Option<Vec<String>>,
}

impl Registry {
    /// The registry at an address such as `https://registry.example`.
    pub fn new(base: &str) -> Self {
        Self(Arc::new(Inner {
            base: base.trim_end_matches('/').to_owned(),
            agent: Agent::new_with_config(agent_config(PATIENCE)),
            permits: Semaphore::new(AT_ONCE),
            kept: Mutex::new(HashMap::new()),
        }))
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
        let url = format!("{}/v2/_catalog?n=1&last={name}%2F", self.base);
        let Got { status, body, .. } = get(&self.agent, &url, super::JSON, &self.base)?;
        match status {
            200 => {}
            401 | 403 => return Err(Trouble::Refused),
            429 => return Err(Trouble::LimitReached { again: None }),
            500..=599 => return Err(Trouble::Away),
            _ => return Err(Trouble::Garbled),
        }
        let catalog: Catalog = serde_json::from_slice(&body).map_err(|_| Trouble::Garbled)?;
        let first = catalog.repositories.unwrap_or_default().into_iter().next();
        Ok(first.is_some_and(|repository| {
            repository
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('/'))
        }))
    }
}
