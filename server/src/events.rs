//! What registries report: who may report what, and counting it beside the server.

use crate::{
    home,
    pulls::day_of,
    secret,
    service::Service,
    settings::Settings,
    store::{
        StoreError,
        reporters::{self, Reporter},
    },
    watched::Watched,
};
use chrono::{DateTime, Utc};
use events::Reading;
use insights::Insights;
use intake::{Arrival, Drain, IntakeError, Limits, Origin, Pushes, Spool, Spooled};
use origins::{About, Origins, WatchedOrigins};
use pull_store::PullStore;
use pulls::calendar::Granularity;
use rusqlite::Connection;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{sync::watch, task::spawn_blocking};

/// What every token of a registry begins with, so that people and scanners recognize it.
pub const PREFIX: &str = "dsos_reg_";

/// How long the drain rests when there was nothing to do.
const REST: Duration = Duration::from_millis(250);

/// How long it rests when it could not go on: a full disk, a store that is away.
const LONG_REST: Duration = Duration::from_secs(5);

/// How often it is written down that nothing is counted, while that stays so.
const SAY_AGAIN: Duration = Duration::from_secs(600);

/// How often what was joined is let go of, and keys of visitors that are over: whoever takes raw
/// rows away may take that long for a day.
const TIDY_EVERY: Duration = Duration::from_secs(600);

/// The registries that report, by the hash of their token.
#[derive(Debug, Default)]
pub struct Reporters(HashMap<secret::Hash, Arc<Reporter>>);

impl Reporters {
    /// Reads them; for [`Watched`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn load(connection: &Connection) -> Result<Self, StoreError> {
        let all = reporters::all(connection)?;
        Ok(Self(
            all.into_iter()
                .map(|(hash, reporter)| (hash, Arc::new(reporter)))
                .collect(),
        ))
    }

    /// Whether any of them may report a namespace.
    pub fn report(&self, namespace: &str) -> bool {
        self.0
            .values()
            .any(|reporter| reporter.namespaces.iter().any(|one| one == namespace))
    }

    /// Under the name of changes that [`Watched`] looks at.
    pub const fn watched() -> Watched<Self> {
        Watched::new("reporter", Self::load)
    }
}

/// Why what was taken in is not counted just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, in a sentence, without any secret.
    pub why: String,
}

/// Where pulls are taken in and kept.
pub struct Intake {
    /// What waits to be counted.
    pub spool: Spool,
    /// Says where an address is from.
    origins: Mutex<Origins>,
    /// Opens that anew; whoever takes in reports does not wait for it.
    watched: Mutex<WatchedOrigins>,
    /// Why nothing is counted just now, if nothing is; and when that was last written down.
    halt: Mutex<Option<(Halt, Instant)>>,
    /// What was counted.
    pub pulls: Arc<dyn PullStore>,
    /// Tags that were pushed.
    pub pushes: Arc<Pushes>,
    /// Answers questions about it.
    pub insights: Arc<Insights>,
    /// How often something was counted since the server began, for whoever looks at pulls; `None`
    /// once it ends.
    pub counted: watch::Sender<Option<u64>>,
}

impl Intake {
    /// Opens it in the data folder, with the home of pulls that the settings name.
    ///
    /// # Errors
    /// When it cannot be opened. A ClickHouse that is away is none: what is taken in waits for it.
    pub fn open(settings: &Settings) -> Result<Self, IntakeError> {
        let limits = Limits {
            most_bytes: settings.most_waiting_bytes,
        };
        let pulls: Arc<dyn PullStore> = home::open(settings)?;
        let insights = Insights::new(Arc::clone(&pulls), insights::Limits::default());
        Ok(Self {
            spool: Spool::open(&settings.data, limits)?,
            origins: Mutex::default(),
            watched: Mutex::default(),
            halt: Mutex::default(),
            pulls,
            pushes: Arc::new(Pushes::open(&settings.data)?),
            insights: Arc::new(insights),
            counted: watch::Sender::new(Some(0)),
        })
    }

