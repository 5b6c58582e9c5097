//! Writing: rows first, under a number of their own, and then the row of the
//! journal that makes them count.

use super::ClickHouse;
use super::client::{COPYING, PAUSE};
use super::copies;
use super::error::ClickHouseError;
use super::fold;
use super::journal::{self, Entry, Kind};
use super::rows::put_text;
use super::schema::{self, JOURNAL, KEPT, RAW};
use super::sql;
use crate::{Block, DayRows, PullStoreError};
use pulls::batch::{Batch, Number, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Instant;

/// An insert has rows of so many months at most: each is a part of its own, and versions of today
/// refuse more than 100 at once.
const MOST_MONTHS: usize = 48;

/// A body is sent once it has so many bytes.
const FULL: usize = 32 << 20;

/// What whoever writes knows of the journal.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    /// A number that was never used.
    pub next: u64,
    /// The last block.
    pub block: u64,
    /// Raw rows that are not in the margins.
    open_rows: u64,
}

/// What may be done under the lock of whoever writes.
impl ClickHouse {
    /// Writes something under a number of its own: `send` sends the rows, `entry` is what makes
    /// them count. If that fails, nothing of it counts, or it is in doubt; doubt is settled before
    /// anything else is written.
    pub(super) fn write(
        &self,
        writer: &mut Option<Writer>,
        send: impl FnOnce(u64) -> Result<(), PullStoreError>,
        entry: impl FnOnce(u64) -> Entry,
    ) -> Result<(), PullStoreError> {
        let mut known = self.known(writer)?;
        if let Err(error) = self.wait_for_copies() {
            *writer = Some(known);
            return Err(error.into());
        }
        let writing = known.next;
        let entry = entry(writing);
        let counts = |known: &mut Writer| match entry.kind {
            Kind::Append => {
                known.block = entry.number;
                known.open_rows += entry.rows;
            }
            Kind::Fold => known.open_rows = 0,
            _ => known.open_rows += entry.rows,
        };
        let outcome = send(writing).and_then(|()| {
            journal::write(&self.servers, std::slice::from_ref(&entry))
                .map_err(PullStoreError::from)
        });
        known.next = writing + 1;
        let outcome = match outcome {
            Ok(()) => {
                counts(&mut known);
                Ok(())
            }
            Err(error) => {
                // If this fails as well, `writer` stays empty: in doubt.
                let Ok(is_there) = self.settle(writing) else {
                    return Err(error);
                };
                if is_there {
                    counts(&mut known);
                    Ok(())
                } else {
                    Err(error)
                }
            }
        };
        *writer = Some(known);
        outcome
    }

    /// Waits a moment until all copies are there and have what was written before. Else every number
    /// that is used meanwhile would be void, and there would be more of them for as long as one takes
    /// nothing.
    pub(super) fn wait_for_copies(&self) -> Result<(), ClickHouseError> {
        if !self.servers.are_copied() {
            return Ok(());
        }
        let until = Instant::now() + COPYING;
        let tables = schema::of_tables(&self.servers);
        for server in self.servers.shards()? {
            while let Some(why) = copies::in_the_way(server, &tables)? {
                if Instant::now() > until {
                    return Err(ClickHouseError::Slow(why.to_owned()));
                }
                sleep(PAUSE);
            }
        }
        Ok(())
    }

    /// Takes what is known. Of a journal that was not read, or that is in doubt, the next number
    /// may have been used, by whoever wrote before: it is declared void.
    pub(super) fn known(&self, writer: &mut Option<Writer>) -> Result<Writer, PullStoreError> {
        if let Some(known) = writer.take() {
            return Ok(known);
        }
        let moment = self.moment()?;
        let doubtful = moment.top + 1;
        self.declare_void(doubtful)?;
        Ok(Writer {
            next: doubtful + 1,
            block: moment.block,
            open_rows: moment.open_rows,
        })
    }

