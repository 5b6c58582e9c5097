//! The helper tools, each of one version, in a cache folder named by name and
//! version. What was only half installed does not count: a tool is built beside
//! its place, moved there when it is whole, and must answer before it is used.

mod debian;

pub use debian::{clickhouse, docker_registry, zookeeper};

use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
    run::{answer, command, run},
    step::step,
};
use std::{fs, path::PathBuf, process::Command};

/// A tool that cargo builds.
#[derive(Debug, Clone, Copy)]
struct Crate<'a> {
    /// The name of its folder in the cache.
    name: &'a str,
    version: &'a str,
    /// What `cargo install` is given after the version.
    source: &'a str,
    /// The program, and the argument that it answers to at once.
    program: &'a str,
    greeting: &'a str,
}

const TRUNK: &str = "0.21.14";
const WASM_SPLIT: &str = "0.2.4";
const BINARYEN: &str = "132";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";

/// What the build runs, by folder on PATH.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Folder of `trunk`.
    pub trunk: PathBuf,
    /// Folder of `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub bindgen: PathBuf,
    /// Folder of `wasm-split-cli`.
    pub split: PathBuf,
    /// Folder of `wasm-opt`.
    pub opt: PathBuf,
    /// Names and versions, for fingerprints.
    pub versions: Vec<String>,
}

/// Finds or installs everything the build runs.
pub fn for_build() -> Outcome<Tools> {
    let bindgen = bindgen_version()?;
    let trunk = cargo_tool(Crate {
        name: "trunk",
        version: TRUNK,
        source: "trunk --locked",
        program: "trunk",
        greeting: "--version",
    })?;
    let split = cargo_tool(Crate {
        name: "wasm-split",
        version: WASM_SPLIT,
        source: "wasm_split_cli_support --locked --features build-binary",
        program: "wasm-split-cli",
        greeting: "--help",
    })?;
    let opt = npm_tool("binaryen", BINARYEN, "wasm-opt")?;
    Ok(Tools {
        versions: vec![
            format!("trunk {TRUNK}"),
            format!("wasm-bindgen {bindgen}"),
            format!("wasm-split {WASM_SPLIT}"),
            format!("binaryen {BINARYEN}"),
            answer(&mut command("rustc --version")).unwrap_or_default(),
        ],
        trunk,
        bindgen: bindgen_tools(&bindgen)?,
        split,
        opt,
    })
}

/// Finds or installs the wasm-bindgen tools of the locked version.
pub fn bindgen() -> Outcome<PathBuf> {
    bindgen_tools(&bindgen_version()?)
}

/// Finds or installs `cargo-deny`.
pub fn deny() -> Outcome<PathBuf> {
    cargo_tool(Crate {
        name: "cargo-deny",
        version: CARGO_DENY,
        source: "cargo-deny --locked --no-default-features",
        program: "cargo-deny",
        greeting: "--version",
    })
}

/// Finds or installs `cargo-fuzz`.
pub fn fuzz() -> Outcome<PathBuf> {
    cargo_tool(Crate {
        name: "cargo-fuzz",
        version: CARGO_FUZZ,
        source: "cargo-fuzz --locked",
        program: "cargo-fuzz",
        greeting: "--version",
    })
}

fn bindgen_tools(version: &str) -> Outcome<PathBuf> {
    // Not --locked: its lockfile names a release of a dependency that is gone.
    cargo_tool(Crate {
        name: "wasm-bindgen",
        version,
        source: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        greeting: "--version",
    })
}

/// The version of wasm-bindgen that Cargo.lock names; the tool must be of the same.
fn bindgen_version() -> Outcome<String> {
    let path = paths::root().join("Cargo.lock");
    locked(&files::read(&path)?, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen."))
}

/// The version of a package in a lockfile.
fn locked(lockfile: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lockfile.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

/// The folder with the tool's program, built now if need be.
fn cargo_tool(tool: Crate) -> Outcome<PathBuf> {
    let Crate {
        name,
        version,
        source,
        program,
        greeting,
    } = tool;
    let tools = paths::tools()?;
    let place = tools.join(format!("{name}-{version}"));
    let bin = place.join("bin");
    let answers = || answer(Command::new(bin.join(program)).arg(greeting)).is_some();
    if answers() {
        return Ok(bin);
    }
    step(
        &format!(
            "installing {name} {version} into {} (minutes, once)",
            place.display()
        ),
        || {
            let partial = tools.join(format!(".{name}-{version}"));
            let work = tools.join(format!(".{name}-{version}-target"));
            files::remove(&partial)?;
            files::remove(&place)?;
            fs::create_dir_all(&tools).about(&tools)?;
            let mut install = command(&format!("cargo install {source} --version {version}"));
            // Helpers run for seconds: building them fast is worth more than fast helpers.
            install
                .arg("--root")
                .arg(&partial)
                .env("CARGO_TARGET_DIR", &work)
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
            let installed = run(&mut install);
            files::remove(&work)?;
            installed?;
            fs::rename(&partial, &place).about(&place)
        },
    )?;
    if answers() {
        return Ok(bin);
    }
    Err(Failure::new(format!(
        "{name} {version} was installed but does not run: {}.",
        bin.display()
    )))
}

/// The folder with a program of an npm package, fetched now if need be.
fn npm_tool(package: &str, version: &str, program: &str) -> Outcome<PathBuf> {
    let tools = paths::tools()?;
    let place = tools.join(format!("{package}-{version}"));
    let bin = place.join("node_modules").join(".bin");
    let answers = || answer(Command::new(bin.join(program)).arg("--version")).is_some();
    if answers() {
        return Ok(bin);
    }
    step(
        &format!("installing {package} {version} into {}", place.display()),
        || {
            let partial = tools.join(format!(".{package}-{version}"));
            files::remove(&partial)?;
            files::remove(&place)?;
            fs::create_dir_all(&partial).about(&partial)?;
            let mut install = command(&format!(
                "npm install --no-audit --no-fund --loglevel=error {package}@{version} --prefix"
            ));
            run(install.arg(&partial))?;
            fs::rename(&partial, &place).about(&place)
        },
    )?;
    if answers() {
        return Ok(bin);
    }
    Err(Failure::new(format!(
        "{package} {version} was installed but {program} does not run."
    )))
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn the_locked_version_is_read() {
        let lockfile = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lockfile, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lockfile, "trunk"), None);
    }
}
