//! What must be there before anything is installed: Rust's wasm target, Node.

use crate::{
    failure::{Failure, Outcome},
    run::{answer, command, run},
    step::step,
};
use std::path::Path;

/// The oldest Node that the helper tools run on.
const NODE_MAJOR: u32 = 20;

/// The target that the page is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that Node is new enough.
pub fn node() -> Outcome<()> {
    let version = answer(&mut command("node --version")).unwrap_or_default();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse().ok());
    match major {
        Some(major) if NODE_MAJOR <= major => {}
        Some(_) => {
            return Err(Failure::new(format!(
                "Node {version} is too old: install Node {NODE_MAJOR} or newer from https://nodejs.org."
            )));
        }
        None => {
            return Err(Failure::new(format!(
                "Node is missing: install Node {NODE_MAJOR} or newer (with npm) from https://nodejs.org."
            )));
        }
    }
    if answer(&mut command("npm --version")).is_none() {
        return Err(Failure::new(
            "npm is missing: it usually comes with Node, as package npm elsewhere.",
        ));
    }
    Ok(())
}

/// Makes sure that Rust compiles for the browser; rustup fetches what that needs.
pub fn wasm_target() -> Outcome<()> {
    let sysroot = answer(&mut command("rustc --print sysroot"))
        .ok_or_else(|| Failure::new("rustc is missing: install Rust through https://rustup.rs."))?;
    if Path::new(&sysroot)
        .join("lib/rustlib")
        .join(WASM)
        .join("lib")
        .is_dir()
    {
        return Ok(());
    }
    if answer(&mut command("rustup --version")).is_none() {
        return Err(Failure::new(format!(
            "Rust's target {WASM} is missing and so is rustup: install Rust through https://rustup.rs."
        )));
    }
    step(&format!("adding the target {WASM}"), || {
        run(&mut command(&format!("rustup target add {WASM}")))
    })
}
