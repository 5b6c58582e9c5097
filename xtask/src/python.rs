//! The Python environment of the tests: what they need of it, each package of one version, in
//! the cache by the digest of that list. Nothing is installed into the system's Python.

use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
    run::{answer, command, run},
    step::step,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What is installed, each with the name that it is imported by; the other lines of the list only
/// hold what these need to one version.
const PACKAGES: [(&str, &str); 4] = [
    ("aiosmtpd", "aiosmtpd"),
    ("cryptography", "cryptography"),
    ("PyJWT", "jwt"),
    ("schemathesis", "schemathesis"),
];

/// Every package and its version, one a line.
const LIST: &str = include_str!("python.txt");

/// Names that Python goes by.
const NAMES: [&str; 2] = ["python3", "python"];

/// The Python of the environment, which is made now if need be.
pub fn program() -> Outcome<PathBuf> {
    let digest = files::short_digest(LIST.as_bytes());
    let tools = paths::tools()?;
    let place = tools.join(format!("python-{digest}"));
    let program = inside(&place);
    if is_whole(&program) {
        return Ok(program);
    }
    step(
        &format!(
            "installing {} into {}",
            PACKAGES.map(|(package, _)| package).join(", "),
            place.display()
        ),
        || {
            // It is written for where it stands, but its Python finds its packages from anywhere.
            let partial = tools.join(format!(".python-{digest}"));
            files::remove(&partial)?;
            files::remove(&place)?;
            make(&partial)?;
            fs::rename(&partial, &place).about(&place)
        },
    )?;
    if is_whole(&program) {
        return Ok(program);
    }
    Err(Failure::new(format!(
        "The Python environment was made but does not run: {}.",
        program.display()
    )))
}

/// Makes the environment in `folder`.
fn make(folder: &Path) -> Outcome<()> {
    let system = NAMES
        .into_iter()
        .find(|name| answer(&mut command(&format!("{name} --version"))).is_some())
        .ok_or_else(|| {
            Failure::new("Python is missing: install Python 3.11 or newer from https://python.org.")
        })?;
    run(command(&format!("{system} -m venv")).arg(folder)).map_err(|failure| {
        Failure::new(format!(
            "{failure} The module venv may be missing (Debian: apt-get install python3-venv)."
        ))
    })?;
    let list = folder.join("python.txt");
    files::write(&list, LIST)?;
    let mut install = Command::new(inside(folder));
    install
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .arg("--constraint")
        .arg(&list)
        .args(PACKAGES.map(|(package, _)| package));
    run(&mut install)
}

/// The Python in an environment.
fn inside(folder: &Path) -> PathBuf {
    if cfg!(windows) {
        folder.join("Scripts").join("python.exe")
    } else {
        folder.join("bin").join("python")
    }
}

fn is_whole(program: &Path) -> bool {
    let import = format!("import {}", PACKAGES.map(|(_, module)| module).join(", "));
    answer(Command::new(program).args(["-c", &import])).is_some()
}

#[cfg(test)]
mod tests {
    use super::{LIST, PACKAGES};

    #[test]
    fn every_package_is_of_one_version() {
        let names: Vec<&str> = LIST
            .lines()
            .map(|line| line.split_once("==").expect(line).0)
            .collect();
        for (package, _) in PACKAGES {
            assert!(names.contains(&package), "{package}");
        }
    }
}
