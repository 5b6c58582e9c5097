//! What ClickHouse is asked beyond days and rows: margins, pages, filters and visitors are held
//! against the rows that were appended, with texts in them that are no friends of SQL.

mod homes;
mod server;

use homes::{FIRST, Home, always};
use pull_store::{Block, ClickHouse, DayRows, Of, PullStore, PullStoreError};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use pulls::query::{Dimension, Filter};
use server::{Place, everywhere};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Texts that somebody may take for something else.
const HOSTILE: [&str; 9] = [
    "",
    "kelp",
    "o'brien",
    "\\",
    "\\'); DROP TABLE raw; --",
    "a\nb\rc\td",
    "nul\0nul",
    "`\"%_,{}",
    "größe 🌊",
];

/// On different shards of two.
const NAMES: [&str; 2] = ["kelp's\\works", "wracks\0\n"];

/// A row with everything in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Full {
    namespace: usize,
    day: i32,
    texts: [String; TEXTS.len()],
    numbers: [u64; 5],
}

impl Full {
    fn text(&self, column: Column) -> &str {
        let at = TEXTS.iter().position(|one| *one == column).unwrap();
        &self.texts[at]
    }
}

/// So many rows, the same for the same number.
fn rows(seed: u64, count: usize) -> Vec<Full> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    };
    (0..count)
        .map(|_| Full {
            namespace: next(2) as usize,
            day: next(80) as i32,
            texts: std::array::from_fn(|at| {
                if TEXTS[at] == Column::Namespace {
                    String::new()
                } else {
                    HOSTILE[next(HOSTILE.len() as u64) as usize].to_owned()
                }
            }),
            numbers: [next(3), 1 + next(3), next(2), next(20), next(30)],
        })
        .collect()
}

fn pull(row: &Full) -> Pull<'_> {
    let [action, count, method, week, month] = row.numbers;
    let mut pull = Pull::default();
    for (text, own) in pull.texts.iter_mut().zip(&row.texts) {
        *text = own.as_bytes();
    }
    for (number, value) in [
        (Number::Day, (FIRST + row.day) as u64),
        (Number::Action, action),
        (Number::Count, count),
        (Number::Method, method),
        (Number::WeekVisitor, week),
        (Number::MonthVisitor, month),
    ] {
        pull.numbers[number as usize] = value;
    }
    pull
}

fn block(number: u64, rows: &[Full]) -> Block {
    let mut days: BTreeMap<(usize, i32), BatchBuilder> = BTreeMap::new();
    for row in rows {
        days.entry((row.namespace, row.day))
            .or_default()
            .push(&pull(row));
    }
    Block {
        number,
        days: days
            .into_iter()
            .map(|((owner, day), rows)| DayRows::of(NAMES[owner], Day(FIRST + day), &rows))
            .collect(),
    }
}

/// Rows of a batch, whose are they does not matter.
fn read(batch: &Batch) -> Vec<Full> {
    let rows = (0..batch.len()).map(|at| {
        let pull = batch.row(at);
        Full {
            namespace: 0,
            day: batch.day(at).0 - FIRST,
            texts: pull
                .texts
                .map(|text| String::from_utf8(text.to_vec()).unwrap()),
            numbers: [
                pull.number(Number::Action),
                pull.number(Number::Count),
                pull.number(Number::Method),
                pull.number(Number::WeekVisitor),
                pull.number(Number::MonthVisitor),
            ],
        }
    });
    rows.collect()
}

fn matching(row: &Full, filters: &[Filter]) -> bool {
    filters.iter().all(|filter| {
        let value = match filter.dimension {
            Dimension::Namespace => NAMES[row.namespace],
            dimension => row.text(dimension.column()),
        };
        filter.values.iter().any(|one| one == value) != filter.exclude
    })
}

fn filters() -> Vec<Vec<Filter>> {
    let filter = |dimension, values: &[&str], exclude| Filter {
        dimension,
        values: values.iter().map(|one| (*one).to_owned()).collect(),
        exclude,
    };
    let mut sets = vec![
        vec![],
        vec![filter(Dimension::Country, &["", "kelp"], false)],
        vec![filter(Dimension::Tag, &[], false)],
        vec![
            filter(Dimension::Tag, &["o'brien", "\\", "nul\0nul"], true),
            filter(
                Dimension::Client,
                &["\\'); DROP TABLE raw; --", "größe 🌊", "`\"%_,{}"],
                false,
            ),
        ],
        vec![filter(Dimension::Namespace, &[NAMES[1]], true)],
    ];
    sets.extend(
        HOSTILE
            .iter()
            .map(|value| vec![filter(Dimension::Domain, &[value], false)]),
    );
    sets
}

fn spans() -> [(Span, Span); 2] {
    let span = |first, last| Span::new(Day(FIRST + first), Day(FIRST + last));
    [(always(), always()), (span(5, 33), span(20, 79))]
}

