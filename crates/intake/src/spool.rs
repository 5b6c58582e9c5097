//! What was reported and is not counted yet, on the disk: what is in here is what
//! was acknowledged.
//!
//! One thread writes. It takes all that has come in while it wrote the last time, and
//! makes that durable at once: many small bodies cost little more than one.

use crate::error::IntakeError;
use crate::file;
use crate::spooled::Spooled;
use crate::visitors::{self, Visitor, VisitorKeys};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The name of the file.
pub(crate) const FILE: &str = "spool.sqlite";

/// How long the one who writes waits for the one who takes out, and the other way round.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Bodies that wait for the thread that writes.
const QUEUE: usize = 4_096;

/// Bodies that are written together at most.
const TOGETHER: usize = 1_024;

/// Events that were set aside and are shown, for each registry: the newest.
const SHOWN: i64 = 1_000;

const SCHEMA: &str = "
CREATE TABLE waiting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry INTEGER NOT NULL,
    arrived_ms INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry INTEGER NOT NULL,
    arrived_ms INTEGER NOT NULL,
    code TEXT NOT NULL,
    why TEXT NOT NULL,
    sent TEXT NOT NULL
) STRICT;
CREATE INDEX set_aside_by_registry ON set_aside (registry, id);
CREATE TABLE reported (
    registry INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    events INTEGER NOT NULL,
    passed_over INTEGER NOT NULL,
    set_aside INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (registry, hour)
) STRICT, WITHOUT ROWID;
";

/// Finds what waits of one registry, however much waits of others.
const BY_REGISTRY: &str = "CREATE INDEX waiting_by_registry ON waiting (registry);";

/// Bounds of the spool.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes that wait to be counted at most; more is refused, so that registries keep it.
    pub most_bytes: u64,
}

/// A notification.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// Which registry sent it.
    pub registry: i64,
    /// When it arrived, in milliseconds since 1970.
    pub arrived_ms: i64,
    /// What happened.
    pub events: Vec<Spooled>,
    /// How many events were about something else.
    pub passed_over: usize,
    /// What could not be believed.
    pub set_aside: Vec<events::SetAside>,
}

/// How much waits to be counted; shared by who brings and who takes it.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    bytes: AtomicU64,
    events: AtomicU64,
}

impl Waiting {
    fn bring(&self, bytes: u64, events: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.events.fetch_add(events, Ordering::Relaxed);
    }

    pub(crate) fn take_out(&self, bytes: u64, events: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.events.fetch_sub(events, Ordering::Relaxed);
    }
}

/// How many events a body has, by its first bytes.
pub(crate) fn events_in(beginning: &[u8]) -> u64 {
    // A body that is no list is damaged, and is told as that by whoever reads it.
    postcard::take_from_bytes(beginning).map_or(0, |(events, _)| events)
}

type Done = Box<dyn FnOnce(Result<(), IntakeError>) + Send>;

struct Job {
    arrival: Arrival,
    done: Done,
}

/// What was reported and is not counted yet.
pub struct Spool {
    send: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
    keys: Mutex<(Connection, VisitorKeys)>,
    waiting: Arc<Waiting>,
    limits: Limits,
    file: PathBuf,
}

impl Spool {
    /// Opens the spool in a folder that is there.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(folder: &Path, limits: Limits) -> Result<Self, IntakeError> {
        let path = folder.join(FILE);
        let schema = [SCHEMA, visitors::SCHEMA].concat();
        let mut connection = file::open(&path, &[&schema, BY_REGISTRY], PATIENCE)?;
        let waiting = Arc::new(Waiting::default());
        {
            let mut statement =
                connection.prepare("SELECT length(body), substr(body, 1, 10) FROM waiting")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let beginning: Vec<u8> = row.get(1)?;
                waiting.bring(row.get::<_, i64>(0)?.unsigned_abs(), events_in(&beginning));
            }
        }
        let keys = file::open(&path, &[&schema, BY_REGISTRY], PATIENCE)?;
        let (send, receive) = sync_channel(QUEUE);
        let counted = Arc::clone(&waiting);
        let writer = thread::spawn(move || write_all(&mut connection, &receive, &counted));
        Ok(Self {
            send: Some(send),
            writer: Some(writer),
            keys: Mutex::new((keys, VisitorKeys::default())),
            waiting,
            limits,
            file: path,
        })
    }

    /// The client of an address at a time, without the address.
    ///
    /// # Errors
    /// When a key cannot be made or kept.
    pub fn visitor(
        &self,
        address: IpAddr,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Visitor, IntakeError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, keys) = &mut *keys;
        keys.visitor(connection, address, at, now)
    }

    /// Destroys the keys of periods that are over.
    ///
    /// # Errors
    /// When they cannot be overwritten.
    pub fn destroy_keys(&self, now: DateTime<Utc>) -> Result<usize, IntakeError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, keys) = &mut *keys;
        keys.destroy_over(connection, now)
    }

    /// Takes a notification in; `done` hears, from another thread, that it is durable, or that
    /// it was not taken.
    pub fn accept(
        &self,
        arrival: Arrival,
        done: impl FnOnce(Result<(), IntakeError>) + Send + 'static,
    ) {
        if self.waiting_bytes() >= self.limits.most_bytes {
            return done(Err(IntakeError::Full));
        }
        let job = Job {
            arrival,
            done: Box::new(done),
        };
        match self.send.as_ref().map(|send| send.try_send(job)) {
            Some(Ok(())) => {}
            Some(Err(TrySendError::Full(job))) => (job.done)(Err(IntakeError::Full)),
            Some(Err(TrySendError::Disconnected(job))) => (job.done)(Err(IntakeError::Ended)),
            // Only while it is dropped, when nobody can call any more.
            None => {}
        }
    }

    /// As [`Self::accept`], and waits.
    ///
    /// # Errors
    /// When it was not taken.
    pub fn accept_now(&self, arrival: Arrival) -> Result<(), IntakeError> {
        let (send, receive) = std::sync::mpsc::channel();
        self.accept(arrival, move |outcome| {
            // Whoever waits is there.
            let _ = send.send(outcome);
        });
        receive.recv().unwrap_or(Err(IntakeError::Ended))
    }

    /// Bytes that wait to be counted.
    pub fn waiting_bytes(&self) -> u64 {
        self.waiting.bytes.load(Ordering::Relaxed)
    }

    /// Events that wait to be counted: that were taken in, and that the pull store does not have.
    pub fn waiting_events(&self) -> u64 {
        self.waiting.events.load(Ordering::Relaxed)
    }

    /// What counts all that waits, for whoever takes it out.
    pub(crate) fn counter(&self) -> Arc<Waiting> {
        Arc::clone(&self.waiting)
    }

    /// The file.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What was taken is written to its end.
        self.send = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// Writes what comes, for as long as somebody may send.
