//! What everybody may know of a namespace: whether it is in the program, since when and until
//! when. Badge, page, directory and credential all follow from this one answer.

use crate::membership::{Phase, Term, unbroken_since};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is publicly known of a namespace on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Sponsorship {
    /// It is in the program.
    Sponsored {
        /// Since when, without a gap.
        since: NaiveDate,
        /// The last day of the year.
        until: NaiveDate,
        /// The last day of grace, if the year is over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grace: Option<NaiveDate>,
    },
    /// It was in the program, and the year ran out.
    Lapsed {
        /// The first day without it.
        since: NaiveDate,
    },
    /// It was in the program, and the membership was ended before its time.
    Ended {
        /// The first day without it.
        since: NaiveDate,
    },
    /// It never was in the program.
    Never,
}

impl Sponsorship {
    /// What the years of a namespace come to on a day. `last` is the year that was granted
    /// last, `all` are all of them.
    pub fn of(all: &[Term], last: Option<Term>, today: NaiveDate) -> Self {
        let Some(last) = last else {
            return Self::Never;
        };
        let since = unbroken_since(all).unwrap_or(last.from);
        let until = last.until;
        match last.phase(today) {
            Phase::Active | Phase::Renewal => Self::Sponsored {
                since,
                until,
                grace: None,
            },
            Phase::Grace { until: grace } => Self::Sponsored {
                since,
                until,
                grace: Some(grace),
            },
            Phase::Lapsed { since } if last.ended.is_some() => Self::Ended { since },
            Phase::Lapsed { since } => Self::Lapsed { since },
        }
    }

    /// Whether badge and perks hold.
    pub const fn is_sponsored(self) -> bool {
        matches!(self, Self::Sponsored { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn years_come_to_one_answer_a_day() {
        let first = Term::beginning(day("2025-08-13"));
        let second = first.renewed(day("2026-08-01"));
        let all = [first, second];
        let on = |today| Sponsorship::of(&all, Some(second), day(today));
        let (since, until) = (first.from, second.until);
        assert_eq!(
            on("2026-08-20"),
            Sponsorship::Sponsored {
                since,
                until,
                grace: None
            }
        );
        let grace = Some(day("2027-08-27"));
        assert_eq!(
            on("2027-08-14"),
            Sponsorship::Sponsored {
                since,
                until,
                grace
            }
        );
        let since = day("2027-08-28");
        assert_eq!(on("2027-08-28"), Sponsorship::Lapsed { since });
        let since = day("2026-09-01");
        let ended = second.ended(since);
        let today = day("2026-09-01");
        let answer = Sponsorship::of(&[first, ended], Some(ended), today);
        assert_eq!(answer, Sponsorship::Ended { since });
        assert!(!answer.is_sponsored());
        assert_eq!(Sponsorship::of(&[], None, today), Sponsorship::Never);
    }
}
