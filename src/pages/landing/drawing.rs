//! The small charts: paths from numbers, in a box of 1,000 by 1,000 that is
//! stretched to whatever room there is. Only paths are stretched; strokes keep
//! their width and text, outside the box, its size.

use super::example::{self, MONTHS, SERIES, WEEKS};
use crate::components::markup::Markup;
use core::ops::Range;

/// The side of the box.
const SIDE: u32 = 1000;

/// The hatch that says “by digest”, slanted strips of paper.
const HATCH: &str = r#"<defs><pattern id="hatch-example" width="14" height="50" patternUnits="userSpaceOnUse" patternTransform="skewX(-20)"><rect class="hatch-gap" width="4" height="50"></rect></pattern></defs>"#;

/// What the top of the box stands for: hundreds of pulls.
const TOP: u32 = 1000;

/// A point of a path: week and value.
type Point = (usize, u32);

/// `d` of a path through `points`.
fn path(points: impl Iterator<Item = Point>, closed: bool) -> String {
    let mut d = String::from("M");
    for (week, value) in points {
        let x = week as u32 * SIDE / (WEEKS as u32 - 1);
        let y = SIDE - value.min(TOP) * SIDE / TOP;
        d.push_str(&x.to_string());
        d.push(' ');
        d.push_str(&y.to_string());
        d.push(' ');
    }
    if closed {
        d.push('Z');
    }
    d
}

/// The area between two lines over some weeks.
fn band(weeks: Range<usize>, lower: impl Fn(usize) -> u32, upper: impl Fn(usize) -> u32) -> String {
    let there = weeks.clone().map(|week| (week, upper(week)));
    let back = weeks.rev().map(|week| (week, lower(week)));
    path(there.chain(back), true)
}

/// What lies below series `at` in a week.
fn below(at: usize, week: usize) -> u32 {
    SERIES[..at].iter().map(|series| series.pulls[week]).sum()
}

/// `part` of `whole` as a length in an SVG attribute: `41.6%`.
pub fn percent(part: u32, whole: u32) -> String {
    let tenths = (part * 1000 + whole / 2) / whole;
    let mut text = (tenths / 10).to_string();
    text.push('.');
    text.push_str(&(tenths % 10).to_string());
    text.push('%');
    text
}

/// Pulls per tag, stacked; the last week is pale and dotted.
pub fn stacked(page: &mut Markup) {
    let whole = WEEKS - 1;
    open(
        page,
        "Stacked areas: pulls per tag of an invented image, by week, from February to August. The total rises from about 70,000 to about 95,000 a week, with a dip in April; the last week is not over.",
    );
    page.raw(HATCH);
    for (at, series) in SERIES.iter().enumerate() {
        let lower = |week| below(at, week);
        let upper = |week| below(at + 1, week);
        let area = band(0..whole, lower, upper);
        page.put(
            r#"<g class="{}"><path class="band" d="{}"></path>"#,
            &[series.class, &area],
        );
        if series.class == "sd" {
            page.put(r#"<path class="hatched" d="{}"></path>"#, &[&area]);
        }
        let running = band(whole - 1..WEEKS, lower, upper);
        page.put(r#"<path class="running" d="{}"></path></g>"#, &[&running]);
    }
    for at in 1..SERIES.len() {
        let line = path((0..WEEKS).map(|week| (week, below(at, week))), false);
        page.put(r#"<path class="edge" d="{}"></path>"#, &[&line]);
    }
    page.put(
        r#"<path class="top-line" d="{}"></path><path class="running-top" d="{}"></path>"#,
        &[&totals(0..whole), &totals(whole - 1..WEEKS)],
    );
    close(page);
}

/// All pulls as one line over a pale area; the last week is dotted.
pub fn line(page: &mut Markup) {
    let whole = WEEKS - 1;
    open(
        page,
        "Line: pulls a week of an invented image, from February to August, rising from about 70,000 to about 95,000, with a dip in April.",
    );
    page.put(
        r#"<path class="pale" d="{}"></path><path class="plain" d="{}"></path><path class="plain open" d="{}"></path>"#,
        &[
            &band(0..whole, |_| 0, example::total),
            &totals(0..whole),
            &totals(whole - 1..WEEKS),
        ],
    );
    close(page);
}

/// The line of all pulls over some weeks.
fn totals(weeks: Range<usize>) -> String {
    path(weeks.map(|week| (week, example::total(week))), false)
}

/// Begins a chart: values upwards and their grid, then the box, left open.
fn open(page: &mut Markup, what: &'static str) {
    page.put(
        concat!(
            r#"<div class="chart mini" role="img" aria-label="{}"><svg class="mini-y">"#,
            r#"<text x="100%" y="0" dy="4" text-anchor="end">100k</text>"#,
            r#"<text x="100%" y="50%" dy="4" text-anchor="end">50k</text>"#,
            r#"<text x="100%" y="100%" dy="4" text-anchor="end">0</text></svg>"#,
            r#"<div class="mini-plot"><svg class="mini-grid">"#,
            r#"<line class="grid" x1="0" x2="100%" y1="0" y2="0"></line>"#,
            r#"<line class="grid" x1="0" x2="100%" y1="50%" y2="50%"></line>"#,
            r#"<line class="axis" x1="0" x2="100%" y1="100%" y2="100%"></line></svg>"#,
            r#"<svg class="mini-marks" viewBox="0 0 1000 1000" preserveAspectRatio="none">"#,
        ),
        &[what],
    );
}

/// Ends the box, then weeks and months below it.
fn close(page: &mut Markup) {
    page.raw(r#"</svg></div><svg class="mini-x">"#);
    let last = WEEKS as u32 - 1;
    for week in 0..=last {
        let x = percent(week, last);
        page.put(
            r#"<line class="axis" x1="{}" x2="{}" y1="0" y2="3"></line>"#,
            &[&x, &x],
        );
    }
    for (week, name) in MONTHS {
        let x = percent(week, last);
        page.put(
            r#"<line class="axis" x1="{}" x2="{}" y1="0" y2="8"></line><text x="{}" y="19" dx="4">{}</text>"#,
            &[&x, &x, &x, name],
        );
    }
    page.raw("</svg></div>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_to_a_tenth() {
        assert_eq!(percent(0, 25), "0.0%");
        assert_eq!(percent(1, 3), "33.3%");
        assert_eq!(percent(2, 3), "66.7%");
        assert_eq!(percent(25, 25), "100.0%");
    }

    #[test]
    fn a_band_goes_there_and_back() {
        let d = band(0..2, |_| 0, |_| TOP / 2);
        assert_eq!(d, "M0 500 40 500 40 1000 0 1000 Z");
    }

    #[test]
    fn bands_of_the_stack_touch_and_add_up() {
        for week in 0..WEEKS {
            assert_eq!(below(SERIES.len(), week), example::total(week));
            assert!(example::total(week) < TOP);
        }
    }
}
