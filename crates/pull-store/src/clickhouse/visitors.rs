//! How many different clients there were.

use super::ClickHouse;
use super::schema::RAW;
use super::sql;
use crate::PullStoreError;
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;

/// Whose visitors are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of all of them together.
    All,
    /// Of each repository.
    Repository,
    /// Of each repository and what was asked for: a tag, or a digest.
    Reference,
}

/// How many different visitors there were in a week or month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VisitorCount {
    /// The first day of the week or month, whether it is in the span or not.
    pub period: Day,
    /// The repository; empty for [`Of::All`].
    pub repository: String,
    /// The tag or digest; empty but for [`Of::Reference`].
    pub reference: String,
    /// How many.
    pub visitors: u64,
}

impl ClickHouse {
    /// How many different visitors there were in each week or month, as far as it is within a
    /// span: exactly. Pulls whose visitor is not known are not counted. Days have none: they are
    /// counted by months.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError> {
        let moment = self.moment()?;
        let (visitor, period) = match by {
            Granularity::Week => ("week_visitor", "toMonday(day)"),
            _ => ("month_visitor", "toStartOfMonth(day)"),
        };
        let (repository, reference) = match of {
            Of::All => ("''", "''"),
            Of::Repository => ("repository", "''"),
            Of::Reference => ("repository", sql::name(Column::Reference)),
        };
        let mut answer = self.servers.home().ask(&format!(
            "SELECT toUInt16({period}) AS p, {repository} AS r, {reference} AS f,
             toUInt64(uniqExact({visitor})) AS u
             FROM {} WHERE {visitor} != 0 AND {} GROUP BY p, r, f ORDER BY p, r, f",
            self.servers.all_of(RAW),
            moment.counts_of(namespaces, span)
        ))?;
        let (mut counts, mut text) = (Vec::new(), Vec::new());
        while answer.is_next()? {
            let period = Day(answer.short()?.into());
            let mut words = || {
                answer.text(&mut text)?;
                Ok::<_, PullStoreError>(String::from_utf8_lossy(&text).into_owned())
            };
            let (repository, reference) = (words()?, words()?);
            counts.push(VisitorCount {
                period,
                repository,
                reference,
                visitors: answer.number()?,
            });
        }
        Ok(counts)
    }
}
