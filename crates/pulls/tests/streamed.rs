//! Rows one by one are the rows of a partition: the same values, the same lines skipped.

mod support;

use fixtures::RawExport;
use proptest::prelude::*;
use pulls::header::Column;
use pulls::partition::{MAX_ROW, Skip};
use pulls::segment::Action;
use pulls::streamed::{Next, RawRows, StreamError};
use std::io::Read;
use support::Engine;

/// A row: what it is, its day, and the values of its columns.
type Row = (Action, String, Vec<Vec<u8>>);

/// Columns whose values both have.
fn columns(has_digests: bool) -> impl Iterator<Item = Column> {
    Column::ALL.into_iter().filter(move |column| match column {
        Column::Day | Column::Reference => false,
        Column::Digest => has_digests,
        _ => true,
    })
}

fn streamed(text: impl Read, has_digests: bool) -> (Vec<Row>, Vec<(u64, Skip)>) {
    let mut rows = RawRows::open(text).unwrap();
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    while let Some(next) = rows.next().unwrap() {
        match next {
            Next::Skipped { line, why } => skipped.push((line, why)),
            Next::Row(row) => {
                let values = columns(has_digests).map(|column| row.value(column).into_owned());
                found.push((row.action, row.day.to_string(), values.collect()));
            }
        }
    }
    (found, skipped)
}

fn held(text: &[u8], has_digests: bool) -> (Vec<Row>, Vec<(u64, Skip)>) {
    let mut engine = Engine::new(1);
    engine.open(text, text.len());
    let part = &engine.parts[0];
    let mut found = Vec::new();
    for segment in part.segments() {
        for row in 0..segment.len() {
            let values =
                columns(has_digests).map(|column| part.value(segment, column, row).to_vec());
            found.push((
                Action::ALL[segment.actions[row] as usize],
                String::from_utf8_lossy(&part.value(segment, Column::Day, row)[..10]).into_owned(),
                values.collect(),
            ));
        }
    }
    let told = engine.files[0].2.told.iter();
    (found, told.map(|(line, row)| (*line, row.why)).collect())
}

/// A stream that gives a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 % 977 + 13;
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

fn alike(text: &[u8], has_digests: bool) {
    let (rows, skipped) = held(text, has_digests);
    let (ours, told) = streamed(Slow(text, 0), has_digests);
    assert!(ours == rows, "{} rows, and {}", ours.len(), rows.len());
    assert_eq!(told[..told.len().min(100)], skipped);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_alike(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\",\n\r\xFF\xC3xN".to_vec()), 0usize..4), 0..60),
        seed in 0u64..1000,
        without in prop::sample::select(vec!["", "tag", "digest", "reference"]),
    ) {
        let text = RawExport { seed, ..RawExport::new(120) }.to_bytes();
        let start = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let header = String::from_utf8_lossy(&text[..start]);
        // Without that column; its values are in one that nobody knows.
        let header = header.replace(&format!(",{without},"), ",unknown,");
        let mut rows = text[start..].to_vec();
        for (at, byte, gone) in changes {
            let at = at.index(rows.len());
            rows.splice(at..(at + gone).min(rows.len()), [byte]);
        }
        let mut text = header.into_bytes();
        text.extend_from_slice(&rows);
        alike(&text, without != "digest");
    }
}

#[test]
fn rows_around_the_longest_are_read_alike() {
    let text = RawExport::new(3).to_bytes();
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    for extra in [-1isize, 0, 1, 2] {
        // The domain stands last in a row.
        let len = (MAX_ROW as isize + extra) as usize;
        let fill = len - lines[1].len();
        let long = [lines[1], &b"x".repeat(fill)].concat();
        for end in [&b""[..], b"\n", b"\nshort,row\n"] {
            let text = [lines[0], b"\n", lines[2], b"\n", &long, end].concat();
            alike(&text, true);
            let quoted = [lines[0], b"\n\"", &long, end].concat();
            alike(&quoted, true);
        }
    }
    // Longer than all that is held at once.
    let long = b"x".repeat(20 * MAX_ROW);
    let text = [lines[0], b"\n", &long, b"\n", lines[1], b"\nshort,row"].concat();
    alike(&text, true);
    let (rows, skipped) = streamed(&text[..], true);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        skipped,
        [(2, Skip::Long), (4, Skip::FieldCount { found: 2 })]
    );
    alike(&[lines[0], b"\n", &long].concat(), true);
}

#[test]
fn the_longest_row_may_end_where_a_piece_of_the_stream_does() {
    let text = RawExport::new(1).to_bytes();
    let (header, row) = text.split_at(text.iter().position(|byte| *byte == b'\n').unwrap() + 1);
    let row = row.trim_ascii_end();
    let longest = [row, &b"x".repeat(MAX_ROW - row.len())].concat();
    // So much is held at once, or a few times that.
    for pieces in [2, 4, 8, 16] {
        let skipped = b"x".repeat((pieces - 1) * MAX_ROW - header.len() - 1);
        let text = [header, &skipped, b"\n", &longest].concat();
        assert_eq!(text.len(), pieces * MAX_ROW);
        alike(&text, true);
        assert_eq!(streamed(&text[..], true).0.len(), 1);
    }
}

#[test]
fn what_was_asked_for_says_what_a_column_does_not() {
    let row = |text: &str| -> (Vec<u8>, Vec<u8>, bool) {
        let mut rows = RawRows::open(text.as_bytes()).unwrap();
        match rows.next().unwrap() {
            Some(Next::Row(row)) => (
                row.value(Column::Tag).into_owned(),
                row.value(Column::Digest).into_owned(),
                row.is_get(),
            ),
            _ => panic!("{text}"),
        }
    };
    let of = |tag: &str, digest: &str, is_get| (tag.into(), digest.into(), is_get);
    for (header, values, expected) in [
        ("reference", "v1", of("v1", "", true)),
        ("reference", "sha256:0", of("", "sha256:0", true)),
        ("reference", "null", of("", "", true)),
        ("reference,tag", "sha256:0,v1", of("v1", "sha256:0", true)),
        ("reference,tag", "v1,\\N", of("", "", true)),
        ("reference,tag,digest", "sha256:0,,", of("", "", true)),
        (
            "tag,digest,http_method",
            "v1,sha256:0,HEAD",
            of("v1", "sha256:0", false),
        ),
        ("tag,HTTP Method", "v1,get", of("v1", "", true)),
        ("tag,http_method", "v1,null", of("v1", "", true)),
    ] {
        let text = format!("action,action_day,{header}\npull_by_tag,2026-08-24,{values}\n");
        assert_eq!(row(&text), expected, "{header}: {values}");
    }
    let check = "action,action_day,tag\nversion_check,2026-08-24,v1\n";
    assert_eq!(row(check), of("v1", "", false));
}

#[test]
fn other_files_are_told() {
    let open = |text: &'static str| RawRows::open(text.as_bytes()).err();
    assert!(matches!(open("{}"), Some(StreamError::NotAnExport(_))));
    assert!(matches!(
        open("namespace,repository,pull_by_tag,pull_by_digest\na,b,1,2\n"),
        Some(StreamError::Counted(_))
    ));
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("away"))
        }
    }
    assert!(matches!(RawRows::open(Failing), Err(StreamError::Io(_))));
}
