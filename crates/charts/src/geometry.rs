//! Lines cut to pieces: dashes along a polyline, hatching within a band, runs
//! between gaps. Plain numbers in, plain numbers out.

use crate::model::ChartModel;
use std::ops::Range;

/// A point in CSS pixels.
pub(crate) type Point = (f64, f64);

/// Runs of known buckets between gaps.
pub(crate) fn runs(model: &ChartModel) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (i, _) in model
        .buckets
        .iter()
        .enumerate()
        .filter(|(_, b)| b.is_known())
    {
        match runs.last_mut() {
            Some(run) if run.end == i => run.end = i + 1,
            _ => runs.push(i..i + 1),
        }
    }
    runs
}

/// The height of a polyline at `x`; beyond its ends, the height of the end.
pub(crate) fn at(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let after = xs.partition_point(|&place| place < x);
    match (after.checked_sub(1), xs.get(after)) {
        (Some(before), Some(&right)) => {
            let left = xs[before];
            let part = if right > left {
                (x - left) / (right - left)
            } else {
                0.0
            };
            ys[before] + part * (ys[after] - ys[before])
        }
        (Some(before), None) => ys[before],
        (None, Some(_)) => ys[after],
        (None, None) => f64::NAN,
    }
}

/// One drawn or left-out piece of a polyline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Whether it is drawn.
    pub drawn: bool,
    /// Its points, ends included.
    pub points: Vec<Point>,
}

/// What the lengths of a dash pattern are measured along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    /// The line itself.
    Line,
    /// The time axis: where many points make a line steep, dashes along the line
    /// would be thousands, too dense to be told apart and too slow to draw.
    Time,
}

/// Cuts a polyline by a pattern of lengths (drawn, left out, drawn, ...). An
/// empty pattern, or one without length, draws all.
pub(crate) fn cut_dashes(line: &[Point], pattern: &[f64], along: Along) -> Vec<Piece> {
    let whole = |points: &[Point]| Piece {
        drawn: true,
        points: points.to_vec(),
    };
    let period: f64 = pattern.iter().sum();
    let usable = pattern.len() >= 2 && pattern.iter().all(|p| p.is_finite() && *p > 0.0);
    if line.len() < 2 || !usable || !period.is_finite() {
        return vec![whole(line)];
    }
    let mut pieces = Vec::new();
    let mut index = 0;
    let mut left = pattern[0];
    let mut points = vec![line[0]];
    for pair in line.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = match along {
            Along::Line => (to.0 - from.0).hypot(to.1 - from.1),
            Along::Time => (to.0 - from.0).abs(),
        };
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let part = done / length;
            let cut = (
                from.0 + part * (to.0 - from.0),
                from.1 + part * (to.1 - from.1),
            );
            points.push(cut);
            pieces.push(Piece {
                drawn: index % 2 == 0,
                points: std::mem::replace(&mut points, vec![cut]),
            });
            index = (index + 1) % pattern.len();
            left = pattern[index];
        }
        left -= length - done;
        points.push(to);
    }
    if points.len() > 1 {
        pieces.push(Piece {
            drawn: index % 2 == 0,
            points,
        });
    }
    pieces
}

/// Hatch lines at 45 degrees, rising to the right, clipped to the band between
/// two polylines over the same places; `step` apart horizontally. Each is given
/// by its two ends, lower left first.
pub(crate) fn hatch(xs: &[f64], lower: &[f64], upper: &[f64], step: f64) -> Vec<(Point, Point)> {
    let mut lines = Vec::new();
    if xs.len() < 2 || step.is_nan() || step <= 0.0 {
        return lines;
    }
    // A line is x + y = c. The constants are multiples of the step, so that
    // the pattern stays where it is when values change.
    let least = xs.iter().zip(upper).map(|(x, y)| x + y);
    let most = xs.iter().zip(lower).map(|(x, y)| x + y);
    let first = (least.fold(f64::INFINITY, f64::min) / step).ceil();
    let last = (most.fold(f64::NEG_INFINITY, f64::max) / step).floor();
    if !(first.is_finite() && last.is_finite()) || last - first > 100_000.0 {
        return lines;
    }
    let mut open: Vec<Option<Point>> = vec![None; (last - first).max(-1.0) as usize + 1];
    for i in 0..xs.len() - 1 {
        let (x0, x1) = (xs[i], xs[i + 1]);
        if x1 <= x0 {
            continue;
        }
        // Only the lines that can cross this piece of the band.
        let from = (x0 + upper[i]).min(x1 + upper[i + 1]);
        let to = (x0 + lower[i]).max(x1 + lower[i + 1]);
        let from = ((from / step).floor() - first).max(0.0) as usize;
        let to = (to / step).ceil() - first;
        if to < 0.0 {
            continue;
        }
        for (k, start) in open.iter_mut().enumerate().take(to as usize + 1).skip(from) {
            let c = (first + k as f64) * step;
            // Below the upper edge and above the lower one: both linear in x.
            let below = (c - x0 - upper[i], c - x1 - upper[i + 1]);
            let above = (lower[i] - (c - x0), lower[i + 1] - (c - x1));
            let Some((a, b)) = both_positive(below, above) else {
                continue;
            };
            let (xa, xb) = (x0 + a * (x1 - x0), x0 + b * (x1 - x0));
            // A line that goes on into the next piece is one line.
            let begun = start.take().filter(|_| a <= 0.0);
            let from = begun.unwrap_or((xa, c - xa));
            if b >= 1.0 && i + 2 < xs.len() {
                *start = Some(from);
                continue;
            }
            lines.push((from, (xb, c - xb)));
        }
    }
    lines
}