/// A store in which a part of the rows is in margins that are kept, a part is not, and a part was
/// replaced; and what is in it.
fn filled(place: &Place) -> (ClickHouse, Vec<Full>) {
    let store = place.open().folding_at(250);
    let mut all = Vec::new();
    for number in 1..=7 {
        let rows = rows(number, 60);
        store.append(&block(number, &rows)).unwrap();
        all.extend(rows);
    }
    let span = Span::new(Day(FIRST + 10), Day(FIRST + 14));
    let instead: Vec<Full> = rows(99, 400)
        .into_iter()
        .filter(|row| row.namespace == 0 && (10..=12).contains(&row.day))
        .collect();
    store
        .replace(NAMES[0], span, &block(0, &instead).days)
        .unwrap();
    all.retain(|row| row.namespace != 0 || !(10..=14).contains(&row.day));
    all.extend(instead);
    let rows = rows(8, 60);
    store.append(&block(8, &rows)).unwrap();
    all.extend(rows);
    for server in place.servers() {
        assert!(place.count_at(&server, "raw", "1") > 0, "{server}");
    }
    (store, all)
}

fn within(row: &Full, span: Span) -> bool {
    span.contains(Day(FIRST + row.day))
}

#[test]
fn margins_are_what_the_rows_add_up_to() {
    everywhere(|address| {
        let place = Place::new(address);
        let (store, all) = filled(&place);
        assert!(place.count("margin", "1") > 0);
        for ((counted, drawn), filters) in spans()
            .into_iter()
            .flat_map(|spans| filters().into_iter().map(move |filters| (spans, filters)))
        {
            for names in [&NAMES[..1], &NAMES[..]] {
                let rows: Vec<&Full> = all
                    .iter()
                    .filter(|row| row.namespace < names.len() && matching(row, &filters))
                    .collect();
                let margins = store.margins(names, counted, drawn, &filters);
                let margins = margins.unwrap().unwrap();
                let mut by_day = BTreeMap::new();
                for row in rows.iter().filter(|row| within(row, drawn)) {
                    let tag = row.text(Column::Tag).to_owned();
                    *by_day.entry((row.day, row.numbers[0], tag)).or_default() += row.numbers[1];
                }
                let found: BTreeMap<_, u64> = read(&margins.by_day)
                    .into_iter()
                    .map(|row| {
                        let tag = row.text(Column::Tag).to_owned();
                        ((row.day, row.numbers[0], tag), row.numbers[1])
                    })
                    .collect();
                assert_eq!(found, by_day, "{filters:?}");
                let counted: Vec<_> = rows.iter().filter(|row| within(row, counted)).collect();
                assert_eq!(margins.rows, counted.len() as u64);
                assert_eq!(margins.values.len(), Dimension::ALL.len() - 1);
                for (column, batch) in &margins.values {
                    let mut sums = BTreeMap::new();
                    for row in &counted {
                        let value = row.text(*column).to_owned();
                        *sums.entry((row.numbers[0], value)).or_default() += row.numbers[1];
                    }
                    let found: BTreeMap<_, u64> = (0..batch.len())
                        .map(|at| {
                            let pull = batch.row(at);
                            let value = String::from_utf8(pull.text(*column).to_vec()).unwrap();
                            let key = (pull.number(Number::Action), value);
                            (key, pull.number(Number::Count))
                        })
                        .collect();
                    assert_eq!(found.len(), batch.len(), "each value stands once");
                    assert_eq!(found, sums, "{column:?} {filters:?}");
                }
            }
        }
    });
}

#[test]
fn raw_rows_come_back_as_they_were_whole_and_in_pages() {
    everywhere(|address| {
        let place = Place::new(address);
        let (store, all) = filled(&place);
        for filters in filters() {
            for (name, owner) in NAMES.iter().zip(0..) {
                let mut expected: Vec<Full> = all
                    .iter()
                    .filter(|row| row.namespace == owner && matching(row, &filters))
                    .cloned()
                    .collect();
                expected.iter_mut().for_each(|row| row.namespace = 0);
                let mut found = Vec::new();
                store
                    .raw_matching(&[name], always(), &filters, &mut |batch| {
                        found.extend(read(&batch));
                        ControlFlow::Continue(())
                    })
                    .unwrap();
                assert!(found.is_sorted_by_key(|row| row.day));
                // Page by page they are the same, in the same order; and backwards.
                for newest_first in [false, true] {
                    let mut paged = Vec::new();
                    loop {
                        let (count, page) = store
                            .rows(
                                &[name],
                                always(),
                                &filters,
                                paged.len() as u64,
                                100,
                                newest_first,
                            )
                            .unwrap();
                        assert_eq!(count, expected.len() as u64, "{filters:?}");
                        assert!(page.len() <= 100);
                        if page.len() == 0 {
                            break;
                        }
                        paged.extend(read(&page));
                    }
                    if newest_first {
                        paged.reverse();
                    }
                    assert_eq!(paged, found, "{filters:?}");
                }
                expected.sort();
                found.sort();
                assert_eq!(found, expected, "{filters:?}");
            }
        }
    });
}

