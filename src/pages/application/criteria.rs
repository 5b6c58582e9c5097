//! Criterion by criterion: the finding of the last check and what a reviewer says.

use crate::{
    components::icon::Icon,
    components::words::{self, Local},
    platform::clock,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use program::{
    Finding,
    criteria::Standing,
    decision::{Mark, Opinion, Opinions},
};

/// The list.
#[component]
pub fn Criteria(
    findings: Vec<Finding>,
    opinions: Opinions,
    checked_at: DateTime<Utc>,
    /// Whether what the reviewer says is the last word.
    is_decided: bool,
) -> impl IntoView {
    let items: Vec<_> = findings
        .into_iter()
        .map(|finding| {
            let opinion = opinions.get(&finding.criterion).cloned();
            view! { <OneCriterion finding=finding opinion=opinion is_decided=is_decided /> }
        })
        .collect();
    let when = RwSignal::new(String::new());
    Effect::new(move |_| when.set(words::ago(checked_at, clock::now())));
    view! {
        <section aria-labelledby="criteria-heading">
            <h2 id="criteria-heading">"Criterion by criterion"</h2>
            <ul class="findings">{items}</ul>
            <p class="t13 dim">"Checked " {when} "."</p>
        </section>
    }
}

#[component]
fn OneCriterion(finding: Finding, opinion: Option<Opinion>, is_decided: bool) -> impl IntoView {
    // What a person found counts, whatever could be checked before.
    let decided = opinion
        .as_ref()
        .filter(|_| is_decided)
        .and_then(|opinion| match opinion.mark {
            Mark::Met => Some(Standing::Met),
            Mark::NotMet => Some(Standing::Unmet),
            Mark::Ask => None,
        });
    let (class, icon) = words::shape(decided.unwrap_or(finding.standing()));
    let word = decided.map_or_else(|| finding.word(), Standing::word);
    let is_other = decided.is_some_and(|standing| standing != finding.standing());
    // What was asked of the applicant is settled.
    let (why, fix) = if is_other && decided == Some(Standing::Met) {
        ("A person looked at it and found it met.".to_owned(), None)
    } else {
        (finding.sentence(&Local), finding.remedy())
    };
    let said = opinion.filter(|opinion| !opinion.reason.trim().is_empty());
    view! {
        <li class=format!("finding {class}")>
            <Icon of=icon />
            <h3>{finding.criterion.name()}</h3>
            <span class=format!("state {class}")>{word}</span>
            <p class="why">{words::coded(&why)}</p>
            {fix.map(|remedy| view! { <p class="fix">{words::coded(remedy)}</p> })}
            {said
                .map(|opinion| {
                    let mark = match opinion.mark {
                        Mark::Met => "The reviewer finds it met",
                        Mark::Ask => "The reviewer asks",
                        Mark::NotMet => "The reviewer finds it not met",
                    };
                    view! {
                        <blockquote class="said-by">
                            <b>{mark} ": "</b>
                            {opinion.reason}
                        </blockquote>
                    }
                })}
        </li>
    }
}
