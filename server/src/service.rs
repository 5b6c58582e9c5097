//! What the server works with: its data, its means to ask others, its settings
//! and its clock.

use crate::{
    credentials::Signer,
    directory,
    events::{Intake, Reporters},
    evidence::Reader,
    http::{
        files::Sizes,
        limits::{AccountLimit, ClientLimits},
    },
    pull_totals::Published,
    registry::{Client, lookup::Registry},
    secret,
    settings::Settings,
    standings::Standings,
    store::{Store, StoreError},
    watched::Watched,
};
use chrono::{DateTime, Utc};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Applications whose evidence is read at the same time.
const CHECKS_AT_ONCE: usize = 4;

/// Questions about pulls that are worked on at the same time; each has several threads.
const COUNTS_AT_ONCE: usize = 2;

/// Files of pulls that are written at the same time: most of that time they wait for their clients.
const DOWNLOADS_AT_ONCE: usize = 64;

/// Pages that wait for news of pulls at the same time: each keeps a connection.
const MOST_LISTENERS: usize = 1_024;

/// Gives the time. An argument, so that tests walk through years.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How long decisions take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionTimes {
    /// When it was counted.
    pub at: DateTime<Utc>,
    /// How many decisions there were.
    pub count: u32,
    /// The median, in milliseconds of the program’s turn.
    pub median_ms: Option<i64>,
}

/// Everything that answers need; cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// The data.
    pub store: Store,
    /// What asks forges.
    pub reader: Reader,
    /// The registry that knows namespaces, if there is one.
    pub registry: Option<Registry>,
    /// Lets a few questions about pulls be worked on at a time.
    pub(crate) counts: Arc<Semaphore>,
    /// Lets a few files of pulls be written at a time.
    pub(crate) downloads: Arc<Semaphore>,
    /// How long files are that were measured.
    pub(crate) sizes: Arc<Sizes>,
    /// Lets so many pages wait for news of pulls.
    pub(crate) listeners: Arc<Semaphore>,
    /// Lets a few applications be checked at a time.
    pub checks: Arc<Semaphore>,
    /// Applications that wait to be checked.
    pub(crate) waiting_checks: Arc<Mutex<HashSet<String>>>,
    /// How long decisions take, as it was last counted: every visitor asks, and it changes
    /// with decisions alone.
    pub(crate) decision_times: Arc<Mutex<Option<DecisionTimes>>>,
    /// Who is in the program, in memory.
    pub(crate) standings: Arc<Watched<Standings>>,
    /// The registries that report, in memory.
    pub(crate) reporters: Arc<Watched<Reporters>>,
    /// Where pulls are taken in, if they are.
    pub(crate) intake: Option<Arc<Intake>>,
    /// Totals that are published, as they were last counted.
    pub(crate) published: Arc<Published>,
    /// The directory, in memory.
    pub(crate) directory: Arc<directory::Kept>,
    /// What signs credentials.
    pub(crate) signer: Arc<Signer>,
    /// What links to files are sealed with. They are good for minutes: a start makes another.
    pub(crate) link_key: Arc<[u8]>,
    /// What one account may ask for in a time.
    pub account_limit: Arc<AccountLimit>,
    /// What one client may ask for in a time.
    pub client_limits: ClientLimits,
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
            registry: settings.registry.as_deref().map(|base| {
                let login = settings.registry_login.as_deref();
                Registry::new(Arc::new(Client::new(base, login)))
            }),
            waiting_checks: Arc::default(),
            decision_times: Arc::default(),
            standings: Arc::new(Standings::watched()),
            reporters: Arc::new(Reporters::watched()),
            intake: None,
            published: Arc::default(),
            listeners: Arc::new(Semaphore::new(MOST_LISTENERS)),
            sizes: Arc::default(),
            downloads: Arc::new(Semaphore::new(DOWNLOADS_AT_ONCE)),
            counts: Arc::new(Semaphore::new(COUNTS_AT_ONCE)),
            directory: Arc::default(),
            signer: Arc::default(),
            link_key: secret::key().into(),
            checks: Arc::new(Semaphore::new(CHECKS_AT_ONCE)),
            client_limits: ClientLimits::new(settings.limits, &settings.trusted_proxies),
            account_limit: Arc::new(AccountLimit::new(settings.limits)),
            settings: Arc::new(settings),
            clock,
        }
    }

    /// The same, which takes in what registries report.
    #[must_use]
    pub fn with_intake(self, intake: Arc<Intake>) -> Self {
        Self {
            intake: Some(intake),
            ..self
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
