//! The registry: what it is asked, with which credentials, and what is kept of its answers.

mod client;
pub mod lookup;
mod repository;
mod sync;

pub use client::{Client, RegistryTrouble};
pub use sync::{Reading, keep_reading, read};
