//! The life of an application: which act leads from where to where, and what
//! a decision needs before it may be made.

use crate::{
    criteria::Criterion,
    terms::CURE_WORKING_WEEKS,
    text::{REASON, TextError},
};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use core::fmt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// It was received; nobody reads it yet.
    Received,
    /// Somebody reads it.
    InReview,
    /// The applicant was asked for changes; the time of the program stands still.
    ChangesAsked {
        /// The last day for an answer.
        until: NaiveDate,
    },
    /// It was accepted.
    Approved,
    /// It was not accepted, with a reason for each criterion that is not met.
    Declined,
    /// The applicant took it back.
    Withdrawn,
}

/// What somebody does with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// A reviewer begins to read.
    Begin,
    /// A reviewer asks for changes.
    AskForChanges {
        /// The last day for an answer.
        until: NaiveDate,
    },
    /// The applicant answers, or amends what was said.
    Answer,
    /// The applicant takes it back.
    Withdraw,
    /// A reviewer accepts.
    Approve,
    /// A reviewer does not accept.
    Decline,
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Whoever applied.
    Applicant,
    /// Whoever runs the program.
    Staff,
}

/// An act that does not go with where the application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNow {
    /// Where it is.
    pub stage: Stage,
    /// What was to be done.
    pub act: Act,
}

impl fmt::Display for NotNow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let act = match self.act {
            Act::Begin => "taken up",
            Act::AskForChanges { .. } => "sent back for changes",
            Act::Answer => "changed",
            Act::Withdraw => "withdrawn",
            Act::Approve => "approved",
            Act::Decline => "declined",
        };
        let stage = match self.stage {
            Stage::Received => "waits to be read",
            Stage::InReview => "is being read",
            Stage::ChangesAsked { .. } => "waits for the applicant",
            Stage::Approved => "was approved",
            Stage::Declined => "was declined",
            Stage::Withdrawn => "was withdrawn",
        };
        write!(
            formatter,
            "The application {stage}, so it cannot be {act}. Load the page again to see what happened."
        )
    }
}

impl std::error::Error for NotNow {}

impl Act {
    /// Whose act it is.
    pub const fn actor(self) -> Actor {
        match self {
            Self::Answer | Self::Withdraw => Actor::Applicant,
            Self::Begin | Self::AskForChanges { .. } | Self::Approve | Self::Decline => {
                Actor::Staff
            }
        }
    }
}

impl Stage {
    /// Whether nothing can follow.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Approved | Self::Declined | Self::Withdrawn)
    }

    /// Whether the program's time runs: the days until a decision are counted
    /// only while it is the program's turn.
    pub const fn is_waiting_for_staff(self) -> bool {
        matches!(self, Self::Received | Self::InReview)
    }

    /// Where an act leads.
    ///
    /// # Errors
    /// When the act does not go with this stage.
    pub fn after(self, act: Act) -> Result<Self, NotNow> {
        Ok(match (self, act) {
            (Self::Received, Act::Begin) => Self::InReview,
            // An answer before anybody reads amends what waits; while it is read,
            // the reader sees it; after a question, it is the reader's turn again.
            (Self::Received, Act::Answer) => Self::Received,
            (Self::InReview | Self::ChangesAsked { .. }, Act::Answer) => Self::InReview,
            (Self::InReview, Act::AskForChanges { until }) => Self::ChangesAsked { until },
            (Self::InReview, Act::Approve) => Self::Approved,
            // Also when no answer came.
            (Self::InReview | Self::ChangesAsked { .. }, Act::Decline) => Self::Declined,
            (Self::Received | Self::InReview | Self::ChangesAsked { .. }, Act::Withdraw) => {
                Self::Withdrawn
            }
            (stage, act) => return Err(NotNow { stage, act }),
        })
    }
}

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
/// which only the badge waits for, is met, or a reason is on record for it.
///
/// # Errors
/// The first criterion that stands in the way, in their order.
pub fn may_approve(opinions: &Opinions, exception: &str) -> Result<(), DecisionError> {
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
    reasons_fit(opinions)
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

    const UNTIL: NaiveDate = NaiveDate::from_ymd_opt(2026, 8, 25).unwrap();

    const STAGES: [Stage; 6] = [
        Stage::Received,
        Stage::InReview,
        Stage::ChangesAsked { until: UNTIL },
        Stage::Approved,
        Stage::Declined,
        Stage::Withdrawn,
    ];

    const ACTS: [Act; 6] = [
        Act::Begin,
        Act::AskForChanges { until: UNTIL },
        Act::Answer,
        Act::Withdraw,
        Act::Approve,
        Act::Decline,
    ];

    /// The whole machine, drawn: a row a stage, a column an act, `.` for never.
    #[test]
    fn there_is_no_path_outside_this_table() {
        let table = [
            "I . R W . .", // received
            ". C I W A D", // in review
            ". . I W . D", // changes asked
            ". . . . . .", // approved
            ". . . . . .", // declined
            ". . . . . .", // withdrawn
        ];
        let letter = |stage: Stage| match stage {
            Stage::Received => 'R',
            Stage::InReview => 'I',
            Stage::ChangesAsked { .. } => 'C',
            Stage::Approved => 'A',
            Stage::Declined => 'D',
            Stage::Withdrawn => 'W',
        };
        for (stage, row) in STAGES.into_iter().zip(table) {
            for (act, expected) in ACTS.into_iter().zip(row.split(' ')) {
                let found = stage.after(act).map_or('.', letter).to_string();
                assert_eq!(found, expected, "{stage:?} {act:?}");
                if let Err(error) = stage.after(act) {
                    assert!(error.to_string().ends_with('.'));
                }
            }
            let ends = ACTS.iter().all(|act| stage.after(*act).is_err());
            assert_eq!(ends, stage.is_final());
        }
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
        assert_eq!(may_approve(&opinions(marks, "no guide"), ""), Ok(()));
        marks[1] = Some(Mark::NotMet);
        let found = opinions(marks, "BUSL");
        let license = Criterion::OpenSourceLicense;
        assert_eq!(may_approve(&found, ""), Err(DecisionError::NotMet(license)));
        assert_eq!(may_approve(&found, "legal agreed"), Ok(()));
        marks[5] = None;
        let open = Criterion::OrganizationNamespace;
        assert_eq!(
            may_approve(&opinions(marks, "x"), "y"),
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

    fn any_act() -> impl Strategy<Value = Act> {
        proptest::sample::select(ACTS.to_vec())
    }

    proptest! {
        /// Whatever is tried in whatever order: what is decided stays decided,
        /// and only a reader's act after reading began decides anything.
        #[test]
        fn lives(acts in proptest::collection::vec(any_act(), 0..40)) {
            let mut stage = Stage::Received;
            let mut read = false;
            for act in acts {
                match stage.after(act) {
                    Ok(next) => {
                        prop_assert!(!stage.is_final());
                        read |= act == Act::Begin;
                        if matches!(next, Stage::Approved | Stage::Declined) {
                            prop_assert!(read && act.actor() == Actor::Staff);
                        }
                        if next == Stage::Withdrawn {
                            prop_assert_eq!(act.actor(), Actor::Applicant);
                        }
                        stage = next;
                    }
                    Err(error) => prop_assert_eq!(error.stage, stage),
                }
            }
        }

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
