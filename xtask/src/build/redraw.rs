//! The benchmark's chart: our drawing alone, built as the app is, for a page of its own.

use super::{app::without_places, parts::optimize};
use crate::{
    failure::Outcome,
    files, paths,
    prerequisites::WASM,
    run::{command, run},
    step::step,
    tools,
};
use std::{path::PathBuf, process::Command};

/// The binary.
const NAME: &str = "dsos-redraw";

/// Builds it; answers the folder with its script and its wasm file.
pub fn build() -> Outcome<PathBuf> {
    let tools = tools::for_build()?;
    let out = paths::state().join("redraw");
    step("building the chart that is redrawn", || {
        run(command(&format!(
            "cargo build --quiet --package dsos --bin {NAME} --features redraw --profile app --target {WASM}"
        ))
        .env("CARGO_ENCODED_RUSTFLAGS", without_places()))?;
        let built = paths::target().join(WASM).join("app");
        run(Command::new(tools.bindgen.join("wasm-bindgen"))
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(&out)
            .arg(built.join(format!("{NAME}.wasm"))))?;
        let wasm = out.join(format!("{NAME}_bg.wasm"));
        let optimized = optimize(&wasm, &tools.opt)?;
        files::write(&wasm, optimized)
    })?;
    Ok(out)
}
