//! Areas on top of one another: gaps in paper color, total in ink on top,
//! pulls by digest hatched, the running period pale, gaps bridged by dots.

use crate::draw::Scene;
use crate::geometry::{Along, Point, hatch};
use crate::layout::Band;
use crate::model::Role;
use crate::pen::{Drawn, Pen};
use crate::theme::{Theme, dash};
use plotters_backend::DrawingBackend;
use std::ops::Range;

/// Width of the gaps between areas, in CSS pixels.
const GAP_PX: f64 = 1.25;
/// From so many points on, gaps are one device pixel wide.
const MANY_GAP_POINTS: usize = 60;
/// Distance of hatch lines across their direction 6 px, so along a level 8.5.
const HATCH_STEP_PX: f64 = 8.5;
/// Width of a hatch line along a level: 1.6 px across its direction.
const HATCH_WIDTH_PX: f64 = 2.25;
/// Width of the total and the comparison, in CSS pixels.
pub(crate) const TOTAL_PX: f64 = 1.5;

/// A run of known buckets, with what of it is over and what is running.
pub(crate) struct Stretch {
    /// All of it.
    pub all: Range<usize>,
    /// Index of the first bucket of the running part: the last complete one,
    /// or the running one itself if it stands alone. Equal to `all.end` if
    /// nothing is running.
    pub running_from: usize,
    /// Places, widened for a lone bucket.
    pub xs: Vec<f64>,
}

impl Stretch {
    /// The places and heights of a part; a lone bucket is given twice, at both
    /// ends of its width.
    pub(crate) fn points(&self, part: Range<usize>, ys: &[f64]) -> Vec<Point> {
        let height = |i: usize| ys.get(i).copied().unwrap_or(0.0);
        if self.all.len() == 1 {
            let y = height(self.all.start);
            return self.xs.iter().map(|&x| (x, y)).collect();
        }
        part.map(|i| (self.xs[i - self.all.start], height(i)))
            .collect()
    }

    /// Buckets drawn as complete; one alone only where it is a lone bucket.
    pub(crate) fn complete(&self) -> Option<Range<usize>> {
        if self.running_from == self.all.end {
            return Some(self.all.clone());
        }
        let part = self.all.start..self.running_from + 1;
        (part.len() > 1).then_some(part)
    }

    /// Buckets from the last complete to the running one.
    pub(crate) fn running(&self) -> Option<Range<usize>> {
        (self.running_from < self.all.end).then_some(self.running_from..self.all.end)
    }
}

/// The runs of buckets that are drawn, as far as they lie in `within`.
pub(crate) fn stretches<DB: DrawingBackend>(
    scene: &Scene<DB>,
    within: &Range<usize>,
) -> Vec<Stretch> {
    let layout = scene.layout;
    let known_to = scene.known_to().min(within.end);
    layout
        .runs
        .iter()
        .map(|run| run.start.max(within.start)..run.end.min(known_to))
        .filter(|run| !run.is_empty())
        .map(|all| {
            let is_running = scene.model.buckets[all.end - 1].is_running();
            let running_from = match (is_running, all.len()) {
                (false, _) => all.end,
                (true, 1) => all.start,
                (true, _) => all.end - 2,
            };
            let xs = if all.len() == 1 {
                let x = layout.xs[all.start];
                let plot = layout.plot;
                let half = layout.lone_half;
                vec![
                    (x - half).clamp(plot.left, plot.right),
                    (x + half).clamp(plot.left, plot.right),
                ]
            } else {
                layout.xs[all.clone()].to_vec()
            };
            Stretch {
                all,
                running_from,
                xs,
            }
        })
        .collect()
}

/// Draws bands, hatch, gaps, total, bridges and comparison.
pub(crate) fn draw_stack<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let layout = scene.layout;
    let stretches = stretches(scene, &(0..layout.xs.len()));
    for stretch in &stretches {
        // From the top down, each area hides what the one above it drew too far.
        for band in layout.bands.iter().rev() {
            draw_band(scene, stretch, band)?;
        }
        draw_gaps(scene, stretch)?;
    }
    draw_total(scene, &stretches)?;
    draw_comparison(scene)
}

