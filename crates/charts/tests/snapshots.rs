//! Pictures compared with accepted ones, byte for byte. Look at the difference,
//! then accept it with `UPDATE_SNAPSHOTS=1 cargo test -p charts`.
#![allow(clippy::unwrap_used)]

mod support;

use charts::{ChartModel, Emphasis, Form, PeriodTexts, Picture, Rgb, Theme, describe, to_svg};
use support::{compared, missing, project, pushed, running, twenty, with_checks, words};

fn check(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(format!("{name}.svg"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let accepted = std::fs::read_to_string(&path).unwrap_or_default();
    if accepted == text {
        return;
    }
    let line = accepted
        .lines()
        .zip(text.lines())
        .position(|(a, b)| a != b)
        .unwrap_or_else(|| accepted.lines().count().min(text.lines().count()));
    panic!(
        "{name}.svg differs from line {}:\n  accepted {:.160}\n  drawn    {:.160}",
        line + 1,
        accepted.lines().nth(line).unwrap_or("(nothing)"),
        text.lines().nth(line).unwrap_or("(nothing)"),
    );
}

struct Shot {
    model: ChartModel,
    form: Form,
    theme: Theme,
    size: (f64, f64),
    emphasis: Emphasis,
}

impl Shot {
    fn of(model: ChartModel) -> Self {
        Self {
            model,
            form: Form::Stacked,
            theme: Theme::light(),
            size: (848.0, 400.0),
            emphasis: Emphasis::default(),
        }
    }

    fn take(self, name: &str) -> String {
        let desc = describe(&self.model, &words(), &PeriodTexts::english());
        let picture = Picture {
            width_px: self.size.0,
            height_px: self.size.1,
            form: self.form,
            title: "Pulls per tag",
            desc: &desc,
            emphasis: self.emphasis,
        };
        let text = to_svg(&self.model, &self.theme, &picture, &words());
        check(name, &text);
        text
    }
}

#[test]
fn stacked() {
    Shot::of(project(26, 7)).take("stacked");
}

#[test]
fn stacked_running_and_compared() {
    let mut shot = Shot::of(compared(running(project(26, 7), 4)));
    shot.emphasis.hover_bucket = Some(15);
    shot.take("compared");
}

#[test]
fn dark() {
    let mut shot = Shot::of(compared(running(project(26, 7), 4)));
    shot.theme = Theme::dark();
    shot.emphasis.hover_bucket = Some(15);
    shot.take("dark");
}

#[test]
fn narrow() {
    let mut shot = Shot::of(compared(running(project(26, 7), 4)));
    shot.size = (344.0, 300.0);
    let text = shot.take("narrow");
    assert!(!text.contains("nightly-master"), "names need 640 px");
}

#[test]
fn a_gap_is_bridged() {
    Shot::of(missing(running(project(26, 7), 4), 9..13)).take("missing");
}

#[test]
fn lines() {
    let mut shot = Shot::of(running(project(26, 7), 4));
    shot.form = Form::Lines;
    shot.take("lines");
}

#[test]
fn one_line_picked() {
    let mut shot = Shot::of(running(project(26, 7), 4));
    shot.form = Form::Lines;
    shot.emphasis.picked_series = Some(6);
    shot.take("picked");
}

#[test]
fn one_area_picked() {
    let mut shot = Shot::of(project(26, 7));
    shot.emphasis.picked_series = Some(6);
    shot.take("picked-stacked");
}

#[test]
fn while_reading() {
    let mut shot = Shot::of(project(26, 7));
    shot.size = (764.0, 300.0);
    shot.emphasis.reading_at = Some(15);
    shot.take("reading");
}

#[test]
fn one_bucket() {
    Shot::of(project(1, 7)).take("one-bucket");
}

#[test]
fn months() {
    let mut model = project(6, 7);
    let starts = [20_454, 20_485, 20_513, 20_544, 20_574, 20_605, 20_635];
    for (bucket, pair) in model.buckets.iter_mut().zip(starts.windows(2)) {
        bucket.first_day = pair[0];
        bucket.days = u16::try_from(pair[1] - pair[0]).unwrap();
    }
    Shot::of(model).take("months");
}

#[test]
fn thirty_days() {
    Shot::of(project(30, 1)).take("days");
}

#[test]
fn all_zero() {
    let mut model = project(26, 7);
    for series in &mut model.series {
        series.values.fill(0);
    }
    Shot::of(model.with_totals()).take("zero");
}

#[test]
fn nothing_at_all() {
    Shot::of(ChartModel {
        unit: "pulls".to_owned(),
        ..ChartModel::default()
    })
    .take("empty");
}

#[test]
fn a_year_of_twenty_stacked() {
    Shot::of(twenty(365)).take("twenty");
}

#[test]
fn a_year_of_twenty_lines() {
    let mut shot = Shot::of(twenty(365));
    shot.form = Form::Lines;
    shot.size = (640.0, 200.0);
    shot.take("twenty-lines");
}

#[test]
fn version_checks_only() {
    Shot::of(with_checks(project(26, 7), true)).take("checks-only");
}

#[test]
fn version_checks_beside_pulls() {
    Shot::of(with_checks(project(26, 7), false)).take("checks");
}

/// Releases: at both ends, several on a day, two too close for both names, and days of no period.
const RELEASED: [(i32, &str); 11] = [
    (-1, "before"),
    (0, "5.9.1"),
    (57, "5.9.2"),
    (58, "latest"),
    (58, "5.9.3"),
    (58, "5.9.3-alpine"),
    (100, "5.9.4"),
    (101, "nightly-master-of-a-very-long-name-2026-05-28"),
    (181, "5.9.5-rc.1"),
    (181, "5.9.5"),
    (182, "after"),
];

#[test]
fn marks_of_pushed_tags() {
    let text = Shot::of(pushed(running(project(26, 7), 4), &RELEASED)).take("pushed");
    for (shown, is_shown) in [
        (">5.9.1</text>", true),
        (">3 tags</text>", true),
        (">2 tags</text>", true),
        (">5.9.2</text>", false),
        (">5.9.4</text>", false),
        ("before", false),
        ("after", false),
    ] {
        assert_eq!(text.contains(shown), is_shown, "{shown}");
    }
    assert!(text.contains(
        "tags were pushed in 4 of the periods, last in week to 16 Aug: 5.9.5-rc.1, 5.9.5."
    ));
    // Five days, one area.
    let marks = text.lines().filter(|line| line.contains("l4 7h-8l4-7"));
    assert_eq!(marks.count(), 1);
}

#[test]
fn marks_in_the_dark_narrow_and_by_lines() {
    let mut shot = Shot::of(pushed(project(26, 7), &RELEASED));
    shot.theme = Theme::dark();
    shot.size = (344.0, 300.0);
    shot.form = Form::Lines;
    shot.take("pushed-narrow");
}

#[test]
fn a_mark_on_the_only_period() {
    Shot::of(pushed(project(1, 1), &[(0, "1.0")])).take("pushed-one");
}

#[test]
fn forced_colors() {
    let mut shot = Shot::of(compared(running(project(26, 7), 4)));
    shot.theme = Theme::forced_colors(Rgb(0, 0, 0), Rgb(255, 255, 255), Rgb(26, 235, 255));
    shot.take("forced");
}

#[test]
fn names_are_text_and_never_markup() {
    let mut model = project(26, 7);
    model.series[0].name = "</text><script>&\"\u{1}".to_owned();
    let picture = Picture {
        width_px: 848.0,
        height_px: 400.0,
        form: Form::Stacked,
        title: "<b>",
        desc: "a & b",
        emphasis: Emphasis::default(),
    };
    let text = to_svg(&model, &Theme::light(), &picture, &words());
    assert!(!text.contains("<script") && !text.contains("<b>") && !text.contains('\u{1}'));
    assert!(text.contains("&lt;b&gt;") && text.contains("a &amp; b"));
}
