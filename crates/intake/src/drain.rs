//! Counting what was reported: each event once, by its session, and into the store.
//!
//! A step takes what is new out of the spool, looks which sessions have closed, and
//! hands over what they were:
//!
//! 1. In one transaction of the drain’s own file, the events are noted as counted, the
//!    block that they became is kept, and so are tags that were pushed.
//! 2. The store appends the block; one that it has already changes nothing.
//! 3. The block is let go of, and what the spool held of it, too: what waits there is
//!    what the store does not have yet.
//!
//! A crash after any of these leaves what the next start goes on with: a block that is
//! still kept is appended again, and events that are still in the spool are known.

use crate::counted::{Counted, Pending};
use crate::error::IntakeError;
use crate::file;
use crate::numbering::{self, Turn};
use crate::own;
use crate::pushes;
use crate::seen::Seen;
use crate::spool::{PATIENCE, Spool, Waiting, events_in};
use crate::spooled::{Happened, Spooled, first_sixteen};
use events::Sessions;
use pull_store::{Block, DayRows, PullStore};
use pulls::calendar::Day;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Nobody else writes to its own file for long.
pub(crate) const OWN_PATIENCE: Duration = Duration::from_secs(1);

/// Events whose sessions are open at most; what is beyond that waits in the spool.
const MOST_OPEN: usize = 1_000_000;

/// Bodies that are taken out of the spool in one step; fewer, if they have so many bytes.
const STEP: i64 = 2_048;
const STEP_BYTES: usize = 32 << 20;

/// A clock that is said to be so much earlier than before was ahead then.
const BACK_MS: i64 = 60_000;

/// A clock that moves on by so much from one step to the next may have jumped.
const JUMP_MS: i64 = 600_000;

/// Nothing is forgotten before the clock has moved on without a jump for so long: whoever set it
/// wrong may set it right.
const STEADY_MS: i64 = 3_600_000;

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Events that were taken out of the spool.
    pub taken: usize,
    /// Of those, how many had come before.
    pub repeated: usize,
    /// Pulls and version checks that were counted.
    pub counted: usize,
    /// Events that wait for their sessions to close.
    pub open: usize,
    /// Whether the spool may hold more that was not taken.
    pub is_behind: bool,
}

/// A body of the spool.
struct Body {
    id: i64,
    registry: i64,
    arrived_ms: i64,
    events: Vec<u8>,
}

/// What takes events out of the spool and counts them. There is one of it.
pub struct Drain {
    /// Two would count everything twice.
    _turn: Turn,
    own: Connection,
    spool: Connection,
    waiting: Arc<Waiting>,
    store: Arc<dyn PullStore>,
    seen: Seen,
    sessions: Sessions<Pending>,
    /// Events that are taken and not counted yet.
    open: HashSet<(i32, u128)>,
    /// How many events of each body are not counted yet.
    bodies: HashMap<i64, usize>,
    /// What was counted and is in a block that the store may not have yet: day, name and body.
    kept: Vec<(i32, u128, i64)>,
    /// Bodies whose events are all counted.
    settled: Vec<i64>,
    /// The last body that was taken.
    taken: i64,
    /// The latest time that was said, so that it does not go back by little.
    now_ms: i64,
    /// The time that was said last.
    said_ms: i64,
    /// For how long the clock has moved on without a jump.
    steady_ms: i64,
    window_ms: i64,
    /// Whether a step failed half-way.
    is_lost: bool,
    /// Whether the store was seen to be the one to go on with.
    is_home: bool,
}

impl Drain {
    /// Opens the drain beside a spool, in the same folder. Sessions close after
    /// `window_ms` milliseconds.
    ///
    /// # Errors
    /// [`IntakeError::Taken`] if another one counts with this data; when its files cannot be
    /// opened.
    pub fn open(
        folder: &Path,
        spool: &Spool,
        store: Arc<dyn PullStore>,
        window_ms: i64,
    ) -> Result<Self, IntakeError> {
        let turn = Turn::take(folder)?;
        let own = own::open(folder, OWN_PATIENCE)?;
        let seen = Seen::open(&own)?;
        Ok(Self {
            _turn: turn,
            own,
            spool: file::open(spool.file(), &[], PATIENCE)?,
            waiting: spool.counter(),
            store,
            seen,
            sessions: Sessions::new(window_ms),
            open: HashSet::new(),
            bodies: HashMap::new(),
            kept: Vec::new(),
            settled: Vec::new(),
            taken: 0,
            now_ms: i64::MIN,
            said_ms: i64::MIN,
            steady_ms: 0,
            window_ms,
            is_lost: false,
            is_home: false,
        })
    }

