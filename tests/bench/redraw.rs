//! Our chart as the benchmark redraws it beside another: the workbench's own layout and drawing,
//! on a canvas and with values that the benchmark's page gives.

use charts::{Bucket, BucketState, ChartModel, ChartSeries, Emphasis, Form, Layout, Role, Size};
use dsos::chart::{paint, with_words};
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::HtmlCanvasElement;

/// The first of January 2025.
const FIRST_DAY: i32 = 20_089;

/// Makes `window.ours(canvas, rows, width, height, ratio)`: it answers a function that draws the
/// rows (one array of numbers a series), stacked if it is told so, and lays them out anew.
fn main() {
    console_error_panic_hook::set_once();
    let ours = Closure::<dyn Fn(HtmlCanvasElement, Array, f64, f64, f64) -> JsValue>::new(
        |canvas, rows: Array, width_px, height_px, pixel_ratio| {
            let model = model(&rows);
            let size = Size {
                width_px,
                height_px,
                pixel_ratio,
            };
            Closure::<dyn Fn(bool)>::new(move |stacked| {
                let form = if stacked { Form::Stacked } else { Form::Lines };
                let layout = with_words(|words| Layout::new(size, form, &model, words));
                paint(&canvas, &model, &layout, &Emphasis::default());
            })
            .into_js_value()
        },
    );
    let window: JsValue = js_sys::global().into();
    // A page whose window takes nothing waits for it in vain, and says so.
    let _ = Reflect::set(&window, &"ours".into(), &ours.into_js_value());
}

/// As many days as a row is long; the last two rows are what the workbench has below and above
/// its tags.
fn model(rows: &Array) -> ChartModel {
    let rows: Vec<Vec<u64>> = rows
        .iter()
        .map(|row| {
            let row = row.unchecked_into::<Array>();
            row.iter()
                .map(|value| value.as_f64().unwrap_or_default() as u64)
                .collect()
        })
        .collect();
    let days = rows.iter().map(Vec::len).max().unwrap_or_default();
    let tags = rows.len().saturating_sub(2);
    let series = rows.into_iter().enumerate().map(|(at, values)| {
        let (name, role) = match at.checked_sub(tags) {
            None => (format!("{}.0.1", at + 1), Role::Tag(at as u8)),
            Some(0) => ("other tags".to_owned(), Role::Other),
            Some(_) => ("by digest (no tag)".to_owned(), Role::Digest),
        };
        ChartSeries { name, role, values }
    });
    let bucket = |day| Bucket {
        first_day: FIRST_DAY + day as i32,
        days: 1,
        state: BucketState::Complete,
    };
    ChartModel {
        buckets: (0..days).map(bucket).collect(),
        series: series.collect(),
        unit: "pulls".to_owned(),
        ..ChartModel::default()
    }
    .with_totals()
}
