//! The life of an application: which act leads from where to where.

use chrono::NaiveDate;
use core::fmt;
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    }
}
