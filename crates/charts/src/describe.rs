//! The chart in words, and in rows: for those who do not see the picture.

use crate::model::{Bucket, BucketState, ChartModel};
use crate::words::{PeriodTexts, Words};

/// One row of the table that says the same as the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow<'a> {
    /// The period.
    pub bucket: &'a Bucket,
    /// The value of each series in the order of the model; `None` in a missing
    /// period.
    pub values: Vec<Option<u64>>,
    /// The total of the stacked series.
    pub total: Option<u64>,
    /// The total of the compared period.
    pub comparison: Option<u64>,
    /// The tags that were pushed in the period.
    pub pushed: Vec<&'a str>,
}

/// The values by period, oldest first: the same numbers as the picture's.
pub fn value_table(model: &ChartModel) -> impl Iterator<Item = TableRow<'_>> {
    model
        .buckets
        .iter()
        .enumerate()
        .map(|(i, bucket)| TableRow {
            bucket,
            values: (0..model.series.len())
                .map(|series| model.value(series, i))
                .collect(),
            total: model
                .total
                .get(i)
                .copied()
                .flatten()
                .filter(|_| bucket.is_known()),
            comparison: model
                .comparison
                .as_ref()
                .and_then(|values| values.get(i).copied().flatten()),
            pushed: model.pushed(i),
        })
}

/// One sentence: what is counted, how many series, over which span, the highest
/// period, what is not over or missing, and what was pushed.
#[must_use]
pub fn describe(model: &ChartModel, words: &Words, texts: &PeriodTexts) -> String {
    let known: Vec<usize> = (0..model.buckets.len())
        .filter(|&i| model.buckets[i].is_known())
        .collect();
    let (Some(first), Some(last)) = (model.buckets.first(), model.buckets.last()) else {
        return fill(texts.empty, &[("unit", &model.unit)]);
    };
    if known.is_empty() {
        return fill(texts.empty, &[("unit", &model.unit)]);
    }
    let mut parts = vec![fill(
        texts.span,
        &[
            ("unit", &model.unit),
            ("series", &(words.number)(model.series.len() as u64)),
            ("from", &(words.period)(first)),
            ("to", &(words.period)(last)),
        ],
    )];
    let highest = known
        .iter()
        .filter_map(|&i| Some((i, shown(model, i)?)))
        .rev()
        .max_by_key(|&(_, value)| value);
    if let Some((i, value)) = highest {
        parts.push(fill(
            texts.highest,
            &[
                ("value", &(words.number)(value)),
                ("period", &(words.period)(&model.buckets[i])),
            ],
        ));
    }
    if let BucketState::Running { elapsed_days } = last.state {
        parts.push(fill(
            texts.running,
            &[
                ("elapsed", &(words.number)(u64::from(elapsed_days))),
                ("days", &(words.number)(u64::from(last.days))),
            ],
        ));
    }
    let missing = model.buckets.len() - known.len();
    if missing > 0 {
        parts.push(fill(
            texts.missing,
            &[("count", &(words.number)(missing as u64))],
        ));
    }
    let pushed = |i: &usize| !model.pushed(*i).is_empty();
    let pushed: Vec<usize> = (0..model.buckets.len()).filter(pushed).collect();
    if let Some(&last) = pushed.last() {
        parts.push(fill(
            texts.pushed,
            &[
                ("count", &(words.number)(pushed.len() as u64)),
                ("period", &(words.period)(&model.buckets[last])),
                ("tags", &listed(&model.pushed(last))),
            ],
        ));
    }
    format!("{}.", parts.join("; "))
}

/// Tags that are named in a sentence; of more, the number is said.
const NAMED: usize = 6;

/// Tags in a sentence.
#[must_use]
pub fn listed(tags: &[&str]) -> String {
    let mut text = tags[..tags.len().min(NAMED)].join(", ");
    if tags.len() > NAMED {
        text.push_str(" and ");
        text.push_str(&(tags.len() - NAMED).to_string());
        text.push_str(" more");
    }
    text
}

/// The total of a period, or the highest series where nothing is stacked.
fn shown(model: &ChartModel, bucket: usize) -> Option<u64> {
    if model.series.iter().any(|series| series.role.stacks()) {
        return model.total.get(bucket).copied().flatten();
    }
    (0..model.series.len())
        .filter_map(|series| model.value(series, bucket))
        .max()
}

/// Fills `{name}` in, once each and from left to right: what is filled in is not
/// looked at again.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let named = values.iter().find_map(|(name, value)| {
            let after = from
                .strip_prefix('{')?
                .strip_prefix(name)?
                .strip_prefix('}')?;
            Some((value, after))
        });
        if let Some((value, after)) = named {
            out.push_str(value);
            rest = after;
        } else {
            out.push('{');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(
            fill("{a} {b} {c}", &[("a", "{b}"), ("b", "2")]),
            "{b} 2 {c}"
        );
    }
}
