//! Events of the tests, what counts them, and what was counted.

use events::Method;
use intake::visitors::Visitor;
use intake::{Arrival, Limits, Origin, Spool, Spooled};
use pull_store::PullStore;
use pulls::batch::Number;
use pulls::calendar::{Day, Span};
use pulls::header::Column;
use pulls::segment::Action;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

pub const WINDOW: i64 = 60_000;
/// 2026-05-04T09:00:00Z, a Monday.
pub const START_MS: i64 = 1_777_885_200_000;

pub const ALWAYS: Span = Span {
    first: Day(20_000),
    last: Day(22_000),
};

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("dsos-intake-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An event of the tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sent {
    pub client: u8,
    pub at_ms: i64,
    pub method: Method,
    pub tag: Option<u8>,
    pub digest: u8,
    pub number: u128,
    pub is_push: bool,
}

impl Sent {
    pub fn spooled(&self) -> Spooled {
        Spooled {
            at_us: (START_MS + self.at_ms) * 1_000,
            happened: match self.method {
                _ if self.is_push => intake::Happened::Pushed,
                Method::Head => intake::Happened::Head,
                Method::Get => intake::Happened::Get,
            },
            repository: "kelp/web".to_owned(),
            tag: self.tag.map(|tag| format!("v{tag}")).unwrap_or_default(),
            digest: format!("sha256:{:064x}", self.digest),
            id: Some(self.number),
            visitor: Visitor {
                week: u64::from(self.client) + 1,
                month: u64::from(self.client) + 100,
                before: None,
            },
            agent: 7,
            tool: "docker".to_owned(),
            version: "24.0.5".to_owned(),
            origin: Origin::default(),
        }
    }
}

pub type Counts = BTreeMap<(Action, String, String), u64>;

pub fn counted(store: &dyn PullStore) -> Counts {
    let mut counts = Counts::new();
    store
        .raw(&["kelp"], ALWAYS, &mut |batch| {
            for row in 0..batch.len() {
                let text =
                    |column| String::from_utf8(batch.row(row).text(column).to_vec()).unwrap();
                let action = Action::ALL[batch.numbers(Number::Action).get(row) as usize];
                *counts
                    .entry((action, text(Column::Tag), text(Column::Digest)))
                    .or_default() += 1;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    counts
}

pub fn spool(folder: &Folder) -> Spool {
    let limits = Limits {
        most_bytes: u64::MAX,
    };
    Spool::open(&folder.0, limits).unwrap()
}

/// Has a registry’s report come in.
pub fn arrives(spool: &Spool, arrived_ms: i64, events: Vec<Spooled>) {
    spool
        .accept_now(Arrival {
            registry: 1,
            arrived_ms,
            events,
            ..Arrival::default()
        })
        .unwrap();
}
