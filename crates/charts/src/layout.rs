//! Where everything goes, in CSS pixels: plot, ticks, points, names. Computed
//! once for a model and a size; drawing and pointing only read it.

use crate::geometry::{Along, at, runs};
use crate::labels::{EndLabel, LABEL_STEP_PX, NAME_MARGIN_PX, NAME_OFFSET_PX, shorten, spread};
use crate::model::{ChartModel, Form};
use crate::places::{bucket_places, heights, highest, line, plot_rect, sane, stack};
use crate::pushes::{LANE_PX, marks};
use crate::ticks::{XTick, YTick, time_ticks, values_up_to};
use crate::words::Words;
use std::ops::Range;

/// Below this width the breakdown beside the chart is its legend.
const NAMES_FROM_WIDTH_PX: f64 = 640.0;
/// A lone period is drawn this wide, at most.
const LONE_PERIOD_PX: f64 = 24.0;
/// How far the pointer may be from a line to mean it.
const LINE_REACH_PX: f64 = 12.0;
/// Room left above the highest value.
const HEADROOM: f64 = 1.03;
/// From so many points on (in ten lines), strokes are one device pixel wide: wider
/// ones cost 30 ms a frame.
pub(crate) const MANY_POINTS: usize = 120;
/// From so many points on, dashes are measured along the time axis.
const MANY_DASHES: usize = 60;

/// The room for a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Width in CSS pixels.
    pub width_px: f64,
    /// Height in CSS pixels.
    pub height_px: f64,
    /// Device pixels in a CSS pixel.
    pub pixel_ratio: f64,
}

/// A rectangle in CSS pixels from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

/// A stacked series: the heights it lies between, for each bucket, in CSS
/// pixels from the top (`upper` is the smaller number).
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Which series of the model.
    pub series: usize,
    /// Its lower edge.
    pub lower: Vec<f64>,
    /// Its upper edge.
    pub upper: Vec<f64>,
}

/// A series drawn as a line: its height for each bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which series of the model.
    pub series: usize,
    /// Heights in CSS pixels from the top; those of missing periods mean nothing.
    pub ys: Vec<f64>,
    /// The buckets that are drawn: from the zero before the first value to the
    /// zero after the last, so that a tag begins where it was first pulled.
    pub drawn: Range<usize>,
    /// The bucket of the highest value, and that value and period in words.
    pub peak: Option<(usize, String, String)>,
}

/// The computed places of a chart. All lengths are CSS pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The room it was computed for.
    pub size: Size,
    /// Stacked or lines.
    pub form: Form,
    /// Where values are drawn.
    pub plot: Rect,
    /// The value at the top edge of the plot.
    pub value_top: f64,
    /// Grid lines from zero up.
    pub y_ticks: Vec<YTick>,
    /// Ticks of the time axis.
    pub x_ticks: Vec<XTick>,
    /// Marks of the days on which tags were pushed, the newest first.
    pub pushes: Vec<XTick>,
    /// The place of each bucket.
    pub xs: Vec<f64>,
    /// Stacked series from bottom to top; empty for lines.
    pub bands: Vec<Band>,
    /// Series drawn as lines: all of them, or the version checks of a stack.
    pub lines: Vec<Line>,
    /// Heights of the total; empty for lines.
    pub total: Vec<Option<f64>>,
    /// Heights of the comparison, where there is one.
    pub comparison: Vec<Option<f64>>,
    /// Names at the right end, from top to bottom; empty in narrow pictures.
    pub names: Vec<EndLabel>,
    /// The word at the frontier of reading.
    pub reading: String,
    /// Runs of known buckets between gaps.
    pub(crate) runs: Vec<Range<usize>>,
    /// Half the width of a period without neighbors.
    pub(crate) lone_half: f64,
    /// Width of a stroke where there are many points, in device pixels.
    pub(crate) thin_device_px: u32,
}

impl Layout {
    /// Computes every place. Sizes that are not positive numbers count as 1.
    #[must_use]
    pub fn new(size: Size, form: Form, model: &ChartModel, words: &Words) -> Self {
        let size = sane(size);
        let value_top = (highest(form, model) * HEADROOM).max(3.0);
        let ticks: Vec<(f64, String)> = values_up_to(value_top)
            .into_iter()
            .map(|value| (value, (words.axis_number)(value)))
            .collect();
        let named = size.width_px >= NAMES_FROM_WIDTH_PX && !model.series.is_empty();
        let lane_px = if model.pushes.is_empty() {
            0.0
        } else {
            LANE_PX
        };
        let plot = plot_rect(size, &ticks, named.then_some(model), lane_px, words);
        let y_of = |value: f64| plot.bottom - value / value_top * (plot.bottom - plot.top);

        let (xs, scale) = bucket_places(model, plot);
        let y_ticks = ticks
            .into_iter()
            .map(|(value, label)| YTick {
                value,
                y: y_of(value),
                label,
            })
            .collect();
        let x_ticks = time_ticks(model, &xs, scale, plot, size.width_px, words);
        let pushes = marks(model, scale, plot, size.width_px, words);

        let bands = match form {
            Form::Stacked => stack(model, y_of),
            Form::Lines => Vec::new(),
        };
        let lines = (0..model.series.len())
            .filter(|&i| form == Form::Lines || !model.series[i].role.stacks())
            .map(|series| line(model, series, y_of, words))
            .collect();
        let total = match form {
            Form::Stacked => heights(&model.total, model, y_of),
            Form::Lines => Vec::new(),
        };
        // Beside many lines the total's comparison would compare with nothing.
        let comparable = form == Form::Stacked || model.stack_order().len() == 1;
        let comparison = match &model.comparison {
            Some(values) if comparable => heights(values, model, y_of),
            _ => Vec::new(),
        };
        let spacing = (plot.right - plot.left) / xs.len().max(1) as f64;
        let mut layout = Self {
            size,
            form,
            plot,
            value_top,
            y_ticks,
            x_ticks,
            pushes,
            runs: runs(model),
            lone_half: (spacing / 2.0).min(LONE_PERIOD_PX / 2.0),
            xs,
            bands,
            lines,
            total,
            comparison,
            names: Vec::new(),
            reading: words.reading.to_owned(),
            thin_device_px: 1,
        };
        if named {
            layout.names = layout.end_names(model, words);
        }
        layout
    }

