//! Section 2: the repositories, with what was read of each.

use super::{
    corrections::Corrections,
    field::{Wrong, error_id},
    form::Form,
};
use crate::{
    components::{
        icon::{Icon, IconName},
        words::Local,
    },
    platform::{clock, focus},
};
use ::forges::{Forge, Forges};
use leptos::prelude::*;
use program::{
    answers::{Answers, Field, Source, Stated},
    evidence::{Reading, RepositoryFacts},
    source::{MOST_SOURCES, SourceAddress},
    wording::Wording,
};

/// The addresses.
#[component]
pub fn SourceFields(form: Form, forges: RwSignal<Forges>) -> impl IntoView {
    let count = Memo::new(move |_| form.answers.with(|answers| answers.sources.len().max(1)));
    let is_full = move || count.get() >= MOST_SOURCES;
    let add = move |_| {
        let at = count.get_untracked();
        form.change(Field::Source(at), |answers| {
            answers.sources.resize(at + 1, Source::default());
        });
        clock::next_frame(move || {
            focus::by_id(&Field::Source(at).id());
        });
    };
    let who = move || forges.with(|Forges(all)| who_reads(all));
    view! {
        <div class="srcs">
            <p class="hint">{who}</p>
            <For each=move || 0..count.get() key=|at| *at let:at>
                <SourceRow form=form forges=forges at=at count=count />
            </For>
            <div>
                <button
                    type="button"
                    class="btn small"
                    disabled=is_full
                    on:click=add
                >
                    <Icon of=IconName::Plus />
                    "Add an address"
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Who asks about an address, by the hosts of the forges that the page may ask.
fn who_reads(forges: &[Forge]) -> String {
    let hosts: Vec<&str> = forges.iter().map(|forge| forge.host.as_str()).collect();
    match hosts.split_last() {
        None => "Our server asks the forge of an address while you type.".to_owned(),
        Some((last, others)) => {
            let named = match others {
                [] => (*last).to_owned(),
                others => format!("{} or {last}", others.join(", ")),
            };
            format!(
                "While you type, this page asks {named} about an address there; our server asks any other forge."
            )
        }
    }
}

#[component]
fn SourceRow(form: Form, forges: RwSignal<Forges>, at: usize, count: Memo<usize>) -> impl IntoView {
    let field = Field::Source(at);
    let id = field.id();
    let typed = move |answers: &Answers| {
        answers
            .sources
            .get(at)
            .map(|source| source.address.clone())
            .unwrap_or_default()
    };
    let held = Memo::new(move |_| form.answers.with(typed));
    let address = Memo::new(move |_| {
        form.answers
            .with(|answers| SourceAddress::parse(&typed(answers)).ok())
    });
    let reading = Memo::new(move |_| {
        let address = address.get()?;
        Some(form.evidence.with(|evidence| evidence.of(&address).clone()))
    });
    let who_is_asked = move || {
        let address = address.get()?;
        let is_own = forges.with(|forges| forges.of(&address).is_some());
        Some(if is_own {
            format!("This page asks {}.", address.host())
        } else {
            format!("Our server asks {}, if it is a forge.", address.host())
        })
    };
    let remove = move |_| {
        form.change(field, |answers| {
            if at < answers.sources.len() {
                answers.sources.remove(at);
            }
        });
        let before = at.saturating_sub(1);
        clock::next_frame(move || {
            focus::by_id(&Field::Source(before).id());
        });
    };
    let described = format!("{id}-read {}", error_id(&id));
    let read_id = format!("{id}-read");
    view! {
        <div class="src-row field">
            <label for=id.clone()>{field.label()}</label>
            <div class="line">
                <input
                    type="text"
                    inputmode="url"
                    class="input mono"
                    id=id
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder="https://"
                    aria-describedby=described
                    aria-invalid=move || form.error(field).is_some().then_some("true")
                    prop:value=move || held.get()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        form.type_in(field, |answers| {
                            if answers.sources.len() <= at {
                                answers.sources.resize(at + 1, Source::default());
                            }
                            // What was corrected was corrected of another repository.
                            answers.sources[at] = Source { address: text, stated: Stated::default() };
                        });
                    }
                    on:blur=move |_| form.touch(field)
                />
                {move || {
                    (count.get() > 1)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="btn icon"
                                    aria-label=format!("Remove address {}", at + 1)
                                    on:click=remove
                                >
                                    <Icon of=IconName::Cross />
                                </button>
                            }
                        })
                }}
            </div>
            <div class="read" id=read_id>
                {move || {
                    reading
                        .get()
                        .map(|reading| {
                            let host = who_is_asked().unwrap_or_default();
                            view! { <WhatWasRead form=form at=at reading=reading host=host /> }
                        })
                }}
            </div>
            <Wrong form=form field=field />
        </div>
    }
    .into_any()
}

