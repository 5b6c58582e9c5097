//! `cargo xtask test`: every check there is, stage by stage. A stage that fails
//! does not keep the next from running; the last line counts all of them.

mod api;
pub mod browser;
mod budget;
mod clickhouse;
mod contract;
mod deny;
mod fuzz;
mod lints;
mod native;
pub mod node;
mod server;
pub mod site;
mod styles;
mod wasm;

use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    step::spoken,
    tidy,
};
use std::{
    ops::AddAssign,
    time::{Duration, Instant},
};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Wish {
    /// What takes longer, too.
    pub long: bool,
    /// Only these stages; all when empty.
    pub only: Vec<String>,
    /// Only print the stages.
    pub list: bool,
}

/// How many checks went how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// Checks that passed.
    pub passed: u64,
    /// Checks that failed.
    pub failed: u64,
    /// What failed, in the words of the checks: it is said again at the end of all stages.
    pub failures: Vec<String>,
}

impl Count {
    /// So many checks, of which none says more.
    pub fn of(passed: u64, failed: u64) -> Self {
        Self {
            passed,
            failed,
            failures: Vec::new(),
        }
    }

    /// One check.
    pub fn one(is_passed: bool) -> Self {
        Self::of(u64::from(is_passed), u64::from(!is_passed))
    }

    /// One check: a step that says itself why it failed.
    pub fn step(outcome: Outcome<()>) -> Self {
        let mut count = Self::one(outcome.is_ok());
        if let Err(failure) = outcome {
            println!("{failure}");
            count.failures.push(failure.to_string());
        }
        count
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.failures.extend(other.failures);
    }
}

/// A part of the tests.
struct Stage {
    name: &'static str,
    about: &'static str,
    run: fn(&Wish) -> Outcome<Count>,
}

/// All of them, quick ones first.
const STAGES: [Stage; 16] = [
    Stage {
        name: "format",
        about: "rustfmt",
        run: |_| lints::format(),
    },
    Stage {
        name: "tidy",
        about: "the project's own text rules",
        run: |_| Ok(tidy::count()),
    },
    Stage {
        name: "style",
        about: "stylelint",
        run: |_| styles::run(),
    },
    Stage {
        name: "lint",
        about: "clippy, natively and for the browser",
        run: |_| lints::lint(),
    },
    Stage {
        name: "native",
        about: "unit, property and snapshot tests",
        run: |_| native::run(),
    },
    Stage {
        name: "contract",
        about: "the clients of the forges against the forges' own documents, addresses against a real database",
        run: |_| contract::run(),
    },
    Stage {
        name: "clickhouse",
        about: "pulls in ClickHouse, one server and two shards (copies, too, with --long)",
        run: clickhouse::run,
    },
    Stage {
        name: "wasm",
        about: "tests/web.rs of each package, in headless Chromium",
        run: |_| wasm::run(),
    },
    Stage {
        name: "build",
        about: "what start builds",
        run: build_stage,
    },
    Stage {
        name: "size",
        about: "bytes before a page is interactive",
        run: |_| budget::run(),
    },
    Stage {
        name: "browser",
        about: "the real pages, axe and Lighthouse",
        run: browser::run,
    },
    Stage {
        name: "server",
        about: "the server as a process: kills, full disks, mail, backups",
        run: server::run,
    },
    Stage {
        name: "api",
        about: "the API, with any requests (longer with --long)",
        run: api::run,
    },
    Stage {
        name: "unsplit",
        about: "the build in one file (--long)",
        run: unsplit_stage,
    },
    Stage {
        name: "deny",
        about: "bans, licenses, sources, advisories",
        run: |_| deny::run(),
    },
    Stage {
        name: "fuzz",
        about: "the reader, with any bytes",
        run: fuzz::run,
    },
];

