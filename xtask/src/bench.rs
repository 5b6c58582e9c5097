//! `cargo xtask bench`: the builds, a server, and the measurements of `tests/bench`; with the
//! word `server` first, those of the server itself, with `published`, those of what it publishes, with
//! `pulls`, those of what registries report.

mod published;
mod pulls;
mod server;

use crate::{
    build::{self, Splitting},
    failure::Outcome,
    run::command,
    test::{browser, node, site::Site},
};

/// Runs the measurements with these arguments; whether they succeeded.
pub fn run(arguments: &[String]) -> Outcome<bool> {
    if let Some((word, rest)) = arguments.split_first() {
        match word.as_str() {
            "server" => return server::run(rest),
            "published" => return published::run(rest),
            "pulls" => return pulls::run(rest),
            _ => {}
        }
    }
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
