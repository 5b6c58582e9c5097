//! The pages of the repositories: what each lacks for the badge, and writing it.

use super::{
    profile::Field,
    written::{Line, Written, page_id, say_errors, say_refusal},
};
use crate::{
    api::profile as profile_api,
    components::{announcer::use_announcer, field_error::FieldError, named_list::Named},
    platform::{clock, focus},
};
use ::api::profile::{PageChange, PageState, ProfileState};
use leptos::prelude::*;
use program::profile::{ProfileField, RepositoryPage};

/// Repositories that are listed at first.
const FIRST: usize = 20;

/// The part of the page.
#[component]
pub fn Repositories(written: Written, state: ProfileState) -> impl IntoView {
    let count = state.repositories.len();
    let lacking = state
        .repositories
        .iter()
        .filter(|one| !one.missing.is_empty())
        .count();
    let mut all = state.repositories;
    // Those that lack something are what there is to do.
    all.sort_by_key(|one| one.missing.is_empty());
    let all = StoredValue::new(all);
    let is_all = RwSignal::new(count <= FIRST);
    let opened = RwSignal::new(None::<String>);
    let sentence = match (count, lacking) {
        (0, _) => "The registry lists no repository of yours yet.".to_owned(),
        (_, 0) => "Every page has what the badge asks for.".to_owned(),
        (_, 1) => "One page lacks something that the badge asks for.".to_owned(),
        (_, lacking) => format!("{lacking} pages lack something that the badge asks for."),
    };
    let list = move || {
        let most = if is_all.get() { usize::MAX } else { FIRST };
        let rows: Vec<_> = all.with_value(|all| {
            all.iter()
                .take(most)
                .map(|one| view! { <Row one=one.clone() opened=opened written=written /> })
                .collect()
        });
        view! { <ul class="named">{rows}</ul> }
    };
    view! {
        <section aria-labelledby="pages-heading">
            <h2 id="pages-heading">"Repository pages"</h2>
            <p class="t14 soft">{sentence}</p>
            {(count > 0).then_some(list)}
            {move || {
                (!is_all.get())
                    .then(|| {
                        view! {
                            <div class="actions">
                                <button
                                    type="button"
                                    class="btn small"
                                    on:click=move |_| is_all.set(true)
                                >
                                    {format!("Show all {count}")}
                                </button>
                            </div>
                        }
                    })
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Row(one: PageState, opened: RwSignal<Option<String>>, written: Written) -> impl IntoView {
    let lacks = if one.missing.is_empty() {
        "has everything".to_owned()
    } else {
        let missing: Vec<&str> = one.missing.iter().map(|part| part.words()).collect();
        format!("lacks {}", missing.join(", "))
    };
    let name = StoredValue::new(one.name.clone());
    let is_open = move || opened.with(|opened| opened.as_deref() == Some(&name.get_value()));
    let turn = move |_| {
        let is_open = untrack(is_open);
        opened.set((!is_open).then(|| name.get_value()));
        if !is_open {
            clock::next_frame(|| {
                focus::by_id(page_id(ProfileField::Description));
            });
        }
    };
    let label = format!("Write the page of {}", one.name);
    let page = StoredValue::new(one.clone());
    view! {
        <Named name=one.name.clone().into_any() about=lacks>
            <button
                type="button"
                class="btn small"
                id=write_id(&one.name)
                aria-label=label
                aria-expanded=move || is_open().to_string()
                on:click=turn
            >
                "Write"
            </button>
        </Named>
        {move || {
            is_open()
                .then(|| {
                    view! { <Editor one=page.get_value() opened=opened written=written /> }
                })
        }}
    }
}

/// The id of the button that opens the page of a repository.
fn write_id(name: &str) -> String {
    ["write-", name].concat()
}

/// Focuses that button, once the form is gone and the list is there anew.
fn back_to(name: String) {
    clock::next_frame(move || focus::calmly(&write_id(&name)));
}

#[component]
fn Editor(one: PageState, opened: RwSignal<Option<String>>, written: Written) -> impl IntoView {
    let announcer = use_announcer();
    let page = &one.page;
    let lines = [
        Line::of_page(ProfileField::Description, &page.description),
        Line::of_page(ProfileField::About, &page.about),
        Line::of_page(ProfileField::Website, &page.website),
        Line::of_page(ProfileField::Source, &page.source),
        Line::of_page(ProfileField::Contributing, &page.contributing),
    ];
    let [description, about, website, source, contributing] = lines;
    let error = RwSignal::new(None::<String>);
    let is_sending = RwSignal::new(false);
    let version = StoredValue::new(one.version);
    let name = StoredValue::new(one.name.clone());
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_sending.get_untracked() {
            return;
        }
        let change = PageChange {
            page: RepositoryPage {
                description: description.text(),
                about: about.text(),
                website: website.text(),
                source: source.text(),
                contributing: contributing.text(),
            },
            version: version.get_value(),
        };
        let errors = change.page.errors();
        say_errors(&lines, &errors);
        if !errors.is_empty() {
            return;
        }
        is_sending.set(true);
        leptos::task::spawn_local(async move {
            let (namespace, name) = (written.namespace.get_value(), name.get_value());
            let answer = profile_api::write_page(&namespace, &name, &change).await;
            match answer {
                Ok(state) => {
                    announcer.say(format!("The page of {name} is saved."));
                    opened.try_set(None);
                    written.keep(state);
                    back_to(name);
                }
                Err(refused) => {
                    // Before it is said: who saves again does so with the version of now.
                    if refused.is_conflict()
                        && let Ok(state) = profile_api::state(&namespace).await
                        && let Some(now) = state.repositories.iter().find(|one| one.name == name)
                    {
                        version.try_set_value(now.version);
                    }
                    error.try_set(say_refusal(&lines, &refused));
                }
            }
            is_sending.try_set(false);
        });
    };
    let said = (!one.labels.description.is_empty())
        .then(|| format!("Its images say: {}", one.labels.description));
    view! {
        <li class="page-form">
            <form class="form" novalidate aria-label=format!("Page of {}", one.name) on:submit=save>
                {said.map(|said| view! { <p class="t14 soft">{said}</p> })}
                <Field line=description label="Description" hint="One line, up to 160 characters." />
                <About line=about />
                <Field line=website label="Website" hint="Empty: that of the profile. The same for the next two." is_address=true />
                <Field line=source label="Source" is_address=true />
                <Field line=contributing label="Contributing guide" is_address=true />
                <div class="actions">
                    <button
                        type="submit"
                        class="btn primary"
                        aria-busy=move || is_sending.get().then_some("true")
                    >
                        "Save the page"
                    </button>
                    <button
                        type="button"
                        class="btn"
                        on:click=move |_| {
                            opened.set(None);
                            back_to(name.get_value());
                        }
                    >
                        "Leave it as it was"
                    </button>
                </div>
                <FieldError message=error />
            </form>
        </li>
    }
    .into_any()
}

#[component]
fn About(line: Line) -> impl IntoView {
    let id = line.id;
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label for=id>"At length"</label>
            <p class="hint" id=hint_id.clone()>
                "Markdown, up to 25,000 characters. Pictures become links; nothing in it runs."
            </p>
            <textarea
                class="textarea input"
                id=id
                rows="8"
                aria-describedby=format!("{hint_id} {error_id}")
                aria-invalid=move || line.error.with(Option::is_some).then_some("true")
                prop:value=move || line.typed.get()
                on:input=move |event| line.typed.set(event_target_value(&event))
            ></textarea>
            <FieldError id=error_id message=line.error />
        </div>
    }
    .into_any()
}
