//! The project's own commands: `cargo xtask start`, `test`, `build`, `tidy`, `bench`.
//! `main` only maps what a command answers to an exit code.

mod bench;
mod build;
mod documents;
mod failure;
mod files;
mod paths;
mod prerequisites;
mod python;
mod run;
mod serve;
mod step;
mod test;
mod tidy;
mod tools;

use failure::{Failure, Outcome};
use std::{env, process::ExitCode};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  start [--port N] [--sample] [--no-serve] [--unsplit]
          install what is missing, build for release, serve on 127.0.0.1; into an empty data
          folder --sample puts a sample to look around in
  test [--long] [--only STAGE[,STAGE]] [--list]
          run everything, or some stages of it
  build [--unsplit]
          what start does, without serving
  tidy    only the project's own text rules
  bench [server|published|pulls] [ARGUMENTS]
          build, then measure (tests/bench)";

fn main() -> ExitCode {
    // Trunk finds a program named wasm-bindgen first on PATH: this one, by another name.
    if build::bindgen::is_called_as_bindgen() {
        return build::bindgen::stand_in();
    }
    match command() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs what the command line asks for; whether all was well.
fn command() -> Outcome<bool> {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match name.as_str() {
        "start" => serve::start(&serve::Wish::from_arguments(&rest)?).map(|()| true),
        "build" => match rest.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => build::build(build::Splitting::On).map(|_| true),
            ["--unsplit"] => build::build(build::Splitting::Off).map(|_| true),
            _ => Err(Failure::new(USAGE)),
        },
        "test" => test::run(&test::Wish::from_arguments(&rest)?),
        "tidy" => tidy::report(),
        "bench" => bench::run(&rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(true)
        }
        _ => Err(Failure::new(USAGE)),
    }
}
