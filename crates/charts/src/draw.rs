//! The whole picture, back to front.

use crate::geometry::Point;
use crate::labels::{NAME_OFFSET_PX, NAME_TEXT_PX};
use crate::layout::Layout;
use crate::lines::{draw_lines, draw_picked};
use crate::model::{ChartModel, Form};
use crate::pen::{Align, Drawn, Pen, TextLook};
use crate::pushes::LANE_PX;
use crate::stacked::draw_stack;
use crate::theme::Theme;
use crate::ticks::{AXIS_TEXT_PX, XTick};
use crate::words::estimated_width;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

/// Why a picture could not be drawn: the backend refused a call.
pub type DrawError<DB> = DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;

/// What stands out at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Emphasis {
    /// The bucket under the cursor.
    pub hover_bucket: Option<usize>,
    /// The picked series: the others step back.
    pub picked_series: Option<usize>,
    /// The last bucket known so far while a file is being read: nothing is
    /// drawn behind it.
    pub reading_at: Option<usize>,
}

/// Draws a chart on any plotters backend, in device pixels: the backend's size
/// is that of [`Layout::device_size`].
///
/// The ground is not painted: clear the canvas first. A layout made for another
/// model is drawn as far as the two agree.
///
/// # Errors
/// Those of the backend.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    model: &ChartModel,
    theme: &Theme,
    layout: &Layout,
    emphasis: &Emphasis,
) -> Result<(), DrawError<DB>> {
    on_backend(area, layout.size.pixel_ratio, &|scene| {
        let scene = &mut Scene {
            pen: scene,
            model,
            theme,
            layout,
            emphasis,
        };
        // A layout of another model has no places for it.
        if layout.xs.len() != model.buckets.len() {
            return draw_grid(scene);
        }
        draw_grid(scene)?;
        match layout.form {
            Form::Stacked => draw_stack(scene)?,
            Form::Lines => {}
        }
        draw_lines(scene)?;
        draw_axis(scene)?;
        // While a file is read, the end of the plot is not the end of a series.
        if emphasis.reading_at.is_none() {
            draw_names(scene)?;
        }
        draw_frontier(scene)?;
        draw_picked(scene)?;
        draw_cursor(scene)
    })
}

/// What the parts of a picture are drawn from.
pub(crate) struct Scene<'s, 'a, DB: DrawingBackend> {
    pub pen: &'s mut Pen<'a, DB>,
    pub model: &'s ChartModel,
    pub theme: &'s Theme,
    pub layout: &'s Layout,
    pub emphasis: &'s Emphasis,
}

impl<DB: DrawingBackend> Scene<'_, '_, DB> {
    /// How many buckets are drawn: all, or those up to the frontier of reading.
    pub(crate) fn known_to(&self) -> usize {
        let all = self.layout.xs.len();
        self.emphasis.reading_at.map_or(all, |at| (at + 1).min(all))
    }

    /// Whether a series steps back because another is picked.
    pub(crate) fn steps_back(&self, series: usize) -> bool {
        self.emphasis
            .picked_series
            .is_some_and(|picked| picked != series && picked < self.model.series.len())
    }

    /// A stroke's width in device pixels: as asked, or thin where there are
    /// many points.
    pub(crate) fn stroke_px(&self, css_px: f64) -> u32 {
        if self.layout.many_points() {
            self.layout.thin_device_px
        } else {
            self.pen.device(css_px)
        }
    }
}

/// Runs `paint` with a pen on the backend of an area.
pub(crate) fn on_backend<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    ratio: f64,
    paint: &dyn Fn(&mut Pen<DB>) -> Drawn<DB>,
) -> Result<(), DrawError<DB>> {
    let size = area.dim_in_pixel();
    area.draw(&Painting { ratio, size, paint })
}

/// Plotters hands out its backend only to an element: this one draws it all.
struct Painting<'a, DB: DrawingBackend> {
    ratio: f64,
    size: (u32, u32),
    paint: &'a dyn Fn(&mut Pen<DB>) -> Drawn<DB>,
}

impl<'a, DB: DrawingBackend> PointCollection<'a, (i32, i32)> for &'a Painting<'_, DB> {
    type Point = (i32, i32);
    type IntoIter = std::iter::Once<(i32, i32)>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once((0, 0))
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Painting<'_, DB> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut places: I,
        backend: &mut DB,
        _parent: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let origin = places.next().unwrap_or((0, 0));
        let mut pen = Pen::new(backend, origin, self.size, self.ratio);
        (self.paint)(&mut pen)
    }
}

fn axis_look(theme: &Theme) -> TextLook {
    TextLook {
        size_px: AXIS_TEXT_PX,
        bold: false,
        color: theme.label,
    }
}

/// Whether a text of the axis size fits above and below its middle.
fn fits_upright(layout: &Layout, y: f64) -> bool {
    y >= AXIS_TEXT_PX / 2.0 && y <= layout.size.height_px - AXIS_TEXT_PX / 2.0
}

fn draw_grid<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let plot = layout.plot;
    for tick in &layout.y_ticks {
        if tick.value > 0.0 {
            scene
                .pen
                .level(tick.y, plot.left, plot.right, 1.0, theme.grid)?;
        }
        // In a very small picture only the plot is left.
        let room = plot.left - 8.0;
        if room >= estimated_width(&tick.label, AXIS_TEXT_PX) && fits_upright(layout, tick.y) {
            let at = (plot.left - 8.0, tick.y);
            scene
                .pen
                .text(&tick.label, at, Align::Right, &axis_look(theme))?;
        }
    }
    Ok(())
}

