//! The picture as SVG text: the same drawing on a backend that writes.
//!
//! Plotters counts in whole pixels, so the picture is drawn at four times its
//! size and written in quarters of a CSS pixel.

use crate::draw::{Emphasis, draw};
use crate::layout::{Layout, Size};
use crate::model::{ChartModel, Form};
use crate::pen::FONTS;
use crate::theme::{Rgb, Theme};
use crate::words::Words;
use plotters::drawing::IntoDrawingArea;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use std::convert::Infallible;
use std::fmt::Write as _;

/// Drawn units in a CSS pixel.
pub(crate) const UNITS: u32 = 4;

/// What surrounds a chart in a file of its own.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Width in CSS pixels.
    pub width_px: f64,
    /// Height in CSS pixels.
    pub height_px: f64,
    /// Stacked or lines.
    pub form: Form,
    /// The name of the picture.
    pub title: &'a str,
    /// What it shows, for those who do not see it.
    pub desc: &'a str,
    /// What stands out.
    pub emphasis: Emphasis,
}

/// The chart as a complete SVG document on a ground of paper.
#[must_use]
pub fn to_svg(model: &ChartModel, theme: &Theme, picture: &Picture, words: &Words) -> String {
    let size = Size {
        width_px: picture.width_px,
        height_px: picture.height_px,
        pixel_ratio: f64::from(UNITS),
    };
    let mut layout = Layout::new(size, picture.form, model, words);
    // A picture in vectors has no device pixels and no frames to lose.
    layout.thin_device_px = UNITS;
    let mut body = String::new();
    let (width, height) = layout.device_size();
    {
        let area = SvgBackend::new(&mut body, width, height, UNITS).into_drawing_area();
        // Writing to a string cannot fail.
        let _ = draw(&area, model, theme, &layout, &picture.emphasis);
        let _ = area.present();
    }
    document(
        &body,
        (width, height),
        theme.paper,
        picture.title,
        picture.desc,
    )
}

/// A document around drawn elements.
pub(crate) fn document(
    body: &str,
    units: (u32, u32),
    paper: Rgb,
    title: &str,
    desc: &str,
) -> String {
    let px = |units: u32| f64::from(units) / f64::from(UNITS);
    let (width, height) = (px(units.0), px(units.1));
    let mut text = String::with_capacity(body.len() + 600);
    let _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family='{FONTS}' font-size=\"12\" \
         style=\"font-variant-numeric:tabular-nums\" stroke-linejoin=\"round\">\n<title>"
    );
    escape(title, &mut text);
    text.push_str("</title>\n<desc>");
    escape(desc, &mut text);
    let _ = write!(
        text,
        "</desc>\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        hex(paper)
    );
    text.push_str(body);
    text.push_str("</svg>\n");
    text
}

fn hex(color: Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2)
}

/// Writes text so that no character of it is markup, leaving out what XML
/// does not allow at all.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

/// A plotters backend that writes SVG elements. Neighbors of one look become one
/// path.
#[derive(Debug)]
pub struct SvgBackend<'a> {
    out: &'a mut String,
    size: (u32, u32),
    units: u32,
    /// Attributes and outline of the path that is being gathered.
    path: Option<(String, String)>,
}

impl<'a> SvgBackend<'a> {
    /// A backend of a size in drawn units, `units` of them in a CSS pixel. It
    /// appends elements to `out`; the `<svg>` around them is the caller's.
    pub fn new(out: &'a mut String, width: u32, height: u32, units: u32) -> Self {
        Self {
            out,
            size: (width, height),
            units: units.max(1),
            path: None,
        }
    }

    fn px(&self, units: i32) -> f64 {
        f64::from(units) / f64::from(self.units)
    }

    fn flush(&mut self) {
        if let Some((attributes, outline)) = self.path.take() {
            let _ = writeln!(self.out, "<path {attributes} d=\"{outline}\"/>");
        }
    }

