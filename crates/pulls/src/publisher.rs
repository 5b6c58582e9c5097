//! Answers of the publisher data API, opened as a file:
//! `{"pulls":[PullModel]}` and `{"repos":{"ns/repo":{"pulls":[…]}}}`.
//!
//! A `PullModel` is `{start, end, repo, namespace, pullCount, ipCount,
//! country}`: pulls of a week or month, with no tag named.

use crate::calendar::{Day, Granularity};
use crate::header::Column;
use crate::partition::CountedRow;
use crate::segment::Action;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Answer {
    pulls: Option<Vec<PullModel>>,
    repos: Option<BTreeMap<String, Repository>>,
}

#[derive(Deserialize)]
struct Repository {
    #[serde(default)]
    pulls: Vec<PullModel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullModel {
    start: String,
    end: Option<String>,
    repo: Option<String>,
    namespace: Option<String>,
    pull_count: Option<u64>,
    ip_count: Option<u64>,
    country: Option<String>,
}

/// Why an answer cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublisherError {
    /// No JSON, or JSON of another shape; with the parser's own words.
    Shape(String),
    /// A `start` that is no date.
    Date(String),
    /// An answer without any pulls.
    Empty,
}

/// Reads an answer: its rows, and the period that each stands for.
///
/// # Errors
/// [`PublisherError`].
pub fn read(text: &[u8]) -> Result<(Vec<CountedRow>, Granularity), PublisherError> {
    let answer: Answer =
        serde_json::from_slice(text).map_err(|e| PublisherError::Shape(e.to_string()))?;
    let mut models: Vec<(Option<String>, PullModel)> = answer
        .pulls
        .into_iter()
        .flatten()
        .map(|m| (None, m))
        .collect();
    for (name, repository) in answer.repos.into_iter().flatten() {
        models.extend(
            repository
                .pulls
                .into_iter()
                .map(|m| (Some(name.clone()), m)),
        );
    }
    if models.is_empty() {
        return Err(PublisherError::Empty);
    }
    let mut by = Granularity::Week;
    let mut rows = Vec::with_capacity(models.len());
    for (name, model) in models {
        let day = |text: &str| {
            Day::parse(text.as_bytes()).ok_or_else(|| PublisherError::Date(text.to_owned()))
        };
        let start = day(&model.start)?;
        if let Some(end) = &model.end
            && day(end)?.0 - start.0 > 20
        {
            by = Granularity::Month;
        }
        let (owner, repository) = match name.as_deref().and_then(|n| n.split_once('/')) {
            Some((owner, repository)) => (owner.to_owned(), repository.to_owned()),
            None => (
                model.namespace.unwrap_or_default(),
                model.repo.unwrap_or_default(),
            ),
        };
        let repository = repository.rsplit('/').next().unwrap_or_default().to_owned();
        rows.push(CountedRow {
            day: Some(start),
            values: vec![
                (Column::Namespace, owner.into_bytes()),
                (Column::Repository, repository.into_bytes()),
                (
                    Column::Country,
                    model.country.unwrap_or_default().into_bytes(),
                ),
            ],
            counts: [
                (Action::PullByTag, model.pull_count.unwrap_or(0)),
                (Action::PullByDigest, 0),
                (Action::VersionCheck, 0),
            ],
            unique: model.ip_count,
        });
    }
    Ok((rows, by))
}
