//! Raw rows in ClickHouse’s own format, [`Native`]: blocks of columns, and of each its values one
//! after the other. Of many rows at once that is the least work on both sides.
//!
//! | part of a block | bytes |
//! |---|---|
//! | how many columns, how many rows | two numbers of varying length |
//! | each column: its name, its type | two texts with their length in front |
//! | its values, if there are rows | texts with their length in front, numbers little endian |
//!
//! [`Native`]: https://clickhouse.com/docs/interfaces/formats/Native

use super::decode::RAW_TEXTS;
use super::error::ClickHouseError;
use super::sql;
use pulls::batch::{Batch, BatchBuilder, BatchError, Field, Number, is_viewed};
use std::collections::BTreeMap;
use std::ops::Range;

/// What is wanted of raw rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// What a view shows; the rest is nothing.
    Viewed,
}

/// What is asked for to read raw rows, in this order.
pub(super) fn columns(wanted: Wanted) -> String {
    let text = |column| match wanted {
        Wanted::Viewed if !is_viewed(Field::Text(column)) => "''",
        _ => sql::name(column),
    };
    let texts = RAW_TEXTS.map(|column| format!("{} AS {}", text(column), sql::name(column)));
    let others = match wanted {
        Wanted::All => ["method", "week_visitor", "month_visitor"],
        Wanted::Viewed => ["toUInt8(0)", "toUInt64(0)", "toUInt64(0)"],
    };
    let [method, week, month] = others;
    format!(
        "namespace, day, {}, action, {method} AS method, count, {week} AS week_visitor,
         {month} AS month_visitor, writing, row",
        texts.join(", ")
    )
}

/// Rows of a namespace and day, as they come.
#[derive(Default)]
pub(super) struct Group {
    rows: BatchBuilder,
    /// The writing that each came with, and its place in that.
    places: Vec<(u64, u32)>,
}

impl Group {
    /// The rows in the order in which they were written.
    pub fn in_order(mut self) -> Result<Batch, BatchError> {
        self.rows.even_out();
        if !self.places.is_sorted() {
            let places = self.places.iter().zip(0..);
            let mut order: Vec<(u64, u32, u32)> = places
                .map(|((writing, row), at)| (*writing, *row, at))
                .collect();
            order.sort_unstable();
            let order: Vec<u32> = order.into_iter().map(|(_, _, at)| at).collect();
            self.rows.reorder(&order);
        }
        Batch::decode(&self.rows.encode(), |_| true)
    }
}

/// Reads all of an answer: the rows of each namespace and day, by day and then by namespace.
pub(super) fn groups(answer: &[u8]) -> Result<Vec<Group>, ClickHouseError> {
    let mut groups = BTreeMap::new();
    let mut reader = Reader { rest: answer };
    while !reader.rest.is_empty() {
        reader.block(&mut groups)?;
    }
    Ok(groups.into_values().collect())
}

