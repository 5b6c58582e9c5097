//! What may be set, as it is written on the command line, in the environment and in a file.

use super::{Limits, LogForm};
use clap::Args;
use serde::Deserialize;
use std::{net::IpAddr, path::PathBuf};

/// What was set in one place; what is absent there is not set there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// A TOML file with the same settings by their long names.
    #[arg(long, global = true, env = "DSOS_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// The built site [default: dist, or the one that is built into the program].
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
    /// The registry that knows namespaces, such as https://registry.example; without one,
    /// whether a namespace exists is for a person.
    #[arg(long, global = true, env = "DSOS_REGISTRY", value_name = "URL")]
    pub registry: Option<String>,
    /// The registry’s name as people pull from it, such as hub.example, if that is another one
    /// than in --registry.
    #[arg(long, global = true, env = "DSOS_REGISTRY_HOST", value_name = "HOST")]
    pub registry_host: Option<String>,
    /// user:password for the registry, if it wants somebody who may list it.
    #[arg(
        long,
        global = true,
        env = "DSOS_REGISTRY_LOGIN",
        value_name = "LOGIN",
        hide_env_values = true
    )]
    pub registry_login: Option<String>,
    /// Minutes after which the registry is read again [default: 10].
    #[arg(
        long,
        global = true,
        env = "DSOS_REGISTRY_MINUTES",
        value_name = "MINUTES"
    )]
    pub registry_minutes: Option<u32>,
    /// Seconds of rest after which a client’s requests for an image are counted as a pull
    /// [default: 60].
    #[arg(long, global = true, env = "DSOS_SESSION_SECS", value_name = "SECONDS")]
    pub session_secs: Option<u32>,
    /// A database of countries in MaxMind’s format, to say where pulls come from. Without one the
    /// country is empty.
    #[arg(long, global = true, env = "DSOS_GEOIP", value_name = "FILE")]
    pub geoip: Option<PathBuf>,
    /// A database of networks (AS numbers) in MaxMind’s format, to say from which cloud and kind of
    /// network pulls come. Without one both are empty.
    #[arg(long, global = true, env = "DSOS_ASN", value_name = "FILE")]
    pub asn: Option<PathBuf>,
    /// Where pulls are kept: clickhouse://[user:password@]host:8123/database, with ?cluster=NAME and
    /// a server of each shard for a cluster, and &replicated=1 where servers of a shard copy from each
    /// other (clickhouse+https:// for TLS); or embedded, for a file in the data folder
    /// [default: embedded].
    #[arg(
        long,
        global = true,
        env = "DSOS_PULLS",
        value_name = "HOME",
        hide_env_values = true
    )]
    pub pulls: Option<String>,
    /// Gigabytes of reports that may wait to be counted; then registries are told to come again
    /// [default: 8].
    #[arg(long, global = true, env = "DSOS_WAITING_GB", value_name = "GIGABYTES")]
    pub waiting_gb: Option<u32>,
    /// Months after which pulls are forgotten, counted from the first day of a month; 0 to keep
    /// them all [default: 0].
    #[arg(long, global = true, env = "DSOS_KEEP_MONTHS", value_name = "MONTHS")]
    pub keep_months: Option<u32>,
    /// Whether one client may ask only for so much in a time: off behind something that sees to
    /// it, and for measuring [default: on].
    #[arg(long, global = true, env = "DSOS_LIMITS", value_enum)]
    pub limits: Option<Limits>,
    /// How the log is written [default: text].
    #[arg(long, global = true, env = "DSOS_LOG", value_enum)]
    pub log: Option<LogForm>,
    /// Fill an empty data folder with a sample, and print codes to sign in with.
    #[arg(long, global = true, env = "DSOS_SAMPLE", num_args = 0..=1, default_missing_value = "true")]
    pub sample: Option<bool>,
    /// Let the clock run so many days ahead, to see the notices and the end of a year: for
    /// trying, and only without a mail server.
    #[arg(long, global = true, env = "DSOS_DAYS_AHEAD", value_name = "DAYS")]
    pub days_ahead: Option<u32>,
    /// Days within which an application is to be decided [default: 14].
    #[arg(long, global = true, env = "DSOS_TARGET_DAYS", value_name = "DAYS")]
    pub target_days: Option<u32>,
}

impl Given {
    /// What is set here, and for the rest what is set there.
    pub(super) fn or(self, other: Self) -> Self {
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
            registry: self.registry.or(other.registry),
            registry_host: self.registry_host.or(other.registry_host),
            registry_login: self.registry_login.or(other.registry_login),
            registry_minutes: self.registry_minutes.or(other.registry_minutes),
            session_secs: self.session_secs.or(other.session_secs),
            geoip: self.geoip.or(other.geoip),
            asn: self.asn.or(other.asn),
            pulls: self.pulls.or(other.pulls),
            waiting_gb: self.waiting_gb.or(other.waiting_gb),
            keep_months: self.keep_months.or(other.keep_months),
            limits: self.limits.or(other.limits),
            log: self.log.or(other.log),
            sample: self.sample.or(other.sample),
            days_ahead: self.days_ahead.or(other.days_ahead),
        }
    }
}
