//! The tests of the server as a process, which need no browser: started, killed, filled up and
//! put back by Node (`tests/server`).

use super::{Count, Wish, browser, site};
use crate::{
    build::{self, Splitting},
    failure::{About, Failure, Outcome},
    paths, prerequisites, python,
    run::{command, run as run_command},
    serve, tools,
};
use std::{fs, path::PathBuf, process::Command};

/// Where the tests are.
const TESTS: &str = "tests/server";

/// Runs them on the built site and the server that serves it.
pub fn run(wish: &Wish) -> Outcome<Count> {
    prerequisites::node()?;
    let dist = build::build(Splitting::On)?;
    let mut count = Count::default();
    let embedded = if wish.long {
        Some(embedded()?)
    } else {
        // Its program is built and run by the long level alone; that it can be built is seen here.
        count += Count::step(run_command(&mut command(
            "cargo check --quiet --package dsos-server --features embed",
        )));
        None
    };
    let server = serve::server()?;
    let mut tests = command(&format!("node {TESTS}/run.mjs"));
    if let Some(embedded) = embedded {
        tests.env("DSOS_EMBEDDED", embedded);
    }
    tests.env("DSOS_SERVER", server).env("DSOS_DIST", dist);
    // Without it the tests of mail say themselves that they are left out.
    match python::program() {
        Ok(python) => {
            tests.env("DSOS_PYTHON", python);
        }
        Err(failure) => println!("{failure}"),
    }
    name_registry(&mut tests);
    if wish.long {
        tests.env("LONG", "1");
    }
    count += browser::counted("The tests of the server", &mut tests)?;
    Ok(count)
}

/// Names a registry and what fills it to tests, which leave out what needs them where they are not.
pub fn name_registry(tests: &mut Command) {
    for (variable, program) in [("DOCKER_REGISTRY", docker_registry()), ("SKOPEO", skopeo())] {
        match program {
            Ok(program) => {
                tests.env(variable, program);
            }
            Err(failure) => println!("{failure}"),
        }
    }
}

/// The registry that the tests read.
fn docker_registry() -> Outcome<PathBuf> {
    site::browser("DOCKER_REGISTRY", &["docker-registry"]).map_or_else(tools::docker_registry, Ok)
}

/// What fills it.
fn skopeo() -> Outcome<PathBuf> {
    let found = || site::browser("SKOPEO", &["skopeo"]);
    if found().is_none() {
        prerequisites::debian("skopeo")?;
    }
    found().ok_or_else(|| {
        Failure::new(
            "skopeo is missing: install it (Debian: apt-get install skopeo), or name it in SKOPEO.",
        )
    })
}

/// Builds the program with the site in it, beside the other; its path.
fn embedded() -> Outcome<PathBuf> {
    run_command(&mut command(
        "cargo build --quiet --release --package dsos-server --features embed",
    ))?;
    let built = paths::target()
        .join("release")
        .join(format!("dsos{}", std::env::consts::EXE_SUFFIX));
    let copy = paths::target().join(format!("dsos-embedded{}", std::env::consts::EXE_SUFFIX));
    // With the right to be run.
    fs::copy(&built, &copy).about(&copy)?;
    Ok(copy)
}