    /// Settles whether a writing counts: if its row is in the journal it does, or else never will.
    fn settle(&self, writing: u64) -> Result<bool, ClickHouseError> {
        let journal = self.servers.all_of(JOURNAL);
        let counts = self.servers.home()?.number_settled(&format!(
            "SELECT toUInt64(countIf(kind != 'void') > 0 AND countIf(kind = 'void') = 0)
             FROM {journal} WHERE writing = {writing}"
        ))?;
        if counts > 0 {
            return Ok(true);
        }
        self.declare_void(writing)?;
        Ok(false)
    }

    fn declare_void(&self, writing: u64) -> Result<(), ClickHouseError> {
        journal::write(&self.servers, &[Entry::of(Kind::Void, writing)])
    }

    pub(super) fn append_block(&self, block: &Block) -> Result<(), PullStoreError> {
        let mut turn = self.turn()?;
        let writer = &mut *turn.writer;
        let known = self.known(writer)?;
        let last = known.block;
        *writer = Some(known);
        if block.number <= last {
            return Ok(());
        }
        if block.number != last + 1 {
            return Err(PullStoreError::Gap {
                expected: last + 1,
                found: block.number,
            });
        }
        // Before anything is sent: what is wrong with them is no doubt.
        let days = read_days(&block.days)?;
        self.write(
            writer,
            |writing| self.send(writing, &days),
            |writing| Entry {
                number: block.number,
                ..brought(Kind::Append, writing, &days)
            },
        )?;
        self.fold_if_due(writer);
        Ok(())
    }

    pub(super) fn replace_days(
        &self,
        namespace: &str,
        span: Span,
        days: &[DayRows],
    ) -> Result<(), PullStoreError> {
        let mut turn = self.turn()?;
        let writer = &mut *turn.writer;
        let days = read_days(days)?;
        self.write(
            writer,
            |writing| self.send(writing, &days),
            |writing| Entry {
                namespace: namespace.to_owned(),
                span,
                ..brought(Kind::Replace, writing, &days)
            },
        )
    }

    /// Makes all that was kept before a day not count, from one moment on.
    pub(super) fn forget(
        &self,
        writer: &mut Option<Writer>,
        span: Span,
    ) -> Result<(), PullStoreError> {
        self.write(
            writer,
            |_| Ok(()),
            |writing| Entry {
                span,
                ..Entry::of(Kind::Forget, writing)
            },
        )
    }

    /// Adds to the margins what is not in them yet.
    pub(super) fn fold(&self, writer: &mut Option<Writer>) -> Result<(), PullStoreError> {
        let moment = self.moment()?;
        let Some(open) = moment.open else {
            return Ok(());
        };
        // Before a number is used: it would be void, as often as this is tried in vain.
        fold::check_caught_up(&self.servers)?;
        self.write(
            writer,
            |writing| fold::send(&self.servers, &moment, open, writing),
            |writing| Entry {
                number: moment.last,
                ..Entry::of(Kind::Fold, writing)
            },
        )
    }

    /// Adds to the margins once there is enough. What came was kept, whatever comes of this; the
    /// next time tries again.
    pub(super) fn fold_if_due(&self, writer: &mut Option<Writer>) {
        let is_due = |known: &Writer| known.open_rows >= self.fold_at;
        if writer.as_ref().is_some_and(is_due) {
            let _ = self.fold(writer);
        }
    }

    /// Sends rows to where they belong.
    pub(super) fn send(
        &self,
        writing: u64,
        days: &[(&DayRows, Batch)],
    ) -> Result<(), PullStoreError> {
        let mut row = 0;
        let mut bodies: Vec<Body> = self
            .servers
            .shards()?
            .iter()
            .map(|_| Body::default())
            .collect();
        for (of, batch) in days {
            let place = self.servers.place(&of.namespace)?;
            let body = &mut bodies[place];
            body.months.insert(Granularity::Month.start(of.day));
            if body.months.len() > MOST_MONTHS {
                self.send_body(place, body)?;
                body.months.insert(Granularity::Month.start(of.day));
            }
            put_kept(&mut body.kept, writing, of, batch);
            for at in 0..batch.len() {
                put_raw(&mut body.raw, (writing, row), of, batch, at);
                row += 1;
                if body.raw.len() >= FULL {
                    self.send_body(place, body)?;
                    body.months.insert(Granularity::Month.start(of.day));
                }
            }
        }
        for (place, body) in bodies.iter_mut().enumerate() {
            self.send_body(place, body)?;
        }
        Ok(())
    }

