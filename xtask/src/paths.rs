//! Where things are: the repository, the cache for tools, the build's own state.

use crate::failure::{Failure, Outcome};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The repository's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |path| root().join(path))
}

/// The build's own state: stamps, compressed files, intermediate pages.
pub fn state() -> PathBuf {
    target().join("xtask")
}

/// What is served.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The cache that outlives checkouts: `DSOS_CACHE`, else the user's cache folder.
pub fn cache() -> Outcome<PathBuf> {
    let named = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    named("DSOS_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|path| path.join("dsos")))
        .or_else(|| named("HOME").map(|home| home.join(".cache").join("dsos")))
        .ok_or_else(|| Failure::new("There is no HOME: set DSOS_CACHE to a folder for the tools."))
}

/// The helper tools, each in a folder `NAME-VERSION`.
pub fn tools() -> Outcome<PathBuf> {
    cache().map(|cache| cache.join("tools"))
}
