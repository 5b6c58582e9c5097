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
mod decode;
mod error;
mod fold;
mod journal;
mod margins;
mod page;
mod read;
mod rows;
mod schema;
mod servers;
mod sql;
mod tidy;
mod visitors;
mod write;

pub use address::{Address, AddressError};
pub use error::ClickHouseError;

use crate::{Block, DayRows, Kept, Margins, Of, PullStore, PullStoreError, VisitorCount};
use journal::Moment;
use pulls::batch::Batch;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::Filter;
use servers::Servers;
use std::ops::ControlFlow;
use std::sync::Mutex;
use write::Writer;

/// The store in ClickHouse.
pub struct ClickHouse {
    servers: Servers,
    /// What is known of the journal by who writes; nothing while something is in doubt.
    writer: Mutex<Option<Writer>>,
    /// The last writing when it was last tidied.
    tidied: Mutex<Option<u64>>,
    /// Once so many raw rows are not in the margins, they are added to them.
    fold_at: u64,
}

impl ClickHouse {
    /// Opens the store at an address, and makes database and tables if need be.
    ///
    /// # Errors
    /// When a server is not there or refuses, when the cluster is not what the address says, or
    /// when the tables are of a newer program.
    pub fn open(address: &Address) -> Result<Self, PullStoreError> {
        let store = Self {
            servers: Servers::connect(address)?,
            writer: Mutex::new(None),
            tidied: Mutex::new(None),
            fold_at: fold::AT,
        };
        store.migrate()?;
        Ok(store)
    }

    /// Adds pulls to the margins once there are so many. An argument, so that tests need not
    /// write hundreds of thousands.
    #[must_use]
    pub fn folding_at(mut self, rows: u64) -> Self {
        self.fold_at = rows.max(1);
        self
    }

    /// Makes database and tables, as far as they are missing.
    ///
    /// # Errors
    /// When a server is not there or refuses, or when the tables are of a newer program.
    pub fn migrate(&self) -> Result<(), PullStoreError> {
        schema::migrate(&self.servers)
    }

    /// What counts now.
    fn moment(&self) -> Result<Moment, PullStoreError> {
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

    fn counts_what_filters_leave(&self) -> bool {
        true
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
