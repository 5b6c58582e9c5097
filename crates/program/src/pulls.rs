//! What maintainers decide about the pulls of their namespace: whether totals are published, when
//! a change of a week is told, and how often a report goes out. All of it is off until they say so.
//!
//! Weeks go from Monday to Sunday, months are those of the calendar, both in UTC.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Weeks are held against each other only if one of the two has so many pulls: three more of two
/// are no news.
pub const FLOOR: u64 = 100;

/// How many hours after the end of a week or month it counts as complete: registries that were out
/// for a while report late.
pub const SETTLES_HOURS: i64 = 6;

/// What maintainers decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PullSettings {
    /// Whether anybody sees the totals.
    pub publishes_totals: bool,
    /// From which change on a week is told by mail; nothing for never.
    pub alert: Option<Factor>,
    /// How often a report goes out by mail; nothing for never.
    pub report: Option<Every>,
}

/// How much more, or less, than the week before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Factor {
    /// Half as much again, or two thirds.
    #[serde(rename = "1.5")]
    OneAndAHalf,
    /// Twice as much, or half.
    #[serde(rename = "2")]
    Two,
    /// Three times as much, or a third.
    #[serde(rename = "3")]
    Three,
    /// Five times as much, or a fifth.
    #[serde(rename = "5")]
    Five,
    /// Ten times as much, or a tenth.
    #[serde(rename = "10")]
    Ten,
}

impl Factor {
    /// All of them, the smallest first.
    pub const ALL: [Self; 5] = [
        Self::OneAndAHalf,
        Self::Two,
        Self::Three,
        Self::Five,
        Self::Ten,
    ];

    /// The number in forms, files and sentences; as serde writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::OneAndAHalf => "1.5",
            Self::Two => "2",
            Self::Three => "3",
            Self::Five => "5",
            Self::Ten => "10",
        }
    }

    /// The factor of that number.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.id() == id)
    }

    /// What it is downwards: `half` for [`Self::Two`].
    pub const fn part(self) -> &'static str {
        match self {
            Self::OneAndAHalf => "two thirds",
            Self::Two => "half",
            Self::Three => "a third",
            Self::Five => "a fifth",
            Self::Ten => "a tenth",
        }
    }

    /// How many halves it has, so that it is held against counts exactly.
    const fn halves(self) -> u128 {
        match self {
            Self::OneAndAHalf => 3,
            Self::Two => 4,
            Self::Three => 6,
            Self::Five => 10,
            Self::Ten => 20,
        }
    }
}

/// A week that has changed enough to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It has many more pulls than the one before.
    Rise,
    /// It has many fewer.
    Fall,
}

/// Whether a week with so many pulls is to be told after one with `before`: it has at least so many
/// times as many, or they have, and one of the two reaches [`FLOOR`].
pub fn turn(before: u64, now: u64, factor: Factor) -> Option<Turn> {
    if before.max(now) < FLOOR {
        return None;
    }
    let is_times =
        |more: u64, less: u64| u128::from(more) * 2 >= u128::from(less) * factor.halves();
    if is_times(now, before) {
        Some(Turn::Rise)
    } else if is_times(before, now) {
        Some(Turn::Fall)
    } else {
        None
    }
}

/// A kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Every {
    /// Weeks, from Monday to Sunday.
    #[serde(rename = "weekly")]
    Week,
    /// Calendar months.
    #[serde(rename = "monthly")]
    Month,
}

impl Every {
    /// Both, the shorter first.
    pub const ALL: [Self; 2] = [Self::Week, Self::Month];

    /// The name in forms and files; as serde writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Week => "weekly",
            Self::Month => "monthly",
        }
    }

    /// The kind of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.id() == id)
    }

    /// What one of them is called.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The one that a day is in.
    pub fn of(self, day: NaiveDate) -> Period {
        let first = match self {
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day - Days::new(u64::from(day.day0())),
        };
        let next = match self {
            Self::Week => first + Days::new(7),
            Self::Month => first + Months::new(1),
        };
        Period {
            first,
            last: next - Days::new(1),
        }
    }

    /// The one before another.
    pub fn before(self, period: Period) -> Period {
        self.of(period.first - Days::new(1))
    }

    /// The last one that is complete at a moment.
    pub fn complete(self, now: DateTime<Utc>) -> Period {
        let settled = now - TimeDelta::hours(SETTLES_HOURS);
        self.before(self.of(settled.date_naive()))
    }

    /// The one that a mail is due about at a moment: the last that is complete, if it ended after
    /// `since`, when mails were asked for, and if it is none that was told or looked at (`done` is the
    /// first day of the last such). Older ones are not made up for: nobody wants last month’s news.
    pub fn due(
        self,
        now: DateTime<Utc>,
        since: DateTime<Utc>,
        done: Option<NaiveDate>,
    ) -> Option<Period> {
        let period = self.complete(now);
        let is_done = done.is_some_and(|done| done >= period.first);
        (period.end() > since && !is_done).then_some(period)
    }
}

