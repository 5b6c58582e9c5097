//! A ClickHouse of a test’s own, which can be stopped and started again.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// The variable that names the program; without it the tests that need one are left out.
const PROGRAM: &str = "DSOS_CLICKHOUSE_PROGRAM";

/// A server, in a folder that is removed at the end.
pub struct ClickHouse {
    program: String,
    folder: PathBuf,
    running: Option<Child>,
    /// Where it is, as `--pulls` has it: with user and password.
    pub address: String,
}

impl ClickHouse {
    /// Starts one, if there is a program for it; or else says that the test is left out.
    pub fn start() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(program) = std::env::var(PROGRAM).ok().filter(|name| !name.is_empty()) else {
            println!("left out: {PROGRAM} names no program");
            return None;
        };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-homes-{}-{number}", std::process::id());
        let mut server = Self {
            program,
            folder: std::env::temp_dir().join(name),
            running: None,
            address: String::new(),
        };
        server.go_on();
        Some(server)
    }

    /// Starts it again, where it was, with what it had kept.
    pub fn go_on(&mut self) {
        let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/server/clickhouse.mjs");
        let port = self.address.rsplit_once(':').map_or("", |(_, rest)| {
            rest.split_once('/').map_or("", |(port, _)| port)
        });
        let mut starter = Command::new("node")
            .arg(starter)
            .args([&self.program, self.folder.to_str().unwrap()])
            .args((!port.is_empty()).then(|| format!("--port={port}")))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let said = starter.stdout.take().unwrap();
        BufReader::new(said).read_line(&mut line).unwrap();
        self.running = Some(starter);
        let (_, address) = line.trim().split_once('=').expect("ClickHouse starts");
        self.address = address.trim_matches('\'').to_owned();
    }

    /// Stops it.
    pub fn stop(&mut self) {
        if let Some(mut starter) = self.running.take() {
            let mut ask = Command::new("kill");
            let asked = ask.arg(starter.id().to_string()).status();
            if asked.is_ok_and(|status| status.success()) {
                // Whatever it says at its end.
                let _ = starter.wait();
            }
        }
    }
}

impl Drop for ClickHouse {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
