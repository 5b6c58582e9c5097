//! One criterion for a reviewer: the finding, its testimony, and the mark with its reason.

use crate::{
    components::icon::Icon,
    components::words::{self, Local},
    platform::clock,
};
use leptos::prelude::*;
use program::{
    Criterion, Finding,
    decision::{Mark, Opinion, Opinions},
};

/// The marks and their words.
const MARKS: [(Mark, &str, &str); 3] = [
    (Mark::Met, "Met", "is-met"),
    (Mark::Ask, "Ask", "is-ask"),
    (Mark::NotMet, "Not met", "is-unmet"),
];

/// One criterion.
#[component]
pub fn MarkOne(
    /// What was found.
    finding: Finding,
    /// The marks as they stand here.
    opinions: RwSignal<Opinions>,
    /// The mark that the server has.
    made: Option<Opinion>,
    /// Whether it can be marked now.
    can_mark: bool,
) -> impl IntoView {
    let criterion = finding.criterion;
    let heading = format!(
        "review-{}",
        Criterion::ALL
            .iter()
            .position(|one| *one == criterion)
            .unwrap_or_default()
            + 1
    );
    let labelled_by = heading.clone();
    let (class, icon) = words::shape(finding.standing());
    let now = clock::now();
    let testimony: Vec<String> = finding
        .testimony
        .iter()
        .map(|one| format!("{}, read {}", one.from, words::moment(one.at, now)))
        .collect();
    view! {
        <section class="cr" aria-labelledby=labelled_by>
            <h2 id=heading>{criterion.name()}</h2>
            <div class="ev">
                <p class=format!("state {class}")>
                    <Icon of=icon />
                    {finding.word()}
                </p>
                <p>{words::coded(&finding.sentence(&Local))}</p>
                {(!testimony.is_empty())
                    .then(|| view! { <p class="src">{testimony.join("; ")}</p> })}
            </div>
            {if can_mark {
                view! { <Decision criterion=criterion opinions=opinions /> }.into_any()
            } else {
                view! { <Marked opinion=made /> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// The mark that was made, with its reason, where none can be made any more.
#[component]
fn Marked(opinion: Option<Opinion>) -> impl IntoView {
    opinion.map(|opinion| {
        let word = MARKS
            .into_iter()
            .find_map(|(mark, word, _)| (mark == opinion.mark).then_some(word));
        view! {
            <div class="dec">
                <p>
                    "Marked: "
                    <b>{word}</b>
                </p>
                {(!opinion.reason.is_empty())
                    .then(|| view! { <p class="words">{opinion.reason}</p> })}
            </div>
        }
    })
}

#[component]
fn Decision(criterion: Criterion, opinions: RwSignal<Opinions>) -> impl IntoView {
    let mark = Memo::new(move |_| opinions.with(|all| all.get(&criterion).map(|one| one.mark)));
    let reason = move || {
        opinions.with(|all| {
            all.get(&criterion)
                .map(|one| one.reason.clone())
                .unwrap_or_default()
        })
    };
    let choose = move |chosen: Mark| {
        opinions.update(|all| {
            let reason = all
                .get(&criterion)
                .map(|one| one.reason.clone())
                .unwrap_or_default();
            all.insert(
                criterion,
                Opinion {
                    mark: chosen,
                    reason,
                },
            );
        });
    };
    let buttons: Vec<_> = MARKS
        .into_iter()
        .map(|(one, word, class)| {
            view! {
                <button
                    type="button"
                    class=class
                    aria-pressed=move || if mark.get() == Some(one) { "true" } else { "false" }
                    on:click=move |_| choose(one)
                >
                    {word}
                </button>
            }
        })
        .collect();
    let id = format!("reason-{criterion:?}");
    view! {
        <div class="dec">
            <div class="seg" role="group" aria-label=format!("Decision on {}", criterion.name())>
                {buttons}
            </div>
            {move || {
                let id = id.clone();
                matches!(mark.get(), Some(Mark::Ask | Mark::NotMet))
                    .then(|| {
                        view! {
                            <label class="sr" for=id.clone()>
                                {format!("Reason for {}, the applicant reads it", criterion.name())}
                            </label>
                            <textarea
                                class="input area"
                                id=id
                                rows="2"
                                placeholder="Reason, in words the applicant reads"
                                prop:value=reason
                                on:input=move |event| {
                                    let typed = event_target_value(&event);
                                    opinions
                                        .update(|all| {
                                            if let Some(one) = all.get_mut(&criterion) {
                                                one.reason = typed;
                                            }
                                        });
                                }
                            ></textarea>
                        }
                    })
            }}
        </div>
    }
}
