//! The form's state: what is typed, what is wrong with it, what was read for it and
//! what follows. A key only puts its letter into the answers; what follows from it is worked
//! out in the next pause. Everything derived is a memo, so that recomputes only what changed.

use super::{
    draft::{self, Draft},
    purpose::{Outcome, Purpose},
};
use crate::{
    api::ApiError,
    platform::{clock, focus, randomness},
};
use leptos::prelude::*;
use program::{
    Finding,
    answers::{Answers, Field, FieldError, Source},
    eligibility::assess,
    evidence::Evidence,
};
use std::collections::BTreeSet;

/// The id of the list of errors over the form.
pub const SUMMARY_ID: &str = "errors";

/// How far sending is.
#[derive(Clone, Debug, PartialEq)]
pub enum Sending {
    /// Nothing is sent.
    Not,
    /// The server has it, or will in a moment.
    UnderWay,
    /// It did not get there, or was refused.
    Failed(ApiError),
    /// It is there.
    Sent(Outcome),
}

/// What another tab did with the draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Elsewhere {
    /// It was changed.
    Changed(Box<Draft>),
    /// It was sent, or deleted.
    Gone,
}

/// The form; copy it freely.
#[derive(Clone, Copy)]
pub struct Form {
    /// What it is for.
    pub purpose: StoredValue<Purpose>,
    /// What it began with.
    base: StoredValue<Answers>,
    /// What another tab keeps as the draft of the same, if that is something else.
    pub elsewhere: RwSignal<Option<Elsewhere>>,
    /// What is typed.
    pub answers: RwSignal<Answers>,
    /// What was read for it.
    pub evidence: RwSignal<Evidence>,
    /// Counts how often the namespace is to be asked about again.
    pub asked_again: RwSignal<u32>,
    /// One finding a criterion.
    pub findings: Memo<Vec<Finding>>,
    /// How far sending is.
    pub sending: RwSignal<Sending>,
    /// The draft that was restored, until it is sent or deleted.
    pub restored: RwSignal<Option<Draft>>,
    /// Whether the browser keeps the draft.
    pub is_kept: RwSignal<bool>,
    /// Fields that were left at least once.
    touched: RwSignal<BTreeSet<Field>>,
    /// Whether sending was tried: every error shows from then on.
    tried: RwSignal<bool>,
    /// What the server finds wrong, until the field is changed.
    refused: RwSignal<Vec<FieldError>>,
    /// Everything that keeps it from being sent.
    errors: Memo<Vec<FieldError>>,
    /// The key under which these very words were given to the server; other words get another.
    key: StoredValue<Option<String>>,
    /// What was typed and left and has had no consequences yet.
    behind: StoredValue<Behind>,
}

/// Milliseconds after a key before what follows from it is worked out: longer than from key to
/// key of somebody who types, so that it falls into no key's way.
const PAUSE_MS: u32 = 250;

/// Milliseconds after which the draft is kept although somebody types on without a pause.
const LONGEST_MS: f64 = 1_000.0;

/// What was typed and left and has had no consequences yet.
#[derive(Default)]
struct Behind {
    /// Counts what happened: only the last catches up.
    turn: u32,
    /// When the first of it was typed, or the draft kept since, by the page's own clock.
    since_ms: Option<f64>,
    /// Fields that hold something else now.
    changed: BTreeSet<Field>,
    /// Whether a field was left for the first time.
    is_left: bool,
}

impl Form {
    /// A form that begins with what was said before, if anything; once a page.
    pub fn new(purpose: Purpose, before: Answers) -> Self {
        let base = StoredValue::new(before.clone());
        let answers = RwSignal::new(before);
        let evidence = RwSignal::new(Evidence::default());
        let refused = RwSignal::new(Vec::new());
        let errors = Memo::new(move |_| {
            let own = answers.with(|answers| answers.errors(clock::now().date_naive()));
            let from_server: Vec<FieldError> = refused.get();
            let mut all = own;
            for error in from_server {
                if !all.iter().any(|other| other.field == error.field) {
                    all.push(error);
                }
            }
            all
        });
        let findings = Memo::new(move |_| {
            let today = clock::now().date_naive();
            answers
                .with(|answers| evidence.with(|evidence| assess(answers, evidence, today)))
                .to_vec()
        });
        Self {
            purpose: StoredValue::new(purpose),
            base,
            elsewhere: RwSignal::new(None),
            answers,
            evidence,
            asked_again: RwSignal::new(0),
            findings,
            sending: RwSignal::new(Sending::Not),
            restored: RwSignal::new(None),
            is_kept: RwSignal::new(true),
            touched: RwSignal::new(BTreeSet::new()),
            tried: RwSignal::new(false),
            refused,
            errors,
            key: StoredValue::new(None),
            behind: StoredValue::new(Behind::default()),
        }
    }

    /// Takes up the draft that this browser keeps.
    pub fn restore(self) {
        if let Some(draft) = self.purpose.with_value(draft::load) {
            self.take(draft.clone());
            self.restored.set(Some(draft));
        }
    }

