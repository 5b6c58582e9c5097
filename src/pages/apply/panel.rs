//! Where the project stands, live: one finding a criterion with its reason, what it
//! rests on and what would change it.

use super::{asking, form::Form};
use crate::{
    components::{
        announcer::use_announcer,
        icon::{Icon, IconName},
        words::{self, Local},
    },
    platform::clock,
};
use ::forges::Forges;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use program::{Criterion, Finding, Standing, finding::Reason};

/// The id of the panel.
pub const PANEL_ID: &str = "eligibility";

/// How often ages are written anew, in milliseconds.
const AGE_MS: u32 = 5_000;

/// How many criteria stand where, and how many are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    met: usize,
    unmet: usize,
    person: usize,
    open: usize,
}

impl Tally {
    fn of(findings: &[Finding]) -> Self {
        let count = |standing| {
            findings
                .iter()
                .filter(|finding| finding.standing() == standing)
                .count()
        };
        Self {
            met: count(Standing::Met),
            unmet: count(Standing::Unmet),
            person: count(Standing::Person),
            open: count(Standing::Unknown),
        }
    }

    /// Each count that is not nothing, with its class, shape and words.
    fn parts(self) -> Vec<(&'static str, IconName, usize, &'static str)> {
        [
            ("state met", IconName::Met, self.met, "met"),
            ("state unmet", IconName::Unmet, self.unmet, "not met"),
            (
                "state person",
                IconName::Person,
                self.person,
                "for a person",
            ),
            ("state unsure", IconName::Checking, self.open, "open"),
        ]
        .into_iter()
        .filter(|(_, _, count, _)| *count > 0)
        .collect()
    }
}

/// The counts, each with its shape; where there is little room, their words are for the ear.
#[component]
fn TallyParts(form: Form, are_words_seen: bool) -> impl IntoView {
    let tally = Memo::new(move |_| form.findings.with(|findings| Tally::of(findings)));
    let word_class = if are_words_seen { "" } else { "sr" };
    move || {
        tally
            .get()
            .parts()
            .into_iter()
            .map(|(class, icon, count, word)| {
                view! {
                    <span class=class>
                        <Icon of=icon />
                        {count}
                        <span class=word_class>" " {word}</span>
                    </span>
                }
            })
            .collect_view()
    }
}

/// The panel.
#[component]
pub fn Panel(form: Form, forges: RwSignal<Forges>) -> impl IntoView {
    let now = RwSignal::new(DateTime::<Utc>::UNIX_EPOCH);
    Effect::new(move |_| {
        now.set(clock::now());
        clock::every(AGE_MS, move || now.set(clock::now()));
    });
    announce_changes(form);
    let findings: Vec<_> = (0..Criterion::ALL.len())
        .map(|at| {
            let finding = Memo::new(move |_| form.findings.with(|all| all.get(at).cloned()));
            view! { <OneFinding finding=finding now=now again=move || asking::ask_again(form, forges) /> }
        })
        .collect();
    view! {
        <aside class="panel" id=PANEL_ID aria-labelledby="eligibility-heading">
            <header>
                <h2 id="eligibility-heading">"Eligibility so far"</h2>
                <p class="tally">
                    <TallyParts form=form are_words_seen=true />
                </p>
            </header>
            <ul class="findings">{findings}</ul>
            <p class="note">
                "The same check runs again when you send. It never stops you from sending: a person decides."
            </p>
        </aside>
    }
    .into_any()
}

/// Says aloud where a criterion stands now, when that changed.
fn announce_changes(form: Form) {
    let announcer = use_announcer();
    Effect::new(move |before: Option<Vec<&'static str>>| {
        let words: Vec<&'static str> = form
            .findings
            .with(|all| all.iter().map(Finding::word).collect());
        if let Some(before) = before {
            let changed: Vec<String> = Criterion::ALL
                .iter()
                .zip(before.iter().zip(&words))
                // That something is being checked is not worth a word.
                .filter(|(_, (before, now))| before != now && **now != "Checking")
                .map(|(criterion, (_, now))| format!("{}: {now}", criterion.name()))
                .collect();
            if !changed.is_empty() {
                announcer.say(changed.join(". "));
            }
        }
        words
    });
}

#[component]
fn OneFinding(
    finding: Memo<Option<Finding>>,
    now: RwSignal<DateTime<Utc>>,
    again: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    move || {
        finding.get().map(|finding| {
            let (class, icon) = words::shape(finding.standing());
            let (icon, icon_class) = if finding.is_pending() {
                (IconName::Checking, "ic spin")
            } else {
                (icon, "ic")
            };
            let testimony = finding.testimony.clone();
            let can_ask = matches!(finding.reason, Reason::NotChecked { .. });
            view! {
                <li class=format!("finding {class}")>
                    <Icon of=icon class=icon_class />
                    <h3>{finding.criterion.name()}</h3>
                    <span class=format!("state {class}")>{finding.word()}</span>
                    <p class="why">{words::coded(&finding.sentence(&Local))}</p>
                    {(!testimony.is_empty())
                        .then(|| {
                            view! {
                                <p class="why src">
                                    {move || {
                                        let now = now.get();
                                        testimony
                                            .iter()
                                            .map(|one| format!("{}, {}", one.from, words::ago(one.at, now)))
                                            .collect::<Vec<_>>()
                                            .join("; ")
                                    }}
                                </p>
                            }
                        })}
                    {finding
                        .remedy()
                        .map(|remedy| view! { <p class="fix">{words::coded(remedy)}</p> })}
                    {can_ask
                        .then(|| {
                            view! {
                                <p class="fix">
                                    <button type="button" class="btn small" on:click=move |_| again()>
                                        "Try now"
                                    </button>
                                </p>
                            }
                        })}
                </li>
            }
        })
    }
}

/// At the foot of a phone, where the panel is out of sight: the tally and the way to it.
#[component]
pub fn Peek(form: Form) -> impl IntoView {
    view! {
        <div class="peek">
            <TallyParts form=form are_words_seen=false />
            <a href=format!("#{PANEL_ID}")>"See eligibility"</a>
        </div>
    }
}
