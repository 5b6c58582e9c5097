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
    let findings: Vec<_> = Criterion::ALL
        .into_iter()
        .enumerate()
        .map(|(at, criterion)| {
            let finding = Memo::new(move |_| form.findings.with(|all| all[at].clone()));
            view! {
                <OneFinding
                    criterion=criterion
                    finding=finding
                    now=now
                    again=move || asking::ask_again(form, forges)
                />
            }
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

/// What a finding looks like at a glance.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    class: &'static str,
    icon: IconName,
    icon_class: &'static str,
    word: &'static str,
}

impl Look {
    fn of(finding: &Finding) -> Self {
        let (class, icon) = words::shape(finding.standing());
        let (icon, icon_class) = if finding.is_pending() {
            (IconName::Checking, "ic spin")
        } else {
            (icon, "ic")
        };
        let word = finding.word();
        Self {
            class,
            icon,
            icon_class,
            word,
        }
    }
}

/// A criterion's finding. Each part of it is drawn anew only when that part is another: a
/// license that is being typed changes the sentence at every letter, and seldom the rest.
#[component]
fn OneFinding(
    criterion: Criterion,
    finding: Memo<Finding>,
    now: RwSignal<DateTime<Utc>>,
    again: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let look = Memo::new(move |_| finding.with(Look::of));
    let class = move || look.get().class;
    let sentence = Memo::new(move |_| finding.with(|finding| finding.sentence(&Local)));
    let testimony = Memo::new(move |_| finding.with(|finding| finding.testimony.clone()));
    let remedy = Memo::new(move |_| finding.with(Finding::remedy));
    let can_ask = Memo::new(move |_| {
        finding.with(|finding| matches!(finding.reason, Reason::NotChecked { .. }))
    });
    view! {
        <li class=move || format!("finding {}", class())>
            {move || {
                let Look { icon, icon_class, .. } = look.get();
                view! { <Icon of=icon class=icon_class /> }
            }}
            <h3>{criterion.name()}</h3>
            <span class=move || {
                format!("state {}", class())
            }>{move || look.get().word}</span>
            <p class="why">{move || sentence.with(|words| words::coded(words))}</p>
            {move || {
                testimony
                    .with(|all| !all.is_empty())
                    .then(|| {
                        view! {
                            <p class="why src">
                                {move || {
                                    let now = now.get();
                                    testimony
                                        .with(|all| {
                                            all.iter()
                                                .map(|one| {
                                                    format!("{}, {}", one.from, words::ago(one.at, now))
                                                })
                                                .collect::<Vec<_>>()
                                                .join("; ")
                                        })
                                }}
                            </p>
                        }
                    })
            }}
            {move || {
                remedy.get().map(|remedy| view! { <p class="fix">{words::coded(remedy)}</p> })
            }}
            {move || {
                can_ask
                    .get()
                    .then(|| {
                        view! {
                            <p class="fix">
                                <button type="button" class="btn small" on:click=move |_| again()>
                                    "Try now"
                                </button>
                            </p>
                        }
                    })
            }}
        </li>
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
