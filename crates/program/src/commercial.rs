//! What “no pathway to commercialization” means, case by case: the criterion
//! that is asked about most. The form asks the same cases as plain questions.

use crate::criteria::Standing;
use serde::{Deserialize, Serialize};

/// What the form asks about money: one question, answered with yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MoneyTopic {
    /// Paid tiers or features.
    PaidTiers,
    /// An edition that the project hosts for money.
    HostedEdition,
    /// Support or consulting that the project sells.
    SupportOrConsulting,
    /// Sponsors or grants.
    SponsorsOrGrants,
    /// Donations.
    Donations,
    /// Others who sell or host it.
    SoldByOthers,
}

impl MoneyTopic {
    /// Every question, in order.
    pub const ALL: [Self; 6] = [
        Self::PaidTiers,
        Self::HostedEdition,
        Self::SupportOrConsulting,
        Self::SponsorsOrGrants,
        Self::Donations,
        Self::SoldByOthers,
    ];

    /// The question.
    pub const fn ask(self) -> &'static str {
        match self {
            Self::PaidTiers => "Are there paid tiers or paid features?",
            Self::HostedEdition => "Does the project run a paid hosted edition?",
            Self::SupportOrConsulting => "Does the project sell support or consulting?",
            Self::SponsorsOrGrants => "Does it have sponsors or grants?",
            Self::Donations => "Does it take donations?",
            Self::SoldByOthers => "Does somebody else sell it or host it?",
        }
    }

    /// What an answer means for the criterion, and why.
    pub const fn meaning(self, yes: bool) -> (Standing, &'static str) {
        match (self, yes) {
            (Self::PaidTiers, true) => (
                Standing::Unmet,
                "Then there is a paid edition, and the free one leads to it.",
            ),
            (Self::PaidTiers, false) => (Standing::Met, "Everything you publish is free to use."),
            (Self::HostedEdition, true) => (
                Standing::Unmet,
                "That is profit from a service around the project.",
            ),
            (Self::HostedEdition, false) => (Standing::Met, "Nobody pays you for running it."),
            (Self::SupportOrConsulting, true) => (
                Standing::Person,
                "Now and then can be fine; a standing paid support contract is not.",
            ),
            (Self::SupportOrConsulting, false) => {
                (Standing::Met, "Nobody pays you for help with it.")
            }
            (Self::SponsorsOrGrants, true) => (
                Standing::Met,
                "They pay for the work, and users pay nothing.",
            ),
            (Self::Donations, true) => (Standing::Met, "Money given to a project is not a price."),
            (Self::SponsorsOrGrants | Self::Donations, false) => {
                (Standing::Met, "It may, at any time.")
            }
            (Self::SoldByOthers, true) => (
                Standing::Met,
                "An open source license allows that, and the project does not profit.",
            ),
            (Self::SoldByOthers, false) => (Standing::Met, "They may, at any time."),
        }
    }
}

/// One way in which money can have to do with a project, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyQuestion {
    /// Continues “If the project …”.
    pub case: &'static str,
    /// What the criterion says about it.
    pub standing: Standing,
    /// Why.
    pub why: &'static str,
}

/// Every case, from what is fine to what is not.
pub const CASES: [MoneyQuestion; 7] = [
    MoneyQuestion {
        case: "takes donations",
        standing: Standing::Met,
        why: "Money given to a project is not a price.",
    },
    MoneyQuestion {
        case: "receives grants or has sponsors",
        standing: Standing::Met,
        why: "They pay for the work, and users pay nothing.",
    },
    MoneyQuestion {
        case: "has contributors whom a company pays",
        standing: Standing::Met,
        why: "The company sponsors people. Nobody is charged for the project.",
    },
    MoneyQuestion {
        case: "is sold or hosted by somebody else",
        standing: Standing::Met,
        why: "An open source license allows that, and the project does not profit.",
    },
    MoneyQuestion {
        case: "consults now and then",
        standing: Standing::Person,
        why: "It depends on who is paid, and on whether that is a profit from services.",
    },
    MoneyQuestion {
        case: "sells support or a hosted edition",
        standing: Standing::Unmet,
        why: "That is profit from services around the project.",
    },
    MoneyQuestion {
        case: "charges for higher tiers",
        standing: Standing::Unmet,
        why: "Then there is a paid edition, and the free one leads to it.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The page and the form must not disagree.
    #[test]
    fn questions_and_cases_say_the_same() {
        for (topic, case) in [
            (MoneyTopic::PaidTiers, "charges for higher tiers"),
            (
                MoneyTopic::HostedEdition,
                "sells support or a hosted edition",
            ),
            (MoneyTopic::SupportOrConsulting, "consults now and then"),
            (
                MoneyTopic::SponsorsOrGrants,
                "receives grants or has sponsors",
            ),
            (MoneyTopic::Donations, "takes donations"),
            (
                MoneyTopic::SoldByOthers,
                "is sold or hosted by somebody else",
            ),
        ] {
            let found = CASES.iter().find(|one| one.case == case).unwrap();
            assert_eq!(topic.meaning(true).0, found.standing, "{case}");
            assert_eq!(topic.meaning(false).0, Standing::Met);
        }
    }

    #[test]
    fn cases_go_from_fine_to_not() {
        let rank = |standing| match standing {
            Standing::Met => 0,
            Standing::Person => 1,
            Standing::Unmet => 2,
            Standing::Unknown => 3,
        };
        assert!(CASES.is_sorted_by_key(|case| rank(case.standing)));
        assert!(CASES.iter().all(|case| case.standing != Standing::Unknown));
    }
}
