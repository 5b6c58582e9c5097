//! The pulls of the sample: a year of one namespace, and the pushes that they follow.

use crate::{
    events::Intake,
    pulls::day_of,
    store::{Store, reporters},
};
use chrono::{DateTime, Utc};
use intake::{Pushed, Pushes, check_home};
use pull_store::PullStore;
use pulls::calendar::{Day, Span};
use std::path::Path;

/// Whose they are.
const PULLED: &str = "sandpiper";

/// When its releases are pushed: at ten in the morning.
const HOUR: i64 = 10;

/// Puts them there. They end yesterday: today is reported, or is without any.
///
/// # Errors
/// What to tell the person: also that pulls are not counted into that home.
pub fn add(intake: &Intake, data: &Path, now: DateTime<Utc>) -> Result<(), String> {
    check_home(data, &*intake.pulls)
        .map_err(|error| format!("the pulls of the sample were not put anywhere: {error}"))?;
    let until = day_of(now).plus(-1);
    imports::sample(&*intake.pulls, PULLED, until)
        .map_err(|error| format!("the pulls of the sample could not be made: {error}"))?;
    let pushed = imports::sample_pushes(until)
        .into_iter()
        .map(|push| Pushed {
            repository: push.repository.to_owned(),
            tag: push.tag,
            digest: push.digest,
            at_s: (i64::from(push.day.0) * 24 + HOUR) * 3_600,
            times: 1,
        });
    let pushed: Vec<Pushed> = pushed.collect();
    intake
        .pushes
        .replace(PULLED, &pushed)
        .map_err(|error| format!("the pushes of the sample could not be made: {error}"))
}

/// Takes them out of the home of pulls again, unless a registry reports pulls of that name: what is
/// there then may be real.
///
/// # Errors
/// What to tell the person.
pub fn remove(data: &Path, store: &Store, pulls: &dyn PullStore) -> Result<(), String> {
    let reporters = store
        .read(reporters::list)
        .map_err(|error| error.to_string())?;
    let is_reported = |one: &reporters::Kept| one.namespaces.iter().any(|name| name == PULLED);
    if reporters.iter().any(is_reported) {
        return Ok(());
    }
    let always = Span::new(Day(0), Day(1 << 20));
    pulls
        .replace(PULLED, always, &[])
        .map_err(|error| error.to_string())?;
    Pushes::open(data)
        .and_then(|pushes| pushes.replace(PULLED, &[]))
        .map_err(|error| error.to_string())
}
