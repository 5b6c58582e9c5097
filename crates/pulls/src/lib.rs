//! Pull records: reading export files, holding them in columns, filtering,
//! counting, and writing them out again.
//!
//! The crate is pure: no clock, network, DOM or thread. The web workers call
//! it in the browser and the tests call the same functions natively.
//!
//! The way of a file through it:
//!
//! 1. [`header`] says what a file is from its first line.
//! 2. [`partition::Partition`] reads slices of the file ([`scan`], [`record`])
//!    into [`segment::Segment`]s: dictionary codes, one narrow column each.
//! 3. [`desk::Desk`] knows all partitions' dictionaries, plans a
//!    [`query::Query`], merges the partitions' [`tally::Tally`] and makes the
//!    [`view::View`] that chart, table and summary are drawn from.
//! 4. [`summary`] and [`export`] write what a view shows back to CSV.
//!
//! [`streamed`] takes the rows of a raw export one by one instead, out of any
//! stream: for what does more with them than count.
//!
//! Rows that come from no file are a [`batch::Batch`], which a partition holds
//! beside those of files.
//!
//! Any cut of a file into slices and of slices over partitions gives the same
//! view: counts are integers and nothing is sampled or rounded.

pub mod batch;
mod breakdown;
pub mod calendar;
pub mod counted;
mod daily;
pub mod days;
pub mod desk;
pub mod dictionary;
pub mod export;
mod grid;
pub mod header;
pub mod marginal;
pub mod order;
pub mod overlap;
pub mod partition;
pub mod publisher;
pub mod query;
mod raw;
pub mod record;
mod rows;
pub mod scan;
pub mod segment;
pub mod served;
pub mod sieve;
mod step;
pub mod stitch;
pub mod streamed;
pub mod summary;
pub mod tally;
pub mod told;
pub mod view;
pub mod written;
