//! Times the engine on a file, natively, on one thread: what a reader does
//! without any browser around it. `cargo run --release -p pulls --example engine -- FILE`

use pulls::desk::Desk;
use pulls::dictionary::PADDING;
use pulls::header;
use pulls::partition::{Partition, Slice};
use pulls::query::{Dimension, Filter, Query};
use pulls::segment::SliceId;
use pulls::summary::Level;
use std::time::Instant;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        println!("which file?");
        return;
    };
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) => {
            println!("{path}: {error}");
            return;
        }
    };
    let Ok(header) = header::read(&text) else {
        println!("{path} is no export");
        return;
    };
    let mut partition = Partition::new();
    let step = 12 << 20;
    let mut at = header.first_row as usize;
    let mut padded = Vec::new();
    let (mut slice, mut reading) = (0, 0.0);
    while at < text.len() {
        let end = (at + step).min(text.len());
        let to = (end + 65_536).min(text.len());
        padded.clear();
        padded.extend_from_slice(&text[at..to]);
        padded.resize(to - at + PADDING, 0);
        let began = Instant::now();
        let report = partition.read(
            &header,
            &Slice {
                id: SliceId { file: 0, slice },
                padded: &padded,
                len: to - at,
                offset: at as u64,
                own: end - at,
                at_row: true,
                to_end: to == text.len(),
            },
        );
        reading += began.elapsed().as_secs_f64();
        let Ok(report) = report else {
            println!("slice {slice}: {report:?}");
            return;
        };
        at = report.next_row as usize;
        slice += 1;
    }
    let rows = partition.rows();
    println!(
        "read {rows} rows: {:.0} ms, {:.0} MB/s, {:.0} ns a row",
        reading * 1e3,
        text.len() as f64 / 1e6 / reading,
        reading * 1e9 / rows as f64
    );
    let time = |what: &str, began: Instant| {
        println!("{what}: {:.1} ms", began.elapsed().as_secs_f64() * 1e3)
    };
    let began = Instant::now();
    let mut desk = Desk::new(1);
    desk.learn(0, partition.news(0, &[]));
    time("news and learning", began);
    let all = Query::default();
    let germany = Query {
        filters: vec![Filter {
            dimension: Dimension::Country,
            values: vec!["DE".into()],
            exclude: false,
        }],
        ..Query::default()
    };
    let half = Query {
        filters: vec![Filter {
            dimension: Dimension::Client,
            values: vec!["docker".into()],
            exclude: false,
        }],
        ..Query::default()
    };
    for (name, query) in [
        ("all", &all),
        ("one country", &germany),
        ("one client", &half),
    ] {
        let selection = desk.selection(query);
        let began = Instant::now();
        let tally = partition.tally(&selection);
        time(&format!("{name}: tally"), began);
        let tallies = [tally];
        let palette = desk.palette(query, &tallies);
        let slots = desk.slots(0, &palette);
        let began = Instant::now();
        let days = partition.days(&selection, &slots);
        time(&format!("{name}: days"), began);
        let began = Instant::now();
        desk.view(query, &palette, &tallies, &[days]);
        time(&format!("{name}: view"), began);
    }
    let began = Instant::now();
    partition.coverage(0);
    time("coverage", began);
    let began = Instant::now();
    pulls::summary::write(
        vec![partition.groups(&desk.selection(&all), Level::Reference)],
        Level::Reference,
    );
    time("summary", began);
}
