//! What may be set, by flag, environment or file, in this order of weight.
//! Everything is checked before anything begins.

use clap::{Args, Parser, Subcommand};
use forges::{Forge, Forges};
use serde::Deserialize;
use std::{
    fmt, fs, io,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

/// Days within which an application is to be decided, unless set.
const TARGET_DAYS: u32 = 14;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "dsos-server",
    about = "Serves the Docker-Sponsored Open Source Program: its pages and its API.",
    disable_version_flag = true
)]
pub struct CommandLine {
    /// What to do; serve, if nothing is named.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How.
    #[command(flatten)]
    pub given: Given,
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the pages and the API (the default).
    Serve,
    /// Let somebody run the program: they sign in with a code that is mailed to them. Also while
    /// the server runs.
    AddStaff {
        /// Their mail address.
        mail: String,
        /// How applicants read their name.
        name: String,
    },
    /// Write a copy of the data to FILE, also while the server runs.
    Backup {
        /// The file, which must not exist yet.
        file: PathBuf,
    },
    /// Put a backup in place of the data; the server must not run.
    Restore {
        /// A file that `backup` wrote.
        file: PathBuf,
    },
}

/// What was set in one place; what is absent there is not set there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// A TOML file with the same settings by their long names.
    #[arg(long, global = true, env = "DSOS_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// The built site [default: dist].
    #[arg(long, global = true, env = "DSOS_DIR", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Where the data is kept [default: data beside the program].
    #[arg(long, global = true, env = "DSOS_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The port to listen on; 0 for any free one [default: 8080].
    #[arg(long, global = true, env = "DSOS_PORT")]
    pub port: Option<u16>,
    /// The address to listen on [default: 127.0.0.1].
    #[arg(long, global = true, env = "DSOS_BIND", value_name = "ADDRESS")]
    pub bind: Option<IpAddr>,
    /// Where people reach this server, such as https://hub.example: for links in mails
    /// and for telling own pages from others' [default: the address it listens on].
    #[arg(long, global = true, env = "DSOS_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy whose word about the client's address is taken (repeatable).
    #[arg(
        long,
        global = true,
        env = "DSOS_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub trusted_proxy: Option<Vec<IpAddr>>,
    /// A forge that pages may ask, as kind,host,api (repeatable; replaces the
    /// default three: github.com, gitlab.com, codeberg.org).
    #[arg(
        long,
        global = true,
        env = "DSOS_FORGE",
        value_name = "FORGE",
        value_delimiter = ';'
    )]
    pub forge: Option<Vec<String>>,
    /// The mail server, such as smtps://user:password@mail.example. Without it mails wait in
    /// the outbox.
    #[arg(
        long,
        global = true,
        env = "DSOS_SMTP",
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp: Option<String>,
    /// The sender of all mails [default: program@localhost].
    #[arg(long, global = true, env = "DSOS_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// The port on which the outbox is shown to this machine; 0 for any free one [default: 8081].
    #[arg(long, global = true, env = "DSOS_OUTBOX_PORT", value_name = "PORT")]
    pub outbox_port: Option<u16>,
    /// Days within which an application is to be decided [default: 14].
    #[arg(long, global = true, env = "DSOS_TARGET_DAYS", value_name = "DAYS")]
    pub target_days: Option<u32>,
}

/// How to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The built site.
    pub dir: PathBuf,
    /// Where the data is kept.
    pub data: PathBuf,
    /// The port; 0 for any.
    pub port: u16,
    /// The address.
    pub bind: IpAddr,
    /// Where people reach this server, without a slash at the end, if it was set.
    pub public_url: Option<String>,
    /// Proxies whose word about the client’s address is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// The forges that pages may ask.
    pub forges: Forges,
    /// The mail server, if there is one. It may hold a password.
    pub smtp: Option<String>,
    /// The sender of all mails.
    pub mail_from: String,
    /// The port of the outbox.
    pub outbox_port: u16,
    /// Days within which an application is to be decided.
    pub target_days: u32,
}

/// What is wrong with the settings.
#[derive(Debug)]
pub enum SettingsError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The file is not TOML, or has settings that there are none of.
    File(PathBuf, toml::de::Error),
    /// Not a forge.
    Forge(forges::ForgeError),
    /// Two forges of one host.
    TwoForges(String),
    /// Not the address of a site.
    PublicUrl(String),
    /// Not a number of days that makes sense.
    TargetDays(u32),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(formatter, "{} cannot be read: {error}.", path.display())
            }
            Self::File(path, error) => {
                let message = error.message();
                write!(formatter, "{}: {message}.", path.display())
            }
            Self::Forge(error) => write!(formatter, "--forge: {error}"),
            Self::TwoForges(host) => write!(formatter, "--forge names {host} twice."),
            Self::PublicUrl(text) => write!(
                formatter,
                "--public-url is a site such as https://hub.example, without a path, not “{text}”."
            ),
            Self::TargetDays(days) => {
                write!(formatter, "--target-days takes 1 to 365, not {days}.")
            }
        }
    }
}

impl std::error::Error for SettingsError {}

