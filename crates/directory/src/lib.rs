//! The directory: who is in. Search, facets and order over every namespace and
//! its repositories, in memory, fast enough to be asked at every key.
//!
//! An [`Index`] is built once from what is known and then only read. Words are
//! found anywhere inside the texts. The index keeps every distinct token of the
//! texts once, with the entries that have it: tens of thousands of short tokens
//! are looked through instead of megabytes of text, and what a token stands in
//! (a namespace, a title, the name of a repository, a description) is known
//! without looking at the text again.
//!
//! The crate knows no clock, no network and no page.

mod entry;
mod index;
mod question;
mod vocabulary;
mod words;

pub use entry::{Entry, RepositoryEntry};
pub use index::Index;
pub use question::{Answer, Hit, MOST_REPOSITORIES, Order, Question};
pub use words::{MOST_CHARACTERS, MOST_WORDS};
