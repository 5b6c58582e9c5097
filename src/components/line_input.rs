//! A field of one line outside of the application form: label, hint, input, and what is wrong.

use super::field_error::FieldError;
use leptos::prelude::*;

/// The field.
#[component]
pub fn LineInput(
    /// Its id; the sentence that says what is wrong has it with `-error` behind.
    #[prop(into)]
    id: String,
    /// What it is called.
    label: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The kind of input, as HTML has it.
    #[prop(default = "text")]
    kind: &'static str,
    /// What is typed.
    typed: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
    /// Whether that is said right below; a form in one line says it at its end.
    #[prop(default = true)]
    says_error: bool,
    /// What the browser may fill in by itself.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The classes of the input.
    #[prop(default = "input")]
    class: &'static str,
    /// Which keys a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = match hint {
        Some(_) => format!("{hint_id} {error_id}"),
        None => error_id.clone(),
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <input
                type=kind
                inputmode=inputmode
                class=class
                id=id
                autocomplete=autocomplete
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
            {says_error.then(|| view! { <FieldError id=error_id message=error /> })}
        </div>
    }
    .into_any()
}
