//! Reading days, and raw rows in pieces. No connection stays open while whoever
//! takes the rows waits for a network: a piece is read whole, and so is the next
//! one, while the first is taken; no more is held.

use super::ClickHouse;
use super::error::ClickHouseError;
use super::journal::Moment;
use super::native::{self, Wanted};
use super::schema::{KEPT, RAW};
use super::sql;
use crate::{Kept, PullStoreError};
use pulls::batch::Batch;
use pulls::calendar::{Day, Span};
use pulls::query::Filter;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;

/// A piece has about so many rows: that many are held in memory.
const PIECE: u64 = 1 << 16;

/// Rows that came of a namespace and day with one writing.
#[derive(Clone, Debug)]
struct Brought {
    namespace: String,
    day: Day,
    writing: u64,
    rows: u64,
}

/// What one question asks for.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    span: Span,
    /// A condition beside that.
    and: String,
    rows: u64,
}

/// All of an answer.
struct Answered<'a> {
    bytes: Vec<u8>,
    /// The piece whose last answer it is.
    last_of: Option<&'a Piece>,
}

/// Cuts days into pieces: several short days, or a piece of a long one.
fn pieces(brought: &[Brought], most: u64) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for day in brought.chunk_by(|one, other| one.day == other.day) {
        let rows: u64 = day.iter().map(|one| one.rows).sum();
        let span = Span::new(day[0].day, day[0].day);
        if rows <= most {
            match pieces.last_mut() {
                Some(last) if last.and.is_empty() && last.rows + rows <= most => {
                    last.span.last = span.last;
                    last.rows += rows;
                }
                _ => pieces.push(Piece {
                    span,
                    and: String::new(),
                    rows,
                }),
            }
            continue;
        }
        let mut from = 0;
        while from < day.len() {
            let mut to = from;
            let mut rows = day[from].rows;
            while to + 1 < day.len()
                && day[to + 1].namespace == day[from].namespace
                && rows + day[to + 1].rows <= most
            {
                to += 1;
                rows += day[to].rows;
            }
            pieces.push(Piece {
                span,
                and: format!(
                    " AND namespace = {} AND writing >= {} AND writing <= {}",
                    sql::text(&day[from].namespace),
                    day[from].writing,
                    day[to].writing
                ),
                rows,
            });
            from = to + 1;
        }
    }
    pieces
}

impl ClickHouse {
    pub(super) fn kept_days(
        &self,
        namespaces: &[&str],
        span: Span,
    ) -> Result<Vec<Kept>, PullStoreError> {
        let moment = self.moment()?;
        let mut answer = self.servers.home()?.ask(&format!(
            "SELECT day, sum(rows), sum(rollup_rows), sum(rollup_bytes), sum(csv_bytes), max(writing)
             FROM {} WHERE {} GROUP BY day ORDER BY day",
            self.servers.all_of(KEPT),
            moment.counts_of(namespaces, span)
        ))?;
        let mut days = Vec::new();
        while answer.is_next()? {
            days.push(Kept {
                day: Day(answer.short()?.into()),
                rows: answer.number()?,
                rollup_rows: answer.number()?,
                rollup_bytes: answer.number()?,
                csv_bytes: answer.number()?,
                version: answer.number()?,
            });
        }
        Ok(days)
    }

    /// What came of some days, in the order of its rows.
    fn brought(
        &self,
        moment: &Moment,
        namespaces: &[&str],
        span: Span,
    ) -> Result<Vec<Brought>, PullStoreError> {
        let mut answer = self.servers.home()?.ask(&format!(
            "SELECT namespace, day, writing, sum(rows) FROM {} WHERE {}
             GROUP BY namespace, day, writing ORDER BY day, namespace, writing",
            self.servers.all_of(KEPT),
            moment.counts_of(namespaces, span)
        ))?;
        let mut brought = Vec::new();
        while answer.is_next()? {
            brought.push(Brought {
                namespace: answer.words()?,
                day: Day(answer.short()?.into()),
                writing: answer.number()?,
                rows: answer.number()?,
            });
        }
        Ok(brought)
    }

    pub(super) fn added_up(
        &self,
        namespaces: &[&str],
        span: Span,
    ) -> Result<Vec<Batch>, PullStoreError> {
        // Added up here: ClickHouse would do it by eight texts, and takes four times as long.
        let mut batches = Vec::new();
        self.each_piece(namespaces, span, &[], Wanted::Viewed, &mut |batch| {
            batches.push(Batch::decode(&batch.folded().encode(), |_| true));
            ControlFlow::Continue(())
        })?;
        Ok(batches.into_iter().collect::<Result<_, _>>()?)
    }

    /// Hands over the raw rows of a span that all filters keep, each batch of one namespace and
    /// day, in the same order as all of them.
    ///
    /// # Errors
    /// When it could not be read. [`PullStoreError::Changed`] if rows that should be there are
    /// not: replaced a while ago and let go of, or lost.
    pub fn raw_matching(
        &self,
        namespaces: &[&str],
        span: Span,
        filters: &[Filter],
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        self.each_piece(namespaces, span, filters, Wanted::All, take)
    }