    /// The same, which says where addresses are from.
    #[must_use]
    pub fn with_origins(self, watched: WatchedOrigins) -> Self {
        Self {
            origins: Mutex::new(watched.origins().clone()),
            watched: Mutex::new(watched),
            ..self
        }
    }

    /// Where addresses are from, as far as is known now.
    fn origins(&self) -> Origins {
        let origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        origins.clone()
    }

    /// When the databases of countries and of networks were built, as far as they are there.
    pub fn built(&self) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let origins = self.origins();
        let built = |about: Option<&About>| about.and_then(|about| about.built);
        (
            built(origins.country_database()),
            built(origins.network_database()),
        )
    }

    /// Why nothing is counted just now, if nothing is.
    pub fn halt(&self) -> Option<Halt> {
        let halt = self.halt.lock().unwrap_or_else(PoisonError::into_inner);
        halt.as_ref().map(|(halt, _)| halt.clone())
    }

    /// Notes whether there is counting. What is wrong is written down when it begins or becomes
    /// something else, and from time to time.
    fn note(&self, outcome: Result<(), &IntakeError>, now: DateTime<Utc>) {
        let mut halt = self.halt.lock().unwrap_or_else(PoisonError::into_inner);
        let Err(error) = outcome else {
            if halt.take().is_some() {
                tracing::info!("pulls are counted again");
            }
            return;
        };
        let why = error.to_string();
        let (since, is_said) = halt.as_ref().map_or((now, false), |(before, said)| {
            let is_same = before.why == why;
            (before.since, is_same && said.elapsed() < SAY_AGAIN)
        });
        let said = match halt.take() {
            Some((_, said)) if is_said => said,
            _ => {
                tracing::error!(%error, waiting = self.spool.waiting_events(), "pulls wait to be counted");
                Instant::now()
            }
        };
        *halt = Some((Halt { since, why }, said));
    }

    /// Opens databases of addresses that were replaced.
    fn look_at_origins(&self, now: DateTime<Utc>) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = watched.look(now);
        if !looked.opened.is_empty() {
            let fresh = watched.origins().clone();
            *self.origins.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        for part in looked.opened {
            tracing::info!(?part, "a database of addresses was opened anew");
        }
        for error in looked.failed {
            tracing::error!(%error, "the database of before stays in use");
        }
    }
}

/// Where an address is from, as it is written into the store.
fn origin(origins: &Origins, address: IpAddr) -> Origin {
    let found = origins.of(address);
    Origin {
        country: found.country.to_owned(),
        cloud: found.host.to_owned(),
        network: found.network.to_owned(),
        domain: found.domain,
    }
}

impl Service {
    /// The registry that a token belongs to, if it is one’s.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn reporter(&self, token: &str) -> Result<Option<Arc<Reporter>>, StoreError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        // Looked up by its hash: the time that takes says nothing about a token.
        let hash = secret::hash(token);
        let all = match self.reporters.at_once(&self.store)? {
            Some(all) => all,
            None => {
                let service = self.clone();
                spawn_blocking(move || service.reporters.now(&service.store))
                    .await
                    .unwrap_or(Err(StoreError::Interrupted))?
            }
        };
        Ok(all.0.get(&hash).cloned())
    }

    /// Takes in what a registry sent; comes back when it is durable.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn take_in(&self, reporter: &Reporter, reading: Reading) -> Result<(), IntakeError> {
        let Some(intake) = &self.intake else {
            return Err(IntakeError::Ended);
        };
        let now = self.now();
        let origins = intake.origins();
        let mut events = Vec::with_capacity(reading.events.len());
        for event in &reading.events {
            let (visitor, origin) = match event.address {
                Some(address) => (
                    intake.spool.visitor(address, event.at, now)?,
                    origin(&origins, address),
                ),
                None => Default::default(),
            };
            events.push(Spooled::of(event, reporter.id, visitor, origin));
        }
        let arrival = Arrival {
            registry: reporter.id,
            arrived_ms: now.timestamp_millis(),
            events,
            passed_over: reading.passed_over,
            set_aside: reading.set_aside,
        };
        let (send, receive) = tokio::sync::oneshot::channel();
        intake.spool.accept(arrival, move |outcome| {
            // Who asked may have gone; what was taken is counted all the same.
            let _ = send.send(outcome);
        });
        receive.await.unwrap_or(Err(IntakeError::Ended))
    }
}

