//! What maintainers decide about the pulls of their namespace: whether totals are published, and
//! which mails they get.

use crate::{
    api::pulls as pulls_api,
    components::{announcer::use_announcer, field_error::FieldError, loaded::Loaded, skeleton},
    platform::focus,
};
use ::api::pulls::{PullSettingsChange, PullSettingsState};
use leptos::prelude::*;
use program::pulls::{Every, FLOOR, Factor, PullSettings, SETTLES_HOURS};

/// Lines that stand for the part while it is being read.
const LINES: usize = 5;

const SWITCH_ID: &str = "pulls-published";
const ALERT_ID: &str = "pulls-alert";
const REPORT_ID: &str = "pulls-report";

/// What stands for “off” in a list of choices.
const OFF: &str = "";

/// The part of the page, read by itself.
#[component]
pub fn PullsPart(
    /// The namespace.
    namespace: String,
) -> impl IntoView {
    let namespace = StoredValue::new(namespace);
    let shown = RwSignal::new(Loaded::Awaited);
    let read = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            let answer = pulls_api::settings(&namespace.get_value()).await;
            shown.try_set(answer.into());
        });
    });
    read.run(());
    let again = move |_| {
        shown.set(Loaded::Awaited);
        read.run(());
        // The button is gone now.
        focus::calmly("pulls-heading");
    };
    let inside = move || match shown.get() {
        Loaded::Awaited => skeleton::lines(LINES).into_any(),
        Loaded::There(state) => view! { <Form namespace=namespace state=*state /> }.into_any(),
        Loaded::Failed(error) => view! {
            <p role="alert">{error.to_string()}</p>
            <div class="actions">
                <button type="button" class="btn" on:click=again>
                    "Try again"
                </button>
            </div>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="pulls-heading">
            <h2 id="pulls-heading" tabindex="-1">
                "Pulls"
            </h2>
            {inside}
        </section>
    }
    .into_any()
}

/// What is chosen, and what the server has; copy it freely.
#[derive(Clone, Copy)]
struct Chosen {
    now: RwSignal<PullSettings>,
    kept: RwSignal<(PullSettings, u64)>,
    error: RwSignal<Option<String>>,
    is_sending: RwSignal<bool>,
}

impl Chosen {
    fn new(state: &PullSettingsState) -> Self {
        Self {
            now: RwSignal::new(state.settings),
            kept: RwSignal::new((state.settings, state.version)),
            error: RwSignal::new(None),
            is_sending: RwSignal::new(false),
        }
    }

    /// How many choices are other than what the server has.
    fn changes(self) -> usize {
        let (now, (kept, _)) = (self.now.get(), self.kept.get());
        [
            now.publishes_totals != kept.publishes_totals,
            now.alert != kept.alert,
            now.report != kept.report,
        ]
        .into_iter()
        .filter(|is_other| *is_other)
        .count()
    }

    fn undo(self) {
        self.now.set(self.kept.get_untracked().0);
        self.error.set(None);
    }
}