    fn each_piece(
        &self,
        namespaces: &[&str],
        span: Span,
        filters: &[Filter],
        wanted: Wanted,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        let moment = self.moment()?;
        let cut = pieces(&self.brought(&moment, namespaces, span)?, PIECE);
        let (moment, cut) = (&moment, cut.as_slice());
        // A piece is waited for while the one before is read and taken.
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel(0);
            // Memory of answers that are read goes back: there are two of them, and no more.
            let (give_back, given_back) = mpsc::channel();
            scope.spawn(move || {
                let memory = || given_back.try_recv().unwrap_or_default();
                let conditions = (namespaces, filters);
                let failed = self.ask_pieces(moment, conditions, wanted, cut, memory, |answer| {
                    sender.send(Ok(answer)).is_ok()
                });
                if let Err(error) = failed {
                    // Nobody listens any more.
                    let _ = sender.send(Err(error));
                }
            });
            let mut read = 0;
            for answer in receiver {
                let Answered { bytes, last_of } = answer?;
                let groups = native::groups(&bytes)?;
                // Nobody may ask for another piece any more.
                let _ = give_back.send(bytes);
                for group in groups {
                    let batch = group.in_order()?;
                    read += batch.len() as u64;
                    if take(batch).is_break() {
                        return Ok(());
                    }
                }
                if let Some(piece) = last_of {
                    if filters.is_empty() && read != piece.rows {
                        return Err(PullStoreError::Changed(piece.span.first));
                    }
                    read = 0;
                }
            }
            Ok(())
        })
    }

    /// Asks for one piece after the other, while what comes is taken.
    fn ask_pieces<'a>(
        &self,
        moment: &Moment,
        (namespaces, filters): (&[&str], &[Filter]),
        wanted: Wanted,
        pieces: &'a [Piece],
        memory: impl Fn() -> Vec<u8>,
        mut is_taken: impl FnMut(Answered<'a>) -> bool,
    ) -> Result<(), PullStoreError> {
        let (columns, matching) = (native::columns(wanted), sql::matching(filters));
        let (home, raw) = (self.servers.home()?, self.servers.all_of(RAW));
        for piece in pieces {
            let condition = format!("{}{}", moment.counts_of(namespaces, piece.span), piece.and);
            let ranges = self.row_ranges(&condition, piece.rows)?;
            for (at, rows) in ranges.iter().enumerate() {
                // Sorted here: ClickHouse would sort whole rows of text, here they are positions.
                let mut bytes = memory();
                home.ask_whole(
                    &format!(
                        "SELECT {columns} FROM {raw} WHERE {condition}{rows}{matching} FORMAT Native"
                    ),
                    &mut bytes,
                )?;
                let last_of = (at + 1 == ranges.len()).then_some(piece);
                if !is_taken(Answered { bytes, last_of }) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Conditions for the rows of a piece; of one, as a rule, and of several where one writing
    /// brought very many.
    fn row_ranges(&self, condition: &str, rows: u64) -> Result<Vec<String>, ClickHouseError> {
        if rows <= PIECE {
            return Ok(vec![String::new()]);
        }
        let mut answer = self.servers.home()?.ask(&format!(
            "SELECT toUInt64(min(row)), toUInt64(max(row)) FROM {} WHERE {condition}",
            self.servers.all_of(RAW)
        ))?;
        let (least, most) = (answer.number()?, answer.number()?);
        Ok((least..=most)
            .step_by(PIECE as usize)
            .map(|from| format!(" AND row >= {from} AND row < {}", from + PIECE))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(namespace: &str, day: i32, writing: u64, rows: u64) -> Brought {
        Brought {
            namespace: namespace.to_owned(),
            day: Day(day),
            writing,
            rows,
        }
    }

    #[test]
    fn short_days_are_asked_for_together_and_long_ones_in_pieces() {
        let cut = pieces(
            &[
                brought("a", 1, 1, 4),
                brought("b", 1, 1, 1),
                brought("a", 2, 2, 5),
                brought("a", 3, 2, 1),
                brought("a", 4, 3, 6),
                brought("a", 4, 4, 4),
                brought("a", 4, 5, 30),
                brought("b", 4, 5, 2),
                brought("a", 5, 6, 1),
            ],
            10,
        );
        let shown: Vec<_> = cut
            .iter()
            .map(|one| {
                (
                    one.span.first.0,
                    one.span.last.0,
                    one.rows,
                    one.and.as_str(),
                )
            })
            .collect();
        let a = " AND namespace = 'a' AND writing >=";
        assert_eq!(
            shown,
            [
                (1, 2, 10, ""),
                (3, 3, 1, ""),
                (4, 4, 10, format!("{a} 3 AND writing <= 4").as_str()),
                (4, 4, 30, format!("{a} 5 AND writing <= 5").as_str()),
                (
                    4,
                    4,
                    2,
                    " AND namespace = 'b' AND writing >= 5 AND writing <= 5"
                ),
                (5, 5, 1, ""),
            ]
        );
    }
}
