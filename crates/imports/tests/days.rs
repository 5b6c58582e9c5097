//! Days: any rows come through, only the days in the files change, and doing it again changes
//! nothing.

mod folder;

use folder::{Folder, Rows, always, rows};
use imports::ImportError;
use proptest::prelude::*;
use pull_store::{Block, DayRows, Embedded, Kept, Of, PullStore, PullStoreError, VisitorCount};
use pulls::batch::csv::HEADER;
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};

/// Namespace, days after [`FIRST`], action, method, texts.
type Row = (u8, i32, u64, u64, Vec<String>);

/// 2026-08-20.
const FIRST: i32 = 20_685;

const NAMES: [&str; 3] = ["kelpworks", "kelp-works.2", "0"];

fn row() -> impl Strategy<Value = Row> {
    let text = prop_oneof![
        "[a-c,\"\r\n;é ]{0,5}",
        Just("null".to_owned()),
        Just("\\N".to_owned())
    ];
    let texts = prop::collection::vec(text, TEXTS.len());
    (0u8..3, 0i32..25, 0u64..3, 0u64..2, texts)
}

fn builder<'a>(rows: impl Iterator<Item = &'a Row>) -> BatchBuilder {
    let mut builder = BatchBuilder::new();
    for (_, day, action, method, texts) in rows {
        let mut pull = Pull::default();
        // The namespace is told by the day.
        for (at, text) in texts.iter().enumerate().take(TEXTS.len() - 1) {
            pull.texts[at] = text.as_bytes();
        }
        pull.numbers[Number::Day as usize] = (FIRST + day) as u64;
        pull.numbers[Number::Action as usize] = *action;
        pull.numbers[Number::Count as usize] = 1;
        pull.numbers[Number::Method as usize] = *method;
        builder.push(&pull);
    }
    builder
}

fn csv(rows: &[Row]) -> Vec<u8> {
    let mut text = HEADER.to_vec();
    for row in rows {
        let batch = Batch::decode(&builder(std::iter::once(row)).encode(), |_| true).unwrap();
        batch.write_csv(NAMES[usize::from(row.0)], |_| true, &mut text);
    }
    text
}

/// The rows of a namespace as the store has them: by day.
fn expected(rows: &[Row], namespace: u8) -> Rows {
    let mut own: Vec<&Row> = rows.iter().filter(|row| row.0 == namespace).collect();
    own.sort_by_key(|row| row.1);
    let batch = Batch::decode(&builder(own.into_iter()).encode(), |_| true).unwrap();
    let one = |row| {
        let pull = batch.row(row);
        let text = |text: &&[u8]| match *text {
            b"null" | b"\\N" => Vec::new(),
            text => text.to_vec(),
        };
        (pull.texts.iter().map(text).collect(), pull.numbers.to_vec())
    };
    (0..batch.len()).map(one).collect()
}

/// Appends rows as registries bring them.
fn append(store: &Embedded, rows: &[Row]) {
    let mut days: BTreeMap<(u8, i32), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        days.entry((row.0, row.1)).or_default().push(row);
    }
    let days = days.into_iter().map(|((name, day), rows)| {
        let name = NAMES[usize::from(name)];
        DayRows::of(name, Day(FIRST + day), &builder(rows.into_iter()))
    });
    let block = Block {
        number: store.appended().unwrap() + 1,
        days: days.collect(),
    };
    store.append(&block).unwrap();
}

fn kept(store: &dyn PullStore) -> Vec<Rows> {
    NAMES.iter().map(|name| rows(store, name)).collect()
}

