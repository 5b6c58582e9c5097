//! The reader with any bytes: `cargo fuzz` where there is a nightly toolchain.
//! Where there is none, the native tests have replayed the corpus.

use super::{Count, Wish};
use crate::{
    failure::Outcome,
    paths,
    run::{self, answer, command},
    tools,
};
use std::env;

/// Where the fuzz targets are.
const FOLDER: &str = "crates/pulls/fuzz";

/// Seconds for each target in the everyday run, and in the long one.
const SECS: (u32, u32) = (20, 600);

/// Runs each target for a while.
pub fn run(wish: &Wish) -> Outcome<Count> {
    let folder = paths::root().join(FOLDER);
    if answer(&mut command("rustup run nightly rustc --version")).is_none() {
        println!("No nightly toolchain: the native tests have replayed the corpus instead.");
        return Ok(Count::default());
    }
    let mut targets: Vec<String> = std::fs::read_dir(folder.join("fuzz_targets"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            entry
                .path()
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        })
        .collect();
    targets.sort();
    if targets.is_empty() {
        println!("{FOLDER} has no target.");
        return Ok(Count::default());
    }
    let fuzz = tools::fuzz()?.join(format!("cargo-fuzz{}", env::consts::EXE_SUFFIX));
    let secs = if wish.long { SECS.1 } else { SECS.0 };
    let mut count = Count::default();
    for target in targets {
        println!("-- {target}, {secs} s");
        let mut fuzzing = command("rustup run nightly");
        fuzzing
            .arg(&fuzz)
            .args(["run", "--fuzz-dir", FOLDER, &target, "--", "-verbosity=0"])
            .arg(format!("-max_total_time={secs}"));
        count += Count::step(run::run(&mut fuzzing));
    }
    Ok(count)
}
