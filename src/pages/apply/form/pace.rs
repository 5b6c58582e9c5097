//! The form's pace: a key only puts its letter into the answers; what follows from it is worked
//! out in the next pause.

use super::{Form, Sending};
use crate::platform::clock;
use leptos::prelude::*;
use program::answers::{Answers, Field, FieldError};
use std::collections::BTreeSet;

/// Milliseconds after a key before what follows from it is worked out: longer than from key to
/// key of somebody who types, so that it falls into no key's way.
const PAUSE_MS: u32 = 250;

/// Milliseconds after which the draft is kept although somebody types on without a pause.
const LONGEST_MS: f64 = 1_000.0;

/// What was typed and left and has had no consequences yet.
#[derive(Default)]
pub(super) struct Behind {
    /// Counts what happened: only the last catches up.
    turn: u32,
    /// When the first of it was typed, or the draft kept since, by the page's own clock.
    since_ms: Option<f64>,
    /// Fields that hold something else now.
    pub(super) changed: BTreeSet<Field>,
    /// Whether a field was left for the first time.
    is_left: bool,
}

impl Form {
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

    /// A field was left.
    pub fn touch(self, field: Field) {
        let known = self.touched.with_untracked(|all| all.contains(&field));
        if !known {
            self.touched.write_untracked().insert(field);
            self.behind.update_value(|behind| behind.is_left = true);
            self.follow(0);
        }
    }
}
