//! Times questions about millions of stored pulls, and what they take of memory.
//! `cargo run --release -p insights --example bench -- HOME MILLIONS NAMESPACE`: a folder, or the
//! address of a ClickHouse (`clickhouse://…`). It is filled first, unless it holds pulls already.

use fixtures::{Action as Kind, Project, RawExport};
use insights::{Insights, Limits, Namespace};
use pull_store::{Block, ClickHouse, DayRows, Embedded, PullStore};
use pulls::batch::{BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Span};
use pulls::header::Column;
use pulls::query::{Compare, Dimension, Filter, Measure, Query};
use pulls::segment::Action;
use pulls::served::Question;
use pulls::summary::Level;
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

/// A year of them, all of which are over.
const FIRST: fixtures::Day = fixtures::Day::from_ymd(2025, 9, 1);
const DAYS: u32 = 365;

/// Rows of a block, as if they were counted together.
const BLOCK: usize = 50_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(home), Some(millions), Some(name)) = (words.next(), words.next(), words.next())
    else {
        println!("which home, how many millions of rows, and of which namespace?");
        return Ok(());
    };
    let rows = millions.parse::<u64>()? * 1_000_000;
    let store = opened(&home)?;
    if words.next().is_some() {
        return fill(store.as_ref(), rows, &name);
    }
    let always = Span::new(Day(0), Day(i32::MAX / 2));
    if store.kept(&[&name], always)?.is_empty() {
        let began = Began::now();
        // A process of its own: what it took of memory is none of what is measured.
        let own = std::env::current_exe()?;
        let filled = Command::new(own)
            .args([&home, &millions, &name, "fill"])
            .status()?;
        assert!(filled.success(), "it could not be filled");
        let file = std::fs::metadata(Path::new(&home).join("pulls.sqlite"));
        told("fill", began, file.map_or(0, |file| file.len()));
    }
    let of = Namespace {
        name,
        former: vec!["kelp-old".to_owned()],
        today: None,
    };
    files(&store, &of)?;
    questions(&store, &of)
}

/// A home that may have been empty.
fn opened(home: &str) -> Result<Arc<dyn PullStore>, Box<dyn Error>> {
    if home.starts_with("clickhouse") {
        return Ok(Arc::new(ClickHouse::open(&home.parse()?)?));
    }
    std::fs::create_dir_all(home)?;
    Ok(Arc::new(Embedded::open(Path::new(home))?))
}

/// Sample pulls.
fn fill(store: &dyn PullStore, rows: u64, name: &str) -> Result<(), Box<dyn Error>> {
    let project = Project::new(&RawExport {
        first_day: FIRST,
        days: DAYS,
        ..RawExport::new(rows)
    });
    let mut days: BTreeMap<Day, BatchBuilder> = BTreeMap::new();
    let (mut number, mut count) = (0, 0);
    let mut append = |days: &mut BTreeMap<Day, BatchBuilder>| {
        number += 1;
        let days = std::mem::take(days);
        let days = days.iter().map(|(day, rows)| DayRows::of(name, *day, rows));
        store.append(&Block {
            number,
            days: days.collect(),
        })
    };
    for record in project.records() {
        let digest = record.digest.text();
        let mut pull = Pull::default();
        for (text, column) in pull.texts.iter_mut().zip(TEXTS) {
            *text = match column {
                Column::Repository => record.repository.as_bytes(),
                Column::Tag => record.tag.unwrap_or_default().as_bytes(),
                Column::Digest => &digest,
                Column::Country => record.country.as_bytes(),
                Column::Tool => record.tool.as_bytes(),
                Column::Version => record.version.as_bytes(),
                Column::Host => record.host.as_bytes(),
                Column::Network => record.kind.as_bytes(),
                Column::Domain => record.domain.as_bytes(),
                _ => b"",
            };
        }
        let action = match record.action {
            Kind::PullByTag => Action::PullByTag,
            Kind::PullByDigest => Action::PullByDigest,
            Kind::VersionCheck => Action::VersionCheck,
        };
        pull.numbers[Number::Day as usize] = record.day.0 as u64;
        pull.numbers[Number::Action as usize] = action as u64;
        pull.numbers[Number::Count as usize] = 1;
        pull.numbers[Number::Method as usize] = u64::from(record.http_method == "GET");
        days.entry(Day(record.day.0)).or_default().push(&pull);
        count += 1;
        if count % BLOCK == 0 {
            append(&mut days)?;
        }
    }
    append(&mut days)?;
    Ok(())
}

