//! What a view asks: span, period, measure, filters and comparison.

use crate::calendar::{Granularity, Span};
use crate::header::Column;
use crate::segment::Action;
use serde::{Deserialize, Serialize};

/// A column that a breakdown lists and a filter names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dimension {
    /// Tag; the empty one is "by digest (no tag)".
    Tag,
    /// Image name.
    Repository,
    /// Owner of the image.
    Namespace,
    /// Country of the request.
    Country,
    /// Client tool.
    Client,
    /// Client version.
    Version,
    /// Kind of network.
    Network,
    /// Cloud provider.
    Cloud,
    /// Domain.
    Domain,
}

impl Dimension {
    /// Every dimension, in the order in which a view lists them.
    pub const ALL: [Self; 9] = [
        Self::Tag,
        Self::Repository,
        Self::Namespace,
        Self::Country,
        Self::Client,
        Self::Version,
        Self::Network,
        Self::Cloud,
        Self::Domain,
    ];

    /// The column that it is read from.
    pub fn column(self) -> Column {
        match self {
            Self::Tag => Column::Tag,
            Self::Repository => Column::Repository,
            Self::Namespace => Column::Namespace,
            Self::Country => Column::Country,
            Self::Client => Column::Tool,
            Self::Version => Column::Version,
            Self::Network => Column::Network,
            Self::Cloud => Column::Host,
            Self::Domain => Column::Domain,
        }
    }
}

/// Rows with these values, or without them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    /// What is compared.
    pub dimension: Dimension,
    /// Values, any of which matches; the empty string is "none".
    pub values: Vec<String>,
    /// Whether rows with these values are left out rather than kept.
    pub exclude: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// Pulls, by tag and by digest.
    #[default]
    Pulls,
    /// Version checks.
    Checks,
    /// Both; the chart keeps them apart.
    Both,
}

impl Measure {
    /// Whether an action is counted.
    pub fn counts(self, action: Action) -> bool {
        match self {
            Self::Pulls => action != Action::VersionCheck,
            Self::Checks => action == Action::VersionCheck,
            Self::Both => true,
        }
    }
}

/// Which days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SpanChoice {
    /// All there are.
    #[default]
    All,
    /// So many months up to the last day there is, from the start of a period.
    LastMonths(u8),
    /// From a day to a day.
    Days(Span),
}

/// What the span is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Compare {
    /// Nothing.
    #[default]
    Nothing,
    /// As many periods just before.
    Before,
    /// A year earlier: 52 weeks by days and weeks, 12 months by months.
    YearBefore,
}

/// A view's question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Which days.
    pub span: SpanChoice,
    /// The chart's period.
    pub by: Granularity,
    /// What is counted.
    pub measure: Measure,
    /// What the span is held against.
    pub compare: Compare,
    /// Which rows; all filters must match.
    pub filters: Vec<Filter>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            span: SpanChoice::All,
            by: Granularity::Week,
            measure: Measure::Pulls,
            compare: Compare::Nothing,
            filters: Vec::new(),
        }
    }
}

/// Which rows a partition counts: a query with its span settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The days; `None` for all, and for files without days.
    pub span: Option<Span>,
    /// What is counted.
    pub measure: Measure,
    /// Which rows.
    pub filters: Vec<Filter>,
}
