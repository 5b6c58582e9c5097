//! `cargo xtask start`: build, then serve on this machine.

use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    paths,
    run::{command, run},
    step::step,
};
use std::{
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::Command,
};

/// The first port that is tried.
const PORT: u16 = 8080;

/// How many ports after it are tried.
const TRIES: u16 = 50;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Wish {
    /// This port and no other.
    pub port: Option<u16>,
    /// Serve, or only build.
    pub serve: bool,
    /// Split or whole.
    pub splitting: Splitting,
    /// Whether an empty data folder is filled with a sample.
    pub sample: bool,
}

impl Wish {
    /// Reads the command line.
    pub fn from_arguments(arguments: &[String]) -> Outcome<Self> {
        let mut wish = Self {
            port: None,
            serve: true,
            splitting: Splitting::On,
            sample: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--no-serve" => wish.serve = false,
                "--unsplit" => wish.splitting = Splitting::Off,
                "--sample" => wish.sample = true,
                "--port" => {
                    let port = rest
                        .next()
                        .and_then(|text| text.parse().ok())
                        .filter(|port| 0 < *port);
                    wish.port =
                        Some(port.ok_or_else(|| {
                            Failure::new("--port takes a number from 1 to 65535.")
                        })?);
                }
                other => {
                    return Err(Failure::new(format!(
                        "start does not know {other}: --port N, --sample, --no-serve, --unsplit."
                    )));
                }
            }
        }
        Ok(wish)
    }
}

/// Builds, and serves until it is stopped.
pub fn start(wish: &Wish) -> Outcome<()> {
    let dist = build::build(wish.splitting)?;
    let server = server()?;
    if !wish.serve {
        println!("Built: {}", dist.display());
        return Ok(());
    }
    let port = match wish.port {
        Some(port) if is_free(port) => port,
        Some(port) => {
            return Err(Failure::new(format!(
                "Port {port} is taken: choose another with --port."
            )));
        }
        None => free_port(PORT)?,
    };
    let mut serve = Command::new(server);
    if wish.sample {
        serve.arg("--sample");
    }
    run(serve
        .arg("--dir")
        .arg(dist)
        // Beside the checkout's files, where cleaning what was built does not reach it.
        .arg("--data")
        .arg(paths::root().join("data"))
        .args(["--port", &port.to_string()]))
}

/// The first free port from `first` on.
pub fn free_port(first: u16) -> Outcome<u16> {
    (first..first.saturating_add(TRIES))
        .find(|port| is_free(*port))
        .ok_or_else(|| {
            Failure::new(format!(
                "No port from {first} on is free: choose one with --port."
            ))
        })
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Builds the server, if need be; its program.
pub fn server() -> Outcome<PathBuf> {
    let program = paths::target()
        .join("release")
        .join(format!("dsos{}", std::env::consts::EXE_SUFFIX));
    let build = || {
        run(&mut command(
            "cargo build --quiet --release --package dsos-server",
        ))
    };
    if program.is_file() {
        build()?;
    } else {
        step("building the server", build)?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::{Splitting, Wish};

    #[test]
    fn arguments_are_read_or_refused() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let wish = Wish::from_arguments(&words("--port 9000 --no-serve --sample")).unwrap();
        assert_eq!(
            wish,
            Wish {
                port: Some(9000),
                serve: false,
                splitting: Splitting::On,
                sample: true,
            }
        );
        for wrong in ["--port", "--port 0", "--port many", "--prot 1"] {
            assert!(Wish::from_arguments(&words(wrong)).is_err(), "{wrong}");
        }
    }
}
