//! The time of a membership, drawn to scale: since when, this year, today, the end. Lengths are
//! shares of the width, so that one drawing fits every width and its text keeps its size.

use super::found::{Found, Judged};
use crate::{components::words::Local, platform::intl};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use credential::{Conclusion, Outcome};
use leptos::prelude::*;
use program::wording::Wording;

/// Room after the last mark for its text, in thousandths of what the marks span.
const ROOM: i64 = 160;

/// More years than any membership has: what claims them is not drawn.
const MOST_YEARS: i64 = 60;

/// From so many years on, a narrow drawing names every second one.
const MANY_YEARS: usize = 6;

/// On which side of its mark a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It ends there.
    Before,
    /// It begins there.
    After,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    since: NaiveDate,
    from: NaiveDate,
    until: NaiveDate,
    /// The last day of grace, while it is those days.
    grace: Option<NaiveDate>,
    today: NaiveDate,
    /// Whether it holds no longer.
    is_over: bool,
}

/// A beginning of a year or of its second half, on the scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// The first day of a year; nothing for its middle.
    pub year: Option<NaiveDate>,
    /// Whether a narrow drawing leaves its name out.
    pub is_minor: bool,
}

impl Scale {
    /// The scale of what a credential says on a day; nothing for what is no span of time.
    pub fn of(judged: &Judged, now: DateTime<Utc>) -> Option<Self> {
        let claims = &judged.token.claims;
        let today = now.date_naive();
        let grace = (claims.expires - TimeDelta::seconds(1)).date_naive();
        let is_over = matches!(
            judged.verdict.conclusion,
            Conclusion::Over | Conclusion::Revoked
        );
        let is_signed = judged.verdict.steps[0].1 == Outcome::Holds;
        let scale = Self {
            since: claims.since,
            from: claims.from,
            until: claims.until,
            grace: (!is_over && today > claims.until).then_some(grace),
            today,
            is_over,
        };
        let days = (scale.last() - scale.since).num_days();
        let is_span = scale.since <= scale.from && scale.from < scale.until;
        (is_signed && is_span && scale.since <= today && days < MOST_YEARS * 366).then_some(scale)
    }

    /// The last day that has a mark.
    fn last(&self) -> NaiveDate {
        self.until
            .max(self.today)
            .max(self.grace.unwrap_or(self.until))
    }

    /// Where a day stands, in percent of the width.
    fn at(&self, day: NaiveDate) -> f64 {
        let days = |day: NaiveDate| (day - self.since).num_days() as f64;
        let whole = days(self.last()) * (1_000 + ROOM) as f64 / 1_000.0;
        // A tenth is finer than a pixel of most screens.
        (days(day) / whole * 1_000.0).round() / 10.0
    }

    /// The side of the end’s text where there is room. Beyond the end, today’s mark would cut
    /// through it.
    fn end_side(&self) -> Side {
        if self.today <= self.until || self.at(self.until) < 40.0 {
            Side::After
        } else {
            Side::Before
        }
    }

    /// The same in a narrow drawing, where the text takes a third of the width; nothing where
    /// it fits on neither side.
    fn narrow_end_side(&self) -> Option<Side> {
        match self.at(self.until) {
            0.0..40.0 => None,
            40.0..68.0 => Some(Side::After),
            _ => Some(Side::Before),
        }
    }

    /// The side of today’s text; nothing while it is too close to the beginning to stand beside
    /// the text there, so that it stands below.
    fn today_side(&self) -> Option<Side> {
        let at = self.at(self.today);
        if self.today > self.until {
            Some(Side::After)
        } else if at >= 30.0 {
            Some(Side::Before)
        } else {
            None
        }
    }

    /// Years and their middles.
    pub fn ticks(&self) -> Vec<Tick> {
        let last = self.since
            + TimeDelta::days((self.last() - self.since).num_days() * (1_000 + ROOM) / 1_000);
        let years = (last.year() - self.since.year()).unsigned_abs() as usize;
        (self.since.year()..=last.year())
            .flat_map(|year| [(year, 1), (year, 7)])
            .filter_map(|(year, month)| {
                let day = NaiveDate::from_ymd_opt(year, month, 1)?;
                (day > self.since && day <= last).then(|| Tick {
                    at: self.at(day),
                    year: (month == 1).then_some(day),
                    is_minor: years > MANY_YEARS && year % 2 == 1,
                })
            })
            .collect()
    }

