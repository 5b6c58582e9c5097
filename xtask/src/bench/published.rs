//! `cargo xtask bench published`: badges, the directory, pages of namespaces, and the reading of a
//! registry (`tests/bench/published`).

use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    prerequisites, python,
    run::{command, run as run_to_end},
    serve,
    test::{browser, node, site},
    tools,
};
use std::path::PathBuf;

/// Runs the measurements with these arguments; whether they succeeded.
pub fn run(arguments: &[String]) -> Outcome<bool> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "What is published is measured on Linux: memory is read from /proc.",
        ));
    }
    prerequisites::node()?;
    // It fills the data; nothing that is measured uses it.
    let python = python::program()?;
    let registry = site::browser("DOCKER_REGISTRY", &["docker-registry"])
        .map_or_else(tools::docker_registry, Ok)?;
    let wrk = wrk()?.unwrap_or_else(|| {
        println!(
            "wrk is missing (Debian: apt-get install wrk): what only it measures is left out."
        );
        PathBuf::new()
    });
    node::install("tests/bench")?;
    browser::browsers();
    let dist = build::build(Splitting::On)?;
    let server = serve::server()?;
    let mut bench = command("node tests/bench/published/run.mjs");
    bench
        .env("DSOS_SERVER", server)
        .env("DSOS_DIST", dist)
        .env("DSOS_PYTHON", python)
        .env("DOCKER_REGISTRY", registry)
        .env("WRK", wrk);
    run_to_end(bench.args(arguments)).map(|()| true)
}

/// What asks without a pause, if it is here or can be installed.
pub(super) fn wrk() -> Outcome<Option<PathBuf>> {
    let found = || site::browser("WRK", &["wrk"]);
    if found().is_none() {
        prerequisites::debian("wrk")?;
    }
    Ok(found())
}
