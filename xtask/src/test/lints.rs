//! rustfmt and clippy. Warnings fail.

use super::Count;
use crate::{
    failure::Outcome,
    prerequisites::{self, WASM},
    run::{command, run},
};

/// Whether every file is formatted.
pub fn format() -> Outcome<Count> {
    Ok(Count::step(run(&mut command("cargo fmt --all --check"))))
}

/// Clippy over everything, as it is compiled: pages and workers for the browser, the rest natively.
/// Tests may unwrap: a panic is how they fail.
pub fn lint() -> Outcome<Count> {
    prerequisites::wasm_target()?;
    let native = "--workspace --exclude dsos --exclude pulls-worker";
    let shells = "--package dsos --no-default-features --features ssr";
    let deny = "-- -D warnings";
    let tests = "-- -D warnings -A clippy::unwrap_used";
    let mut count = Count::default();
    for line in [
        format!("{native} --lib --bins {deny}"),
        format!("{native} --tests --benches {tests}"),
        format!("{shells} --lib --bins {deny}"),
        format!("{shells} --tests {tests}"),
        format!("--package dsos --target {WASM} --lib --bins {deny}"),
        format!("--package dsos --target {WASM} --features split,redraw --lib --bins {deny}"),
        format!("--package pulls-worker --target {WASM} --lib --bins {deny}"),
    ] {
        println!("-- cargo clippy {line}");
        count += Count::step(run(&mut command(&format!("cargo clippy --quiet {line}"))));
    }
    Ok(count)
}
