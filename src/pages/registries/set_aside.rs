//! What was set aside of what a registry reported: how much, and on request each of it.

use super::words;
use crate::{
    api::{ApiError, registries as registries_api},
    components::{
        icon::{Icon, IconName},
        skeleton,
    },
    platform::{focus, intl},
};
use ::api::registries::{Registry, SetAside};
use leptos::prelude::*;

/// Lines that stand for the list while it is read.
const LINES: usize = 4;

/// Characters that are shown before the rest is folded; on a phone they are four lines.
const SHOWN_CHARACTERS: usize = 140;

/// Lines that are shown before the rest is folded, as the style sheet has it.
const SHOWN_LINES: usize = 4;

/// What was read of it; copy it freely.
#[derive(Clone, Copy)]
pub struct Asides {
    id: i64,
    is_open: RwSignal<bool>,
    found: RwSignal<Option<Result<Vec<SetAside>, ApiError>>>,
}

impl Asides {
    /// Of a registry, before anything is read.
    pub fn of(id: i64) -> Self {
        Self {
            id,
            is_open: RwSignal::new(false),
            found: RwSignal::new(None),
        }
    }

    fn read(self) {
        self.found.set(None);
        leptos::task::spawn_local(async move {
            let answer = registries_api::set_aside(self.id).await;
            self.found.try_set(Some(answer));
        });
    }

    /// Opens it, as it is now, or closes it.
    fn turn(self) {
        let is_open = !self.is_open.get_untracked();
        self.is_open.set(is_open);
        if is_open {
            self.read();
        }
    }

    /// The button that asked for it goes; one goes on in the list.
    fn read_again(self) {
        focus::calmly(&self.list_id());
        self.read();
    }

    fn list_id(self) -> String {
        format!("aside-{}", self.id)
    }
}

/// How much was set aside in the last 24 hours; if anything is kept, also from before, a button
/// that shows it.
#[component]
pub fn AsideButton(
    asides: Asides,
    registry: Memo<Option<Registry>>,
    name: String,
) -> impl IntoView {
    let count =
        Memo::new(move |_| registry.with(|one| one.as_ref().map_or(0, |one| one.set_aside)));
    let kept = Memo::new(move |_| {
        registry.with(|one| one.as_ref().map_or(0, |one| u64::from(one.kept_aside)))
    });
    // What is open can be closed, even if nothing of it is kept by now.
    let has_button = Memo::new(move |_| count.get() > 0 || kept.get() > 0 || asides.is_open.get());
    let name = StoredValue::new(name);
    move || {
        if has_button.get() {
            let shown = move || match count.get() {
                0 => format!("none, {} before", intl::number(kept.get())),
                count => intl::number(count),
            };
            // It begins with what is seen.
            let spoken = move || {
                name.with_value(|name| format!("{} set aside: show what {name} sent", shown()))
            };
            view! {
                <button
                    type="button"
                    class="btn small num aside"
                    class:some=move || { count.get() > 0 }
                    aria-label=spoken
                    aria-expanded=move || if asides.is_open.get() { "true" } else { "false" }
                    aria-controls=asides.list_id()
                    on:click=move |_| asides.turn()
                >
                    <Icon of=IconName::Alert />
                    {shown}
                </button>
            }
            .into_any()
        } else {
            view! { <span class="soft">"none"</span> }.into_any()
        }
    }
}

/// The list, while it is open.
#[component]
pub fn AsideList(asides: Asides, name: String) -> impl IntoView {
    let label = format!("Set aside of what {name} sent");
    let shown = move || {
        if !asides.is_open.get() {
            return None;
        }
        Some(match asides.found.get() {
            None => view! {
                <p class="t14 soft" role="status">"It is being read."</p>
                {skeleton::lines(LINES)}
            }
            .into_any(),
            Some(Err(error)) => view! {
                <p class="t14" role="alert">{error.to_string()}</p>
                <div class="actions">
                    <button type="button" class="btn small" on:click=move |_| asides.read_again()>
                        "Try again"
                    </button>
                </div>
            }
            .into_any(),
            Some(Ok(all)) if all.is_empty() => view! {
                <p class="t14 soft" role="status">"Nothing of it is kept any longer."</p>
            }
            .into_any(),
            Some(Ok(all)) => {
                let items: Vec<_> = all
                    .into_iter()
                    .map(|one| view! { <One one=one /> })
                    .collect();
                view! {
                    <p class="t13 soft">
                        "Newest first. What was set aside was not counted; the registry does not send it again."
                    </p>
                    <ol class="asides">{items}</ol>
                }
                .into_any()
            }
        })
    };
    view! {
        <div
            id=asides.list_id()
            class="aside-list"
            role="group"
            aria-label=label
            hidden=move || !asides.is_open.get()
        >
            {shown}
        </div>
    }
    .into_any()
}

#[component]
fn One(one: SetAside) -> impl IntoView {
    let is_long = is_long(&one.sent);
    let is_whole = RwSignal::new(!is_long);
    view! {
        <li>
            <small class="num">{words::moment(one.at)}</small>
            <p class="t14">{one.why}</p>
            <pre class="sent" class:cut-off=move || !is_whole.get()>
                {one.sent}
            </pre>
            {is_long
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="btn quiet small"
                            aria-expanded=move || if is_whole.get() { "true" } else { "false" }
                            on:click=move |_| is_whole.update(|is_whole| *is_whole = !*is_whole)
                        >
                            "All that was sent"
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}

/// Whether a text takes more room than a few lines.
fn is_long(text: &str) -> bool {
    text.chars().count() > SHOWN_CHARACTERS || text.lines().count() > SHOWN_LINES
}

#[cfg(test)]
mod tests {
    use super::is_long;

    #[test]
    fn only_what_takes_more_than_a_few_lines_is_folded() {
        assert!(!is_long("") && !is_long(&"é".repeat(140)) && !is_long("a\nb\nc\nd"));
        assert!(is_long(&"x".repeat(141)) && is_long("a\nb\nc\nd\ne"));
    }
}
