//! The files that were opened: what each is, how far it is read, what is
//! wrong with it and what can be done.

use super::{bench::use_desk, words};
use crate::components::icon::{Icon, IconName};
use crate::platform::{focus, intl};
use leptos::prelude::*;
use pulls::header::{FileKind, NotAnExport};
use pulls_worker::wire::{FileState, Progress, Refusal, State};

/// The list.
#[component]
pub fn Files() -> impl IntoView {
    let bench = use_desk().workbench;
    let numbers = Memo::new(move |_| {
        bench
            .progress
            .with(|p| p.files.iter().map(|f| f.file).collect::<Vec<_>>())
    });
    view! {
        <ul class="files plain" aria-label="Files">
            <For each=move || numbers.get() key=|number| *number let:number>
                <FileLine number=number />
            </For>
        </ul>
    }
    .into_any()
}

#[component]
fn FileLine(
    /// Number of the file.
    number: u32,
) -> impl IntoView {
    let bench = use_desk().workbench;
    let file = Memo::new(move |_| {
        bench
            .progress
            .with(|p| p.files.iter().find(|f| f.file == number).cloned())
    });
    move || file.get().map(|file| line(&file).into_any())
}

fn line(file: &FileState) -> impl IntoView + use<> {
    let bench = use_desk().workbench;
    let number = file.file;
    let (icon, class, word) = status(&file.state);
    let role = if class == "state unmet" {
        Some("alert")
    } else {
        None
    };
    let actions = match &file.state {
        State::Held { .. } => vec![
            ("Count it too", Action::Include),
            ("Leave it out", Action::Remove),
        ],
        State::Aside { .. } => vec![
            ("Show this one instead", Action::Include),
            ("Close it", Action::Remove),
        ],
        // Beside what is open there is no room for any of it.
        State::TooLarge { fits: 0, .. } => vec![("Leave it out", Action::Remove)],
        State::TooLarge { .. } => vec![
            ("Read the part that fits", Action::ReadPart),
            ("Leave it out", Action::Remove),
        ],
        // It may be there again, and so may what reads it.
        State::Refused(Refusal::Unreadable | Refusal::Worker) => vec![
            ("Try again", Action::Include),
            ("Leave it out", Action::Remove),
        ],
        State::Same { .. } | State::Refused(_) => vec![("Leave it out", Action::Remove)],
        State::Counted | State::CountedInPart(_) => vec![("Close it", Action::Remove)],
        State::Waiting | State::Reading => vec![],
    };
    let buttons = actions
        .into_iter()
        .map(|(word, action)| {
            let act = move |_| {
                match action {
                    Action::Include => bench.include(number),
                    Action::ReadPart => bench.read_part(number),
                    Action::Remove => bench.remove(number),
                }
                // The button goes away with what it was there for.
                focus::heading();
            };
            view! { <button type="button" class="btn quiet small" on:click=act>{word}</button> }
        })
        .collect_view();
    let name = file.name.clone();
    let said: Vec<_> = explain(file, &bench.progress.with_untracked(names))
        .into_iter()
        .map(|text| view! { <p class="wrong">{text}</p> })
        .collect();
    view! {
        <li class="file">
            <div class="nm">
                <code>{name}</code>
                <span class=class><Icon of=icon />{word}</span>
            </div>
            <div role=role>{said}</div>
            <div class="file-actions">{buttons}</div>
        </li>
    }
    .into_any()
}

#[derive(Clone, Copy)]
enum Action {
    Include,
    ReadPart,
    Remove,
}

/// The files' names by their numbers.
pub fn names(progress: &Progress) -> Vec<(u32, String)> {
    let name = |f: &FileState| (f.file, f.name.clone());
    progress.files.iter().map(name).collect()
}

/// Icon, classes and word for where a file stands.
pub fn status(state: &State) -> (IconName, &'static str, &'static str) {
    match state {
        State::Waiting => (IconName::Checking, "state unsure", "Waiting"),
        State::Reading => (IconName::Checking, "state unsure", "Reading"),
        State::Counted => (IconName::Met, "state met", "Read"),
        State::CountedInPart(_) => (IconName::Person, "state person", "Read in part"),
        State::Held { .. } => (IconName::Person, "state person", "Not counted yet"),
        State::Same { .. } => (IconName::Person, "state person", "Open already"),
        State::Aside { .. } => (IconName::Person, "state person", "Left aside"),
        State::TooLarge { .. } => (IconName::Person, "state person", "Too large"),
        State::Refused(Refusal::NotAnExport(_)) => {
            (IconName::Unmet, "state unmet", "Not an export")
        }
        State::Refused(_) => (IconName::Unmet, "state unmet", "Not read"),
    }
}

