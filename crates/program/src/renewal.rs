//! Renewal: whether what was found when a namespace was last taken in still holds, so that
//! one step renews it, and what a person has to look at otherwise.

use crate::{
    answers::Answers,
    criteria::{Criterion, Standing},
    finding::{Finding, Reason},
};

/// What was said, and what was found with it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The form.
    pub answers: &'a Answers,
    /// One finding a criterion.
    pub findings: &'a [Finding],
}

/// The criteria that a person has to look at before a renewal; none of them, and one step
/// is enough. A criterion holds if it is met, or if a person would look at the very thing
/// that a person accepted before. The documentation, which only the badge waits for,
/// is not among them.
pub fn to_be_looked_at(before: Said<'_>, now: Said<'_>) -> Vec<Criterion> {
    Criterion::ALL
        .into_iter()
        .filter(|criterion| *criterion != Criterion::Documented)
        .filter(|criterion| !holds(*criterion, before, now))
        .collect()
}

fn holds(criterion: Criterion, before: Said<'_>, now: Said<'_>) -> bool {
    let of = |said: Said<'_>| {
        let finding = said
            .findings
            .iter()
            .find(|found| found.criterion == criterion);
        finding.map(|found| found.reason.clone())
    };
    let Some(reason) = of(now) else { return false };
    // New words of the applicant are for somebody to read.
    if criterion == Criterion::NoCommercialization
        && (now.answers.money_remark.trim() != before.answers.money_remark.trim()
            || now.answers.remark.trim() != before.answers.remark.trim())
    {
        return false;
    }
    match reason.standing() {
        Standing::Met => true,
        Standing::Person => of(before).is_some_and(|earlier| is_the_same(&earlier, &reason)),
        Standing::Unmet | Standing::Unknown => false,
    }
}

/// Whether two reasons ask a person the same question. A day that moved on is no new one.
fn is_the_same(earlier: &Reason, now: &Reason) -> bool {
    match (earlier, now) {
        (Reason::ActiveStated { what, .. }, Reason::ActiveStated { what: again, .. }) => {
            what == again
        }
        _ => earlier == now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{commercial::MoneyTopic, finding::Activity, source::SourceAddress};
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(name: &str) -> SourceAddress {
        SourceAddress::parse(&format!("https://a.example/{name}")).unwrap()
    }

    fn fine() -> Vec<Finding> {
        let reasons = [
            Reason::SourcePublic { count: 1 },
            Reason::LicenseApproved {
                license: "MIT".to_owned(),
            },
            Reason::ActiveStated {
                what: Activity::Dependencies,
                on: day("2026-08-01"),
            },
            Reason::Money {
                topic: MoneyTopic::SponsorsOrGrants,
            },
            Reason::Documented,
            Reason::NamespaceUnchecked {
                name: "kelp".to_owned(),
            },
        ];
        Criterion::ALL
            .into_iter()
            .zip(reasons)
            .map(|(criterion, reason)| Finding {
                criterion,
                reason,
                testimony: Vec::new(),
            })
            .collect()
    }

    fn open(now: &[Finding], answers: &Answers) -> Vec<Criterion> {
        let before = fine();
        let said = Answers::default();
        to_be_looked_at(
            Said {
                answers: &said,
                findings: &before,
            },
            Said {
                answers,
                findings: now,
            },
        )
    }

    #[test]
    fn what_a_person_accepted_holds_as_long_as_it_is_the_same() {
        assert_eq!(open(&fine(), &Answers::default()), []);
        let mut later = fine();
        later[2].reason = Reason::ActiveStated {
            what: Activity::Dependencies,
            on: day("2027-08-01"),
        };
        assert_eq!(open(&later, &Answers::default()), []);
    }

    #[test]
    fn anything_new_that_is_not_met_is_for_a_person() {
        for (place, reason) in [
            (0, Reason::SourceFork { at: at("b") }),
            (0, Reason::SourceNotFound { at: at("b") }),
            (1, Reason::LicenseNotSeen { at: at("b") }),
            (
                2,
                Reason::Inactive {
                    last: day("2026-01-01"),
                },
            ),
            (
                2,
                Reason::ActiveStated {
                    what: Activity::Image,
                    on: day("2027-08-01"),
                },
            ),
            (
                3,
                Reason::Money {
                    topic: MoneyTopic::PaidTiers,
                },
            ),
            (
                5,
                Reason::Checking {
                    host: "the registry".to_owned(),
                },
            ),
        ] {
            let mut now = fine();
            now[place].reason = reason.clone();
            assert_eq!(
                open(&now, &Answers::default()),
                [Criterion::ALL[place]],
                "{reason:?}"
            );
        }
    }

    #[test]
    fn the_badge_waits_for_documentation_and_the_renewal_does_not() {
        let mut now = fine();
        now[4].reason = Reason::DocumentsMissing {
            missing: Vec::new(),
        };
        assert_eq!(open(&now, &Answers::default()), []);
    }

    #[test]
    fn new_words_about_money_are_read_by_somebody() {
        let words = Answers {
            money_remark: "We sell a hosted edition now.".to_owned(),
            ..Answers::default()
        };
        assert_eq!(open(&fine(), &words), [Criterion::NoCommercialization]);
    }

    #[test]
    fn a_finding_that_is_missing_holds_nothing() {
        assert_eq!(open(&[], &Answers::default()).len(), 5);
    }
}
