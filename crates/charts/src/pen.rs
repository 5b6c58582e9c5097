//! From CSS pixels to calls on a plotters backend, in device pixels.
//!
//! On a canvas every call crosses from wasm to JavaScript several times and sets
//! its color as a string, and wide strokes are slow. So what belongs together
//! is one polygon where it can be: stripes are joined by seams of no width, which
//! an area fill does not show.

use crate::geometry::{Along, Point, cut_dashes};
use crate::theme::Rgb;
use crate::words::estimated_width;
use plotters::style::{Color, RGBAColor, ShapeStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily,
    FontStyle,
};

/// What drawing returns inside.
pub(crate) type Drawn<DB> = Result<(), DrawingErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// The fonts of the page, in order of preference.
pub(crate) const FONTS: &str =
    "\"Segoe UI Variable Text\", \"Segoe UI\", \"Liberation Sans\", system-ui, sans-serif";

/// Which way a text extends from its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// Draws on a backend, in CSS pixels from the top left of the area.
pub(crate) struct Pen<'a, DB: DrawingBackend> {
    backend: &'a mut DB,
    origin: (i32, i32),
    /// Size of the area in device pixels; nothing is drawn outside.
    area: (i32, i32),
    ratio: f64,
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    pub(crate) fn new(
        backend: &'a mut DB,
        origin: (i32, i32),
        area: (u32, u32),
        ratio: f64,
    ) -> Self {
        let side = |px: u32| i32::try_from(px).unwrap_or(i32::MAX / 2);
        Self {
            backend,
            origin,
            area: (side(area.0), side(area.1)),
            ratio,
        }
    }

    /// A width in whole device pixels, at least one.
    pub(crate) fn device(&self, px: f64) -> u32 {
        (px * self.ratio).round().max(1.0) as u32
    }

    fn point(&self, (x, y): Point) -> (i32, i32) {
        let fit = |px: f64, side: i32| {
            let device = (px * self.ratio).round();
            if device.is_nan() {
                0
            } else {
                device.clamp(0.0, f64::from(side)) as i32
            }
        };
        (
            self.origin.0 + fit(x, self.area.0),
            self.origin.1 + fit(y, self.area.1),
        )
    }

    /// A filled rectangle; nothing if it has no area.
    pub(crate) fn rect(&mut self, from: Point, to: Point, color: Rgb) -> Drawn<DB> {
        let (a, b) = (self.point(from), self.point(to));
        if b.0 <= a.0 || b.1 <= a.1 {
            return Ok(());
        }
        self.backend
            .draw_rect(a, b, &color.alpha(1.0).filled(), true)
    }

    /// A level line of whole device pixels, hanging from `y`.
    pub(crate) fn level(
        &mut self,
        y: f64,
        from: f64,
        to: f64,
        width: f64,
        color: Rgb,
    ) -> Drawn<DB> {
        let thick = f64::from(self.device(width)) / self.ratio;
        let y = y.min(f64::from(self.area.1) / self.ratio - thick);
        self.rect((from, y), (to, y + thick), color)
    }

    /// An upright line of whole device pixels, right of `x`.
    pub(crate) fn upright(
        &mut self,
        x: f64,
        from: f64,
        to: f64,
        width: f64,
        color: Rgb,
    ) -> Drawn<DB> {
        let thick = f64::from(self.device(width)) / self.ratio;
        let x = x.min(f64::from(self.area.0) / self.ratio - thick);
        self.rect((x, from), (x + thick, to), color)
    }

    /// A filled polygon.
    pub(crate) fn area(
        &mut self,
        points: impl IntoIterator<Item = Point>,
        color: Rgb,
    ) -> Drawn<DB> {
        let mut corners: Vec<(i32, i32)> =
            points.into_iter().map(|point| self.point(point)).collect();
        corners.dedup();
        if corners.len() < 3 {
            return Ok(());
        }
        self.backend
            .fill_polygon(corners, &color.alpha(1.0).filled())
    }

    /// A solid line of a width in device pixels.
    pub(crate) fn stroke(
        &mut self,
        points: &[Point],
        device_px: u32,
        color: RGBAColor,
    ) -> Drawn<DB> {
        let mut corners: Vec<(i32, i32)> = points.iter().map(|&p| self.point(p)).collect();
        corners.dedup();
        if corners.len() < 2 {
            return Ok(());
        }
        self.backend
            .draw_path(corners, &stroke_style(color, device_px))
    }

    /// A dashed line: one stroke for each dash.
    pub(crate) fn dashes(
        &mut self,
        points: &[Point],
        pattern: &[f64],
        along: Along,
        device_px: u32,
        color: RGBAColor,
    ) -> Drawn<DB> {
        if pattern.is_empty() {
            return self.stroke(points, device_px, color);
        }
        let pieces = cut_dashes(points, pattern, along);
        for piece in pieces.iter().filter(|piece| piece.drawn) {
            self.stroke(&piece.points, device_px, color)?;
        }
        Ok(())
    }

    /// Stripes along lines, all in one polygon. Each is `width` wide
    /// horizontally and goes from its first to its second point.
    pub(crate) fn stripes(
        &mut self,
        lines: &[(Point, Point)],
        width: f64,
        color: Rgb,
    ) -> Drawn<DB> {
        let wide = i32::try_from(self.device(width)).unwrap_or(1);
        let half = f64::from(wide) / 2.0 / self.ratio;
        let right_edge = self.origin.0 + self.area.0;
        let mut out: Vec<(i32, i32)> = Vec::new();
        let mut back: Vec<(i32, i32)> = Vec::new();
        for &(low, high) in lines {
            // Shortened by half the width, so that the corners stay inside.
            if high.0 - low.0 <= 2.0 * half {
                continue;
            }
            let a = self.point((low.0, low.1 - half));
            let end = self.point((high.0 - 2.0 * half, high.1 + half));
            // Exactly 45 degrees also after rounding.
            let run = (end.0 - a.0).min(a.1 - end.1);
            let b = (a.0 + run, a.1 - run);
            if run <= 0 || b.0 + wide > right_edge {
                continue;
            }
            out.extend([a, b, (b.0 + wide, b.1), (a.0 + wide, a.1), a]);
            back.push(a);
        }
        if back.is_empty() {
            return Ok(());
        }
        out.extend(back.into_iter().rev());
        self.backend.fill_polygon(out, &color.alpha(1.0).filled())
    }

    /// A dot with an edge.
    pub(crate) fn dot(&mut self, at: Point, radius: f64, fill: Rgb, edge: Rgb) -> Drawn<DB> {
        let center = self.point(at);
        let outer = self.device(radius + 0.75);
        let inner = outer.saturating_sub(self.device(1.5));
        let reach = i32::try_from(outer).unwrap_or(0);
        let inside = |c: i32, from: i32, side: i32| c - reach >= from && c + reach <= from + side;
        if !inside(center.0, self.origin.0, self.area.0)
            || !inside(center.1, self.origin.1, self.area.1)
        {
            return Ok(());
        }
        self.backend
            .draw_circle(center, outer, &edge.alpha(1.0).filled(), true)?;
        self.backend
            .draw_circle(center, inner, &fill.alpha(1.0).filled(), true)
    }

    /// A line of text, its middle at the height of `at`.
    pub(crate) fn text(
        &mut self,
        text: &str,
        at: Point,
        align: Align,
        look: &TextLook,
    ) -> Drawn<DB> {
        if text.is_empty() {
            return Ok(());
        }
        let label = Label {
            size: look.size_px * self.ratio,
            bold: look.bold,
            color: look.color.alpha(1.0),
            anchor: Pos::new(
                match align {
                    Align::Left => HPos::Left,
                    Align::Center => HPos::Center,
                    Align::Right => HPos::Right,
                },
                VPos::Center,
            ),
        };
        let place = self.point(at);
        self.backend.draw_text(text, &label, place)
    }
}

