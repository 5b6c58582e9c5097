//! The form's state: what is typed, what is wrong with it, what was read for it and
//! what follows. Everything derived is a memo, so that only what changed is worked out anew.

mod pace;
mod send;

use super::{
    draft::{self, Draft},
    purpose::Purpose,
};
use crate::platform::{clock, focus};
use leptos::prelude::*;
use pace::Behind;
use program::{
    Criterion, Finding,
    answers::{Answers, Field, FieldError, Source},
    eligibility::assess,
    evidence::Evidence,
};
pub use send::Sending;
use std::collections::BTreeSet;

/// The id of the list of errors over the form.
pub const SUMMARY_ID: &str = "errors";

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
    pub findings: Memo<[Finding; Criterion::ALL.len()]>,
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
            answers.with(|answers| evidence.with(|evidence| assess(answers, evidence, today)))
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

    fn keep(self) {
        let draft = Draft {
            answers: self.answers.get_untracked(),
            changed_at: clock::now(),
            key: self.key.get_value(),
            version: self.purpose.with_value(Purpose::version),
        };
        let is_kept = self
            .purpose
            .with_value(|purpose| draft::keep(purpose, &draft));
        self.is_kept.set(is_kept);
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
}