fn draw_axis<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let plot = layout.plot;
    scene
        .pen
        .level(plot.bottom, plot.left, plot.right, 1.0, theme.axis)?;
    let room = layout.size.height_px - plot.bottom;
    for tick in &layout.x_ticks {
        let length = if tick.major { 9.0_f64 } else { 4.0 };
        let end = plot.bottom + length.min(room);
        scene
            .pen
            .upright(tick.x, plot.bottom, end, 1.0, theme.axis)?;
        draw_tick_name(scene, tick, 16.0)?;
    }
    // All in one, from point to point: an area does not show what has no height.
    let marks = layout.pushes.iter().flat_map(|mark| {
        [(0.0, 2.0), (4.0, 9.0), (-4.0, 9.0), (0.0, 2.0)]
            .map(|(x, y)| (mark.x + x, plot.bottom + y))
    });
    scene.pen.area(marks, theme.ink)?;
    for mark in &layout.pushes {
        draw_tick_name(scene, mark, 16.0 + LANE_PX)?;
    }
    Ok(())
}

/// The name of a place on the time axis, so far below it.
fn draw_tick_name<DB: DrawingBackend>(
    scene: &mut Scene<DB>,
    tick: &XTick,
    below: f64,
) -> Drawn<DB> {
    let y = scene.layout.plot.bottom + below;
    match &tick.label {
        Some((text, left)) if fits_upright(scene.layout, y) => {
            let look = axis_look(scene.theme);
            scene.pen.text(text, (*left, y), Align::Left, &look)
        }
        _ => Ok(()),
    }
}

fn draw_names<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let right = layout.plot.right;
    let one = scene.pen.device(1.0);
    for name in &layout.names {
        let Some(series) = scene.model.series.get(name.series) else {
            continue;
        };
        let leader: [Point; 3] = [
            (right + 2.0, name.anchor_y),
            (right + 12.0, name.y),
            (right + 16.0, name.y),
        ];
        scene.pen.stroke(&leader, one, theme.axis.alpha(1.0))?;
        let back = scene.steps_back(name.series);
        let fill = theme.fill(series.role);
        let fill = if back {
            fill.over(theme.paper, 0.42)
        } else {
            fill
        };
        let corner = (right + 17.0, name.y - 4.5);
        let far = (corner.0 + 9.0, corner.1 + 9.0);
        if theme.forced {
            scene.pen.rect(corner, far, theme.ink)?;
            let inner = ((corner.0 + 1.0, corner.1 + 1.0), (far.0 - 1.0, far.1 - 1.0));
            scene.pen.rect(inner.0, inner.1, theme.paper)?;
        } else {
            scene.pen.rect(corner, far, fill)?;
        }
        let look = TextLook {
            size_px: NAME_TEXT_PX,
            bold: scene.emphasis.picked_series == Some(name.series),
            color: if back { theme.label } else { theme.ink },
        };
        let at = (right + NAME_OFFSET_PX, name.y);
        scene.pen.text(&name.text, at, Align::Left, &look)?;
    }
    Ok(())
}

fn draw_frontier<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let Some(&x) = scene.emphasis.reading_at.and_then(|at| layout.xs.get(at)) else {
        return Ok(());
    };
    let plot = layout.plot;
    scene
        .pen
        .upright(x, plot.top, plot.bottom, 1.5, theme.accent)?;
    let look = TextLook {
        color: theme.accent,
        ..axis_look(theme)
    };
    let width = estimated_width(&layout.reading, AXIS_TEXT_PX);
    let (at, align) = if x + 8.0 + width <= plot.right {
        (x + 8.0, Align::Left)
    } else {
        (x - 8.0, Align::Right)
    };
    let fits = plot.bottom - plot.top > 30.0 && plot.right - plot.left > 2.0 * width;
    if fits {
        scene
            .pen
            .text(&layout.reading, (at, plot.top + 10.0), align, &look)?;
    }
    Ok(())
}

fn draw_cursor<DB: DrawingBackend>(scene: &mut Scene<DB>) -> Drawn<DB> {
    let (layout, theme) = (scene.layout, scene.theme);
    let Some((bucket, &x)) = scene
        .emphasis
        .hover_bucket
        .and_then(|at| Some((at, layout.xs.get(at)?)))
    else {
        return Ok(());
    };
    let plot = layout.plot;
    scene
        .pen
        .upright(x, plot.top, plot.bottom, 1.0, theme.ink)?;
    let known = bucket < scene.known_to() && scene.model.buckets[bucket].is_known();
    // The line is one pixel right of its place; the dots sit on its middle.
    let x = x + f64::from(scene.pen.device(1.0)) / 2.0 / layout.size.pixel_ratio;
    let height = |of: &[Option<f64>]| of.get(bucket).copied().flatten();
    if let Some(y) = height(&layout.comparison) {
        scene.pen.dot((x, y), 2.5, theme.paper, theme.compare)?;
    }
    if !known {
        return Ok(());
    }
    if let Some(y) = height(&layout.total) {
        scene.pen.dot((x, y), 3.5, theme.paper, theme.ink)?;
    }
    for line in &layout.lines {
        let picked = scene.emphasis.picked_series == Some(line.series);
        if scene.steps_back(line.series) {
            continue;
        }
        if let (Some(&y), Some(series)) = (line.ys.get(bucket), scene.model.series.get(line.series))
        {
            let radius = if picked { 3.5 } else { 2.5 };
            let edge = theme.line(series.role);
            scene.pen.dot((x, y), radius, theme.paper, edge)?;
        }
    }
    Ok(())
}
