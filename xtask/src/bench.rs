//! `cargo xtask bench`: the build, a server, and the measurements of `tests/bench`.

use crate::{
    build::{self, Splitting},
    failure::Outcome,
    run::command,
    test::{browser, node, site::Site},
};

/// Runs the measurements with these arguments; whether they succeeded.
pub fn run(arguments: &[String]) -> Outcome<bool> {
    node::install("tests/bench")?;
    browser::browsers();
    let dist = build::build(Splitting::On)?;
    let site = Site::open(&dist)?;
    let mut bench = command("node tests/bench/run.mjs");
    site.tell(&mut bench);
    crate::run::run(bench.args(arguments)).map(|()| true)
}
