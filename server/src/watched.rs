//! What is kept in memory of the data, and read anew when that changed: by this process or by
//! another one, such as a command of whoever runs the server.

use crate::store::{Store, StoreError, standings};
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};

/// Something that is read from the data as a whole.
pub struct Watched<T> {
    /// Its name in the table of changes.
    what: &'static str,
    load: fn(&Connection) -> Result<T, StoreError>,
    held: Mutex<Option<Held<T>>>,
}

struct Held<T> {
    version: i64,
    changes: i64,
    value: Arc<T>,
}

impl<T> Watched<T> {
    /// What `load` reads, as long as the changes of that name are the same.
    pub const fn new(what: &'static str, load: fn(&Connection) -> Result<T, StoreError>) -> Self {
        Self {
            what,
            load,
            held: Mutex::new(None),
        }
    }

    /// What is in memory, if nothing at all was changed since. Takes microseconds.
    ///
    /// # Errors
    /// Those of reading.
    pub fn at_once(&self, store: &Store) -> Result<Option<Arc<T>>, StoreError> {
        let version = store.version()?;
        // Somebody reads it anew: that is not for an async thread to wait for.
        let Ok(held) = self.held.try_lock() else {
            return Ok(None);
        };
        Ok(held
            .as_ref()
            .filter(|held| held.version == version)
            .map(|held| Arc::clone(&held.value)))
    }

    /// What is so now; reads if it has to, one at a time. Blocks: not for an async thread.
    ///
    /// # Errors
    /// Those of reading.
    pub fn now(&self, store: &Store) -> Result<Arc<T>, StoreError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked before it is read: what is written meanwhile is read the next time.
        let version = store.version()?;
        if let Some(held) = held.as_ref().filter(|held| held.version == version) {
            return Ok(Arc::clone(&held.value));
        }
        let known = held.as_ref().map(|held| held.changes);
        let (changes, fresh) = store.read(|connection| {
            let changes = standings::changes(connection, self.what)?;
            let fresh = if known == Some(changes) {
                None
            } else {
                Some((self.load)(connection)?)
            };
            Ok((changes, fresh))
        })?;
        let value = match (fresh, held.take()) {
            (Some(value), _) => Arc::new(value),
            (None, Some(held)) => held.value,
            (None, None) => return Err(StoreError::Interrupted),
        };
        *held = Some(Held {
            version,
            changes,
            value: Arc::clone(&value),
        });
        Ok(value)
    }
}
