//! Decisions on an application: what a reviewer marks, and what has to be there before
//! it is approved, sent back for changes or declined.

use crate::{
    criteria::Criterion,
    terms::CURE_WORKING_WEEKS,
    text::{REASON, TextError},
};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use core::fmt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a reviewer finds for one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Met.
    Met,
    /// Something has to change or be said.
    Ask,
    /// Not met.
    NotMet,
}

/// A reviewer's mark and the words for the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opinion {
    /// The mark.
    pub mark: Mark,
    /// Why; may be empty only where the criterion is met as the check found.
    #[serde(default)]
    pub reason: String,
}

/// A reviewer's opinions by criterion.
pub type Opinions = BTreeMap<Criterion, Opinion>;

/// Why a decision may not be made as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionError {
    /// A criterion has no mark yet.
    Undecided(Criterion),
    /// It is not met, so the project can only be approved with a reason.
    NotMet(Criterion),
    /// A mark that needs words has none.
    NoReason(Criterion),
    /// The words are too long or hold a hidden character.
    Reason(Criterion, TextError),
    /// Nobody has shown that the source is theirs.
    NoControl,
    /// Nothing is asked for.
    NothingAsked,
    /// Everything is met, so nothing is declined.
    NothingUnmet,
    /// The day for the answer is not after today, or more than a year away.
    Date(NaiveDate),
}

impl fmt::Display for DecisionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undecided(criterion) => {
                write!(formatter, "{} has no mark yet.", criterion.name())
            }
            Self::NotMet(criterion) => write!(
                formatter,
                "{} is not met. To approve all the same, write why; it goes on record.",
                criterion.name()
            ),
            Self::NoReason(criterion) => write!(
                formatter,
                "Write the reason for {}: the applicant reads it.",
                criterion.name()
            ),
            Self::Reason(criterion, error) => write!(formatter, "{}: {error}", criterion.name()),
            Self::NoControl => formatter.write_str(
                "Nothing proves yet that the applicant controls the source. Wait for the token, or accept other proof with a reason.",
            ),
            Self::NothingAsked => formatter
                .write_str("Mark at least one criterion with “Ask”, and say what is needed."),
            Self::NothingUnmet => formatter
                .write_str("Mark at least one criterion as not met, with a reason, to decline."),
            Self::Date(_) => {
                formatter.write_str("The day for the answer has to be after today, within a year.")
            }
        }
    }
}

impl std::error::Error for DecisionError {}

/// The words for each mark are there and fit.
fn reasons_fit(opinions: &Opinions) -> Result<(), DecisionError> {
    for (criterion, opinion) in opinions {
        if opinion.mark != Mark::Met && opinion.reason.trim().is_empty() {
            return Err(DecisionError::NoReason(*criterion));
        }
        REASON
            .check(&opinion.reason)
            .map_err(|error| DecisionError::Reason(*criterion, error))?;
    }
    Ok(())
}

/// Whether a project may be approved: every criterion but the documentation,
/// which only the badge waits for, is met, or a reason is on record for it; and whoever
/// applied controls the source.
///
/// # Errors
/// The first criterion that stands in the way, in their order; then the missing proof.
pub fn may_approve(
    opinions: &Opinions,
    exception: &str,
    is_control_proven: bool,
) -> Result<(), DecisionError> {
    for criterion in Criterion::ALL {
        match opinions.get(&criterion).map(|opinion| opinion.mark) {
            None => return Err(DecisionError::Undecided(criterion)),
            Some(Mark::Met) => {}
            Some(Mark::Ask | Mark::NotMet) => {
                if criterion != Criterion::Documented && exception.trim().is_empty() {
                    return Err(DecisionError::NotMet(criterion));
                }
            }
        }
        REASON
            .check(exception)
            .map_err(|error| DecisionError::Reason(criterion, error))?;
    }
    reasons_fit(opinions)?;
    if is_control_proven {
        Ok(())
    } else {
        Err(DecisionError::NoControl)
    }
}

/// Whether changes may be asked for.
///
/// # Errors
/// When nothing is asked, a reason is missing or the day does not fit.
pub fn may_ask(
    opinions: &Opinions,
    until: NaiveDate,
    today: NaiveDate,
) -> Result<(), DecisionError> {
    if until <= today || until > today + Days::new(366) {
        return Err(DecisionError::Date(until));
    }
    if !opinions.values().any(|opinion| opinion.mark == Mark::Ask) {
        return Err(DecisionError::NothingAsked);
    }
    reasons_fit(opinions)
}

