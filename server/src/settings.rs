//! What the command line may set, checked before anything begins.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

/// What `--help` prints.
pub const USAGE: &str = "\
usage: dsos-server [--dir DIR] [--port PORT] [--bind ADDRESS]

  --dir DIR       the built site (default: dist)
  --port PORT     the port to listen on (default: 8080; 0: any free one)
  --bind ADDRESS  the address to listen on (default: 127.0.0.1)";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask {
    /// Print the usage.
    Help,
    /// Serve.
    Serve(Settings),
}

/// How to serve.
#[derive(Debug, PartialEq, Eq)]
pub struct Settings {
    /// The built site.
    pub dir: PathBuf,
    /// The port; 0 for any.
    pub port: u16,
    /// The address.
    pub bind: IpAddr,
}

/// What is wrong with the command line.
#[derive(Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// There is no such flag.
    Unknown(String),
    /// The flag needs a value after it.
    NoValue(&'static str),
    /// Not a number from 0 to 65535.
    Port(String),
    /// Not an IP address.
    Bind(String),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(flag) => write!(formatter, "there is no {flag}: see --help."),
            Self::NoValue(flag) => write!(formatter, "{flag} needs a value."),
            Self::Port(text) => write!(
                formatter,
                "--port takes a number from 0 to 65535, not {text}."
            ),
            Self::Bind(text) => write!(formatter, "--bind takes an IP address, not {text}."),
        }
    }
}

impl std::error::Error for SettingsError {}

impl Ask {
    /// Reads the command line, without the program's name.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn from_arguments(
        arguments: impl IntoIterator<Item = String>,
    ) -> Result<Self, SettingsError> {
        let mut settings = Settings {
            dir: PathBuf::from("dist"),
            port: 8080,
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        let mut rest = arguments.into_iter();
        while let Some(flag) = rest.next() {
            match flag.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--dir" => {
                    settings.dir = rest.next().ok_or(SettingsError::NoValue("--dir"))?.into()
                }
                "--port" => {
                    let text = rest.next().ok_or(SettingsError::NoValue("--port"))?;
                    settings.port = text.parse().map_err(|_| SettingsError::Port(text))?;
                }
                "--bind" => {
                    let text = rest.next().ok_or(SettingsError::NoValue("--bind"))?;
                    settings.bind = text.parse().map_err(|_| SettingsError::Bind(text))?;
                }
                _ => return Err(SettingsError::Unknown(flag)),
            }
        }
        Ok(Self::Serve(settings))
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, SettingsError};

    fn ask(line: &str) -> Result<Ask, SettingsError> {
        Ask::from_arguments(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn only_this_machine_is_served_unless_asked() {
        let Ok(Ask::Serve(settings)) = ask("") else {
            panic!("no settings")
        };
        assert!(settings.bind.is_loopback());
        let Ok(Ask::Serve(settings)) = ask("--dir site --port 0 --bind ::") else {
            panic!("no settings")
        };
        assert!(settings.bind.is_unspecified());
        assert_eq!(settings.port, 0);
        assert_eq!(settings.dir.to_str(), Some("site"));
    }

    #[test]
    fn wrong_settings_are_one_sentence() {
        assert_eq!(ask("--help"), Ok(Ask::Help));
        for line in [
            "--port many",
            "--port 65536",
            "--port",
            "--bind home",
            "--verbose",
            "--dir",
        ] {
            let words = ask(line).unwrap_err().to_string();
            assert!(words.ends_with('.') && !words.contains('\n'), "{words}");
        }
    }
}
