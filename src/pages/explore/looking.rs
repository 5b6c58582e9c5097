//! What is looked for, by the address, and what was found. What was found stays until the next
//! answer is there; a question is called off by the next one.

use crate::{
    api::{
        ApiError,
        directory::{self, Wanted},
    },
    components::announcer::{Announce, use_announcer},
    platform::{abort::Abort, intl},
    state::query::{History, Param, Query, use_query},
};
use ::api::directory::{Directory, Order, USUAL};
use leptos::prelude::*;
use program::category::Category;
use std::rc::Rc;

/// Most namespaces that an address may ask for.
const MOST_SHOWN: usize = 5_000;

/// An answer, and to what.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What was looked for.
    pub wanted: Wanted,
    /// What was found.
    pub directory: Directory,
}

/// The page’s state; copy it freely.
#[derive(Clone, Copy)]
pub struct Looking {
    /// What is looked for, by the address.
    pub wanted: Memo<Wanted>,
    /// The last answer.
    pub found: RwSignal<Option<Found>>,
    /// An answer is awaited.
    pub is_busy: RwSignal<bool>,
    /// Why the last question came to nothing.
    pub error: RwSignal<Option<ApiError>>,
    query: Query,
    /// Counts questions: of several the last one is answered.
    asked: StoredValue<u32>,
    under_way: StoredValue<Option<Rc<Abort>>, LocalStorage>,
    announcer: Announce,
}

impl Looking {
    /// Looks from now on for what the address says.
    pub fn new() -> Self {
        let query = use_query();
        let looking = Self {
            wanted: Memo::new(move |_| wanted(query)),
            found: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            error: RwSignal::new(None),
            query,
            asked: StoredValue::new(0),
            under_way: StoredValue::new_local(None),
            announcer: use_announcer(),
        };
        Effect::new(move |_| {
            looking.wanted.track();
            looking.load();
        });
        looking
    }

    /// Asks for what is wanted now.
    pub fn load(self) {
        let wanted = self.wanted.get_untracked();
        let known = self.found.with_untracked(|found| {
            let found = found.as_ref()?;
            is_more_of(&wanted, &found.wanted).then(|| found.directory.clone())
        });
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        let abort = Abort::new().map(Rc::new);
        self.under_way.update_value(|under_way| {
            if let Some(before) = under_way.take() {
                before.call_off();
            }
            under_way.clone_from(&abort);
        });
        self.is_busy.set(true);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            let answer = directory::part(&wanted, known, abort.as_deref()).await;
            // Another question was asked since, or the page is gone.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(directory) => {
                    self.announcer.say(count_words(directory.total, &wanted));
                    self.found.set(Some(Found { wanted, directory }));
                }
                Err(error) => self.error.set(Some(error)),
            }
            self.is_busy.set(false);
        });
    }

    /// Looks in another topic, or in all.
    pub fn set_topic(self, topic: Option<String>) {
        self.set(Param::Topic, topic);
    }

    /// Looks among all namespaces, or among those in the program.
    pub fn set_all(self, is_all: bool) {
        self.set(Param::All, is_all.then(|| "1".to_owned()));
    }

    /// Lists in another order.
    pub fn set_order(self, order: Option<Order>) {
        let order = order.filter(|order| *order != Order::default());
        self.set(Param::Order, order.map(|order| order.id().to_owned()));
    }

    /// Another list begins at its beginning.
    fn set(self, param: Param, value: Option<String>) {
        let value: Vec<String> = value.into_iter().collect();
        self.query
            .set(&[(param, &value), (Param::Show, &[])], History::Push);
    }

    /// Shows more of the same.
    pub fn show_more(self) {
        let show = self.wanted.with_untracked(|wanted| wanted.show) + USUAL;
        self.query
            .set_one(Param::Show, Some(show.to_string()), History::Replace);
    }

    /// Looks for nothing in particular.
    pub fn clear(self) {
        let all = [Param::Words, Param::Topic, Param::Show].map(|param| (param, &[][..]));
        self.query.set(&all, History::Push);
    }

    /// How many namespaces are in the program, once an answer to nothing in particular said so.
    pub fn sponsored(self) -> Memo<Option<usize>> {
        Memo::new(move |before: Option<&Option<usize>>| {
            self.found.with(|found| match found {
                Some(found) if !is_narrowed(&found.wanted) => Some(found.directory.sponsored),
                _ => before.copied().flatten(),
            })
        })
    }
}

/// What the address says is looked for.
fn wanted(query: Query) -> Wanted {
    let show = query.get(Param::Show).and_then(|show| show.parse().ok());
    Wanted {
        words: query.get(Param::Words).unwrap_or_default(),
        is_all: query.get(Param::All).is_some(),
        topic: query.get(Param::Topic).and_then(|id| Category::of_id(&id)),
        order: query
            .get(Param::Order)
            .and_then(|id| Order::of_id(&id))
            .unwrap_or_default(),
        show: show.unwrap_or(USUAL).clamp(USUAL, MOST_SHOWN),
    }
}

/// Whether not all namespaces are looked for.
pub fn is_narrowed(wanted: &Wanted) -> bool {
    !wanted.words.is_empty() || wanted.topic.is_some()
}

/// Whether it is the same, and more of it.
fn is_more_of(wanted: &Wanted, before: &Wanted) -> bool {
    let as_many = Wanted {
        show: before.show,
        ..wanted.clone()
    };
    wanted.show > before.show && as_many == *before
}

/// How many namespaces were found, for those who cannot see it.
fn count_words(total: usize, wanted: &Wanted) -> String {
    let kind = if wanted.is_all { "" } else { "sponsored " };
    let rest = match (total, is_narrowed(wanted)) {
        (1, true) => "namespace fits",
        (_, true) => "namespaces fit",
        (1, false) => "namespace",
        (_, false) => "namespaces",
    };
    [&intl::number(total as u64), " ", kind, rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_of_the_same_is_added_and_anything_else_is_read_anew() {
        let few = Wanted {
            show: USUAL,
            ..Wanted::default()
        };
        let more = Wanted {
            show: 2 * USUAL,
            ..few.clone()
        };
        assert!(is_more_of(&more, &few));
        assert!(!is_more_of(&few, &more));
        let other = Wanted {
            words: "tide".to_owned(),
            ..more.clone()
        };
        assert!(!is_more_of(&other, &few));
        assert!(is_narrowed(&other) && !is_narrowed(&more));
    }
}