    fn send_body(&self, place: usize, body: &mut Body) -> Result<(), ClickHouseError> {
        let server = &self.servers.shards()?[place];
        if !body.raw.is_empty() {
            server.insert(
                &format!("{} ({RAW_COLUMNS})", self.servers.own(RAW)),
                &body.raw,
            )?;
        }
        if !body.kept.is_empty() {
            server.insert(
                &format!("{} ({KEPT_COLUMNS})", self.servers.own(KEPT)),
                &body.kept,
            )?;
        }
        *body = Body::default();
        Ok(())
    }
}

/// What is to be sent to one shard.
#[derive(Default)]
struct Body {
    raw: Vec<u8>,
    kept: Vec<u8>,
    months: BTreeSet<Day>,
}

pub(super) const RAW_COLUMNS: &str = "namespace, day, repository, tag, digest, country, tool, version, host, \
    network, domain, action, method, count, week_visitor, month_visitor, writing, row";

pub(super) const KEPT_COLUMNS: &str =
    "namespace, day, rows, rollup_rows, rollup_bytes, csv_bytes, writing";

/// The rows of days that have some.
pub(super) fn read_days(days: &[DayRows]) -> Result<Vec<(&DayRows, Batch)>, PullStoreError> {
    let mut read = Vec::with_capacity(days.len());
    for of in days {
        if of.day < Day(0) || of.day > sql::LAST_DAY {
            return Err(ClickHouseError::Day(of.day).into());
        }
        let batch = Batch::decode(&of.rows, |_| true)?;
        if batch.len() > 0 {
            read.push((of, batch));
        }
    }
    Ok(read)
}

/// What the journal says of rows that came.
pub(super) fn brought(kind: Kind, writing: u64, days: &[(&DayRows, Batch)]) -> Entry {
    let on = || days.iter().map(|(of, _)| of.day);
    let span = on().min().zip(on().max());
    Entry {
        days: span.map_or(Span::new(Day(0), Day(0)), |(first, last)| Span {
            first,
            last,
        }),
        rows: days.iter().map(|(_, batch)| batch.len() as u64).sum(),
        ..Entry::of(kind, writing)
    }
}

fn put_raw(out: &mut Vec<u8>, (writing, row): (u64, u32), of: &DayRows, batch: &Batch, at: usize) {
    let pull = batch.row(at);
    put_text(out, of.namespace.as_bytes());
    out.extend_from_slice(&(of.day.0 as u16).to_le_bytes());
    for (column, text) in TEXTS.into_iter().zip(pull.texts) {
        if column != Column::Namespace {
            put_text(out, text);
        }
    }
    out.push(pull.number(Number::Action) as u8);
    out.push(u8::from(pull.number(Number::Method) > 0));
    for number in [Number::Count, Number::WeekVisitor, Number::MonthVisitor] {
        out.extend_from_slice(&pull.number(number).to_le_bytes());
    }
    out.extend_from_slice(&writing.to_le_bytes());
    out.extend_from_slice(&row.to_le_bytes());
}

fn put_kept(out: &mut Vec<u8>, writing: u64, of: &DayRows, batch: &Batch) {
    let rollup = batch.folded();
    put_text(out, of.namespace.as_bytes());
    out.extend_from_slice(&(of.day.0 as u16).to_le_bytes());
    for number in [
        batch.len() as u64,
        rollup.len() as u64,
        rollup.encode().len() as u64,
        // Without the namespace, which may get another name.
        batch.csv_bytes(""),
        writing,
    ] {
        out.extend_from_slice(&number.to_le_bytes());
    }
}
