//! A registry: its figures, and what can be done with it.

use super::{
    Page,
    may::MayReport,
    rate::Rate,
    set_aside::{AsideButton, AsideList, Asides},
    table::{ASIDE, LAG, LAST, RATE},
    words,
};
use crate::{
    api::{ApiError, registries as registries_api},
    components::{
        asked_twice::AskedTwice,
        field_error::FieldError,
        icon::{Icon, IconName},
    },
    platform::{clock, focus},
};
use ::api::registries::Registry;
use leptos::prelude::*;
use program::wording::counted;

/// The id of a registry’s line.
pub fn line_id(id: i64) -> String {
    format!("registry-{id}")
}

/// The line, and below it what can be done and what was opened.
#[component]
pub fn Row(page: Page, id: i64) -> impl IntoView {
    let registry = Memo::new(move |_| page.registry(id));
    let asides = Asides::of(id);
    let (name, kind) = registry.with_untracked(|registry| {
        registry
            .as_ref()
            .map_or_else(Default::default, |one| (one.name.clone(), one.kind.words()))
    });
    let namespaces = Memo::new(move |_| {
        registry.with(|registry| {
            registry
                .as_ref()
                .map(|one| one.namespaces.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <tbody role="rowgroup">
            <tr role="row">
                <th role="rowheader" scope="row" id=line_id(id) tabindex="-1">
                    <span class="called">{name.clone()}</span>
                    <small>{kind}</small>
                </th>
                <td role="cell" data-label=LAST>
                    <Last page=page registry=registry />
                </td>
                <td role="cell" data-label=RATE class="rate">
                    <Rate registry=registry />
                </td>
                <td role="cell" data-label=ASIDE>
                    <AsideButton asides=asides registry=registry name=name.clone() />
                </td>
                <td role="cell" data-label=LAG>
                    <Lag page=page registry=registry />
                </td>
            </tr>
            <tr role="row" class="below">
                <td role="cell" colspan="5">
                    <MayReport page=page id=id name=name.clone() namespaces=namespaces />
                    <Acts page=page id=id name=name.clone() />
                    <AsideList asides=asides name=name.clone() />
                </td>
            </tr>
        </tbody>
    }
    .into_any()
}

/// When it last reported anything.
#[component]
fn Last(page: Page, registry: Memo<Option<Registry>>) -> impl IntoView {
    move || {
        let now = page.now.get();
        let (added_at, last_at) =
            registry.with(|registry| registry.as_ref().map(|one| (one.added_at, one.last_at)))?;
        Some(match last_at {
            Some(at) => words::ago(at, now),
            None if words::is_silent(added_at, now) => view! {
                <span class="state person">
                    <Icon of=IconName::Alert />
                    "never"
                </span>
                <small>"added " {words::ago(added_at, now)}</small>
            }
            .into_any(),
            None => view! {
                "not yet"
                <small>"added " {words::ago(added_at, now)}</small>
            }
            .into_any(),
        })
    }
}

/// How far counting is behind what it reported.
#[component]
fn Lag(page: Page, registry: Memo<Option<Registry>>) -> impl IntoView {
    move || {
        let now = page.now.get();
        let since = registry.with(|registry| registry.as_ref().map(|one| one.waits_since))?;
        Some(match since {
            None => "counted up to now".into_any(),
            Some(since) => {
                let is_long = words::is_long(since, now);
                let minutes = counted(words::minutes(since, now), "minute", "minutes");
                view! {
                    <span class=is_long.then_some("state person")>
                        {is_long.then(|| view! { <Icon of=IconName::Alert /> })}
                        "waits since " {words::time(since)}
                    </span>
                    <small class="num">{minutes}</small>
                }
                .into_any()
            }
        })
    }
}

/// Another token, and the end of it.
#[component]
fn Acts(page: Page, id: i64, name: String) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let called = StoredValue::new(name.clone());
    let refused = move |why: ApiError| {
        error.try_set(Some(why.to_string()));
        // The question is gone, and what was pressed with it.
        clock::next_frame(move || focus::calmly(&line_id(id)));
    };
    let renew = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match registries_api::new_token(id).await {
                Ok(snippet) => {
                    let Some(name) = called.try_get_value() else {
                        return;
                    };
                    error.try_set(None);
                    page.announcer.say(format!(
                        "{name} has a new token. Its configuration is shown this once."
                    ));
                    page.show_once(name, snippet);
                }
                Err(why) => refused(why),
            }
        });
    });
    let remove = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match registries_api::remove(id).await {
                Ok(()) => {
                    let name = called.try_get_value().unwrap_or_default();
                    page.announcer
                        .say(format!("{name} is removed. What was counted stays."));
                    page.forget(id);
                }
                Err(why) => refused(why),
            }
        });
    });
    view! {
        <div class="actions">
            <AskedTwice
                label="New token"
                what=name.clone()
                question="The token that it has stops at once: it reports nothing until the new one is in its configuration."
                yes="Make a new token"
                act=renew
            />
            <AskedTwice
                label="Remove"
                what=name
                question="Nothing more is taken from it, and its token stops at once. What was counted stays."
                yes="Remove it"
                act=remove
            />
        </div>
        <FieldError message=error />
    }
    .into_any()
}