/// What was read of a repository, in a line, with what was corrected of it.
#[component]
fn WhatWasRead(
    form: Form,
    at: usize,
    reading: Reading<RepositoryFacts>,
    host: String,
) -> impl IntoView {
    match reading {
        Reading::Pending => view! { <p>{host}</p> }.into_any(),
        Reading::NotAsked => {
            view! { <p>"Nothing can be read there by a machine; a person looks."</p> }.into_any()
        }
        Reading::Failed { trouble, .. } => {
            let words = format!("It {}.", trouble.words());
            view! { <p>{words}</p> }.into_any()
        }
        Reading::Read { facts, .. } if !facts.found => {
            view! { <p>"Nothing is shown there to somebody without an account."</p> }.into_any()
        }
        Reading::Read { facts, .. } => {
            let stated = Memo::new(move |_| {
                form.answers.with(|answers| {
                    answers
                        .sources
                        .get(at)
                        .map(|source| source.stated.clone())
                        .unwrap_or_default()
                })
            });
            let moved = facts.moved_to.clone().map(|to| {
                let text = to.to_string();
                let (shown, taken) = (to.short(), text);
                view! {
                    <p>
                        "It is at " <code>{shown}</code> " now. "
                        <button
                            type="button"
                            class="btn quiet small"
                            on:click=move |_| {
                                let taken = taken.clone();
                                form.change(Field::Source(at), |answers| {
                                    answers.sources[at].address = taken;
                                });
                            }
                        >
                            "Take over"
                        </button>
                    </p>
                }
            });
            let line = facts.clone();
            view! {
                {moved}
                <p class="as-read">{move || stated.with(|stated| facts_line(&line, stated))}</p>
                <Corrections form=form at=at facts=facts stated=stated />
            }
            .into_any()
        }
    }
}

/// A fact as it was read; struck out beside what is stated instead.
fn fact(read: String, stated: Option<String>) -> AnyView {
    match stated.filter(|stated| *stated != read) {
        None => view! { <span>{read}</span> }.into_any(),
        Some(stated) => view! { <span><del>{read}</del> " " <ins>{stated}</ins></span> }.into_any(),
    }
}

fn visibility(public: bool) -> String {
    if public { "public" } else { "private" }.to_owned()
}

fn archived(archived: bool) -> String {
    if archived { "archived" } else { "not archived" }.to_owned()
}

fn fork(fork: bool) -> String {
    if fork { "a fork" } else { "not a fork" }.to_owned()
}

fn guide(there: Option<bool>) -> String {
    match there {
        Some(true) => "contributing guide",
        Some(false) => "no contributing guide",
        None => "contributing guide: not known",
    }
    .to_owned()
}

fn readme(there: Option<bool>) -> String {
    match there {
        Some(true) => "readme",
        Some(false) => "no readme",
        None => "readme: not known",
    }
    .to_owned()
}

fn facts_line(facts: &RepositoryFacts, stated: &Stated) -> Vec<AnyView> {
    let pushed = |day| format!("pushed {}", Local.day(day));
    vec![
        fact(visibility(!facts.private), stated.public.map(visibility)),
        fact(archived(facts.archived), stated.archived.map(archived)),
        fact(fork(facts.fork), stated.fork.map(fork)),
        fact(
            facts
                .license
                .clone()
                .unwrap_or_else(|| "license not recognized".to_owned()),
            stated.license.clone(),
        ),
        fact(
            facts.pushed_at.map_or_else(
                || "last push not known".to_owned(),
                |at| pushed(at.date_naive()),
            ),
            stated.pushed.map(pushed),
        ),
        fact(
            guide(facts.contributing),
            stated.contributing.map(|there| guide(Some(there))),
        ),
        fact(
            readme(facts.readme),
            stated.readme.map(|there| readme(Some(there))),
        ),
    ]
}
