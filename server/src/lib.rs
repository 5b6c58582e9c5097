//! The server: the built site, the API of the program, and what it keeps.
//!
//! `http` answers requests, `applications` does what they ask by the rules of
//! `program`, `store` keeps it, `evidence` reads elsewhere. Time comes from one clock
//! in `service`, so that tests walk through years.

pub mod accounts;
pub mod applications;
mod checks;
pub mod credentials;
pub mod directory;
pub mod endings;
pub mod events;
pub mod evidence;
pub mod home;
pub mod http;
pub mod importing;
pub mod log;
mod logo;
pub mod mail;
pub mod maintainers;
mod markdown;
pub mod memberships;
pub mod moving;
pub mod namespaces;
pub mod people;
pub mod profiles;
pub mod publisher;
pub mod pull_mails;
pub mod pull_settings;
pub mod pull_totals;
pub mod pulls;
pub mod registries;
pub mod registry;
pub mod renames;
pub mod renewals;
pub mod reviews;
pub mod sample;
pub mod secret;
pub mod service;
pub mod settings;
pub mod snippet;
pub mod standings;
pub mod stars;
pub mod stopping;
pub mod store;
pub mod tokens;
pub mod watched;
