//! Which rows of a batch a view keeps, found by the codes of the batch itself: to write them out
//! they need no partition.

use super::{Batch, Number, Numbers, Texts};
use crate::dictionary::EMPTY_SPELLINGS;
use crate::header::Column;
use crate::query::{Filter, Measure};
use crate::segment::Action;

impl Batch {
    /// Whether each row matches filters and measure; `None` if all do. Where the batch names no
    /// namespace, all rows are of `namespace`.
    pub fn marks(
        &self,
        filters: &[Filter],
        measure: Measure,
        namespace: &str,
    ) -> Option<Vec<bool>> {
        let mut marks = Marks {
            rows: self.len(),
            marks: None,
        };
        let counted = Action::ALL.map(|action| measure.counts(action));
        marks.keep(self.numbers(Number::Action), &counted);
        for filter in filters {
            let column = filter.dimension.column();
            let texts = self.column(column);
            if column == Column::Namespace && texts.len() == 1 {
                marks.keep(&texts.codes, &[lets_through(filter, namespace.as_bytes())]);
            } else {
                marks.keep(&texts.codes, &table(filter, texts));
            }
        }
        marks.marks
    }
}

/// Whether a filter lets each value through, by code.
fn table(filter: &Filter, texts: &Texts) -> Vec<bool> {
    (0..texts.len())
        .map(|code| lets_through(filter, texts.value(code as u32)))
        .collect()
}

fn lets_through(filter: &Filter, value: &[u8]) -> bool {
    let value = plain(value);
    let is_named = filter
        .values
        .iter()
        .any(|named| plain(named.as_bytes()) == value);
    is_named != filter.exclude
}

/// A value, however it is spelled if it is empty: as partitions hold it.
fn plain(value: &[u8]) -> &[u8] {
    if EMPTY_SPELLINGS.contains(&value) {
        &[]
    } else {
        value
    }
}

/// Marks in the making.
struct Marks {
    rows: usize,
    /// None while every row is kept.
    marks: Option<Vec<bool>>,
}

impl Marks {
    /// Keeps rows whose code the table says yes to.
    fn keep(&mut self, codes: &Numbers, table: &[bool]) {
        if table.iter().all(|keeps| *keeps) {
            return;
        }
        let marks = self.marks.get_or_insert_with(|| vec![true; self.rows]);
        match codes {
            Numbers::Same(code) => {
                if !table[*code as usize] {
                    marks.fill(false);
                }
            }
            Numbers::Narrow(codes) => each(marks, codes, |code| table[usize::from(code)]),
            Numbers::Middle(codes) => each(marks, codes, |code| table[usize::from(code)]),
            Numbers::Wide(codes) => each(marks, codes, |code| table[code as usize]),
            Numbers::Whole(codes) => each(marks, codes, |code| table[code as usize]),
        }
    }
}

/// A loop for each width: the width is looked at once.
fn each<T: Copy>(marks: &mut [bool], codes: &[T], keeps: impl Fn(T) -> bool) {
    for (mark, code) in marks.iter_mut().zip(codes) {
        *mark &= keeps(*code);
    }
}
