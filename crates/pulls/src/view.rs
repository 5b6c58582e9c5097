//! What a query answers: one value that chart, table and summary are drawn
//! from.

use crate::calendar::{Day, Granularity, Span};
use crate::query::Dimension;
use crate::segment::Action;
use serde::{Deserialize, Serialize};

/// The answer to a [`crate::query::Query`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// All days that the files hold; `None` when they hold none.
    pub available: Option<Span>,
    /// The days counted.
    pub span: Option<Span>,
    /// The chart's period: the one asked for, or the next that the files allow.
    pub by: Granularity,
    /// The finest period that the files allow.
    pub finest: Granularity,
    /// Sums over the span.
    pub totals: Totals,
    /// The comparison, when one was asked for.
    pub comparison: Option<Comparison>,
    /// The chart's periods, oldest first; none for files without days.
    pub periods: Vec<Period>,
    /// The chart's series in the order of the stack, from below.
    pub series: Vec<Series>,
    /// How much of what is measured has no day, as in a summary: it is in the totals and
    /// breakdowns, and in no period.
    pub undated: u64,
    /// Version checks in each period.
    pub checks: Vec<u64>,
    /// Unique addresses in each period, where one row of a file tells them.
    pub unique: Vec<Option<u64>>,
    /// One for each dimension.
    pub breakdowns: Vec<Breakdown>,
    /// Every repository that the files hold, whatever is filtered, by name.
    pub repositories: Vec<String>,
    /// Rows that match filters, span and measure.
    pub matching_rows: u64,
    /// Rows held.
    pub all_rows: u64,
}

/// Sums over the span under the filters, whatever the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Pulls by tag, by the action.
    pub by_tag: u64,
    /// Pulls by digest, by the action.
    pub by_digest: u64,
    /// Version checks.
    pub checks: u64,
    /// Unique addresses: over the whole span when a single row tells them,
    /// else the median of the periods; `None` where no file tells.
    pub unique: Option<Unique>,
}

impl Totals {
    /// Pulls, by tag and by digest.
    pub fn pulls(self) -> u64 {
        self.by_tag + self.by_digest
    }
}

/// Unique addresses cannot be added up; this is what can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unique {
    /// In the whole span.
    Whole(u64),
    /// In the median period.
    MedianPeriod(u64),
}

/// The span held against an earlier one. Only whole periods that both have
/// data for are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// For each period of the view, the measure (of both, pulls) in its earlier counterpart;
    /// `None` where there is no data for it.
    pub values: Vec<Option<u64>>,
    /// How many periods are compared.
    pub periods: u32,
    /// The measure in those periods.
    pub now: u64,
    /// The measure in their counterparts.
    pub then: u64,
    /// The counterparts, first to last.
    pub span: Option<Span>,
}

/// One period of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its days, whole.
    pub span: Span,
    /// How many of them are in the view's span and within the files' days.
    pub covered: u32,
    /// Whether the files hold no row at all for it: a gap, not a zero.
    pub missing: bool,
}

impl Period {
    /// Whether all its days are covered.
    pub fn is_whole(&self) -> bool {
        self.covered == self.span.days()
    }
}

/// What a series stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// A tag, with the color of this slot, 0 to 7.
    Tag(u8),
    /// All other tags.
    Other,
    /// No tag was named.
    NoTag,
}

/// A line or band of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// The tag; empty for the others.
    pub name: String,
    /// What it stands for.
    pub role: Role,
    /// The measure in each period.
    pub values: Vec<u64>,
    /// Their sum over the span.
    pub total: u64,
}

/// The values of a dimension, most frequent first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// Which.
    pub dimension: Dimension,
    /// The first of them.
    pub entries: Vec<Entry>,
    /// How many values match; `entries` may hold fewer.
    pub distinct: u64,
    /// How many values the files hold, matching or not.
    pub all: u64,
    /// What shares are taken of.
    pub total: u64,
    /// Whether the files have the column at all.
    pub known: bool,
}

/// A value and its count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The value; the empty string is "none".
    pub value: String,
    /// The measure.
    pub count: u64,
    /// For a tag with a color of its own, its slot.
    pub slot: Option<u8>,
}

/// A raw record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its day; `None` in a summary.
    pub day: Option<Day>,
    /// What it is.
    pub action: Action,
    /// How many actions it stands for: 1 in a raw file.
    pub count: u64,
    /// Owner of the image.
    pub namespace: String,
    /// Image name.
    pub repository: String,
    /// Tag, or empty.
    pub tag: String,
    /// Digest, or empty.
    pub digest: String,
    /// Country, or empty.
    pub country: String,
    /// Client tool, or empty.
    pub tool: String,
    /// Client version, or empty.
    pub version: String,
    /// Kind of network, or empty.
    pub network: String,
    /// Cloud, or empty.
    pub host: String,
    /// Domain, or empty.
    pub domain: String,
}
