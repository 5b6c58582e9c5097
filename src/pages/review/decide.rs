//! The decision: what may be done as things are marked, the mail that would go out, and
//! doing it.

use super::{Review, work::Work};
use crate::{
    api::review,
    components::{announcer::use_announcer, words::Local},
    platform::clock,
};
use ::api::review::{Case, Decision, MailPreview, Marks, Verdict};
use leptos::prelude::*;
use program::{
    Criterion,
    decision::{Mark, may_approve, may_ask, may_decline},
    wording::Wording,
};

/// What is about to be decided, with its mail.
#[derive(Clone, Debug, PartialEq)]
struct Pending {
    verdict: Verdict,
    mail: MailPreview,
}

/// The bar at the foot.
#[component]
pub fn DecideBar(page: Review, case: Case, work: Work) -> impl IntoView {
    let announcer = use_announcer();
    let id = StoredValue::new(case.application.id.clone());
    let version = case.application.version;
    let is_proven = case.application.control.proven_at.is_some();
    let today = clock::now().date_naive();
    let Work {
        opinions,
        until,
        exception,
        refused: error,
        ..
    } = work;
    let pending = RwSignal::new(None::<Pending>);
    let preview = move |decision: Decision| {
        let verdict = Verdict {
            decision,
            opinions: opinions.get_untracked(),
            version,
        };
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            match review::preview(&id, &verdict).await {
                Ok(mail) => {
                    error.try_set(None);
                    pending.try_set(Some(Pending { verdict, mail }));
                }
                Err(refused) => page.refuse(&id, work, refused).await,
            }
        });
    };
    let decide = move |verdict: Verdict| {
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            match review::decide(&id, &verdict).await {
                Ok(case) => {
                    announcer.say("Decided. The mail is on its way.");
                    error.try_set(None);
                    exception.try_set(String::new());
                    work.hand_over(verdict.opinions);
                    page.show(case).await;
                }
                Err(refused) => page.refuse(&id, work, refused).await,
            }
        });
    };
    let keep = move |_| {
        let marks = Marks {
            opinions: opinions.get_untracked(),
            version,
        };
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            match review::marks(&id, &marks).await {
                Ok(case) => {
                    announcer.say("The marks are kept.");
                    error.try_set(None);
                    work.hand_over(marks.opinions);
                    page.show(case).await;
                }
                Err(refused) => page.refuse(&id, work, refused).await,
            }
        });
    };
    let counted = move || {
        opinions.with(|all| {
            let count = |mark| all.values().filter(|one| one.mark == mark).count();
            format!(
                "{} met, {} to ask, {} not met.",
                count(Mark::Met),
                count(Mark::Ask),
                count(Mark::NotMet)
            )
        })
    };
    let why_not_approve = Memo::new(move |_| {
        opinions.with(|all| {
            exception.with(|exception| {
                let refused = may_approve(all, exception, is_proven).err();
                refused.map(|error| error.to_string())
            })
        })
    });
    let needs_exception = Memo::new(move |_| {
        opinions.with(|all| {
            all.iter().any(|(criterion, one)| {
                *criterion != Criterion::Documented && one.mark != Mark::Met
            })
        })
    });
    let cannot_ask =
        Memo::new(move |_| opinions.with(|all| may_ask(all, until.get(), today).is_err()));
    let cannot_decline = Memo::new(move |_| opinions.with(|all| may_decline(all).is_err()));
    view! {
        <div class="decide">
            <span>
                <strong>
                    {move || opinions.with(|all| all.len())} " of " {Criterion::ALL.len()} " decided. "
                </strong>
                <span class="soft">{counted}</span>
            </span>
            <div class="end">
                <button type="button" class="btn" on:click=keep>
                    "Keep the marks"
                </button>
                <button
                    type="button"
                    class="btn danger"
                    disabled=move || cannot_decline.get()
                    on:click=move |_| preview(Decision::Decline)
                >
                    "Decline"
                </button>
                <button
                    type="button"
                    class="btn"
                    disabled=move || cannot_ask.get()
                    on:click=move |_| preview(Decision::Ask { until: until.get_untracked() })
                >
                    "Ask for changes until "
                    {move || Local.day(until.get())}
                </button>
                <button
                    type="button"
                    class="btn primary"
                    aria-describedby="why-not"
                    disabled=move || why_not_approve.with(Option::is_some)
                    on:click=move |_| {
                        let exception = exception.get_untracked();
                        preview(Decision::Approve { exception });
                    }
                >
                    "Approve"
                </button>
            </div>
            <p class="t13 soft" id="why-not">
                {move || why_not_approve.get()}
            </p>
            <div class="row-fields">
                <label class="field">
                    <span class="label">"Answer until"</span>
                    <input
                        type="date"
                        class="input num"
                        prop:value=move || until.get().to_string()
                        on:change=move |event| {
                            if let Ok(day) = event_target_value(&event).parse() {
                                until.set(day);
                            }
                        }
                    />
                </label>
                {move || {
                    needs_exception
                        .get()
                        .then(|| {
                            view! {
                                <label class="field">
                                    <span class="label">"Why to approve all the same"</span>
                                    <input
                                        type="text"
                                        class="input"
                                        prop:value=move || exception.get()
                                        on:input=move |event| exception.set(event_target_value(&event))
                                    />
                                </label>
                            }
                        })
                }}
            </div>
            {move || {
                pending
                    .get()
                    .map(|pending_one| {
                        let verdict = pending_one.verdict;
                        view! {
                            <section class="mail" aria-labelledby="mail-heading">
                                <h2 id="mail-heading">"This mail goes to " {pending_one.mail.to}</h2>
                                <p><b>{pending_one.mail.subject}</b></p>
                                <pre>{pending_one.mail.text}</pre>
                                <div class="actions">
                                    <button
                                        type="button"
                                        class="btn primary"
                                        on:click=move |_| decide(verdict.clone())
                                    >
                                        "Decide and send"
                                    </button>
                                    <button type="button" class="btn" on:click=move |_| pending.set(None)>
                                        "Not yet"
                                    </button>
                                </div>
                            </section>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
