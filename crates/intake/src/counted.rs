//! What sessions, and events that belong to none, count as: rows for the store.

use crate::pushes::Pushed;
use crate::spooled::{Happened, Spooled};
use events::{Method, Request, classify};
use pulls::batch::{BatchBuilder, Number, Pull, TEXTS};
use pulls::header::Column;
use pulls::segment::Action;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A request that waits for its session to close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub event: Spooled,
    pub id: u128,
    /// Which body of the spool it came in.
    pub body: i64,
}

/// The order of requests: of one microsecond, that in which a client asks.
impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |one: &Self| {
            let event = &one.event;
            (event.at_us, event.happened, event.tag.is_empty(), one.id)
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a step counts.
#[derive(Default)]
pub(crate) struct Counted {
    /// Day, name and body of each event that is settled with it.
    pub events: Vec<(i32, u128, i64)>,
    /// The rows, by namespace and day.
    pub days: BTreeMap<(String, i32), BatchBuilder>,
    pub rows: usize,
    /// Tags that were pushed, by namespace.
    pub pushed: BTreeMap<String, Vec<Pushed>>,
}

impl Counted {
    /// A session that has closed.
    pub fn session(&mut self, session: Vec<Pending>) {
        let requests: Vec<Request<'_>> = session
            .iter()
            .map(|pending| Request {
                method: if pending.event.happened == Happened::Head {
                    Method::Head
                } else {
                    Method::Get
                },
                tag: Some(pending.event.tag.as_str()).filter(|tag| !tag.is_empty()),
                digest: &pending.event.digest,
            })
            .collect();
        for found in classify(&requests) {
            self.row(&session[found.first].event, found.action);
        }
        for pending in session {
            self.events
                .push((pending.event.day(), pending.id, pending.body));
        }
    }

    /// An event that belongs to no session.
    pub fn alone(&mut self, pending: Pending) {
        let event = pending.event;
        self.events.push((event.day(), pending.id, pending.body));
        if event.happened == Happened::Pushed {
            // The manifest of a platform has no tag, and shows nowhere.
            if !event.tag.is_empty() {
                let (namespace, _) = event.names();
                let of = self.pushed.entry(namespace.to_owned()).or_default();
                of.push(Pushed::of(&event));
            }
        } else {
            let action = if event.tag.is_empty() {
                Action::PullByDigest
            } else {
                Action::PullByTag
            };
            self.row(&event, action);
        }
    }

    fn row(&mut self, event: &Spooled, action: Action) {
        let (namespace, repository) = event.names();
        let mut pull = Pull::default();
        for (at, column) in TEXTS.into_iter().enumerate() {
            pull.texts[at] = match column {
                Column::Repository => repository,
                Column::Tag => &event.tag,
                Column::Digest => &event.digest,
                Column::Country => &event.origin.country,
                Column::Tool => &event.tool,
                Column::Version => &event.version,
                Column::Host => &event.origin.cloud,
                Column::Network => &event.origin.network,
                Column::Domain => &event.origin.domain,
                // The part that it stands in says so.
                _ => "",
            }
            .as_bytes();
        }
        let day = event.day();
        pull.numbers[Number::Day as usize] = day as u64;
        pull.numbers[Number::Action as usize] = action as u64;
        pull.numbers[Number::Count as usize] = 1;
        pull.numbers[Number::Method as usize] = u64::from(event.happened != Happened::Head);
        pull.numbers[Number::WeekVisitor as usize] = event.visitor.week;
        pull.numbers[Number::MonthVisitor as usize] = event.visitor.month;
        self.days
            .entry((namespace.to_owned(), day))
            .or_default()
            .push(&pull);
        self.rows += 1;
    }
}