/// What is not read yet.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads a block, in which rows of a namespace and day stand together, as in the table.
    fn block(
        &mut self,
        groups: &mut BTreeMap<(u16, &'a [u8]), Group>,
    ) -> Result<(), ClickHouseError> {
        let (columns, rows) = (self.number()?, self.number()? as usize);
        if columns == 0 {
            return Ok(());
        }
        let mut names = Vec::new();
        self.texts("namespace", rows, &mut names)?;
        let days: Vec<u64> = self.numbers("day", "Date", rows)?.collect();
        let of: Vec<(u16, &[u8])> = days.iter().map(|day| *day as u16).zip(names).collect();
        let runs: Vec<Range<usize>> = of
            .chunk_by(|one, other| one == other)
            .scan(0, |end, run| {
                let first = *end;
                *end += run.len();
                Some(first..*end)
            })
            .collect();
        let mut each_run = |put: &mut dyn FnMut(&mut Group, Range<usize>)| {
            for run in &runs {
                put(groups.entry(of[run.start]).or_default(), run.clone());
            }
        };
        each_run(&mut |group, run| {
            group
                .rows
                .push_numbers(Number::Day, days[run].iter().copied());
        });
        let mut texts = Vec::new();
        for column in RAW_TEXTS {
            self.texts(sql::name(column), rows, &mut texts)?;
            each_run(&mut |group, run| {
                group.rows.push_texts(column, texts[run].iter().copied());
            });
        }
        for (number, name, kind) in [
            (Number::Action, "action", "UInt8"),
            (Number::Method, "method", "UInt8"),
            (Number::Count, "count", "UInt64"),
            (Number::WeekVisitor, "week_visitor", "UInt64"),
            (Number::MonthVisitor, "month_visitor", "UInt64"),
        ] {
            let mut numbers = self.numbers(name, kind, rows)?;
            each_run(&mut |group, run| {
                group
                    .rows
                    .push_numbers(number, numbers.by_ref().take(run.len()));
            });
        }
        let writings = self.numbers("writing", "UInt64", rows)?;
        let places = self.numbers("row", "UInt32", rows)?;
        let mut places = writings.zip(places.map(|row| row as u32));
        each_run(&mut |group, run| {
            group.places.extend(places.by_ref().take(run.len()));
        });
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Result<&'a [u8], ClickHouseError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(bytes)
            .ok_or(ClickHouseError::Answer("half a row at its end"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// A number of varying length.
    fn number(&mut self) -> Result<u64, ClickHouseError> {
        let mut number = 0;
        for (at, byte) in self.rest.iter().take(5).enumerate() {
            number |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.rest = &self.rest[at + 1..];
                return Ok(number);
            }
        }
        Err(ClickHouseError::Answer("a number without an end"))
    }

    fn text(&mut self) -> Result<&'a [u8], ClickHouseError> {
        let bytes = self.number()?;
        self.take(bytes as usize)
    }

    /// The next column, which is this one.
    fn column(&mut self, name: &str, kind: &str) -> Result<(), ClickHouseError> {
        if self.text()? == name.as_bytes() && self.text()? == kind.as_bytes() {
            Ok(())
        } else {
            Err(ClickHouseError::Answer("a column that was not asked for"))
        }
    }

    /// Reads a column of texts in place of what `into` holds.
    fn texts(
        &mut self,
        name: &str,
        rows: usize,
        into: &mut Vec<&'a [u8]>,
    ) -> Result<(), ClickHouseError> {
        self.column(name, "String")?;
        into.clear();
        for _ in 0..rows {
            into.push(self.text()?);
        }
        Ok(())
    }

    /// A column of numbers, or of days.
    fn numbers(
        &mut self,
        name: &str,
        kind: &str,
        rows: usize,
    ) -> Result<impl Iterator<Item = u64> + Clone + use<'a>, ClickHouseError> {
        self.column(name, kind)?;
        let width = match kind {
            "UInt8" => 1,
            "Date" => 2,
            "UInt32" => 4,
            _ => 8,
        };
        let bytes = self.take(rows.saturating_mul(width))?;
        Ok(bytes.chunks_exact(width).map(|bytes| {
            let mut number = [0; 8];
            number[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(number)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::put_text;
    use super::*;
    use proptest::prelude::*;
    use pulls::batch::TEXTS;
    use pulls::header::Column;

    #[derive(Clone, Debug)]
    struct Row {
        namespace: &'static str,
        day: u16,
        tag: String,
        domain: String,
        count: u64,
        place: (u64, u32),
    }

    /// A block of rows, as ClickHouse sends it.
    fn block(rows: &[Row]) -> Vec<u8> {
        fn column(out: &mut Vec<u8>, name: &str, kind: &str, values: impl Fn(&mut Vec<u8>)) {
            put_text(out, name.as_bytes());
            put_text(out, kind.as_bytes());
            values(out);
        }
        fn numbers<const N: usize>(rows: &[Row], out: &mut Vec<u8>, of: impl Fn(&Row) -> [u8; N]) {
            for row in rows {
                out.extend(of(row));
            }
        }
        let mut out = vec![RAW_TEXTS.len() as u8 + 9];
        let mut count = rows.len();
        while count >= 0x80 {
            out.push(count as u8 | 0x80);
            count >>= 7;
        }
        out.push(count as u8);
        column(&mut out, "namespace", "String", |out| {
            rows.iter()
                .for_each(|row| put_text(out, row.namespace.as_bytes()));
        });
        column(&mut out, "day", "Date", |out| {
            numbers(rows, out, |row| row.day.to_le_bytes())
        });
        for of in RAW_TEXTS {
            column(&mut out, sql::name(of), "String", |out| {
                for row in rows {
                    put_text(
                        out,
                        match of {
                            Column::Tag => row.tag.as_bytes(),
                            Column::Domain => row.domain.as_bytes(),
                            _ => b"",
                        },
                    );
                }
            });
        }
        column(&mut out, "action", "UInt8", |out| {
            numbers(rows, out, |_| [1])
        });
        column(&mut out, "method", "UInt8", |out| {
            numbers(rows, out, |_| [0])
        });
        column(&mut out, "count", "UInt64", |out| {
            numbers(rows, out, |row| row.count.to_le_bytes())
        });
        column(&mut out, "week_visitor", "UInt64", |out| {
            numbers(rows, out, |_| 7u64.to_le_bytes())
        });
        column(&mut out, "month_visitor", "UInt64", |out| {
            numbers(rows, out, |_| 8u64.to_le_bytes())
        });
        column(&mut out, "writing", "UInt64", |out| {
            numbers(rows, out, |row| row.place.0.to_le_bytes())
        });
        column(&mut out, "row", "UInt32", |out| {
            numbers(rows, out, |row| row.place.1.to_le_bytes())
        });
        out
    }

    fn batches(answer: &[u8]) -> Result<Vec<Batch>, ClickHouseError> {
        let groups = groups(answer)?.into_iter();
        Ok(groups.map(|group| group.in_order().unwrap()).collect())
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let row = (
            prop::sample::select(vec!["kelp", "otter"]),
            20_000..20_003u16,
            prop::sample::select(vec![
                "",
                "latest",
                "1.27",
                "a tag of more than sixteen bytes",
            ]),
            "[a-z]{0,20}",
            prop_oneof![Just(1), any::<u64>()],
            0..3u64,
        );
        prop::collection::vec(row, 0..700).prop_map(|rows| {
            let rows = rows.into_iter().zip(0..);
            rows.map(|((namespace, day, tag, domain, count, writing), row)| Row {
                namespace,
                day,
                tag: tag.to_owned(),
                domain,
                count,
                place: (writing, row),
            })
            .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_are_in_the_order_of_their_writing_however_they_come(
            came in rows().prop_shuffle(),
            cut in any::<prop::sample::Index>(),
        ) {
            let (one, other) = came.split_at(cut.index(came.len() + 1));
            // As of a table: what is alike together.
            let mut one = one.to_vec();
            one.sort_by_key(|row| (row.namespace, row.day, row.tag.clone()));
            let answer = [block(&one), vec![0, 0], block(other)].concat();
            let found: Vec<Batch> = batches(&answer).unwrap();
            let mut expected = came.clone();
            expected.sort_by_key(|row| (row.day, row.namespace, row.place));
            let groups: Vec<&[Row]> = expected
                .chunk_by(|one, other| (one.day, one.namespace) == (other.day, other.namespace))
                .collect();
            prop_assert_eq!(found.len(), groups.len());
            for (batch, rows) in found.iter().zip(groups) {
                prop_assert_eq!(batch.len(), rows.len());
                for (at, row) in rows.iter().enumerate() {
                    let pull = batch.row(at);
                    for column in TEXTS {
                        let expected = match column {
                            Column::Tag => row.tag.as_bytes(),
                            Column::Domain => row.domain.as_bytes(),
                            _ => b"",
                        };
                        prop_assert_eq!(pull.text(column), expected);
                    }
                    prop_assert_eq!(pull.number(Number::Day), u64::from(row.day));
                    prop_assert_eq!(pull.number(Number::Count), row.count);
                    prop_assert_eq!(pull.number(Number::Action), 1);
                    prop_assert_eq!(pull.number(Number::WeekVisitor), 7);
                    prop_assert_eq!(pull.number(Number::MonthVisitor), 8);
                }
            }
        }
    }

    #[test]
    fn what_is_cut_or_of_another_shape_is_an_error() {
        let row = Row {
            namespace: "kelp",
            day: 20_000,
            tag: "latest".to_owned(),
            domain: String::new(),
            count: 1,
            place: (1, 0),
        };
        let whole = block(&[row.clone(), row]);
        assert_eq!(batches(&[]).unwrap().len(), 0);
        assert_eq!(batches(&whole).unwrap()[0].len(), 2);
        for end in 1..whole.len() {
            assert!(batches(&whole[..end]).is_err(), "{end}");
        }
        let mut renamed = whole.clone();
        renamed[3] ^= 1;
        let mut endless = whole;
        endless.splice(1..2, [0xff; 9]);
        for (answer, said) in [
            (renamed, "a column that was not asked for"),
            (endless, "a number without an end"),
        ] {
            let Err(ClickHouseError::Answer(what)) = batches(&answer) else {
                panic!("{said}");
            };
            assert_eq!(what, said);
        }
    }
}
