//! Correcting what was read of a repository: as read, or otherwise.

use super::form::Form;
use crate::components::icon::{Icon, IconName};
use leptos::prelude::*;
use program::{
    answers::{Field, Stated},
    evidence::RepositoryFacts,
};

/// Correcting what was read: as read, or otherwise.
#[component]
pub fn Corrections(
    form: Form,
    at: usize,
    facts: RepositoryFacts,
    stated: Memo<Stated>,
) -> impl IntoView {
    let change = move |change: Box<dyn FnOnce(&mut Stated)>| {
        form.choose(Field::Source(at), |answers| {
            if let Some(source) = answers.sources.get_mut(at) {
                change(&mut source.stated);
            }
        });
    };
    let either = move |label: &'static str,
                       read: Option<bool>,
                       words: fn(bool) -> &'static str,
                       get: fn(&Stated) -> Option<bool>,
                       set: fn(&mut Stated, Option<bool>)| {
        let value = move || match stated.with(get) {
            None => "read",
            Some(true) => "yes",
            Some(false) => "no",
        };
        let as_read = match read {
            Some(read) => format!("As read: {}", words(read)),
            None => "Not known".to_owned(),
        };
        view! {
            <label class="field">
                <span class="label">{label}</span>
                <select
                    class="select"
                    prop:value=value
                    on:change=move |event| {
                        let chosen = match event_target_value(&event).as_str() {
                            "yes" => Some(true),
                            "no" => Some(false),
                            _ => None,
                        }
                        .filter(|chosen| Some(*chosen) != read);
                        change(Box::new(move |stated| set(stated, chosen)));
                    }
                >
                    <option value="read">{as_read}</option>
                    <option value="yes">{words(true)}</option>
                    <option value="no">{words(false)}</option>
                </select>
            </label>
        }
    };
    let read_license = facts.license.clone().unwrap_or_default();
    let (shown_license, kept_license) = (read_license.clone(), read_license);
    let read_push = facts.pushed_at.map(|at| at.date_naive());
    view! {
        <details class="fold corrections">
            <summary>
                <span>"Correct what was read"</span>
                <span>
                    <Icon of=IconName::Chevron />
                </span>
            </summary>
            <div class="row-fields">
                {either(
                    "Visibility",
                    Some(!facts.private),
                    |public| if public { "Public" } else { "Private" },
                    |stated| stated.public,
                    |stated, public| stated.public = public,
                )}
                {either(
                    "Archived",
                    Some(facts.archived),
                    |archived| if archived { "Archived" } else { "Not archived" },
                    |stated| stated.archived,
                    |stated, archived| stated.archived = archived,
                )}
                {either(
                    "Fork",
                    Some(facts.fork),
                    |fork| if fork { "A fork" } else { "Not a fork" },
                    |stated| stated.fork,
                    |stated, fork| stated.fork = fork,
                )}
                {either(
                    "Contributing guide",
                    facts.contributing,
                    |there| if there { "It has one" } else { "It has none" },
                    |stated| stated.contributing,
                    |stated, there| stated.contributing = there,
                )}
                {either(
                    "Readme",
                    facts.readme,
                    |there| if there { "It has one" } else { "It has none" },
                    |stated| stated.readme,
                    |stated, there| stated.readme = there,
                )}
                <label class="field">
                    <span class="label">"License"</span>
                    <input
                        type="text"
                        class="input mono"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || {
                            stated
                                .with(|stated| stated.license.clone())
                                .unwrap_or_else(|| shown_license.clone())
                        }
                        on:change=move |event| {
                            let typed = event_target_value(&event);
                            let chosen = Some(typed)
                                .filter(|typed| typed.trim() != kept_license && !typed.trim().is_empty());
                            change(Box::new(move |stated| stated.license = chosen));
                        }
                    />
                </label>
                <label class="field">
                    <span class="label">"Last push"</span>
                    <input
                        type="date"
                        class="input num"
                        prop:value=move || {
                            stated
                                .with(|stated| stated.pushed)
                                .or(read_push)
                                .map(|day| day.to_string())
                                .unwrap_or_default()
                        }
                        on:change=move |event| {
                            let chosen = event_target_value(&event)
                                .parse()
                                .ok()
                                .filter(|day| Some(*day) != read_push);
                            change(Box::new(move |stated| stated.pushed = chosen));
                        }
                    />
                </label>
            </div>
        </details>
    }
    .into_any()
}
