//! What holds for any model, of any size.
#![allow(clippy::unwrap_used)]

mod support;

use charts::{
    Bucket, BucketState, ChartModel, ChartSeries, Emphasis, Form, Layout, PeriodTexts, Picture,
    Push, Role, Size, Theme, describe, draw, estimated_width, to_svg, value_step, value_table,
};
use plotters::drawing::IntoDrawingArea;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::HPos,
};
use proptest::prelude::*;
use std::convert::Infallible;
use support::words;

fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => Just(0_u64),
        4 => 0..20_u64,
        6 => 0..2_000_000_u64,
        1 => 0..=u64::MAX / 2,
    ]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        6 => (0..24_u8).prop_map(Role::Tag),
        1 => Just(Role::Other),
        1 => Just(Role::Digest),
        1 => Just(Role::VersionCheck),
    ]
}

fn model() -> impl Strategy<Value = ChartModel> {
    let bucket = (1..32_u16, 0..10_u8);
    let buckets = (-40_000..40_000_i32, prop::collection::vec(bucket, 0..150));
    let series = prop::collection::vec(
        (role(), "\\PC{0,20}", prop::collection::vec(value(), 0..150)),
        0..12,
    );
    let pushes = prop::collection::vec((-60..2_500_i32, "\\PC{0,20}"), 0..30);
    let comparison = prop::option::of(prop::collection::vec(prop::option::of(value()), 0..150));
    (buckets, series, comparison, pushes).prop_map(
        |((mut day, shapes), series, comparison, pushes)| {
            let first = day;
            let mut buckets = Vec::new();
            for (days, state) in shapes {
                buckets.push(Bucket {
                    first_day: day,
                    days,
                    state: match state {
                        0 | 1 => BucketState::Missing,
                        2 => BucketState::Running {
                            elapsed_days: days / 2,
                        },
                        _ => BucketState::Complete,
                    },
                });
                day += i32::from(days);
            }
            ChartModel {
                buckets,
                series: series
                    .into_iter()
                    .map(|(role, name, values)| ChartSeries { name, role, values })
                    .collect(),
                comparison,
                pushes: pushes
                    .into_iter()
                    .map(|(after, tag)| Push {
                        day: first + after,
                        tag,
                    })
                    .collect(),
                unit: "pulls".to_owned(),
                ..ChartModel::default()
            }
            .with_totals()
        },
    )
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![Just(Form::Stacked), Just(Form::Lines)]
}

fn size() -> impl Strategy<Value = Size> {
    let side =
        || prop_oneof![1 => Just(0.0), 1 => Just(1.0), 2 => 1.0..60.0_f64, 6 => 60.0..1_400.0_f64];
    (
        side(),
        side(),
        prop_oneof![Just(1.0), Just(1.5), Just(2.0), Just(3.0)],
    )
        .prop_map(|(width_px, height_px, pixel_ratio)| Size {
            width_px,
            height_px,
            pixel_ratio,
        })
}

fn emphasis() -> impl Strategy<Value = Emphasis> {
    let index = || prop::option::of(0..160_usize);
    (index(), prop::option::of(0..14_usize), index()).prop_map(|(hover, picked, reading)| {
        Emphasis {
            hover_bucket: hover,
            picked_series: picked,
            reading_at: reading,
        }
    })
}

/// A backend that remembers whatever leaves its bounds.
struct Bounds {
    size: (i32, i32),
    outside: Vec<String>,
    calls: usize,
}

