//! Answering what was asked, or saying something otherwise, in place: the form with all
//! that was said, and what is asked beside it.

use super::Opened;
use crate::{
    components::{announcer::use_announcer, words::Local},
    pages::apply::{InPlace, Outcome, Purpose},
};
use ::api::application::Application;
use leptos::prelude::*;
use program::{decision::Mark, life_cycle::Stage, wording::Wording};

const FORM_ID: &str = "amend";

/// The way to the form, and the form once it is wanted.
#[component]
pub fn Amend(opened: Opened, application: Application) -> impl IntoView {
    let announcer = use_announcer();
    let is_open = RwSignal::new(false);
    let asked: Vec<_> = match application.stage {
        Stage::ChangesAsked { .. } => application
            .opinions
            .iter()
            .filter(|(_, opinion)| opinion.mark == Mark::Ask)
            .map(|(criterion, opinion)| (criterion.name(), opinion.reason.clone()))
            .collect(),
        _ => Vec::new(),
    };
    let (heading, words, button) = match application.stage {
        Stage::ChangesAsked { until } => (
            "What is asked of you",
            format!(
                "Answer by {}. Our time stands still until then.",
                Local.day(until)
            ),
            "Answer",
        ),
        _ => (
            "Something to say otherwise?",
            "You can change what you said until it is decided. Everything is there already."
                .to_owned(),
            "Amend the application",
        ),
    };
    let is_asked = !asked.is_empty();
    let points: Vec<_> = asked
        .into_iter()
        .map(|(name, reason)| {
            view! {
                <dt>{name}</dt>
                <dd class="words">{reason}</dd>
            }
        })
        .collect();
    let application = StoredValue::new(application);
    let done = Callback::new(move |outcome| {
        if let Outcome::Amended(application) = outcome {
            announcer.say("Your changes are there.");
            opened.show(application);
        }
    });
    let begin = Callback::new(move |()| {
        application.with_value(|application| {
            let purpose = Purpose::Amend {
                id: opened.id.get_value(),
                key: opened.key.get_value(),
                version: application.version,
            };
            (purpose, application.answers.clone())
        })
    });
    view! {
        <section class=if is_asked { "amend asked" } else { "amend" } aria-labelledby="amend-heading">
            <h2 id="amend-heading">{heading}</h2>
            <p class="t14 soft">{words}</p>
            {is_asked.then(|| view! { <dl class="points">{points}</dl> })}
            <InPlace is_open=is_open id=FORM_ID begin=begin done=done>
                <div class="actions">
                    <button
                        type="button"
                        class=if is_asked { "btn primary" } else { "btn" }
                        on:click=move |_| is_open.set(true)
                    >
                        {button}
                    </button>
                </div>
            </InPlace>
        </section>
    }
    .into_any()
}
