//! From sources to what is served, in three stages. Each has a stamp over its
//! inputs, so that what did not change is not made again:
//!
//! 1. the app: Trunk compiles app and workers; parts and workers get their names;
//! 2. the shells: each page's static text, rendered natively;
//! 3. the pages: one HTML file a page, the style sheet, everything compressed.

mod app;
pub mod bindgen;
mod imports;
mod pack;
mod page;
pub mod parts;
pub mod redraw;
mod scripts;
mod stamp;
mod styles;

use crate::{
    failure::{About, Outcome},
    files, paths, prerequisites,
    run::{command, run},
    step::step,
    tools,
};
use stamp::Stamp;
use std::{
    fs::{self, File},
    path::PathBuf,
};

/// Whether routes are wasm files of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Splitting {
    /// Each page is loaded when it is opened.
    On,
    /// One file: the fallback.
    Off,
}

impl Splitting {
    /// The folder of the stage's state.
    fn app_folder(self) -> PathBuf {
        paths::state().join(match self {
            Self::On => "app",
            Self::Off => "app-unsplit",
        })
    }

    /// Where the finished site goes.
    pub fn dist(self) -> PathBuf {
        match self {
            Self::On => paths::dist(),
            Self::Off => paths::state().join("dist-unsplit"),
        }
    }
}

/// Sources that both the app and its shells are made of.
const SOURCES: [&str; 13] = [
    "src",
    "crates/api/src",
    "crates/charts/src",
    "crates/credential/src",
    "crates/forges/src",
    "crates/pulls/src",
    "crates/program/src",
    "crates/fixtures/src",
    "crates/pulls-worker/src",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "public/theme.js",
];

/// Builds the site; answers the folder it is in.
pub fn build(splitting: Splitting) -> Outcome<PathBuf> {
    prerequisites::node()?;
    prerequisites::wasm_target()?;
    let tools = tools::for_build()?;
    // Two builds at once would write the same files.
    let state = paths::state();
    fs::create_dir_all(&state).about(&state)?;
    let path = state.join("lock");
    let lock = File::create(&path).about(&path)?;
    lock.lock().about(&path)?;

    let app = splitting.app_folder();
    let mut inputs = SOURCES.to_vec();
    inputs.extend([
        "crates/pulls-worker/Cargo.toml",
        "crates/pulls-worker/build.rs",
        "Trunk.toml",
        "index.html",
        "build",
        "xtask/src/build",
    ]);
    let app_stamp = Stamp::of(&app.with_extension("stamp"), &inputs, &tools.versions)?;
    if !app_stamp.holds() || !app.is_dir() {
        step(
            "building the app and its workers (minutes when much changed)",
            || app::build(splitting, &tools, &app),
        )?;
        app_stamp.set()?;
    }

    let shells = state.join("shells");
    let shells_stamp = Stamp::of(&shells.with_extension("stamp"), &SOURCES, &[])?;
    if !shells_stamp.holds() || !shells.is_dir() {
        step("rendering each page's static text", || {
            files::remove(&shells)?;
            run(command(
                "cargo run --quiet --package dsos --bin dsos-shell --no-default-features --features ssr --",
            )
            .arg(&shells))
        })?;
        shells_stamp.set()?;
    }

    let dist = splitting.dist();
    let parts = [
        app_stamp.digest().to_owned(),
        shells_stamp.digest().to_owned(),
    ];
    let name = format!("{}.stamp", files::name(&app).replace("app", "dist"));
    let dist_stamp = Stamp::of(
        &state.join(name),
        &["style", "public", "xtask/src/build"],
        &parts,
    )?;
    if !dist_stamp.holds() || !dist.is_dir() {
        step("putting the pages together and compressing them", || {
            page::compose(&app, &shells, &dist)
        })?;
        dist_stamp.set()?;
    }
    Ok(dist)
}