fn draw_band<DB: DrawingBackend>(
    scene: &mut Scene<DB>,
    stretch: &Stretch,
    band: &Band,
) -> Drawn<DB> {
    let Some(role) = scene.model.series.get(band.series).map(|s| s.role) else {
        return Ok(());
    };
    let theme = scene.theme;
    let back = scene.steps_back(band.series);
    let faded = |color: crate::theme::Rgb| {
        if back {
            color.over(theme.paper, 0.42)
        } else {
            color
        }
    };
    let foot = stretch
        .points(stretch.all.clone(), &band.lower)
        .iter()
        .fold(0.0, |most: f64, point| most.max(point.1));
    let outline = |part: Range<usize>| {
        let lower = stretch.points(part.clone(), &band.lower);
        let upper = stretch.points(part, &band.upper);
        (lower, upper)
    };
    if let Some(part) = stretch.complete() {
        let (lower, upper) = outline(part);
        draw_pieces(scene.pen, &lower, &upper, foot, faded(theme.fill(role)))?;
        if role == Role::Digest {
            draw_hatch(
                scene.pen,
                &lower,
                &upper,
                scene.layout.size.pixel_ratio,
                theme,
            )?;
        }
    }
    if let Some(part) = stretch.running() {
        let (lower, upper) = outline(part);
        draw_pieces(
            scene.pen,
            &lower,
            &upper,
            foot,
            faded(theme.running_fill(role)),
        )?;
    }
    Ok(())
}

/// Fills from the upper line down to a level foot, leaving out where the two
/// lines run together. A level foot costs half of what a second jagged edge does;
/// the areas below hide what is too much.
fn draw_pieces<DB: DrawingBackend>(
    pen: &mut Pen<DB>,
    lower: &[Point],
    upper: &[Point],
    foot: f64,
    color: crate::theme::Rgb,
) -> Drawn<DB> {
    let count = lower.len().min(upper.len());
    let mut start = 0;
    while start + 1 < count {
        let thick = |i: usize| lower[i].1 - upper[i].1 > 1e-9;
        if !thick(start) && !thick(start + 1) {
            start += 1;
            continue;
        }
        let mut end = start + 1;
        while end + 1 < count && (thick(end) || thick(end + 1)) {
            end += 1;
        }
        let top = upper[start..=end].iter().copied();
        let ends = [(upper[end].0, foot), (upper[start].0, foot)];
        pen.area(top.chain(ends), color)?;
        start = end;
    }
    Ok(())
}

fn draw_hatch<DB: DrawingBackend>(
    pen: &mut Pen<DB>,
    lower: &[Point],
    upper: &[Point],
    ratio: f64,
    theme: &Theme,
) -> Drawn<DB> {
    let xs: Vec<f64> = lower.iter().map(|p| p.0).collect();
    let low: Vec<f64> = lower.iter().map(|p| p.1).collect();
    let high: Vec<f64> = upper.iter().map(|p| p.1).collect();
    // A whole number of device pixels keeps the stripes alike.
    let step = (HATCH_STEP_PX * ratio).round().max(2.0) / ratio;
    let lines = hatch(&xs, &low, &high, step);
    let (width, color) = if theme.forced {
        (1.0, theme.ink)
    } else {
        (HATCH_WIDTH_PX, theme.paper)
    };
    pen.stripes(&lines, width, color)
}

/// The lines between areas, where the areas have any height.
fn draw_gaps<DB: DrawingBackend>(scene: &mut Scene<DB>, stretch: &Stretch) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    // Wide strokes over many points cost whole frames.
    let width = match (layout.xs.len() > MANY_GAP_POINTS, theme.forced) {
        (true, _) => layout.thin_device_px,
        (false, true) => scene.pen.device(1.0),
        (false, false) => scene.pen.device(GAP_PX),
    };
    let color = if theme.forced { theme.ink } else { theme.paper };
    let below_top = layout.bands.len().saturating_sub(1);
    for band in layout.bands.iter().take(below_top) {
        let upper = stretch.points(stretch.all.clone(), &band.upper);
        let lower = stretch.points(stretch.all.clone(), &band.lower);
        for part in thick_parts(&lower, &upper) {
            scene.pen.stroke(&upper[part], width, color.alpha(1.0))?;
        }
    }
    Ok(())
}

/// Index ranges over which two lines are apart, with the points where they part.
fn thick_parts(lower: &[Point], upper: &[Point]) -> Vec<Range<usize>> {
    let thick: Vec<bool> = lower
        .iter()
        .zip(upper)
        .map(|(l, u)| l.1 - u.1 > 1e-9)
        .collect();
    let mut parts: Vec<Range<usize>> = Vec::new();
    for i in 1..thick.len() {
        if thick[i - 1] || thick[i] {
            match parts.last_mut() {
                Some(part) if part.end == i => part.end = i + 1,
                _ => parts.push(i - 1..i + 1),
            }
        }
    }
    parts
}