    /// Goes on with a draft.
    pub fn take(self, draft: Draft) {
        // What was left stays left.
        self.behind.update_value(|behind| behind.changed.clear());
        self.elsewhere.set(None);
        self.answers.set(draft.answers);
        self.key.set_value(draft.key);
    }

    /// Goes on with what stands here, and keeps that.
    pub fn stay(self) {
        self.elsewhere.set(None);
        self.keep();
    }

    /// Another tab wrote something that this browser keeps: perhaps this draft.
    pub fn look_elsewhere(self) {
        if matches!(self.sending.get_untracked(), Sending::Sent(_)) {
            return;
        }
        let here = self.answers.get_untracked();
        let elsewhere = match self.purpose.with_value(draft::load) {
            Some(draft) if draft.answers == here => None,
            Some(draft) => Some(Elsewhere::Changed(Box::new(draft))),
            None if self.base.with_value(|base| *base == here) => None,
            None => Some(Elsewhere::Gone),
        };
        self.elsewhere.set(elsewhere);
    }

    /// Puts a source address into the form that does not have it, such as one that was typed
    /// on the program page.
    pub fn add_source(self, address: String) {
        let address = address.trim().to_owned();
        let is_there = self.answers.with_untracked(|answers| {
            answers
                .sources
                .iter()
                .any(|source| source.address.trim() == address)
        });
        if address.is_empty() || is_there {
            return;
        }
        let source = Source {
            address,
            ..Source::default()
        };
        let at = self.answers.with_untracked(|answers| {
            let mut sources = answers.sources.iter();
            sources
                .position(|source| source.address.trim().is_empty())
                .unwrap_or(answers.sources.len())
        });
        self.change(Field::Source(at), |answers| {
            match answers.sources.get_mut(at) {
                Some(free) => *free = source,
                None => answers.sources.push(source),
            }
        });
    }

    /// Deletes the draft and empties the form.
    pub fn forget(self) {
        self.purpose.with_value(draft::forget);
        self.behind.set_value(Behind::default());
        self.key.set_value(None);
        self.elsewhere.set(None);
        self.answers.set(self.base.get_value());
        self.restored.set(None);
        self.touched.set(BTreeSet::new());
        self.tried.set(false);
        self.refused.set(Vec::new());
        self.sending.set(Sending::Not);
        focus::heading();
    }

    /// Takes in what was typed into a field of words. What follows from it is worked out, and
    /// the draft kept, when the next key lets it: a key never waits for that.
    pub fn type_in(self, field: Field, change: impl FnOnce(&mut Answers)) {
        self.take_in(field, change);
        self.follow(PAUSE_MS);
    }

    /// Takes in a choice, which shows before what follows from it is worked out.
    pub fn choose(self, field: Field, change: impl FnOnce(&mut Answers)) {
        self.take_in(field, change);
        self.follow(0);
    }

    /// Changes the answers, and at once everything that follows from them.
    pub fn change(self, field: Field, change: impl FnOnce(&mut Answers)) {
        self.take_in(field, change);
        self.catch_up();
    }

