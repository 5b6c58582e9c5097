//! Margins that are kept: how often each value of a column was counted on each
//! day. They are made of the raw rows that came since they were last made, by the
//! servers themselves, under a number of their own as everything that is written;
//! what came since then is counted anew for every question.
//!
//! They are added up to months as well: most of what is counted over a year is
//! then there in twelve rows of a value, in place of 365. Of a month of which
//! anything was ever replaced or forgotten, the days are asked, since nobody can
//! take a day out of a sum.
//!
//! They are not made with each block: a thousand rows have nearly as many margins.
//! Nor by a view of the tables (`MATERIALIZED VIEW`): what never counts would be in
//! them, and nobody could take it out.

use super::copies;
use super::error::ClickHouseError;
use super::journal::Moment;
use super::schema::{MARGIN, MONTH_MARGIN, RAW};
use super::servers::Servers;
use super::sql;
use crate::PullStoreError;
use crate::margins::COLUMNS;
use pulls::calendar::{Granularity, Span};

/// Once so many raw rows are not in the margins, they are added to them. So many are counted in
/// a few hundredths of a second, and few enough margins are written twice for a day.
pub(super) const AT: u64 = 1 << 18;

/// Says no while a server has yet to fetch raw rows: margins of the others would stay short for good.
pub(super) fn check_caught_up(servers: &Servers) -> Result<(), ClickHouseError> {
    if !servers.are_copied() {
        return Ok(());
    }
    (servers.shards()?.iter())
        .try_for_each(|server| copies::check_caught_up(server, &servers.own(RAW)))
}

/// Makes margins of what came after those that there are, as far as it counts at a moment.
/// Month by month, so that no statement takes too long.
pub(super) fn send(
    servers: &Servers,
    moment: &Moment,
    open: Span,
    writing: u64,
) -> Result<(), PullStoreError> {
    let columns: Vec<&str> = COLUMNS.into_iter().map(sql::name).collect();
    for month in open.periods(Granularity::Month) {
        let Some(days) = month.intersection(open) else {
            continue;
        };
        let statement = |margin: &str, raw: &str| {
            // A dimension is the place of its column, from 1 on.
            format!(
                "INSERT INTO {margin} (namespace, day, dimension, action, value, count, writing)
                 SELECT namespace, day, toUInt8(d), action, v, sum(count), toUInt64({writing})
                 FROM (SELECT namespace, day, action, count, [{}] AS all FROM {raw}
                       WHERE {} AND writing > {} AND {})
                 ARRAY JOIN all AS v, arrayEnumerate(all) AS d
                 GROUP BY namespace, day, d, action, v",
                columns.join(", "),
                sql::within(days),
                moment.folded,
                moment.counts(),
            )
        };
        let (margin, months) = (servers.own(MARGIN), servers.own(MONTH_MARGIN));
        for server in servers.shards()? {
            server.run(&statement(&margin, &servers.own(RAW)))?;
            server.run(&format!(
                "INSERT INTO {months} (namespace, day, dimension, action, value, count, writing)
                 SELECT namespace, {}, dimension, action, value, sum(count), writing
                 FROM {margin} WHERE {} AND writing = {writing}
                 GROUP BY namespace, dimension, action, value, writing",
                sql::day(month.first),
                sql::within(days)
            ))?;
        }
    }
    Ok(())
}
