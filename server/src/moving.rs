//! Looking after the home of pulls at the command line: its tables, moving to another home, and
//! pulls of a namespace that was renamed.

use crate::{
    home::{self, Place, clickhouse},
    settings::{PullsCommand, Settings},
};
use intake::{IntakeError, Pushes, Turn, adopt, copies};
use program::{namespace::Namespace, wording::counted};
use pull_store::{AddressError, PullHome, copy};
use std::{
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a server that looks from time to time whether it may count is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// Makes or updates the tables of the home, and says what was done.
///
/// # Errors
/// What to tell the person.
pub fn migrate(settings: &Settings) -> Result<(), String> {
    let Place::ClickHouse(address) = &settings.pulls else {
        println!(
            "Pulls are kept in the data folder, where no tables have to be made. For ClickHouse, name it with --pulls."
        );
        return Ok(());
    };
    let migrated = clickhouse(address, &settings.data)
        .migrate()
        .map_err(|error| error.to_string())?;
    let now = migrated.now;
    match migrated.found {
        0 => println!("Made the tables for pulls, of version {now}, at {address}."),
        found if found == now => {
            println!("The tables for pulls at {address} are there, and of version {now}.");
        }
        found => println!("Updated the tables for pulls at {address}: {found} to {now}."),
    }
    Ok(())
}

/// Does what is to be done with the home.
///
/// # Errors
/// What to tell the person.
pub fn run(settings: &Settings, command: &PullsCommand) -> Result<(), String> {
    match command {
        PullsCommand::Copy { from, to, replace } => {
            let from = match from {
                Some(from) => place("--from", from)?,
                None => settings.pulls.clone(),
            };
            copy_all(settings, &from, &place("--to", to)?, *replace)
        }
        PullsCommand::Adopt => take_as_it_is(settings),
        PullsCommand::Backup { folder } => back_up(settings, folder),
        PullsCommand::Restore { folder } => put_back(settings, folder),
    }
}

fn place(setting: &str, text: &str) -> Result<Place, String> {
    // It may hold a password, and is not repeated.
    text.parse().map_err(|error| match error {
        AddressError::Scheme => {
            format!("{setting}: a home is embedded, or {error}")
        }
        error => format!("{setting}: {error}"),
    })
}

fn copy_all(settings: &Settings, from: &Place, to: &Place, replace: bool) -> Result<(), String> {
    if from == to {
        return Err(format!(
            "both homes are {from}: name another one with --to, or with --from."
        ));
    }
    let words = |error: pull_store::PullStoreError| error.to_string();
    let homes = (
        from.open(&settings.data).map_err(words)?,
        to.open(&settings.data).map_err(words)?,
    );
    let _turn = when_nobody_counts(settings)?;
    println!("Copying from {from} to {to}. Nothing is counted meanwhile.");
    let mut say = |namespace: &str, days: u64, rows: u64| {
        println!(
            "  {namespace}: {}, {}",
            counted(days, "day", "days"),
            counted(rows, "row", "rows")
        );
    };
    let copied =
        copy(&*homes.0, &*homes.1, replace, &mut say).map_err(|error| error.to_string())?;
    println!(
        "Copied: {} of {}. On every day there are as many as in the home of before. Whoever counts goes on after block {}: start the server with --pulls {}.",
        counted(copied.rows(), "row", "rows"),
        counted(copied.namespaces.len() as u64, "namespace", "namespaces"),
        copied.block,
        match to {
            Place::Embedded => "embedded, or without it",
            Place::ClickHouse(_) => "of this home",
        }
    );
    Ok(())
}

/// The right to count, which a server that waits to count has for moments only.
fn when_nobody_counts(settings: &Settings) -> Result<Turn, String> {
    let begun = Instant::now();
    loop {
        match Turn::take(&settings.data) {
            Err(IntakeError::Taken) if begun.elapsed() < PATIENCE => sleep(PAUSE),
            Err(IntakeError::Taken) => {
                return Err(
                    "a server counts pulls with this data: stop it first. Nothing was changed."
                        .to_owned(),
                );
            }
            other => return other.map_err(|error| error.to_string()),
        }
    }
}

fn take_as_it_is(settings: &Settings) -> Result<(), String> {
    let home = home::open(settings).map_err(|error| error.to_string())?;
    // Somebody who counts has this home already, or waits to be told.
    drop(when_nobody_counts(settings)?);
    match adopt(&settings.data, &*home).map_err(|error| error.to_string())? {
        Some(block) => println!(
            "Pulls are counted into {} from now on, after block {block}.",
            settings.pulls
        ),
        None => println!(
            "Pulls are counted into {} already: nothing was changed.",
            settings.pulls
        ),
    }
    Ok(())
}

/// Puts pulls, and pushes of tags, under another name.
///
/// # Errors
/// When they cannot be; said once more, it goes on.
pub fn put_under(
    settings: &Settings,
    home: &dyn PullHome,
    from: &str,
    to: &str,
) -> Result<(), IntakeError> {
    home.rename(from, to)?;
    Pushes::open(&settings.data)?.rename(from, to)
}

/// Puts the pulls of a namespace under its new name. They are found under both names until then.
///
/// # Errors
/// What to tell the person.
pub fn rename(settings: &Settings, old: &Namespace, new: &Namespace) -> Result<(), String> {
    home::open_counted(settings)
        .and_then(|home| {
            put_under(settings, &*home, old.as_str(), new.as_str())
                .map_err(|error| error.to_string())
        })
        .map_err(|error| {
            format!(
                "{old} is called {new} from now on, but its pulls are still under the old name, where its maintainers see them, and so would whoever has that name later: {error} Then say this once more."
            )
        })
}

/// Writes a copy of what waits and is counted to a folder.
fn back_up(settings: &Settings, folder: &Path) -> Result<(), String> {
    copies::backup(&settings.data, folder).map_err(|error| error.to_string())?;
    println!("Written: {}", folder.display());
    if let Place::ClickHouse(address) = &settings.pulls {
        println!(
            "What is counted is in ClickHouse at {address}, and no part of it: see to a copy there."
        );
    }
    Ok(())
}

/// Puts such a copy in place of what is there.
fn put_back(settings: &Settings, folder: &Path) -> Result<(), String> {
    let kept = copies::restore(&settings.data, folder).map_err(|error| match error {
        IntakeError::Taken => {
            "a server counts with this data: stop it, and say this once more.".to_owned()
        }
        error => error.to_string(),
    })?;
    if let Some(kept) = kept {
        println!("What was there is kept in {}.", kept.display());
    }
    println!("Restored from {}.", folder.display());
    Ok(())
}
