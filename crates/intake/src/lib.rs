//! From what registries report to pulls in the store.
//!
//! 1. An event becomes [`Spooled`]: its client’s address turns into a country and
//!    keyed hashes ([`visitors`]) before anything is written.
//! 2. The [`Spool`] makes it durable; only then it is acknowledged.
//! 3. The [`Drain`] takes it out again, counts it once, waits until its session has
//!    closed, and appends what it was to the pull store. Tags that were pushed are kept as
//!    [`Pushes`].
//!
//! Everything between the door and the store survives a crash at any moment: what was
//! acknowledged is counted, exactly once.

pub mod copies;
mod counted;
mod drain;
mod error;
mod file;
mod numbering;
mod own;
mod pushes;
mod reports;
mod seen;
mod spool;
mod spooled;
pub mod visitors;

pub use drain::{Drain, Drained};
pub use error::IntakeError;
pub use numbering::{Turn, adopt, check_home};
pub use pushes::{MOST_KEPT, Pushed, Pushes};
pub use reports::{Aside, Report};
pub use spool::{Arrival, Limits, Spool};
pub use spooled::{Happened, Origin, Spooled};
