//! The home of pulls that the settings name, and how it is opened: in one place, for the server and
//! for every command.

use crate::settings::Settings;
use intake::IntakeError;
use pull_store::{Address, AddressError, ClickHouse, Embedded, PullHome, PullStoreError};
use std::{fmt, path::Path, str::FromStr, sync::Arc};

/// The file in the data folder by which programs write to ClickHouse in turns.
const TURNS: &str = "pulls.lock";

/// What the embedded store is called.
const EMBEDDED: &str = "embedded";

/// Where pulls are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In a file of the data folder.
    #[default]
    Embedded,
    /// In ClickHouse.
    ClickHouse(Address),
}

impl fmt::Display for Place {
    /// Without user and password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => formatter.write_str(EMBEDDED),
            Self::ClickHouse(address) => address.fmt(formatter),
        }
    }
}

impl FromStr for Place {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text {
            EMBEDDED => Ok(Self::Embedded),
            address => address.parse().map(Self::ClickHouse),
        }
    }
}

impl Place {
    /// Opens the home, for a program that works with a data folder. ClickHouse may be away: whoever
    /// reads or writes hears of it then.
    ///
    /// # Errors
    /// When the file of the embedded store cannot be opened.
    pub fn open(&self, data: &Path) -> Result<Arc<dyn PullHome>, PullStoreError> {
        Ok(match self {
            Self::Embedded => Arc::new(Embedded::open(data)?),
            Self::ClickHouse(address) => Arc::new(clickhouse(address, data)),
        })
    }
}

/// The store in ClickHouse, which the programs that work with a data folder write to in turns.
pub fn clickhouse(address: &Address, data: &Path) -> ClickHouse {
    ClickHouse::at(address).in_turns(data.join(TURNS))
}

/// Opens the home that the settings name, for a command that changes what is kept: if any pulls were
/// counted, it has to be the one that they were counted into last, or have been copied to since. A
/// command that was not told the home would change another one without a word.
///
/// # Errors
/// What to tell the person: that it is another, or cannot be opened or read.
pub fn open_counted(settings: &Settings) -> Result<Arc<dyn PullHome>, String> {
    let home = open(settings).map_err(|error| error.to_string())?;
    match intake::check_home(&settings.data, &*home) {
        Ok(()) => Ok(home),
        Err(error) => Err(said(&error, settings)),
    }
}

/// Says no if the settings name another home than pulls were counted into, for a command that does
/// something else first. A home that is away says nothing of that.
///
/// # Errors
/// What to tell the person.
pub fn refuse_other(settings: &Settings) -> Result<(), String> {
    let Ok(home) = open(settings) else {
        return Ok(());
    };
    match intake::check_home(&settings.data, &*home) {
        Err(error @ IntakeError::OtherHome { .. }) => Err(said(&error, settings)),
        _ => Ok(()),
    }
}

fn said(error: &IntakeError, settings: &Settings) -> String {
    match error {
        IntakeError::OtherHome { .. } => format!(
            "pulls are not counted into {}: name the home of this server, in DSOS_PULLS or as pulls in the file that --config names. (To go on with this one, say dsos pulls adopt.)",
            settings.pulls
        ),
        error => error.to_string(),
    }
}

/// Opens the home that the settings name.
///
/// # Errors
/// When the file of the embedded store cannot be opened.
pub fn open(settings: &Settings) -> Result<Arc<dyn PullHome>, PullStoreError> {
    settings.pulls.open(&settings.data)
}
