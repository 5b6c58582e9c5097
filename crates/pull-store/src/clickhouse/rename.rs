//! Putting all that is kept of a namespace under another name.
//!
//! No row is changed: those of the old name are written once more under the new one,
//! by the servers themselves, and one row of the journal takes the old ones away and
//! brings the new ones. Until it is there, everything is as it was, and what was
//! written in vain never counts.

use super::ClickHouse;
use super::journal::{Entry, Kind};
use super::schema::{KEPT, RAW};
use super::sql;
use super::write::{KEPT_COLUMNS, RAW_COLUMNS};
use crate::{Kept, PullStoreError};
use pulls::calendar::{Day, Granularity, Span};

/// A statement writes about so many rows: that many are put in order at once.
const MOST_ROWS: u64 = 1 << 21;

/// Days of one month each, of about so many rows: a month is a part of its own on the disk.
fn pieces(days: &[Kept]) -> Vec<(Span, u64)> {
    let mut pieces: Vec<(Span, u64)> = Vec::new();
    for kept in days {
        let month = |day| Granularity::Month.start(day);
        match pieces.last_mut() {
            Some((span, rows))
                if month(span.first) == month(kept.day) && *rows + kept.rows <= MOST_ROWS =>
            {
                span.last = kept.day;
                *rows += kept.rows;
            }
            _ => pieces.push((Span::new(kept.day, kept.day), kept.rows)),
        }
    }
    pieces
}

impl ClickHouse {
    /// What [`crate::PullHome::rename`] does.
    pub(super) fn put_under(&self, old: &str, new: &str) -> Result<(), PullStoreError> {
        if old == new {
            return Ok(());
        }
        // Nothing comes meanwhile: it is nobody else’s turn. What is in doubt is settled first.
        let mut turn = self.turn()?;
        let known = self.known(&mut turn.writer)?;
        *turn.writer = Some(known);
        let always = Span::new(Day(0), sql::LAST_DAY);
        let days = self.kept_days(&[old], always)?;
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Ok(());
        };
        let came = Span::new(first.day, last.day);
        let rows = days.iter().map(|kept| kept.rows).sum();
        self.write(
            &mut turn.writer,
            |writing| self.write_under((old, new), &days, writing),
            |writing| Entry {
                namespace: old.to_owned(),
                span: always,
                rows,
                days: came,
                ..Entry::of(Kind::Replace, writing)
            },
        )?;
        self.fold_if_due(&mut turn.writer);
        Ok(())
    }

    /// Writes the rows of some days once more, on the shard of the new name, in their order.
    fn write_under(
        &self,
        (old, new): (&str, &str),
        days: &[Kept],
        writing: u64,
    ) -> Result<(), PullStoreError> {
        let moment = self.moment()?;
        let server = &self.servers.shards()?[self.servers.place(new)?];
        let (raw, kept) = (self.servers.all_of(RAW), self.servers.all_of(KEPT));
        let (own_raw, own_kept) = (self.servers.own(RAW), self.servers.own(KEPT));
        let name = sql::text(new);
        // All columns but the name in front, and where the row stands, at the end.
        let columns = RAW_COLUMNS.trim_start_matches("namespace, ");
        let columns = columns.trim_end_matches(", writing, row");
        let mut before = 0;
        for (span, rows) in pieces(days) {
            let counts = moment.counts_of(&[old], span);
            server.run(&format!(
                "INSERT INTO {own_raw} ({RAW_COLUMNS})
                 SELECT {name}, {columns}, toUInt64({writing}),
                 toUInt32({before} + rowNumberInAllBlocks())
                 FROM (SELECT {columns} FROM {raw} WHERE {counts} ORDER BY day, writing, row)"
            ))?;
            server.run(&format!(
                "INSERT INTO {own_kept} ({KEPT_COLUMNS})
                 SELECT {name}, day, sum(rows), sum(rollup_rows), sum(rollup_bytes),
                 sum(csv_bytes), toUInt64({writing})
                 FROM {kept} WHERE {counts} GROUP BY day"
            ))?;
            before += rows;
        }
        // Before the old ones stop counting.
        let written = server.number(&format!(
            "SELECT toUInt64(count()) FROM {own_raw} WHERE namespace = {name} AND writing = {writing}"
        ))?;
        if written != before {
            return Err(PullStoreError::Changed(days[0].day));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_of_one_month_and_of_so_many_rows() {
        let kept = |day: &str, rows| Kept {
            day: Day::parse(day.as_bytes()).unwrap(),
            rows,
            rollup_rows: 0,
            rollup_bytes: 0,
            csv_bytes: 0,
            version: 0,
        };
        let cut = pieces(&[
            kept("2026-01-30", 5),
            kept("2026-01-31", 6),
            kept("2026-02-01", 1),
            kept("2026-02-02", MOST_ROWS),
            kept("2026-02-03", 2),
        ]);
        let rows: Vec<u64> = cut.iter().map(|(_, rows)| *rows).collect();
        assert_eq!(rows, [11, 1, MOST_ROWS, 2]);
    }
}
