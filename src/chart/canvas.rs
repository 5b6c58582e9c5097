//! The chart on a canvas, with pointer and keyboard cursor.

use super::{strokes::Strokes, theme, with_words};
use crate::platform::{dom, marks, media};
use crate::state::theme::use_theme;
use charts::{ChartModel, Emphasis, Form, Layout, Size, Theme, draw};
use leptos::html;
use leptos::prelude::*;
use plotters::prelude::IntoDrawingArea;
use std::sync::Arc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlCanvasElement, KeyboardEvent, PointerEvent, ResizeObserver};

/// What pointer or keys are at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pointed {
    /// The period.
    pub bucket: Option<usize>,
    /// The series under the pointer, or picked.
    pub series: Option<usize>,
    /// Its place from the left, as a share of the chart's width.
    pub x_share: f64,
    /// Whether it is in the right half.
    pub right: bool,
}

/// Width of the chart on paper: about that of a sheet within its margins.
const PAPER_PX: f64 = 720.0;

/// Height of the chart by its width, in CSS pixels; the style says the same.
fn height_for(width_px: f64) -> f64 {
    if width_px < 480.0 {
        300.0
    } else {
        (width_px * 0.46).clamp(320.0, 440.0)
    }
}

/// Pointer moves of fewer pixels are clicks.
const DRAG_PX: f64 = 6.0;

