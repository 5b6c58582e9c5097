//! One field: label, hint, input and the sentence that says what is wrong, tied
//! together for those who cannot see them.

use super::form::Form;
use crate::components::field_error::FieldError;
use leptos::{html::Input, prelude::*};
use program::answers::{Answers, Field};

/// What kind of input a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words of people.
    Text,
    /// What a machine reads: names, addresses, expressions.
    Mono,
    /// A mail address.
    Mail,
    /// A day.
    Day,
}

/// A field of one line.
#[component]
pub fn LineField(
    /// The form.
    form: Form,
    /// Which field.
    field: Field,
    /// What kind of input.
    #[prop(default = Kind::Text)]
    kind: Kind,
    /// What it holds.
    value: fn(&Answers) -> String,
    /// Puts into it what was typed.
    set: fn(&mut Answers, String),
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it may stay empty.
    #[prop(default = false)]
    is_optional: bool,
    /// What the browser may fill in by itself.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The id of something else that describes it.
    #[prop(optional)]
    described_by: Option<&'static str>,
) -> impl IntoView {
    let id = field.id();
    let described = described(&id, hint.is_some(), described_by);
    let wrong = move || form.error(field).is_some();
    let held = Memo::new(move |_| form.answers.with(value));
    let input = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let held = held.get();
        // Half a date has no value; giving it the one that it has would empty it.
        if let Some(input) = input.get().filter(|input| input.value() != held) {
            input.set_value(&held);
        }
    });
    let class = match kind {
        Kind::Text | Kind::Mail => "input",
        Kind::Mono => "input mono",
        Kind::Day => "input num",
    };
    let kind_name = match kind {
        Kind::Text | Kind::Mono => "text",
        Kind::Mail => "email",
        Kind::Day => "date",
    };
    view! {
        <div class="field">
            <label for=id.clone()>
                {field.label()}
                {is_optional.then(|| view! { <span class="optional">" (optional)"</span> })}
            </label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id(&id)>{hint}</p> })}
            <input
                node_ref=input
                type=kind_name
                class=class
                id=id.clone()
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck=if kind == Kind::Text { "true" } else { "false" }
                aria-describedby=described
                aria-invalid=move || wrong().then_some("true")
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    form.type_in(field, |answers| set(answers, typed));
                }
                on:blur=move |_| form.touch(field)
            />
            <Wrong form=form field=field />
        </div>
    }
    .into_any()
}

/// A field of several lines.
#[component]
pub fn TextField(
    /// The form.
    form: Form,
    /// Which field.
    field: Field,
    /// What it is called here.
    #[prop(into)]
    label: Signal<String>,
    /// What stands behind the label, in brackets.
    #[prop(default = "optional")]
    aside: &'static str,
    /// What it holds.
    value: fn(&Answers) -> String,
    /// Puts into it what was typed.
    set: fn(&mut Answers, String),
) -> impl IntoView {
    let id = field.id();
    let held = Memo::new(move |_| form.answers.with(value));
    view! {
        <div class="field">
            <label for=id.clone()>
                {label} <span class="optional">" (" {aside} ")"</span>
            </label>
            <textarea
                class="input area"
                id=id.clone()
                rows="3"
                aria-describedby=error_id(&id)
                aria-invalid=move || form.error(field).is_some().then_some("true")
                prop:value=move || held.get()
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    form.type_in(field, |answers| set(answers, typed));
                }
                on:blur=move |_| form.touch(field)
            ></textarea>
            <Wrong form=form field=field />
        </div>
    }
    .into_any()
}

/// A choice between two or more, each with its words.
#[component]
pub fn ChoiceField<T>(
    /// The form.
    form: Form,
    /// Which field.
    field: Field,
    /// The choices.
    choices: Vec<(T, &'static str)>,
    /// The one that is chosen.
    value: fn(&Answers) -> Option<T>,
    /// Chooses.
    set: fn(&mut Answers, T),
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let id = field.id();
    let first = id.clone();
    let radios: Vec<_> = choices
        .into_iter()
        .enumerate()
        .map(|(at, (choice, word))| {
            // A link from the summary leads to the first.
            let id = if at == 0 {
                first.clone()
            } else {
                format!("{first}-{}", at + 1)
            };
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=first.clone()
                        id=id
                        aria-describedby=error_id(&first)
                        prop:checked=move || form.answers.with(value) == Some(choice)
                        on:change=move |_| {
                            form.choose(field, |answers| set(answers, choice));
                            form.touch(field);
                        }
                    />
                    <span>{word}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field">
            <legend>{field.label()}</legend>
            <div class="choices line">{radios}</div>
            <Wrong form=form field=field />
        </fieldset>
    }
    .into_any()
}

/// What is wrong with a field, when it shows.
#[component]
pub fn Wrong(form: Form, field: Field) -> impl IntoView {
    view! {
        <FieldError
            id=error_id(&field.id())
            message=Signal::derive(move || form.error(field))
            is_said=false
        />
    }
}

/// The id of a field's error.
pub fn error_id(id: &str) -> String {
    format!("{id}-error")
}

fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

fn described(id: &str, has_hint: bool, other: Option<&str>) -> String {
    let mut ids = String::new();
    if has_hint {
        ids.push_str(&hint_id(id));
        ids.push(' ');
    }
    if let Some(other) = other {
        ids.push_str(other);
        ids.push(' ');
    }
    ids.push_str(&error_id(id));
    ids
}
