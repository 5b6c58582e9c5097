//! Section 5: six plain questions, and under each answer what it means.

use super::{
    field::{TextField, Wrong},
    form::Form,
};
use crate::components::{icon::Icon, words};
use leptos::prelude::*;
use program::{Standing, answers::Field, commercial::MoneyTopic};

/// The questions, and room to say more.
#[component]
pub fn FundingFields(form: Form) -> impl IntoView {
    let questions: Vec<_> = MoneyTopic::ALL
        .into_iter()
        .map(|topic| view! { <Question form=form topic=topic /> })
        .collect();
    let label = Signal::derive(move || {
        let consults = form
            .answers
            .with(|answers| answers.money.get(&MoneyTopic::SupportOrConsulting) == Some(&true));
        let words = if consults {
            "Who is paid for the support or consulting, and how often?"
        } else {
            "About the money"
        };
        words.to_owned()
    });
    view! {
        <div class="asks">{questions}</div>
        <TextField
            form=form
            field=Field::MoneyRemark
            label=label
            aside="the reviewer reads it"
            value=|answers| answers.money_remark.clone()
            set=|answers, text| answers.money_remark = text
        />
    }
    .into_any()
}

#[component]
fn Question(form: Form, topic: MoneyTopic) -> impl IntoView {
    let field = Field::Money(topic);
    let id = field.id();
    let label_id = format!("{id}-label");
    let labelled_by = label_id.clone();
    let answered = move || {
        form.answers
            .with(|answers| answers.money.get(&topic).copied())
    };
    let answer = Memo::new(move |_| answered());
    // A press shows at once; what it means, after the next picture.
    let pressed = RwSignal::new(None);
    Effect::new(move |_| {
        let answer = answered();
        if pressed.get_untracked() != answer {
            pressed.set(answer);
        }
    });
    let button = |yes: bool, word: &'static str, id: Option<String>| {
        view! {
            <button
                type="button"
                id=id
                aria-pressed=move || if pressed.get() == Some(yes) { "true" } else { "false" }
                on:click=move |_| {
                    pressed.set(Some(yes));
                    form.choose(field, |answers| {
                        answers.money.insert(topic, yes);
                    });
                }
            >
                {word}
            </button>
        }
    };
    view! {
        <div class="ask" role="group" aria-labelledby=labelled_by>
            <span class="label" id=label_id>{topic.ask()}</span>
            <div class="seg">
                {button(true, "Yes", Some(id))}
                {button(false, "No", None)}
            </div>
            {move || {
                answer
                    .get()
                    .map(|yes| {
                        let (standing, why) = topic.meaning(yes);
                        let (class, icon) = words::shape(standing);
                        // What stands without saying would only be read again and again.
                        let is_plain = standing == Standing::Met && !yes;
                        view! {
                            <p class="means" class:quiet=is_plain>
                                <span class=format!("state {class}")>
                                    <Icon of=icon />
                                    {standing.word()}
                                </span>
                                <span>{why}</span>
                            </p>
                        }
                    })
            }}
            <Wrong form=form field=field />
        </div>
    }
    .into_any()
}
