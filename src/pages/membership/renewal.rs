//! Renewing: what was said is there, what was found today stands beside it, and if that
//! holds, one step is all.

use super::Page;
use crate::{
    api::membership as membership_api,
    components::{
        announcer::use_announcer,
        icon::Icon,
        loaded::Loaded,
        skeleton,
        words::{self, Local},
    },
    pages::apply::{InPlace, Outcome, Purpose},
    platform::{clock, focus},
};
use ::api::membership::{Renewable, Renewal, Renewed};
use leptos::prelude::*;
use program::{Criterion, Finding, Standing, membership::Phase, wording::Wording};

const FORM_ID: &str = "renewal-form";

/// Lines that stand for what was found, criterion by criterion.
const LINES: usize = 9;

/// The part of the page.
#[component]
pub fn RenewalPart(page: Page, phase: Phase) -> impl IntoView {
    let shown = RwSignal::new(Loaded::<Renewable>::Awaited);
    let load = move || {
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            let answer = membership_api::renewable(&namespace).await;
            shown.try_set(Loaded::from(answer));
        });
    };
    Effect::new(move |_| load());
    let heading = match phase {
        Phase::Lapsed { .. } => "Back into the program",
        _ => "Another year",
    };
    view! {
        <section class="renew" aria-labelledby="renewal-heading">
            <h2 id="renewal-heading">{heading}</h2>
            {move || match shown.get() {
                Loaded::Awaited => {
                    view! {
                        <p class="t14 soft" role="status">
                            "It is being read how the project stands today."
                        </p>
                        {skeleton::lines(LINES)}
                    }
                        .into_any()
                }
                Loaded::Failed(error) => {
                    view! {
                        <p class="t14" role="alert">{error.to_string()}</p>
                        <div class="actions">
                            <button type="button" class="btn small" on:click=move |_| load()>
                                "Try again"
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Loaded::There(renewable) => {
                    view! { <Step page=page renewable=*renewable phase=phase /> }.into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// The one step; and the form, if something changed.
#[component]
fn Step(page: Page, renewable: Renewable, phase: Phase) -> impl IntoView {
    let one_step = match phase {
        Phase::Lapsed { .. } => "Come back",
        _ => "Renew",
    };
    let announcer = use_announcer();
    let is_open = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let open_points = renewable.to_be_looked_at.clone();
    let is_one_step = open_points.is_empty();
    let (from, until) = (renewable.next.from, renewable.next.until);
    let findings: Vec<_> = renewable
        .findings
        .iter()
        .map(|finding| {
            let is_open = open_points.contains(&finding.criterion);
            view! { <Found finding=finding.clone() is_open=is_open /> }
        })
        .collect();
    let lead = if is_one_step {
        format!(
            "Everything that was found before still holds. One step, and the next year runs from {} to {}.",
            Local.day(from),
            Local.day(until)
        )
    } else {
        "Something is otherwise than when it was last accepted. A person looks at it; what you have stays meanwhile, as long as the year and its days of grace.".to_owned()
    };
    let renewable = StoredValue::new(renewable);
    let told = move |renewed: &Renewed| {
        announcer.say(match renewed {
            Renewed::Granted { term } => format!("Renewed until {}.", Local.day(term.until)),
            Renewed::InReview { renewal, .. } => {
                format!("The renewal {} is with a person.", renewal.number)
            }
        });
        page.load();
        clock::next_frame(focus::heading);
    };
    let renew = move |_| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        let renewal = renewable.with_value(|renewable| Renewal {
            answers: renewable.answers.clone(),
            until: renewable.until,
        });
        leptos::task::spawn_local(async move {
            let namespace = page.namespace.get_value();
            let answer = membership_api::renew(&namespace, &renewal).await;
            is_busy.try_set(false);
            match answer {
                Ok(renewed) => {
                    page.error.try_set(None);
                    told(&renewed);
                }
                Err(refused) => {
                    page.error.try_set(Some(refused.to_string()));
                }
            }
        });
    };
    let done = Callback::new(move |outcome| {
        if let Outcome::Renewed(renewed) = outcome {
            told(&renewed);
        }
    });
    let begin = Callback::new(move |()| {
        renewable.with_value(|renewable| {
            let purpose = Purpose::Renew {
                namespace: page.namespace.get_value(),
                until: renewable.until,
            };
            (purpose, renewable.answers.clone())
        })
    });
    view! {
        <p>{lead}</p>
        <ul class="findings">{findings}</ul>
        <InPlace is_open=is_open id=FORM_ID begin=begin done=done>
            <div class="actions">
                <button
                    type="button"
                    class="btn primary big"
                    aria-busy=move || is_busy.get().then_some("true")
                    on:click=renew
                >
                    {if is_one_step { one_step } else { "Send the renewal" }}
                </button>
                <button type="button" class="btn" on:click=move |_| is_open.set(true)>
                    "Something changed"
                </button>
            </div>
        </InPlace>
    }
    .into_any()
}

#[component]
fn Found(finding: Finding, is_open: bool) -> impl IntoView {
    let is_accepted = !is_open && finding.criterion != Criterion::Documented;
    let standing = if is_accepted {
        Standing::Met
    } else {
        finding.standing()
    };
    let (class, icon) = words::shape(standing);
    let word = match (is_open, is_accepted) {
        (true, _) => "A person will look",
        (false, true) => "Holds",
        (false, false) => finding.word(),
    };
    let was_looked_at = is_accepted && finding.standing() != Standing::Met;
    view! {
        <li class=format!("finding {class}")>
            <Icon of=icon />
            <h3>{finding.criterion.name()}</h3>
            <span class=format!("state {class}")>{word}</span>
            <p class="why">
                {words::coded(&finding.sentence(&Local))}
                {was_looked_at.then_some(" A reviewer accepted this before.")}
            </p>
        </li>
    }
}