    /// Does what can be done now; `now_ms` is the time in milliseconds since 1970.
    ///
    /// # Errors
    /// When it could not be done; nothing is lost then, and the next step tries again.
    /// [`IntakeError::OtherHome`] if the store is not the one that goes on with what was counted.
    pub fn step(&mut self, now_ms: i64) -> Result<Drained, IntakeError> {
        self.look_at_the_clock(now_ms);
        if !self.is_home {
            numbering::check(&self.own, &*self.store)?;
            self.is_home = true;
        }
        // While the store does not take what is kept for it, everything else waits in the spool.
        self.hand_over()?;
        let drained = self.count().map_err(|error| self.lost(error));
        let mut drained = drained?;
        self.hand_over()?;
        if self.steady_ms >= STEADY_MS {
            let today = self.now_ms.div_euclid(86_400_000) as i32;
            self.seen.forget(&self.own, today)?;
        }
        drained.open = self.sessions.len();
        Ok(drained)
    }

    /// Goes on with the time that is said. A clock that was ahead is not waited for: what is open is
    /// taken out of the spool anew, as if it had arrived now.
    fn look_at_the_clock(&mut self, now_ms: i64) {
        let passed = now_ms.saturating_sub(self.said_ms);
        self.steady_ms = match passed {
            0..=JUMP_MS => self.steady_ms.saturating_add(passed),
            _ => 0,
        };
        self.said_ms = now_ms;
        if now_ms < self.now_ms.saturating_sub(BACK_MS) {
            self.is_lost = true;
            self.now_ms = now_ms;
        }
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// Takes what is new, closes sessions, and keeps what they were.
    fn count(&mut self) -> Result<Drained, IntakeError> {
        if self.is_lost {
            // All of it is still in the spool, and what was counted is known.
            self.sessions = Sessions::new(self.window_ms);
            self.open.clear();
            self.bodies.clear();
            self.kept.clear();
            self.settled.clear();
            self.taken = 0;
            self.is_lost = false;
        }
        let mut drained = Drained::default();
        let mut counted = Counted::default();
        let last_ms = self.take(&mut drained, &mut counted)?;
        // Where more waits that was reported a while ago, sessions that are in what was taken may go
        // on in what comes next.
        let until = match last_ms {
            Some(arrived) if drained.is_behind => arrived.min(self.now_ms),
            _ => self.now_ms,
        };
        for session in self.sessions.close(until) {
            counted.session(session);
        }
        drained.counted = counted.rows;
        if !counted.events.is_empty() {
            self.keep(&mut counted)?;
            self.kept = counted.events;
        }
        Ok(drained)
    }

    /// What memory holds no longer fits to what is kept: the next step begins anew.
    fn lost(&mut self, error: IntakeError) -> IntakeError {
        self.is_lost = true;
        error
    }

    /// Takes what is new out of the spool; gives when the last of it arrived, if anything was taken.
    fn take(
        &mut self,
        drained: &mut Drained,
        counted: &mut Counted,
    ) -> Result<Option<i64>, IntakeError> {
        if self.sessions.len() >= MOST_OPEN {
            drained.is_behind = true;
            return Ok(None);
        }
        let mut last_ms = None;
        let (bodies, is_behind) = self.next_bodies()?;
        drained.is_behind = is_behind;
        for Body {
            id: body,
            registry,
            arrived_ms,
            events,
        } in bodies
        {
            // A clock that was ahead may have said when.
            let arrived_ms = arrived_ms.min(self.now_ms);
            last_ms = Some(arrived_ms);
            let events: Vec<Spooled> =
                postcard::from_bytes(&events).map_err(|_| IntakeError::Damaged)?;
            self.bodies.insert(body, events.len());
            drained.taken += events.len();
            for (number, event) in events.into_iter().enumerate() {
                let id = event.id.unwrap_or_else(|| own_id(body, number));
                let day = event.day();
                if self.open.contains(&(day, id)) || self.seen.has(&self.own, day, id)? {
                    drained.repeated += 1;
                    self.settle(body);
                    continue;
                }
                self.open.insert((day, id));
                let pending = Pending { event, id, body };
                match pending.event.happened {
                    Happened::Head | Happened::Get => {
                        let visitor = pending.event.visitor;
                        let key = session_key(registry, visitor.name(), &pending.event);
                        let before = visitor
                            .earlier_name()
                            .map(|before| session_key(registry, before, &pending.event));
                        let at = pending.event.at_us.div_euclid(1_000);
                        self.sessions.add(key, before, at, arrived_ms, pending);
                    }
                    Happened::Pulled | Happened::Pushed => counted.alone(pending),
                }
            }
            self.taken = body;
        }
        Ok(last_ms)
    }

    /// What comes next in the spool, and whether there may be more.
    fn next_bodies(&self) -> Result<(Vec<Body>, bool), IntakeError> {
        let mut statement = self.spool.prepare_cached(
            "SELECT id, registry, arrived_ms, body FROM waiting WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let mut rows = statement.query([self.taken, STEP])?;
        let (mut bodies, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let body = Body {
                id: row.get(0)?,
                registry: row.get(1)?,
                arrived_ms: row.get(2)?,
                events: row.get(3)?,
            };
            bytes += body.events.len();
            bodies.push(body);
            if bytes >= STEP_BYTES {
                return Ok((bodies, true));
            }
        }
        let is_behind = bodies.len() as i64 == STEP;
        Ok((bodies, is_behind))
    }

    /// Notes what was counted, and keeps the block that it became, in one transaction.
    fn keep(&mut self, counted: &mut Counted) -> Result<(), IntakeError> {
        counted
            .events
            .sort_unstable_by_key(|(day, id, _)| (*day, *id));
        let ids: Vec<(i32, u128)> = counted
            .events
            .iter()
            .map(|(day, id, _)| (*day, *id))
            .collect();
        let change = self
            .own
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.seen.add(&change, &ids)?;
        for (namespace, pushed) in &counted.pushed {
            pushes::keep(&change, namespace, pushed)?;
        }
        if counted.rows > 0 {
            let days: Vec<(&str, i32, Vec<u8>)> = counted
                .days
                .iter()
                .map(|((namespace, day), rows)| (namespace.as_str(), *day, rows.encode()))
                .collect();
            let body = postcard::to_allocvec(&days).map_err(|_| IntakeError::Damaged)?;
            change.execute("UPDATE numbering SET last = last + 1", [])?;
            change.execute(
                "INSERT INTO block (number, body) SELECT last, ?1 FROM numbering",
                [body],
            )?;
        }
        change.commit()?;
        Ok(())
    }

    /// Has the store append what is kept for it, in order; then it needs the spool no more.
    fn hand_over(&mut self) -> Result<(), IntakeError> {
        self.append_kept()?;
        self.let_go().map_err(|error| self.lost(error))
    }

    fn append_kept(&mut self) -> Result<(), IntakeError> {
        loop {
            let next: Option<(i64, Vec<u8>)> = self
                .own
                .prepare_cached("SELECT number, body FROM block ORDER BY number LIMIT 1")?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((number, body)) = next else {
                return Ok(());
            };
            let days: Vec<(String, i32, Vec<u8>)> =
                postcard::from_bytes(&body).map_err(|_| IntakeError::Damaged)?;
            self.store.append(&Block {
                number: number.unsigned_abs(),
                days: days
                    .into_iter()
                    .map(|(namespace, day, rows)| DayRows {
                        namespace,
                        day: Day(day),
                        rows,
                    })
                    .collect(),
            })?;
            self.own
                .prepare_cached("DELETE FROM block WHERE number = ?1")?
                .execute([number])?;
        }
    }

    /// One event of a body is settled.
    fn settle(&mut self, body: i64) {
        if let Some(left) = self.bodies.get_mut(&body) {
            *left -= 1;
            if *left == 0 {
                self.bodies.remove(&body);
                self.settled.push(body);
            }
        }
    }

    /// Lets go of bodies whose events are all settled.
    fn let_go(&mut self) -> Result<(), IntakeError> {
        for (day, id, body) in std::mem::take(&mut self.kept) {
            self.open.remove(&(day, id));
            self.settle(body);
        }
        if self.settled.is_empty() {
            return Ok(());
        }
        let change = self
            .spool
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut bytes, mut events) = (0, 0);
        for body in &self.settled {
            let gone: Option<(i64, Vec<u8>)> = change
                .prepare_cached(
                    "DELETE FROM waiting WHERE id = ?1 RETURNING length(body), substr(body, 1, 10)",
                )?
                .query_row([body], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((length, beginning)) = gone {
                bytes += length.unsigned_abs();
                events += events_in(&beginning);
            }
        }
        change.commit()?;
        self.waiting.take_out(bytes, events);
        self.settled.clear();
        Ok(())
    }
}

/// A name for an event that its registry gives none: where it stands in the spool.
fn own_id(body: i64, number: usize) -> u128 {
    let mut hash = Sha256::new();
    hash.update(b"body");
    hash.update(body.to_le_bytes());
    hash.update(number.to_le_bytes());
    first_sixteen(&hash.finalize())
}

/// Whose session a request belongs to: of a client, for a repository.
fn session_key(registry: i64, client: u64, event: &Spooled) -> u128 {
    let mut hash = Sha256::new();
    hash.update(registry.to_le_bytes());
    hash.update(client.to_le_bytes());
    hash.update(event.agent.to_le_bytes());
    hash.update(event.repository.as_bytes());
    first_sixteen(&hash.finalize())
}
