//! The profile of a namespace: what everybody reads on its page and in the directory.

use super::written::{Line, Written, say_errors, say_refusal};
use crate::platform::focus;
use crate::{
    api::profile as profile_api,
    components::{announcer::use_announcer, field_error::FieldError, line_input::LineInput},
};
use ::api::profile::{ProfileChange, ProfileState};
use leptos::prelude::*;
use program::{
    category::{self, Category},
    profile::{Profile, ProfileField},
};

/// The fields; copy them freely.
#[derive(Clone, Copy)]
struct Form {
    lines: [Line; 5],
    categories: RwSignal<Vec<Category>>,
    categories_error: RwSignal<Option<String>>,
    /// What the server has, and its version.
    kept: RwSignal<(Profile, u64)>,
    error: RwSignal<Option<String>>,
    is_sending: RwSignal<bool>,
}

impl Form {
    fn new(state: &ProfileState) -> Self {
        let profile = &state.profile;
        Self {
            lines: [
                Line::new(ProfileField::Name, &profile.name),
                Line::new(ProfileField::Description, &profile.description),
                Line::new(ProfileField::Website, &profile.website),
                Line::new(ProfileField::Source, &profile.source),
                Line::new(ProfileField::Contributing, &profile.contributing),
            ],
            categories: RwSignal::new(profile.categories.clone()),
            categories_error: RwSignal::new(None),
            kept: RwSignal::new((profile.clone(), state.version)),
            error: RwSignal::new(None),
            is_sending: RwSignal::new(false),
        }
    }

    fn profile(self) -> Profile {
        let [name, description, website, source, contributing] =
            self.lines.map(|line| line.typed.get().trim().to_owned());
        Profile {
            name,
            description,
            website,
            source,
            contributing,
            categories: self.categories.get(),
        }
    }

    /// How many fields are other than what the server has.
    fn changes(self) -> usize {
        let (now, (kept, _)) = (self.profile(), self.kept.get());
        [
            now.name != kept.name,
            now.description != kept.description,
            now.website != kept.website,
            now.source != kept.source,
            now.contributing != kept.contributing,
            now.categories != kept.categories,
        ]
        .into_iter()
        .filter(|is_other| *is_other)
        .count()
    }

    fn undo(self) {
        let (kept, _) = self.kept.get_untracked();
        let texts = [
            kept.name,
            kept.description,
            kept.website,
            kept.source,
            kept.contributing,
        ];
        for (line, text) in self.lines.into_iter().zip(texts) {
            line.typed.set(text);
            line.error.set(None);
        }
        self.categories.set(kept.categories);
        self.categories_error.set(None);
        self.error.set(None);
    }
}

/// The part of the page.
#[component]
pub fn ProfilePart(written: Written, state: ProfileState) -> impl IntoView {
    let form = Form::new(&state);
    let announcer = use_announcer();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if form.is_sending.get_untracked() {
            return;
        }
        let change = ProfileChange {
            profile: untrack(|| form.profile()),
            version: form.kept.get_untracked().1,
        };
        let errors = change.profile.errors();
        say_errors(&form.lines, &errors);
        let of_categories = errors
            .iter()
            .find(|(field, _)| *field == ProfileField::Categories);
        form.categories_error
            .set(of_categories.map(|(_, message)| message.clone()));
        if !errors.is_empty() {
            return;
        }
        form.is_sending.set(true);
        let namespace = written.namespace.get_value();
        leptos::task::spawn_local(async move {
            let answer = profile_api::write(&namespace, &change).await;
            match answer {
                Ok(state) => {
                    form.error.try_set(None);
                    form.kept.try_set((state.profile.clone(), state.version));
                    announcer.say("The profile is saved.");
                    written.keep(state);
                }
                Err(refused) => {
                    // Before it is said: who saves again does so with the version of now.
                    if refused.is_conflict() {
                        take_version(&namespace, form).await;
                    }
                    form.error.try_set(say_refusal(&form.lines, &refused));
                }
            }
            form.is_sending.try_set(false);
        });
    };
    let [name, description, website, source, contributing] = form.lines;
    view! {
        <section aria-labelledby="profile-heading">
            <h2 id="profile-heading">"Profile"</h2>
            <p class="t14 soft">
                "What everybody sees on your page, in the directory and in search. Description, source, contributing guide and website are what the badge asks for; a repository without its own takes these."
            </p>
            <form class="form" novalidate on:submit=save>
                <Field line=name label="Name" />
                <Field line=description label="Description" hint="One line, up to 160 characters." />
                <Field line=website label="Website" is_address=true />
                <Field line=source label="Source" is_address=true />
                <Field line=contributing label="Contributing guide" is_address=true />
                <Categories form=form />
                <div class="actions">
                    <button
                        type="submit"
                        class="btn primary"
                        aria-busy=move || form.is_sending.get().then_some("true")
                    >
                        "Save the profile"
                    </button>
                    {move || unsaved(form)}
                </div>
                <FieldError message=form.error />
            </form>
        </section>
    }
    .into_any()
}

/// Somebody else was quicker: what they wrote is what the next change is made from, and what is
/// typed here stays.
async fn take_version(namespace: &str, form: Form) {
    if let Ok(state) = profile_api::state(namespace).await {
        form.kept.try_set((state.profile, state.version));
    }
}

fn unsaved(form: Form) -> Option<AnyView> {
    let words = match form.changes() {
        0 => return None,
        1 => "One change is not saved yet. ".to_owned(),
        count => format!("{count} changes are not saved yet. "),
    };
    Some(
        view! {
            <span class="t14 soft">
                {words}
                <button type="button" class="undo" on:click=move |_| {
                        form.undo();
                        // The button is gone now.
                        focus::calmly(ProfileField::Name.id());
                    }>
                    "Undo"
                </button>
            </span>
        }
        .into_any(),
    )
}

/// A field of one line.
#[component]
pub fn Field(
    /// The field.
    line: Line,
    /// What it is called.
    label: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it takes an address of the web.
    #[prop(default = false)]
    is_address: bool,
) -> impl IntoView {
    let (kind, class) = if is_address {
        ("url", "input mono")
    } else {
        ("text", "input")
    };
    let (id, typed, error) = (line.id, line.typed, line.error);
    match hint {
        Some(hint) => view! {
            <LineInput id=id label=label hint=hint kind=kind class=class typed=typed error=error />
        }
        .into_any(),
        None => view! {
            <LineInput id=id label=label kind=kind class=class typed=typed error=error />
        }
        .into_any(),
    }
}

#[component]
fn Categories(form: Form) -> impl IntoView {
    let one = move |category: Category| {
        let is_taken = move || form.categories.with(|all| all.contains(&category));
        let turn = move |_| {
            form.categories.update(|all| {
                if all.contains(&category) {
                    all.retain(|other| *other != category);
                } else {
                    all.push(category);
                }
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=is_taken on:change=turn />
                <span>{category.words()}</span>
            </label>
        }
    };
    let all: Vec<_> = Category::ALL.into_iter().map(one).collect();
    let count = move || {
        let count = form.categories.with(Vec::len);
        format!(" (up to {}, {count} chosen)", category::MOST)
    };
    view! {
        <fieldset
            class="field"
            id=ProfileField::Categories.id()
            tabindex="-1"
            aria-describedby="profile-categories-error"
        >
            <legend>"Topics" <span class="optional">{count}</span></legend>
            <div class="choices line">{all}</div>
            <FieldError id="profile-categories-error" message=form.categories_error />
        </fieldset>
    }
    .into_any()
}
