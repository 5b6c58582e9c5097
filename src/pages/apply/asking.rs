//! Asking while somebody types: each repository and the namespace, after a pause,
//! once each, called off when it is no longer wanted.

use super::{form::Form, purpose::Purpose};
use crate::{
    api::{forge, program as program_api},
    platform::{abort::Abort, clock},
};
use forges::Forges;
use leptos::prelude::*;
use program::{
    evidence::{Claim, Reading, Repository, RepositoryFacts, Trouble},
    namespace::Namespace,
    source::SourceAddress,
};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// Milliseconds without a keystroke before anything is asked.
const PAUSE_MS: u32 = 400;

/// What is being asked, by address.
type UnderWay = Rc<RefCell<HashMap<String, Rc<Abort>>>>;

/// Asks for what the form names, from now on. `forges` are those that the page may ask
/// itself; any other is asked by the server.
pub fn ask_while_typing(form: Form, forges: RwSignal<Forges>) {
    let addresses = Memo::new(move |_| form.answers.with(|answers| answers.addresses()));
    let under_way: UnderWay = Rc::default();
    Effect::new(move |_| {
        let wanted = addresses.get();
        // What is no longer named is neither awaited nor shown.
        under_way.borrow_mut().retain(|key, abort| {
            let is_wanted = wanted.iter().any(|address| address.key() == *key);
            if !is_wanted {
                abort.call_off();
            }
            is_wanted
        });
        form.evidence.update(|evidence| {
            evidence
                .repositories
                .retain(|known| wanted.contains(&known.address));
            for address in &wanted {
                if !evidence
                    .repositories
                    .iter()
                    .any(|known| known.address == *address)
                {
                    evidence.repositories.push(Repository {
                        address: address.clone(),
                        reading: Reading::Pending,
                    });
                }
            }
        });
        let under_way = Rc::clone(&under_way);
        when_quiet(form, move || {
            if addresses.try_get_untracked().as_ref() != Some(&wanted) {
                return; // Typed on: the later call asks.
            }
            for address in wanted {
                let is_open = form
                    .evidence
                    .with_untracked(|evidence| *evidence.of(&address) == Reading::Pending);
                let is_asked = under_way.borrow().contains_key(&address.key());
                if is_open && !is_asked {
                    ask(form, forges, address, Rc::clone(&under_way));
                }
            }
        });
    });
    ask_for_namespace(form);
}

/// Calls `then` after a pause in which nothing is typed on.
fn when_quiet(form: Form, then: impl FnOnce() + 'static) {
    clock::after(PAUSE_MS, move || {
        if form.is_behind() {
            when_quiet(form, then);
        } else {
            then();
        }
    });
}

/// Asks again for all that could not be read.
pub fn ask_again(form: Form, forges: RwSignal<Forges>) {
    let failed: Vec<SourceAddress> = form.evidence.with_untracked(|evidence| {
        evidence
            .repositories
            .iter()
            .filter(|known| matches!(known.reading, Reading::Failed { .. }))
            .map(|known| known.address.clone())
            .collect()
    });
    for address in failed {
        put(form, &address, Reading::Pending);
        ask(form, forges, address, Rc::default());
    }
    let is_namespace_open = form
        .evidence
        .with_untracked(|evidence| matches!(evidence.claimed, Reading::Failed { .. }));
    if is_namespace_open {
        form.asked_again.update(|times| *times += 1);
    }
}

fn ask(form: Form, forges: RwSignal<Forges>, address: SourceAddress, under_way: UnderWay) {
    let key = address.key();
    let Some(abort) = Abort::new().map(Rc::new) else {
        return;
    };
    under_way
        .borrow_mut()
        .insert(key.clone(), Rc::clone(&abort));
    leptos::task::spawn_local(async move {
        let own = forges.with_untracked(|forges| forges.of(&address).cloned());
        let reading = match own {
            Some(own) => forge::repository(&own, &address, &abort).await,
            None => by_server(&address, &abort).await,
        };
        // Called off in the meantime: nobody waits for it any more.
        if under_way.borrow_mut().remove(&key).is_some() {
            put(form, &address, reading);
        }
    });
}

async fn by_server(address: &SourceAddress, abort: &Abort) -> Reading<RepositoryFacts> {
    program_api::source(address, abort)
        .await
        .unwrap_or(Reading::Failed {
            at: clock::now(),
            trouble: Trouble::Away,
        })
}

fn put(form: Form, address: &SourceAddress, reading: Reading<RepositoryFacts>) {
    form.evidence.try_update(|evidence| {
        if let Some(known) = evidence
            .repositories
            .iter_mut()
            .find(|known| known.address == *address)
        {
            known.reading = reading;
        }
    });
}

fn ask_for_namespace(form: Form) {
    let name = Memo::new(move |_| {
        let name = form
            .answers
            .with(|answers| Namespace::parse(&answers.namespace).ok());
        name.map(|name| (name, form.asked_again.get()))
    });
    let under_way: Rc<RefCell<Option<Rc<Abort>>>> = Rc::default();
    Effect::new(move |_| {
        if let Some(abort) = under_way.borrow_mut().take() {
            abort.call_off();
        }
        form.evidence.update(|evidence| {
            evidence.registered = Reading::NotAsked;
            evidence.claimed = Reading::Pending;
        });
        let Some(wanted) = name.get() else { return };
        let under_way = Rc::clone(&under_way);
        when_quiet(form, move || {
            if name.try_get_untracked().flatten().as_ref() != Some(&wanted) {
                return;
            }
            let Some(abort) = Abort::new().map(Rc::new) else {
                return;
            };
            *under_way.borrow_mut() = Some(Rc::clone(&abort));
            leptos::task::spawn_local(async move {
                let answer = program_api::namespace(wanted.0.as_str(), &abort).await;
                if name.try_get_untracked().flatten().as_ref() != Some(&wanted) {
                    return;
                }
                let is_theirs = form
                    .purpose
                    .try_with_value(Purpose::has_namespace)
                    .unwrap_or_default();
                form.evidence.try_update(|evidence| match answer {
                    Ok(facts) => {
                        evidence.registered = facts.registered;
                        evidence.claimed = facts.claimed;
                        // By this very application, or by the membership that is renewed.
                        if is_theirs && let Reading::Read { facts, .. } = &mut evidence.claimed {
                            *facts = Claim::Free;
                        }
                    }
                    // Whether there is a registry to ask is not known either.
                    Err(_) => {
                        let (at, trouble) = (clock::now(), Trouble::Away);
                        evidence.registered = Reading::Failed { at, trouble };
                        evidence.claimed = Reading::Failed { at, trouble };
                    }
                });
            });
        });
    });
}
