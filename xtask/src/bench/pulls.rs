//! `cargo xtask bench pulls`: events in, insights of stored pulls, and the insights tab in a browser
//! (`tests/bench/pulls`).

use super::published::wrk;
use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    paths, prerequisites, python,
    run::{command, run as run_to_end},
    serve,
    test::{browser, node},
    tools,
};

/// Runs the measurements with these arguments; whether they succeeded.
pub fn run(arguments: &[String]) -> Outcome<bool> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "Pulls are measured on Linux: memory is read from /proc.",
        ));
    }
    prerequisites::node()?;
    let python = python::program()?;
    let wrk = wrk()?.ok_or_else(|| {
        Failure::new("wrk is missing: install it (Debian: apt-get install wrk) and run this again.")
    })?;
    node::install("tests/bench")?;
    browser::browsers();
    let dist = build::build(Splitting::On)?;
    let server = serve::server()?;
    run_to_end(&mut command(
        "cargo build --release -p insights --example bench",
    ))?;
    let mut bench = command("node tests/bench/pulls/run.mjs");
    bench
        .env("DSOS_SERVER", server)
        .env("DSOS_DIST", dist)
        .env("DSOS_PYTHON", python)
        .env(
            "DSOS_INSIGHTS_BENCH",
            paths::target().join("release/examples/bench"),
        )
        .env("WRK", wrk);
    match tools::clickhouse() {
        Ok(program) => {
            bench.env("DSOS_CLICKHOUSE_PROGRAM", program);
        }
        // The benchmark says so if it is asked for it.
        Err(failure) => println!("{failure}"),
    }
    run_to_end(bench.args(arguments)).map(|()| true)
}
