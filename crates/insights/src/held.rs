//! Months that are held: as rows that can be counted, and packed for the page. What was asked for
//! longest ago goes first.

use crate::days::Month;
use crate::packed::packed;
use crate::periods::Visited;
use crate::{Insights, InsightsError, Namespace};
use pull_store::VisitorCount;
use pulls::batch::Batch;
use pulls::calendar::Day;
use pulls::marginal::Marginal;
use pulls::partition::Partition;
use pulls::segment::SliceId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// How much is held and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory for months that are held, about.
    pub held_bytes: usize,
    /// The page is sent rows up to so many bytes; beyond that, what they make.
    pub sent_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            held_bytes: 512 << 20,
            sent_bytes: 5_000_000,
        }
    }
}

/// Rows that can be counted. One question at a time counts those of a month.
pub type Rows = Arc<Mutex<Partition>>;

/// Rows as the page takes them.
pub type Packed = Arc<Vec<u8>>;

/// Counts of a month, without its rows.
pub type Counts = Arc<Marginal>;

/// A form in which a month is held.
#[derive(Clone)]
enum Form {
    Rows(Rows),
    Packed(Packed),
    Counts(Counts),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Rows,
    Packed,
    Counts,
}

type Key = (String, Day, Kind);

struct Entry {
    version: u64,
    form: Form,
    bytes: usize,
    /// When it was last asked for, by the count of askings.
    used: u64,
}

/// What is held.
#[derive(Default)]
pub struct Held {
    entries: HashMap<Key, Entry>,
    bytes: usize,
    askings: u64,
    /// What is being made.
    making: HashMap<Key, Weak<Mutex<()>>>,
    /// How many visitors there were, by what was asked, and of which version.
    pub visited: HashMap<Visited, (u64, Arc<Vec<VisitorCount>>)>,
}

impl Held {
    fn get(&mut self, key: &Key, version: u64) -> Option<Form> {
        self.askings += 1;
        let entry = self.entries.get_mut(key)?;
        if entry.version != version {
            let entry = self.entries.remove(key)?;
            self.bytes -= entry.bytes;
            return None;
        }
        entry.used = self.askings;
        Some(entry.form.clone())
    }

    /// Whose turn it is to make a month.
    fn making(&mut self, key: &Key) -> Arc<Mutex<()>> {
        if let Some(making) = self.making.get(key).and_then(Weak::upgrade) {
            return making;
        }
        self.making.retain(|_, making| making.strong_count() > 0);
        let making = Arc::new(Mutex::new(()));
        self.making.insert(key.clone(), Arc::downgrade(&making));
        making
    }

    /// Holds a month, unless it takes more than all may.
    fn put(&mut self, key: Key, version: u64, form: Form, bytes: usize, most: usize) {
        if bytes > most {
            return;
        }
        while self.bytes + bytes > most {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            if let Some(entry) = self.entries.remove(&oldest) {
                self.bytes -= entry.bytes;
            }
        }
        self.askings += 1;
        let entry = Entry {
            version,
            form,
            bytes,
            used: self.askings,
        };
        if let Some(before) = self.entries.insert(key, entry) {
            self.bytes -= before.bytes;
        }
        self.bytes += bytes;
    }
}

impl Insights {
    /// Bytes of memory that months take which are held, about.
    pub fn held_bytes(&self) -> usize {
        self.held().bytes
    }

    /// The rows of a month, to be counted.
    pub(crate) fn rows_of(&self, of: &Namespace, month: Month) -> Result<Rows, InsightsError> {
        let form = self.form(of, month, Kind::Rows, || {
            let mut partition = Partition::new();
            for (slice, batch) in (0..).zip(self.store.rollups(&of.names(), month.span)?) {
                partition
                    .hold_batch(SliceId { file: 0, slice }, &batch, &of.name)
                    .map_err(|_| InsightsError::TooMany)?;
            }
            let bytes = partition.bytes();
            let rows = Rows::new(Mutex::new(partition));
            Ok(Some((Form::Rows(rows), bytes)))
        })?;
        match form {
            Some(Form::Rows(rows)) => Ok(rows),
            _ => Ok(Rows::default()),
        }
    }

    /// The months whose rows are not held as they are now; none if that is one alone of which those
    /// of before are held, since it may change every second, and is soon read.
    pub(crate) fn lacking(&self, of: &Namespace, months: &[Month]) -> Vec<Month> {
        let held = self.held();
        let version = |month: &Month| {
            let key = (of.name.clone(), month.span.first, Kind::Rows);
            held.entries.get(&key).map(|entry| entry.version)
        };
        let is_lacking = |month: &&Month| version(month) != Some(month.version);
        let lacking: Vec<Month> = months.iter().filter(is_lacking).copied().collect();
        match lacking.as_slice() {
            [one] if version(one).is_some() => Vec::new(),
            _ => lacking,
        }
    }

    /// The rows of a month, for the page.
    pub(crate) fn packed(&self, of: &Namespace, month: Month) -> Result<Packed, InsightsError> {
        let form = self.form(of, month, Kind::Packed, || {
            let parts = self.store.rollups(&of.names(), month.span)?;
            let packed = Packed::new(packed(&Batch::folded_together(&parts).encode()));
            let bytes = packed.len();
            Ok(Some((Form::Packed(packed), bytes)))
        })?;
        match form {
            Some(Form::Packed(packed)) => Ok(packed),
            _ => Ok(Packed::default()),
        }
    }

    /// Bytes of a month’s rows for the page, if those are held as they are now.
    pub(crate) fn packed_bytes(&self, of: &Namespace, month: Month) -> Option<u64> {
        let key = (of.name.clone(), month.span.first, Kind::Packed);
        match self.held().get(&key, month.version)? {
            Form::Packed(packed) => Some(packed.len() as u64),
            _ => None,
        }
    }

    /// The counts of a month, where the store has them without looking at rows.
    pub(crate) fn counts_of(
        &self,
        of: &Namespace,
        month: Month,
    ) -> Result<Option<Counts>, InsightsError> {
        let form = self.form(of, month, Kind::Counts, || {
            let margins = self
                .store
                .margins(&of.names(), month.span, month.span, &[])?;
            Ok(margins.map(|margins| {
                let counts = Marginal::new(&margins.by_day, &margins.values, &of.name);
                let bytes = counts.bytes();
                (Form::Counts(Arc::new(counts)), bytes)
            }))
        })?;
        Ok(match form {
            Some(Form::Counts(counts)) => Some(counts),
            _ => None,
        })
    }

    /// A month in some form: as it is held, or made. Who needs what somebody else is making waits
    /// for that.
    fn form(
        &self,
        of: &Namespace,
        month: Month,
        kind: Kind,
        make: impl FnOnce() -> Result<Option<(Form, usize)>, InsightsError>,
    ) -> Result<Option<Form>, InsightsError> {
        let key = (of.name.clone(), month.span.first, kind);
        if let Some(form) = self.held().get(&key, month.version) {
            return Ok(Some(form));
        }
        let making = self.held().making(&key);
        // Whoever panicked made nothing.
        let _turn = making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(form) = self.held().get(&key, month.version) {
            return Ok(Some(form));
        }
        Ok(make()?.map(|(form, bytes)| {
            let most = self.limits.held_bytes;
            self.held()
                .put(key, month.version, form.clone(), bytes, most);
            form
        }))
    }
}