/// Whether a project may be declined: there is a reason for each criterion that
/// is not met, and there is at least one.
///
/// # Errors
/// When that is not so.
pub fn may_decline(opinions: &Opinions) -> Result<(), DecisionError> {
    if !opinions
        .values()
        .any(|opinion| opinion.mark == Mark::NotMet)
    {
        return Err(DecisionError::NothingUnmet);
    }
    reasons_fit(opinions)
}

/// The last day for an answer when changes are asked for today: two working
/// weeks on, on a working day (Monday to Friday; holidays are nobody's the same).
pub fn cure_date(today: NaiveDate) -> NaiveDate {
    let mut left = CURE_WORKING_WEEKS * 5;
    let mut day = today;
    while left > 0 {
        day = day + Days::new(1);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn opinions(marks: [Option<Mark>; 6], reason: &str) -> Opinions {
        let reason = reason.to_owned();
        Criterion::ALL
            .into_iter()
            .zip(marks)
            .filter_map(|(criterion, mark)| {
                let reason = reason.clone();
                mark.map(|mark| (criterion, Opinion { mark, reason }))
            })
            .collect()
    }

    #[test]
    fn complaint_7_nothing_is_declined_without_a_reason_for_each_criterion() {
        let mut marks = [Some(Mark::Met); 6];
        assert_eq!(
            may_decline(&opinions(marks, "why")),
            Err(DecisionError::NothingUnmet)
        );
        for at in 0..6 {
            marks[at] = Some(Mark::NotMet);
            let criterion = Criterion::ALL[at];
            let silent = opinions(marks, "  ");
            let error = may_decline(&silent).unwrap_err();
            assert!(matches!(error, DecisionError::NoReason(_)), "{criterion:?}");
            assert_eq!(may_decline(&opinions(marks, "because")), Ok(()));
        }
        // And the time to mend it is shown: two working weeks.
        assert_eq!(cure_date(day("2026-08-11")), day("2026-08-25"));
    }

    #[test]
    fn documentation_holds_back_the_badge_alone() {
        let mut marks = [Some(Mark::Met); 6];
        marks[4] = Some(Mark::NotMet);
        assert_eq!(may_approve(&opinions(marks, "no guide"), "", true), Ok(()));
        assert_eq!(
            may_approve(&opinions(marks, "no guide"), "", false),
            Err(DecisionError::NoControl)
        );
        marks[1] = Some(Mark::NotMet);
        let found = opinions(marks, "BUSL");
        let license = Criterion::OpenSourceLicense;
        assert_eq!(
            may_approve(&found, "", true),
            Err(DecisionError::NotMet(license))
        );
        assert_eq!(may_approve(&found, "legal agreed", true), Ok(()));
        marks[5] = None;
        let open = Criterion::OrganizationNamespace;
        assert_eq!(
            may_approve(&opinions(marks, "x"), "y", true),
            Err(DecisionError::Undecided(open))
        );
    }

    #[test]
    fn changes_are_asked_for_with_words_and_a_day() {
        let mut marks = [Some(Mark::Met); 6];
        let (today, until) = (day("2026-08-11"), day("2026-08-25"));
        assert_eq!(
            may_ask(&opinions(marks, ""), until, today),
            Err(DecisionError::NothingAsked)
        );
        marks[0] = Some(Mark::Ask);
        assert!(may_ask(&opinions(marks, ""), until, today).is_err());
        assert_eq!(may_ask(&opinions(marks, "Which?"), until, today), Ok(()));
        for wrong in [today, day("2020-01-01"), day("2030-01-01")] {
            assert_eq!(
                may_ask(&opinions(marks, "Which?"), wrong, today),
                Err(DecisionError::Date(wrong))
            );
        }
        let long = "x".repeat(5_000);
        assert!(may_ask(&opinions(marks, &long), until, today).is_err());
    }

    proptest! {
        #[test]
        fn the_day_for_an_answer_is_a_working_day_two_weeks_on(offset in 0u64..4_000) {
            let today = day("2024-01-01") + Days::new(offset);
            let until = cure_date(today);
            let days = (until - today).num_days();
            prop_assert!((12..=14).contains(&days), "{}", days);
            prop_assert!(!matches!(until.weekday(), Weekday::Sat | Weekday::Sun));
        }
    }
}
