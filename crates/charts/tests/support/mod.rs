//! Models and words that the tests share.
#![allow(dead_code, clippy::unwrap_used)]

use charts::{Bucket, BucketState, ChartModel, ChartSeries, Push, Role, TickName, Words};

/// 2026-02-16, a Monday, in days since 1970-01-01.
pub const MONDAY: i32 = 20_500;

pub fn buckets(count: usize, days: u16) -> Vec<Bucket> {
    (0..count)
        .map(|i| Bucket {
            first_day: MONDAY + i as i32 * i32::from(days),
            days,
            state: BucketState::Complete,
        })
        .collect()
}

/// A repeatable number between 0 and 1.
fn noise(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

const NAMES: [(&str, f64, f64); 8] = [
    ("latest", 26_000.0, 0.0),
    ("6", 19_000.0, 0.0),
    ("nightly-master", 6_500.0, 0.0),
    ("6.2.5", 26_000.0, -0.2),
    ("6.3.2", 18_000.0, 0.25),
    ("6.5.2", 14_000.0, 0.45),
    ("6.7.2", 15_000.0, 0.62),
    ("6.8.0", 14_000.0, 0.9),
];

/// Something like a real project: steady tags, and releases that come and go.
pub fn project(count: usize, days: u16) -> ChartModel {
    let scale = f64::from(days) / 7.0;
    let mut series: Vec<ChartSeries> = NAMES
        .iter()
        .enumerate()
        .map(|(slot, &(name, size, peak))| ChartSeries {
            name: name.to_owned(),
            role: Role::Tag(slot as u8),
            values: (0..count)
                .map(|i| {
                    let at = i as f64 / count.max(2) as f64;
                    let shape = if peak == 0.0 {
                        1.0
                    } else if at < peak - 0.12 {
                        0.0
                    } else {
                        let age = (at - peak) / 0.12;
                        if age < 0.0 {
                            1.0 + age
                        } else {
                            0.28 + 0.72 / (1.0 + age * age)
                        }
                    };
                    let wobble = 0.85 + 0.3 * noise(slot as u64 * 1_000 + i as u64);
                    (size * shape * wobble * scale) as u64
                })
                .collect(),
        })
        .collect();
    for (name, role, size, seed) in [
        ("other tags", Role::Other, 36_000.0, 90),
        ("by digest, no tag", Role::Digest, 29_000.0, 91),
    ] {
        series.push(ChartSeries {
            name: name.to_owned(),
            role,
            values: (0..count)
                .map(|i| (size * scale * (0.7 + 0.5 * noise(seed * 1_000 + i as u64))) as u64)
                .collect(),
        });
    }
    ChartModel {
        buckets: buckets(count, days),
        series,
        unit: "pulls".to_owned(),
        ..ChartModel::default()
    }
    .with_totals()
}

/// The last period is not over: its values shrink.
pub fn running(mut model: ChartModel, elapsed_days: u16) -> ChartModel {
    let last = model.buckets.len() - 1;
    let days = model.buckets[last].days;
    model.buckets[last].state = BucketState::Running { elapsed_days };
    for series in &mut model.series {
        series.values[last] = series.values[last] * u64::from(elapsed_days) / u64::from(days);
    }
    model.with_totals()
}

pub fn compared(mut model: ChartModel) -> ChartModel {
    let count = model.buckets.len();
    model.comparison = Some(
        (0..count)
            .map(|i| {
                let rise = i as f64 / count as f64;
                let value = 60_000.0 + 90_000.0 * rise + 18_000.0 * noise(500 + i as u64);
                (i + 1 < count).then_some(value as u64)
            })
            .collect(),
    );
    model
}

pub fn missing(mut model: ChartModel, range: std::ops::Range<usize>) -> ChartModel {
    for i in range {
        model.buckets[i].state = BucketState::Missing;
    }
    model.with_totals()
}

/// Tags that were pushed, each on a day counted from the first Monday.
pub fn pushed(mut model: ChartModel, pushes: &[(i32, &str)]) -> ChartModel {
    model.pushes = pushes
        .iter()
        .map(|&(day, tag)| Push {
            day: MONDAY + day,
            tag: tag.to_owned(),
        })
        .collect();
    model
}

pub fn with_checks(mut model: ChartModel, only: bool) -> ChartModel {
    if only {
        model.series.clear();
    }
    let count = model.buckets.len();
    model.series.push(ChartSeries {
        name: "version checks".to_owned(),
        role: Role::VersionCheck,
        values: (0..count)
            .map(|i| 90_000 + (70_000.0 * noise(700 + i as u64)) as u64)
            .collect(),
    });
    model.unit = "pulls and version checks".to_owned();
    model.with_totals()
}

/// Twenty series of a year of days: the most that is measured.
pub fn twenty(count: usize) -> ChartModel {
    let series = (0..20)
        .map(|slot| ChartSeries {
            name: format!("1.{slot}"),
            role: match slot {
                18 => Role::Other,
                19 => Role::Digest,
                slot => Role::Tag(slot),
            },
            values: (0..count)
                .map(|i| {
                    let week = if (i % 7) > 4 { 0.7 } else { 1.0 };
                    let swell = 2_500.0 + 1_500.0 * (i as f64 / 40.0 + f64::from(slot)).sin();
                    (swell * week * (0.9 + 0.2 * noise(u64::from(slot) * 1_000 + i as u64))) as u64
                })
                .collect(),
        })
        .collect();
    ChartModel {
        buckets: buckets(count, 1),
        series,
        unit: "pulls".to_owned(),
        ..ChartModel::default()
    }
    .with_totals()
}

fn axis_number(value: f64) -> String {
    let (scaled, unit) = [
        (1e18, "E"),
        (1e15, "P"),
        (1e12, "T"),
        (1e9, "G"),
        (1e6, "M"),
        (1e3, "k"),
    ]
    .into_iter()
    .find(|(size, _)| value >= *size)
    .map_or((value, ""), |(size, unit)| (value / size, unit));
    format!("{}{unit}", (scaled * 10.0).round() / 10.0)
}

fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Year, month (from 0) and day (from 1), counted out the slow way.
fn date(day: i32) -> (i32, usize, i32) {
    let mut year = 1970 + day / 366 - 1;
    let leap = |y: i32| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let begins = |y: i32| {
        (1970..y).map(|y| 365 + i32::from(leap(y))).sum::<i32>()
            - (y..1970).map(|y| 365 + i32::from(leap(y))).sum::<i32>()
    };
    while begins(year + 1) <= day {
        year += 1;
    }
    let mut rest = day - begins(year);
    let lengths = [
        31,
        28 + i32::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let mut month = 0;
    while rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    (year, month, rest + 1)
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn tick(name: TickName) -> String {
    // Far outside of any calendar the number will do.
    let split = |day: i32| (-700_000..4_000_000).contains(&day).then(|| date(day));
    match name {
        TickName::Year(day) => split(day).map_or(day.to_string(), |(y, ..)| y.to_string()),
        TickName::MonthYear(day) => {
            split(day).map_or(day.to_string(), |(y, m, _)| format!("{} {y}", MONTHS[m]))
        }
        TickName::Month(day) => {
            split(day).map_or(day.to_string(), |(_, m, _)| MONTHS[m].to_owned())
        }
        TickName::Day(day) => {
            split(day).map_or(day.to_string(), |(_, m, d)| format!("{d} {}", MONTHS[m]))
        }
    }
}

fn period(bucket: &Bucket) -> String {
    let last = tick(TickName::Day(bucket.last_day()));
    match bucket.days {
        1 => last,
        7 => format!("week to {last}"),
        _ => tick(TickName::MonthYear(bucket.first_day)),
    }
}

pub fn words() -> Words<'static> {
    Words {
        axis_number: &axis_number,
        number: &number,
        tick: &tick,
        period: &period,
        reading: "reading",
        tags: "tags",
        measure: None,
    }
}
