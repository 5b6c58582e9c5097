//! The clients of the forges against what the forges publish: `crates/forges/tests/contract.rs`,
//! which cargo alone ignores, for it needs these documents. And addresses against a real database.

use super::{Count, native};
use crate::{documents, failure::Outcome, run::command};

/// Runs it, and what reads a real database of countries.
pub fn run() -> Outcome<Count> {
    let mut count = native::cargo_test(
        command("cargo test --quiet --package forges --test contract -- --ignored")
            .env("DSOS_GITHUB_OPENAPI", documents::github()?)
            .env("DSOS_FORGEJO_SWAGGER", documents::forgejo()?),
    )?;
    count += native::cargo_test(
        command("cargo test --quiet --package origins --test databases -- real")
            .env("DSOS_GEOIP", documents::geoip()?),
    )?;
    Ok(count)
}
