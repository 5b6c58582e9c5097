//! Membership: a year from approval, the notices before it ends, the days of
//! grace after it, and what renewal and reinstatement do. Days are in UTC; the
//! day of today is an argument everywhere.

use crate::terms::{GRACE_DAYS, NOTICE_DAYS, VALIDITY_MONTHS};
use chrono::{Days, Months, NaiveDate};
use core::fmt;
use serde::{Deserialize, Serialize};

/// One granted year, first and last day included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    /// The first day.
    pub from: NaiveDate,
    /// The last day on which everything holds.
    pub until: NaiveDate,
    /// The first day without it, if the people who run the program ended it before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<NaiveDate>,
}

/// Where a membership is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum Phase {
    /// Granted, and the end is not near.
    Active,
    /// Granted, and it can be renewed.
    Renewal,
    /// Ended, and everything is kept for some days.
    Grace {
        /// The last of them.
        until: NaiveDate,
    },
    /// Ended.
    Lapsed {
        /// The first day without it.
        since: NaiveDate,
    },
}

impl Phase {
    /// Whether badge, limits and the other perks hold.
    pub const fn has_perks(self) -> bool {
        !matches!(self, Self::Lapsed { .. })
    }
}

/// What is written to the owners of a namespace, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The year has begun.
    Began,
    /// So many days are left; one of [`NOTICE_DAYS`].
    Ends {
        /// Days until the last day.
        days: u32,
    },
    /// The year is over, and the days of grace have begun.
    Grace,
    /// It has lapsed.
    Lapsed,
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Began => formatter.write_str("the year begins"),
            Self::Ends { days } => write!(formatter, "{days} days before the end"),
            Self::Grace => formatter.write_str("the days of grace begin"),
            Self::Lapsed => formatter.write_str("the membership lapses"),
        }
    }
}

impl Term {
    /// The year that begins on a day.
    pub fn beginning(from: NaiveDate) -> Self {
        // 29 February ends on 28 February: a year is never longer than twelve months.
        let until = from
            .checked_add_months(Months::new(VALIDITY_MONTHS))
            .unwrap_or(NaiveDate::MAX);
        Self {
            from,
            until,
            ended: None,
        }
    }

    /// The same year, ended before its time: `on` is the first day without it.
    #[must_use]
    pub fn ended(self, on: NaiveDate) -> Self {
        Self {
            ended: Some(on),
            ..self
        }
    }

    /// Where the membership is on a day, if this is its last year.
    pub fn phase(self, today: NaiveDate) -> Phase {
        let grace = self.grace_until();
        if let Some(since) = self.ended.filter(|on| *on <= today) {
            Phase::Lapsed { since }
        } else if today > grace {
            Phase::Lapsed {
                since: grace + Days::new(1),
            }
        } else if today > self.until {
            Phase::Grace { until: grace }
        } else if today >= self.renewable_from() {
            Phase::Renewal
        } else {
            Phase::Active
        }
    }

    /// The first day on which it can be renewed: that of the first notice.
    pub fn renewable_from(self) -> NaiveDate {
        self.until - Days::new(u64::from(NOTICE_DAYS[0]))
    }

    /// The last day on which the perks hold, if it is not ended before its time.
    pub fn grace_until(self) -> NaiveDate {
        self.until + Days::new(u64::from(GRACE_DAYS))
    }

    /// The last day on which the perks hold; before the first day, if it was ended at once.
    pub fn perks_until(self) -> NaiveDate {
        let grace = self.grace_until();
        self.ended
            .and_then(|on| on.pred_opt())
            .map_or(grace, |last| last.min(grace))
    }

    /// The year after this one, approved on `today`: it goes on where this one
    /// ends, so that nobody loses days by renewing early; after a lapse it begins anew.
    pub fn renewed(self, today: NaiveDate) -> Self {
        if self.phase(today).has_perks() {
            let next = Self::beginning(self.until);
            Self {
                from: self.until + Days::new(1),
                ..next
            }
        } else {
            Self::beginning(today)
        }
    }

    /// Every notice of this year and the day on which it is due, in order.
    pub fn notices(self) -> Vec<(NaiveDate, Notice)> {
        let before = NOTICE_DAYS.map(|days| {
            let day = self.until - Days::new(u64::from(days));
            (day, Notice::Ends { days })
        });
        [(self.from, Notice::Began)]
            .into_iter()
            .chain(before)
            .chain([
                (self.until + Days::new(1), Notice::Grace),
                (self.grace_until() + Days::new(1), Notice::Lapsed),
            ])
            .collect()
    }

