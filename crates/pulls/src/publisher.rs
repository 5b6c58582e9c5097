//! Answers of the publisher data API, opened as a file:
//! `{"pulls":[PullModel]}` and `{"repos":{"ns/repo":{"pulls":[…]}}}`.
//!
//! A `PullModel` is `{start, end, repo, namespace, pullCount, ipCount,
//! country}`: pulls of a week or month, with no tag named.

use crate::calendar::{Day, Granularity};
use crate::counted::{CountedRow, MAX_COUNT};
use crate::header::Column;
use crate::segment::Action;

/// Pulls of a period, as the API answers them. The browser parses the JSON:
/// a parser of our own would be shipped to everybody for these few files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullModel {
    /// First day or instant of the period.
    pub start: String,
    /// Last day or instant of it, or the first after it.
    pub end: String,
    /// `namespace/name`, or the name alone.
    pub repo: String,
    /// Owner of the image.
    pub namespace: String,
    /// Pulls.
    pub pull_count: u64,
    /// Unique addresses, where told.
    pub ip_count: Option<u64>,
    /// Country, where told.
    pub country: String,
}

/// Why an answer cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublisherError {
    /// A `start` that is no date.
    Date(String),
    /// A count that is none.
    Count,
    /// An answer without any pulls.
    Empty,
}

/// Reads an answer: its rows, and the period that each stands for.
///
/// # Errors
/// [`PublisherError`].
pub fn read(models: Vec<PullModel>) -> Result<(Vec<CountedRow>, Granularity), PublisherError> {
    if models.is_empty() {
        return Err(PublisherError::Empty);
    }
    let mut by = Granularity::Week;
    let mut rows = Vec::with_capacity(models.len());
    for model in models {
        let day = |text: &str| {
            Day::of_a_pull(text.as_bytes()).ok_or_else(|| PublisherError::Date(text.to_owned()))
        };
        let start = day(&model.start)?;
        if !model.end.is_empty() && day(&model.end)?.0 - start.0 > 20 {
            by = Granularity::Month;
        }
        if model.pull_count > MAX_COUNT || model.ip_count.is_some_and(|n| n > MAX_COUNT) {
            return Err(PublisherError::Count);
        }
        let (owner, name) = match model.repo.split_once('/') {
            Some((owner, name)) => (owner.to_owned(), name.to_owned()),
            None => (model.namespace, model.repo),
        };
        rows.push(CountedRow {
            day: Some(start),
            values: vec![
                (Column::Namespace, owner.into_bytes()),
                (Column::Repository, name.into_bytes()),
                (Column::Country, model.country.into_bytes()),
            ],
            counts: [
                // No tag is told.
                (Action::PullByTag, 0),
                (Action::PullByDigest, model.pull_count),
                (Action::VersionCheck, 0),
            ],
            unique: model.ip_count,
        });
    }
    for row in &mut rows {
        row.day = row.day.map(|day| by.named(day));
    }
    Ok((rows, by))
}