fn filtered(query: &Query) -> Query {
    let filter = |dimension, value: &str| Filter {
        dimension,
        values: vec![value.to_owned()],
        exclude: false,
    };
    Query {
        filters: vec![
            filter(Dimension::Country, "DE"),
            filter(Dimension::Client, "docker"),
        ],
        ..query.clone()
    }
}

fn files(store: &Arc<dyn PullStore>, of: &Namespace) -> Result<(), Box<dyn Error>> {
    let insights = Insights::new(Arc::clone(store), Limits::default());
    let all = Query {
        measure: Measure::Both,
        ..Query::default()
    };
    let (began, mut bytes) = (Began::now(), 0);
    insights.raw_file(of, &all, false, &mut |piece| {
        bytes += piece.len() as u64;
        ControlFlow::Continue(())
    })?;
    told("raw file", began, bytes);
    let (began, mut bytes) = (Began::now(), 0);
    insights.raw_file_gz(of, &all, false, &mut |piece| {
        bytes += piece.len() as u64;
        ControlFlow::Continue(())
    })?;
    told("raw file, packed", began, bytes);
    let began = Began::now();
    let file = insights.summary_file(of, &all, Level::Reference)?;
    told("summary by reference", began, file.len() as u64);
    Ok(())
}

fn questions(store: &Arc<dyn PullStore>, of: &Namespace) -> Result<(), Box<dyn Error>> {
    let limits = Limits {
        sent_bytes: 0,
        ..Limits::default()
    };
    let insights = Insights::new(Arc::clone(store), limits);
    let all = Query {
        compare: Compare::Before,
        ..Query::default()
    };
    let few = filtered(&all);
    for (what, query) in [
        ("view, cold", &all),
        ("view, warm", &all),
        ("view, filtered", &few),
        ("view, filtered again", &few),
    ] {
        let began = Began::now();
        let question = Question::Look {
            query: query.clone(),
            seen: None,
        };
        insights.answer(of, &question)?;
        told(what, began, insights.held_bytes() as u64);
        if what == "view, cold" {
            let began = Began::now();
            insights.read_ahead(of, &all)?;
            told("read ahead", began, insights.held_bytes() as u64);
        }
    }
    let began = Began::now();
    let question = Question::Rows {
        query: all.clone(),
        offset: 0,
        limit: 100,
        newest_first: true,
    };
    insights.answer(of, &question)?;
    told("rows, newest first", began, 0);
    Ok(())
}

/// When something began, by the clock and by what the processor had done for this process.
#[derive(Clone, Copy)]
struct Began(Instant, f64);

impl Began {
    fn now() -> Self {
        Self(Instant::now(), processor())
    }

    /// Seconds of the processor since.
    fn processor(self) -> f64 {
        processor() - self.1
    }
}

/// Says what something took, as a line of JSON: milliseconds by the clock and of the processor, the
/// most megabytes of memory so far, and bytes that came of it.
fn told(what: &str, began: Began, bytes: u64) {
    let ms = began.0.elapsed().as_secs_f64() * 1_000.0;
    let processor = began.processor() * 1_000.0;
    let peak = peak_mb();
    println!(
        r#"{{"what":"{what}","ms":{ms:.1},"processor":{processor:.0},"peak":{peak},"bytes":{bytes}}}"#
    );
}

/// Seconds that the processor worked for this process; its clock ticks a hundred times in one.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let words = stat.rsplit(')').next().unwrap_or_default().split(' ');
    let ticks = words.skip(12).take(2).flat_map(str::parse::<u64>);
    ticks.sum::<u64>() as f64 / 100.0
}

/// The most memory that the process had so far.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}
