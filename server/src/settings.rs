//! What may be set, by flag, environment or file, in this order of weight.
//! Everything is checked before anything begins.

mod command;
mod error;
mod given;

pub use command::{Command, PullsCommand};
pub use error::SettingsError;
pub use given::Given;

use crate::home::Place;
use clap::{Parser, ValueEnum};
use forges::{Forge, Forges};
use serde::Deserialize;
use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

/// Days within which an application is to be decided, unless set.
const TARGET_DAYS: u32 = 14;

/// Seconds of rest after which requests are counted as a pull, unless set.
const SESSION_SECS: u32 = 60;

/// Gigabytes of reports that may wait, unless set: days of a busy registry.
const WAITING_GB: u32 = 8;

/// Minutes after which the registry is read again, unless set.
const REGISTRY_MINUTES: u32 = 10;

/// Days that the clock may run ahead: ten years.
const MOST_DAYS_AHEAD: u32 = 3_650;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "dsos",
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

/// How to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The built site; nothing for the one that is built into the program.
    pub dir: Option<PathBuf>,
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
    /// The registry that knows namespaces, without a slash at the end.
    pub registry: Option<String>,
    /// Its name, and port where it has one, as people pull from it.
    pub registry_host: Option<String>,
    /// `user:password` for it.
    pub registry_login: Option<String>,
    /// Minutes after which it is read again.
    pub registry_minutes: u32,
    /// Seconds of rest after which requests are counted as a pull.
    pub session_secs: u32,
    /// The database of countries, if there is one.
    pub geoip: Option<PathBuf>,
    /// The database of networks, if there is one.
    pub asn: Option<PathBuf>,
    /// Where pulls are kept. Its address may hold a password, and is shown without it.
    pub pulls: Place,
    /// Bytes of reports that may wait to be counted.
    pub most_waiting_bytes: u64,
    /// Months after which pulls are forgotten, if they ever are.
    pub keep_months: Option<u32>,
    /// Whether clients have limits.
    pub limits: Limits,
    /// How the log is written.
    pub log: LogForm,
    /// Whether an empty data folder is filled with a sample.
    pub sample: bool,
    /// Days that the clock runs ahead.
    pub days_ahead: u32,
}

/// Whether clients may ask only for so much in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limits {
    /// They may.
    On,
    /// They may ask for anything.
    Off,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogForm {
    /// Lines for people.
    Text,
    /// A JSON object a line, for machines.
    Json,
}

impl Given {
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
        let public_url = given.public_url.map(public_url).transpose()?;
        // Links in mails, and what is told from other sites, rest on it.
        if public_url.is_none() {
            if given
                .trusted_proxy
                .as_ref()
                .is_some_and(|all| !all.is_empty())
            {
                return Err(SettingsError::NoPublicUrl("--trusted-proxy"));
            }
            if given.bind.is_some_and(|bind| !bind.is_loopback()) {
                return Err(SettingsError::NoPublicUrl("--bind"));
            }
        }
        let registry_minutes = given.registry_minutes.unwrap_or(REGISTRY_MINUTES);
        if !(1..=1440).contains(&registry_minutes) {
            return Err(SettingsError::RegistryMinutes(registry_minutes));
        }
        let session_secs = given.session_secs.unwrap_or(SESSION_SECS);
        if !(1..=600).contains(&session_secs) {
            return Err(SettingsError::SessionSecs(session_secs));
        }
        let pulls = given
            .pulls
            .as_deref()
            .map_or(Ok(Place::Embedded), str::parse);
        let pulls = pulls.map_err(SettingsError::Pulls)?;
        let waiting_gb = given.waiting_gb.unwrap_or(WAITING_GB);
        if !(1..=10_000).contains(&waiting_gb) {
            return Err(SettingsError::WaitingGigabytes(waiting_gb));
        }
        let keep_months = given.keep_months.unwrap_or(0);
        if keep_months > 1_200 {
            return Err(SettingsError::KeepMonths(keep_months));
        }
        let registry = given.registry.map(registry).transpose()?;
        let registry_login = given.registry_login;
        if registry_login
            .as_ref()
            .is_some_and(|login| !login.contains(':'))
        {
            return Err(SettingsError::RegistryLogin);
        }
        let sample = given.sample.unwrap_or(false);
        let days_ahead = given.days_ahead.unwrap_or(0);
        if given.smtp.is_some() {
            if sample {
                return Err(SettingsError::SampleMail);
            }
            if days_ahead > 0 {
                return Err(SettingsError::MailAhead);
            }
        }
        if days_ahead > MOST_DAYS_AHEAD {
            return Err(SettingsError::DaysAhead(days_ahead));
        }
        Ok(Settings {
            dir: given
                .dir
                .or_else(|| (!cfg!(feature = "embed")).then(|| PathBuf::from("dist"))),
            data: given.data.unwrap_or_else(|| beside.join("data")),
            port: given.port.unwrap_or(8080),
            bind: given.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            public_url,
            trusted_proxies: given.trusted_proxy.unwrap_or_default(),
            forges: given.forge.map_or_else(|| Ok(Forges::default()), forges)?,
            smtp: given.smtp,
            mail_from: given
                .mail_from
                .unwrap_or_else(|| "program@localhost".to_owned()),
            outbox_port: given.outbox_port.unwrap_or(8081),
            target_days,
            registry_host: registry
                .as_ref()
                .map(|base| registry_host(base, given.registry_host))
                .transpose()?,
            registry,
            registry_login,
            registry_minutes,
            session_secs,
            geoip: given.geoip,
            asn: given.asn,
            pulls,
            most_waiting_bytes: u64::from(waiting_gb) << 30,
            keep_months: (keep_months > 0).then_some(keep_months),
            limits: given.limits.unwrap_or(Limits::On),
            log: given.log.unwrap_or(LogForm::Text),
            sample,
            days_ahead,
        })
    }
}

