//! The answer: the verdict, the scale, the four steps, what the credential says and the
//! credential itself.

use super::{
    Page,
    found::{Found, Judged},
    reasons::{self, without_scheme},
    scale::ScaleDrawing,
    verdict::{self, Said, moment},
};
use crate::{
    components::{
        copy_button::CopyButton,
        icon::{Icon, IconName},
        words::{Local, coded},
    },
    platform::intl,
    routes::{namespace_path, verify_path},
};
use ::api::verify::Verifiable;
use credential::{Conclusion, Outcome};
use leptos::prelude::*;
use program::{addresses, wording::Wording};

/// The id of the verdict’s heading, which gets the focus.
pub const VERDICT_ID: &str = "verdict";

/// The verdict in one line, and what it means.
#[component]
pub fn VerdictLine(
    /// The words.
    said: Said,
    /// When that was, and what can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("verdict {}", said.class)>
            <Icon of=said.icon />
            <h2 id=VERDICT_ID tabindex="-1">{said.heading}</h2>
            <div>
                <p>{said.sentence}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}

/// Everything that a check found.
#[component]
pub fn Answer(page: Page, found: Found) -> impl IntoView {
    let judged = match &found.credential {
        Some(Ok(judged)) => Some(judged.clone()),
        _ => None,
    };
    let credential = match &found.credential {
        Some(Ok(judged)) => Some((judged.token.text.clone(), judged.base_url.clone())),
        _ => None,
    };
    let renamed = found
        .published
        .as_ref()
        .and_then(|published| published.renamed_to.clone());
    let columns = judged.clone().map(|judged| {
        view! {
            <ScaleDrawing judged=judged.clone() found=found.clone() />
            <div class="vcols">
                <Steps judged=judged.clone() found=found.clone() />
                <Says judged=judged published=found.published.clone() />
            </div>
        }
    });
    view! {
        <VerdictLine said=verdict::verdict(&found, &Local)>
            <p class="when">{when(&found)}</p>
            {renamed.map(|name| view! { <Renamed name=name /> })}
            <Again page=page />
        </VerdictLine>
        {columns}
        {credential
            .map(|(text, base_url)| view! { <Written text=text base_url=base_url /> })}
    }
    .into_any()
}

/// When it was checked, how long that took, and what is older than that.
fn when(found: &Found) -> String {
    let mut when = format!(
        "Checked {}, in {}\u{202f}ms.",
        moment(found.at, &Local),
        intl::number(found.took_ms)
    );
    if let Some(at) = found.published_at {
        when.push_str(" The server does not answer now; this is what it said ");
        when.push_str(&moment(at, &Local));
        when.push('.');
    }
    when
}

/// Checks the same once more.
#[component]
pub fn Again(
    page: Page,
    /// What the button says.
    #[prop(default = "Check again")]
    word: &'static str,
) -> impl IntoView {
    view! {
        <div class="actions">
            <button type="button" class="btn small" on:click=move |_| page.again()>
                {word}
            </button>
        </div>
    }
}

/// Where a namespace is that has another name by now.
#[component]
fn Renamed(name: String) -> impl IntoView {
    view! {
        <p>
            "It is called " {name.clone()} " now. "
            <a href=verify_path(&name)>"Check " {name.clone()}</a>
        </p>
    }
}

/// The four steps.
#[component]
fn Steps(judged: Judged, found: Found) -> impl IntoView {
    let steps: Vec<_> = judged
        .verdict
        .steps
        .iter()
        .zip(1..)
        .map(|((step, outcome, reason), number)| {
            let (class, icon, word) = reasons::state(*outcome, reason);
            let lines: Vec<_> = reasons::testimony(*step, reason, &judged, &found, &Local)
                .into_iter()
                .map(|line| view! { <p class="why src">{line}</p> })
                .collect();
            view! {
                <li class=format!("finding {class}")>
                    <Icon of=icon />
                    <h3>
                        <span class="dim num">{number}</span>
                        " "
                        {reasons::name(*step)}
                    </h3>
                    <span class=format!("state {class}")>{word}</span>
                    <p class="why">{coded(&reasons::why(reason, &judged, &Local))}</p>
                    {lines}
                </li>
            }
        })
        .collect();
    view! {
        <ol class="findings" aria-label="What was checked">
            {steps}
        </ol>
    }
    .into_any()
}

