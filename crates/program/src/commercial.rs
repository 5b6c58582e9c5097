//! What “no pathway to commercialization” means, case by case: the criterion
//! that is asked about most.

use crate::criteria::Finding;

/// One way in which money can have to do with a project, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyQuestion {
    /// Continues “If the project …”.
    pub case: &'static str,
    /// What the criterion says about it.
    pub finding: Finding,
    /// Why.
    pub why: &'static str,
}

/// Every case, from what is fine to what is not.
pub const CASES: [MoneyQuestion; 7] = [
    MoneyQuestion {
        case: "takes donations",
        finding: Finding::Met,
        why: "Money given to a project is not a price.",
    },
    MoneyQuestion {
        case: "receives grants or has sponsors",
        finding: Finding::Met,
        why: "They pay for the work, and users pay nothing.",
    },
    MoneyQuestion {
        case: "has contributors whom a company pays",
        finding: Finding::Met,
        why: "The company sponsors people. Nobody is charged for the project.",
    },
    MoneyQuestion {
        case: "is sold or hosted by somebody else",
        finding: Finding::Met,
        why: "An open source license allows that, and the project does not profit.",
    },
    MoneyQuestion {
        case: "consults now and then",
        finding: Finding::Person,
        why: "It depends on who is paid, and on whether that is a profit from services.",
    },
    MoneyQuestion {
        case: "sells support or a hosted edition",
        finding: Finding::Unmet,
        why: "That is profit from services around the project.",
    },
    MoneyQuestion {
        case: "charges for higher tiers",
        finding: Finding::Unmet,
        why: "Then there is a paid edition, and the free one leads to it.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_go_from_fine_to_not() {
        let rank = |finding| match finding {
            Finding::Met => 0,
            Finding::Person => 1,
            Finding::Unmet => 2,
            Finding::Unknown => 3,
        };
        assert!(CASES.is_sorted_by_key(|case| rank(case.finding)));
        assert!(CASES.iter().all(|case| case.finding != Finding::Unknown));
    }
}
