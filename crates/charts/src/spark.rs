//! A small chart of one series: an area under a line, without axes or words.

use crate::draw::{DrawError, on_backend};
use crate::geometry::Point;
use crate::model::Role;
use crate::svg::{SvgBackend, UNITS, document};
use crate::theme::Theme;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_backend::DrawingBackend;

/// Width of the line in CSS pixels.
const LINE_PX: f64 = 1.5;

/// Draws values as an area under a line over the whole of `area`, from zero up;
/// `None` is a gap. `pixel_ratio` is the number of device pixels in a CSS pixel.
///
/// # Errors
/// Those of the backend.
pub fn draw_sparkline<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    values: &[Option<u64>],
    role: Role,
    theme: &Theme,
    pixel_ratio: f64,
) -> Result<(), DrawError<DB>> {
    let ratio = if pixel_ratio.is_finite() && pixel_ratio > 0.0 {
        pixel_ratio
    } else {
        1.0
    };
    let (width, height) = area.dim_in_pixel();
    let (width, height) = (f64::from(width) / ratio, f64::from(height) / ratio);
    let most = values
        .iter()
        .flatten()
        .max()
        .map_or(1.0, |&v| (v as f64).max(1.0));
    let steps = values.len().saturating_sub(1).max(1) as f64;
    let top = LINE_PX;
    let foot = (height - LINE_PX / 2.0).max(top);
    let point = |i: usize, value: u64| -> Point {
        let x = width * i as f64 / steps;
        (x, foot - value as f64 / most * (foot - top))
    };
    let mut runs: Vec<Vec<Point>> = vec![Vec::new()];
    for (i, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push(point(i, *value)),
            _ => runs.push(Vec::new()),
        }
    }
    on_backend(area, ratio, &|pen| {
        let line_px = pen.device(LINE_PX);
        for run in runs.iter().filter(|run| !run.is_empty()) {
            let (first, last) = (run[0], run[run.len() - 1]);
            if run.len() == 1 {
                let from = (first.0 - 1.0, first.1);
                pen.rect(from, (first.0 + 1.0, height), theme.line(role))?;
                continue;
            }
            let outline = run
                .iter()
                .copied()
                .chain([(last.0, height), (first.0, height)]);
            pen.area(outline, theme.running_fill(role))?;
            pen.stroke(run, line_px, theme.line(role).alpha(1.0))?;
        }
        Ok(())
    })
}

/// The same as an SVG document of a size in CSS pixels.
#[must_use]
pub fn sparkline_svg(
    values: &[Option<u64>],
    role: Role,
    theme: &Theme,
    size_px: (u32, u32),
    title: &str,
) -> String {
    let (width, height) = (size_px.0.max(1) * UNITS, size_px.1.max(1) * UNITS);
    let mut body = String::new();
    {
        let area = SvgBackend::new(&mut body, width, height, UNITS).into_drawing_area();
        // Writing to a string cannot fail.
        let _ = draw_sparkline(&area, values, role, theme, f64::from(UNITS));
        let _ = area.present();
    }
    document(&body, (width, height), theme.paper, title, title)
}
