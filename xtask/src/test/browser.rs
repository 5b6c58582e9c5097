//! The tests of the real pages, and the browsers they need.

use super::{
    Count, Wish, node, paragraphs, server,
    site::{self, Site},
};
use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    paths,
    run::{answer, command, run as run_command, shown},
    step::step,
};
use std::{path::Path, process::Command};

/// Where the tests are.
const TESTS: &str = "tests/browser";

/// What Debian calls the browsers and the driver.
const PACKAGES: &str = "chromium chromium-driver firefox-esr";

/// Runs the tests on the split build.
pub fn run(wish: &Wish) -> Outcome<Count> {
    on(&build::build(Splitting::On)?, Splitting::On, wish.long)
}

/// Runs the tests on a built site, at the long level or the everyday one.
pub fn on(dist: &Path, splitting: Splitting, is_long: bool) -> Outcome<Count> {
    if !paths::root().join(TESTS).join("run.mjs").is_file() {
        return Err(Failure::new(format!("{TESTS}/run.mjs is missing.")));
    }
    browsers();
    node::install(TESTS)?;
    if site::browser("CHROMIUM", &site::CHROMIUM).is_none() {
        return Err(Failure::new(format!(
            "Chromium is missing: install it (Debian: apt-get install {PACKAGES}), or name it in CHROMIUM."
        )));
    }
    if site::browser("FIREFOX", &site::FIREFOX).is_none() {
        println!(
            "Firefox is missing: its smoke test is left out (Debian: apt-get install firefox-esr)."
        );
    }
    // The tests run it, and have no time to wait until it is compiled.
    run_command(&mut command(
        "cargo build --quiet --release --package fixtures",
    ))?;
    let site = Site::open(dist)?;
    let mut tests = command(&format!("node {TESTS}/run.mjs"));
    site.tell(&mut tests);
    server::name_registry(&mut tests);
    // Tests of parts that are lost must lose some, where there are parts.
    tests.env("SPLIT", if splitting == Splitting::On { "1" } else { "0" });
    if is_long {
        tests.env("LONG", "1");
    }
    counted("The browser tests", &mut tests)
}

/// Runs tests that print a line each and their count at the end.
pub fn counted(what: &str, tests: &mut Command) -> Outcome<Count> {
    let (is_well, text) = shown(tests)?;
    let mut count =
        last_count(&text).ok_or_else(|| Failure::new(format!("{what} ended without a count.")))?;
    count.failures = failures(&text);
    if !is_well && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// Installs the browsers where that is allowed; what is then missing is said where it is needed.
pub fn browsers() {
    let is_there = |program: &str| site::on_path(program).is_some();
    let is_complete = site::browser("CHROMIUM", &site::CHROMIUM).is_some()
        && site::browser("FIREFOX", &site::FIREFOX).is_some()
        && is_there("chromedriver");
    let is_debian = std::fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
    let is_root = answer(&mut command("id -u")).as_deref() == Some("0");
    if is_complete || !is_debian || !is_root {
        return;
    }
    let installed = step(&format!("installing {PACKAGES}"), || {
        let apt = |line: &str| run_command(command(line).env("DEBIAN_FRONTEND", "noninteractive"));
        apt("apt-get update -qq")?;
        apt(&format!(
            "apt-get install -y -qq --no-install-recommends {PACKAGES}"
        ))
    });
    if let Err(failure) = installed {
        println!("{failure}");
    }
}

/// The last line `N passed, N failed`.
fn last_count(text: &str) -> Option<Count> {
    text.lines().rev().find_map(|line| {
        let (passed, failed) = line.trim().split_once(" passed, ")?;
        let failed = failed.strip_suffix(" failed")?;
        Some(Count::of(passed.parse().ok()?, failed.parse().ok()?))
    })
}

/// The lines `FAILED NAME`, each with the indented ones below it.
fn failures(text: &str) -> Vec<String> {
    paragraphs(
        text,
        |line| line.starts_with("FAILED "),
        |line| line.starts_with("    "),
    )
}

#[cfg(test)]
mod tests {
    use super::{Count, failures, last_count};

    #[test]
    fn the_last_count_is_read() {
        let text = "1 passed, 0 failed\n...\n12 passed, 3 failed\ngoodbye\n";
        assert_eq!(last_count(text), Some(Count::of(12, 3)));
        assert_eq!(last_count("all is well"), None);
    }

    #[test]
    fn failed_tests_are_kept_with_their_reasons() {
        let text = "ok     a (0.1 s)\nFAILED b (0.2 s)\n    left 1\n    at b.test.mjs:3\nok     c (0.1 s)\n    says more\nFAILED d (1 s)\n2 passed, 2 failed\n";
        let expected = [
            "FAILED b (0.2 s)\n    left 1\n    at b.test.mjs:3",
            "FAILED d (1 s)",
        ];
        assert_eq!(failures(text), expected);
    }
}
