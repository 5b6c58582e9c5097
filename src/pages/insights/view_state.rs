//! The view as the URL holds it: read into a [`pulls::query::Query`] and
//! written back, so that a link shows the same view and Back returns to it.

use crate::state::query::{History, Param, Query as Url};
use charts::Form;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Compare, Dimension, Filter, Measure, Query, SpanChoice};
use pulls::written::{self, read, write};

/// How the chart is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Areas on top of one another.
    #[default]
    Stacked,
    /// A line each.
    Lines,
    /// The numbers.
    Table,
}

impl Shown {
    /// The chart's form; the table's is not asked for.
    pub fn form(self) -> Form {
        if self == Self::Lines {
            Form::Lines
        } else {
            Form::Stacked
        }
    }
}

/// Reads and writes the view. Copy it freely.
#[derive(Clone, Copy)]
pub struct ViewState {
    url: Url,
}

impl ViewState {
    /// The view of a page's URL.
    pub fn new(url: Url) -> Self {
        Self { url }
    }

    /// Whether the URL says nothing of a view; follows the URL.
    pub fn is_plain(self) -> bool {
        self.url.is_empty()
    }

    /// The query that the URL asks; `by` is the period where it names none.
    /// Follows the URL.
    pub fn query(self, by: Granularity) -> Query {
        Query {
            span: self.span(),
            by: self.by().unwrap_or(by),
            measure: self.measure(),
            compare: self.compare(),
            filters: self.filters(),
        }
    }

    /// The span; follows the URL.
    pub fn span(self) -> SpanChoice {
        let day = |param| {
            self.url
                .get(param)
                .and_then(|text| Day::parse(text.as_bytes()))
        };
        if let (Some(from), Some(to)) = (day(Param::From), day(Param::To)) {
            return SpanChoice::Days(Span::new(from, to));
        }
        match self.url.get(Param::Span).as_deref() {
            Some("3m") => SpanChoice::LastMonths(3),
            Some("6m") => SpanChoice::LastMonths(6),
            Some("12m") => SpanChoice::LastMonths(12),
            _ => SpanChoice::All,
        }
    }

    /// Sets the span. Back returns to the one before.
    pub fn set_span(self, span: SpanChoice) {
        let (name, from, to) = match span {
            SpanChoice::All => (vec![], vec![], vec![]),
            SpanChoice::LastMonths(months) => {
                let mut name = months.to_string();
                name.push('m');
                (vec![name], vec![], vec![])
            }
            SpanChoice::Days(span) => (
                vec![],
                vec![span.first.to_string()],
                vec![span.last.to_string()],
            ),
        };
        self.url.set(
            &[(Param::Span, &name), (Param::From, &from), (Param::To, &to)],
            History::Push,
        );
    }

    /// The chart's period, if the URL names one; follows the URL.
    pub fn by(self) -> Option<Granularity> {
        match self.url.get(Param::By).as_deref() {
            Some("day") => Some(Granularity::Day),
            Some("week") => Some(Granularity::Week),
            Some("month") => Some(Granularity::Month),
            _ => None,
        }
    }

    /// Sets the chart's period.
    pub fn set_by(self, by: Granularity) {
        let name = match by {
            Granularity::Day => "day",
            Granularity::Week => "week",
            Granularity::Month => "month",
        };
        self.url
            .set_one(Param::By, Some(name.to_owned()), History::Push);
    }

    /// What is counted; follows the URL.
    pub fn measure(self) -> Measure {
        let word = self.url.get(Param::Count);
        word.and_then(|word| written::measure(&word))
            .unwrap_or_default()
    }

    /// Sets what is counted.
    pub fn set_measure(self, measure: Measure) {
        let is_usual = measure == Measure::default();
        let name = (!is_usual).then(|| written::measure_word(measure).to_owned());
        self.url.set_one(Param::Count, name, History::Push);
    }

    /// What the span is held against; follows the URL.
    pub fn compare(self) -> Compare {
        match self.url.get(Param::Compare).as_deref() {
            Some("before") => Compare::Before,
            Some("year") => Compare::YearBefore,
            _ => Compare::Nothing,
        }
    }

    /// Sets what the span is held against.
    pub fn set_compare(self, compare: Compare) {
        let name = match compare {
            Compare::Nothing => None,
            Compare::Before => Some("before".to_owned()),
            Compare::YearBefore => Some("year".to_owned()),
        };
        self.url.set_one(Param::Compare, name, History::Push);
    }

    /// How the chart is shown; follows the URL.
    pub fn shown(self) -> Shown {
        match self.url.get(Param::Form).as_deref() {
            Some("lines") => Shown::Lines,
            Some("table") => Shown::Table,
            _ => Shown::Stacked,
        }
    }

    /// Sets how the chart is shown; not a step to go back to.
    pub fn set_shown(self, shown: Shown) {
        let name = match shown {
            Shown::Stacked => None,
            Shown::Lines => Some("lines".to_owned()),
            Shown::Table => Some("table".to_owned()),
        };
        self.url.set_one(Param::Form, name, History::Replace);
    }

    /// Whether rows are shown oldest first; follows the URL.
    pub fn oldest_first(self) -> bool {
        self.url.get(Param::Sort).as_deref() == Some("oldest")
    }

    /// Sets the order of rows; not a step to go back to.
    pub fn set_oldest_first(self, oldest: bool) {
        self.url.set_one(
            Param::Sort,
            oldest.then(|| "oldest".to_owned()),
            History::Replace,
        );
    }

    /// The filters; follows the URL. Ones that cannot be read are passed over.
    pub fn filters(self) -> Vec<Filter> {
        written::filters(self.url.all(Param::Filter).iter().map(String::as_str))
    }

    /// Whether rows with this value are kept or left out by a filter; follows the URL.
    pub fn filtered(self, dimension: Dimension, value: &str) -> Option<bool> {
        self.filters()
            .into_iter()
            .find(|f| f.dimension == dimension && f.values.iter().any(|v| v == value))
            .map(|f| !f.exclude)
    }

    /// Adds a filter on a value, or takes it away when it is set just so.
    pub fn toggle(self, dimension: Dimension, value: &str, exclude: bool) {
        let written = write(dimension, value, exclude);
        let opposite = write(dimension, value, !exclude);
        let mut all = self.url.all(Param::Filter);
        let before = all.len();
        all.retain(|f| *f != written && *f != opposite);
        if all.len() == before || !self.url.all(Param::Filter).contains(&written) {
            all.push(written);
        }
        self.url.set(&[(Param::Filter, &all)], History::Push);
    }

    /// Sets the only value that a dimension may have; `None` for any.
    pub fn set_only(self, dimension: Dimension, value: Option<&str>) {
        let mut all = self.url.all(Param::Filter);
        all.retain(|f| read(f).is_none_or(|(d, _, exclude)| d != dimension || exclude));
        all.extend(value.map(|v| write(dimension, v, false)));
        self.url.set(&[(Param::Filter, &all)], History::Push);
    }

    /// Removes every filter.
    pub fn clear_filters(self) {
        self.url.set(&[(Param::Filter, &[])], History::Push);
    }

    /// Forgets everything that the URL says of a view.
    pub fn clear(self) {
        let none: Vec<(Param, &[String])> = Param::OF_VIEW.iter().map(|p| (*p, &[][..])).collect();
        self.url.set(&none, History::Push);
    }
}
