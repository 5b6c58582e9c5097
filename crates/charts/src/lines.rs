//! One line for each series, with the dash that tells it apart without color;
//! the picked one last, wider, on a halo, its peak named.

use crate::draw::Scene;
use crate::layout::Line;
use crate::model::Form;
use crate::pen::{Align, Drawn, TextLook};
use crate::stacked::{Stretch, TopLine, draw_comparison, draw_top_line, scaled, stretches};
use crate::theme::dash;
use crate::ticks::AXIS_TEXT_PX;
use crate::words::estimated_width;
use plotters_backend::DrawingBackend;

/// Width of a line, and of one that steps back, in CSS pixels.
const LINE_PX: f64 = 1.75;
const BACK_PX: f64 = 1.25;
/// What is left of a line that steps back.
const BACK_OPACITY: f64 = 0.42;
/// Width of the picked line and its halo, in CSS pixels.
const PICKED_PX: f64 = 2.5;
const HALO_PX: f64 = 6.0;
const HALO_OPACITY: f64 = 0.9;
/// Width and strength of the paper around version checks over areas.
const OVER_AREAS_PX: f64 = 4.0;
const OVER_AREAS_OPACITY: f64 = 0.75;

/// Draws all lines but the picked one.
pub(crate) fn draw_lines<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let layout = scene.layout;
    if layout.form == Form::Lines {
        draw_comparison(scene)?;
    }
    for line in &layout.lines {
        if scene.emphasis.picked_series == Some(line.series) {
            continue;
        }
        let (opacity, width) = if scene.steps_back(line.series) {
            (BACK_OPACITY, BACK_PX)
        } else {
            (1.0, LINE_PX)
        };
        let device_px = scene.stroke_px(width);
        let stretches = stretches(scene, &line.drawn);
        stroke_line(scene, &stretches, line, opacity, device_px)?;
    }
    Ok(())
}

fn stroke_line<DB: DrawingBackend>(
    scene: &mut Scene<DB>,
    stretches: &[Stretch],
    line: &Line,
    opacity: f64,
    device_px: u32,
) -> Drawn<DB> {
    let Some(role) = scene.model.series.get(line.series).map(|s| s.role) else {
        return Ok(());
    };
    // A dot is not shorter than it is wide.
    let pattern = scaled(dash::of(role), device_px, scene);
    if scene.layout.form == Form::Stacked && !scene.layout.many_points() {
        // A line over areas needs paper around it to be seen.
        let paper = scene.theme.paper.alpha(OVER_AREAS_OPACITY);
        let halo_px = scene.pen.device(OVER_AREAS_PX);
        for stretch in stretches {
            let points = stretch.points(stretch.all.clone(), &line.ys);
            scene.pen.stroke(&points, halo_px, paper)?;
        }
    }
    draw_top_line(
        scene,
        stretches,
        &line.ys,
        &TopLine {
            color: scene.theme.line(role).alpha(opacity),
            width: device_px,
            dotted_width: device_px,
            pattern: &pattern,
        },
    )
}

/// Draws the picked line over everything else, with its highest value.
pub(crate) fn draw_picked<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let layout = scene.layout;
    let picked = scene.emphasis.picked_series;
    let Some(line) = layout.lines.iter().find(|l| Some(l.series) == picked) else {
        return Ok(());
    };
    let stretches = stretches(scene, &line.drawn);
    let paper = scene.theme.paper.alpha(HALO_OPACITY);
    let halo_px = scene.pen.device(HALO_PX);
    for stretch in &stretches {
        let points = stretch.points(stretch.all.clone(), &line.ys);
        scene.pen.stroke(&points, halo_px, paper)?;
    }
    let device_px = scene.pen.device(PICKED_PX);
    stroke_line(scene, &stretches, line, 1.0, device_px)?;
    draw_peak(scene, line)
}

fn draw_peak<DB: DrawingBackend>(scene: &mut Scene<DB>, line: &Line) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let Some((bucket, value, period)) = &line.peak else {
        return Ok(());
    };
    let known = *bucket < scene.known_to();
    let (Some(&x), Some(&y), true) = (layout.xs.get(*bucket), line.ys.get(*bucket), known) else {
        return Ok(());
    };
    let color = scene
        .model
        .series
        .get(line.series)
        .map_or(theme.ink, |series| theme.line(series.role));
    scene.pen.dot((x, y), 3.5, theme.paper, color)?;
    let plot = layout.plot;
    let widest = estimated_width(value, AXIS_TEXT_PX).max(estimated_width(period, AXIS_TEXT_PX));
    if plot.right - plot.left < widest || plot.bottom - plot.top < 60.0 {
        return Ok(());
    }
    let middle = x.clamp(plot.left + widest / 2.0, plot.right - widest / 2.0);
    // Above the peak, or below it where it touches the top.
    let first = if y - 36.0 >= 0.0 { y - 28.0 } else { y + 16.0 };
    let strong = TextLook {
        size_px: AXIS_TEXT_PX,
        bold: true,
        color: theme.ink,
    };
    let soft = TextLook {
        bold: false,
        color: theme.label,
        ..strong
    };
    for (text, y, look) in [(value, first, strong), (period, first + 14.0, soft)] {
        // Paper behind the words, so that lines beneath do not cross them.
        let half = estimated_width(text, AXIS_TEXT_PX) / 2.0 + 1.0;
        let (from, to) = ((middle - half, y - 7.0), (middle + half, y + 7.0));
        scene.pen.rect(from, to, theme.paper)?;
        scene.pen.text(text, (middle, y), Align::Center, &look)?;
    }
    Ok(())
}