    /// What the end is called.
    fn end_name(&self) -> &'static str {
        match (self.is_over, self.today > self.until) {
            (false, _) => "Valid until",
            (true, true) => "Ended",
            // It was taken back before.
            (true, false) => "Was to end",
        }
    }

    /// The drawing in words.
    pub fn label(&self, wording: &impl Wording) -> String {
        let day = |day| wording.day(day);
        let mut label = format!(
            "To scale: {} {}, granted from {} to {}",
            if self.is_over {
                "was sponsored from"
            } else {
                "sponsored since"
            },
            day(self.since),
            day(self.from),
            day(self.until)
        );
        if let Some(grace) = self.grace {
            label.push_str(", days of grace until ");
            label.push_str(&day(grace));
        }
        label.push_str(", today ");
        label.push_str(&day(self.today));
        label
    }
}

fn percent(at: f64) -> String {
    format!("{at:.1}%")
}

/// The classes of a text by its sides, in a wide and in a narrow drawing.
const fn sides(wide: Side, narrow: Option<Side>) -> &'static str {
    match (wide, narrow) {
        (Side::Before, Some(Side::Before)) => "before",
        (Side::Before, Some(Side::After)) => "before narrow-after",
        (Side::Before, None) => "before narrow-none",
        (Side::After, Some(Side::After)) => "after",
        (Side::After, Some(Side::Before)) => "after narrow-before",
        (Side::After, None) => "after narrow-none",
    }
}

/// The drawing.
#[component]
pub fn ScaleDrawing(judged: Judged, found: Found) -> impl IntoView {
    let scale = Scale::of(&judged, found.at)?;
    let at = |day| percent(scale.at(day));
    let (since, until) = (at(scale.since), at(scale.until));
    let bar = |class: &'static str, first: NaiveDate, last: NaiveDate| {
        let width = percent(scale.at(last) - scale.at(first));
        view! { <rect class=class x=at(first) width=width y="37" height="9"></rect> }
    };
    let bars = if scale.is_over {
        bar("gone", scale.since, scale.until).into_any()
    } else {
        (
            bar("soft", scale.since, scale.from),
            bar("window", scale.from, scale.until),
            scale.grace.map(|last| bar("grace", scale.until, last)),
        )
            .into_any()
    };
    let ticks: Vec<_> = scale.ticks().into_iter().map(tick).collect();
    let end = sides(scale.end_side(), scale.narrow_end_side());
    let side = scale.today_side();
    let class = if side.is_some() {
        "scale"
    } else {
        "scale tall"
    };
    Some(
        view! {
            <svg class=class role="img" aria-label=scale.label(&Local)>
                {bars}
                <line class="rule" x1="0" x2="100%" y1="46" y2="46"></line>
                {ticks}
                <line class="stem" x1=since.clone() x2=since.clone() y1="8" y2="46"></line>
                <text class="name after" x=since.clone() y="17">"Sponsored since"</text>
                <text class="note after" x=since y="31">{Local.day(scale.since)}</text>
                <line class="stem end" x1=until.clone() x2=until.clone() y1="8" y2="46"></line>
                <text class=format!("name {end}") x=until.clone() y="17">{scale.end_name()}</text>
                <text class=format!("note {end}") x=until y="31">{Local.day(scale.until)}</text>
                {today(at(scale.today), side)}
            </svg>
        }
        .into_any(),
    )
}

/// Today’s mark. Of two lines one is shown: a narrow drawing has no room for a name, and its mark
/// leaves the texts alone.
fn today(at: String, side: Option<Side>) -> AnyView {
    let line = |class: &'static str, from: &'static str, to: &'static str| {
        view! { <line class=class x1=at.clone() x2=at.clone() y1=from y2=to></line> }
    };
    let (class, y) = match side {
        Some(Side::Before) => ("name before narrow-none", "17"),
        Some(Side::After) => ("name after narrow-none", "17"),
        None => ("name after", "82"),
    };
    let marks = if side.is_some() {
        (
            line("stem act long", "8", "52"),
            Some(line("stem act brief", "35", "52")),
        )
    } else {
        (line("stem act", "35", "83"), None)
    };
    view! {
        {marks}
        <text class=class x=at y=y>"Today"</text>
    }
    .into_any()
}

