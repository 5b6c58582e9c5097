//! How it goes: from the application to the answer, and the year after. Time is
//! drawn to scale; what is not known is dotted. Below 60 rem the scales give way
//! to lists of the same.

use super::{drawing::percent, open_section};
use crate::components::markup::Markup;
use program::terms::{CURE_DAYS, GRACE_DAYS, NOTICE_DAYS, VALIDITY_DAYS};

/// Days that the scale of the year shows: a month more than the year.
const YEAR_SCALE_DAYS: u32 = VALIDITY_DAYS + 30;

/// Days that the scale of the answer shows.
const ANSWER_SCALE_DAYS: u32 = 28;
/// The day of that scale on which the time to mend begins.
const CURE_FROM: u32 = 8;

/// Where the time to a decision stands, in the picture and in the list of the same.
pub const MEDIAN_IDS: [&str; 2] = ["median-drawn", "median-listed"];

/// How long half of all decisions took, once that is known, for each of [`MEDIAN_IDS`].
pub fn median(days: f64) -> [(&'static str, String); 2] {
    // Whole days, and never none: nobody is promised an answer at once.
    let days = match days.round().max(1.0) as u32 {
        1 => "1 day".to_owned(),
        days => [&days.to_string(), " days"].concat(),
    };
    let [drawn, listed] = MEDIAN_IDS;
    [
        (drawn, ["Half are decided within ", &days].concat()),
        (
            listed,
            [
                "It is read, by a person. Half of all decisions took ",
                &days,
                " or less.",
            ]
            .concat(),
        ),
    ]
}

pub fn write(page: &mut Markup) {
    open_section(
        page,
        "course",
        "sec rulers",
        "How it goes",
        "Drawn to scale. Dotted is what has not been measured yet.",
    );
    page.raw("<h3>From the application to the answer</h3>");
    answer_scale(page);
    list(
        page,
        &[
            ("First", "Sent", MEASURED_LATER),
            (
                "If needed",
                "Changes asked for",
                "A list of what is missing, with a date: two working weeks to mend it.",
            ),
            (
                "Then",
                "Decided",
                "Accepted, or declined with a reason for each criterion.",
            ),
        ],
    );
    page.raw("<h3>The year after</h3>");
    year_scale(page);
    list(
        page,
        &[
            ("Day 0", "Accepted", "The perks begin, for one year."),
            (
                "Day 320",
                "First notice",
                "Notices go out 45, 30 and 7 days before the end.",
            ),
            (
                "Day 365",
                "One year",
                "Renewed, if the project still qualifies.",
            ),
            (
                "Day 379",
                "Grace ends",
                "For 14 days after the year the perks stay, then they end.",
            ),
        ],
    );
    page.raw(concat!(
        r#"<div class="after"><h3>Renewal</h3><div>"#,
        "<p>What members get is valid for one year and can be renewed, year after year, if the project still meets the criteria. The window opens with the first notice, 45 days before the end; two more follow, 30 and 7 days before.</p>",
        "<p>When the year ends without a renewal, everything stays for another 14 days. After that the membership has lapsed: badge and unlimited pulls end. A project that qualifies can be reinstated.</p>",
        "</div></div></section>",
    ));
}

/// Until it has been measured.
const MEASURED_LATER: &str =
    "It is read, by a person. How long that takes has not been measured yet.";

/// The same as a scale, in words.
fn list(page: &mut Markup, steps: &[(&str, &str, &str)]) {
    page.raw(r#"<ol class="timeline">"#);
    for (when, title, note) in steps {
        page.put(
            r#"<li><span class="when">{}</span><span class="dot"></span><div><strong>{}</strong>"#,
            &[when, title],
        );
        if *note == MEASURED_LATER {
            page.put(r#"<p id="{}">"#, &[MEDIAN_IDS[1]]);
        } else {
            page.raw("<p>");
        }
        page.put("{}</p></div></li>", &[note]);
    }
    page.raw("</ol>");
}

/// On which side of its mark, and of the line, a text stands.
#[derive(Clone, Copy)]
enum Side {
    /// Above the line, beginning at the mark.
    After,
    /// Above the line, ending at the mark.
    Before,
    /// Below the line, ending at the mark.
    Below,
}

/// A mark above the line, of one of the tones of a stem, with its two lines of text.
fn mark(page: &mut Markup, x: &str, side: Side, tone: &str, title: &str, note: &str) {
    page.put(
        r#"<line class="stem {}" x1="{}" x2="{}" y1="6" y2="58"></line>"#,
        &[tone, x, x],
    );
    words(page, x, side, title, note);
}

/// Two lines of text at a mark.
fn words(page: &mut Markup, x: &str, side: Side, title: &str, note: &str) {
    let (first, second, dx, anchor) = match side {
        Side::After => ("16", "33", "8", "start"),
        Side::Before => ("16", "33", "-8", "end"),
        Side::Below => ("102", "119", "-8", "end"),
    };
    page.put(
        concat!(
            r#"<text class="name" x="{}" y="{}" dx="{}" text-anchor="{}">{}</text>"#,
            r#"<text class="note" x="{}" y="{}" dx="{}" text-anchor="{}">{}</text>"#,
        ),
        &[x, first, dx, anchor, title, x, second, dx, anchor, note],
    );
}

fn bar(page: &mut Markup, class: &str, from: &str, width: &str) {
    page.put(
        r#"<rect class="{}" x="{}" width="{}" y="49" height="9"></rect>"#,
        &[class, from, width],
    );
}

fn base(page: &mut Markup, class: &str, from: &str, to: &str) {
    page.put(
        r#"<line class="{}" x1="{}" x2="{}" y1="58" y2="58"></line>"#,
        &[class, from, to],
    );
}

fn tick(page: &mut Markup, x: &str, long: bool) {
    page.put(
        r#"<line class="rule" x1="{}" x2="{}" y1="58" y2="{}"></line>"#,
        &[x, x, if long { "67" } else { "63" }],
    );
}

fn label(page: &mut Markup, x: &str, text: &str) {
    page.put(
        r#"<text x="{}" y="82" text-anchor="middle">{}</text>"#,
        &[x, text],
    );
}

fn answer_scale(page: &mut Markup) {
    let at = |day| percent(day, ANSWER_SCALE_DAYS);
    let cured = CURE_FROM + CURE_DAYS;
    let (sent, asked, cure_end, decided) =
        (&at(0), &at(CURE_FROM), &at(cured), &at(ANSWER_SCALE_DAYS));
    page.raw(
        r#"<svg class="ruler low" role="img" aria-label="From sending the application to the answer: how long reading takes has not been measured yet. If changes are asked for, there are two working weeks to make them.">"#,
    );
    bar(page, "soft", asked, &at(CURE_DAYS));
    base(page, "open", sent, asked);
    base(page, "rule", asked, cure_end);
    base(page, "open", cure_end, decided);
    for day in CURE_FROM..=cured {
        tick(page, &at(day), (day - CURE_FROM).is_multiple_of(7));
    }
    label(page, &at(CURE_FROM + 7), "1 week");
    label(page, cure_end, "2 weeks");
    mark(page, sent, Side::After, "", "Sent", "");
    page.put(
        r#"<text class="note" id="{}" x="{}" y="33" dx="8">Read by a person; not measured yet</text>"#,
        &[MEDIAN_IDS[0], sent],
    );
    mark(
        page,
        asked,
        Side::After,
        "act",
        "If changes are asked for",
        "A list of what is missing, with a date",
    );
    mark(
        page,
        cure_end,
        Side::Before,
        "",
        "Two working weeks",
        "to mend it",
    );
    mark(
        page,
        decided,
        Side::Before,
        "",
        "Decided",
        "A reason for each criterion",
    );
    page.raw("</svg>");
}

fn year_scale(page: &mut Markup) {
    let at = |day| percent(day, YEAR_SCALE_DAYS);
    let window = NOTICE_DAYS[0];
    let (start, opened, end, graced, last) = (
        &at(0),
        &at(VALIDITY_DAYS - window),
        &at(VALIDITY_DAYS),
        &at(VALIDITY_DAYS + GRACE_DAYS),
        &at(YEAR_SCALE_DAYS),
    );
    page.raw(
        r#"<svg class="ruler" role="img" aria-label="Thirteen months to scale: one year of membership, notices 45, 30 and 7 days before its end, 14 days of grace after it.">"#,
    );
    bar(page, "soft", start, end);
    bar(page, "window", opened, &at(window));
    bar(page, "grace", end, &at(GRACE_DAYS));
    base(page, "rule", start, last);
    for month in 0..=12 {
        let x = percent(VALIDITY_DAYS * month, 12 * YEAR_SCALE_DAYS);
        tick(page, &x, month.is_multiple_of(6));
    }
    label(
        page,
        &percent(VALIDITY_DAYS, 2 * YEAR_SCALE_DAYS),
        "6 months",
    );
    mark(page, start, Side::After, "", "Accepted", "The perks begin");
    for days in NOTICE_DAYS {
        let x = at(VALIDITY_DAYS - days);
        page.put(
            r#"<line class="stem act" x1="{}" x2="{}" y1="44" y2="72"></line><text class="note" x="{}" y="86" text-anchor="middle">{}</text>"#,
            &[&x, &x, &x, &days.to_string()],
        );
    }
    words(
        page,
        opened,
        Side::Below,
        "Notices 45, 30 and 7 days before",
        "The renewal window is open",
    );
    mark(
        page,
        end,
        Side::Before,
        "end",
        "One year",
        "Renewed, if the project still qualifies",
    );
    page.put(
        concat!(
            r#"<line class="stem last" x1="{}" x2="{}" y1="58" y2="86"></line>"#,
            r#"<text class="name" x="100%" y="102" text-anchor="end">14 days of grace</text>"#,
            r#"<text class="note" x="100%" y="119" text-anchor="end">Perks stay, then end</text></svg>"#,
        ),
        &[graced, graced],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_said_in_whole_days() {
        for (days, said) in [(0.1, "1 day"), (1.4, "1 day"), (5.6, "6 days")] {
            for (_, words) in median(days) {
                assert!(words.contains(said), "{words}");
            }
        }
    }

    #[test]
    fn days_named_in_the_list_are_those_of_the_terms() {
        assert_eq!(VALIDITY_DAYS - NOTICE_DAYS[0], 320);
        assert_eq!(VALIDITY_DAYS, 365);
        assert_eq!(VALIDITY_DAYS + GRACE_DAYS, 379);
        const { assert!(CURE_FROM + CURE_DAYS < ANSWER_SCALE_DAYS) };
    }
}
