//! Pulls over time, drawn: from plain values to pixels or SVG text.
//!
//! A chart is made in three steps, each a plain function of its arguments:
//! 1. [`ChartModel`] says what is shown: periods, series, total, comparison.
//! 2. [`Layout::new`] says where: plot, ticks, end labels, every point, in CSS
//!    pixels, for the width there is. It also answers pointer questions
//!    ([`Layout::bucket_at`], [`Layout::series_at`]).
//! 3. [`draw`] paints it on any plotters backend in device pixels; [`to_svg`]
//!    does the same into text, for downloads and for the snapshots in `tests/`.
//!
//! [`describe`] and [`value_table`] are the same values in words and rows.
//! Nothing here knows a clock, a locale or a document: numbers and dates become
//! text through [`Words`], the pixel ratio and the colors are arguments.

mod calendar;
mod describe;
mod draw;
mod geometry;
mod labels;
mod layout;
mod lines;
mod model;
mod pen;
mod places;
mod pushes;
mod stacked;
mod svg;
mod theme;
mod ticks;
mod words;

pub use describe::{TableRow, describe, listed, value_table};
pub use draw::{DrawError, Emphasis, draw};
pub use labels::EndLabel;
pub use layout::{Band, Layout, Line, Rect, Size};
pub use model::{Bucket, BucketState, ChartModel, ChartSeries, Form, Push, Role};
pub use svg::{Picture, SvgBackend, to_svg};
pub use theme::{Rgb, Theme, dash};
pub use ticks::{XTick, YTick, value_step};
pub use words::{Measure, PeriodTexts, TickName, Words, estimated_width};
