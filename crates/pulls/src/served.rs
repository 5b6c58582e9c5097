//! What the page’s worker and the server say to each other about pulls that a store has: the page
//! asks for what the rows of its span make, and then for the rows, so that it can filter them by
//! itself; where they would be too many, it goes on asking for what they make.

use crate::calendar::{Day, Span};
use crate::query::{Dimension, Query};
use crate::told::Told;
use crate::view::{Entry, Row, View};
use serde::{Deserialize, Serialize};

/// The version of these messages: page and server are of one build, or the page is loaded anew.
pub const VERSION: u8 = 2;

/// The media type of questions and answers.
pub const MEDIA_TYPE: &str = "application/octet-stream";

/// The event that says that pulls were counted.
pub const COUNTED: &str = "counted";

/// A page of rows has at most so many.
pub const MOST_ROWS: u32 = 500;

/// A search finds at most so many values.
pub const MOST_FOUND: u32 = 500;

/// What the worker asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// The rows that a view is made of, or, where they are too many to be sent, the view.
    View {
        /// The view.
        query: Query,
        /// The months that the worker has, by their first days, and their versions.
        has: Vec<(Day, u64)>,
    },
    /// Raw records.
    Rows {
        /// Of which view.
        query: Query,
        /// How many to pass over.
        offset: u64,
        /// How many at most, up to [`MOST_ROWS`].
        limit: u32,
        /// Newest first, else oldest first.
        newest_first: bool,
    },
    /// Values of a dimension that hold a text.
    Find {
        /// Of which view.
        query: Query,
        /// Where.
        dimension: Dimension,
        /// What.
        text: String,
        /// Values that the page shows under names that hold it.
        also: Vec<String>,
        /// How many at most, up to [`MOST_FOUND`].
        limit: u32,
    },
    /// What a view shows, whether or not its rows could be sent: soon, and little.
    Look {
        /// The view.
        query: Query,
        /// The version of the last answer to this question, if it was this query’s.
        seen: Option<u64>,
    },
}

/// A question and the version that it is asked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// [`VERSION`] of who asks: first, so that it is read whatever follows.
    pub version: u8,
    /// What is asked.
    pub question: Question,
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// There is no pull at all.
    Nothing,
    /// The rows of every month that the view needs, and those it is compared with.
    Months {
        /// The days that there are.
        told: Told,
        /// The months, in order.
        months: Vec<Month>,
        /// As of [`Answer::View`].
        version: u64,
    },
    /// What a view shows: it was asked for, or its rows are more than are sent.
    View {
        /// The days that there are.
        told: Told,
        /// What they make.
        view: Box<View>,
        /// Changes whenever rows or the days that there are do.
        version: u64,
        /// Whether its rows would be sent, as far as that is known.
        rows_fit: bool,
    },
    /// The view is the one that was seen.
    Unchanged,
    /// Raw records.
    Rows {
        /// How many there are in all.
        total: u64,
        /// Those of the page.
        rows: Vec<Row>,
    },
    /// Values found.
    Found(Vec<Entry>),
}

/// The rows of a month, as far as a view needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// Its first day.
    pub first: Day,
    /// Changes whenever its rows do.
    pub version: u64,
    /// A [`crate::batch::Batch`] of rows added up, as gzip; `None` where the worker has them.
    pub rows: Option<Vec<u8>>,
}

/// The months that a span touches, by their first days.
pub fn months(span: Span) -> impl Iterator<Item = Span> {
    span.periods(crate::calendar::Granularity::Month)
}
