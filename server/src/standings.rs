//! Whether namespaces are in the program, out of memory: badges are asked for by every reader
//! of every readme.

use crate::{
    service::Service,
    store::{
        StoreError,
        standings::{self, Years},
    },
    watched::Watched,
};
use chrono::{DateTime, NaiveDate};
use program::{namespace::Namespace, sponsorship::Sponsorship};
use rusqlite::Connection;
use std::{collections::HashMap, sync::Arc};
use tokio::task::spawn_blocking;

/// All namespaces that ever were in the program.
#[derive(Debug, Default)]
pub struct Standings {
    years: HashMap<String, Years>,
    renamed: HashMap<String, String>,
}

impl Standings {
    /// Reads them; for [`Watched`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn load(connection: &Connection) -> Result<Self, StoreError> {
        Ok(Self {
            years: standings::years(connection)?,
            renamed: standings::renamed(connection)?,
        })
    }

    /// Under the name of changes that [`Watched`] looks at.
    pub const fn watched() -> Watched<Self> {
        Watched::new("standing", Self::load)
    }

    /// Where a namespace is on a day.
    pub fn of(&self, namespace: &str, today: NaiveDate) -> Sponsorship {
        self.years
            .get(namespace)
            .map_or(Sponsorship::Never, |years| {
                Sponsorship::of(&years.all, years.last, today)
            })
    }

    /// How many years followed the first one without a gap.
    pub fn renewals(&self, namespace: &str, since: NaiveDate) -> u32 {
        let Some(years) = self.years.get(namespace) else {
            return 0;
        };
        let count = years
            .all
            .iter()
            // One that was ended before it began is as if it had never been granted.
            .filter(|term| term.from > since && term.perks_until() >= term.from)
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The day on which a namespace was last accepted.
    pub fn checked_on(&self, namespace: &str) -> Option<NaiveDate> {
        let years = self.years.get(namespace)?;
        DateTime::from_timestamp_millis(years.granted_at).map(|at| at.date_naive())
    }

    /// The name that a namespace has now, if it was renamed.
    pub fn renamed_to(&self, namespace: &str) -> Option<&str> {
        self.renamed.get(namespace).map(String::as_str)
    }

    /// Every namespace that ever was in the program.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.years.keys().map(String::as_str)
    }
}

impl Service {
    /// All standings as they are now.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn standings(&self) -> Result<Arc<Standings>, StoreError> {
        if let Some(known) = self.standings.at_once(&self.store)? {
            return Ok(known);
        }
        let service = self.clone();
        spawn_blocking(move || service.standings.now(&service.store))
            .await
            .unwrap_or(Err(StoreError::Interrupted))
    }

    /// Where a namespace is today.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn sponsorship(&self, namespace: &Namespace) -> Result<Sponsorship, StoreError> {
        let today = self.now().date_naive();
        Ok(self.standings().await?.of(namespace.as_str(), today))
    }
}
