//! Section 3: the license, with what was read, what may be meant, and suggestions.

use super::{
    field::{Wrong, error_id},
    form::Form,
};
use leptos::prelude::*;
use program::{
    answers::Field,
    license::{self, License},
};

/// Most licenses that are suggested at a time.
const MOST_SUGGESTED: usize = 8;

/// The license, with what was read, what may be meant, and suggestions.
#[component]
pub fn LicenseField(form: Form) -> impl IntoView {
    let field = Field::License;
    let id = field.id();
    let typed = Memo::new(move |_| form.answers.with(|answers| answers.license.clone()));
    let set = move |text: String| form.change(field, |answers| answers.license = text);
    // The first that was read; the field takes it over while it is empty.
    let read = Memo::new(move |_| {
        form.evidence.with(|evidence| {
            evidence.repositories.iter().find_map(|known| {
                let license = known.reading.facts()?.license.clone()?;
                Some((known.address.host().to_owned(), license))
            })
        })
    });
    let untouched = StoredValue::new(true);
    Effect::new(move |_| {
        let Some((_, license)) = read.get() else {
            return;
        };
        if untouched.get_value() && typed.with_untracked(String::is_empty) {
            set(license);
        }
    });
    let complaint = Memo::new(move |_| typed.with(|text| License::parse(text).err()));
    let suggestions = Memo::new(move |_| {
        if complaint.with(Option::is_none) {
            Vec::new()
        } else {
            typed.with(|text| license::suggestions(text, MOST_SUGGESTED))
        }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{field.label()}</label>
            <p class="hint" id="license-hint">
                "One name from the SPDX list, or several with OR and AND: "
                <code>"MIT OR Apache-2.0"</code>
                "."
            </p>
            <input
                type="text"
                class="input mono"
                id=id.clone()
                list="license-list"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=format!("license-hint license-read {}", error_id(&id))
                aria-invalid=move || form.error(field).is_some().then_some("true")
                prop:value=move || typed.get()
                on:input=move |event| {
                    untouched.set_value(false);
                    let text = event_target_value(&event);
                    form.type_in(field, |answers| answers.license = text);
                }
                on:blur=move |_| form.touch(field)
            />
            <datalist id="license-list">
                {move || {
                    // What was typed before the last word stays.
                    let text = typed.get();
                    let head = text.rfind([' ', '(', '/']).map_or(0, |at| at + 1);
                    suggestions
                        .get()
                        .into_iter()
                        .map(|one| {
                            let value = format!("{}{}", &text[..head], one.id);
                            let note = if one.approved { "" } else { ", not OSI-approved" };
                            view! { <option value=value>{format!("{}{note}", one.name)}</option> }
                        })
                        .collect_view()
                }}
            </datalist>
            <div class="read" id="license-read">
                {move || {
                    complaint
                        .get()
                        .filter(|_| typed.with(|text| !text.trim().is_empty()))
                        .map(|error| {
                            let instead = error.instead().map(str::to_owned);
                            view! {
                                <p>
                                    {error.to_string()}
                                    {instead
                                        .map(|instead| {
                                            let word = format!("Use {instead}");
                                            view! {
                                                " "
                                                <button
                                                    type="button"
                                                    class="btn quiet small"
                                                    on:click=move |_| set(instead.clone())
                                                >
                                                    {word}
                                                </button>
                                            }
                                        })}
                                </p>
                            }
                        })
                }}
                {move || {
                    let (host, license) = read.get()?;
                    let same = typed.with(|typed| typed.trim() == license);
                    let taken = license.clone();
                    Some(
                        view! {
                            <p>
                                "Read from " {host} ": "
                                {if same {
                                    view! { <code>{license}</code> }.into_any()
                                } else {
                                    view! {
                                        <del>{license}</del>
                                        " "
                                        <button
                                            type="button"
                                            class="btn quiet small"
                                            on:click=move |_| set(taken.clone())
                                        >
                                            "Use what was read"
                                        </button>
                                    }
                                        .into_any()
                                }}
                            </p>
                        },
                    )
                }}
            </div>
            <Wrong form=form field=field />
        </div>
    }
    .into_any()
}
