//! An invented project’s pulls, for the sample mode.

use crate::gather::Gather;
use crate::{Import, ImportError};
use fixtures::{Project, RawExport};
use program::namespace::Namespace;
use pull_store::PullStore;
use pulls::batch::{Number, Pull, TEXTS};
use pulls::calendar::Day;
use pulls::header::Column;
use pulls::segment::Action;

/// How many days the sample has.
const DAYS: u32 = 365;

/// How many rows.
const ROWS: u64 = 40_000;

/// Which of the invented projects.
const SEED: u64 = 26;

/// The year of a namespace that ends with a day.
fn year(until: Day) -> RawExport {
    RawExport {
        rows: ROWS,
        seed: SEED,
        first_day: fixtures::Day(until.plus(1 - DAYS as i32).0),
        days: DAYS,
        owner: false,
    }
}

/// A tag that was pushed in the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePush {
    /// When.
    pub day: Day,
    /// The repository, without its namespace.
    pub repository: &'static str,
    /// The tag.
    pub tag: String,
    /// What it stood for.
    pub digest: String,
}

/// The pushes that the pulls of [`sample`] follow, in the order of time.
pub fn sample_pushes(until: Day) -> Vec<SamplePush> {
    let project = Project::new(&year(until));
    let releases = project.releases().into_iter();
    releases
        .map(|release| SamplePush {
            day: Day(release.day.0),
            repository: release.repository,
            tag: release.tag.to_owned(),
            digest: release.digest.to_string(),
        })
        .collect()
}

/// Puts an invented project’s pulls in place of what is kept of the year of a namespace that ends
/// with a day. They are the same for the same day.
///
/// # Errors
/// [`ImportError`], if the namespace has no name that one may have, or the store cannot be written.
pub fn sample(store: &dyn PullStore, namespace: &str, until: Day) -> Result<(), ImportError> {
    let name = Namespace::parse(namespace)
        .map_err(|error| ImportError::Namespace(namespace.to_owned(), error))?;
    let export = year(until);
    let mut gather = Gather::default();
    let number = gather.namespace(name.as_str());
    for record in Project::new(&export).records() {
        let digest = record.digest.text();
        let mut pull = Pull {
            texts: TEXTS.map(|column| match column {
                Column::Repository => record.repository.as_bytes(),
                Column::Tag => record.tag.unwrap_or("").as_bytes(),
                Column::Digest => &digest,
                Column::Country => record.country.as_bytes(),
                Column::Tool => record.tool.as_bytes(),
                Column::Version => record.version.as_bytes(),
                Column::Host => record.host.as_bytes(),
                Column::Network => record.kind.as_bytes(),
                Column::Domain => record.domain.as_bytes(),
                _ => b"",
            }),
            ..Pull::default()
        };
        let day = Day(record.day.0);
        let action = match record.action {
            fixtures::Action::PullByTag => Action::PullByTag,
            fixtures::Action::PullByDigest => Action::PullByDigest,
            fixtures::Action::VersionCheck => Action::VersionCheck,
        };
        pull.numbers[Number::Day as usize] = day.0 as u64;
        pull.numbers[Number::Action as usize] = action as u64;
        pull.numbers[Number::Count as usize] = 1;
        pull.numbers[Number::Method as usize] = u64::from(record.http_method == "GET");
        gather.push(number, day, 0, &pull)?;
    }
    let import = Import {
        files: Vec::new(),
        namespaces: gather.finish()?,
        renamed: std::collections::BTreeMap::new(),
        former: std::collections::BTreeMap::new(),
    };
    import.apply(store)
}
