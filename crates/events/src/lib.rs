//! Registry events: what registries report, and which pulls follow from it.
//!
//! The crate knows no network and no clock. Nothing that is reported is
//! trusted: an event that cannot be believed is set aside with its reason, and
//! holds up none of the others. Client addresses are read here for whoever
//! makes a country and a keyed hash of them; nothing here keeps one, and what
//! is set aside has them blotted out.
//!
//! The way of an event:
//!
//! 1. [`distribution`] or [`harbor`] reads the body of a notification.
//! 2. [`sessions`] gathers what one client asked of one repository until it has
//!    been quiet for a while.
//! 3. [`classify()`] says which pulls and version checks those requests were.
//! 4. [`user_agent`] names the client.

pub mod classify;
pub mod distribution;
pub mod event;
pub mod harbor;
pub mod redact;
pub mod sessions;
pub mod user_agent;

pub use classify::{Found, Request, classify};
pub use event::{Event, Kind, Method, Reading, SetAside, Trouble};
pub use sessions::Sessions;
pub use user_agent::{Client, client};
