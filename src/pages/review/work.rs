//! What a reviewer has typed and not given to the server yet: it outlives every fresh look at
//! the application, and a look at another one.

use crate::platform::clock;
use ::api::review::Case;
use chrono::NaiveDate;
use leptos::prelude::*;
use program::{
    Standing,
    decision::{Mark, Opinion, Opinions, cure_date},
};

/// The work on one application; copy it freely.
#[derive(Clone, Copy)]
pub struct Work {
    /// The marks and their reasons as they stand here.
    pub opinions: RwSignal<Opinions>,
    /// The marks as the server had them when they were last read.
    base: StoredValue<Opinions>,
    /// The last day for an answer, if changes are asked for.
    pub until: RwSignal<NaiveDate>,
    /// Why to approve although a criterion is not met.
    pub exception: RwSignal<String>,
    /// A note that is not kept yet.
    pub note: RwSignal<String>,
    /// What other proof there is.
    pub proof: RwSignal<String>,
    /// What the server said against the last act.
    pub refused: RwSignal<Option<String>>,
}

impl Work {
    /// The work as it begins.
    pub fn new(case: &Case) -> Self {
        let opinions = begun(case);
        Self {
            opinions: RwSignal::new(opinions.clone()),
            base: StoredValue::new(opinions),
            until: RwSignal::new(cure_date(clock::now().date_naive())),
            exception: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            proof: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
        }
    }

    /// Takes up the marks as the server has them by now; what was marked or written here since
    /// they were last read stays.
    pub fn take(self, case: &Case) {
        let theirs = begun(case);
        let merged = self
            .base
            .with_value(|base| merged(base, &self.opinions.get_untracked(), &theirs));
        self.base.set_value(theirs);
        self.opinions.set(merged);
    }

    /// The server has these marks by now: they are no longer what only stands here.
    pub fn hand_over(self, given: Opinions) {
        self.base.try_set_value(given);
    }

    /// Whether something is typed that the server does not have.
    pub fn is_unkept(self) -> bool {
        let is_marked = self
            .opinions
            .with_untracked(|mine| self.base.with_value(|base| mine != base));
        let is_typed = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        is_marked || is_typed(self.exception) || is_typed(self.note) || is_typed(self.proof)
    }
}

/// Empties a field whose words the server has; what was typed on meanwhile stays.
pub fn empty(field: RwSignal<String>, given: &str) {
    if field.try_with_untracked(|typed| typed == given) == Some(true) {
        field.try_set(String::new());
    }
}

/// What was marked so far; a criterion that the check finds met begins as met.
fn begun(case: &Case) -> Opinions {
    let mut opinions = case.application.opinions.clone();
    for finding in &case.application.findings {
        if finding.standing() == Standing::Met {
            opinions.entry(finding.criterion).or_insert(Opinion {
                mark: Mark::Met,
                reason: String::new(),
            });
        }
    }
    opinions
}

/// Theirs, but for what is another here than it was when both had the same.
fn merged(base: &Opinions, mine: &Opinions, theirs: &Opinions) -> Opinions {
    let mut merged = theirs.clone();
    for (criterion, opinion) in mine {
        if base.get(criterion) != Some(opinion) {
            merged.insert(*criterion, opinion.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::merged;
    use program::{
        Criterion,
        decision::{Mark, Opinion, Opinions},
    };

    fn opinions(all: &[(usize, Mark, &str)]) -> Opinions {
        all.iter()
            .map(|(at, mark, reason)| {
                let reason = (*reason).to_owned();
                (
                    Criterion::ALL[*at],
                    Opinion {
                        mark: *mark,
                        reason,
                    },
                )
            })
            .collect()
    }

    #[test]
    fn what_was_typed_here_outlives_what_others_keep() {
        let base = opinions(&[(0, Mark::Met, ""), (1, Mark::Ask, "which year?")]);
        let mine = opinions(&[
            (0, Mark::Met, ""),
            (1, Mark::Ask, "which year, and whose?"),
            (2, Mark::NotMet, "sold"),
        ]);
        let theirs = opinions(&[
            (0, Mark::NotMet, "closed source"),
            (1, Mark::Ask, "which year?"),
            (3, Mark::Met, ""),
        ]);
        let expected = opinions(&[
            (0, Mark::NotMet, "closed source"),
            (1, Mark::Ask, "which year, and whose?"),
            (2, Mark::NotMet, "sold"),
            (3, Mark::Met, ""),
        ]);
        assert_eq!(merged(&base, &mine, &theirs), expected);
        assert_eq!(merged(&base, &base, &theirs), theirs);
    }
}
