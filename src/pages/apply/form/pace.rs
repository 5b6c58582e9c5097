//! The form's pace: a key only puts its letter into the answers; what follows from it is worked
//! out in the next pause. A key or a press asks for no animation frame of its own: that would
//! run before its picture is painted.

use super::{Form, Sending};
use crate::platform::clock;
use leptos::prelude::*;
use program::answers::{Answers, Field, FieldError};
use std::collections::BTreeSet;

/// Milliseconds after a key before what follows from it is worked out: longer than from key to
/// key of somebody who types, so that it falls into no key's way.
const PAUSE_MS: f64 = 250.0;

/// Milliseconds after a choice, or after a field was left, before what follows is worked out:
/// longer than its picture takes on a slow machine, shorter than anybody notices.
const PICTURE_MS: f64 = 60.0;

/// Milliseconds after which the draft is kept although somebody types on without a pause.
const LONGEST_MS: f64 = 1_000.0;

/// What was typed and left and has had no consequences yet. Times are of the page's own clock.
#[derive(Default)]
pub(super) struct Behind {
    /// When what follows is to be worked out.
    due_ms: f64,
    /// When the timer goes off that will see to it; one that goes off at another time was set
    /// before and is void.
    timer_ms: Option<f64>,
    /// When the first of it was typed, or the draft kept since.
    since_ms: Option<f64>,
    /// Fields that hold something else now.
    pub(super) changed: BTreeSet<Field>,
    /// Fields that were left.
    left: BTreeSet<Field>,
    /// When the first of them was.
    left_ms: Option<f64>,
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
        self.follow(PICTURE_MS);
    }

    /// Changes the answers, and at once everything that follows from them.
    pub fn change(self, field: Field, change: impl FnOnce(&mut Answers)) {
        self.take_in(field, change);
        self.catch_up();
    }

    /// A field was left: what is wrong with it may show.
    pub fn touch(self, field: Field) {
        if self.touched.with_untracked(|all| all.contains(&field)) {
            return;
        }
        let now_ms = clock::elapsed_ms();
        self.behind.update_value(|behind| {
            behind.left.insert(field);
            behind.left_ms.get_or_insert(now_ms);
        });
        self.follow(PICTURE_MS);
    }

    fn take_in(self, field: Field, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.write_untracked());
        // Other words are another sending.
        self.key.set_value(None);
        self.behind.update_value(|behind| {
            behind.changed.insert(field);
        });
    }

    /// Catches up after so many milliseconds, unless something else is typed or chosen by then.
    fn follow(self, delay_ms: f64) {
        let now_ms = clock::elapsed_ms();
        let asked = self.behind.try_update_value(|behind| {
            let due_ms = now_ms + delay_ms;
            // What is wrong with a field that was left shows while the next one is typed into.
            behind.due_ms = behind
                .left_ms
                .map_or(due_ms, |left_ms| due_ms.min(left_ms + PICTURE_MS));
            let is_long = now_ms - *behind.since_ms.get_or_insert(now_ms) >= LONGEST_MS;
            if is_long {
                behind.since_ms = Some(now_ms);
            }
            let is_seen_to = behind
                .timer_ms
                .is_some_and(|timer_ms| timer_ms <= behind.due_ms);
            (behind.due_ms, is_seen_to, is_long)
        });
        let Some((due_ms, is_seen_to, is_long)) = asked else {
            return;
        };
        if !is_seen_to {
            self.wake_at(due_ms, now_ms);
        }
        if is_long {
            clock::next_frame(move || {
                clock::after(0, move || {
                    if self.is_behind() {
                        self.keep();
                    }
                });
            });
        }
    }

    /// Sets the timer, in place of the one that is set.
    fn wake_at(self, timer_ms: f64, now_ms: f64) {
        self.behind
            .update_value(|behind| behind.timer_ms = Some(timer_ms));
        let delay_ms = (timer_ms - now_ms).ceil() as u32;
        clock::after(delay_ms, move || self.wake(timer_ms));
    }

    /// The timer went off that was set for this time. A key only moves what is due: setting a
    /// timer for each would cost more than the letter.
    fn wake(self, timer_ms: f64) {
        let due_ms = self.behind.try_update_value(|behind| {
            behind.timer_ms.take_if(|set_ms| *set_ms == timer_ms)?;
            behind.since_ms.is_some().then_some(behind.due_ms)
        });
        let Some(due_ms) = due_ms.flatten() else {
            return;
        };
        let now_ms = clock::elapsed_ms();
        if due_ms > now_ms {
            self.wake_at(due_ms, now_ms);
        } else {
            self.catch_up();
        }
    }

    /// Whether something was typed and what follows from it is not worked out yet.
    pub fn is_behind(self) -> bool {
        self.behind
            .try_with_value(|behind| !behind.changed.is_empty())
            .unwrap_or_default()
    }

    /// Works out what follows from everything that was typed and left so far, and keeps it.
    pub fn catch_up(self) {
        let Some((changed, left)) = self.behind.try_update_value(|behind| {
            (behind.since_ms, behind.left_ms) = (None, None);
            (
                std::mem::take(&mut behind.changed),
                std::mem::take(&mut behind.left),
            )
        }) else {
            return;
        };
        if !left.is_empty() {
            self.touched.update(|touched| touched.extend(left));
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
}
