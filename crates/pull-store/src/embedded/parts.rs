//! Parts: a block brings one for each day, and sixteen of a size are joined into one.

use super::namespace_id;
use crate::margins;
use crate::{DayRows, PullStoreError};
use pulls::batch::{Batch, BatchBuilder};
use pulls::calendar::Day;
use rusqlite::{Transaction, params};

/// So many parts of a level are joined into one of the next.
const JOINED: usize = 16;

/// A part has at most so many raw rows, so that it can be held in memory.
const MOST_ROWS: u64 = 1 << 18;

/// Parts with fewer rows in the rollup have no margins: they would be as long.
const LEAST_WITH_MARGINS: usize = 1_024;

/// The level of parts that are not joined any more.
const LAST_LEVEL: u32 = 99;

/// Adds the rows of a day as a part of the first level, and joins what has become many.
pub(super) fn add(change: &Transaction<'_>, of: &DayRows) -> Result<(), PullStoreError> {
    let batch = Batch::decode(&of.rows, |_| true)?;
    if batch.len() == 0 {
        return Ok(());
    }
    let namespace = namespace_id(change, &of.namespace)?;
    let most = MOST_ROWS as usize;
    if batch.len() <= most {
        return add_part(change, namespace, of.day, &batch, &of.rows);
    }
    for first in (0..batch.len()).step_by(most) {
        let mut piece = BatchBuilder::new();
        piece.extend(&batch, |row| (first..first + most).contains(&row));
        let raw = piece.encode();
        add_part(
            change,
            namespace,
            of.day,
            &Batch::decode(&raw, |_| true)?,
            &raw,
        )?;
    }
    Ok(())
}

fn add_part(
    change: &Transaction<'_>,
    namespace: i64,
    day: Day,
    batch: &Batch,
    raw: &[u8],
) -> Result<(), PullStoreError> {
    let part = Part {
        rollup: batch.folded(),
        rows: batch.len() as u64,
        // Without the namespace, which may get another name.
        csv_bytes: batch.csv_bytes(""),
        raw: raw.to_vec(),
    };
    let is_large = part.rows >= MOST_ROWS / JOINED as u64;
    let level = if is_large { LAST_LEVEL } else { 0 };
    insert(change, namespace, day, level, &part)?;
    join(change, namespace, day, level)
}

/// A part that is to be written.
struct Part {
    rollup: BatchBuilder,
    raw: Vec<u8>,
    rows: u64,
    csv_bytes: u64,
}

fn insert(
    change: &Transaction<'_>,
    namespace: i64,
    day: Day,
    level: u32,
    part: &Part,
) -> Result<(), PullStoreError> {
    let rollup = part.rollup.encode();
    change
        .prepare_cached(
            "INSERT INTO part (namespace, day, level, rows, rollup_rows, csv_bytes, rollup, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            namespace,
            day.0,
            level,
            part.rows as i64,
            part.rollup.len() as i64,
            part.csv_bytes as i64,
            rollup,
            part.raw
        ])?;
    if part.rollup.len() >= LEAST_WITH_MARGINS {
        let margins = margins::encode(&Batch::decode(&rollup, |_| true)?);
        change
            .prepare_cached("INSERT INTO margin (part, bytes) VALUES (?1, ?2)")?
            .execute(params![change.last_insert_rowid(), margins])?;
    }
    Ok(())
}

/// Joins the parts of a level into one of the next, again and again while they are many.
fn join(
    change: &Transaction<'_>,
    namespace: i64,
    day: Day,
    mut level: u32,
) -> Result<(), PullStoreError> {
    while level < LAST_LEVEL {
        let (count, rows): (i64, i64) = change
            .prepare_cached(
                "SELECT count(*), coalesce(sum(rows), 0) FROM part
                 WHERE namespace = ?1 AND day = ?2 AND level = ?3 AND gone = 0",
            )?
            .query_row(params![namespace, day.0, level], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        if (count as usize) < JOINED {
            return Ok(());
        }
        if rows as u64 > MOST_ROWS {
            change.execute(
                "UPDATE part SET level = ?4
                 WHERE namespace = ?1 AND day = ?2 AND level = ?3 AND gone = 0",
                params![namespace, day.0, level, LAST_LEVEL],
            )?;
            return Ok(());
        }
        let mut raw = BatchBuilder::new();
        let mut rollups = Vec::new();
        let mut csv_bytes = 0;
        {
            let mut statement = change.prepare_cached(
                "SELECT rollup, raw, csv_bytes FROM part
                 WHERE namespace = ?1 AND day = ?2 AND level = ?3 AND gone = 0 ORDER BY id",
            )?;
            let mut parts = statement.query(params![namespace, day.0, level])?;
            while let Some(part) = parts.next()? {
                let blob = |at| -> Result<Batch, PullStoreError> {
                    let bytes = part.get_ref(at)?.as_blob().map_err(rusqlite::Error::from)?;
                    Ok(Batch::decode(bytes, |_| true)?)
                };
                rollups.push(blob(0)?);
                raw.extend(&blob(1)?, |_| true);
                csv_bytes += part.get::<_, i64>(2)?.unsigned_abs();
            }
        }
        change
            .prepare_cached(
                "UPDATE part SET gone = 1
                 WHERE namespace = ?1 AND day = ?2 AND level = ?3 AND gone = 0",
            )?
            .execute(params![namespace, day.0, level])?;
        let part = Part {
            rollup: Batch::folded_together(&rollups),
            rows: raw.len() as u64,
            raw: raw.encode(),
            csv_bytes,
        };
        level += 1;
        insert(change, namespace, day, level, &part)?;
    }
    Ok(())
}