fn draw_total<DB: DrawingBackend>(scene: &mut Scene<DB>, stretches: &[Stretch]) -> Drawn<DB> {
    let layout = scene.layout;
    if layout.bands.is_empty() {
        return Ok(());
    }
    let heights: Vec<f64> = layout
        .total
        .iter()
        .map(|y| y.unwrap_or(layout.plot.bottom))
        .collect();
    draw_top_line(
        scene,
        stretches,
        &heights,
        &TopLine {
            color: scene.theme.ink.alpha(1.0),
            width: scene.stroke_px(TOTAL_PX),
            dotted_width: scene.pen.device(TOTAL_PX),
            pattern: &[],
        },
    )
}

/// How a line with its running end and its bridges is drawn.
pub(crate) struct TopLine<'a> {
    pub color: plotters::style::RGBAColor,
    /// In device pixels.
    pub width: u32,
    /// Of the running end and the bridges, in device pixels.
    pub dotted_width: u32,
    pub pattern: &'a [f64],
}

/// A line over all stretches: whole where periods are over, dotted to a running
/// one and over gaps.
pub(crate) fn draw_top_line<DB: DrawingBackend>(
    scene: &mut Scene<DB>,
    stretches: &[Stretch],
    ys: &[f64],
    look: &TopLine,
) -> Drawn<DB> {
    let along = scene.layout.dashes_along();
    let dots = scaled(dash::RUNNING, look.dotted_width, scene);
    for stretch in stretches {
        if let Some(part) = stretch.complete() {
            let points = stretch.points(part, ys);
            scene
                .pen
                .dashes(&points, look.pattern, along, look.width, look.color)?;
        }
        if let Some(part) = stretch.running() {
            let points = stretch.points(part, ys);
            scene
                .pen
                .dashes(&points, &dots, Along::Line, look.dotted_width, look.color)?;
        }
    }
    for pair in stretches.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let from = before.points(before.all.clone(), ys).pop();
        let to = after.points(after.all.clone(), ys).first().copied();
        if let (Some(from), Some(to)) = (from, to) {
            let thin = look.color.0;
            let color =
                crate::theme::Rgb(thin, look.color.1, look.color.2).alpha(look.color.3 * 0.6);
            scene
                .pen
                .dashes(&[from, to], &dots, Along::Line, look.dotted_width, color)?;
        }
    }
    Ok(())
}

/// A dash pattern for a stroke width: the tokens are meant for round ends, which
/// a backend does not have, so a dot is as long as the line is wide.
pub(crate) fn scaled<DB: DrawingBackend>(
    pattern: &[f64],
    device_px: u32,
    scene: &Scene<DB>,
) -> Vec<f64> {
    let width = f64::from(device_px) / scene.layout.size.pixel_ratio;
    pattern
        .iter()
        .enumerate()
        .map(|(i, &length)| {
            if i % 2 == 0 {
                length.max(width)
            } else {
                length
            }
        })
        .collect()
}

pub(crate) fn draw_comparison<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let halo_px = scene.stroke_px(4.0);
    let line_px = scene.stroke_px(TOTAL_PX);
    let mut points: Vec<Point> = Vec::new();
    let mut paths: Vec<Vec<Point>> = Vec::new();
    for (i, y) in layout.comparison.iter().enumerate() {
        match (y, layout.xs.get(i)) {
            (Some(y), Some(&x)) => points.push((x, *y)),
            _ => paths.push(std::mem::take(&mut points)),
        }
    }
    paths.push(points);
    for mut path in paths.into_iter().filter(|path| !path.is_empty()) {
        if let [(x, y)] = path[..] {
            let half = layout.lone_half;
            let plot = layout.plot;
            path = vec![
                ((x - half).max(plot.left), y),
                ((x + half).min(plot.right), y),
            ];
        }
        if !layout.many_points() {
            scene.pen.stroke(&path, halo_px, theme.paper.alpha(0.75))?;
        }
        scene.pen.dashes(
            &path,
            dash::COMPARE,
            layout.dashes_along(),
            line_px,
            theme.compare.alpha(1.0),
        )?;
    }
    Ok(())
}