    /// Width and height of the picture in device pixels: the size a canvas needs.
    #[must_use]
    pub fn device_size(&self) -> (u32, u32) {
        let device = |px: f64| (px * self.size.pixel_ratio).round().max(1.0) as u32;
        (device(self.size.width_px), device(self.size.height_px))
    }

    /// The bucket nearest to a place, if the pointer is over the plot or just
    /// beside it.
    #[must_use]
    pub fn bucket_at(&self, x: f64) -> Option<usize> {
        let beside = 8.0;
        if x.is_nan() || x < self.plot.left - beside || x > self.plot.right + beside {
            return None;
        }
        let after = self.xs.partition_point(|&place| place < x);
        let before = after.checked_sub(1);
        match (before, self.xs.get(after)) {
            (Some(before), Some(&place)) if x - self.xs[before] < place - x => Some(before),
            (_, Some(_)) => Some(after),
            (before, None) => before,
        }
    }

    /// The series under the pointer: the area it is in, else the nearest line
    /// within reach. Places are CSS pixels from the top left.
    #[must_use]
    pub fn series_at(&self, x: f64, y: f64) -> Option<usize> {
        let over = x >= self.plot.left - 0.5 && x <= self.plot.right + 0.5;
        if !over || !y.is_finite() {
            return None;
        }
        // The run the pointer is in, else one whose end it just misses.
        let missed_by = |run: &Range<usize>| {
            let (first, last) = (self.xs[run.start], self.xs[run.end - 1]);
            let slack = if run.len() == 1 { self.lone_half } else { 0.5 };
            let distance = (first - x).max(x - last).max(0.0);
            (distance <= slack).then_some(distance)
        };
        let (run, _) = self
            .runs
            .iter()
            .filter_map(|run| Some((run, missed_by(run)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        let nearest = self
            .lines
            .iter()
            .map(|line| {
                let height = at(&self.xs[run.clone()], &line.ys[run.clone()], x);
                ((height - y).abs(), line.series)
            })
            .filter(|(distance, _)| *distance <= LINE_REACH_PX)
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let close = |reach: f64| nearest.filter(|(distance, _)| *distance <= reach);
        if let Some((_, series)) = close(LINE_REACH_PX / 3.0) {
            return Some(series);
        }
        let inside = self.bands.iter().find(|band| {
            let lower = at(&self.xs[run.clone()], &band.lower[run.clone()], x);
            let upper = at(&self.xs[run.clone()], &band.upper[run.clone()], x);
            y <= lower && y >= upper && lower > upper
        });
        inside
            .map(|band| band.series)
            .or_else(|| nearest.map(|(_, series)| series))
    }

    /// Whether strokes must be thin because there are many points.
    pub(crate) fn many_points(&self) -> bool {
        let points = self.xs.len();
        points > MANY_POINTS || points * self.lines.len() > MANY_POINTS * 10
    }

    /// What dashes are measured along.
    pub(crate) fn dashes_along(&self) -> Along {
        if self.xs.len() > MANY_DASHES {
            Along::Time
        } else {
            Along::Line
        }
    }

    fn end_names(&self, model: &ChartModel, words: &Words) -> Vec<EndLabel> {
        let Some(last) = self.runs.last().map(|run| run.end - 1) else {
            return Vec::new();
        };
        let bands = self.bands.iter().map(|band| {
            (
                band.series,
                f64::midpoint(band.lower[last], band.upper[last]),
            )
        });
        let lines = self.lines.iter().map(|line| (line.series, line.ys[last]));
        let mut ends: Vec<(usize, f64)> = bands.chain(lines).collect();

        // What does not fit is left to the breakdown: the largest stay.
        let (low, high) = (self.plot.top + 6.0, self.plot.bottom - 4.0);
        let room = if high < low {
            0
        } else {
            ((high - low) / LABEL_STEP_PX).floor() as usize + 1
        };
        if ends.len() > room {
            let sum = |series: usize| {
                let values = &model.series[series].values;
                values.iter().map(|&v| v as f64).sum::<f64>()
            };
            let mut by_size: Vec<(usize, f64)> = ends.iter().map(|e| (e.0, sum(e.0))).collect();
            by_size.sort_by(|a, b| b.1.total_cmp(&a.1));
            by_size.truncate(room);
            ends.retain(|end| by_size.iter().any(|kept| kept.0 == end.0));
        }
        // Stable from the top down: areas of no height keep the stack's order.
        ends.reverse();
        ends.sort_by(|a, b| a.1.total_cmp(&b.1));
        let wanted: Vec<f64> = ends.iter().map(|end| end.1).collect();
        let text_room = self.size.width_px - self.plot.right - NAME_OFFSET_PX - NAME_MARGIN_PX;
        spread(&wanted, LABEL_STEP_PX, low, high)
            .into_iter()
            .zip(ends)
            .map(|(y, (series, anchor_y))| EndLabel {
                series,
                text: shorten(&model.series[series].name, text_room, words),
                anchor_y,
                y,
            })
            .collect()
    }
}
