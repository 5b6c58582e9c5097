//! Days, periods and spans, all in UTC: the export has day precision, and a
//! chart adds days up to weeks (Monday to Sunday) or calendar months.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days since 1970-01-01, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The day of a calendar date, if there is one such (no 30 February).
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from_date)
    }

    /// The day of a date.
    pub fn from_date(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }

    /// The date of a day; days beyond chrono's years become its first date.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or(NaiveDate::MIN)
    }

    /// Reads `YYYY-MM-DD`, alone or before a time (`YYYY-MM-DD hh:mm:ss`,
    /// `YYYY-MM-DDThh:mm:ssZ`). `None` for anything else, and for dates that
    /// no calendar has.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        if !(rest.is_empty() || matches!(rest[0], b' ' | b'T'))
            || date[4] != b'-'
            || date[7] != b'-'
        {
            return None;
        }
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u32, |n, d| {
                d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0'))
            })
        };
        Self::from_ymd(
            number(&date[0..4])? as i32,
            number(&date[5..7])?,
            number(&date[8..10])?,
        )
    }

    /// As [`Self::parse`], for the day of a pull: from 2013, before which there
    /// was no registry to pull from, to 2199. A wrong digit in a year would
    /// otherwise stretch every chart over centuries.
    pub fn of_a_pull(text: &[u8]) -> Option<Self> {
        Self::parse(text).filter(|day| matches!(day.date().year(), 2013..=2199))
    }

    /// The day `days` later (earlier when negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The same date `months` earlier, or that month's last day.
    #[must_use]
    pub fn minus_months(self, months: u32) -> Self {
        self.date()
            .checked_sub_months(Months::new(months))
            .map_or(self, Self::from_date)
    }
}

impl std::fmt::Display for Day {
    /// `YYYY-MM-DD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let date = self.date();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        )
    }
}

/// The period that a chart adds days up to.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Granularity {
    /// One day.
    #[default]
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl Granularity {
    /// The first day of the period that holds `day`.
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            // 1970-01-01 was a Thursday, three days after a Monday.
            Self::Week => Day(day.0 - (day.0 + 3).rem_euclid(7)),
            Self::Month => Day(day.0 - day.date().day0() as i32),
        }
    }

    /// The first day of the period that a file names by its first day. Where
    /// weeks begin on another day than Monday, it is the week that shares most
    /// of its days with the one named.
    pub fn named(self, day: Day) -> Day {
        match self {
            Self::Week => self.start(day.plus(3)),
            _ => self.start(day),
        }
    }

    /// The first day of the period after the one that holds `day`.
    pub fn next(self, day: Day) -> Day {
        let start = self.start(day);
        match self {
            Self::Day => start.plus(1),
            Self::Week => start.plus(7),
            Self::Month => start
                .date()
                .checked_add_months(Months::new(1))
                .map_or(start.plus(31), Day::from_date),
        }
    }
}

/// A closed range of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First day in it.
    pub first: Day,
    /// Last day in it; never before `first`.
    pub last: Day,
}

impl Span {
    /// The span from one day to another, in either order.
    pub fn new(a: Day, b: Day) -> Self {
        Self {
            first: a.min(b),
            last: a.max(b),
        }
    }

    /// Number of days, at least 1.
    pub fn days(self) -> u32 {
        (self.last.0 - self.first.0) as u32 + 1
    }

    /// Whether the day is in it.
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// What two spans share.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// The periods that the span touches, oldest first.
    pub fn periods(self, by: Granularity) -> impl Iterator<Item = Span> {
        let mut start = by.start(self.first);
        std::iter::from_fn(move || {
            if start > self.last {
                return None;
            }
            let next = by.next(start);
            let period = Span {
                first: start,
                last: next.plus(-1),
            };
            start = next;
            Some(period)
        })
    }
}

/// The period a year before one: 52 weeks by days and weeks, so that weekdays
/// meet weekdays; twelve months by months.
pub fn year_before(period: Span, by: Granularity) -> Span {
    let first = match by {
        Granularity::Month => period.first.minus_months(12),
        _ => period.first.plus(-364),
    };
    Span {
        first,
        last: by.next(first).plus(-1),
    }
}