    /// Adds an outline to the path of this look, or begins one.
    fn gather(&mut self, attributes: String, points: &[BackendCoord], close: bool) {
        if self
            .path
            .as_ref()
            .is_none_or(|(gathered, _)| *gathered != attributes)
        {
            self.flush();
            self.path = Some((attributes, String::new()));
        }
        let Some((&first, rest)) = points.split_first() else {
            return;
        };
        let mut outline = String::new();
        let _ = write!(outline, "M{} {}", self.px(first.0), self.px(first.1));
        let mut before = first;
        let mut letter = ' ';
        for &point in rest {
            let (dx, dy) = (self.px(point.0 - before.0), self.px(point.1 - before.1));
            let (next, text) = match (point.0 == before.0, point.1 == before.1) {
                (true, true) => continue,
                (true, false) => ('v', format!("{dy}")),
                (false, true) => ('h', format!("{dx}")),
                (false, false) if dy < 0.0 => ('l', format!("{dx}{dy}")),
                (false, false) => ('l', format!("{dx} {dy}")),
            };
            if next != letter {
                outline.push(next);
                letter = next;
            } else if !text.starts_with('-') {
                outline.push(' ');
            }
            outline.push_str(&text);
            before = point;
        }
        if close {
            outline.push('z');
        }
        if let Some((_, gathered)) = &mut self.path {
            gathered.push_str(&outline);
        }
    }

    fn element(&mut self, text: std::fmt::Arguments) {
        self.flush();
        let _ = self.out.write_fmt(text);
        self.out.push('\n');
    }
}

/// `fill` or `stroke` with its opacity.
fn paint(name: &str, color: BackendColor) -> String {
    let (r, g, b) = color.rgb;
    let mut text = format!("{name}=\"{}\"", hex(Rgb(r, g, b)));
    if color.alpha < 1.0 {
        let _ = write!(text, " {name}-opacity=\"{:.2}\"", color.alpha);
    }
    text
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        self.flush();
        Ok(())
    }

    fn draw_pixel(
        &mut self,
        point: BackendCoord,
        color: BackendColor,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let ((left, top), (right, bottom)) = (upper_left, bottom_right);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let attributes = if fill {
            paint("fill", style.color())
        } else {
            self.stroke(style)
        };
        self.gather(attributes, &corners, true);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let points: Vec<BackendCoord> = path.into_iter().collect();
        let attributes = self.stroke(style);
        self.gather(attributes, &points, false);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let attributes = if fill {
            paint("fill", style.color())
        } else {
            self.stroke(style)
        };
        let (x, y) = (self.px(center.0), self.px(center.1));
        let r = f64::from(radius) / f64::from(self.units);
        self.element(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {attributes}/>"
        ));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let points: Vec<BackendCoord> = corners.into_iter().collect();
        self.gather(paint("fill", style.color()), &points, true);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        at: BackendCoord,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let size = style.size() / f64::from(self.units);
        // The middle of the em box lies about a third of it above the baseline.
        let (x, y) = (
            self.px(at.0),
            self.px(at.1) + (size * 4.0 * 0.34).round() / 4.0,
        );
        let mut attributes = paint("fill", style.color());
        match style.anchor().h_pos {
            HPos::Left => {}
            HPos::Center => attributes.push_str(" text-anchor=\"middle\""),
            HPos::Right => attributes.push_str(" text-anchor=\"end\""),
        }
        if (size - 12.0).abs() > 1e-6 {
            let _ = write!(attributes, " font-size=\"{size}\"");
        }
        if matches!(style.style(), FontStyle::Bold) {
            attributes.push_str(" font-weight=\"600\"");
        }
        let mut escaped = String::new();
        escape(text, &mut escaped);
        self.element(format_args!(
            "<text x=\"{x}\" y=\"{y}\" {attributes}>{escaped}</text>"
        ));
        Ok(())
    }
}

impl SvgBackend<'_> {
    fn stroke<S: BackendStyle>(&self, style: &S) -> String {
        let width = f64::from(style.stroke_width()) / f64::from(self.units);
        format!(
            "fill=\"none\" {} stroke-width=\"{width}\"",
            paint("stroke", style.color())
        )
    }
}
