//! How fast pulls go into a ClickHouse and come out of it.
//!
//! `cargo run --release -p pull-store --example clickhouse -- ADDRESS ROWS BLOCK`: appends so many
//! rows of one namespace and a year, in blocks of so many, to a database that is empty or has fewer,
//! and asks what a view asks. What was appended by an earlier run stays.

use pull_store::{Address, Block, ClickHouse, DayRows, Of, PullStore};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use pulls::query::{Dimension, Filter};
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::ControlFlow;
use std::time::Instant;

const FIRST: i32 = 20_454;
const NAME: &str = "kelpworks";

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }

    /// Small ones more often, as with tags and countries.
    fn skewed(&mut self, below: u64) -> u64 {
        let of = 1 << 20;
        let one = self.below(of);
        one * one / of * below / of
    }
}

/// A block of a year’s rows: those of one day stand together, as they come.
fn block(number: u64, first_row: u64, rows: u64, all: u64) -> Block {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut days: BTreeMap<i32, BatchBuilder> = BTreeMap::new();
    for row in first_row..first_row + rows {
        let day = FIRST + (row * 365 / all) as i32;
        let (repository, tag) = (dice.skewed(12), dice.skewed(400));
        let action = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][dice.below(10) as usize];
        let version = dice.skewed(320);
        let texts = [
            format!("repo-{repository}"),
            if action == 1 {
                String::new()
            } else {
                format!("v{tag}")
            },
            format!(
                "sha256:{:064x}",
                u128::from((repository * 1_000 + tag) * 0x9e37_79b9_7f4a_7c15) << 64
                    | u128::from(tag * 0x2545_f491_4f6c_dd1d)
            ),
            format!(
                "{}{}",
                char::from(b'A' + dice.skewed(12) as u8),
                char::from(b'A' + dice.skewed(10) as u8)
            ),
            format!("tool{}", dice.skewed(20)),
            format!("{}.{}", version / 16, version % 16),
            ["", "", "aws", "gcp", "azure", "hetzner"][dice.below(6) as usize].to_owned(),
            ["hosting", "isp", "business", "education"][dice.skewed(4) as usize].to_owned(),
            match dice.skewed(3_000) {
                0..300 => String::new(),
                domain => format!("domain-{domain}.example"),
            },
            String::new(),
        ];
        let mut pull = Pull::default();
        for (to, from) in pull.texts.iter_mut().zip(&texts) {
            *to = from.as_bytes();
        }
        for (number, value) in [
            (Number::Day, day as u64),
            (Number::Action, action),
            (Number::Count, 1),
            (Number::Method, u64::from(action < 2)),
            (
                Number::WeekVisitor,
                (dice.below(400_000) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            ),
            (
                Number::MonthVisitor,
                (dice.below(400_000) + 1).wrapping_mul(0x2545_f491_4f6c_dd1d),
            ),
        ] {
            pull.numbers[number as usize] = value;
        }
        days.entry(day).or_default().push(&pull);
    }
    let days = days.iter();
    Block {
        number,
        days: days
            .map(|(day, rows)| DayRows::of(NAME, Day(*day), rows))
            .collect(),
    }
}

/// The best of three, since others use the machine as well.
fn timed<T, E>(what: &str, mut work: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let mut best = f64::MAX;
    let mut each = String::new();
    let mut done = None;
    for _ in 0..3 {
        let start = Instant::now();
        done = Some(work()?);
        let took = start.elapsed().as_secs_f64() * 1_000.0;
        best = best.min(took);
        each.push_str(&format!(" {took:.0}"));
    }
    println!("{what}: {best:.0} ms (each:{each})");
    done.map_or_else(work, Ok)
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, rows, size] = &words[..] else {
        return Err("usage: ADDRESS ROWS BLOCK".into());
    };
    let (rows, size): (u64, u64) = (rows.parse()?, size.parse()?);
    let store = ClickHouse::open(&address.parse::<Address>()?)?;
    let blocks = rows / size;
    let there = store.appended()?;
    let (mut sent, mut took) = (0, 0.0);
    for number in there + 1..=blocks {
        let block = block(number, (number - 1) * size, size, rows);
        let start = Instant::now();
        store.append(&block)?;
        took += start.elapsed().as_secs_f64();
        sent += size;
        if number % (blocks / 10).max(1) == 0 {
            println!(
                "{sent} rows in {took:.1} s: {:.0} a second",
                sent as f64 / took
            );
        }
    }
    let year = Span::new(Day(FIRST), Day(FIRST + 364));
    let filter = |dimension, values: &[&str]| Filter {
        dimension,
        values: values.iter().map(|one| (*one).to_owned()).collect(),
        exclude: false,
    };
    let names = [NAME];
    if let Some(margins) = timed("margins of all", || store.margins(&names, year, year, &[]))? {
        println!("  {} rows, {} by day", margins.rows, margins.by_day.len());
    }
    let month = Span::new(Day(FIRST + 330), Day(FIRST + 359));
    timed("margins of a month", || {
        store.margins(&names, month, year, &[])
    })?;
    for (what, filters) in [
        ("margins of a tag", vec![filter(Dimension::Tag, &["v100"])]),
        (
            "margins of two countries",
            vec![filter(Dimension::Country, &["BC", "CA"])],
        ),
        (
            "margins of a half",
            vec![filter(Dimension::Cloud, &["", "aws"])],
        ),
    ] {
        if let Some(margins) = timed(what, || store.margins(&names, year, year, &filters))? {
            println!("  {} rows", margins.rows);
        }
    }
    timed("kept", || store.kept(&names, year))?;
    let (all, _) = timed("newest 100 rows", || {
        store.rows(&names, year, &[], 0, 100, true)
    })?;
    println!("  of {all}");
    timed("week visitors", || {
        store.visitors(&names, year, Granularity::Week, Of::All)
    })?;
    timed("rollups of 10 days", || {
        store.rollups(&names, Span::new(Day(FIRST), Day(FIRST + 9)))
    })?;
    let start = Instant::now();
    let mut read = 0;
    store.raw(&names, year, &mut |batch: Batch| {
        read += batch.len();
        if read < 3_000_000 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    let took = start.elapsed().as_secs_f64();
    println!(
        "raw: {read} rows in {took:.1} s: {:.0} a second",
        read as f64 / took
    );
    debug_assert_eq!(TEXTS[2], Column::Digest);
    Ok(())
}
