//! The chart as a picture to take away: PNG at twice the size, or SVG.

use super::canvas::off_screen;
use super::{theme, with_words};
use crate::platform::download;
use charts::{ChartModel, Emphasis, Form, Picture, to_svg};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Blob;

/// Width of a downloaded picture in CSS pixels.
const WIDTH_PX: f64 = 1000.0;
/// Its height, as SVG.
const HEIGHT_PX: f64 = 440.0;

/// Downloads the chart as PNG; `failed` is called when the browser cannot.
pub fn png(model: &ChartModel, form: Form, name: String, failed: impl Fn() + 'static) {
    let Some(canvas) = off_screen(model, form, WIDTH_PX, 2.0) else {
        return failed();
    };
    let take = Closure::once_into_js(move |blob: Option<Blob>| {
        if blob.is_none_or(|blob| download::blob(&blob, &name).is_err()) {
            failed();
        }
    });
    // A canvas of our own drawing is never tainted: this cannot throw.
    let _ = canvas.to_blob(take.unchecked_ref());
}

/// Downloads the chart as SVG; whether the browser could.
pub fn svg(model: &ChartModel, form: Form, title: &str, desc: &str, name: &str) -> bool {
    let picture = Picture {
        width_px: WIDTH_PX,
        height_px: HEIGHT_PX,
        form,
        title,
        desc,
        emphasis: Emphasis::default(),
    };
    let text = with_words(|words| to_svg(model, &theme(), &picture, words));
    download::text(&text, "image/svg+xml", name).is_ok()
}
