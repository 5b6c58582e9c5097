//! Who it is: logo, name, badge or plain words, links, stars, topics.

use super::badge::Badge;
use crate::components::pull_totals::Totals;
use crate::{
    components::{loaded::Loaded, logo::Logo, namespace_tabs::NamespaceTabs, words::Local},
    platform::intl,
    routes::{namespace_path, verify_path},
};
use ::api::profile::{NamespacePage, Stars};
use leptos::prelude::*;
use program::{sponsorship::Sponsorship, wording::Wording};

/// The header. Its heading stays the same element while the page is read, and keeps the focus.
#[component]
pub fn Header(shown: RwSignal<Loaded<NamespacePage>>, heading: Memo<String>) -> impl IntoView {
    let logo = move || {
        shown.with(|shown| match shown {
            Loaded::There(page) => {
                let (namespace, version) = (page.namespace.clone(), page.logo.clone());
                Some(view! { <Logo namespace=namespace version=version /> }.into_any())
            }
            Loaded::Awaited => Some(view! { <i class="skel logo"></i> }.into_any()),
            Loaded::Failed(_) => None,
        })
    };
    let badge = move || shown.with(badge);
    let tabs = move || shown.with(tabs_of);
    let about = move || {
        shown.with(|shown| match shown {
            Loaded::There(page) => about(page),
            Loaded::Awaited => view! {
                <div class="about-coming" aria-hidden="true">
                    <i class="skel"></i>
                    <i class="skel"></i>
                </div>
            }
            .into_any(),
            Loaded::Failed(_) => ().into_any(),
        })
    };
    view! {
        <div class="ns-head">
            {logo}
            <div>
                <div class="ns-title">
                    <h1 tabindex="-1">{move || heading.get()}</h1>
                    {badge}
                </div>
                {about}
            </div>
        </div>
        {tabs}
    }
    .into_any()
}

/// Whoever maintains it finds its other pages here.
fn tabs_of(shown: &Loaded<NamespacePage>) -> Option<AnyView> {
    let Loaded::There(page) = shown else {
        return None;
    };
    if page.sponsorship == Sponsorship::Never {
        return None;
    }
    let name = page.namespace.clone();
    Some(view! { <NamespaceTabs name=name is_overview=true /> }.into_any())
}

fn badge(shown: &Loaded<NamespacePage>) -> Option<AnyView> {
    let Loaded::There(page) = shown else {
        return None;
    };
    let Sponsorship::Sponsored {
        since,
        until,
        grace,
    } = page.sponsorship
    else {
        return None;
    };
    let (namespace, checked_on) = (page.namespace.clone(), page.checked_on);
    Some(
        view! {
            <Badge
                namespace=namespace
                since=since
                until=until
                grace=grace
                checked_on=checked_on
            />
        }
        .into_any(),
    )
}

fn about(page: &NamespacePage) -> AnyView {
    let profile = &page.profile;
    let is_other = !profile.name.is_empty() && profile.name != page.namespace;
    let links: Vec<_> = [
        (&profile.website, None),
        (&profile.source, None),
        (&profile.contributing, Some("Contributing guide")),
    ]
    .into_iter()
    .filter_map(|(address, words)| link(address, words))
    .collect();
    let topics: Vec<_> = profile
        .categories
        .iter()
        .map(|topic| view! { <li class="chip plain">{topic.words()}</li> })
        .collect();
    view! {
        {is_other.then(|| view! { <code class="dim">{page.namespace.clone()}</code> })}
        {(!profile.description.is_empty())
            .then(|| view! { <p class="soft">{profile.description.clone()}</p> })}
        {(!links.is_empty()).then(|| view! { <div class="ns-links">{links}</div> })}
        {page.stars.as_ref().map(stars)}
        {page.has_totals.then(|| view! { <Totals namespace=page.namespace.clone() /> })}
        {(!topics.is_empty())
            .then(|| view! { <ul class="chips ns-topics" aria-label="Topics">{topics}</ul> })}
        {renamed(page)}
        {not_sponsored(page)}
    }
    .into_any()
}

/// A link out of this site: host and path, or the words. Nothing for what is no address of the
/// web.
pub fn link(address: &str, words: Option<&'static str>) -> Option<AnyView> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme, "https" | "http") {
        return None;
    }
    let words = words.map_or_else(|| rest.trim_end_matches('/').to_owned(), str::to_owned);
    let address = address.to_owned();
    Some(view! { <a href=address rel="nofollow noopener noreferrer">{words}</a> }.into_any())
}

fn stars(stars: &Stars) -> AnyView {
    let words = format!(
        "{} {} on {}, read {}",
        intl::number(stars.count),
        if stars.count == 1 { "star" } else { "stars" },
        stars.of,
        Local.day(stars.read_at.date_naive()),
    );
    view! { <p class="t13 soft num">{words}</p> }.into_any()
}

fn renamed(page: &NamespacePage) -> Option<AnyView> {
    let name = page.renamed_to.clone()?;
    Some(
        view! {
            <p class="notice">
                <span>
                    "This namespace was renamed. It is called "
                    <a href=namespace_path(&name)>{name.clone()}</a> " now."
                </span>
            </p>
        }
        .into_any(),
    )
}

/// A namespace without a badge says so in words.
fn not_sponsored(page: &NamespacePage) -> Option<AnyView> {
    let words = match page.sponsorship {
        Sponsorship::Sponsored { .. } => return None,
        Sponsorship::Lapsed { since } => format!(
            "Not sponsored since {}. The year was not renewed; that is all it means.",
            Local.day(since)
        ),
        Sponsorship::Ended { since } => format!(
            "Not sponsored since {}. The membership was ended before its time.",
            Local.day(since)
        ),
        // Under its new name it may well be in.
        Sponsorship::Never if page.renamed_to.is_some() => return None,
        Sponsorship::Never => "Not sponsored. It has never been in the program.".to_owned(),
    };
    let path = verify_path(&page.namespace);
    Some(
        view! { <p class="was soft">{words}" "<a href=path>"How this is checked"</a></p> }
            .into_any(),
    )
}
