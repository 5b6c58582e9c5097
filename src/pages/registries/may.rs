//! What a registry may report: shown, and changed in its place.

use super::{Page, typed};
use crate::{
    api::registries as registries_api,
    components::line_input::LineInput,
    platform::{clock, focus},
};
use ::api::registries::RegistryNamespaces;
use leptos::prelude::*;

/// How many namespaces are shown before the rest is folded.
const SHOWN: usize = 4;

/// The change of what one registry may report; copy it freely.
#[derive(Clone, Copy)]
struct Change {
    page: Page,
    id: i64,
    name: StoredValue<String>,
    is_open: RwSignal<bool>,
    typed: RwSignal<String>,
    /// What it might report when the form was opened; nothing once somebody was told that this has
    /// changed, and saves all the same.
    before: StoredValue<Option<Vec<String>>>,
    /// What is wrong with what is typed, or why it was not taken.
    error: RwSignal<Option<String>>,
    is_busy: RwSignal<bool>,
}

impl Change {
    fn field_id(self) -> String {
        format!("namespaces-{}", self.id)
    }

    fn button_id(self) -> String {
        format!("change-{}", self.id)
    }

    fn open(self, names: &[String]) {
        self.typed.set(names.join(" "));
        self.before.set_value(Some(names.to_vec()));
        self.error.set(None);
        self.is_open.set(true);
        clock::next_frame(move || {
            focus::by_id(&self.field_id());
        });
    }

    /// What was pressed is gone; one goes on where one was.
    fn close(self) {
        self.is_open.try_set(false);
        clock::next_frame(move || focus::calmly(&self.button_id()));
    }

    fn send(self) {
        if self.is_busy.get_untracked() {
            return;
        }
        let read = self.typed.with_untracked(|text| typed::namespaces(text));
        let namespaces = match read {
            Ok(namespaces) => namespaces,
            Err(wrong) => {
                self.error.set(Some(wrong));
                focus::by_id(&self.field_id());
                return;
            }
        };
        self.is_busy.set(true);
        let before = self.before.get_value();
        leptos::task::spawn_local(async move {
            let change = RegistryNamespaces { namespaces, before };
            let answer = registries_api::set_namespaces(self.id, &change).await;
            self.is_busy.try_set(false);
            match answer {
                Ok(now) => {
                    self.page.may_report(self.id, now.namespaces);
                    let name = self.name.try_get_value().unwrap_or_default();
                    self.page
                        .announcer
                        .say(format!("What {name} may report is changed."));
                    self.close();
                }
                Err(why) => {
                    if why.is_conflict() {
                        self.before.try_set_value(None);
                        self.page.load();
                    }
                    self.error.try_set(Some(why.to_string()));
                    focus::by_id(&self.field_id());
                }
            }
        });
    }
}

/// The namespaces, and a button that changes them.
#[component]
pub fn MayReport(
    page: Page,
    /// The registry.
    id: i64,
    /// What it is called.
    name: String,
    /// The namespaces that it may report.
    namespaces: Memo<Vec<String>>,
) -> impl IntoView {
    let change = Change {
        page,
        id,
        name: StoredValue::new(name),
        is_open: RwSignal::new(false),
        typed: RwSignal::new(String::new()),
        before: StoredValue::new(None),
        error: RwSignal::new(None),
        is_busy: RwSignal::new(false),
    };
    move || {
        if change.is_open.get() {
            view! { <Changing change=change /> }.into_any()
        } else {
            let names = namespaces.get();
            let spoken = change
                .name
                .with_value(|name| format!("Change what {name} may report"));
            view! {
                <div class="may">
                    <Names names=names />
                    <button
                        type="button"
                        class="btn quiet small"
                        id=change.button_id()
                        aria-label=spoken
                        on:click=move |_| namespaces.with_untracked(|names| change.open(names))
                    >
                        "Change"
                    </button>
                </div>
            }
            .into_any()
        }
    }
}

/// The form that changes them.
#[component]
fn Changing(change: Change) -> impl IntoView {
    let label = change
        .name
        .with_value(|name| format!("What {name} may report"));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        change.send();
    };
    view! {
        <form class="form" novalidate aria-label=label on:submit=send>
            <LineInput
                id=change.field_id()
                label="May report"
                hint="Names of namespaces, parted by spaces or commas. Of others nothing more is counted; what was counted stays."
                class="input mono"
                typed=change.typed
                error=change.error
            />
            <div class="actions">
                <button
                    type="submit"
                    class="btn small primary"
                    aria-busy=move || change.is_busy.get().then_some("true")
                >
                    "Save"
                </button>
                <button
                    type="button"
                    class="btn small"
                    // What is on its way is waited for.
                    on:click=move |_| {
                        if !change.is_busy.get_untracked() {
                            change.close();
                        }
                    }
                >
                    "Cancel"
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Their names; of many, some.
#[component]
fn Names(names: Vec<String>) -> impl IntoView {
    let chip = |name: String| view! { <li class="chip plain mono">{name}</li> };
    let mut names = names;
    // A fold for one name takes more room than the name.
    let rest = if names.len() > SHOWN + 1 {
        names.split_off(SHOWN)
    } else {
        Vec::new()
    };
    let shown: Vec<_> = names.into_iter().map(chip).collect();
    let rest = (!rest.is_empty()).then(|| {
        let summary = format!("and {} more", rest.len());
        let chips: Vec<_> = rest.into_iter().map(chip).collect();
        view! {
            <details class="others">
                <summary>{summary}</summary>
                <ul class="chips" aria-label="Further namespaces">
                    {chips}
                </ul>
            </details>
        }
    });
    view! {
        <span class="t13 soft">"May report"</span>
        <ul class="chips" aria-label="Namespaces that it may report">
            {shown}
        </ul>
        {rest}
    }
    .into_any()
}
