//! What holds for any bytes that are opened as a file. The fuzz target and the
//! replay of its corpus both call it.

use super::Engine;
use pulls::calendar::Granularity;
use pulls::header::{self, FileKind};
use pulls::query::{Compare, Dimension, Filter, Measure, Query};
use pulls::summary::Level;

/// A text is cut into so many slices at most: each costs a copy of what follows it.
const MOST_SLICES: usize = 48;

/// What was found in a file; the corpus says what it is meant to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub rows: u64,
    pub skipped: u64,
}

/// Reads the bytes by two cuts over one and over three partitions, and once
/// whole; gives what was found, or `None` where the bytes are no export.
///
/// # Panics
/// If anything panics on the way, or if answers differ.
pub fn check(file: &[u8]) -> Option<Found> {
    header::read(file).ok()?;
    // The cuts hang on all bytes, so that every changed byte moves them too.
    let hash = file.iter().fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let least = file.len() / MOST_SLICES + 1;
    let fine = least + (hash >> 40) as usize % 64;
    let coarse = least + (hash >> 8) as usize % file.len();
    let whole = answers(file, file.len(), 1);
    for (slice_len, parts) in [(fine, 3), (coarse, 2)] {
        let cut = answers(file, slice_len, parts);
        assert_eq!(cut, whole, "in slices of {slice_len} bytes");
    }
    read_again(file, &whole);
    Some(whole.found)
}

/// All that can be asked of a file.
#[derive(Debug, PartialEq)]
struct Answers {
    found: Found,
    told: Vec<(u64, pulls::partition::Skip)>,
    views: Vec<pulls::view::View>,
    summaries: [String; 2],
    raw: Vec<u8>,
    safe: Vec<u8>,
}

fn answers(file: &[u8], slice_len: usize, parts: usize) -> Answers {
    let mut engine = Engine::new(parts);
    engine.open(file, slice_len);
    let stitcher = &engine.files[0].2;
    let found = Found {
        rows: stitcher.rows,
        skipped: stitcher.skipped,
    };
    let told = stitcher.told.iter().map(|t| (t.0, t.1.why)).collect();
    let all = everything();
    let views = queries().iter().map(|q| engine.view(q)).collect();
    Answers {
        found,
        told,
        views,
        summaries: [Level::Reference, Level::Repository].map(|level| engine.summary(&all, level)),
        raw: engine.raw(&all),
        safe: engine.rewritten(&all, true),
    }
}

/// A raw export of everything, read as a file, holds the same rows.
fn read_again(file: &[u8], whole: &Answers) {
    let header = header::read(file).expect("it was one before");
    // Rows that a file counts at several levels are known by those left out.
    if header.kind != FileKind::Raw || whole.found.rows == 0 {
        return;
    }
    // A zero byte that moves to the front makes the file look binary; a lone
    // return at the very end is a value's, and with a newline it is the row's.
    if whole.raw.contains(&0) || file.ends_with(b"\r") {
        return;
    }
    let mut text = file[..header.first_row as usize].to_vec();
    text.extend_from_slice(&whole.raw);
    let again = answers(&text, text.len(), 1);
    assert_eq!(
        (again.found.rows, again.found.skipped),
        (whole.found.rows, 0)
    );
    assert_eq!(again.views, whole.views);
}

fn everything() -> Query {
    Query {
        measure: Measure::Both,
        by: Granularity::Day,
        ..Query::default()
    }
}

fn queries() -> [Query; 3] {
    [
        everything(),
        Query {
            compare: Compare::Before,
            filters: vec![Filter {
                dimension: Dimension::Tag,
                values: vec![String::new(), "latest".into()],
                exclude: true,
            }],
            ..Query::default()
        },
        Query {
            measure: Measure::Checks,
            by: Granularity::Month,
            compare: Compare::YearBefore,
            filters: vec![Filter {
                dimension: Dimension::Country,
                values: vec!["DE".into()],
                exclude: false,
            }],
            ..Query::default()
        },
    ]
}
