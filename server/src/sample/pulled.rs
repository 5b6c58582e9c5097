//! The pulls of the sample: a year of one namespace, and the pushes that they follow.

use crate::{
    events::Intake,
    home,
    pulls::day_of,
    settings::Settings,
    store::{Store, reporters},
};
use chrono::{DateTime, Utc};
use intake::{Pushed, Pushes};
use pulls::calendar::{Day, Span};

/// Whose they are.
const PULLED: &str = "sandpiper";

/// When its releases are pushed: at ten in the morning.
const HOUR: i64 = 10;

/// Puts them there. They end yesterday: today is reported, or is without any.
///
/// # Errors
/// What to tell the person.
pub fn add(intake: &Intake, now: DateTime<Utc>) -> Result<(), String> {
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
pub fn remove(settings: &Settings, store: &Store) -> Result<(), String> {
    let reporters = store
        .read(reporters::list)
        .map_err(|error| error.to_string())?;
    let is_reported = |one: &reporters::Kept| one.namespaces.iter().any(|name| name == PULLED);
    if reporters.iter().any(is_reported) {
        return Ok(());
    }
    let pulls = home::open_counted(settings)?;
    let always = Span::new(Day(0), Day(1 << 20));
    pulls
        .replace(PULLED, always, &[])
        .map_err(|error| error.to_string())?;
    Pushes::open(&settings.data)
        .and_then(|pushes| pushes.replace(PULLED, &[]))
        .map_err(|error| error.to_string())
}