/// A text that is written as it is.
fn plain(text: &str) -> String {
    match text {
        "null" | "\\N" => String::new(),
        text => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_rows_come_through(found in prop::collection::vec(row(), 1..60), cut in any::<prop::sample::Index>()) {
        let folder = Folder::new();
        let cut = cut.index(found.len());
        let files = [folder.file("1.csv", csv(&found[..cut])), folder.file("2.csv", csv(&found[cut..]))];
        // A header alone is the same file only if both are.
        let import = imports::read(&files).unwrap();
        prop_assert_eq!(import.files()[0].skipped + import.files()[1].skipped, 0);
        let store = folder.store();
        import.apply(&store).unwrap();
        for (number, name) in NAMES.iter().enumerate() {
            prop_assert_eq!(rows(&store, name), expected(&found, number as u8));
        }
    }

    #[test]
    fn only_the_days_in_the_files_change(
        before in prop::collection::vec(row(), 0..60),
        found in prop::collection::vec(row(), 1..30),
    ) {
        let folder = Folder::new();
        let store = folder.store();
        let before: Vec<Row> = before.into_iter().map(|mut row| {
            row.4 = row.4.iter().map(|text| plain(text)).collect();
            row
        }).collect();
        append(&store, &before);
        let import = imports::read(&[folder.file("export.csv", csv(&found))]).unwrap();
        let is_in = |row: &Row| found.iter().any(|one| (one.0, one.1) == (row.0, row.1));

        let difference = import.difference(&store).unwrap();
        let (mut gone, mut new) = (0, 0);
        for namespace in &difference.namespaces {
            for day in &namespace.days {
                let of = |rows: &[Row]| rows.iter().filter(|row| {
                    NAMES[usize::from(row.0)] == namespace.namespace && FIRST + row.1 == day.day.0
                }).count() as u64;
                prop_assert_eq!(day.kept, of(&before));
                prop_assert_eq!(day.found, Some(of(&found)).filter(|rows| *rows > 0));
                gone += day.found.map_or(0, |_| day.kept);
                new += day.found.unwrap_or(0);
            }
        }
        prop_assert_eq!(gone as usize, before.iter().filter(|row| is_in(row)).count());
        prop_assert_eq!(new as usize, found.len());

        import.apply(&store).unwrap();
        let mut after: Vec<Row> = before.iter().filter(|row| !is_in(row)).cloned().collect();
        after.extend(found.clone());
        let after: Vec<Rows> = (0..3).map(|name| expected(&after, name)).collect();
        prop_assert_eq!(&kept(&store), &after);
        // Again, by hand and after reading again.
        import.apply(&store).unwrap();
        imports::read(&[folder.file("again.csv", csv(&found))]).unwrap().apply(&store).unwrap();
        prop_assert_eq!(&kept(&store), &after);
    }
}

/// A store that breaks off after some replacements.
struct Breaking {
    store: Embedded,
    left: AtomicU32,
    spans: std::sync::Mutex<Vec<Span>>,
}

impl PullStore for Breaking {
    fn append(&self, block: &Block) -> Result<(), PullStoreError> {
        self.store.append(block)
    }

    fn appended(&self) -> Result<u64, PullStoreError> {
        self.store.appended()
    }

    fn replace(&self, namespace: &str, span: Span, days: &[DayRows]) -> Result<(), PullStoreError> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            return Err(PullStoreError::Changed(span.first));
        }
        self.spans.lock().unwrap().push(span);
        self.store.replace(namespace, span, days)
    }

    fn kept(&self, namespaces: &[&str], span: Span) -> Result<Vec<Kept>, PullStoreError> {
        self.store.kept(namespaces, span)
    }

    fn rollups(&self, namespaces: &[&str], span: Span) -> Result<Vec<Batch>, PullStoreError> {
        self.store.rollups(namespaces, span)
    }

    fn raw(
        &self,
        namespaces: &[&str],
        span: Span,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        self.store.raw(namespaces, span, take)
    }

    fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError> {
        self.store.visitors(namespaces, span, by, of)
    }

    fn tidy(&self) -> Result<(), PullStoreError> {
        self.store.tidy()
    }

    fn drop_before(&self, day: Day) -> Result<u64, PullStoreError> {
        self.store.drop_before(day)
    }
}

fn on(day: i32, tag: &str) -> Row {
    let mut texts = vec![String::new(); TEXTS.len()];
    texts[1] = tag.to_owned();
    (0, day, 0, 1, texts)
}