/// The thread that counts; it ends with this, and lets go of the data.
pub struct Counting {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // Had it panicked, that was said; what waits is counted at the next start.
            let _ = thread.join();
        }
    }
}

/// Counts what was taken in, until what is given is dropped. Where another process counts with the
/// same data, such as one that is just ending, it waits for that.
pub fn keep_counting(service: &Service, intake: &Arc<Intake>, window_ms: i64) -> Counting {
    let (service, intake) = (service.clone(), Arc::clone(intake));
    let is_over = Arc::new(AtomicBool::new(false));
    let ends = Arc::clone(&is_over);
    let thread = thread::spawn(move || {
        let mut drain = None;
        let mut tidied = None;
        while !ends.load(Ordering::Relaxed) {
            let counted = count(&service, &intake, window_ms, &mut drain);
            intake.note(counted.as_ref().map(drop), service.now());
            if let Err(IntakeError::OtherHome { .. }) = counted {
                // Whoever copies pulls here has to have the right to count meanwhile.
                drain = None;
            }
            let rest = counted.unwrap_or(LONG_REST);
            intake.look_at_origins(service.now());
            if drain.is_some() && tidied.is_none_or(|at: Instant| at.elapsed() >= TIDY_EVERY) {
                tidied = Some(Instant::now());
                tidy(&intake, service.now(), service.settings.keep_months);
            }
            thread::park_timeout(rest);
        }
    });
    Counting {
        is_over,
        thread: Some(thread),
    }
}

/// Does what can be done now; gives how long to rest.
fn count(
    service: &Service,
    intake: &Intake,
    window_ms: i64,
    drain: &mut Option<Drain>,
) -> Result<Duration, IntakeError> {
    let drain = match drain {
        Some(drain) => drain,
        none => {
            let (data, pulls) = (&service.settings.data, Arc::clone(&intake.pulls));
            none.insert(Drain::open(data, &intake.spool, pulls, window_ms)?)
        }
    };
    let drained = drain.step(service.now().timestamp_millis())?;
    if drained.counted > 0 {
        intake
            .counted
            .send_modify(|count| *count = count.map(|count| count + 1));
    }
    // Where nothing can be taken, because so much is open, time has to pass.
    let has_moved = drained.taken + drained.counted > 0;
    Ok(if drained.is_behind && has_moved {
        Duration::ZERO
    } else {
        REST
    })
}

/// Lets go of what is kept no longer: pulls and pushes from before so many months, and keys of
/// visitors that are over.
pub fn tidy(intake: &Intake, now: DateTime<Utc>, keep_months: Option<u32>) {
    if let Some(months) = keep_months {
        let first = Granularity::Month.start(day_of(now)).minus_months(months);
        match intake.pulls.drop_before(first) {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, %first, "pulls from before were forgotten"),
            Err(error) => tracing::error!(%error, "old pulls were not forgotten"),
        }
        if let Err(error) = intake.pushes.drop_before(first) {
            tracing::error!(%error, "old pushes were not forgotten");
        }
    }
    if let Err(error) = intake.spool.destroy_keys(now) {
        tracing::error!(%error, "keys of visitors were not destroyed");
    }
    if let Err(error) = intake.pulls.tidy() {
        tracing::error!(%error, "what was joined is still kept");
    }
}