impl Bounds {
    fn see(&mut self, what: &str, (x, y): BackendCoord) {
        self.calls += 1;
        if x < 0 || y < 0 || x > self.size.0 || y > self.size.1 {
            self.outside
                .push(format!("{what} at {x}, {y} of {:?}", self.size));
        }
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for &mut Bounds {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0 as u32, self.size.1 as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, _: BackendColor) -> Drawn {
        self.see("pixel", at);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, _: &S) -> Drawn {
        self.see("line", a);
        self.see("line", b);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        _: &S,
        _: bool,
    ) -> Drawn {
        self.see("rect", a);
        self.see("rect", b);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Drawn {
        for point in path {
            self.see("path", point);
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, at: BackendCoord, r: u32, _: &S, _: bool) -> Drawn {
        let r = r as i32;
        self.see("circle", (at.0 - r, at.1 - r));
        self.see("circle", (at.0 + r, at.1 + r));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        _: &S,
    ) -> Drawn {
        for point in corners {
            self.see("polygon", point);
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let width = estimated_width(text, style.size()).floor() as i32;
        let half = (style.size() / 2.0).floor() as i32;
        let left = match style.anchor().h_pos {
            HPos::Left => at.0,
            HPos::Center => at.0 - width / 2,
            HPos::Right => at.0 - width,
        };
        // A pixel for the rounding of the place.
        self.see(text, ((left + 1).min(at.0), at.1 - half + 1));
        self.see(text, ((left + width - 1).max(at.0), at.1 + half - 1));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn grid_lines_are_three_to_five_and_reach_the_top(top in prop_oneof![
        0.0..100.0_f64, 0.0..1e7_f64, 0.0..2e20_f64,
    ]) {
        let step = value_step(top);
        let top = top.max(3.0);
        let lines = (top / step).floor();
        prop_assert!((3.0..=5.0).contains(&lines), "{lines} lines of {step} below {top}");
        prop_assert_eq!(step.fract(), 0.0);
    }

    #[test]
    fn the_scale_holds_every_value(model in model(), form in form(), size in size()) {
        let layout = Layout::new(size, form, &model, &words());
        let grid = layout.y_ticks.len() - 1;
        prop_assert!((3..=5).contains(&grid));
        let last = layout.y_ticks.last().unwrap().value;
        prop_assert!(last <= layout.value_top * 1.000_001);
        prop_assert!(last + value_step(layout.value_top) > layout.value_top);
        let inside = |y: f64| y >= layout.plot.top - 1e-6 && y <= layout.plot.bottom + 1e-6;
        for (i, bucket) in model.buckets.iter().enumerate().filter(|(_, b)| b.is_known()) {
            prop_assert!(layout.bands.iter().all(|band| inside(band.upper[i])), "{bucket:?}");
            prop_assert!(layout.lines.iter().all(|line| inside(line.ys[i])), "{bucket:?}");
        }
        prop_assert!(layout.comparison.iter().flatten().all(|&y| inside(y)));
    }

    #[test]
    fn names_keep_apart_and_inside(model in model(), form in form(), size in size()) {
        let layout = Layout::new(size, form, &model, &words());
        if layout.size.width_px < 640.0 {
            prop_assert!(layout.names.is_empty());
        }
        for pair in layout.names.windows(2) {
            prop_assert!(pair[1].y - pair[0].y >= 15.5 - 1e-6);
        }
        for name in &layout.names {
            prop_assert!(name.y >= layout.plot.top && name.y <= layout.plot.bottom);
            let right = layout.plot.right + 31.0 + estimated_width(&name.text, 12.5);
            prop_assert!(right <= layout.size.width_px + 1e-6);
        }
        let mut taken = f64::NEG_INFINITY;
        for (text, left) in layout.x_ticks.iter().filter_map(|tick| tick.label.as_ref()) {
            prop_assert!(*left >= 0.0 && *left >= taken, "{text} at {left} after {taken}");
            taken = left + estimated_width(text, 12.0);
            prop_assert!(taken <= layout.size.width_px);
        }
    }

    #[test]
    fn every_bucket_is_hit_by_its_own_place(model in model(), size in size()) {
        let layout = Layout::new(size, Form::Stacked, &model, &words());
        for (i, &x) in layout.xs.iter().enumerate() {
            let hit = layout.bucket_at(x);
            prop_assert!(hit.is_some_and(|hit| (layout.xs[hit] - x).abs() < 1e-9), "{i}: {hit:?}");
        }
        if layout.plot.right - layout.plot.left > 1.0 {
            for (i, &x) in layout.xs.iter().enumerate() {
                prop_assert_eq!(layout.bucket_at(x), Some(i));
            }
        }
        prop_assert_eq!(layout.bucket_at(f64::NAN), None);
        prop_assert_eq!(layout.bucket_at(-100.0), None);
    }

    #[test]
    fn areas_add_up_to_the_total(model in model(), size in size()) {
        let layout = Layout::new(size, Form::Stacked, &model, &words());
        let per_pixel = layout.value_top / (layout.plot.bottom - layout.plot.top);
        for (i, _) in model.buckets.iter().enumerate().filter(|(_, b)| b.is_known()) {
            let mut before = layout.plot.bottom;
            let mut sum = 0.0;
            for band in &layout.bands {
                prop_assert!((band.lower[i] - before).abs() < 1e-6, "bands touch");
                let value = model.value(band.series, i).unwrap() as f64;
                let height = (band.lower[i] - band.upper[i]) * per_pixel;
                prop_assert!((height - value).abs() <= 1e-6 * layout.value_top);
                sum += height;
                before = band.upper[i];
            }
            let exact: f64 = model.series.iter()
                .filter(|series| series.role.stacks())
                .map(|series| series.values.get(i).copied().unwrap_or(0) as f64)
                .sum();
            prop_assert!((sum - exact).abs() <= 1e-6 * layout.value_top);
            if exact < 1e18 {
                let total = layout.total[i].unwrap();
                prop_assert!((total - before).abs() < 1e-3, "the total lies on the stack");
            }
        }
    }

    #[test]
    fn the_series_under_the_pointer_is_the_area_there(model in model(), size in size()) {
        let mut model = model;
        model.series.retain(|series| series.role.stacks());
        let layout = Layout::new(size, Form::Stacked, &model.clone().with_totals(), &words());
        prop_assume!(layout.plot.right - layout.plot.left > 10.0);
        for (i, &x) in layout.xs.iter().enumerate().filter(|(i, _)| model.buckets[*i].is_known()) {
            for band in &layout.bands {
                if band.lower[i] - band.upper[i] > 0.01 {
                    let middle = f64::midpoint(band.lower[i], band.upper[i]);
                    prop_assert_eq!(layout.series_at(x, middle), Some(band.series));
                }
            }
        }
    }

    #[test]
    fn nothing_is_drawn_outside(
        model in model(),
        form in form(),
        size in size(),
        emphasis in emphasis(),
        dark in any::<bool>(),
    ) {
        let layout = Layout::new(size, form, &model, &words());
        let (width, height) = layout.device_size();
        let mut bounds = Bounds {
            size: (width as i32, height as i32),
            outside: Vec::new(),
            calls: 0,
        };
        let theme = if dark { Theme::dark() } else { Theme::light() };
        let area = (&mut bounds).into_drawing_area();
        draw(&area, &model, &theme, &layout, &emphasis).unwrap();
        drop(area);
        prop_assert!(bounds.outside.is_empty(), "{:?}", bounds.outside);
        prop_assert!(bounds.calls > 0 || width < 60 || height < 60);
    }

    #[test]
    fn pictures_and_words_never_fail(
        model in model(),
        form in form(),
        size in size(),
        emphasis in emphasis(),
    ) {
        let desc = describe(&model, &words(), &PeriodTexts::english());
        prop_assert!(desc.ends_with('.'));
        let picture = Picture {
            width_px: size.width_px,
            height_px: size.height_px,
            form,
            title: "Pulls",
            desc: &desc,
            emphasis,
        };
        let text = to_svg(&model, &Theme::light(), &picture, &words());
        prop_assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n"));
        prop_assert!(!text.contains("NaN") && !text.contains("inf\""));
    }

    #[test]
    fn the_table_says_what_the_picture_says(model in model()) {
        let rows: Vec<_> = value_table(&model).collect();
        prop_assert_eq!(rows.len(), model.buckets.len());
        for row in rows {
            let stacked = row.values.iter().zip(&model.series)
                .filter(|(_, series)| series.role.stacks())
                .try_fold(0_u64, |sum, (value, _)| value.map(|v| sum.saturating_add(v)));
            if row.bucket.is_known() {
                prop_assert_eq!(row.total, stacked);
            } else {
                prop_assert_eq!(row.total, None);
                prop_assert!(row.values.iter().all(Option::is_none));
            }
            let pushed = |tag: &str| model.pushes.iter().any(|p| p.tag == tag && row.bucket.has(p.day));
            prop_assert!(row.pushed.iter().all(|tag| pushed(tag)));
            let missed = |p: &&Push| row.bucket.has(p.day) && !row.pushed.contains(&&*p.tag);
            prop_assert_eq!(model.pushes.iter().find(missed), None);
        }
    }
}

#[test]
fn sizes_that_are_no_sizes_are_survived() {
    let model = support::project(26, 7);
    for width_px in [f64::NAN, f64::INFINITY, -5.0, 0.0, 1.0] {
        for pixel_ratio in [f64::NAN, 0.0, -1.0, 1e9] {
            let size = Size {
                width_px,
                height_px: 1.0,
                pixel_ratio,
            };
            let layout = Layout::new(size, Form::Lines, &model, &words());
            assert!(layout.device_size().0 >= 1);
        }
    }
}

#[test]
fn a_layout_of_another_model_is_survived() {
    let layout = Layout::new(
        Size {
            width_px: 848.0,
            height_px: 400.0,
            pixel_ratio: 1.0,
        },
        Form::Stacked,
        &support::project(26, 7),
        &words(),
    );
    for other in [
        ChartModel::default(),
        support::project(3, 7),
        support::project(40, 7),
    ] {
        let mut text = String::new();
        let area = charts::SvgBackend::new(&mut text, 848, 400, 1).into_drawing_area();
        draw(
            &area,
            &other,
            &Theme::light(),
            &layout,
            &Emphasis::default(),
        )
        .unwrap();
    }
    // As many periods, but no series.
    let mut bare = support::project(26, 7);
    bare.series.clear();
    let mut text = String::new();
    let area = charts::SvgBackend::new(&mut text, 848, 400, 1).into_drawing_area();
    let all = Emphasis {
        hover_bucket: Some(3),
        picked_series: Some(3),
        reading_at: Some(3),
    };
    draw(&area, &bare, &Theme::light(), &layout, &all).unwrap();
}