/// Size, weight and color of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextLook {
    pub size_px: f64,
    pub bold: bool,
    pub color: Rgb,
}

fn stroke_style(color: RGBAColor, device_px: u32) -> ShapeStyle {
    ShapeStyle {
        color,
        filled: false,
        stroke_width: device_px,
    }
}

/// The text style handed to the backend: no font is loaded for it, the backend
/// (a canvas, an SVG) has its own.
struct Label {
    size: f64,
    bold: bool,
    color: RGBAColor,
    anchor: Pos,
}

/// Never happens: a label has no font that could fail.
#[derive(Debug)]
pub(crate) enum NoFont {}

impl std::fmt::Display for NoFont {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for NoFont {}

impl BackendTextStyle for Label {
    type FontError = NoFont;

    fn color(&self) -> BackendColor {
        BackendColor {
            alpha: self.color.3,
            rgb: (self.color.0, self.color.1, self.color.2),
        }
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn style(&self) -> FontStyle {
        if self.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        }
    }

    fn anchor(&self) -> Pos {
        self.anchor
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FONTS)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), NoFont> {
        let width = estimated_width(text, self.size).round() as i32;
        Ok(((0, 0), (width, self.size.round() as i32)))
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _at: BackendCoord,
        _pixel: F,
    ) -> Result<Result<(), E>, NoFont> {
        // A backend without text of its own shows none.
        Ok(Ok(()))
    }
}
