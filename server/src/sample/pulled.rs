//! The pulls of the sample: a year of one namespace.

use crate::{
    home,
    pulls::day_of,
    settings::Settings,
    store::{Store, reporters},
};
use chrono::{DateTime, Utc};
use pull_store::PullStore;
use pulls::calendar::{Day, Span};

/// Whose they are.
const PULLED: &str = "sandpiper";

/// Puts them there. They end yesterday: today is reported, or is without any.
///
/// # Errors
/// What to tell the person.
pub fn add(pulls: &dyn PullStore, now: DateTime<Utc>) -> Result<(), String> {
    imports::sample(pulls, PULLED, day_of(now).plus(-1))
        .map_err(|error| format!("the pulls of the sample could not be made: {error}"))
}

/// Takes them out of the home of pulls again, unless a registry reports pulls of that name: what is
/// there then may be real.
///
/// # Errors
/// What to tell the person.
pub fn remove(settings: &Settings, store: &Store) -> Result<(), String> {
    let reporters = store
        .read(reporters::list)
        .map_err(|error| error.to_string())?;
    let is_reported = |one: &reporters::Kept| one.namespaces.iter().any(|name| name == PULLED);
    if reporters.iter().any(is_reported) {
        return Ok(());
    }
    let pulls = home::open(settings).map_err(|error| error.to_string())?;
    let always = Span::new(Day(0), Day(1 << 20));
    pulls
        .replace(PULLED, always, &[])
        .map_err(|error| error.to_string())
}
