//! What can be wrong with the settings, each in one sentence.

use super::MOST_DAYS_AHEAD;
use std::{fmt, io, path::PathBuf};

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
    /// Not the address of a registry.
    Registry(String),
    /// Not a name that images have before theirs.
    RegistryHost(String),
    /// Not a name and a password. It holds a secret, so it is not repeated.
    RegistryLogin,
    /// Not where pulls are kept. It may hold a secret, so it is not repeated.
    Pulls(pull_store::AddressError),
    /// Not a number of minutes that makes sense.
    RegistryMinutes(u32),
    /// Not a number of seconds that makes sense.
    SessionSecs(u32),
    /// That many gigabytes of reports may not wait.
    WaitingGigabytes(u32),
    /// Pulls are not kept for so many months.
    KeepMonths(u32),
    /// A sample has addresses that mail must not go to.
    SampleMail,
    /// Notices of a day that has not come must not go out.
    MailAhead,
    /// More days than anybody wants to look ahead.
    DaysAhead(u32),
    /// Others reach the server under an address that it does not know.
    NoPublicUrl(&'static str),
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
            Self::Registry(text) => write!(
                formatter,
                "--registry is a registry such as https://registry.example, without a path, not “{text}”."
            ),
            Self::RegistryHost(text) => write!(
                formatter,
                "--registry-host is a name such as hub.example, as it stands in “docker pull”, not “{text}”."
            ),
            Self::RegistryLogin => {
                formatter.write_str("--registry-login is written user:password.")
            }
            Self::Pulls(error) => write!(formatter, "--pulls: {error}"),
            Self::RegistryMinutes(minutes) => write!(
                formatter,
                "--registry-minutes takes 1 to 1440, not {minutes}."
            ),
            Self::SessionSecs(secs) => {
                write!(formatter, "--session-secs takes 1 to 600, not {secs}.")
            }
            Self::WaitingGigabytes(gigabytes) => {
                write!(formatter, "--waiting-gb takes 1 to 10000, not {gigabytes}.")
            }
            Self::KeepMonths(months) => write!(
                formatter,
                "--keep-months takes 0, to keep all pulls, to 1200, not {months}."
            ),
            Self::SampleMail => formatter.write_str(
                "--sample is for trying, and its people have no mailboxes: leave out --smtp.",
            ),
            Self::MailAhead => formatter.write_str(
                "--days-ahead is for trying, and its notices must reach nobody: leave out --smtp.",
            ),
            Self::DaysAhead(days) => write!(
                formatter,
                "--days-ahead takes up to {MOST_DAYS_AHEAD}, not {days}."
            ),
            Self::NoPublicUrl(setting) => write!(
                formatter,
                "{setting} lets others reach this server: say with --public-url under which address, such as https://hub.example."
            ),
            Self::TargetDays(days) => {
                write!(formatter, "--target-days takes 1 to 365, not {days}.")
            }
        }
    }
}

impl std::error::Error for SettingsError {}