#[test]
fn what_breaks_off_is_completed_by_doing_it_again() {
    let folder = Folder::new();
    let store = folder.store();
    append(
        &store,
        &(0..25).map(|day| on(day, "old")).collect::<Vec<_>>(),
    );
    // Three runs of days: two in August, one in September.
    let days = [2, 3, 4, 8, 9, 10, 11, 12, 13];
    let new: Vec<Row> = days.iter().map(|day| on(*day, "new")).collect();
    let import = imports::read(&[folder.file("export.csv", csv(&new))]).unwrap();
    let store = Breaking {
        store,
        left: AtomicU32::new(1),
        spans: std::sync::Mutex::default(),
    };
    let new_days = |store: &dyn PullStore| -> Vec<i32> {
        let rows = rows(store, NAMES[0]).into_iter();
        let new = rows.filter(|row| row.0[1] == b"new");
        new.map(|row| row.1[0] as i32 - FIRST).collect()
    };
    match import.apply(&store) {
        Err(error @ ImportError::Replace { .. }) => {
            let words = error.to_string();
            assert!(
                words.contains("the days 2026-08-28 to 2026-08-31 of kelpworks could not"),
                "{words}"
            );
        }
        _ => panic!("it did not break off"),
    }
    assert_eq!(new_days(&store), [2, 3, 4]);
    store.left.store(u32::MAX, Ordering::Relaxed);
    import.apply(&store).unwrap();
    assert_eq!(new_days(&store), days);
    assert_eq!(rows(&store, NAMES[0]).len(), 25);
    let spans = store.spans.lock().unwrap();
    let spans: Vec<(i32, i32)> = spans
        .iter()
        .map(|span| (span.first.0 - FIRST, span.last.0 - FIRST))
        .collect();
    assert_eq!(spans, [(2, 4), (2, 4), (8, 11), (12, 13)]);
}

#[test]
fn the_difference_is_a_table() {
    let folder = Folder::new();
    let store = folder.store();
    let mut now: Vec<Row> = (0..25).map(|day| on(day, "old")).collect();
    now.extend((0..1_200).map(|_| on(9, "old")));
    append(&store, &now);
    let mut one: Vec<Row> = [2, 3, 4, 8, 9, 10].map(|day| on(day, "new")).into();
    one.extend((0..1_500).map(|_| on(3, "new")));
    let other: Vec<Row> = [4, 8, 9, 10, 11, 12, 13].map(|day| on(day, "new")).into();
    let mut text = csv(&other);
    text.extend_from_slice(b"a,b\n");
    folder.file("one.csv", csv(&one));
    folder.file("other.csv", text);
    let files = ["one.csv", "other.csv"].map(|name| folder.0.join(name));
    let import = imports::read(&files).unwrap();
    let words = import.difference(&store).unwrap().to_string();
    let words = words.replace(&format!("{}/", folder.0.display()), "");
    assert_eq!(
        words,
        "\
one.csv: 1,506 rows
other.csv: 7 rows

kelpworks
  month    days  rows now  in the files  change  other days  their rows
  2026-08     7     1,207         1,511    +304           3           3
  2026-09     2         2             2       0           0           0
  all         9     1,209         1,513    +304           3           3
  The other days are not in the files and stay as they are.
  First day in the files, possibly incomplete there: 2026-08-22, 1 row (1 now)
  Last day in the files, possibly incomplete there: 2026-09-02, 1 row (1 now)
  Warning: 1 day would have fewer rows than now: 2026-08-29
  Warning: 4 days are in more than one file, and the rows are added up.
  That is right only if the files are parts of one export.
    2026-08-24 in one.csv, other.csv
    2026-08-28 to 2026-08-30 in one.csv, other.csv

1 row is skipped:
  other.csv, line 9: 2 fields, where the header has 15
"
    );
    let empty = imports::read(&[folder.file("empty.csv", HEADER)]).unwrap();
    let words = empty.difference(&store).unwrap().to_string();
    assert!(words.ends_with("empty.csv: 0 rows\n\nThere is nothing to import.\n"));
    empty.apply(&store).unwrap();
    assert_eq!(rows(&store, NAMES[0]).len(), now.len());
}

#[test]
fn the_sample_is_a_year_up_to_a_day() {
    let folder = Folder::new();
    let store = folder.store();
    let until = Day(FIRST + 5);
    append(&store, &[on(-370, "before"), on(0, "old"), on(6, "after")]);
    imports::sample(&store, "kelpworks", until).unwrap();
    let all = rows(&store, "kelpworks");
    let days = store.kept(&["kelpworks"], always()).unwrap();
    assert_eq!(days.len(), 367);
    assert_eq!((days[1].day, days[365].day), (until.plus(-364), until));
    assert_eq!(all.len(), 40_002);
    assert!(all.iter().all(|row| row.0[1] != b"old"));
    imports::sample(&store, "kelpworks", until).unwrap();
    assert!(rows(&store, "kelpworks") == all, "the same again");
    let error = imports::sample(&store, "Kelp", until).err().unwrap();
    assert!(
        error.to_string().starts_with("\"Kelp\" is no name"),
        "{error}"
    );
}
