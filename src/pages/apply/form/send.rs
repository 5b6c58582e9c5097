//! Sending what is typed, once, and what comes of it.

use super::{Form, SUMMARY_ID, draft};
use crate::{
    api::ApiError,
    pages::apply::purpose::Outcome,
    platform::{clock, focus, randomness},
};
use leptos::prelude::*;
use program::answers::{Field, FieldError};

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

impl Form {
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
