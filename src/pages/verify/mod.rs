//! Is this badge genuine? By the name of a namespace, or by a credential that was pasted; both
//! are checked in the visitor’s browser, against the program’s public keys.

mod answer;
mod ask;
mod awaited;
mod check;
mod found;
mod kept;
mod reasons;
mod scale;
mod verdict;

use crate::{
    api::ApiError,
    components::{
        announcer::{Announce, use_announcer},
        words::Local,
    },
    platform::{clock, focus},
    routes::Route,
};
use answer::{About, Again, Answer, Coming, VERDICT_ID, VerdictLine};
use found::{Found, Token};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use program::namespace::Namespace;

/// What is checked.
#[derive(Clone, Debug, PartialEq)]
enum Question {
    /// What is published of a namespace.
    Name(Namespace),
    /// What was pasted.
    Pasted(Box<Token>),
}

impl Question {
    /// What it is about.
    fn words(&self) -> String {
        match self {
            Self::Name(name) => name.to_string(),
            Self::Pasted(_) => "what you pasted".to_owned(),
        }
    }
}

/// What is shown below the two ways in.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    /// Nothing was asked yet.
    Nothing,
    /// It is being checked: this.
    Checking(String),
    /// What was found.
    Found(Box<Found>),
    /// Of this name nothing could be had.
    Failed(Namespace, ApiError),
}

/// The page’s state; copy it freely.
#[derive(Clone, Copy)]
pub struct Page {
    shown: RwSignal<Shown>,
    /// What was asked last.
    question: StoredValue<Option<Question>>,
    /// How often something was asked: an answer to an earlier question comes too late.
    turn: StoredValue<u32>,
    /// What is typed as a name.
    name: RwSignal<String>,
    /// What is wrong with it.
    name_error: RwSignal<Option<String>>,
    /// What is pasted.
    pasted: RwSignal<String>,
    /// What is wrong with it.
    pasted_error: RwSignal<Option<String>>,
    announcer: Announce,
}

impl Page {
    /// What was asked is no question: what was found before answers it as little.
    fn forget(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.question.set_value(None);
        self.shown.set(Shown::Nothing);
    }

    /// The page as it begins: with an address that names a namespace, by checking it.
    fn new(path: &str) -> Self {
        let named = Route::Verify.part_below(path);
        let shown = match named.map(Namespace::parse) {
            Some(Ok(name)) => Shown::Checking(name.to_string()),
            _ => Shown::Nothing,
        };
        Self {
            shown: RwSignal::new(shown),
            question: StoredValue::new(None),
            turn: StoredValue::new(0),
            name: RwSignal::new(named.unwrap_or_default().to_owned()),
            name_error: RwSignal::new(None),
            pasted: RwSignal::new(String::new()),
            pasted_error: RwSignal::new(None),
            announcer: use_announcer(),
        }
    }

    /// Goes where the address leads.
    fn follow(self, named: Option<&str>) {
        match named.map(Namespace::parse) {
            Some(Ok(name)) => {
                self.name.set(name.to_string());
                self.name_error.set(None);
                self.run(Question::Name(name));
            }
            other => {
                // What comes of it is a check’s to say.
                kept::read_keys();
                // What is still being checked is not asked for any more.
                self.forget();
                self.name.set(named.unwrap_or_default().to_owned());
                self.name_error
                    .set(other.and_then(Result::err).map(|wrong| wrong.to_string()));
            }
        }
    }

    /// Checks the same once more.
    fn again(self) {
        if let Some(question) = self.question.get_value() {
            kept::press();
            self.run(question);
        }
    }

    fn run(self, question: Question) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.shown.set(Shown::Checking(question.words()));
        self.question.set_value(Some(question.clone()));
        leptos::task::spawn_local(async move {
            let shown = match question {
                Question::Name(name) => match check::of_name(&name).await {
                    Ok(found) => Shown::Found(Box::new(found)),
                    Err(error) => Shown::Failed(name, error),
                },
                Question::Pasted(token) => Shown::Found(Box::new(check::of_pasted(*token).await)),
            };
            // The reader may have asked for something else by then, or gone.
            if self.turn.try_get_value() == Some(turn) {
                self.show(shown);
            }
        });
    }

    /// Shows what came of it and says it aloud. Whoever pressed a button for it is led there.
    fn show(self, shown: Shown) {
        let said = match &shown {
            Shown::Found(found) => verdict::verdict(found, &Local),
            Shown::Failed(name, error) => verdict::failure(name.as_str(), error),
            Shown::Nothing | Shown::Checking(_) => return,
        };
        self.shown.set(shown);
        self.announcer
            .say(format!("{}. {}", said.heading, said.sentence));
        if kept::was_pressed() {
            clock::next_frame(|| {
                focus::by_id(VERDICT_ID);
            });
        }
    }
}

/// The page.
#[component]
pub fn Verify() -> impl IntoView {
    // Not the window's own: the router writes that one last.
    let path = use_location().pathname;
    let page = path.with_untracked(|path| Page::new(path));
    Effect::new(move |_| {
        let path = path.get();
        // The reader may be leaving.
        if Route::of_path(&path) == Route::Verify {
            page.follow(Route::Verify.part_below(&path));
        }
    });
    view! {
        <div class="wrap verify">
            <div class="page-head">
                <h1 tabindex="-1">"Is this badge genuine?"</h1>
                <p class="lead">
                    "Checked here, in your browser, against the program’s public keys. A badge is only a picture; what counts is the signed credential behind it."
                </p>
            </div>
            <ask::Ways page=page />
            <div
                class="checked"
                aria-busy=move || {
                    page.shown.with(|shown| matches!(shown, Shown::Checking(_))).then_some("true")
                }
            >
                {move || match page.shown.get() {
                    Shown::Nothing => view! { <About /> }.into_any(),
                    Shown::Checking(what) => view! { <Coming what=what /> }.into_any(),
                    Shown::Found(found) => view! { <Answer page=page found=*found /> }.into_any(),
                    Shown::Failed(name, error) => {
                        view! {
                            <VerdictLine said=verdict::failure(name.as_str(), &error)>
                                <Again
                                    page=page
                                    word=if error.is_away() { "Try again" } else { "Check again" }
                                />
                            </VerdictLine>
                        }
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}
