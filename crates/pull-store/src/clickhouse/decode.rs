//! Raw rows of an answer, as a batch.

use super::client::Answer;
use super::error::ClickHouseError;
use pulls::batch::{BatchBuilder, Number, Pull, TEXTS};
use pulls::header::Column;

/// What is asked for to read a raw row, in this order.
pub(super) const RAW_ROW: &str = "day, repository, tag, digest, country, tool, \
    version, host, network, domain, action, method, count, week_visitor, month_visitor";

/// The columns of text of [`RAW_ROW`]: those of a batch, but whose a row is, which stands last there
/// and is empty in the batches that were appended.
pub(super) const RAW_TEXTS: [Column; TEXTS.len() - 1] = {
    let (Some(columns), Some(Column::Namespace)) = (TEXTS.first_chunk(), TEXTS.last()) else {
        panic!("a batch has the namespace as its last column of text");
    };
    *columns
};

/// Reads a raw row after the other, in the same memory.
#[derive(Default)]
pub(super) struct RawRow {
    day: u16,
    texts: [Vec<u8>; RAW_TEXTS.len()],
    numbers: [u64; 5],
}

impl RawRow {
    pub fn read(&mut self, answer: &mut Answer) -> Result<(), ClickHouseError> {
        self.day = answer.short()?;
        for text in &mut self.texts {
            answer.text(text)?;
        }
        self.numbers = [
            answer.byte()?.into(),
            answer.byte()?.into(),
            answer.number()?,
            answer.number()?,
            answer.number()?,
        ];
        Ok(())
    }

    pub fn push_to(&self, builder: &mut BatchBuilder) {
        let mut pull = Pull::default();
        for (text, own) in pull.texts.iter_mut().zip(&self.texts) {
            *text = own;
        }
        let [action, method, count, week, month] = self.numbers;
        for (number, value) in [
            (Number::Day, self.day.into()),
            (Number::Action, action),
            (Number::Method, method),
            (Number::Count, count),
            (Number::WeekVisitor, week),
            (Number::MonthVisitor, month),
        ] {
            pull.numbers[number as usize] = value;
        }
        builder.push(&pull);
    }
}
