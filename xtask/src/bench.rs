//! `cargo xtask bench`: the builds, a server, and the measurements of `tests/bench`.

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
    let redraw = build::redraw::build()?;
    let site = Site::open(&dist)?;
    let mut bench = command("node tests/bench/run.mjs");
    site.tell(&mut bench);
    bench.env("DSOS_REDRAW", redraw);
    crate::run::run(bench.args(arguments)).map(|()| true)
}
