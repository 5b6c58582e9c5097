//! The steps a layout is computed in: how high the scale is, where the plot
//! lies, where each period and value goes.

use crate::labels::{NAME_MARGIN_PX, NAME_OFFSET_PX, NAME_TEXT_PX};
use crate::layout::{Band, Line, Rect, Size};
use crate::model::{ChartModel, Form, Role};
use crate::ticks::{AXIS_TEXT_PX, DayScale};
use crate::words::Words;

pub(crate) fn sane(size: Size) -> Size {
    let positive = |px: f64, most: f64| {
        if px.is_finite() && px >= 1.0 {
            px.min(most)
        } else {
            1.0
        }
    };
    let ratio = size.pixel_ratio;
    Size {
        width_px: positive(size.width_px, 16_384.0),
        height_px: positive(size.height_px, 16_384.0),
        pixel_ratio: if ratio.is_finite() && ratio > 0.0 {
            ratio.clamp(0.25, 16.0)
        } else {
            1.0
        },
    }
}

/// The highest value that is drawn.
pub(crate) fn highest(form: Form, model: &ChartModel) -> f64 {
    let known = |i: &usize| model.buckets[*i].is_known();
    let buckets = || (0..model.buckets.len()).filter(known);
    let of_series = |i: usize| {
        buckets()
            .filter_map(|b| model.series[i].values.get(b))
            .fold(0.0, |most: f64, &v| most.max(v as f64))
    };
    let of_options = |values: &[Option<u64>]| {
        values
            .iter()
            .take(model.buckets.len())
            .flatten()
            .fold(0.0, |most: f64, &v| most.max(v as f64))
    };
    let lines = (0..model.series.len())
        .filter(|&i| form == Form::Lines || model.series[i].role == Role::VersionCheck)
        .map(of_series)
        .fold(0.0, f64::max);
    let comparison = model.comparison.as_deref().map_or(0.0, of_options);
    if form == Form::Lines {
        let alone = model.stack_order().len() == 1;
        return if alone { lines.max(comparison) } else { lines };
    }
    let order = model.stack_order();
    let stacked = buckets()
        .map(|b| {
            order
                .iter()
                .filter_map(|&i| model.series[i].values.get(b))
                .map(|&v| v as f64)
                .sum::<f64>()
        })
        .fold(0.0, f64::max);
    lines
        .max(comparison)
        .max(stacked)
        .max(of_options(&model.total))
}

pub(crate) fn plot_rect(
    size: Size,
    ticks: &[(f64, String)],
    named: Option<&ChartModel>,
    lane_px: f64,
    words: &Words,
) -> Rect {
    let widest = ticks
        .iter()
        .map(|(_, label)| words.width(label, AXIS_TEXT_PX))
        .fold(0.0, f64::max);
    let left = (widest + 12.0).max(40.0).min(size.width_px * 0.4);
    let right = match named {
        Some(model) => {
            let name = model
                .series
                .iter()
                .map(|series| words.width(&series.name, NAME_TEXT_PX))
                .fold(0.0, f64::max);
            // One pixel to spare: the plot is snapped to device pixels.
            (name + NAME_OFFSET_PX + NAME_MARGIN_PX + 1.0).min(size.width_px * 0.26)
        }
        None => 6.0,
    };
    let right = right.min(size.width_px * 0.3);
    let bottom = (30.0 + lane_px).min(size.height_px * 0.4);
    let top = 10.0_f64.min(size.height_px * 0.1);
    // Whole device pixels keep the grid sharp.
    let snap = |px: f64| (px * size.pixel_ratio).round() / size.pixel_ratio;
    Rect {
        left: snap(left),
        top: snap(top),
        right: snap(size.width_px - right),
        bottom: snap(size.height_px - bottom),
    }
}

/// Places of the buckets: to scale by day, or evenly if the days do not ascend.
pub(crate) fn bucket_places(model: &ChartModel, plot: Rect) -> (Vec<f64>, DayScale) {
    let buckets = &model.buckets;
    let scale = DayScale {
        first_day: buckets.first().map_or(0, |b| b.last_day()),
        last_day: buckets.last().map_or(0, |b| b.last_day()),
        left: plot.left,
        right: plot.right,
    };
    let ascending = buckets
        .windows(2)
        .all(|pair| pair[0].last_day() < pair[1].last_day());
    let steps = buckets.len().saturating_sub(1).max(1) as f64;
    let xs = buckets
        .iter()
        .enumerate()
        .map(|(i, bucket)| {
            if ascending {
                scale.x(bucket.last_day())
            } else {
                plot.left + (plot.right - plot.left) * i as f64 / steps
            }
        })
        .collect();
    (xs, scale)
}

pub(crate) fn stack(model: &ChartModel, y_of: impl Fn(f64) -> f64) -> Vec<Band> {
    let mut sums = vec![0.0; model.buckets.len()];
    let mut lower: Vec<f64> = sums.iter().map(|&sum| y_of(sum)).collect();
    let mut bands = Vec::new();
    for series in model.stack_order() {
        for (bucket, sum) in sums.iter_mut().enumerate() {
            *sum += model.value(series, bucket).unwrap_or(0) as f64;
        }
        let upper: Vec<f64> = sums.iter().map(|&sum| y_of(sum)).collect();
        bands.push(Band {
            series,
            lower: std::mem::replace(&mut lower, upper.clone()),
            upper,
        });
    }
    bands
}

pub(crate) fn line(
    model: &ChartModel,
    series: usize,
    y_of: impl Fn(f64) -> f64,
    words: &Words,
) -> Line {
    let ys = (0..model.buckets.len())
        .map(|bucket| y_of(model.value(series, bucket).unwrap_or(0) as f64))
        .collect();
    // The earliest of equal peaks; a running period is not compared.
    let peak = (0..model.buckets.len())
        .filter(|&b| !model.buckets[b].is_running())
        .filter_map(|b| Some((b, model.value(series, b)?)))
        .rev()
        .max_by_key(|&(_, value)| value)
        .filter(|&(_, value)| value > 0)
        .map(|(b, value)| (b, (words.number)(value), (words.period)(&model.buckets[b])));
    let counts = |b: &usize| model.value(series, *b).unwrap_or(0) > 0;
    let first = (0..model.buckets.len()).find(counts);
    let last = (0..model.buckets.len()).rfind(counts);
    let drawn = match (first, last) {
        (Some(first), Some(last)) => first.saturating_sub(1)..(last + 2).min(model.buckets.len()),
        _ => 0..0,
    };
    Line {
        series,
        ys,
        drawn,
        peak,
    }
}

pub(crate) fn heights(
    values: &[Option<u64>],
    model: &ChartModel,
    y_of: impl Fn(f64) -> f64,
) -> Vec<Option<f64>> {
    (0..model.buckets.len())
        .map(|i| values.get(i).copied().flatten().map(|v| y_of(v as f64)))
        .collect()
}