    /// The notice that is due on a day when `given` were delivered: the latest
    /// whose day has come. An earlier one that never arrived is overtaken by it,
    /// since its words would be wrong by now. A clock that was set back makes an earlier
    /// one the latest again: what was delivered after it stands. Of a year that was ended
    /// before its time nothing is due any more: that was told in a mail of its own.
    pub fn due(self, today: NaiveDate, given: &[Notice]) -> Option<Notice> {
        if self.ended.is_some_and(|on| on <= today) {
            return None;
        }
        let all = self.notices();
        let latest = all.iter().rposition(|(day, _)| *day <= today)?;
        let from_there = all.get(latest..)?;
        let is_said = from_there.iter().any(|(_, notice)| given.contains(notice));
        let (_, notice) = from_there.first()?;
        (!is_said).then_some(*notice)
    }
}

/// Since when a namespace is in the program without a gap, by all of its years in any order:
/// the first day of the oldest year that leads to the last one. A year that began while the
/// perks of the one before still held goes on with it.
pub fn unbroken_since(terms: &[Term]) -> Option<NaiveDate> {
    // One that was ended before it began is as if it had never been granted.
    let mut terms: Vec<Term> = terms
        .iter()
        .copied()
        .filter(|term| term.perks_until() >= term.from)
        .collect();
    terms.sort_unstable_by_key(|term| (term.from, term.until));
    let mut later = terms.pop()?;
    while let Some(earlier) = terms.pop() {
        if earlier.perks_until().succ_opt() < Some(later.from) {
            break;
        }
        later = earlier;
    }
    Some(later.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn term() -> Term {
        Term::beginning(day("2026-08-13"))
    }

    #[test]
    fn phases_change_on_their_days() {
        for (today, phase) in [
            ("2026-08-13", Phase::Active),
            ("2027-06-28", Phase::Active),
            ("2027-06-29", Phase::Renewal),
            ("2027-08-13", Phase::Renewal),
            (
                "2027-08-14",
                Phase::Grace {
                    until: day("2027-08-27"),
                },
            ),
            (
                "2027-08-27",
                Phase::Grace {
                    until: day("2027-08-27"),
                },
            ),
            (
                "2027-08-28",
                Phase::Lapsed {
                    since: day("2027-08-28"),
                },
            ),
        ] {
            assert_eq!(term().phase(day(today)), phase, "{today}");
        }
    }

    #[test]
    fn complaint_2_nothing_ends_without_notices_before_it() {
        let notices = term().notices();
        let expected = [
            ("2026-08-13", Notice::Began),
            ("2027-06-29", Notice::Ends { days: 45 }),
            ("2027-07-14", Notice::Ends { days: 30 }),
            ("2027-08-06", Notice::Ends { days: 7 }),
            ("2027-08-14", Notice::Grace),
            ("2027-08-28", Notice::Lapsed),
        ];
        assert_eq!(notices, expected.map(|(on, notice)| (day(on), notice)));
    }

    #[test]
    fn a_notice_that_did_not_arrive_is_due_until_the_next_one_is() {
        let given = [Notice::Began];
        assert_eq!(
            term().due(day("2027-07-13"), &given),
            Some(Notice::Ends { days: 45 })
        );
        assert_eq!(
            term().due(day("2027-07-14"), &given),
            Some(Notice::Ends { days: 30 })
        );
        let given = [Notice::Began, Notice::Ends { days: 45 }];
        assert_eq!(term().due(day("2027-07-01"), &given), None);
        let later = [Notice::Ends { days: 30 }];
        assert_eq!(
            term().due(day("2027-07-01"), &later),
            None,
            "a clock that was set back says nothing that is overtaken"
        );
    }

    #[test]
    fn leap_days_lose_a_day_and_no_more() {
        let leap = Term::beginning(day("2028-02-29"));
        assert_eq!(leap.until, day("2029-02-28"));
        assert_eq!(leap.renewed(day("2029-02-01")).until, day("2030-02-28"));
    }

    #[test]
    fn two_years_walked_through_day_by_day() {
        let mut term = term();
        let mut given: Vec<Notice> = Vec::new();
        let mut sent: Vec<(NaiveDate, Notice)> = Vec::new();
        let (mut today, end) = (term.from, day("2028-09-30"));
        while today <= end {
            if let Some(notice) = term.due(today, &given) {
                given.push(notice);
                sent.push((today, notice));
            }
            if today == day("2027-08-20") {
                assert_eq!(
                    term.phase(today),
                    Phase::Grace {
                        until: day("2027-08-27")
                    }
                );
                term = term.renewed(today);
                given.clear();
            }
            today = today + Days::new(1);
        }
        assert_eq!(term.until, day("2028-08-13"));
        let days: Vec<String> = sent.iter().map(|(day, _)| day.to_string()).collect();
        let expected = [
            "2026-08-13",
            "2027-06-29",
            "2027-07-14",
            "2027-08-06",
            "2027-08-14",
            "2027-08-21",
            "2028-06-29",
            "2028-07-14",
            "2028-08-06",
            "2028-08-14",
            "2028-08-28",
        ];
        assert_eq!(days, expected);
    }

    #[test]
    fn what_was_ended_before_its_time_has_neither_grace_nor_notices() {
        let ended = term().ended(day("2027-02-01"));
        assert_eq!(ended.phase(day("2027-01-31")), Phase::Active);
        let lapsed = Phase::Lapsed {
            since: day("2027-02-01"),
        };
        for today in ["2027-02-01", "2027-08-20", "2028-01-01"] {
            assert_eq!(ended.phase(day(today)), lapsed, "{today}");
            assert_eq!(ended.due(day(today), &[]), None, "{today}");
        }
        assert_eq!(ended.perks_until(), day("2027-01-31"));
        assert_eq!(term().perks_until(), day("2027-08-27"));
        let again = ended.renewed(day("2027-03-01"));
        assert_eq!(again, Term::beginning(day("2027-03-01")));
    }

    #[test]
    fn it_counts_from_the_first_year_after_the_last_gap() {
        assert_eq!(unbroken_since(&[]), None);
        let first = term();
        let second = first.renewed(day("2027-08-20"));
        let third = second.renewed(day("2029-01-01"));
        assert_eq!(unbroken_since(&[second, first]), Some(first.from));
        assert_eq!(unbroken_since(&[first, second, third]), Some(third.from));
        let ended = second.ended(day("2027-12-01"));
        let again = ended.renewed(day("2027-12-01"));
        assert_eq!(unbroken_since(&[first, ended, again]), Some(first.from));
        let later = ended.renewed(day("2027-12-02"));
        assert_eq!(unbroken_since(&[first, ended, later]), Some(later.from));
        let ahead = first.renewed(day("2027-07-01")).ended(day("2027-07-02"));
        let first = first.ended(day("2027-07-02"));
        let again = Term::beginning(day("2027-07-02"));
        assert_eq!(unbroken_since(&[first, ahead, again]), Some(first.from));
        assert_eq!(unbroken_since(&[ahead]), None);
    }

    proptest! {
        #[test]
        fn renewing_on_any_day_loses_none(start in 0u64..20_000, later in 0u64..800) {
            let term = Term::beginning(day("2000-01-01") + Days::new(start));
            let today = term.from + Days::new(later);
            let next = term.renewed(today);
            prop_assert!(next.until > term.until);
            if term.phase(today).has_perks() {
                prop_assert_eq!(next.from, term.until + Days::new(1));
                prop_assert!(next.until <= Term::beginning(next.from).until);
            } else {
                prop_assert_eq!(next, Term::beginning(today));
            }
        }

        #[test]
        fn phases_only_go_forward(start in 0u64..20_000) {
            let term = Term::beginning(day("2000-01-01") + Days::new(start));
            let rank = |phase| match phase {
                Phase::Active => 0,
                Phase::Renewal => 1,
                Phase::Grace { .. } => 2,
                Phase::Lapsed { .. } => 3,
            };
            let days: Vec<_> = (0..400).map(|later| rank(term.phase(term.from + Days::new(later)))).collect();
            prop_assert!(days.is_sorted());
            prop_assert_eq!(days.iter().filter(|rank| **rank == 2).count(), GRACE_DAYS as usize);
            prop_assert_eq!(days.iter().filter(|rank| **rank == 1).count(), NOTICE_DAYS[0] as usize + 1);
        }
    }
}
