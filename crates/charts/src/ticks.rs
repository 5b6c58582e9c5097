//! Ticks: round values up the side, months and days along the foot.

use crate::calendar::{first_day_of_month, month_index};
use crate::layout::Rect;
use crate::model::ChartModel;
use crate::words::{TickName, Words};

/// Size of axis text in CSS pixels; never smaller.
pub(crate) const AXIS_TEXT_PX: f64 = 12.0;
/// Distance of a label from its tick on the time axis.
const BESIDE_TICK_PX: f64 = 4.0;
/// Two labels keep at least this apart.
pub(crate) const LABEL_GAP_PX: f64 = 6.0;
/// Bucket ticks closer than this run together and are left out.
const MINOR_SPACING_PX: f64 = 4.0;
/// Up to so many days the axis names days, above it months.
const DAYS_NAMED: i64 = 62;

/// A value with its grid line.
#[derive(Debug, Clone, PartialEq)]
pub struct YTick {
    /// The value.
    pub value: f64,
    /// Its height in CSS pixels from the top.
    pub y: f64,
    /// The value in words, as the page writes it.
    pub label: String,
}

/// A place on the time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct XTick {
    /// Its place in CSS pixels from the left.
    pub x: f64,
    /// Longer, because something begins here.
    pub major: bool,
    /// The name and its left edge in CSS pixels.
    pub label: Option<(String, f64)>,
}

/// The distance of grid lines for values up to `top`: 3 to 5 multiples of it,
/// zero not counted, fit below `top`. Whole numbers, since pulls are; `top`
/// below 3 counts as 3.
#[must_use]
pub fn value_step(top: f64) -> f64 {
    let top = if top.is_finite() { top.max(3.0) } else { 3.0 };
    let mut unit = 1.0;
    loop {
        // Each is at most twice the one before, so never fewer than three fit.
        let quarter = if unit < 10.0 { 4.0 } else { 2.5 };
        for mantissa in [1.0, 2.0, quarter, 5.0] {
            if (top / (mantissa * unit)).floor() <= 5.0 {
                return mantissa * unit;
            }
        }
        unit *= 10.0;
    }
}

/// Grid values from zero to `top`.
pub(crate) fn values_up_to(top: f64) -> Vec<f64> {
    let step = value_step(top);
    let count = (top / step).floor().clamp(0.0, 5.0) as u32;
    (0..=count).map(|i| step * f64::from(i)).collect()
}

/// Places days on the axis: linear between the first and last point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayScale {
    pub first_day: i32,
    pub last_day: i32,
    pub left: f64,
    pub right: f64,
}

impl DayScale {
    pub(crate) fn x(&self, day: i32) -> f64 {
        let span = f64::from(self.last_day) - f64::from(self.first_day);
        if span <= 0.0 {
            return (self.left + self.right) / 2.0;
        }
        let part = (f64::from(day) - f64::from(self.first_day)) / span;
        self.left + part * (self.right - self.left)
    }
}

/// Ticks along the foot: a short one for each period, a long one with a name
/// where a month (or day, or year) begins, as many as fit.
pub(crate) fn time_ticks(
    model: &ChartModel,
    xs: &[f64],
    scale: DayScale,
    plot: Rect,
    right_edge: f64,
    words: &Words,
) -> Vec<XTick> {
    let mut ticks = Vec::new();
    let spacing = match xs {
        [first, .., last] => (last - first) / (xs.len() - 1) as f64,
        _ => plot.right - plot.left,
    };
    if spacing >= MINOR_SPACING_PX {
        ticks.extend(xs.iter().map(|&x| XTick {
            x,
            major: false,
            label: None,
        }));
    }
    let Some(first) = model.buckets.first() else {
        return ticks;
    };
    let named = |candidates: &[(f64, TickName)], centered: bool| {
        place(candidates, centered, right_edge, words)
    };
    let span_days = i64::from(scale.last_day) - i64::from(scale.first_day);
    let by_month = first.days >= 28;
    let attempts: Vec<(Vec<(f64, TickName)>, bool)> = if by_month {
        month_buckets(model, xs)
    } else if span_days <= DAYS_NAMED {
        days(model, xs)
    } else {
        month_starts(scale)
    };
    let fitting = attempts
        .iter()
        .find_map(|(candidates, centered)| named(candidates, *centered));
    ticks.extend(fitting.unwrap_or_default());
    ticks
}

