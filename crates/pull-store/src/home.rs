//! What a home of pulls can do beside keeping them: give a namespace another name, and move.

use crate::{DayRows, PullStore, PullStoreError};

/// A home of pulls, whichever it is.
pub trait PullHome: PullStore {
    /// Puts all that is kept of a namespace under another name, so that whoever takes the old name
    /// later does not see it. What is reported under the old name afterwards stands under that.
    ///
    /// # Errors
    /// When it could not be written; nothing is changed, then.
    fn rename(&self, old: &str, new: &str) -> Result<(), PullStoreError>;

    /// The names that rows are kept under, in order.
    ///
    /// # Errors
    /// When they could not be read.
    fn namespaces(&self) -> Result<Vec<String>, PullStoreError>;

    /// Adds rows that were counted elsewhere, together or not at all, without a number: brought
    /// twice, they are there twice.
    ///
    /// # Errors
    /// When they could not be kept; none of them is, then.
    fn bring(&self, days: &[DayRows]) -> Result<(), PullStoreError>;

    /// Goes on after a block that was appended elsewhere, as if it had been appended here.
    ///
    /// # Errors
    /// When it could not be written; [`PullStoreError::Ahead`] if a later one was appended here.
    fn carry_on(&self, number: u64) -> Result<(), PullStoreError>;
}