/// The part of 0 to 1 where two linear functions, given by their values at 0
/// and 1, are both not negative.
fn both_positive(f: (f64, f64), g: (f64, f64)) -> Option<(f64, f64)> {
    let (mut a, mut b) = (0.0_f64, 1.0_f64);
    for (at_0, at_1) in [f, g] {
        match (at_0 < 0.0, at_1 < 0.0) {
            (true, true) => return None,
            (true, false) => a = a.max(at_0 / (at_0 - at_1)),
            (false, true) => b = b.min(at_0 / (at_0 - at_1)),
            (false, false) => {}
        }
    }
    (a <= b).then_some((a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn band() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
        prop::collection::vec((0.5..40.0_f64, 0.0..300.0_f64, 0.0..200.0_f64), 2..40).prop_map(
            |points| {
                let mut x = 40.0;
                let mut band = (Vec::new(), Vec::new(), Vec::new());
                for (step, upper, thick) in points {
                    x += step;
                    band.0.push(x);
                    band.1.push(upper + thick);
                    band.2.push(upper);
                }
                band
            },
        )
    }

    proptest! {
        #[test]
        fn hatch_lines_stay_within_the_band((xs, lower, upper) in band(), step in 3.0..20.0_f64) {
            for (from, to) in hatch(&xs, &lower, &upper, step) {
                prop_assert!((from.0 + from.1 - to.0 - to.1).abs() < 1e-6, "45 degrees");
                for part in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    let x = from.0 + part * (to.0 - from.0);
                    let y = from.1 + part * (to.1 - from.1);
                    prop_assert!(x >= xs[0] - 1e-6 && x <= xs[xs.len() - 1] + 1e-6);
                    prop_assert!(y >= at(&xs, &upper, x) - 1e-6, "below the upper edge");
                    prop_assert!(y <= at(&xs, &lower, x) + 1e-6, "above the lower edge");
                }
            }
        }

        #[test]
        fn hatching_leaves_nothing_out((xs, lower, upper) in band(), step in 3.0..20.0_f64) {
            // Inside the band at a point on a hatch line, some line goes through it.
            let lines = hatch(&xs, &lower, &upper, step);
            for i in 0..xs.len() - 1 {
                let x = f64::midpoint(xs[i], xs[i + 1]);
                let (low, high) = (at(&xs, &lower, x), at(&xs, &upper, x));
                let mut c = ((x + high) / step).ceil() * step;
                while c - x <= low {
                    let y = c - x;
                    if y > high + 1e-3 && y < low - 1e-3 {
                        prop_assert!(lines.iter().any(|(from, to)| {
                            (from.0 + from.1 - c).abs() < 1e-6 && from.0 <= x && to.0 >= x
                        }), "nothing at {x}, {y}");
                    }
                    c += step;
                }
            }
        }

        #[test]
        fn dashes_are_the_line_cut((xs, ys, _) in band()) {
            let line: Vec<Point> = xs.into_iter().zip(ys).collect();
            for along in [Along::Line, Along::Time] {
                let pieces = cut_dashes(&line, &[8.0, 3.0, 2.0, 3.0], along);
                prop_assert_eq!(pieces[0].points[0], line[0]);
                for pair in pieces.windows(2) {
                    prop_assert_eq!(pair[0].points.last(), pair[1].points.first());
                    prop_assert_ne!(pair[0].drawn, pair[1].drawn);
                }
                prop_assert_eq!(pieces[pieces.len() - 1].points.last(), line.last());
            }
        }
    }
}
