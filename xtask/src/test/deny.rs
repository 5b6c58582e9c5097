//! `cargo deny`: which crates, under which licenses, from where. Advisories need
//! their database, which cannot be had everywhere.

use super::Count;
use crate::{
    failure::{Failure, Outcome},
    run::{self, command},
    tools,
};
use std::{env, process::Stdio};

/// What needs nothing but the lockfile.
const LOCAL: [&str; 3] = ["bans", "licenses", "sources"];

/// Runs the checks.
pub fn run() -> Outcome<Count> {
    let before = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        [tools::deny()?]
            .into_iter()
            .chain(env::split_paths(&before)),
    )
    .map_err(|error| Failure::new(format!("PATH: {error}")))?;
    let deny = |line: &str| {
        let mut deny = command(&format!("cargo deny --log-level error {line}"));
        deny.env("PATH", &path);
        deny
    };
    let mut count = Count::default();
    for check in LOCAL {
        println!("-- {check}");
        count += Count::step(run::run(&mut deny(&format!("check {check}"))));
    }
    let has_database = deny("fetch db")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if has_database {
        println!("-- advisories");
        count += Count::step(run::run(&mut deny("check --disable-fetch advisories")));
    } else {
        println!("-- advisories: left out, their database cannot be reached from here");
    }
    Ok(count)
}
