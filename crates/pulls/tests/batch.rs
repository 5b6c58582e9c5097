//! Batches: what is written is read again, in any selection of columns; and bytes that are no
//! batch do no harm.

use proptest::prelude::*;
use pulls::batch::{
    Batch, BatchBuilder, BatchError, Field, NUMBERS, Number, Numbers, Pull, TEXTS, VERSION,
};
use pulls::header::Column;

#[derive(Clone, Debug)]
struct Owned {
    texts: [Vec<u8>; TEXTS.len()],
    numbers: [u64; NUMBERS.len()],
}

impl Owned {
    fn pull(&self) -> Pull<'_> {
        Pull {
            texts: std::array::from_fn(|at| &self.texts[at][..]),
            numbers: self.numbers,
        }
    }
}

/// Few texts that come often, and many that do not.
fn text() -> impl Strategy<Value = Vec<u8>> {
    any::<u16>().prop_map(|number| match number % 8 {
        0 | 1 => Vec::new(),
        2 => b"null".to_vec(),
        3..=5 => vec![b'a' + (number >> 3) as u8 % 4],
        _ => format!("sha256:{number:064x}").into_bytes(),
    })
}

fn pull() -> impl Strategy<Value = Owned> {
    (
        prop::array::uniform10(text()),
        (15_706..84_005u64, 0..3u64, 0..1_000u64, 0..2u64),
        (any::<u64>(), any::<u64>()),
    )
        .prop_map(
            |(texts, (day, action, count, method), (week, month))| Owned {
                texts,
                numbers: [day, action, count, method, week, month],
            },
        )
}

/// Pulls of two days that are alike but for a column or two, so that each column tells rows apart
/// and has its place in their order.
fn alike() -> impl Strategy<Value = Owned> {
    let text = prop::sample::select(vec![&b""[..], b"b", b"null", b"z"]);
    let differs = (0..TEXTS.len(), text);
    (
        prop::collection::vec(differs, 0..3),
        0..2u64,
        0..3u64,
        pull(),
    )
        .prop_map(|(differ, day, action, other)| {
            let mut pull = Owned {
                texts: std::array::from_fn(|_| b"m".to_vec()),
                ..other
            };
            for (at, text) in differ {
                pull.texts[at] = text.to_vec();
            }
            (pull.numbers[0], pull.numbers[1]) = (15_706 + day, action);
            pull
        })
}

