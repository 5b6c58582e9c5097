//! Text comes from outside: the page formats with the reader's locale.

use crate::model::Bucket;

/// What a tick on the time axis is named after. Days are counted since
/// 1970-01-01 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickName {
    /// A year, such as "2026".
    Year(i32),
    /// A month with its year, such as "Mar 2026": the first one, and each January.
    MonthYear(i32),
    /// A month, such as "Mar".
    Month(i32),
    /// A day, such as "16 Feb".
    Day(i32),
}

/// The width of a text at a font size, both in CSS pixels.
pub type Measure<'a> = dyn Fn(&str, f64) -> f64 + 'a;

/// How numbers, dates and the few fixed words become text.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// A short number for the value axis, such as "150k".
    pub axis_number: &'a dyn Fn(f64) -> String,
    /// A whole number, such as "15,562".
    pub number: &'a dyn Fn(u64) -> String,
    /// The name of a tick on the time axis.
    pub tick: &'a dyn Fn(TickName) -> String,
    /// A period in words, such as "week to 21 Jun".
    pub period: &'a dyn Fn(&Bucket) -> String,
    /// The word at the frontier of a file being read, such as "reading".
    pub reading: &'a str,
    /// What several tags are called that were pushed on a day, such as "tags".
    pub tags: &'a str,
    /// Width of a text in CSS pixels at a font size in CSS pixels; `None`
    /// estimates it.
    pub measure: Option<&'a Measure<'a>>,
}

impl Words<'_> {
    /// Width of a text in CSS pixels at a font size in CSS pixels.
    #[must_use]
    pub fn width(&self, text: &str, size_px: f64) -> f64 {
        match self.measure {
            Some(measure) => measure(text, size_px).max(0.0),
            None => estimated_width(text, size_px),
        }
    }
}

/// Width of a text in a common sans-serif, estimated on the wide side, in the
/// unit of the font size.
#[must_use]
pub fn estimated_width(text: &str, size_px: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '\'' | ' ' | 'I' | 't' | 'f' => 0.31,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.88,
            'A'..='Z' => 0.7,
            c if (c as u32) >= 0x1100 => 1.05,
            _ => 0.57,
        })
        .sum();
    ems * size_px
}

/// The words of the sentence that stands in for the picture; every `{name}` in a
/// text is filled in, see [`crate::describe`].
#[derive(Debug, Clone, Copy)]
pub struct PeriodTexts<'a> {
    /// With `{unit}`, `{series}` (a count), `{from}` and `{to}`.
    pub span: &'a str,
    /// With `{value}` and `{period}`: the highest period.
    pub highest: &'a str,
    /// With `{elapsed}` and `{days}`: the last period is not over.
    pub running: &'a str,
    /// With `{count}`: periods nothing is known about.
    pub missing: &'a str,
    /// With `{count}` (of periods), `{period}` (the last of them) and its `{tags}`.
    pub pushed: &'a str,
    /// When there is no value at all.
    pub empty: &'a str,
}

impl PeriodTexts<'static> {
    /// The sentences in English.
    #[must_use]
    pub fn english() -> Self {
        Self {
            span: "{unit}, {series} series, {from} to {to}",
            highest: "highest {value} in {period}",
            running: "the last period is not over: {elapsed} of {days} days",
            missing: "{count} periods are missing",
            pushed: "tags were pushed in {count} of the periods, last in {period}: {tags}",
            empty: "No {unit} in this span.",
        }
    }
}
