//! Margins: what a view shows before anybody looks closer. How often each tag was
//! counted on each day, and each value of every other column within a span.

use super::ClickHouse;
use super::journal::Moment;
use super::schema::{KEPT, MARGIN, MONTH_MARGIN, RAW};
use super::sql;
use crate::PullStoreError;
use crate::margins::{COLUMNS, Margins};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use pulls::query::Filter;
use std::collections::HashMap;

/// The place of the tag.
const TAG: usize = 1;

/// What the parts of the answer are called: by day, and how many rows. Others are places.
const BY_DAY: u8 = 100;
const ROWS: u8 = 101;

/// The first days of months that are whole within a span, and of which nothing was ever replaced.
fn whole_months(moment: &Moment, namespaces: &[&str], span: Span) -> Vec<Day> {
    // Beyond these there are no rows.
    let Some(span) = span.intersection(Span::new(Day(0), sql::LAST_DAY)) else {
        return Vec::new();
    };
    span.periods(Granularity::Month)
        .filter(|month| span.intersection(*month) == Some(*month))
        .filter(|month| !moment.was_replaced(namespaces, *month))
        .map(|month| month.first)
        .collect()
}

impl ClickHouse {
    /// How often each tag was counted on each day of `drawn`, and each value of the other columns
    /// within `counted`; of rows that all filters keep. A filter on namespaces means the names that
    /// rows were appended under.
    ///
    /// Without filters the answer comes from margins that are kept, with filters from all raw rows
    /// of the namespaces.
    ///
    /// # Errors
    /// When it could not be read.
    pub(super) fn ask_margins(
        &self,
        namespaces: &[&str],
        counted: Span,
        drawn: Span,
        filters: &[Filter],
    ) -> Result<Margins, PullStoreError> {
        let moment = self.moment()?;
        let mut parts = Vec::new();
        if filters.is_empty() {
            self.ask_kept(&moment, namespaces, counted, drawn, &mut parts);
        } else {
            let matching = sql::matching(filters);
            let within = |span| format!("{}{matching}", moment.counts_of(namespaces, span));
            self.ask_raw(Some(&within(counted)), Some(&within(drawn)), &mut parts);
            parts.push(format!(
                "SELECT toUInt8({ROWS}) AS p, toUInt16(0) AS t, toUInt8(0) AS a, '' AS v, count() AS c
                 FROM {} WHERE {}",
                self.servers.all_of(RAW),
                within(counted)
            ));
        }
        self.add_up(&parts.join(" UNION ALL "))
    }

    /// Questions about margins that are kept, and about raw rows that are in none.
    fn ask_kept(
        &self,
        moment: &Moment,
        namespaces: &[&str],
        counted: Span,
        drawn: Span,
        parts: &mut Vec<String>,
    ) {
        let margin = self.servers.all_of(MARGIN);
        // As they are: nearly all of them stand once, and adding up the others here takes a fraction
        // of what it takes there.
        parts.push(format!(
            "SELECT toUInt8({BY_DAY}) AS p, toUInt16(day) AS t, action AS a, value AS v, count AS c
             FROM {margin} WHERE dimension = {TAG} AND {}",
            moment.counts_of(namespaces, drawn)
        ));
        let months = whole_months(moment, namespaces, counted);
        let months: Vec<String> = months.into_iter().map(sql::day).collect();
        let of_month = match months.len() {
            0 => "0".to_owned(),
            _ => format!("toStartOfMonth(day) IN ({})", months.join(", ")),
        };
        let counts = moment.counts_of(namespaces, counted);
        for (table, condition) in [
            (margin, format!("NOT ({of_month})")),
            (self.servers.all_of(MONTH_MARGIN), of_month),
        ] {
            if condition == "0" {
                continue;
            }
            parts.push(format!(
                "SELECT dimension AS p, toUInt16(0) AS t, action AS a, value AS v, sum(count) AS c
                 FROM {table} WHERE {condition} AND {counts} GROUP BY dimension, action, value"
            ));
        }
        parts.push(format!(
            "SELECT toUInt8({ROWS}) AS p, toUInt16(0) AS t, toUInt8(0) AS a, '' AS v, sum(rows) AS c
             FROM {} WHERE {}",
            self.servers.all_of(KEPT),
            moment.counts_of(namespaces, counted)
        ));
        let open = |span: Span| {
            let span = moment.open?.intersection(span)?;
            let counts = moment.counts_of(namespaces, span);
            Some(format!("{counts} AND writing > {}", moment.folded))
        };
        self.ask_raw(open(counted).as_deref(), open(drawn).as_deref(), parts);
    }

