//! Mail: what is written, and how it goes out. Without a mail server mails stay in
//! the outbox, which a listener of its own shows to this machine alone.

pub mod delivery;
pub mod pulls;
pub mod words;
