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
    decision::{Mark, Opinion, Opinions},
};

/// The list.
#[component]
pub fn Criteria(
    findings: Vec<Finding>,
    opinions: Opinions,
    checked_at: DateTime<Utc>,
) -> impl IntoView {
    let items: Vec<_> = findings
        .into_iter()
        .map(|finding| {
            let opinion = opinions.get(&finding.criterion).cloned();
            view! { <OneCriterion finding=finding opinion=opinion /> }
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
fn OneCriterion(finding: Finding, opinion: Option<Opinion>) -> impl IntoView {
    let (class, icon) = words::shape(finding.standing());
    let said = opinion.filter(|opinion| !opinion.reason.trim().is_empty());
    view! {
        <li class=format!("finding {class}")>
            <Icon of=icon />
            <h3>{finding.criterion.name()}</h3>
            <span class=format!("state {class}")>{finding.word()}</span>
            <p class="why">{words::coded(&finding.sentence(&Local))}</p>
            {finding.remedy().map(|remedy| view! { <p class="fix">{words::coded(remedy)}</p> })}
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