/// The address of a site, without a slash at the end.
fn site(text: &str) -> Option<String> {
    let bare = text.trim_end_matches('/');
    let host = bare
        .strip_prefix("https://")
        .or_else(|| bare.strip_prefix("http://"))
        .filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']));
    host.map(|_| bare.to_owned())
}

fn public_url(text: String) -> Result<String, SettingsError> {
    site(&text).ok_or(SettingsError::PublicUrl(text))
}

fn registry(text: String) -> Result<String, SettingsError> {
    site(&text).ok_or(SettingsError::Registry(text))
}

/// What stands before an image’s name: what was set, else the host of the registry’s address.
fn registry_host(base: &str, set: Option<String>) -> Result<String, SettingsError> {
    match set {
        Some(host)
            if site(&format!("https://{host}"))
                .is_none_or(|site| site != format!("https://{host}")) =>
        {
            Err(SettingsError::RegistryHost(host))
        }
        Some(host) => Ok(host),
        None => Ok(base
            .split_once("://")
            .map_or(base, |(_, host)| host)
            .to_owned()),
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
        let words = ["dsos"].into_iter().chain(line.split_whitespace());
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
        let settings =
            settle("--dir site --port 0 --bind :: --public-url https://a.example").unwrap();
        assert!(settings.bind.is_unspecified());
        assert_eq!(settings.port, 0);
        assert_eq!(settings.dir.as_deref(), Some(Path::new("site")));
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
            ("--bind 0.0.0.0", "--public-url"),
            ("--trusted-proxy 10.0.0.1", "--public-url"),
            ("--registry registry.example", "--registry is a registry"),
            (
                "--registry https://registry.example --registry-host https://hub.example",
                "--registry-host is a name",
            ),
            ("--registry-minutes 0", "1 to 1440"),
            ("--session-secs 0", "1 to 600"),
            ("--registry-login somebody", "user:password"),
            ("--pulls somewhere", "begins with clickhouse://"),
            ("--pulls clickhouse://db.example/pulls", "has no port"),
            (
                "--pulls clickhouse://db.example:8123",
                "ends with a database",
            ),
            ("--limits some", "some"),
            (
                "--days-ahead 5 --smtp smtp://mail.example",
                "leave out --smtp",
            ),
            ("--days-ahead 99999", "up to 3650"),
            ("--sample --smtp smtp://mail.example", "leave out --smtp"),
        ] {
            let words = settle(line).unwrap_err();
            assert!(words.contains(part), "{line}: {words}");
        }
    }

    #[test]
    fn where_pulls_are_kept_is_shown_without_its_password() {
        let settings = settle("--pulls clickhouse://kelp:tidepool@db.example:8123/pulls").unwrap();
        let shown = format!("{} {settings:?}", settings.pulls);
        assert!(
            shown.contains("clickhouse://db.example:8123/pulls"),
            "{shown}"
        );
        assert!(!shown.contains("tidepool"), "{shown}");
        for wrong in ["clickhouse://kelp:tidepool@", "kelp:tidepool"] {
            let words = settle(&format!("--pulls {wrong}")).unwrap_err();
            assert!(!words.contains("tidepool"), "{words}");
        }
        assert_eq!(settle("").unwrap().pulls, Place::Embedded);
        assert_eq!(settle("--pulls embedded").unwrap().pulls, Place::Embedded);
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
