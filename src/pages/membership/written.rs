//! What maintainers wrote, as the parts of the page share it, and fields to write it in.

use crate::{
    api::{ApiError, profile as profile_api},
    components::loaded::Loaded,
    platform::focus,
};
use ::api::profile::ProfileState;
use leptos::prelude::*;
use program::profile::{ProfileError, ProfileField};

/// What is written, and of which namespace; copy it freely.
#[derive(Clone, Copy)]
pub struct Written {
    /// As the server has it.
    pub state: RwSignal<Loaded<ProfileState>>,
    /// The namespace.
    pub namespace: StoredValue<String>,
}

impl Written {
    /// Reads what is written of a namespace.
    pub fn of(namespace: String) -> Self {
        let written = Self {
            state: RwSignal::new(Loaded::Awaited),
            namespace: StoredValue::new(namespace),
        };
        written.read();
        written
    }

    /// Reads it anew.
    pub fn read(self) {
        leptos::task::spawn_local(async move {
            let answer = profile_api::state(&self.namespace.get_value()).await;
            self.state.try_set(answer.into());
        });
    }

    /// Takes over what a change came to.
    pub fn keep(self, state: ProfileState) {
        self.state.try_set(Loaded::There(Box::new(state)));
    }
}

/// A field of one text.
#[derive(Clone, Copy)]
pub struct Line {
    /// Which.
    pub field: ProfileField,
    /// The id of its input.
    pub id: &'static str,
    /// What is typed.
    pub typed: RwSignal<String>,
    /// What is wrong with it.
    pub error: RwSignal<Option<String>>,
}

impl Line {
    /// A field of the profile with its text.
    pub fn new(field: ProfileField, text: &str) -> Self {
        Self::with_id(field, field.id(), text)
    }

    /// A field of the page of a repository with its text. The profile stands beside it, and has
    /// the other ids.
    pub fn of_page(field: ProfileField, text: &str) -> Self {
        Self::with_id(field, page_id(field), text)
    }

    fn with_id(field: ProfileField, id: &'static str, text: &str) -> Self {
        Self {
            field,
            id,
            typed: RwSignal::new(text.to_owned()),
            error: RwSignal::new(None),
        }
    }

    /// What is typed.
    pub fn text(self) -> String {
        self.typed.get_untracked().trim().to_owned()
    }
}

/// The id of the input for a field of a repository’s page.
pub const fn page_id(field: ProfileField) -> &'static str {
    match field {
        ProfileField::Description => "page-description",
        ProfileField::About => "page-about",
        ProfileField::Website => "page-website",
        ProfileField::Source => "page-source",
        ProfileField::Contributing => "page-contributing",
        other => other.id(),
    }
}

/// Says at each of these fields what is wrong with it, and nothing at the others; the first one
/// takes the focus.
pub fn say_errors(lines: &[Line], errors: &[ProfileError]) {
    for line in lines {
        let wrong = errors.iter().find(|(field, _)| *field == line.field);
        line.error.set(wrong.map(|(_, message)| message.clone()));
    }
    if let Some((field, _)) = errors.first() {
        let line = lines.iter().find(|line| line.field == *field);
        focus::by_id(line.map_or(field.id(), |line| line.id));
    }
}

/// The same for what the server refused; gives what belongs to no field.
pub fn say_refusal(lines: &[Line], refused: &ApiError) -> Option<String> {
    let ApiError::Refused(problem) = refused else {
        return Some(refused.to_string());
    };
    let errors: Vec<ProfileError> = problem
        .errors
        .iter()
        .filter_map(|one| {
            let line = lines.iter().find(|line| line.field.id() == one.field)?;
            Some((line.field, one.message.clone()))
        })
        .collect();
    say_errors(lines, &errors);
    errors.is_empty().then(|| problem.detail.clone())
}