type Attempt = (Vec<(f64, TickName)>, bool);

/// Every month's name under its point, then every second, and so on.
fn month_buckets(model: &ChartModel, xs: &[f64]) -> Vec<Attempt> {
    let name = |day: i32, with_year: bool| {
        if with_year {
            TickName::MonthYear(day)
        } else {
            TickName::Month(day)
        }
    };
    let mut attempts = Vec::new();
    for step in [1, 2, 3, 6, 12, 24, 60, 120] {
        for years in [true, false] {
            let mut first = true;
            let picked = model
                .buckets
                .iter()
                .zip(xs)
                .filter_map(|(bucket, &x)| {
                    let month = month_index(bucket.first_day);
                    if month.rem_euclid(step) != 0 {
                        return None;
                    }
                    let tick = if step >= 12 {
                        TickName::Year(bucket.first_day)
                    } else {
                        name(
                            bucket.first_day,
                            years && (first || month.rem_euclid(12) == 0),
                        )
                    };
                    first = false;
                    Some((x, tick))
                })
                .collect();
            attempts.push((picked, true));
        }
    }
    attempts
}

/// Every day (or week's last day), every second, every seventh.
fn days(model: &ChartModel, xs: &[f64]) -> Vec<Attempt> {
    [1, 2, 3, 7, 14, 28]
        .into_iter()
        .map(|step| {
            let picked = model
                .buckets
                .iter()
                .zip(xs)
                .step_by(step)
                .map(|(bucket, &x)| (x, TickName::Day(bucket.last_day())))
                .collect();
            (picked, false)
        })
        .collect()
}

/// The first day of every month, of every second, and so on to centuries.
fn month_starts(scale: DayScale) -> Vec<Attempt> {
    let from = month_index(scale.first_day);
    let to = month_index(scale.last_day);
    let mut attempts = Vec::new();
    for step in [
        1, 2, 3, 6, 12, 24, 60, 120, 1_200, 12_000, 120_000, 1_200_000,
    ] {
        if (to - from) / step > 400 {
            continue;
        }
        for years in [true, false] {
            let mut month = from.div_euclid(step) * step;
            let mut picked = Vec::new();
            while month <= to {
                let day = first_day_of_month(month);
                if day >= scale.first_day && day <= scale.last_day {
                    let with_year = years && (picked.is_empty() || month.rem_euclid(12) == 0);
                    let tick = match (step >= 12, with_year) {
                        (true, _) => TickName::Year(day),
                        (false, true) => TickName::MonthYear(day),
                        (false, false) => TickName::Month(day),
                    };
                    picked.push((scale.x(day), tick));
                }
                month += step;
            }
            attempts.push((picked, false));
        }
    }
    attempts
}

/// The ticks with their names, or nothing if two names would touch. A name that
/// would leave the picture at the right is left out, its tick stays.
fn place(
    candidates: &[(f64, TickName)],
    centered: bool,
    right_edge: f64,
    words: &Words,
) -> Option<Vec<XTick>> {
    let room = right_edge / 8.0;
    if candidates.is_empty() || candidates.len() as f64 > room {
        return None;
    }
    let mut ticks = Vec::with_capacity(candidates.len());
    let mut taken_to = f64::NEG_INFINITY;
    for &(x, name) in candidates {
        let text = (words.tick)(name);
        let width = words.width(&text, AXIS_TEXT_PX);
        let left = if centered {
            x - width / 2.0
        } else {
            x + BESIDE_TICK_PX
        };
        let fits = left >= 0.0 && left + width <= right_edge;
        if fits && left < taken_to + LABEL_GAP_PX {
            return None;
        }
        if fits {
            taken_to = left + width;
        }
        ticks.push(XTick {
            x,
            major: true,
            label: fits.then_some((text, left)),
        });
    }
    Some(ticks)
}
