//! Node projects of the tests: what they need is installed into the cache, by the
//! digest of their lockfile, and linked beside them.

use crate::{
    failure::{About, Failure, Outcome},
    files, paths, prerequisites,
    run::{command, run},
    step::step,
};
use std::{fs, path::Path};

/// Installs what the project in `folder` (of the repository) needs.
pub fn install(folder: &str) -> Outcome<()> {
    prerequisites::node()?;
    let project = paths::root().join(folder);
    let lockfile = project.join("package-lock.json");
    let digest = files::short_digest(&files::read_bytes(&lockfile)?);
    let npm = paths::cache()?.join("npm");
    let place = npm.join(&digest);
    if !place.is_dir() {
        step(
            &format!("installing what {folder} needs into {}", place.display()),
            || {
                let partial = npm.join(format!(".{digest}"));
                files::remove(&partial)?;
                for name in ["package.json", "package-lock.json"] {
                    files::copy(&project.join(name), &partial.join(name))?;
                }
                let mut install = command("npm ci --no-audit --no-fund --loglevel=error --prefix");
                // The browsers are the system's own.
                install
                    .arg(&partial)
                    .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                    .env("PUPPETEER_SKIP_DOWNLOAD", "1");
                run(&mut install)?;
                fs::rename(&partial, &place).about(&place)
            },
        )?;
    }
    let modules = place.join("node_modules");
    if !modules.is_dir() {
        return Err(Failure::new(format!(
            "{} is not whole: remove it and try again.",
            place.display()
        )));
    }
    let link = project.join("node_modules");
    if fs::read_link(&link).is_ok_and(|target| target == modules) {
        return Ok(());
    }
    if fs::read_link(&link).is_ok() {
        fs::remove_file(&link).about(&link)?;
    } else if link.is_dir() {
        // Somebody ran npm here, and knows why.
        return Ok(());
    }
    make_link(&modules, &link)
}

#[cfg(unix)]
fn make_link(target: &Path, link: &Path) -> Outcome<()> {
    std::os::unix::fs::symlink(target, link).about(link)
}

#[cfg(windows)]
fn make_link(target: &Path, link: &Path) -> Outcome<()> {
    std::os::windows::fs::symlink_dir(target, link).about(link)
}
