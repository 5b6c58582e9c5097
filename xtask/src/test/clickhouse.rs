//! The pull store’s home in ClickHouse against real servers: one, two shards behind a cluster, and
//! with `--long` two shards of two copies each, which take ZooKeeper; and the server with it, while
//! it is stopped as well.

use super::{Count, Wish, native};
use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
    run::command,
    tools,
};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running server, or the shards of a cluster, until it is dropped.
struct Running {
    starter: Child,
    /// The variable that names it to the tests, and its address.
    variable: (String, String),
}

impl Running {
    /// Starts what some flags say from a program, with its data in a folder.
    fn start(program: &Path, folder: &Path, flags: &[&str]) -> Outcome<Self> {
        files::remove(folder)?;
        let mut starter = command("node tests/server/clickhouse.mjs");
        starter
            .args([program, folder])
            .args(flags)
            .stdout(Stdio::piped());
        let mut starter = starter.spawn().about(program)?;
        let mut line = String::new();
        if let Some(said) = starter.stdout.take() {
            // What it says in other words is no address, and is told as that.
            let _ = BufReader::new(said).read_line(&mut line);
        }
        let mut running = Self {
            starter,
            variable: Default::default(),
        };
        let (name, address) = line
            .trim()
            .split_once('=')
            .ok_or_else(|| Failure::new(format!("ClickHouse did not start: {line}")))?;
        running.variable = (name.to_owned(), address.trim_matches('\'').to_owned());
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends its servers when it is asked to; had it ended already, there is nobody to ask.
        let mut ask = Command::new("kill");
        let asked = ask.arg(self.starter.id().to_string()).status();
        if asked.is_ok_and(|status| status.success()) {
            let _ = self.starter.wait();
        }
    }
}

/// Two copies of each of two shards.
fn start_copies(program: &Path, folder: &Path, packages: &Path) -> Outcome<Running> {
    let packages = packages.display().to_string();
    let flags = ["--shards", "2", "--copies", "2", "--zookeeper", &packages];
    Running::start(program, folder, &flags)
}

/// Runs the tests of that home; with `--long` those that break connections off, and on copies, too.
pub fn run(wish: &Wish) -> Outcome<Count> {
    let program = match tools::clickhouse() {
        Ok(program) => program,
        // It is left out where it cannot be had, and says so.
        Err(failure) => {
            println!("{failure}");
            return Ok(Count::default());
        }
    };
    let folder = paths::target().join("clickhouse");
    let mut all = vec![
        Running::start(&program, &folder.join("one"), &[])?,
        Running::start(&program, &folder.join("two"), &["--shards", "2"])?,
    ];
    let mut tests = command(
        "cargo test --quiet --no-fail-fast --package pull-store --test clickhouse --test clickhouse_questions",
    );
    if wish.long {
        tests.args(
            ["clickhouse_faults", "clickhouse_copies", "clickhouse_lost"]
                .map(|name| format!("--test={name}")),
        );
        match tools::zookeeper() {
            Ok(packages) => {
                all.push(start_copies(&program, &folder.join("copies"), &packages)?);
                // These start and stop their own.
                tests.env("DSOS_CLICKHOUSE_PROGRAM", &program);
                tests.env("DSOS_ZOOKEEPER", &packages);
            }
            // Copies are left out then, and it says so.
            Err(failure) => println!("{failure}"),
        }
    }
    for running in &all {
        let (name, address) = &running.variable;
        tests.env(name, address);
    }
    let mut count = native::cargo_test(&mut tests)?;
    // These start and stop their own.
    let mut tests = command("cargo test --quiet --package dsos-server --test server homes::");
    tests.env("DSOS_CLICKHOUSE_PROGRAM", &program);
    count += native::cargo_test(&mut tests)?;
    Ok(count)
}