    fn take_in(self, field: Field, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.write_untracked());
        // Other words are another sending.
        self.key.set_value(None);
        self.behind.update_value(|behind| {
            behind.changed.insert(field);
        });
    }

    /// Catches up after the next picture and this many milliseconds more, unless something else
    /// is typed or chosen by then.
    fn follow(self, delay_ms: u32) {
        let now_ms = clock::elapsed_ms();
        let Some((turn, delay_ms, is_long)) = self.behind.try_update_value(|behind| {
            behind.turn += 1;
            let is_long = now_ms - *behind.since_ms.get_or_insert(now_ms) >= LONGEST_MS;
            if is_long {
                behind.since_ms = Some(now_ms);
            }
            // What is wrong with a field that was left shows while the next one is typed into.
            let delay_ms = if behind.is_left { 0 } else { delay_ms };
            (behind.turn, delay_ms, is_long)
        }) else {
            return;
        };
        clock::next_frame(move || {
            if is_long {
                clock::after(0, move || {
                    if self.is_behind() {
                        self.keep();
                    }
                });
            }
            clock::after(delay_ms, move || {
                if self.behind.try_with_value(|behind| behind.turn) == Some(turn) {
                    self.catch_up();
                }
            });
        });
    }

    /// Whether something was typed and what follows from it is not worked out yet.
    pub fn is_behind(self) -> bool {
        self.behind
            .try_with_value(|behind| !behind.changed.is_empty())
            .unwrap_or_default()
    }

    /// Works out what follows from everything that was typed and left so far, and keeps it.
    pub fn catch_up(self) {
        let Behind {
            changed, is_left, ..
        } = self
            .behind
            .try_update_value(|behind| Behind {
                turn: behind.turn,
                since_ms: behind.since_ms.take(),
                changed: std::mem::take(&mut behind.changed),
                is_left: std::mem::take(&mut behind.is_left),
            })
            .unwrap_or_default();
        if is_left {
            self.touched.notify();
        }
        if changed.is_empty() {
            return;
        }
        let is_answered = |error: &FieldError| changed.contains(&error.field);
        if self
            .refused
            .with_untracked(|all| all.iter().any(is_answered))
        {
            self.refused
                .update(|all| all.retain(|error| !is_answered(error)));
        }
        self.answers.notify();
        self.keep();
        if matches!(self.sending.get_untracked(), Sending::Failed(_)) {
            self.sending.set(Sending::Not);
        }
    }

    fn keep(self) {
        let draft = Draft {
            answers: self.answers.get_untracked(),
            changed_at: clock::now(),
            key: self.key.get_value(),
            about: self.purpose.with_value(Purpose::about),
            version: self.purpose.with_value(Purpose::version),
        };
        let is_kept = self
            .purpose
            .with_value(|purpose| draft::keep(purpose, &draft));
        self.is_kept.set(is_kept);
    }

    /// A field was left.
    pub fn touch(self, field: Field) {
        let known = self.touched.with_untracked(|all| all.contains(&field));
        if !known {
            self.touched.write_untracked().insert(field);
            self.behind.update_value(|behind| behind.is_left = true);
            self.follow(0);
        }
    }

    /// What is wrong with a field, once it was left or sending was tried.
    pub fn error(self, field: Field) -> Option<String> {
        let shown = self.tried.get() || self.touched.with(|all| all.contains(&field));
        let find = |all: &Vec<FieldError>| {
            all.iter()
                .find(|error| error.field == field)
                .map(|error| error.message.clone())
        };
        if shown {
            self.errors.with(find)
        } else {
            self.refused.with(find)
        }
    }

    /// Everything that keeps it from being sent, once that was tried.
    pub fn summary(self) -> Vec<FieldError> {
        if self.tried.get() {
            self.errors.get()
        } else {
            Vec::new()
        }
    }

    /// How many of these fields are wrong in a way that shows.
    pub fn errors_among(self, is_in: impl Fn(Field) -> bool) -> usize {
        let tried = self.tried.get();
        self.errors.with(|all| {
            self.touched.with(|touched| {
                all.iter()
                    .filter(|error| is_in(error.field))
                    .filter(|error| tried || touched.contains(&error.field))
                    .count()
            })
        })
    }

    /// Whether some of these fields still want something.
    pub fn is_open_among(self, is_in: impl Fn(Field) -> bool) -> bool {
        self.errors
            .with(|all| all.iter().any(|error| is_in(error.field)))
    }

    /// Whether something is typed that is not sent and that this browser does not keep.
    pub fn would_be_lost(self) -> bool {
        !self.is_kept.get_untracked()
            && !matches!(self.sending.get_untracked(), Sending::Sent(_))
            && self
                .answers
                .with_untracked(|answers| self.base.with_value(|base| answers != base))
    }

    /// Sends what is typed; pressed twice, it is sent once.
    pub fn send(self) {
        if matches!(
            self.sending.get_untracked(),
            Sending::UnderWay | Sending::Sent(_)
        ) {
            return;
        }
        self.catch_up();
        self.tried.set(true);
        if self.errors.with_untracked(|errors| !errors.is_empty()) {
            clock::next_frame(|| {
                focus::by_id(SUMMARY_ID);
            });
            return;
        }
        let Some(key) = self.key.get_value().or_else(randomness::token) else {
            self.sending.set(Sending::Failed(ApiError::NoRandomness));
            return;
        };
        self.key.set_value(Some(key.clone()));
        self.keep();
        self.sending.set(Sending::UnderWay);
        let (purpose, answers) = (self.purpose.get_value(), self.answers.get_untracked());
        leptos::task::spawn_local(async move {
            let answer = purpose.send(answers, &key).await;
            self.answered(answer, &key);
        });
    }

    fn answered(self, answer: Result<Outcome, ApiError>, key: &str) {
        match answer {
            Ok(outcome) => {
                // What was typed on meanwhile is in no application yet, and stays.
                if self.key.try_get_value().flatten().as_deref() == Some(key) {
                    self.purpose.try_with_value(draft::forget);
                }
                self.elsewhere.try_set(None);
                self.sending.try_set(Sending::Sent(outcome));
            }
            Err(error) => {
                // What was typed meanwhile takes no failure away that it did not know of.
                self.catch_up();
                if let ApiError::Refused(problem) = &error {
                    let errors: Vec<FieldError> = problem
                        .errors
                        .iter()
                        .filter_map(|error| {
                            Some(FieldError {
                                field: Field::of_id(&error.field)?,
                                message: error.message.clone(),
                            })
                        })
                        .collect();
                    let first = errors.first().map(|error| error.field.id());
                    self.refused.try_set(errors);
                    if let Some(id) = first {
                        clock::next_frame(move || {
                            focus::by_id(&id);
                        });
                    }
                }
                self.sending.try_set(Sending::Failed(error));
            }
        }
    }
}