/// The period `count` periods before one.
pub fn periods_before(period: Span, count: u32, by: Granularity) -> Span {
    let first = match by {
        Granularity::Day => period.first.plus(-(count as i32)),
        Granularity::Week => period.first.plus(-(count as i32) * 7),
        Granularity::Month => period.first.minus_months(count),
    };
    Span {
        first,
        last: by.next(first).plus(-1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn reads_dates_and_refuses_impossible_ones() {
        assert_eq!(day("1970-01-02"), Day(1));
        assert_eq!(day("2026-08-16 00:00:00"), day("2026-08-16"));
        assert_eq!(day("2024-02-29T10:00:00Z").to_string(), "2024-02-29");
        for bad in [
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "26-01-01",
            "2026/01/01",
            "",
            "2026-01-011",
            "2026-0a-01",
        ] {
            assert_eq!(Day::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn pulls_are_not_from_another_century() {
        for (text, is_day) in [
            ("2013-01-01", true),
            ("2199-12-31", true),
            ("2012-12-31", false),
            ("0206-02-03", false),
            ("9999-01-01", false),
        ] {
            assert_eq!(Day::of_a_pull(text.as_bytes()).is_some(), is_day, "{text}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        assert_eq!(
            Granularity::Week.start(day("2026-08-16")),
            day("2026-08-10")
        );
        assert_eq!(
            Granularity::Week.start(day("2026-08-10")),
            day("2026-08-10")
        );
        assert_eq!(
            Granularity::Week.start(day("1969-12-31")),
            day("1969-12-29")
        );
        assert_eq!(
            Granularity::Month.next(day("2026-12-31")),
            day("2027-01-01")
        );
    }

    #[test]
    fn a_week_named_by_any_day_is_the_one_it_mostly_is() {
        let week = |first: Day| Span::new(first, first.plus(6));
        for at in 0..14 {
            let named = week(day("2026-08-10").plus(at));
            let taken = week(Granularity::Week.named(named.first));
            assert_eq!(Granularity::Week.start(taken.first), taken.first);
            assert!(taken.intersection(named).is_some_and(|s| s.days() >= 4));
        }
        assert_eq!(
            Granularity::Month.named(day("2026-08-31")),
            day("2026-08-01")
        );
        assert_eq!(Granularity::Day.named(day("2026-08-31")), day("2026-08-31"));
    }

    #[test]
    fn earlier_periods() {
        let week = Span::new(day("2026-08-10"), day("2026-08-16"));
        assert_eq!(
            periods_before(week, 1, Granularity::Week),
            Span::new(day("2026-08-03"), day("2026-08-09"))
        );
        let year = year_before(week, Granularity::Week);
        assert_eq!(
            (Granularity::Week.start(year.first), year.days()),
            (year.first, 7)
        );
        let feb = Span::new(day("2024-02-01"), day("2024-02-29"));
        assert_eq!(
            year_before(feb, Granularity::Month),
            Span::new(day("2023-02-01"), day("2023-02-28"))
        );
        assert_eq!(
            periods_before(feb, 3, Granularity::Month),
            Span::new(day("2023-11-01"), day("2023-11-30"))
        );
    }

    proptest::proptest! {
        #[test]
        fn periods_cover_a_span_once(first in -20_000i32..40_000, days in 0i32..800, by in 0..3u8) {
            let by = [Granularity::Day, Granularity::Week, Granularity::Month][by as usize];
            let span = Span::new(Day(first), Day(first + days));
            let periods: Vec<_> = span.periods(by).collect();
            assert!(periods[0].contains(span.first));
            assert!(periods[periods.len() - 1].contains(span.last));
            for pair in periods.windows(2) {
                assert_eq!(pair[0].last.plus(1), pair[1].first);
            }
            for p in &periods {
                assert_eq!(by.start(p.last), p.first);
            }
        }
    }
}