/// The twelve whole months before the one that a day is in.
pub fn twelve_months(today: NaiveDate) -> Period {
    let running = Every::Month.of(today).first;
    Period {
        first: running - Months::new(12),
        last: running - Days::new(1),
    }
}

/// The thirty days before a day.
pub fn thirty_days(today: NaiveDate) -> Period {
    Period {
        first: today - Days::new(30),
        last: today - Days::new(1),
    }
}

/// Whole days, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first.
    pub first: NaiveDate,
    /// The last, which is in it.
    pub last: NaiveDate,
}

impl Period {
    /// The moment at which it is over.
    pub fn end(self) -> DateTime<Utc> {
        (self.last + Days::new(1))
            .and_time(NaiveTime::MIN)
            .and_utc()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_as_serde_writes_them() {
        for factor in Factor::ALL {
            let json = serde_json::to_string(&factor).unwrap();
            assert_eq!(json, format!("\"{}\"", factor.id()));
            assert_eq!(Factor::of_id(factor.id()), Some(factor));
        }
        for every in Every::ALL {
            let json = serde_json::to_string(&every).unwrap();
            assert_eq!(json, format!("\"{}\"", every.id()));
            assert_eq!(Every::of_id(every.id()), Some(every));
        }
        assert_eq!((Factor::of_id("4"), Every::of_id("daily")), (None, None));
        let off: PullSettings =
            serde_json::from_str(r#"{"publishes_totals":false,"alert":null,"report":null}"#)
                .unwrap();
        assert_eq!(off, PullSettings::default());
        // A number that is none of them, or a field by another name, is refused rather than off.
        for wrong in [
            r#"{"publishes_totals":false,"alert":"4","report":null}"#,
            r#"{"publishes_totals":false,"alert":2,"report":null}"#,
            r#"{"publishes_totals":false,"alerts":"2","report":null}"#,
        ] {
            assert!(
                serde_json::from_str::<PullSettings>(wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_week_is_told_from_its_factor_on_and_never_below_the_floor() {
        let rise = Some(Turn::Rise);
        let fall = Some(Turn::Fall);
        assert_eq!(turn(2, 5, Factor::Two), None);
        assert_eq!(turn(0, 99, Factor::Two), None);
        assert_eq!(turn(99, 0, Factor::Ten), None);
        assert_eq!(turn(0, 100, Factor::Ten), rise);
        assert_eq!(turn(100, 0, Factor::Ten), fall);
        assert_eq!(turn(0, 0, Factor::Two), None);
        assert_eq!(turn(100, 150, Factor::OneAndAHalf), rise);
        assert_eq!(turn(100, 149, Factor::OneAndAHalf), None);
        assert_eq!(turn(150, 100, Factor::OneAndAHalf), fall);
        assert_eq!(turn(1000, 1999, Factor::Two), None);
        assert_eq!(turn(1000, 2000, Factor::Two), rise);
        assert_eq!(turn(1000, 500, Factor::Two), fall);
        assert_eq!(turn(1000, 501, Factor::Two), None);
        assert_eq!(turn(u64::MAX, u64::MAX, Factor::Ten), None);
    }

    #[test]
    fn a_week_is_complete_some_hours_after_monday_begins() {
        let week = Every::Week;
        let before = week.complete(at("2026-08-17T05:59:59Z"));
        assert_eq!(before.first, day("2026-08-03"));
        let after = week.complete(at("2026-08-17T06:00:00Z"));
        assert_eq!(
            (after.first, after.last),
            (day("2026-08-10"), day("2026-08-16"))
        );
        assert_eq!(week.complete(at("2026-08-23T23:00:00Z")), after);
        let month = Every::Month;
        assert_eq!(
            month.complete(at("2026-03-01T05:00:00Z")).first,
            day("2026-01-01")
        );
        let february = month.complete(at("2026-03-01T06:00:00Z"));
        assert_eq!(
            (february.first, february.last),
            (day("2026-02-01"), day("2026-02-28"))
        );
        assert_eq!(february.end(), at("2026-03-01T00:00:00Z"));
    }

    #[test]
    fn the_first_period_is_the_one_in_which_it_was_asked_for() {
        let wednesday = at("2026-08-12T09:00:00Z");
        let week = Every::Week;
        assert_eq!(week.due(wednesday, wednesday, None), None);
        let monday = at("2026-08-17T07:00:00Z");
        let due = week.due(monday, wednesday, None).unwrap();
        assert_eq!(due.first, day("2026-08-10"));
        assert_eq!(week.due(monday, wednesday, Some(due.first)), None);
        // Asked for in the night in which the week ends: it is over, and was not asked for.
        assert_eq!(week.due(monday, at("2026-08-17T00:00:00Z"), None), None);
        // A clock that is put back tells nothing twice.
        assert_eq!(week.due(monday, wednesday, Some(day("2026-08-24"))), None);
    }

    #[test]
    fn totals_are_of_whole_months_and_whole_days() {
        let months = twelve_months(day("2026-08-13"));
        assert_eq!(
            (months.first, months.last),
            (day("2025-08-01"), day("2026-07-31"))
        );
        let months = twelve_months(day("2026-08-01"));
        assert_eq!(
            (months.first, months.last),
            (day("2025-08-01"), day("2026-07-31"))
        );
        let days = thirty_days(day("2026-03-01"));
        assert_eq!(
            (days.first, days.last),
            (day("2026-01-30"), day("2026-02-28"))
        );
    }

    fn factors() -> impl Strategy<Value = Factor> {
        prop::sample::select(Factor::ALL.to_vec())
    }

    fn kinds() -> impl Strategy<Value = Every> {
        prop::sample::select(Every::ALL.to_vec())
    }

    fn moments() -> impl Strategy<Value = DateTime<Utc>> {
        // 2020 to 2099.
        (1_577_836_800i64..4_102_444_800)
            .prop_map(|secs| DateTime::from_timestamp(secs, 0).unwrap())
    }

    proptest! {
        #[test]
        fn a_rise_read_backwards_is_a_fall(a in 0u64..100_000, b in 0u64..100_000, factor in factors()) {
            let turned = match turn(a, b, factor) {
                Some(Turn::Rise) => Some(Turn::Fall),
                Some(Turn::Fall) => Some(Turn::Rise),
                None => None,
            };
            prop_assert_eq!(turn(b, a, factor), turned);
        }

        #[test]
        fn what_a_larger_factor_tells_a_smaller_one_tells_too(
            a in 0u64..100_000, b in 0u64..100_000, one in factors(), other in factors(),
        ) {
            let (small, large) = (one.min(other), one.max(other));
            if let Some(found) = turn(a, b, large) {
                prop_assert_eq!(turn(a, b, small), Some(found));
            }
        }

        #[test]
        fn it_is_told_as_the_numbers_say(a in 0u64..20_000, b in 0u64..20_000, factor in factors()) {
            let times: f64 = factor.id().parse().unwrap();
            let (before, now) = (a as f64, b as f64);
            let expected = if a.max(b) < FLOOR {
                None
            } else if now >= before * times {
                Some(Turn::Rise)
            } else if before >= now * times {
                Some(Turn::Fall)
            } else {
                None
            };
            prop_assert_eq!(turn(a, b, factor), expected);
        }

        #[test]
        fn periods_are_whole_and_follow_each_other(now in moments(), every in kinds()) {
            let period = every.complete(now);
            prop_assert_eq!(every.of(period.first), period);
            prop_assert_eq!(every.of(period.last), period);
            prop_assert_eq!(every.before(period).last + Days::new(1), period.first);
            prop_assert!(period.end() + TimeDelta::hours(SETTLES_HOURS) <= now);
            let next = every.of(period.last + Days::new(1));
            prop_assert!(next.end() + TimeDelta::hours(SETTLES_HOURS) > now);
            if every == Every::Week {
                prop_assert_eq!(period.first.weekday(), chrono::Weekday::Mon);
                prop_assert_eq!((period.last - period.first).num_days(), 6);
            }
        }

        #[test]
        fn over_time_each_period_is_due_once(
            since in moments(), every in kinds(), steps in prop::collection::vec(1i64..90, 1..60),
        ) {
            // Looked at after any pauses; as long as none is longer than a period, all are told.
            let (mut now, mut done, mut told) = (since, None, Vec::new());
            for hours in steps {
                now += TimeDelta::hours(hours);
                if let Some(period) = every.due(now, since, done) {
                    told.push(period);
                    done = Some(period.first);
                }
            }
            for pair in told.windows(2) {
                prop_assert_eq!(every.before(pair[1]), pair[0]);
            }
            if let Some(first) = told.first() {
                prop_assert_eq!(*first, every.of(since.date_naive()));
            }
        }

        #[test]
        fn published_periods_end_before_today(now in moments()) {
            let today = now.date_naive();
            let (months, days) = (twelve_months(today), thirty_days(today));
            prop_assert_eq!(days.end().date_naive(), today);
            prop_assert_eq!((days.last - days.first).num_days(), 29);
            prop_assert_eq!(Every::Month.of(months.last).last, months.last);
            prop_assert_eq!(months.first + Months::new(12), months.last + Days::new(1));
            prop_assert!(months.last < today);
        }
    }
}