fn tick(tick: Tick) -> AnyView {
    let at = percent(tick.at);
    let to = if tick.year.is_some() { "54" } else { "50" };
    let mut class = String::from(if tick.at > 94.0 { "before" } else { "after" });
    if tick.is_minor {
        class.push_str(" minor");
    }
    let name = tick.year.map(|day| {
        let year = intl::year(day.to_epoch_days());
        view! { <text class=class x=at.clone() y="66">{year}</text> }
    });
    view! {
        <line class="rule" x1=at.clone() x2=at y1="46" y2=to></line>
        {name}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::found::tests::{at, clear, day, found, valid};
    use super::*;
    use credential::Signature;
    use program::wording::Plain;

    fn scale(now: &str) -> Option<Scale> {
        let found = found(None, valid(), clear(), now);
        let judged = found.credential.unwrap().unwrap();
        Scale::of(&judged, at(now))
    }

    #[test]
    fn days_stand_where_they_are() {
        let scale = scale("2026-08-13T09:00:00Z").unwrap();
        assert_eq!(scale.at(day("2023-03-14")), 0.0);
        assert_eq!(scale.at(day("2027-03-13")), 86.2);
        assert_eq!(scale.at(day("2026-08-13")), 73.7);
        assert_eq!((scale.end_side(), scale.grace), (Side::After, None));
        assert_eq!(scale.narrow_end_side(), Some(Side::Before));
        assert_eq!(scale.today_side(), Some(Side::Before));
        let years: Vec<_> = scale.ticks().iter().filter_map(|tick| tick.year).collect();
        assert_eq!(years.first(), Some(&day("2024-01-01")));
        assert_eq!(years.len(), 4);
        assert!(scale.ticks().iter().all(|tick| tick.at <= 100.0));
        let label = scale.label(&Plain);
        assert!(label.ends_with("today 13 August 2026"), "{label}");
    }

    #[test]
    fn what_is_over_ends_before_today() {
        let scale = scale("2027-08-13T09:00:00Z").unwrap();
        assert!(scale.is_over && scale.at(scale.today) > scale.at(scale.until));
        assert_eq!(scale.end_side(), Side::Before);
        assert_eq!(scale.today_side(), Some(Side::After));
        assert_eq!(scale.end_name(), "Ended");
        let today = day("2026-08-13");
        assert_eq!(Scale { today, ..scale }.end_name(), "Was to end");
    }

    #[test]
    fn days_of_grace_are_drawn_while_they_run() {
        let scale = scale("2027-03-20T00:00:00Z").unwrap();
        assert_eq!(scale.grace, Some(day("2027-03-27")));
        assert!(scale.label(&Plain).contains("grace until 27 March 2027"));
    }

    #[test]
    fn what_nobody_vouches_for_is_not_drawn() {
        let now = "2026-08-13T09:00:00Z";
        let found = found(None, Signature::NoKeys, clear(), now);
        let mut judged = found.credential.unwrap().unwrap();
        assert_eq!(Scale::of(&judged, at(now)), None);
        judged.verdict.steps[0].1 = Outcome::Holds;
        assert!(Scale::of(&judged, at(now)).is_some());
        for (since, from, until) in [
            ("2026-04-01", "2026-03-14", "2027-03-13"),
            ("2023-03-14", "2027-03-14", "2027-03-13"),
            ("1923-03-14", "2026-03-14", "2027-03-13"),
        ] {
            let claims = &mut judged.token.claims;
            (claims.since, claims.from, claims.until) = (day(since), day(from), day(until));
            assert_eq!(Scale::of(&judged, at(now)), None);
        }
        assert_eq!(scale("2023-01-01T00:00:00Z"), None);
    }
}
