//! What is imported is seen as the workbench sees the file, and what the workbench skips is
//! skipped, for the same reasons in the same lines.

mod folder;
#[path = "../../pulls/tests/support/mod.rs"]
mod support;

use fixtures::{NAMESPACE, RawExport};
use folder::{Folder, raw};
use imports::Why;
use proptest::prelude::*;
use pulls::calendar::Granularity;
use pulls::query::{Compare, Dimension, Filter, Measure, Query};
use pulls::segment::SliceId;
use support::Engine;

fn queries() -> Vec<Query> {
    let filter = |dimension, value: &str, exclude| Filter {
        dimension,
        values: vec![value.to_owned()],
        exclude,
    };
    let filters = [
        vec![],
        vec![filter(Dimension::Repository, "kelp", false)],
        vec![
            filter(Dimension::Country, "DE", true),
            filter(Dimension::Client, "docker", false),
        ],
        vec![filter(Dimension::Tag, "", false)],
    ];
    [Granularity::Day, Granularity::Week, Granularity::Month]
        .into_iter()
        .flat_map(|by| {
            filters.clone().map(|filters| Query {
                by,
                filters,
                measure: Measure::Both,
                compare: Compare::Before,
                ..Query::default()
            })
        })
        .collect()
}

/// Holds the file and the imported rows against each other; gives how many were skipped.
fn compare(text: &[u8]) -> u64 {
    let folder = Folder::new();
    let path = folder.file("export.csv", text);
    let import = imports::read(&[path]).unwrap();
    let file = &import.files()[0];

    let mut workbench = Engine::new(2);
    workbench.open(text, text.len() / 3 + 1);
    let stitcher = &workbench.files[0].2;
    assert_eq!(
        (file.rows, file.skipped),
        (stitcher.rows, stitcher.skipped),
        "rows and skipped"
    );
    let theirs = stitcher.told.iter().map(|(line, row)| (*line, row.why));
    let ours = file.told.iter().map(|row| match row.why {
        Why::Broken(why) => (row.line, why),
        Why::Namespace => panic!("there is no such row"),
    });
    let told: Vec<_> = ours.collect();
    assert_eq!(told, theirs.take(imports::TOLD_SKIPS).collect::<Vec<_>>());

    let store = folder.store();
    import.apply(&store).unwrap();
    let mut held = Engine::new(1);
    for (at, batch) in raw(&store, NAMESPACE).iter().enumerate() {
        let id = SliceId {
            file: 0,
            slice: at as u32,
        };
        held.parts[0].hold_batch(id, batch, NAMESPACE).unwrap();
    }
    held.learn();
    for query in queries() {
        assert!(held.view(&query) == workbench.view(&query), "{query:?}");
    }
    file.skipped
}

#[test]
fn an_export_is_seen_as_the_file_is() {
    assert_eq!(compare(&RawExport::new(4_000).to_bytes()), 0);
}

#[test]
fn broken_rows_are_skipped_alike() {
    let text = String::from_utf8(RawExport::new(200).to_bytes()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let long = format!("{}{}", lines[9], "x".repeat(1 << 20));
    let mut broken: Vec<Vec<u8>> = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    broken[3] = b"\"a quote that does not end".to_vec();
    broken[5] = b"too,few".to_vec();
    broken[7].extend_from_slice(b",too many");
    broken[9] = long.into_bytes();
    broken[11] = lines[11].replacen("202", "2x2", 1).into_bytes();
    broken[13] = format!("pushed{}", &lines[13][lines[13].find(',').unwrap()..]).into_bytes();
    broken[15].push(0xFF);
    broken[17] = Vec::new();
    broken[19].push(b'\r');
    let mut text = broken.join(&b'\n');
    assert_eq!(compare(&text), 7);
    // The last row has no line end, and then none at all.
    text.extend_from_slice(b"\npull_by_tag,\"2026");
    assert_eq!(compare(&text), 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_changed_in_a_file(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\",\n\r\xFF\xC3x;".to_vec()), 0usize..3), 0..20),
        seed in 0u64..100,
    ) {
        let text = RawExport { seed, ..RawExport::new(150) }.to_bytes();
        let start = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let mut changed = text;
        for (at, byte, gone) in changes {
            let at = start + at.index(changed.len() - start);
            let end = (at + gone).min(changed.len());
            changed.splice(at..end, [byte]);
        }
        // Rows of other namespaces are skipped by the import alone.
        prop_assume!(only_named(&changed));
        compare(&changed);
    }
}

/// Whether every row that is read has the namespace of the fixtures.
fn only_named(text: &[u8]) -> bool {
    let mut rows = pulls::streamed::RawRows::open(text).unwrap();
    while let Some(next) = rows.next().unwrap() {
        if let pulls::streamed::Next::Row(row) = next {
            let name = row.value(pulls::header::Column::Namespace);
            if *name != *NAMESPACE.as_bytes() {
                return false;
            }
        }
    }
    true
}
