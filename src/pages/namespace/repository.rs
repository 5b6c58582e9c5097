//! A repository, opened: what it is at length, and its tags.

use super::{header::link, repositories::FILTER_ID, rows::pull_command};
use crate::{
    api::directory,
    components::{copy_button::CopyButton, loaded::Loaded, skeleton, words::Local},
    platform::{focus, intl},
};
use ::api::profile::{RepositoryDetails, TagRow};
use leptos::prelude::*;
use program::wording::Wording;

/// Digits of a digest that tell it from others.
const DIGITS: usize = 12;

/// What the line opens to.
#[component]
pub fn Opened(namespace: String, host: Option<String>, name: String) -> impl IntoView {
    let shown = RwSignal::new(Loaded::Awaited);
    let names = StoredValue::new((namespace, name));
    let host = StoredValue::new(host);
    let load = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            let (namespace, name) = names.get_value();
            let details = directory::repository(&namespace, &name).await;
            shown.try_set(details.into());
        });
    });
    Effect::new(move |_| load.run(()));
    move || match shown.get() {
        Loaded::Awaited => view! {
            <p class="sr" role="status">"Its tags are being read."</p>
            {skeleton::lines(4)}
        }
        .into_any(),
        Loaded::Failed(error) => {
            let why = if error.is_away() {
                "The server does not answer.".to_owned()
            } else {
                error.to_string()
            };
            view! {
                <div class="notice" role="alert">
                    <span>{why}</span>
                    <button
                        type="button"
                        class="btn small"
                        on:click=move |_| {
                            shown.set(Loaded::Awaited);
                            load.run(());
                            // The button goes away; the row that it is in stays.
                            focus::after_this(|| focus::if_nowhere(FILTER_ID));
                        }
                    >
                        "Retry"
                    </button>
                </div>
            }
            .into_any()
        }
        Loaded::There(details) => {
            let (namespace, name) = names.get_value();
            let full = [&namespace, "/", &name].concat();
            view! { <Details details=*details full=full host=host.get_value() /> }.into_any()
        }
    }
}

#[component]
fn Details(
    details: RepositoryDetails,
    /// Namespace and name.
    full: String,
    host: Option<String>,
) -> impl IntoView {
    let page = &details.page;
    let links: Vec<_> = [
        (&page.website, None),
        (&page.source, None),
        (&page.contributing, Some("Contributing guide")),
    ]
    .into_iter()
    .filter_map(|(address, words)| link(address, words))
    .collect();
    let (shown, all) = (details.tags.len() as u64, details.tag_count);
    // Of an image for several platforms no size is known: each has its own.
    let has_sizes = details.tags.iter().any(|tag| tag.bytes.is_some());
    let tags = if details.tags.is_empty() {
        view! { <p class="t14 soft">"This repository has no tags."</p> }.into_any()
    } else {
        let lines: Vec<_> = details
            .tags
            .into_iter()
            .map(|tag| {
                let pull = pull_command(host.as_deref(), &[&full, ":", &tag.tag].concat());
                tag_line(tag, pull, has_sizes)
            })
            .collect();
        view! {
            <table class="table">
                <caption class="sr">{format!("Tags of {full}")}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Tag"</th>
                        <th scope="col">"Digest"</th>
                        {has_sizes.then(|| view! { <th scope="col" class="n">"Size"</th> })}
                        <th scope="col">"Platforms"</th>
                        <th scope="col" class="n">"Made"</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        }
        .into_any()
    };
    let count = (shown < all).then(|| {
        let words = format!(
            "{} of {} tags, those of the newest images first.",
            intl::number(shown),
            intl::number(all)
        );
        view! { <p class="t13 soft num">{words}</p> }
    });
    view! {
        {(!links.is_empty()).then(|| view! { <div class="ns-links">{links}</div> })}
        // Nothing in it runs or loads: the server has seen to that.
        {(!details.about_html.is_empty())
            .then(|| view! { <div class="at-length" inner_html=details.about_html></div> })}
        {tags}
        {count}
    }
    .into_any()
}

fn tag_line(tag: TagRow, pull: String, has_sizes: bool) -> AnyView {
    let size = has_sizes.then(|| {
        let size = tag.bytes.map(|bytes| intl::bytes(bytes as f64));
        view! { <td class="n">{size}</td> }
    });
    let digest = tag.digest.map(|digest| {
        let short = short(&digest);
        let what = format!("the digest of {}", tag.tag);
        view! {
            <code>{short}</code>
            " "
            <CopyButton text=digest what=what class="btn quiet small" />
        }
    });
    let platforms = match tag.unknown_kind {
        Some(kind) => view! {
            <span class="dim">"A kind of manifest that is not known here: "<code>{kind}</code></span>
        }
        .into_any(),
        None => view! { <code>{tag.platforms.join(", ")}</code> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><code>{tag.tag}</code></th>
            <td class="digest">{digest}</td>
            {size}
            <td>{platforms}</td>
            <td class="n">{tag.made_at.map(|at| Local.day(at.date_naive()))}</td>
            <td class="n">
                <CopyButton text=pull.clone() what=pull word="Copy pull" class="btn quiet small" />
            </td>
        </tr>
    }
    .into_any()
}

/// A digest as people compare it: `sha256:0a1b2c3d4e5f`.
fn short(digest: &str) -> String {
    let end = digest.find(':').map_or(0, |at| at + 1) + DIGITS;
    digest.chars().take(end).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn digests_are_shortened_behind_their_kind() {
        assert_eq!(
            super::short("sha256:0a1b2c3d4e5f60718293"),
            "sha256:0a1b2c3d4e5f"
        );
        assert_eq!(super::short("sha256:0a"), "sha256:0a");
    }
}