/// What the credential says of itself; struck out where nobody vouches for it.
#[component]
fn Says(judged: Judged, published: Option<Verifiable>) -> impl IntoView {
    // Where it came by that name, what is true of the name is what is shown.
    let is_pasted = judged.asked.is_none();
    let claims = judged.token.claims;
    let name = claims.namespace.to_string();
    if judged.verdict.conclusion == Conclusion::Forged {
        return view! {
            <aside aria-labelledby="says">
                <h3 id="says">"What it claims"</h3>
                <dl class="pairs">
                    <dt>"Namespace"</dt>
                    <dd><del>{name.clone()}</del></dd>
                    <dt>"Until"</dt>
                    <dd><del>{Local.day(claims.until)}</del></dd>
                </dl>
                <p class="t13 soft">
                    "Struck out: nobody vouches for it. "
                    {is_pasted
                        .then(|| {
                            view! {
                                <a href=verify_path(&name)>"See what is true of " {name.clone()}</a>
                            }
                        })}
                </p>
            </aside>
        }
        .into_any();
    }
    let is_signed = judged.verdict.steps[0].1 == Outcome::Holds;
    let days = |first, last| format!("{} to {}", Local.day(first), Local.day(last));
    let span = if judged.verdict.conclusion == Conclusion::Over {
        view! {
            <dt>"Sponsored"</dt>
            <dd>{days(claims.since, claims.until)}</dd>
        }
        .into_any()
    } else {
        view! {
            <dt>"Since"</dt>
            <dd>{Local.day(claims.since)}</dd>
            <dt>"Granted"</dt>
            <dd>{days(claims.from, claims.until)}</dd>
        }
        .into_any()
    };
    let renewed = published
        .filter(|published| published.namespace == name)
        .map(|published| published.renewals);
    view! {
        <aside aria-labelledby="says">
            <h3 id="says">{if is_signed { "What it says" } else { "What it claims" }}</h3>
            <dl class="pairs">
                <dt>"Namespace"</dt>
                <dd><a href=namespace_path(&name)>{name.clone()}</a></dd>
                <dt>"Given by"</dt>
                <dd>{if is_signed { program::NAME.to_owned() } else { claims.issuer }}</dd>
                {span}
                {renewed
                    .map(|count| {
                        let times = match count {
                            0 => "Not yet".to_owned(),
                            1 => "Once".to_owned(),
                            count => format!("{} times", intl::number(count.into())),
                        };
                        view! {
                            <dt>"Renewed"</dt>
                            <dd>{times}</dd>
                        }
                    })}
            </dl>
        </aside>
    }
    .into_any()
}

/// The credential as it is written, to be checked elsewhere.
#[component]
fn Written(text: String, base_url: String) -> impl IntoView {
    let copied = text.clone();
    view! {
        <section class="cred" aria-labelledby="credential">
            <h3 id="credential">"The credential"</h3>
            <div class="well">
                <code tabindex="0" role="group" aria-labelledby="credential">{text}</code>
                <CopyButton
                    text=Signal::derive(move || copied.clone())
                    what="the credential"
                    class="btn small quiet"
                />
            </div>
            <p>
                "An Open Badges 3.0 credential as a JWT. Any JWT library checks it with the keys at "
                <code>{format!("{}{}", without_scheme(&base_url), addresses::KEY_SET)}</code>
                "; you need not believe this page."
            </p>
        </section>
    }
    .into_any()
}

/// In place of the answer while it is on its way, of about its size.
#[component]
pub fn Coming(
    /// What is checked.
    what: String,
) -> impl IntoView {
    view! {
        <div class="verdict unsure">
            <Icon of=IconName::Checking class="ic spin" />
            <h2>"Checking " {what}</h2>
            <div>
                <p>"The signature, the dates, the name, and whether it was taken back."</p>
                <p class="when" aria-hidden="true">
                    <i class="skel"></i>
                </p>
                <div class="actions" aria-hidden="true">
                    <i class="skel"></i>
                </div>
            </div>
        </div>
        <div class="scale-coming" aria-hidden="true">
            <i class="skel"></i>
        </div>
        <div class="vcols">
            <ol class="findings" aria-label="What is being checked">
                {reasons::STEPS
                    .into_iter()
                    .zip(1..)
                    .map(|(step, number)| {
                        view! {
                            <li class="finding unsure">
                                <Icon of=IconName::Checking />
                                <h3>
                                    <span class="dim num">{number}</span>
                                    " "
                                    {reasons::name(step)}
                                </h3>
                                <span class="state unsure">"Checking"</span>
                                <p class="why" aria-hidden="true">
                                    <i class="skel"></i>
                                </p>
                                <p class="why" aria-hidden="true">
                                    <i class="skel short"></i>
                                </p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </div>
        <div class="cred-coming" aria-hidden="true">
            <i class="skel"></i>
        </div>
    }
    .into_any()
}

/// Before anything is asked: what is checked, and how.
#[component]
pub fn About() -> impl IntoView {
    view! {
        <section aria-labelledby="about">
            <h2 id="about">"What is checked"</h2>
            <p class="soft">
                "Write a name to check what the program has signed for it, or paste a credential that somebody gave you. Each takes four steps:"
            </p>
            <ol class="findings plain">
                {reasons::STEPS
                    .into_iter()
                    .zip(1..)
                    .map(|(step, number)| {
                        view! {
                            <li class="finding">
                                <span class="dim num" aria-hidden="true">{number}</span>
                                <h3>{reasons::name(step)}</h3>
                                <p class="why">{reasons::looks_at(step)}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </section>
    }
    .into_any()
}
