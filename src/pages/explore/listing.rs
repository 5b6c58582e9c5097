//! The list: a namespace a line, and more of them when asked for.

use super::{looking::Looking, nothing::busy};
use crate::{
    components::{logo::Logo, words::Local},
    platform::{clock, focus, intl},
    routes::namespace_path,
};
use ::api::directory::Listed;
use leptos::prelude::*;
use program::{sponsorship::Sponsorship, wording::Wording};

/// Lines of the skeleton: they fill a window.
const LINES: usize = 12;

/// How many are shown of how many.
const COUNT_ID: &str = "explore-count";

/// The list with what belongs to it.
#[component]
pub fn Listing(looking: Looking) -> impl IntoView {
    let rows = move || {
        looking.found.with(|found| {
            found
                .as_ref()
                .map(|found| found.directory.namespaces.clone())
                .unwrap_or_default()
        })
    };
    // A column that has nothing in any line is left out.
    let class = move || {
        looking.found.with(|found| {
            let all = found.as_ref().map(|found| &found.directory.namespaces[..]);
            let has = |told: fn(&Listed) -> bool| all.is_none_or(|all| all.iter().any(told));
            [
                "table tall listed",
                if has(|one| !one.categories.is_empty()) {
                    ""
                } else {
                    " no-topic"
                },
                if has(|one| one.repositories > 0) {
                    ""
                } else {
                    " no-images"
                },
                // The skeleton has none, so that a column more moves nothing.
                if all.is_some() && has(|one| one.stars.is_some()) {
                    ""
                } else {
                    " no-stars"
                },
                if has(|one| one.pushed_at.is_some()) {
                    ""
                } else {
                    " no-pushed"
                },
            ]
            .concat()
        })
    };
    let is_first = move || looking.found.with(Option::is_none);
    view! {
        {move || {
            is_first().then(|| view! { <p class="sr" role="status">"The directory is being read."</p> })
        }}
        <table class=class aria-busy=busy(looking)>
            <caption class="sr">"Namespaces"</caption>
            <thead>
                <tr>
                    <th scope="col">"Namespace"</th>
                    <th scope="col" class="of-topic">"Topic"</th>
                    <th scope="col" class="n of-images">"Images"</th>
                    <th scope="col" class="n of-stars">"Stars"</th>
                    <th scope="col" class="n of-pushed">"Last pushed"</th>
                    <th scope="col" class="n of-since">"Since"</th>
                </tr>
            </thead>
            <tbody>
                <For each=rows key=key let:one>
                    <Line one=one />
                </For>
                {move || is_first().then(|| (0..LINES).map(|_| coming()).collect_view())}
            </tbody>
        </table>
        <More looking=looking />
        {move || {
            let read_at = looking.found.with(|found| found.as_ref()?.directory.registry_read_at)?;
            let day = Local.day(read_at.date_naive());
            let time = Local.time(read_at);
            Some(
                view! {
                    <p class="t13 soft">
                        {format!("Images and pushes are as read from the registry {day}, {time}.")}
                    </p>
                },
            )
        }}
    }
    .into_any()
}

/// Which line it is, and what may change in it from one search to the next.
fn key(one: &Listed) -> String {
    let mut key = one.fitting.join(" ");
    key.push('/');
    key.push_str(&one.namespace);
    key
}

#[component]
fn Line(one: Listed) -> impl IntoView {
    let is_named = !one.name.is_empty();
    let is_other = is_named && !one.name.eq_ignore_ascii_case(&one.namespace);
    let name = if is_named {
        one.name
    } else {
        one.namespace.clone()
    };
    let topics: Vec<&str> = one.categories.iter().map(|one| one.words()).collect();
    let fitting = (!one.fitting.is_empty()).then(|| {
        let names: Vec<_> = one
            .fitting
            .iter()
            .map(|repository| view! { <code>{[&one.namespace, "/", repository].concat()}</code> })
            .collect();
        view! { <small class="fits">{names}</small> }
    });
    let since = match one.sponsorship {
        Sponsorship::Sponsored { since, .. } => {
            view! { <td class="n of-since">{intl::month(since.to_epoch_days())}</td> }.into_any()
        }
        _ => view! { <td class="n of-since dim">"Not sponsored"</td> }.into_any(),
    };
    let number = |count: u64| intl::number(count);
    view! {
        <tr>
            <th scope="row">
                <div class="who">
                    <Logo namespace=one.namespace.clone() version=one.logo />
                    <div>
                        <a href=namespace_path(&one.namespace)>{name}</a>
                        {is_other.then(|| view! { " "<code class="dim">{one.namespace.clone()}</code> })}
                        <small>{one.description}</small>
                        {fitting}
                    </div>
                </div>
            </th>
            <td class="of-topic">{topics.join(", ")}</td>
            <td class="n of-images">{(one.repositories > 0).then(|| number(one.repositories as u64))}</td>
            <td class="n of-stars">{one.stars.map(number)}</td>
            <td class="n of-pushed">{one.pushed_at.map(|at| Local.day(at.date_naive()))}</td>
            {since}
        </tr>
    }
    .into_any()
}

/// In place of a line that is on its way, of its size.
fn coming() -> AnyView {
    let cell = |class: &'static str| view! { <td class=class><i class="skel"></i></td> };
    view! {
        <tr class="coming-line" aria-hidden="true">
            <th scope="row">
                <div class="who">
                    <i class="skel logo-size"></i>
                    <div>
                        <i class="skel"></i>
                        <i class="skel"></i>
                    </div>
                </div>
            </th>
            {cell("of-topic")}
            {cell("n of-images")}
            {cell("n of-stars")}
            {cell("n of-pushed")}
            {cell("n of-since")}
        </tr>
    }
    .into_any()
}

/// How many are shown, and the way to more.
#[component]
fn More(looking: Looking) -> impl IntoView {
    let counts = Memo::new(move |_| {
        looking.found.with(|found| {
            found
                .as_ref()
                .map(|found| (found.directory.namespaces.len(), found.directory.total))
        })
    });
    let is_more_coming = move || {
        let shown = counts.get().map_or(0, |(shown, _)| shown);
        looking.is_busy.get() && looking.wanted.with(|wanted| wanted.show) > shown.max(1)
    };
    let has_more = Memo::new(move |_| counts.get().is_some_and(|(shown, total)| shown < total));
    Effect::new(move |before: Option<bool>| {
        let has_more = has_more.get();
        // The button that was pressed is gone: what it led to says so.
        if before == Some(true) && !has_more {
            clock::next_frame(|| focus::if_nowhere(COUNT_ID));
        }
        has_more
    });
    view! {
        <div class="more">
            {move || {
                has_more
                    .get()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn small"
                                aria-busy=move || is_more_coming().then_some("true")
                                on:click=move |_| looking.show_more()
                            >
                                {move || {
                                    if is_more_coming() { "Loading more" } else { "Show more" }
                                }}
                            </button>
                        }
                    })
            }}
            <span class="num" id=COUNT_ID>
                {move || {
                    counts
                        .get()
                        .map(|(shown, total)| {
                            let number = |count: usize| intl::number(count as u64);
                            format!("{} of {}", number(shown), number(total))
                        })
                }}
            </span>
        </div>
    }
    .into_any()
}