fn write_all(connection: &mut Connection, receive: &Receiver<Job>, waiting: &Waiting) {
    while let Ok(first) = receive.recv() {
        let mut jobs = vec![first];
        jobs.extend(receive.try_iter().take(TOGETHER - 1));
        match write(connection, &jobs) {
            Ok(written) => {
                let events = jobs.iter().map(|job| job.arrival.events.len() as u64);
                waiting.bring(written, events.sum());
                for job in jobs {
                    (job.done)(Ok(()));
                }
            }
            Err(error) => {
                tracing::error!(%error, "events were not taken in");
                let is_full = error.is_full();
                for job in jobs {
                    let why = if is_full {
                        IntakeError::Full
                    } else {
                        IntakeError::Ended
                    };
                    (job.done)(Err(why));
                }
            }
        }
    }
}

/// What a registry reported within an hour.
#[derive(Default)]
struct Counts {
    events: i64,
    passed_over: i64,
    set_aside: i64,
    last_ms: i64,
}

fn write(connection: &mut Connection, jobs: &[Job]) -> Result<u64, IntakeError> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut written = 0;
    let mut counts: HashMap<(i64, i64), Counts> = HashMap::new();
    for Job { arrival, .. } in jobs {
        let hour = arrival.arrived_ms.div_euclid(3_600_000);
        let of = counts.entry((arrival.registry, hour)).or_default();
        of.events += arrival.events.len() as i64;
        of.passed_over += arrival.passed_over as i64;
        of.set_aside += arrival.set_aside.len() as i64;
        of.last_ms = of.last_ms.max(arrival.arrived_ms);
        if !arrival.events.is_empty() {
            let body = postcard::to_allocvec(&arrival.events).map_err(|_| IntakeError::Damaged)?;
            written += body.len() as u64;
            change
                .prepare_cached(
                    "INSERT INTO waiting (registry, arrived_ms, body) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![arrival.registry, arrival.arrived_ms, body])?;
        }
        for aside in &arrival.set_aside {
            change
                .prepare_cached(
                    "INSERT INTO set_aside (registry, arrived_ms, code, why, sent)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    arrival.registry,
                    arrival.arrived_ms,
                    aside.trouble.code(),
                    aside.trouble.to_string(),
                    aside.sent
                ])?;
        }
    }
    for ((registry, hour), of) in counts {
        note(&change, registry, hour, &of)?;
    }
    change.commit()?;
    Ok(written)
}

fn note(
    change: &Transaction<'_>,
    registry: i64,
    hour: i64,
    of: &Counts,
) -> Result<(), IntakeError> {
    change
        .prepare_cached(
            "INSERT INTO reported (registry, hour, events, passed_over, set_aside, last_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET events = events + excluded.events,
                passed_over = passed_over + excluded.passed_over,
                set_aside = set_aside + excluded.set_aside,
                last_ms = max(last_ms, excluded.last_ms)",
        )?
        .execute(params![
            registry,
            hour,
            of.events,
            of.passed_over,
            of.set_aside,
            of.last_ms
        ])?;
    if of.set_aside > 0 {
        // The newest are shown; all of them are counted.
        change
            .prepare_cached(
                "DELETE FROM set_aside WHERE registry = ?1 AND id <= (
                    SELECT id FROM set_aside WHERE registry = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute([registry, SHOWN])?;
    }
    Ok(())
}