fn encoded(pulls: &[Owned]) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    for pull in pulls {
        builder.push(&pull.pull());
    }
    builder.encode()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_is_read_again(pulls in prop::collection::vec(pull(), 0..60)) {
        let batch = Batch::decode(&encoded(&pulls), |_| true).unwrap();
        prop_assert_eq!(batch.len(), pulls.len());
        for (row, pull) in pulls.iter().enumerate() {
            prop_assert_eq!(batch.row(row), pull.pull());
        }
    }

    #[test]
    fn columns_that_nobody_wants_are_as_if_empty(
        pulls in prop::collection::vec(pull(), 1..50),
        wanted in any::<u16>(),
    ) {
        let bit = |field: Field| {
            let at = match field {
                Field::Text(column) => TEXTS.iter().position(|one| *one == column).unwrap(),
                Field::Number(number) => TEXTS.len() + number as usize,
            };
            wanted >> at & 1 == 1
        };
        let batch = Batch::decode(&encoded(&pulls), bit).unwrap();
        for (row, pull) in pulls.iter().enumerate() {
            for column in TEXTS {
                let expected = if bit(Field::Text(column)) { pull.pull().text(column).to_vec() } else { Vec::new() };
                prop_assert_eq!(batch.row(row).text(column), expected);
            }
            for number in NUMBERS {
                let usual = u64::from(number == Number::Count);
                let expected = if bit(Field::Number(number)) { pull.numbers[number as usize] } else { usual };
                prop_assert_eq!(batch.numbers(number).get(row), expected);
            }
        }
    }

    #[test]
    fn batches_are_joined_row_by_row(
        one in prop::collection::vec(pull(), 0..60),
        other in prop::collection::vec(pull(), 0..60),
        step in 1..4usize,
    ) {
        let mut builder = BatchBuilder::new();
        for pull in &one {
            builder.push(&pull.pull());
        }
        let decoded = Batch::decode(&encoded(&other), |_| true).unwrap();
        builder.extend(&decoded, |row| row % step == 0);
        let expected: Vec<&Owned> = one.iter().chain(other.iter().step_by(step)).collect();
        let joined = Batch::decode(&builder.encode(), |_| true).unwrap();
        prop_assert_eq!(joined.len(), expected.len());
        for (row, pull) in expected.iter().enumerate() {
            prop_assert_eq!(joined.row(row), pull.pull());
        }
    }

    #[test]
    fn columns_one_after_the_other_are_the_same_rows_and_stand_in_any_order(
        pulls in prop_oneof![
            prop::collection::vec(pull(), 0..60),
            prop::collection::vec(alike(), 0..700),
        ],
        turn in any::<prop::sample::Index>(),
    ) {
        let mut builder = BatchBuilder::new();
        // All but a column of each kind, which are evened out.
        for column in TEXTS.into_iter().filter(|column| *column != Column::Host) {
            let texts: Vec<Vec<u8>> = pulls.iter().map(|pull| pull.pull().text(column).to_vec()).collect();
            builder.push_texts(column, texts.iter().map(Vec::as_slice));
        }
        for number in NUMBERS.into_iter().filter(|number| *number != Number::Method) {
            builder.push_numbers(number, pulls.iter().map(|pull| pull.numbers[number as usize]));
        }
        builder.even_out();
        let turned = if pulls.is_empty() { 0 } else { turn.index(pulls.len()) };
        let mut order: Vec<u32> = (0..pulls.len() as u32).collect();
        order.rotate_left(turned);
        builder.reorder(&order);
        let batch = Batch::decode(&builder.encode(), |_| true).unwrap();
        prop_assert_eq!(batch.len(), pulls.len());
        for (row, at) in order.iter().enumerate() {
            let pull = pulls[*at as usize].pull();
            for column in TEXTS {
                let expected = if column == Column::Host { b"" } else { pull.text(column) };
                prop_assert_eq!(batch.row(row).text(column), expected);
            }
            for number in NUMBERS {
                let expected = if number == Number::Method { 0 } else { pull.number(number) };
                prop_assert_eq!(batch.row(row).number(number), expected);
            }
        }
    }

    #[test]
    fn rows_that_are_alike_are_added_up_and_none_is_lost(
        pulls in prop_oneof![
            prop::collection::vec(pull(), 0..40),
            prop::collection::vec(alike(), 0..40),
        ],
        times in prop::collection::vec(1..4usize, 40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut all: Vec<Owned> = pulls.iter().zip(times).flat_map(|(pull, times)| vec![pull.clone(); times]).collect();
        for (at, pull) in all.iter_mut().enumerate() {
            // What no view looks at differs from row to row.
            pull.numbers[Number::WeekVisitor as usize] = at as u64;
        }
        let mut expected: std::collections::BTreeMap<_, u64> = std::collections::BTreeMap::new();
        for pull in &all {
            let texts: Vec<Vec<u8>> = TEXTS.iter().zip(&pull.texts).filter(|(column, _)| **column != Column::Digest).map(|(_, text)| text.clone()).collect();
            *expected.entry((pull.numbers[0], pull.numbers[1], texts)).or_default() += pull.numbers[2];
        }
        let middle = if all.is_empty() { 0 } else { cut.index(all.len()) };
        let part = |rows: &[Owned]| Batch::decode(&encoded(rows), |_| true).unwrap();
        // In one step, or in two: the parts first and then their sums.
        let once = part(&all).folded();
        let halves = [part(&all[..middle]).folded(), part(&all[middle..]).folded()];
        let halves = halves.map(|half| Batch::decode(&half.encode(), |_| true).unwrap());
        let twice = Batch::folded_together(&halves);
        prop_assert_eq!(once.encode(), twice.encode());
        let folded = Batch::decode(&once.encode(), |_| true).unwrap();
        prop_assert_eq!(folded.len(), expected.len());
        prop_assert_eq!(folded.actions(), expected.values().sum::<u64>());
        for row in 0..folded.len() {
            let pull = folded.row(row);
            let texts: Vec<Vec<u8>> = TEXTS.iter().zip(pull.texts).filter(|(column, _)| **column != Column::Digest).map(|(_, text)| text.to_vec()).collect();
            prop_assert_eq!(expected[&(pull.numbers[0], pull.numbers[1], texts)], pull.numbers[2]);
            prop_assert_eq!(&pull.numbers[3..], [0; 3]);
            prop_assert_eq!(pull.text(Column::Digest), b"");
        }
        let rows: Vec<_> = (0..folded.len()).map(|row| folded.row(row)).collect();
        let is_sorted = rows.is_sorted_by_key(|pull| {
            let first = (pull.numbers[0], pull.text(Column::Repository), pull.text(Column::Tag));
            (first, pull.numbers[1], pull.texts)
        });
        prop_assert!(is_sorted);
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_as_something_else(
        pulls in prop::collection::vec(pull(), 0..40),
        at in any::<prop::sample::Index>(),
        byte: u8,
        is_cut: bool,
    ) {
        let mut bytes = encoded(&pulls);
        let at = at.index(bytes.len());
        if is_cut {
            bytes.truncate(at);
            prop_assert!(Batch::decode(&bytes, |_| true).is_err());
        } else {
            bytes[at] = byte;
            if let Ok(batch) = Batch::decode(&bytes, |_| true) {
                for row in 0..batch.len().min(100) {
                    let _ = batch.row(row);
                }
            }
        }
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut framed = b"dsos\x01".to_vec();
        framed.extend(&bytes);
        for bytes in [&bytes, &framed] {
            if let Ok(batch) = Batch::decode(bytes, |_| true) {
                for row in 0..batch.len().min(100) {
                    let _ = batch.row(row);
                }
            }
        }
    }
}

#[test]
fn columns_take_the_room_that_they_need() {
    let pull = |day, tag: &'static str| Owned {
        texts: std::array::from_fn(|at| {
            if TEXTS[at] == Column::Tag {
                tag.as_bytes().to_vec()
            } else {
                Vec::new()
            }
        }),
        numbers: [day, 0, 1, 0, 0, 0],
    };
    let same: Vec<Owned> = (0..1000).map(|_| pull(20_000, "1.2")).collect();
    assert!(encoded(&same).len() < 40, "{}", encoded(&same).len());
    let two: Vec<Owned> = (0..1000)
        .map(|at| pull(20_000, if at % 2 == 0 { "1.2" } else { "1.3" }))
        .collect();
    assert!(encoded(&two).len() < 1_050, "{}", encoded(&two).len());
    let batch = Batch::decode(&encoded(&two), |_| true).unwrap();
    assert!(matches!(batch.numbers(Number::Count), Numbers::Same(1)));
    assert_eq!(
        batch.texts(Column::Tag).map(pulls::batch::Texts::len),
        Some(3)
    );
    assert_eq!(batch.day(0).to_string(), "2024-10-04");
}

#[test]
fn what_is_no_batch_is_told_from_one_of_a_newer_program() {
    assert_eq!(Batch::decode(b"", |_| true), Err(BatchError::Magic));
    assert_eq!(
        Batch::decode(b"action,action_day", |_| true),
        Err(BatchError::Magic)
    );
    let mut newer = encoded(&[]);
    newer[4] = VERSION + 1;
    let error = Batch::decode(&newer, |_| true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "these pulls were written by a newer program (version 2; this one reads 1)"
    );
    // A few bytes that claim to be millions of rows.
    let mut bomb = b"dsos\x01".to_vec();
    bomb.extend([0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    assert!(matches!(
        Batch::decode(&bomb, |_| true),
        Err(BatchError::Broken(_))
    ));
}
