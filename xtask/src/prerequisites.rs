//! What must be there before anything is installed: Rust's wasm target, Node; and what Debian has
//! as packages.

use crate::{
    failure::{Failure, Outcome},
    run::{answer, command, run},
    step::step,
};
use std::{fs, path::Path};

/// The oldest Node that the helper tools run on, as major and minor version.
const NODE: (u32, u32) = (20, 19);

/// The target that the page is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Major and minor version of what `node --version` says: `v20.19.4`.
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Makes sure that Node is new enough.
pub fn node() -> Outcome<()> {
    let version = answer(&mut command("node --version")).unwrap_or_default();
    let (major, minor) = NODE;
    match node_version(&version) {
        Some(found) if NODE <= found => {}
        Some(_) => {
            return Err(Failure::new(format!(
                "Node {version} is too old: install Node {major}.{minor} or newer from https://nodejs.org."
            )));
        }
        None => {
            return Err(Failure::new(format!(
                "Node is missing: install Node {major}.{minor} or newer (with npm) from https://nodejs.org."
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

/// Whether this is Debian.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

/// Whether packages may be installed here.
pub fn is_root() -> bool {
    answer(&mut command("id -u")).as_deref() == Some("0")
}

/// Installs packages of Debian, their names parted by blanks, where that is allowed; what is then
/// missing is said where it is needed.
pub fn debian(packages: &str) -> Outcome<()> {
    if !is_debian() || !is_root() {
        return Ok(());
    }
    step(&format!("installing {packages}"), || {
        let apt = |line: &str| run(command(line).env("DEBIAN_FRONTEND", "noninteractive"));
        apt("apt-get update -qq")?;
        apt(&format!(
            "apt-get install -y -qq --no-install-recommends {packages}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{NODE, node_version};

    #[test]
    fn versions_are_compared_by_major_and_minor() {
        for (text, is_enough) in [
            ("v20.19.4", true),
            ("v20.18.1", false),
            ("v18.20.0", false),
            ("v22.0.0\n", true),
        ] {
            let found = node_version(text);
            assert_eq!(
                found.is_some_and(|found| NODE <= found),
                is_enough,
                "{text}"
            );
        }
        assert_eq!(node_version(""), None);
    }
}