impl Given {
    /// What is set here, and for the rest what is set there.
    fn or(self, other: Self) -> Self {
        Self {
            config: self.config.or(other.config),
            dir: self.dir.or(other.dir),
            data: self.data.or(other.data),
            port: self.port.or(other.port),
            bind: self.bind.or(other.bind),
            public_url: self.public_url.or(other.public_url),
            trusted_proxy: self.trusted_proxy.or(other.trusted_proxy),
            forge: self.forge.or(other.forge),
            smtp: self.smtp.or(other.smtp),
            mail_from: self.mail_from.or(other.mail_from),
            outbox_port: self.outbox_port.or(other.outbox_port),
            target_days: self.target_days.or(other.target_days),
        }
    }

    /// The settings as a whole; `beside` is the folder of the program, where data is
    /// kept unless set otherwise.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn settle(self, beside: &Path) -> Result<Settings, SettingsError> {
        let file = match &self.config {
            None => Self::default(),
            Some(path) => {
                let text = fs::read_to_string(path)
                    .map_err(|error| SettingsError::Unreadable(path.clone(), error))?;
                toml::from_str(&text).map_err(|error| SettingsError::File(path.clone(), error))?
            }
        };
        let given = self.or(file);
        let target_days = given.target_days.unwrap_or(TARGET_DAYS);
        if !(1..=365).contains(&target_days) {
            return Err(SettingsError::TargetDays(target_days));
        }
        Ok(Settings {
            dir: given.dir.unwrap_or_else(|| PathBuf::from("dist")),
            data: given.data.unwrap_or_else(|| beside.join("data")),
            port: given.port.unwrap_or(8080),
            bind: given.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            public_url: given.public_url.map(public_url).transpose()?,
            trusted_proxies: given.trusted_proxy.unwrap_or_default(),
            forges: given.forge.map_or_else(|| Ok(Forges::default()), forges)?,
            smtp: given.smtp,
            mail_from: given
                .mail_from
                .unwrap_or_else(|| "program@localhost".to_owned()),
            outbox_port: given.outbox_port.unwrap_or(8081),
            target_days,
        })
    }
}

fn public_url(text: String) -> Result<String, SettingsError> {
    let bare = text.trim_end_matches('/');
    let host = bare
        .strip_prefix("https://")
        .or_else(|| bare.strip_prefix("http://"))
        .filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']));
    match host {
        Some(_) => Ok(bare.to_owned()),
        None => Err(SettingsError::PublicUrl(text)),
    }
}

fn forges(texts: Vec<String>) -> Result<Forges, SettingsError> {
    let mut forges: Vec<Forge> = Vec::new();
    for text in texts {
        let forge: Forge = text.parse().map_err(SettingsError::Forge)?;
        if forges.iter().any(|other| other.host == forge.host) {
            return Err(SettingsError::TwoForges(forge.host));
        }
        forges.push(forge);
    }
    Ok(Forges(forges))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(line: &str) -> Result<Settings, String> {
        let words = ["dsos-server"].into_iter().chain(line.split_whitespace());
        let given = CommandLine::try_parse_from(words).map_err(|error| error.to_string())?;
        given
            .given
            .settle(Path::new("/opt/dsos"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn only_this_machine_is_served_unless_asked() {
        let settings = settle("").unwrap();
        assert!(settings.bind.is_loopback());
        assert_eq!(settings.data, Path::new("/opt/dsos/data"));
        assert_eq!(settings.forges, Forges::default());
        let settings = settle("--dir site --port 0 --bind ::").unwrap();
        assert!(settings.bind.is_unspecified());
        assert_eq!(settings.port, 0);
        assert_eq!(settings.dir.to_str(), Some("site"));
    }

    #[test]
    fn flags_go_before_the_file() {
        let file = std::env::temp_dir().join(format!("dsos-settings-{}.toml", std::process::id()));
        fs::write(
            &file,
            "port = 1234\ntarget-days = 7\nforge = [\"github,a.example,https://a.example\"]\n",
        )
        .unwrap();
        let settings = settle(&format!("--config {} --port 99", file.display())).unwrap();
        assert_eq!((settings.port, settings.target_days), (99, 7));
        assert_eq!(settings.forges.0.len(), 1);
        fs::write(&file, "prot = 1234\n").unwrap();
        let words = settle(&format!("--config {}", file.display())).unwrap_err();
        assert!(words.contains("prot"), "{words}");
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn wrong_settings_stop_the_start_with_a_sentence() {
        for (line, part) in [
            ("--port many", "many"),
            ("--port 65536", "65536"),
            ("--bind home", "home"),
            ("--verbose", "--verbose"),
            ("--config /nowhere.toml", "cannot be read"),
            ("--public-url hub.example", "--public-url is a site"),
            (
                "--public-url https://hub.example/path",
                "--public-url is a site",
            ),
            ("--forge nonsense", "a forge is written"),
            (
                "--forge github,a.example,https://a.example --forge gitlab,a.example,https://a.example",
                "twice",
            ),
            ("--target-days 0", "1 to 365"),
        ] {
            let words = settle(line).unwrap_err();
            assert!(words.contains(part), "{line}: {words}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed_and_every_setting_explained() {
        use clap::CommandFactory;
        CommandLine::command().debug_assert();
        for argument in CommandLine::command().get_arguments() {
            assert!(
                argument.get_help().is_some() || argument.get_id() == "help",
                "{argument:?}"
            );
        }
    }
}