#[component]
fn Form(namespace: StoredValue<String>, state: PullSettingsState) -> impl IntoView {
    let chosen = Chosen::new(&state);
    let announcer = use_announcer();
    let may_change = state.may_change;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if chosen.is_sending.get_untracked() {
            return;
        }
        let change = PullSettingsChange {
            settings: chosen.now.get_untracked(),
            version: chosen.kept.get_untracked().1,
        };
        chosen.is_sending.set(true);
        let namespace = namespace.get_value();
        leptos::task::spawn_local(async move {
            let answer = pulls_api::write_settings(&namespace, &change).await;
            match answer {
                Ok(state) => {
                    chosen.error.try_set(None);
                    chosen.kept.try_set((state.settings, state.version));
                    announcer.say("The settings of pulls are saved.");
                }
                Err(refused) => {
                    // Before it is said: who saves again does so with the version of now.
                    if refused.is_conflict() {
                        take_version(&namespace, chosen).await;
                    }
                    chosen.error.try_set(Some(refused.to_string()));
                }
            }
            chosen.is_sending.try_set(false);
        });
    };
    let factors = Factor::ALL
        .map(|factor| {
            (
                factor.id(),
                format!("{} times as many, or {}", factor.id(), factor.part()),
            )
        })
        .to_vec();
    let rhythms = vec![
        (Every::Week.id(), "Each week".to_owned()),
        (Every::Month.id(), "Each month".to_owned()),
    ];
    let alert = Signal::derive(move || chosen.now.get().alert.map_or(OFF, Factor::id));
    let report = Signal::derive(move || chosen.now.get().report.map_or(OFF, Every::id));
    let take_alert = Callback::new(move |id: String| {
        chosen.now.update(|now| now.alert = Factor::of_id(&id));
    });
    let take_report = Callback::new(move |id: String| {
        chosen.now.update(|now| now.report = Every::of_id(&id));
    });
    view! {
        {(!may_change)
            .then(|| view! { <p class="t14 soft">"Only its maintainers decide on this."</p> })}
        <form class="form" novalidate on:submit=save>
            <div class="field">
                <label class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        id=SWITCH_ID
                        aria-describedby="pulls-published-hint"
                        disabled=!may_change
                        prop:checked=move || chosen.now.get().publishes_totals
                        on:change=move |event| {
                            let is_on = event_target_checked(&event);
                            chosen.now.update(|now| now.publishes_totals = is_on);
                        }
                    />
                    "Publish the totals"
                </label>
                <p class="hint" id="pulls-published-hint">
                    "Anybody sees then how often images were pulled in the last 12 whole months and the last 30 days: on the page of the namespace in all, and over the API for each repository by its name. Nothing else of the insights is shown, and nothing while the namespace is not in the program."
                </p>
            </div>
            <Choice
                id=ALERT_ID
                label="Tell us by mail when a week has far more pulls than the one before, or far fewer"
                hint=alert_hint()
                options=factors
                chosen=alert
                take=take_alert
                may_change=may_change
            />
            <Choice
                id=REPORT_ID
                label="Send us the figures by mail"
                hint="Pulls, version checks and addresses beside those of the week or month before, and the tags that were pulled most; once, when it is over. Nothing is sent where nothing was pulled."
                    .to_owned()
                options=rhythms
                chosen=report
                take=take_report
                may_change=may_change
            />
            <p class="t14 soft">"Mails go to everybody who maintains the namespace, while it is in the program."</p>
            {may_change.then(|| view! { <Save chosen=chosen /> })}
            <FieldError message=chosen.error />
        </form>
    }
    .into_any()
}

fn alert_hint() -> String {
    format!(
        "Whole weeks are compared, Monday to Sunday in UTC, once and {SETTLES_HOURS} hours after the week ended. One of the two has to have at least {FLOOR} pulls, so that a handful more is no news."
    )
}

/// One of a few choices, or off.
#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    hint: String,
    /// What each is called in the settings, and its words.
    options: Vec<(&'static str, String)>,
    /// The one that is chosen; [`OFF`] for none.
    chosen: Signal<&'static str>,
    take: Callback<String>,
    may_change: bool,
) -> impl IntoView {
    let options: Vec<_> = std::iter::once((OFF, "Never".to_owned()))
        .chain(options)
        .map(|(value, words)| {
            view! {
                <option value=value selected=move || chosen.get() == value>
                    {words}
                </option>
            }
        })
        .collect();
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <p class="hint" id=hint_id.clone()>
                {hint}
            </p>
            <select
                class="select"
                id=id
                aria-describedby=hint_id
                disabled=!may_change
                prop:value=move || chosen.get()
                on:change=move |event| take.run(event_target_value(&event))
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

#[component]
fn Save(chosen: Chosen) -> impl IntoView {
    let unsaved = move || {
        let words = match chosen.changes() {
            0 => return None,
            1 => "One change is not saved yet. ".to_owned(),
            count => format!("{count} changes are not saved yet. "),
        };
        let undo = move |_| {
            chosen.undo();
            // The button is gone now.
            focus::calmly(SWITCH_ID);
        };
        Some(
            view! {
                <span class="t14 soft">
                    {words}
                    <button type="button" class="undo" on:click=undo>
                        "Undo"
                    </button>
                </span>
            }
            .into_any(),
        )
    };
    view! {
        <div class="actions">
            <button
                type="submit"
                class="btn primary"
                aria-busy=move || chosen.is_sending.get().then_some("true")
            >
                "Save the settings of pulls"
            </button>
            {unsaved}
        </div>
    }
    .into_any()
}

/// Somebody else was quicker: what they decided is what the next change is made from, and what is
/// chosen here stays.
async fn take_version(namespace: &str, chosen: Chosen) {
    if let Ok(state) = pulls_api::settings(namespace).await {
        chosen.kept.try_set((state.settings, state.version));
    }
}
