//! How many different clients there were.

use super::ClickHouse;
use super::schema::RAW;
use super::sql;
use crate::{Of, PullStoreError, VisitorCount};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;

impl ClickHouse {
    /// What [`crate::PullStore::visitors`] gives.
    pub(super) fn count_visitors(
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
        let mut answer = self.servers.home()?.ask(&format!(
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
