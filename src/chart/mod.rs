//! The canvas around [`charts`]: its size in device pixels, the theme that
//! applies, redrawing, and pictures to download.

mod canvas;
mod picture;
mod strokes;

pub use canvas::{ChartCanvas, Pointed, paint};
pub use picture::{png, svg};

use crate::platform::{dom, intl, media};
use charts::{Bucket, Rgb, Theme, TickName, Words};
use wasm_bindgen::JsCast;

/// The theme that applies now: what the reader chose, else the system's; with
/// forced colors, the system's own.
pub fn theme() -> Theme {
    let dark = match dom::document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"))
        .as_deref()
    {
        Some("dark") => true,
        Some("light") => false,
        _ => media::matches(media::DARK),
    };
    if media::matches("(forced-colors: active)") {
        let named = |name| {
            system_color(name).unwrap_or(if dark {
                Rgb(0, 0, 0)
            } else {
                Rgb(255, 255, 255)
            })
        };
        return Theme::forced_colors(named("Canvas"), named("CanvasText"), named("Highlight"));
    }
    if dark { Theme::dark() } else { Theme::light() }
}

/// A system color as pixels: a canvas knows what it resolves to.
fn system_color(name: &str) -> Option<Rgb> {
    let canvas: web_sys::HtmlCanvasElement = dom::document()
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    let context: web_sys::CanvasRenderingContext2d =
        canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_fill_style_str(name);
    Rgb::parse(&context.fill_style().as_string()?)
}

/// Runs `with` with the chart's words in the reader's locale.
pub fn with_words<T>(with: impl FnOnce(&Words<'_>) -> T) -> T {
    let measuring = measuring_context();
    let measure = |text: &str, size_px: f64| match &measuring {
        Some(context) => {
            let mut font = size_px.to_string();
            font.push_str("px ");
            font.push_str(FONT);
            context.set_font(&font);
            context
                .measure_text(text)
                .map_or_else(|_| charts::estimated_width(text, size_px), |m| m.width())
        }
        None => charts::estimated_width(text, size_px),
    };
    let words = Words {
        axis_number: &intl::compact,
        number: &intl::number,
        tick: &tick,
        period: &period,
        reading: "reading",
        tags: "tags",
        measure: Some(&measure),
    };
    with(&words)
}

/// The family that the drawing asks for.
const FONT: &str = "sans-serif";

fn measuring_context() -> Option<web_sys::CanvasRenderingContext2d> {
    thread_local! {
        static CONTEXT: std::cell::OnceCell<Option<web_sys::CanvasRenderingContext2d>> = const { std::cell::OnceCell::new() };
    }
    CONTEXT.with(|context| {
        context
            .get_or_init(|| {
                let canvas: web_sys::HtmlCanvasElement = dom::document()
                    .create_element("canvas")
                    .ok()?
                    .dyn_into()
                    .ok()?;
                canvas.get_context("2d").ok()??.dyn_into().ok()
            })
            .clone()
    })
}

fn tick(name: TickName) -> String {
    match name {
        TickName::Year(day) => intl::year(day),
        TickName::MonthYear(day) => intl::month(day),
        TickName::Month(day) => intl::short_month(day),
        TickName::Day(day) => intl::short_day(day),
    }
}

/// A period in words: its days.
pub fn period(bucket: &Bucket) -> String {
    intl::day_range(bucket.first_day, bucket.last_day())
}
