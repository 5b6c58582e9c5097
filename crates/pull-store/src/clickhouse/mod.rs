//! The store for registries beyond one machine: ClickHouse, one server or a
//! cluster, by its HTTP interface. What it is asked in is understood by version
//! 18.16 and by those of today.
//!
//! How a block counts once, whatever breaks off: see [`journal`]. What the tables
//! are: [`schema`]. There is no table of rollups: where rows differ in tool,
//! version, country and domain, adding them up leaves nearly as many. What a view
//! without filters shows are margins, how often each value was counted on a day;
//! those are kept ([`fold`]), and filters ask the raw rows.

mod address;
mod client;
mod copied;
mod copies;
mod decode;
mod error;
mod fold;
mod journal;
mod margins;
mod native;
mod page;
mod read;
mod rename;
mod rows;
mod schema;
mod servers;
mod sql;
mod tidy;
mod turns;
mod visitors;
mod write;

pub use address::{Address, AddressError};
pub use error::ClickHouseError;
pub use schema::Migrated;

use crate::{Block, DayRows, Kept, Margins, Of, PullHome, PullStore, PullStoreError, VisitorCount};
use journal::Moment;
use pulls::batch::Batch;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::Filter;
use servers::Servers;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use write::Writer;

/// The store in ClickHouse.
pub struct ClickHouse {
    servers: Servers,
    /// What is known of the journal by who writes; nothing while something is in doubt.
    writer: Mutex<Option<Writer>>,
    /// Where programs that write in turns find out whether another did.
    turns: Option<PathBuf>,
    /// Set once the tables were seen to be there.
    is_ready: OnceLock<()>,
    /// The last writing when it was last tidied.
    tidied: Mutex<Option<u64>>,
    /// Once so many raw rows are not in the margins, they are added to them.
    fold_at: u64,
}

impl ClickHouse {
    /// The store at an address. Nothing is asked yet: servers may be away, and whoever reads or
    /// writes hears of it then.
    pub fn at(address: &Address) -> Self {
        Self {
            servers: Servers::new(address),
            writer: Mutex::new(None),
            turns: None,
            is_ready: OnceLock::new(),
            tidied: Mutex::new(None),
            fold_at: fold::AT,
        }
    }

    /// Opens the store at an address, and makes database and tables if need be.
    ///
    /// # Errors
    /// When a server is not there or refuses, when the cluster is not what the address says, or
    /// when the tables are of a newer program.
    pub fn open(address: &Address) -> Result<Self, PullStoreError> {
        let store = Self::at(address);
        store.migrate()?;
        Ok(store)
    }

    /// Writes in turns with other programs of this machine that name the same file, which is made
    /// if need be: without it, one program may write.
    #[must_use]
    pub fn in_turns(mut self, file: PathBuf) -> Self {
        self.turns = Some(file);
        self
    }

    /// Adds pulls to the margins once there are so many. An argument, so that tests need not
    /// write hundreds of thousands.
    #[must_use]
    pub fn folding_at(mut self, rows: u64) -> Self {
        self.fold_at = rows.max(1);
        self
    }

    /// Makes database and tables, as far as they are missing; says what there was.
    ///
    /// # Errors
    /// When a server is not there or refuses, or when the tables are of a newer program.
    pub fn migrate(&self) -> Result<Migrated, PullStoreError> {
        schema::migrate(&self.servers)
    }

    /// What counts now.
    fn moment(&self) -> Result<Moment, PullStoreError> {
        if self.is_ready.get().is_none() {
            schema::check(&self.servers)?;
            self.is_ready.get_or_init(|| ());
        }
        Ok(Moment::read(&self.servers)?)
    }
}

impl PullStore for ClickHouse {
    fn append(&self, block: &Block) -> Result<(), PullStoreError> {
        self.append_block(block)
    }

    fn appended(&self) -> Result<u64, PullStoreError> {
        Ok(self.moment()?.block)
    }

    fn replace(&self, namespace: &str, span: Span, days: &[DayRows]) -> Result<(), PullStoreError> {
        self.replace_days(namespace, span, days)
    }

    fn kept(&self, namespaces: &[&str], span: Span) -> Result<Vec<Kept>, PullStoreError> {
        self.kept_days(namespaces, span)
    }

    fn rollups(&self, namespaces: &[&str], span: Span) -> Result<Vec<Batch>, PullStoreError> {
        self.added_up(namespaces, span)
    }

    fn raw(
        &self,
        namespaces: &[&str],
        span: Span,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        self.raw_matching(namespaces, span, &[], take)
    }

    fn margins(
        &self,
        namespaces: &[&str],
        counted: Span,
        drawn: Span,
        filters: &[Filter],
    ) -> Result<Option<Margins>, PullStoreError> {
        self.ask_margins(namespaces, counted, drawn, filters)
            .map(Some)
    }

    fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError> {
        self.count_visitors(namespaces, span, by, of)
    }

    fn tidy(&self) -> Result<(), PullStoreError> {
        self.tidy_up()
    }

    fn drop_before(&self, day: Day) -> Result<u64, PullStoreError> {
        self.forget_before(day)
    }
}

impl PullHome for ClickHouse {
    fn rename(&self, old: &str, new: &str) -> Result<(), PullStoreError> {
        self.put_under(old, new)
    }

    fn namespaces(&self) -> Result<Vec<String>, PullStoreError> {
        self.names()
    }

    fn bring(&self, days: &[DayRows]) -> Result<(), PullStoreError> {
        self.bring_days(days)
    }

    fn carry_on(&self, number: u64) -> Result<(), PullStoreError> {
        self.carry_on_after(number)
    }
}
