//! Below the repositories: the perks and where they are, and the badge for a readme, or how
//! what ended is asked for again.

use super::snippets::Snippets;
use crate::{
    api::directory,
    components::{
        icon::{Icon, IconName},
        words::Local,
    },
    platform::intl,
    routes::{Route, membership_path},
};
use ::api::profile::{NamespacePage, RepositoryRow};
use leptos::prelude::*;
use program::{Perk, sponsorship::Sponsorship, terms, wording::Wording};

/// The two columns.
#[component]
pub fn Lower(page: NamespacePage) -> impl IntoView {
    let beside = match page.sponsorship {
        Sponsorship::Sponsored { .. } => {
            let namespace = page.namespace.clone();
            Some(view! { <Snippets origin=page.base_url.clone() namespace=namespace /> }.into_any())
        }
        Sponsorship::Lapsed { .. } => Some(is_it_yours(
            "Sign in to ask for it back. Last year’s answers are kept; you say only what has changed, and a person reads that.",
        )),
        Sponsorship::Ended { .. } => Some(is_it_yours(
            "Sign in to read why it was ended, if you own it. When that is mended, apply anew.",
        )),
        Sponsorship::Never => None,
    };
    view! {
        <div class="lower">
            <Perks page=page />
            {beside}
        </div>
    }
    .into_any()
}

#[component]
fn Perks(page: NamespacePage) -> impl IntoView {
    let sponsorship = page.sponsorship;
    let limits = format!(
        "Pulls count: {} in six hours from one address, {} signed in.",
        intl::number(terms::PULLS_ANONYMOUS.into()),
        intl::number(terms::PULLS_SIGNED_IN.into())
    );
    let embedded = "A readme that embeds it shows a plain grey “not sponsored”.".to_owned();
    view! {
        <section aria-labelledby="perks-heading">
            <h2 id="perks-heading">"Perks"</h2>
            <ul class="perk-list">
                {perk(Perk::Badge, sponsorship, embedded)}
                {perk(Perk::NoLimits, sponsorship, limits)}
                <Documentation page=page />
            </ul>
        </section>
    }
    .into_any()
}

/// A perk: on, or since when not and what that means.
fn perk(perk: Perk, sponsorship: Sponsorship, off: String) -> AnyView {
    let state = match sponsorship {
        Sponsorship::Sponsored { .. } => state("met", IconName::Met, "On".to_owned()),
        Sponsorship::Lapsed { since } | Sponsorship::Ended { since } => {
            let words = format!("off since {}", Local.day(since));
            view! { <span class="t13 dim">{words}</span> }.into_any()
        }
        Sponsorship::Never => view! { <span class="t13 dim">"Off"</span> }.into_any(),
    };
    let off = (!sponsorship.is_sponsored()).then(|| view! { <small>{off}</small> });
    view! {
        <li>
            <span>{perk.name()}</span>
            {state}
            {off}
        </li>
    }
    .into_any()
}

fn state(class: &'static str, icon: IconName, words: String) -> AnyView {
    view! {
        <span class=["state ", class].concat()>
            <Icon of=icon />
            {words}
        </span>
    }
    .into_any()
}

/// What the badge asks of each repository’s page, for those who write them.
#[component]
fn Documentation(page: NamespacePage) -> impl IntoView {
    let is_seen = RwSignal::new(false);
    let namespace = StoredValue::new(page.namespace);
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            let is_theirs = directory::is_maintained(&namespace.get_value()).await;
            is_seen.try_set(is_theirs);
        });
    });
    let all = page.repositories.len();
    let mut unfinished = page.repositories;
    unfinished.retain(|row| !row.missing.is_empty());
    let count = unfinished.len();
    let first = unfinished
        .first()
        .map(|row| lacks(&namespace.get_value(), row, count));
    let shown = move || {
        let standing = match count {
            0 => state("met", IconName::Met, "All pages are complete".to_owned()),
            1 => state("person", IconName::Person, "1 page to finish".to_owned()),
            _ => state(
                "person",
                IconName::Person,
                format!("{} pages to finish", intl::number(count as u64)),
            ),
        };
        view! {
            <li>
                <span>"Documentation"</span>
                {standing}
                {first
                    .clone()
                    .map(|words| {
                        view! {
                            <small>
                                {words}" "
                                // Loaded anew: it belongs to the service.
                                <a href=membership_path(&namespace.get_value()) rel="external">
                                    "Write it now"
                                </a>
                            </small>
                        }
                    })}
            </li>
        }
    };
    move || (is_seen.get() && all > 0).then(|| shown().into_any())
}

/// What the first page that lacks something lacks, and how many more do.
fn lacks(namespace: &str, row: &RepositoryRow, count: usize) -> String {
    let missing: Vec<&str> = row.missing.iter().map(|part| part.words()).collect();
    let more = match count {
        0 | 1 => String::new(),
        2 => " Another page lacks something, too.".to_owned(),
        _ => format!(
            " {} more pages lack something.",
            intl::number(count as u64 - 1)
        ),
    };
    format!(
        "{namespace}/{} has no {}. The badge asks for it.{more} Shown to maintainers.",
        row.name,
        missing.join(", no ")
    )
}

/// For those who maintained it.
fn is_it_yours(words: &'static str) -> AnyView {
    view! {
        <section aria-labelledby="yours-heading">
            <h2 id="yours-heading">"Is it yours?"</h2>
            <p class="t14 soft">{words}</p>
            <div class="actions">
                <a class="btn small" href=Route::SignIn.path() rel="external">
                    {Route::SignIn.label()}
                </a>
            </div>
        </section>
    }
    .into_any()
}
