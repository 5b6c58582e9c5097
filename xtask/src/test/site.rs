//! The built site, served for as long as tests need it.

use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
    run::run,
    serve,
};
use std::{
    env,
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The first port that is tried: not the one that `start` uses.
const PORT: u16 = 8480;

/// The first port that is tried for the outbox.
const OUTBOX_PORT: u16 = 8680;

/// The first port that is tried for the forge of the sample, where the tests answer.
const FORGE_PORT: u16 = 8880;

/// The forges that pages may ask, beside that of the sample.
const FORGES: &str = "github,github.com,https://api.github.com;gitlab,gitlab.com,https://gitlab.com/api/v4;forgejo,codeberg.org,https://codeberg.org/api/v1";

/// Who may run the program in the tests.
pub const STAFF: [&str; 2] = ["marta@hub.example", "Marta Oduya"];

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that stops when it is dropped.
#[derive(Debug)]
pub struct Site {
    server: Child,
    port: u16,
    outbox: u16,
    forge: Option<u16>,
    dist: PathBuf,
    data: PathBuf,
}

impl Site {
    /// Serves `dist` and waits until it answers.
    pub fn open(dist: &Path) -> Outcome<Self> {
        let forge = serve::free_port(FORGE_PORT)?;
        let forges = format!("{FORGES};github,forge.example,http://127.0.0.1:{forge}");
        let mut site = Self::open_with(dist, &["--sample", "--forge", &forges])?;
        site.forge = Some(forge);
        Ok(site)
    }

    /// The same, with more arguments of the server.
    pub fn open_with(dist: &Path, arguments: &[&str]) -> Outcome<Self> {
        let program = serve::server()?;
        let port = serve::free_port(PORT)?;
        let outbox = serve::free_port(OUTBOX_PORT)?;
        // Every run begins with nothing.
        let data = paths::target().join(format!("test-data-{port}"));
        files::remove(&data)?;
        let server = Command::new(&program)
            .arg("--dir")
            .arg(dist)
            .arg("--data")
            .arg(&data)
            .args(["--port", &port.to_string()])
            .args(["--outbox-port", &outbox.to_string()])
            // Tests ask for more at once than people do; the limits have tests of their own.
            .args(["--limits", "off"])
            // Nobody waits a minute for what was reported to be counted.
            .args(["--session-secs", "1"])
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
            .about(&program)?;
        let site = Self {
            server,
            port,
            outbox,
            forge: None,
            dist: dist.to_path_buf(),
            data,
        };
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if site.is_well() {
                run(Command::new(&program)
                    .arg("add-staff")
                    .args(STAFF)
                    .arg("--data")
                    .arg(&site.data)
                    .stdout(Stdio::null()))?;
                return Ok(site);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(Failure::new("The server did not answer."))
    }

    /// The site's address.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The outbox's address.
    pub fn outbox(&self) -> String {
        format!("http://127.0.0.1:{}", self.outbox)
    }

    /// The site's address, its outbox, who runs the program, and the browsers, in the
    /// environment of `command`.
    pub fn tell(&self, command: &mut Command) {
        command
            .env("DSOS_URL", self.address())
            .env("DSOS_OUTBOX", self.outbox())
            .env("DSOS_STAFF", STAFF[0])
            .env(
                "DSOS_FORGE_PORT",
                self.forge.unwrap_or_default().to_string(),
            )
            .env("DSOS_DIST", &self.dist);
        for (name, programs) in [("CHROMIUM", &CHROMIUM[..]), ("FIREFOX", &FIREFOX[..])] {
            if let Some(program) = browser(name, programs) {
                command.env(name, program);
            }
        }
    }

    fn is_well(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            stream.write_all(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
            let mut text = String::new();
            stream.read_to_string(&mut text)?;
            Ok(text)
        };
        ask().is_ok_and(|text| text.split(' ').nth(1) == Some("200"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone after this.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = files::remove(&self.data);
    }
}

/// Names that Chromium goes by.
pub const CHROMIUM: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Names that Firefox goes by.
pub const FIREFOX: [&str; 3] = [
    "firefox-esr",
    "firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/// The browser that the environment names, else the first of `programs` that is there.
pub fn browser(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from);
    named.or_else(|| programs.iter().find_map(|program| on_path(program)))
}

/// Where a program is.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