    /// Questions about raw rows under two conditions; without one, there are none to ask about.
    fn ask_raw(&self, counted: Option<&str>, drawn: Option<&str>, parts: &mut Vec<String>) {
        let raw = self.servers.all_of(RAW);
        if let Some(drawn) = drawn {
            parts.push(format!(
                "SELECT toUInt8({BY_DAY}) AS p, toUInt16(day) AS t, action AS a, tag AS v, sum(count) AS c
                 FROM {raw} WHERE {drawn} GROUP BY day, action, tag"
            ));
        }
        let Some(counted) = counted else {
            return;
        };
        // All columns in one go over the rows: what filters leave is found once, rather than for
        // each column, and before its values become rows of their own.
        let columns = COLUMNS.map(sql::name).join(", ");
        let places: Vec<String> = (1..=COLUMNS.len()).map(|at| at.to_string()).collect();
        parts.push(format!(
            "SELECT toUInt8(d) AS p, toUInt16(0) AS t, action AS a, v, sum(count) AS c
             FROM {raw} ARRAY JOIN [{columns}] AS v, [{}] AS d PREWHERE {counted} GROUP BY d, action, v",
            places.join(", ")
        ));
    }

    /// Asks all of it in one question and adds up what several parts say of the same.
    fn add_up(&self, question: &str) -> Result<Margins, PullStoreError> {
        let mut answer = self.servers.home()?.ask(question)?;
        // A value is looked up once for each row, and kept once: there are few, in many rows.
        let mut codes: HashMap<Vec<u8>, u32> = HashMap::new();
        let mut sums: HashMap<(u8, u16, u8, u32), u64> = HashMap::new();
        let mut rows = 0;
        let mut value = Vec::new();
        while answer.is_next()? {
            let (part, day, action) = (answer.byte()?, answer.short()?, answer.byte()?);
            answer.text(&mut value)?;
            let count = answer.number()?;
            if part == ROWS {
                rows += count;
                continue;
            }
            let code = match codes.get(&value) {
                Some(code) => *code,
                None => {
                    let code = codes.len() as u32;
                    codes.insert(value.clone(), code);
                    code
                }
            };
            *sums.entry((part, day, action, code)).or_default() += count;
        }
        let mut texts: Vec<(Vec<u8>, u32)> = codes.into_iter().collect();
        texts.sort_unstable_by_key(|(_, code)| *code);
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_unstable();
        let mut by_day = BatchBuilder::new();
        let mut values: [BatchBuilder; COLUMNS.len()] =
            std::array::from_fn(|_| BatchBuilder::new());
        for ((part, day, action, code), count) in &sums {
            let (builder, column) = match usize::from(*part).checked_sub(1) {
                _ if *part == BY_DAY => (&mut by_day, Column::Tag),
                Some(at) if at < COLUMNS.len() => (&mut values[at], COLUMNS[at]),
                // A column of a later time.
                _ => continue,
            };
            let mut pull = Pull::default();
            for (text, of) in pull.texts.iter_mut().zip(TEXTS) {
                if of == column {
                    *text = &texts[*code as usize].0;
                }
            }
            pull.numbers[Number::Day as usize] = (*day).into();
            pull.numbers[Number::Action as usize] = (*action).into();
            pull.numbers[Number::Count as usize] = *count;
            builder.push(&pull);
        }
        let batch = |builder: &BatchBuilder| Batch::decode(&builder.encode(), |_| true);
        let mut each = Vec::with_capacity(COLUMNS.len());
        for (column, builder) in COLUMNS.into_iter().zip(&values) {
            each.push((column, batch(builder)?));
        }
        Ok(Margins {
            by_day: batch(&by_day)?,
            values: each,
            rows,
        })
    }
}