/// One or two sentences: what is, why, and what to do.
pub fn explain(file: &FileState, names: &[(u32, String)]) -> Vec<String> {
    let name_of = |number: u32| {
        names
            .iter()
            .find(|n| n.0 == number)
            .map_or_else(String::new, |n| n.1.clone())
    };
    let rows = |n: u64| intl::number(n);
    let mut said = Vec::new();
    match &file.state {
        State::Waiting => said.push(intl::bytes(file.size as f64)),
        State::Reading | State::Counted => {
            let mut text = rows(file.rows);
            text.push_str(if file.rows == 1 { " row" } else { " rows" });
            if let Some(kind) = file.kind {
                text.push_str(", ");
                text.push_str(words::kind(kind));
            }
            if let Some(span) = file.span {
                text.push_str(", ");
                text.push_str(&words::span(span));
            }
            said.push(text);
            said.extend(skips(file));
        }
        State::CountedInPart(bytes) => {
            said.push(
                [
                    "The first ",
                    &intl::bytes(*bytes as f64),
                    " of ",
                    &intl::bytes(file.size as f64),
                    ": ",
                    &rows(file.rows),
                    " rows. The rest of the file is not counted.",
                ]
                .concat(),
            );
            said.extend(skips(file));
        }
        State::Held { with, shared } => {
            let mut text = ["It shares ", &shared.repositories.join(", ")].concat();
            if let Some(span) = shared.span {
                text.push_str(", ");
                text.push_str(&words::span(span));
            }
            text.push_str(", with ");
            text.push_str(&name_of(*with));
            text.push_str(if shared.same_counts {
                ", row for row as many. "
            } else {
                ". "
            });
            text.push_str(
                "Counting both would count these pulls twice, so it is left out until you say.",
            );
            said.push(text);
        }
        State::Same { as_file } => said.push(
            [
                "It is the same file as ",
                &name_of(*as_file),
                ", which is open: nothing is counted twice.",
            ]
            .concat(),
        ),
        State::TooLarge {
            rows: estimate,
            fits,
        } => {
            let bytes = intl::bytes(*fits as f64);
            let way = match fits {
                0 => ["Close what is open", ""],
                _ => ["Its first ", &bytes],
            };
            said.push(
                [
                    "It holds about ",
                    &rows(*estimate),
                    " rows in ",
                    &intl::bytes(file.size as f64),
                    "; the memory of a browser tab is enough for ",
                    &rows(pulls_worker::open::MAX_ROWS),
                    " in all. ",
                    way[0],
                    way[1],
                    if *fits > 0 { " can be read" } else { " first" },
                    ", or choose a shorter span when you export.",
                ]
                .concat(),
            );
        }
        State::Aside { counted } => said.push(
            [
                "It says the same pulls as the ",
                words::kind(*counted),
                if file.kind > Some(*counted) {
                    " file, in less detail, so it is not added to it."
                } else {
                    " file, which is shown instead, so it is not added to it."
                },
            ]
            .concat(),
        ),
        State::Refused(refusal) => said.extend(refused(file, refusal)),
    }
    said
}

fn refused(file: &FileState, refusal: &Refusal) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match refusal {
        Refusal::NotAnExport(NotAnExport::Empty) => one("The file is empty. Download the export again."),
        Refusal::NotAnExport(NotAnExport::NotCsv(looks)) => vec![
            words::looks(*looks).to_owned(),
            "A raw, summary or trends export was expected: CSV, plain or as .gz.".to_owned(),
        ],
        Refusal::NotAnExport(NotAnExport::WrongColumns { missing, found }) => {
            let missing = if missing.is_empty() { "action, action_day, reference".to_owned() } else { missing.join(", ") };
            let mut shown: Vec<&str> = found.iter().map(String::as_str).take(20).collect();
            if found.len() > shown.len() {
                shown.push("…");
            }
            vec![
                ["A raw, summary or trends export was expected. For raw, these columns are missing: ", &missing, "."].concat(),
                ["Found: ", &shown.join(", "), "."].concat(),
            ]
        }
        Refusal::NoRows => one("It has a header line and no rows. Was the span of the export empty? Choose another one and export again."),
        Refusal::AllSkipped => {
            let mut said = one("No row could be read.");
            said.extend(skips(file));
            said
        }
        Refusal::Truncated => one("The gzip file ends too early: its download was cut off. Download it again."),
        Refusal::Damaged => one("The gzip file is damaged and cannot be unpacked. Download it again."),
        Refusal::Unreadable => one("The browser could not read the file: it was changed, moved or removed after it was chosen. Choose it again."),
        Refusal::TooManyValues(column) => {
            let limit = intl::number(u64::from(pulls::dictionary::MAX_VALUES));
            vec![["The column ", column.name(), " has more than ", &limit, " distinct values, more than is kept exactly. Choose a shorter span when you export."].concat()]
        }
        Refusal::Publisher(found) => vec![["It is JSON, but no answer of the publisher API, which holds \u{201c}pulls\u{201d} or \u{201c}repos\u{201d}: ", found, "."].concat()],
        Refusal::Unpacked => one("Unpacked it holds more rows than a browser tab has memory for. Choose a shorter span when you export."),
        Refusal::Worker => one("The part that reads files stopped. Reload the page and open the file again."),
    }
}

/// How many rows were skipped, with the first lines.
pub fn skips(file: &FileState) -> Option<String> {
    if file.skipped == 0 {
        return None;
    }
    let mut text = intl::number(file.skipped);
    text.push_str(if file.skipped == 1 {
        " row skipped: "
    } else {
        " rows skipped: "
    });
    for (at, (line, row)) in file.told.iter().enumerate().take(3) {
        if at > 0 {
            text.push_str("; ");
        }
        text.push_str("line ");
        text.push_str(&intl::number(*line));
        text.push_str(", ");
        text.push_str(&words::skip(row.why));
    }
    if file.skipped > 3 {
        text.push_str("; all are listed under \u{201c}Where these numbers come from\u{201d}");
    }
    text.push('.');
    Some(text)
}

/// Whether a kind of file holds single records.
pub fn has_records(kind: Option<FileKind>) -> bool {
    kind.is_some_and(|k| k == FileKind::Raw)
}