impl Wish {
    /// Reads the command line.
    pub fn from_arguments(arguments: &[String]) -> Outcome<Self> {
        let mut wish = Self {
            long: false,
            only: Vec::new(),
            list: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--long" => wish.long = true,
                "--list" => wish.list = true,
                "--only" => {
                    let names = rest.next().map(String::as_str).unwrap_or_default();
                    wish.only = names.split(',').map(str::to_owned).collect();
                }
                other => {
                    return Err(Failure::new(format!(
                        "test does not know {other}: --long, --only STAGE, --list."
                    )));
                }
            }
        }
        let is_stage = |name: &String| STAGES.iter().any(|stage| stage.name == name);
        match wish.only.iter().find(|name| !is_stage(name)) {
            Some(name) => Err(Failure::new(format!(
                "There is no stage {name:?}: see cargo xtask test --list."
            ))),
            None => Ok(wish),
        }
    }

    fn wants(&self, stage: &Stage) -> bool {
        if self.only.is_empty() {
            return self.long || stage.name != "unsplit";
        }
        self.only.iter().any(|name| name == stage.name)
    }
}

/// Runs the stages; whether every check passed.
pub fn run(wish: &Wish) -> Outcome<bool> {
    if wish.list {
        for stage in &STAGES {
            println!("{:8}  {}", stage.name, stage.about);
        }
        return Ok(true);
    }
    let begin = Instant::now();
    let mut rows = Vec::new();
    for stage in STAGES.iter().filter(|stage| wish.wants(stage)) {
        println!("\n== {}: {}", stage.name, stage.about);
        let begin = Instant::now();
        let count = (stage.run)(wish).unwrap_or_else(|failure| Count::step(Err(failure)));
        let took = begin.elapsed();
        println!(
            "== {}: {} passed, {} failed in {}",
            stage.name,
            count.passed,
            count.failed,
            spoken(took)
        );
        rows.push((stage.name, count, took));
    }
    for (name, count, _) in rows.iter().filter(|(_, count, _)| count.failed > 0) {
        println!("\n-- failed in {name}:");
        for failure in &count.failures {
            println!("{failure}");
        }
        if count.failures.is_empty() {
            println!("what is said above, at its stage");
        }
    }
    let mut total = Count::default();
    println!("\nstage      minutes   passed   failed");
    for (name, count, took) in rows {
        println!("{}", row(name, took, &count));
        total += count;
    }
    println!("{}", row("all", begin.elapsed(), &total));
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0)
}

/// Paragraphs of a text: from a first line on, all that belong to it; empty ones are left out.
fn paragraphs(
    text: &str,
    is_first: impl Fn(&str) -> bool,
    belongs: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        if is_first(line) {
            is_inside = true;
            found.push(line.to_owned());
            continue;
        }
        is_inside &= belongs(line);
        if let Some(last) = found.last_mut().filter(|_| is_inside && !line.is_empty()) {
            last.push('\n');
            last.push_str(line);
        }
    }
    found
}

fn row(name: &str, took: Duration, count: &Count) -> String {
    format!(
        "{name:8} {:9.1} {:8} {:8}",
        took.as_secs_f64() / 60.0,
        count.passed,
        count.failed
    )
}

fn build_stage(_: &Wish) -> Outcome<Count> {
    build::build(Splitting::On).map(|_| Count::one(true))
}

fn unsplit_stage(_: &Wish) -> Outcome<Count> {
    let dist = build::build(Splitting::Off)?;
    let mut count = Count::one(true);
    // What it looks like in each theme and width is no other: the everyday level is enough.
    count += browser::on(&dist, Splitting::Off, false)?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::{Count, STAGES, Wish};

    fn wish(line: &str) -> Option<Wish> {
        Wish::from_arguments(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
        .ok()
    }

    #[test]
    fn stages_are_chosen_by_name() {
        let some = wish("--only tidy,size").unwrap();
        let chosen: Vec<_> = STAGES
            .iter()
            .filter(|stage| some.wants(stage))
            .map(|stage| stage.name)
            .collect();
        assert_eq!(chosen, ["tidy", "size"]);
        for wrong in ["--only nothing", "--only", "--quick"] {
            assert_eq!(wish(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_the_long_run_builds_twice() {
        let runs = |line| {
            STAGES
                .iter()
                .filter(|stage| wish(line).unwrap().wants(stage))
                .count()
        };
        assert_eq!(runs("--long"), STAGES.len());
        assert_eq!(runs(""), STAGES.len() - 1);
    }

    #[test]
    fn counts_add_up() {
        let mut count = Count::one(true);
        count += Count::of(3, 2);
        count += Count::step(Err(crate::failure::Failure::new("on purpose")));
        let expected = Count {
            passed: 4,
            failed: 3,
            failures: vec!["on purpose".to_owned()],
        };
        assert_eq!(count, expected);
    }
}
