//! What page and server say to each other. Types are the same on both sides,
//! paths are built here and nowhere else, and a refusal is a [`Problem`].
//!
//! Times are in UTC (RFC 3339), days are days in UTC (ISO 8601).

pub mod account;
pub mod application;
pub mod directory;
pub mod membership;
pub mod paths;
mod problem;
pub mod profile;
mod program_facts;
pub mod pulls;
pub mod registries;
pub mod review;
pub mod session;
pub mod verify;

pub use problem::{FieldProblem, Problem, ProblemKind};
pub use program_facts::{NamespaceFacts, ProgramFacts};
