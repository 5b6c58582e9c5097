//! `cargo xtask bench server`: the real server over a large file, under a constant load
//! (`tests/bench/server`).

use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    prerequisites, python,
    run::{command, run as run_to_end},
    serve,
};

/// Runs the measurements with these arguments; whether they succeeded.
pub fn run(arguments: &[String]) -> Outcome<bool> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "The server is measured on Linux: its memory is read from /proc.",
        ));
    }
    prerequisites::node()?;
    // It fills the data; nothing that is measured uses it.
    let python = python::program()?;
    let dist = build::build(Splitting::On)?;
    let server = serve::server()?;
    let mut bench = command("node tests/bench/server/run.mjs");
    bench
        .env("DSOS_SERVER", server)
        .env("DSOS_DIST", dist)
        .env("DSOS_PYTHON", python);
    run_to_end(bench.args(arguments)).map(|()| true)
}
