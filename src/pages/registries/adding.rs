//! Adding a registry: its name, how it reports, and which namespaces it may.

use super::{Page, typed};
use crate::{
    api::{ApiError, registries as registries_api},
    components::{field_error::FieldError, line_input::LineInput},
    platform::{clock, focus},
};
use ::api::registries::{NewRegistry, RegistryKind};
use leptos::prelude::*;

/// How long after a field was left it is looked at: longer than a button is pressed.
const LEFT_MS: u32 = 250;

const NAME_ID: &str = "registry-name";
const NAMESPACES_ID: &str = "registry-namespaces";

/// A field of one line; copy it freely.
struct Line<T: 'static> {
    id: &'static str,
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
    read: fn(&str) -> Result<T, String>,
}

impl<T> Clone for Line<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Line<T> {}

impl<T> Line<T> {
    /// An empty one. What is wrong with it is no longer said once it is mended.
    fn new(id: &'static str, read: fn(&str) -> Result<T, String>) -> Self {
        let line = Self {
            id,
            typed: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            read,
        };
        Effect::new(move |before: Option<()>| {
            line.typed.track();
            if before.is_some() && line.error.with_untracked(Option::is_some) {
                line.look();
            }
        });
        line
    }

    /// What is typed, read; says what is wrong with it.
    fn look(self) -> Option<T> {
        match self.typed.with_untracked(|typed| (self.read)(typed)) {
            Ok(read) => {
                self.error.set(None);
                Some(read)
            }
            Err(wrong) => {
                self.error.set(Some(wrong));
                None
            }
        }
    }

    /// The field was left: looks at what was typed. Who only passes by is told nothing.
    fn leave(self) {
        // Not at once: an error that appears while a button is being pressed moves it away from under
        // the pointer, and the press is lost.
        clock::after(LEFT_MS, move || {
            // The page may be gone by then. What the server has said of it since stays.
            let is_typed = self
                .typed
                .try_with_untracked(|typed| !typed.trim().is_empty());
            if is_typed == Some(true) && self.error.with_untracked(Option::is_none) {
                self.look();
            }
        });
    }

    fn empty(self) {
        self.error.try_set(None);
        self.typed.try_set(String::new());
    }
}

/// The form; copy it freely.
#[derive(Clone, Copy)]
struct Form {
    name: Line<String>,
    namespaces: Line<Vec<String>>,
    kind: RwSignal<RegistryKind>,
    /// What is wrong with none of the fields.
    error: RwSignal<Option<String>>,
    is_busy: RwSignal<bool>,
}

impl Form {
    fn new() -> Self {
        Self {
            name: Line::new(NAME_ID, typed::name),
            namespaces: Line::new(NAMESPACES_ID, typed::namespaces),
            kind: RwSignal::new(RegistryKind::Distribution),
            error: RwSignal::new(None),
            is_busy: RwSignal::new(false),
        }
    }

    /// What is asked for; nothing, with the focus on the first wrong field, if one is.
    fn read(self) -> Option<NewRegistry> {
        self.error.set(None);
        match (self.name.look(), self.namespaces.look()) {
            (Some(name), Some(namespaces)) => Some(NewRegistry {
                name,
                kind: self.kind.get_untracked(),
                namespaces,
            }),
            (name, _) => {
                focus::by_id(if name.is_none() {
                    self.name.id
                } else {
                    self.namespaces.id
                });
                None
            }
        }
    }

    /// Says what the server said, at its field.
    fn refuse(self, why: &ApiError) {
        let mut first = None;
        if let ApiError::Refused(problem) = why {
            for wrong in &problem.errors {
                let (error, id) = match wrong.field.as_str() {
                    "name" => (self.name.error, self.name.id),
                    "namespaces" => (self.namespaces.error, self.namespaces.id),
                    _ => continue,
                };
                error.try_set(Some(wrong.message.clone()));
                first = first.or(Some(id));
            }
        }
        if first.is_none() && why.is_conflict() {
            // Nothing else of it can be somebody else’s.
            self.name.error.try_set(Some(why.to_string()));
            first = Some(self.name.id);
        }
        match first {
            Some(id) => {
                focus::by_id(id);
            }
            None => {
                self.error.try_set(Some(why.to_string()));
            }
        }
    }

    fn send(self, page: Page) {
        if self.is_busy.get_untracked() {
            return;
        }
        let Some(new) = self.read() else { return };
        self.is_busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = registries_api::add(&new).await;
            self.is_busy.try_set(false);
            match answer {
                Ok(snippet) => {
                    self.name.empty();
                    self.namespaces.empty();
                    page.announcer.say(format!(
                        "{} is added. Its configuration is shown this once.",
                        new.name
                    ));
                    page.show_once(new.name, snippet);
                }
                Err(why) => self.refuse(&why),
            }
        });
    }
}

/// The form, and what it is for.
#[component]
pub fn Adding(page: Page) -> impl IntoView {
    let form = Form::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.send(page);
    };
    view! {
        <section aria-labelledby="adding-heading">
            <h2 id="adding-heading">"Add a registry"</h2>
            <p class="t14 soft">
                "You are shown what to put into its configuration, with a token of its own. Of other namespaces than these nothing is counted."
            </p>
            <form class="form" novalidate aria-labelledby="adding-heading" on:submit=send>
                <div on:focusout=move |_| form.name.leave()>
                    <LineInput
                        id=NAME_ID
                        label="Name"
                        hint="What it is called here: 1 to 60 characters."
                        typed=form.name.typed
                        error=form.name.error
                    />
                </div>
                <Kinds kind=form.kind />
                <div on:focusout=move |_| form.namespaces.leave()>
                    <LineInput
                        id=NAMESPACES_ID
                        label="Namespaces that it may report"
                        hint="Their names, parted by spaces or commas."
                        class="input mono"
                        typed=form.namespaces.typed
                        error=form.namespaces.error
                    />
                </div>
                <div class="actions">
                    <button
                        type="submit"
                        class="btn primary"
                        aria-busy=move || form.is_busy.get().then_some("true")
                    >
                        "Add the registry"
                    </button>
                </div>
                <FieldError message=form.error />
            </form>
        </section>
    }
    .into_any()
}

/// How it reports.
#[component]
fn Kinds(kind: RwSignal<RegistryKind>) -> impl IntoView {
    let choices: Vec<_> = RegistryKind::ALL
        .into_iter()
        .map(|one| {
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name="registry-kind"
                        prop:checked=move || kind.get() == one
                        on:change=move |_| kind.set(one)
                    />
                    <span>{one.words()}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field">
            <legend>"Kind"</legend>
            <div class="choices line">{choices}</div>
        </fieldset>
    }
    .into_any()
}
