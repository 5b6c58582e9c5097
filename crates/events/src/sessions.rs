//! Gathers the requests of each client for each repository until their session
//! has closed, whatever the order in which they arrive.
//!
//! A session goes on while no two requests that follow each other are further
//! apart than the window, by the registry's clock. It has closed once the
//! window has passed since its last request, by the same clock, and since the
//! last one arrived, by ours: events that waited for a registry to come back
//! arrive together, long after they happened. What arrives later than that
//! begins a session of its own; what was counted stays counted.
//!
//! A client that never pauses for so long, such as a whole cluster behind one
//! address, is not waited for without end: a session that has gone on for ten
//! windows ends at the first pause that is longer than those between the requests
//! of a pull, and after twenty in any case.

use std::collections::{BTreeSet, HashMap};

/// Whose requests: a hash over client, user agent and repository.
pub type Key = u128;

/// After so many windows a session ends at a short pause; after twice as many it ends.
const LONG: i64 = 10;

/// What part of a window a short pause is: 2 s of 60.
const SHORT: i64 = 30;

/// A request that waits for its session to close.
#[derive(Clone, Debug)]
struct Waiting<T> {
    /// When it happened, in milliseconds since 1970.
    at: i64,
    /// When it arrived, likewise, by a clock that never goes back.
    arrived: i64,
    /// The request.
    request: T,
}

/// Open sessions. `T` is what a request is; requests of the same moment are put
/// in its order.
#[derive(Debug)]
pub struct Sessions<T> {
    window: i64,
    open: HashMap<Key, Vec<Waiting<T>>>,
    /// When which key has to be looked at; a key stands here once, or more often.
    due: BTreeSet<(i64, Key)>,
    /// Keys of clients that have another name since a week began.
    renamed: HashMap<Key, Key>,
    count: usize,
}

impl<T: Ord> Sessions<T> {
    /// No sessions yet, which close after `window_ms` milliseconds.
    pub fn new(window_ms: i64) -> Self {
        Self {
            window: window_ms.clamp(0, i64::MAX / 4 / LONG),
            open: HashMap::new(),
            due: BTreeSet::new(),
            renamed: HashMap::new(),
            count: 0,
        }
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a request of `at`, which arrived at `arrived`, both in milliseconds
    /// since 1970. `before` is the key that the client would have had a moment
    /// ago, where hashes of clients have just changed: both are the same client.
    pub fn add(&mut self, key: Key, before: Option<Key>, at: i64, arrived: i64, request: T) {
        let key = self.current(key);
        if let Some(before) = before.map(|before| self.current(before))
            && before != key
        {
            self.renamed.insert(before, key);
            if let Some(requests) = self.open.remove(&before) {
                self.open.entry(key).or_default().extend(requests);
            }
        }
        // Most clients ask for one thing: there is room for that, and no more.
        let requests = self
            .open
            .entry(key)
            .or_insert_with(|| Vec::with_capacity(1));
        if requests.is_empty() {
            self.due.insert((at.max(arrived) + self.window + 1, key));
        } else if before.is_some() {
            // Requests of the client's other name may be due, which nothing tells this one.
            let earliest = requests.iter().map(|r| r.at.max(r.arrived)).min();
            self.due
                .insert((earliest.unwrap_or(at) + self.window + 1, key));
        }
        requests.push(Waiting {
            at,
            arrived,
            request,
        });
        self.count += 1;
    }

    fn current(&self, mut key: Key) -> Key {
        while let Some(now) = self.renamed.get(&key) {
            key = *now;
        }
        key
    }

    /// Takes out the sessions that have closed at `now`, in milliseconds since
    /// 1970: the requests of each in the order of time. Sessions come in the
    /// order in which they closed.
    pub fn close(&mut self, now: i64) -> Vec<Vec<T>> {
        let mut closed = Vec::new();
        while let Some((when, key)) = self.due.pop_first() {
            if when > now {
                self.due.insert((when, key));
                break;
            }
            let Some(requests) = self.open.remove(&key) else {
                continue;
            };
            let mut waits_until: Option<i64> = None;
            let mut still_open = Vec::new();
            for session in self.split(requests) {
                let until = self.closes(&session);
                if until <= now {
                    self.count -= session.len();
                    closed.push(session.into_iter().map(|waiting| waiting.request).collect());
                } else {
                    waits_until = Some(waits_until.map_or(until, |at| at.min(until)));
                    still_open.extend(session);
                }
            }
            if let Some(until) = waits_until {
                self.open.insert(key, still_open);
                self.due.insert((until, key));
            }
        }
        if !self.renamed.is_empty() {
            let open = &self.open;
            self.renamed.retain(|_, now| open.contains_key(now));
        }
        closed
    }

    /// All that waits, as if every session had closed: for the end of a file.
    pub fn close_all(&mut self) -> Vec<Vec<T>> {
        self.close(i64::MAX)
    }

    /// The moment from which on a session has closed.
    fn closes(&self, session: &[Waiting<T>]) -> i64 {
        session
            .iter()
            .map(|waiting| waiting.at.max(waiting.arrived))
            .max()
            .map_or(i64::MIN, |last| last.saturating_add(self.window + 1))
    }

    /// Parts requests where the time between two is longer than the window, or where a session
    /// has gone on for long.
    fn split(&self, mut requests: Vec<Waiting<T>>) -> Vec<Vec<Waiting<T>>> {
        requests.sort_by(|a, b| (a.at, &a.request).cmp(&(b.at, &b.request)));
        let mut sessions: Vec<Vec<Waiting<T>>> = Vec::new();
        for waiting in requests {
            match sessions.last_mut() {
                Some(session) if self.goes_on(session, waiting.at) => session.push(waiting),
                _ => sessions.push(vec![waiting]),
            }
        }
        sessions
    }

    /// Whether a request of a moment belongs to the session before it.
    fn goes_on(&self, session: &[Waiting<T>], at: i64) -> bool {
        let (Some(first), Some(last)) = (session.first(), session.last()) else {
            return false;
        };
        let pause = match at.saturating_sub(first.at) {
            length if length <= LONG * self.window => self.window,
            length if length <= 2 * LONG * self.window => self.window / SHORT,
            _ => return false,
        };
        at.saturating_sub(last.at) <= pause
    }
}
