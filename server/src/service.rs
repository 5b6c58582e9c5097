//! What the server works with: its data, its means to ask others, its settings
//! and its clock.

use crate::{
    evidence::Reader,
    settings::Settings,
    store::{Store, StoreError},
};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Gives the time. An argument, so that tests walk through years.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Everything that answers need; cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// The data.
    pub store: Store,
    /// What asks forges.
    pub reader: Reader,
    /// How to serve.
    pub settings: Arc<Settings>,
    /// Where people reach this server, without a slash at the end.
    pub base_url: Arc<str>,
    clock: Clock,
}

impl Service {
    /// A service over open data.
    /// `base_url` is where people reach it, unless the settings say so.
    pub fn new(store: Store, settings: Settings, base_url: &str, clock: Clock) -> Self {
        Self {
            base_url: settings.public_url.as_deref().unwrap_or(base_url).into(),
            store,
            reader: Reader::new(settings.forges.clone()),
            settings: Arc::new(settings),
            clock,
        }
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Runs `work`, which blocks on the data, beside the threads that answer.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn with_store<T, E>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.store.clone();
        match spawn_blocking(move || work(&store)).await {
            Ok(outcome) => outcome,
            // It panicked, or the server ends: either way nothing was acknowledged.
            Err(_) => Err(E::from(StoreError::Interrupted)),
        }
    }
}