/// The chart. What it shows stands beside it as words and as a table.
#[component]
pub fn ChartCanvas(
    /// What is drawn.
    #[prop(into)]
    model: Signal<Arc<ChartModel>>,
    /// Stacked or lines.
    #[prop(into)]
    form: Signal<Form>,
    /// Text alternative.
    #[prop(into)]
    label: Signal<String>,
    /// Where pointer or keys are; set here and from outside.
    pointed: RwSignal<Pointed>,
    /// The last period read so far, while a file is being read.
    #[prop(into)]
    reading_at: Signal<Option<usize>>,
    /// Whether it is drawn for paper.
    #[prop(into)]
    printing: Signal<bool>,
    /// Called with the index of a series that was clicked, and whether with Alt.
    pick: impl Fn(usize, bool) + Copy + 'static,
    /// Called with the first and last period of a stretch that was chosen.
    zoom: impl Fn(usize, usize) + Copy + 'static,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let width = RwSignal::new(0.0f64);
    let redraw = RwSignal::new(0u32);
    // The stretch under the pointer or the keys: where it began and where it is.
    let stretch = RwSignal::new(None::<(usize, usize)>);
    let pressed_at = StoredValue::new(None::<(f64, usize)>);

    Effect::new(move |_| {
        if let Some(frame) = frame.get() {
            observe(&frame, move |px| {
                // Rounded: a fraction of a pixel is no reason to draw again.
                if (px - width.get_untracked()).abs() >= 1.0 {
                    width.set(px.floor());
                }
            });
            let again = move || redraw.update(|n| *n = n.wrapping_add(1));
            media::on_change(media::DARK, again);
            media::on_change("(forced-colors: active)", again);
        }
    });
    let layout = Memo::new(move |_| {
        let is_paper = printing.get();
        let width_px = if is_paper { PAPER_PX } else { width.get() };
        (width_px > 0.0).then(|| {
            let ratio = media::pixel_ratio();
            let size = Size {
                width_px,
                height_px: height_for(width_px),
                pixel_ratio: if is_paper { ratio.max(3.0) } else { ratio },
            };
            Arc::new(Same(model.with(|m| {
                with_words(|words| Layout::new(size, form.get(), m, words))
            })))
        })
    });
    let chosen_theme = use_theme();
    Effect::new(move |_| {
        redraw.track();
        // The canvas is drawn in the colors that apply now: again when the reader chooses others.
        chosen_theme.get();
        let (Some(canvas), Some(layout)) = (canvas.get(), layout.get()) else {
            return;
        };
        let emphasis = Emphasis {
            hover_bucket: pointed.get().bucket,
            // In a stack the cursor names the series; pales would hide their sum.
            picked_series: pointed.get().series.filter(|_| form.get() == Form::Lines),
            reading_at: reading_at.get(),
        };
        let theme = if printing.get_untracked() {
            Theme::light()
        } else {
            theme()
        };
        model.with(|model| paint_in(&theme, &canvas, model, &layout.0, &emphasis));
    });

    let place =
        move |event: &PointerEvent| (f64::from(event.offset_x()), f64::from(event.offset_y()));
    let point = move |x: f64, y: f64| {
        let Some(layout) = layout.get_untracked() else {
            return;
        };
        let bucket = layout.0.bucket_at(x);
        let series = bucket.and_then(|_| layout.0.series_at(x, y));
        set_pointed(pointed, &layout.0, bucket, series);
    };
    let on_move = move |event: PointerEvent| {
        let (x, y) = place(&event);
        point(x, y);
        if let (Some((from_x, from)), Some(to)) =
            (pressed_at.get_value(), pointed.get_untracked().bucket)
            && (x - from_x).abs() >= DRAG_PX
        {
            stretch.set(Some((from, to)));
        }
    };
    let on_down = move |event: PointerEvent| {
        let (x, y) = place(&event);
        point(x, y);
        if let (0, Some(bucket)) = (event.button(), pointed.get_untracked().bucket) {
            pressed_at.set_value(Some((x, bucket)));
            if let Some(canvas) = canvas.get_untracked() {
                // Without capture a drag ends at the edge: no harm.
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let on_up = move |event: PointerEvent| {
        let began = pressed_at.get_value();
        pressed_at.set_value(None);
        match (stretch.get_untracked(), began) {
            (Some((from, to)), _) => {
                stretch.set(None);
                if from != to {
                    zoom(from.min(to), from.max(to));
                }
            }
            (None, Some(_)) => {
                if let Some(series) = pointed.get_untracked().series {
                    pick(series, event.alt_key());
                }
            }
            _ => {}
        }
    };
    let on_leave = move |_| {
        if pressed_at.get_value().is_none() {
            pointed.set(Pointed::default());
        }
    };
    // The browser took the pointer away, to scroll or for a gesture: nothing was chosen.
    let on_cancel = move |_| {
        if pressed_at.get_value().is_some() {
            pressed_at.set_value(None);
            stretch.set(None);
            pointed.set(Pointed::default());
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(layout) = layout.get_untracked() else {
            return;
        };
        let count = model.with_untracked(|m| m.buckets.len());
        if count == 0 {
            return;
        }
        let at = pointed.get_untracked();
        let step = |by: isize| {
            at.bucket
                .map_or(count - 1, |b| b.saturating_add_signed(by).min(count - 1))
        };
        let next = match &event.key()[..] {
            "ArrowLeft" => Some(step(-1)),
            "ArrowRight" => Some(step(1)),
            "Home" => Some(0),
            "End" => Some(count - 1),
            "ArrowUp" | "ArrowDown" => {
                event.prevent_default();
                let up = event.key() == "ArrowUp";
                let order = model.with_untracked(|m| m.stack_order());
                let series = next_series(&order, at.series, up);
                set_pointed(pointed, &layout.0, at.bucket.or(Some(count - 1)), series);
                return;
            }
            "Enter" => {
                match (stretch.get_untracked(), at.series) {
                    (Some((from, to)), _) if from != to => {
                        stretch.set(None);
                        zoom(from.min(to), from.max(to));
                    }
                    (_, Some(series)) => pick(series, event.alt_key()),
                    _ => {}
                }
                event.prevent_default();
                return;
            }
            "Escape" => {
                stretch.set(None);
                pointed.set(Pointed::default());
                return;
            }
            _ => None,
        };
        if let Some(next) = next {
            event.prevent_default();
            if event.shift_key() {
                let from = stretch
                    .get_untracked()
                    .map_or(at.bucket.unwrap_or(next), |s| s.0);
                stretch.set(Some((from, next)));
            } else {
                stretch.set(None);
            }
            set_pointed(pointed, &layout.0, Some(next), at.series);
        }
    };
    let px = |value: f64| {
        let mut text = value.to_string();
        text.push_str("px");
        text
    };
    let veil = move || {
        let (from, to) = stretch.get()?;
        let layout = layout.get()?;
        let (a, b) = (
            *layout.0.xs.get(from.min(to))?,
            *layout.0.xs.get(from.max(to))?,
        );
        let plot = layout.0.plot;
        Some(view! {
            <div
                class="stretch"
                style:left=px(a)
                style:width=px(b - a)
                style:top=px(plot.top)
                style:height=px(plot.bottom - plot.top)
            ></div>
        })
    };
    view! {
        <div
            class="canvas"
            node_ref=frame
            tabindex="0"
            role="application"
            aria-roledescription="chart"
            aria-label=move || label.get()
            aria-describedby="chart-keys"
            on:keydown=on_key
        >
            <canvas
                node_ref=canvas
                aria-hidden="true"
                on:pointermove=on_move
                on:pointerdown=on_down
                on:pointerup=on_up
                on:pointercancel=on_cancel
                on:lostpointercapture=on_cancel
                on:pointerleave=on_leave
            ></canvas>
            {veil}
        </div>
    }
}

/// A layout that counts as changed whenever it is made.
struct Same(Layout);

impl PartialEq for Same {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

fn next_series(order: &[usize], at: Option<usize>, up: bool) -> Option<usize> {
    let place = at.and_then(|s| order.iter().position(|o| *o == s));
    let next = match (place, up) {
        (None, true) => 0,
        (None, false) => order.len().checked_sub(1)?,
        (Some(place), true) => place + 1,
        (Some(place), false) => place.checked_sub(1)?,
    };
    order.get(next).copied()
}

fn set_pointed(
    pointed: RwSignal<Pointed>,
    layout: &Layout,
    bucket: Option<usize>,
    series: Option<usize>,
) {
    let x = bucket
        .and_then(|b| layout.xs.get(b))
        .copied()
        .unwrap_or_default();
    let next = Pointed {
        bucket,
        series,
        x_share: x / layout.size.width_px,
        right: x > (layout.plot.left + layout.plot.right) / 2.0,
    };
    if pointed.get_untracked() != next {
        pointed.set(next);
    }
}

/// Calls `changed` with the element's width, now and whenever it changes.
fn observe(element: &web_sys::Element, changed: impl Fn(f64) + 'static) {
    let target = element.clone();
    let on_resize =
        Closure::<dyn FnMut()>::new(move || changed(target.get_bounding_client_rect().width()));
    if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
        observer.observe(element);
        let kept = StoredValue::new_local((observer, on_resize));
        on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
    }
}

/// Draws the whole picture.
pub fn paint(canvas: &HtmlCanvasElement, model: &ChartModel, layout: &Layout, emphasis: &Emphasis) {
    paint_in(&theme(), canvas, model, layout, emphasis);
}

fn paint_in(
    theme: &Theme,
    canvas: &HtmlCanvasElement,
    model: &ChartModel,
    layout: &Layout,
    emphasis: &Emphasis,
) {
    marks::mark("draw-begin");
    let (width, height) = layout.device_size();
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let Some(backend) = Strokes::on(canvas) else {
        return;
    };
    let (wide, high) = (f64::from(width), f64::from(height));
    backend.context.clear_rect(0.0, 0.0, wide, high);
    let area = backend.into_drawing_area();
    // A canvas refuses nothing that the drawing asks of it.
    let _ = draw(&area, model, theme, layout, emphasis);
    drop(area);
    marks::mark("draw-end");
    marks::mark("painted");
}

/// A canvas for a picture to download.
pub(super) fn off_screen(
    model: &ChartModel,
    form: Form,
    width_px: f64,
    pixel_ratio: f64,
) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = dom::document()
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    let size = Size {
        width_px,
        height_px: height_for(width_px),
        pixel_ratio,
    };
    let layout = with_words(|words| Layout::new(size, form, model, words));
    let (width, height) = layout.device_size();
    canvas.set_width(width);
    canvas.set_height(height);
    let backend = Strokes::on(&canvas)?;
    let paper = theme().paper;
    let mut color = String::from("rgb(");
    for (at, part) in [paper.0, paper.1, paper.2].into_iter().enumerate() {
        if at > 0 {
            color.push(',');
        }
        color.push_str(&part.to_string());
    }
    color.push(')');
    backend.context.set_fill_style_str(&color);
    let (wide, high) = (f64::from(width), f64::from(height));
    backend.context.fill_rect(0.0, 0.0, wide, high);
    let area = backend.into_drawing_area();
    draw(&area, model, &theme(), &layout, &Emphasis::default()).ok()?;
    drop(area);
    Some(canvas)
}
