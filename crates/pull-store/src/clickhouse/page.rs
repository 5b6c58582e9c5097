//! A page of raw rows.

use super::ClickHouse;
use super::decode::{RAW_ROW, RawRow};
use super::schema::{KEPT, RAW};
use super::sql;
use crate::PullStoreError;
use pulls::batch::{Batch, BatchBuilder};
use pulls::calendar::{Day, Span};
use pulls::query::Filter;

/// A page has at most so many rows.
const MOST: u32 = 10_000;

impl ClickHouse {
    /// How many raw rows of a span all filters keep, and `limit` of them, 10,000 at most, after
    /// leaving out `offset`. Their order is that of their days, and within a day that of their
    /// coming; it stays the same while nothing is replaced.
    ///
    /// Rows far behind take as long as all before them.
    ///
    /// # Errors
    /// When it could not be read. [`PullStoreError::Changed`] if rows were let go of meanwhile.
    pub fn rows(
        &self,
        namespaces: &[&str],
        span: Span,
        filters: &[Filter],
        offset: u64,
        limit: u32,
        newest_first: bool,
    ) -> Result<(u64, Batch), PullStoreError> {
        let moment = self.moment()?;
        let (home, raw) = (self.servers.home()?, self.servers.all_of(RAW));
        let condition = format!(
            "{}{}",
            moment.counts_of(namespaces, span),
            sql::matching(filters)
        );
        let all = if filters.is_empty() {
            let kept = self.servers.all_of(KEPT);
            home.number(&format!(
                "SELECT toUInt64(sum(rows)) FROM {kept} WHERE {condition}"
            ))?
        } else {
            home.number(&format!(
                "SELECT toUInt64(count()) FROM {raw} WHERE {condition}"
            ))?
        };
        let mut page = BatchBuilder::new();
        let limit = limit.min(MOST);
        if offset < all && limit > 0 {
            // Which ones, of three columns; then all columns of those alone.
            let down = if newest_first { " DESC" } else { "" };
            let order = format!("ORDER BY day{down}, writing{down}, row{down}");
            let mut answer = home.ask(&format!(
                "SELECT day, writing, toUInt64(row) FROM {raw} WHERE {condition} {order} LIMIT {offset}, {limit}"
            ))?;
            let mut rows = Vec::new();
            while answer.is_next()? {
                let day = Day(answer.short()?.into());
                rows.push((day, answer.number()?, answer.number()?));
            }
            let days = || rows.iter().map(|(day, _, _)| *day);
            let Some((first, last)) = days().min().zip(days().max()) else {
                return Err(PullStoreError::Changed(span.first));
            };
            let each: Vec<String> = rows
                .iter()
                .map(|(_, writing, row)| format!("({writing},{row})"))
                .collect();
            let mut answer = home.ask(&format!(
                "SELECT {RAW_ROW} FROM {raw} WHERE {} AND (writing, row) IN ({}) {order}",
                moment.counts_of(namespaces, Span { first, last }),
                each.join(",")
            ))?;
            let mut row = RawRow::default();
            while answer.is_next()? {
                row.read(&mut answer)?;
                row.push_to(&mut page);
            }
            if page.len() != rows.len() {
                return Err(PullStoreError::Changed(first));
            }
        }
        Ok((all, Batch::decode(&page.encode(), |_| true)?))
    }
}
