//! What becomes of files and figures, said aloud for those who do not see it.

use super::bench::Desk;
use super::files;
use crate::components::announcer::use_announcer;
use crate::platform::intl;
use leptos::prelude::*;
use pulls::query::Measure;
use pulls_worker::wire::{Progress, State};

/// Says what becomes of the files, and what a changed view adds up to.
pub fn follow(desk: Desk) {
    let announcer = use_announcer();
    let progress = desk.workbench.progress;
    Effect::new(move |before: Option<Standing>| {
        let before = before.unwrap_or_default();
        let (text, standing) = progress.with(|p| {
            let standing = Standing::of(p);
            (news(p, &before, &standing), standing)
        });
        if !text.is_empty() {
            announcer.say(text.trim_end());
        }
        standing
    });
    Effect::new(move |before: Option<Option<_>>| {
        let before = before.flatten();
        let Some((pulls, checks)) = desk.answer.with(|answer| {
            let totals = answer.as_ref().filter(|a| !a.partial)?.view.totals;
            Some((totals.pulls(), totals.checks))
        }) else {
            return before;
        };
        // Not followed: until its answer is there, a changed query adds up to nothing. The period
        // and the comparison change no sum.
        let asked = desk
            .query
            .with_untracked(|q| (q.span, q.measure, q.filters.clone()));
        if before.as_ref().is_some_and(|before| *before != asked) {
            announcer.say(sum(pulls, checks, asked.1));
        }
        Some(asked)
    });
}

/// Where the files stand: what was said of it is not said again.
#[derive(Default)]
struct Standing {
    reading: bool,
    words: Vec<(u32, &'static str)>,
}

impl Standing {
    fn of(progress: &Progress) -> Self {
        Self {
            reading: progress.reading,
            words: progress
                .files
                .iter()
                .map(|f| (f.file, files::status(&f.state).2))
                .collect(),
        }
    }
}

fn news(progress: &Progress, before: &Standing, now: &Standing) -> String {
    let names = files::names(progress);
    let mut text = String::new();
    for (file, word) in progress.files.iter().zip(&now.words) {
        // A refused file is an alert by itself; of the others, the progress tells.
        let is_said = matches!(
            file.state,
            State::Waiting | State::Reading | State::Counted | State::Refused(_)
        );
        if is_said || before.words.contains(word) {
            continue;
        }
        text.push_str(&file.name);
        text.push_str(": ");
        text.push_str(&word.1.to_lowercase());
        text.push_str(". ");
        for sentence in files::explain(file, &names).iter().take(1) {
            text.push_str(sentence);
            text.push(' ');
        }
    }
    if before.reading && !now.reading && progress.rows > 0 {
        text.push_str(&intl::number(progress.rows));
        text.push_str(if progress.rows == 1 {
            " row read."
        } else {
            " rows read."
        });
    }
    text
}

fn sum(pulls: u64, checks: u64, measure: Measure) -> String {
    let mut text = String::new();
    if measure != Measure::Checks {
        text.push_str(&intl::number(pulls));
        text.push_str(if pulls == 1 { " pull" } else { " pulls" });
    }
    if measure == Measure::Both {
        text.push_str(", ");
    }
    if measure != Measure::Pulls {
        text.push_str(&intl::number(checks));
        text.push_str(if checks == 1 {
            " version check"
        } else {
            " version checks"
        });
    }
    text
}