#[test]
fn visitors_are_counted_exactly() {
    everywhere(|address| {
        let place = Place::new(address);
        let (store, all) = filled(&place);
        for (span, _) in spans() {
            for by in [Granularity::Week, Granularity::Month] {
                for of in [Of::All, Of::Repository, Of::Reference] {
                    let mut sets: BTreeMap<_, BTreeSet<u64>> = BTreeMap::new();
                    for row in all.iter().filter(|row| within(row, span)) {
                        let visitor = row.numbers[if by == Granularity::Week { 3 } else { 4 }];
                        let (mut repository, mut reference) = (String::new(), String::new());
                        if of != Of::All {
                            row.text(Column::Repository).clone_into(&mut repository);
                        }
                        if of == Of::Reference {
                            let column = if row.numbers[0] == 1 {
                                Column::Digest
                            } else {
                                Column::Tag
                            };
                            row.text(column).clone_into(&mut reference);
                        }
                        if visitor != 0 {
                            let period = by.start(Day(FIRST + row.day));
                            let set = sets.entry((period, repository, reference)).or_default();
                            set.insert(visitor);
                        }
                    }
                    let expected: Vec<_> = sets
                        .into_iter()
                        .map(|((day, repository, reference), set)| {
                            (day, repository, reference, set.len() as u64)
                        })
                        .collect();
                    let mut found: Vec<_> = store
                        .visitors(&NAMES, span, by, of)
                        .unwrap()
                        .into_iter()
                        .map(|one| (one.period, one.repository, one.reference, one.visitors))
                        .collect();
                    found.sort();
                    assert_eq!(found, expected, "{by:?} {of:?}");
                }
            }
        }
    });
}

#[test]
fn what_the_csv_has_is_known_to_the_byte() {
    everywhere(|address| {
        let place = Place::new(address);
        let (store, _) = filled(&place);
        let mut text = Vec::new();
        let mut rows = 0;
        store
            .raw(&[NAMES[0]], always(), &mut |batch| {
                rows += batch.len() as u64;
                batch.write_csv("", |_| true, &mut text);
                ControlFlow::Continue(())
            })
            .unwrap();
        let kept = store.kept(&[NAMES[0]], always()).unwrap();
        assert_eq!(kept.iter().map(|one| one.rows).sum::<u64>(), rows);
        assert_eq!(
            kept.iter().map(|one| one.csv_bytes).sum::<u64>(),
            text.len() as u64
        );
    });
}

#[test]
fn tables_of_a_newer_program_are_left_alone() {
    everywhere(|address| {
        let place = Place::new(address);
        drop(place.open());
        place.open().migrate().unwrap();
        let insert = format!("INSERT INTO {}.version VALUES (9)", place.database);
        place.ask(&place.servers()[0], &insert);
        let error = ClickHouse::open(&place.address.parse().unwrap())
            .err()
            .unwrap();
        assert!(
            matches!(error, PullStoreError::Newer { found: 9, known: 1 }),
            "{error}"
        );
    });
}

#[test]
fn errors_say_what_is_wrong_and_nothing_secret() {
    everywhere(|address| {
        let place = Place::new(address);
        let (start, rest) = place.address.split_once("://").unwrap();
        let wrong = format!(
            "{start}://default:wrack-and-ruin@{}",
            rest.rsplit_once('@').unwrap().1
        );
        let error = ClickHouse::open(&wrong.parse().unwrap()).err().unwrap();
        assert!(
            error.to_string().starts_with("ClickHouse says no (code "),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains("wrack"), "{error}");
        let away: Vec<String> = place
            .servers()
            .iter()
            .map(|_| "127.0.0.1:9".to_owned())
            .collect();
        let error = ClickHouse::open(&place.by_way_of(&away).parse().unwrap())
            .err()
            .unwrap();
        assert!(
            error
                .to_string()
                .starts_with("ClickHouse does not answer at 127.0.0.1:9"),
            "{error}"
        );
        // A cluster that is not the one of the address.
        if place.servers().len() > 1 {
            let twice: Vec<String> = place
                .servers()
                .iter()
                .map(|_| place.servers()[0].clone())
                .collect();
            let one = place.servers()[..1].to_vec();
            for servers in [twice, one] {
                let error = ClickHouse::open(&place.by_way_of(&servers).parse().unwrap())
                    .err()
                    .unwrap();
                assert!(
                    error
                        .to_string()
                        .contains("cluster of ClickHouse cannot be used"),
                    "{error}"
                );
            }
        }
        // A day that no date is of; nothing of the block is kept, and the next one is.
        let store = place.open();
        let mut rows = BatchBuilder::new();
        let mut far = Pull::default();
        far.numbers[Number::Day as usize] = 60_000;
        rows.push(&far);
        let days = vec![DayRows::of("kelp", Day(60_000), &rows)];
        let error = store.append(&Block { number: 1, days }).unwrap_err();
        assert!(
            error.to_string().contains("no date for 2134-04-11"),
            "{error}"
        );
        store.append(&homes::block(1, &[(0, 0, 1, 1)])).unwrap();
        homes::has(&store, &[(0, 0, 1, 1)]);
    });
}
