//! Sizes of files that were measured, by their tags: a file that changes has another.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// So many are remembered.
const MOST: usize = 1_000;

/// Files that are measured at the same time: nobody waits for a client meanwhile, so that each
/// keeps a processor busy.
const AT_ONCE: usize = 2;

/// Remembers sizes; those of long ago make room.
pub(crate) struct Sizes {
    known: Mutex<VecDeque<(String, u64)>>,
    /// Lets a few files be measured at a time.
    pub turns: Arc<Semaphore>,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Sizes {
    /// The bytes of the file with a tag, if they were measured.
    pub fn known(&self, tag: &str) -> Option<u64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(of, _)| of == tag);
        found.map(|(_, size)| *size)
    }

    /// Remembers the bytes of the file with a tag.
    pub fn remember(&self, tag: &str, size: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.iter().all(|(of, _)| of != tag) {
            known.push_back((tag.to_owned(), size));
        }
        if known.len() > MOST {
            known.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered() {
        let sizes = Sizes::default();
        for at in 0..=MOST {
            sizes.remember(&at.to_string(), at as u64);
            sizes.remember("7", 7);
        }
        assert_eq!(sizes.known("0"), None);
        assert_eq!(sizes.known("1"), Some(1));
        assert_eq!(sizes.known("1000"), Some(1000));
    }
}
