//! The clients of the forges against what the forges publish: `crates/forges/tests/contract.rs`,
//! which cargo alone ignores, for it needs these documents.

use super::{Count, native};
use crate::{documents, failure::Outcome, run::command};

/// Runs it.
pub fn run() -> Outcome<Count> {
    native::cargo_test(
        command("cargo test --quiet --package forges --test contract -- --ignored")
            .env("DSOS_GITHUB_OPENAPI", documents::github()?)
            .env("DSOS_FORGEJO_SWAGGER", documents::forgejo()?),
    )
}
