//! Tests of what only a browser can do, below the pages: `tests/web.rs` of any
//! package, run by wasm-bindgen's runner in headless Chromium.

use super::{Count, native, site};
use crate::{
    failure::{Failure, Outcome},
    files, paths, prerequisites,
    run::command,
    tools,
};
use std::env;

/// Runs them; no check where no package has such tests.
pub fn run() -> Outcome<Count> {
    let root = paths::root();
    let mut packages: Vec<_> = [root.clone()]
        .into_iter()
        .chain(folders(&root.join("crates")))
        .filter(|folder| folder.join("tests").join("web.rs").is_file())
        .collect();
    packages.sort();
    if packages.is_empty() {
        println!("No package has tests/web.rs.");
        return Ok(Count::default());
    }
    prerequisites::wasm_target()?;
    super::browser::browsers();
    let driver = site::on_path("chromedriver").ok_or_else(|| {
        Failure::new("chromedriver is missing: install Debian's chromium-driver, or the one that belongs to your Chromium.")
    })?;
    let before = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        [tools::bindgen()?]
            .into_iter()
            .chain(env::split_paths(&before)),
    )
    .map_err(|error| Failure::new(format!("PATH: {error}")))?;
    let mut count = Count::default();
    for package in packages {
        let manifest = package.join("Cargo.toml");
        let name = if package == root {
            "dsos".to_owned()
        } else {
            files::name(&package)
        };
        println!("-- {name} ({})", manifest.display());
        count += native::cargo_test(
            command(&format!(
                "cargo test --target {} --test web --package {name}",
                prerequisites::WASM
            ))
            .env("PATH", &path)
            .env("CHROMEDRIVER", &driver),
        )?;
    }
    Ok(count)
}

fn folders(parent: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}
