//! What a page reads from the server before it can show anything: awaited, there, or not to
//! be had.

use super::{not_shown::NotShown, skeleton};
use crate::api::ApiError;
use leptos::prelude::*;

/// How far reading is.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded<T> {
    /// The answer is awaited.
    Awaited,
    /// It is there.
    There(Box<T>),
    /// It could not be had.
    Failed(ApiError),
}

impl<T> From<Result<T, ApiError>> for Loaded<T> {
    fn from(answer: Result<T, ApiError>) -> Self {
        match answer {
            Ok(there) => Self::There(Box::new(there)),
            Err(error) => Self::Failed(error),
        }
    }
}

/// The page in each of these states.
#[component]
pub fn LoadedPage<T>(
    /// What is read.
    what: RwSignal<Loaded<T>>,
    /// The heading while it is awaited.
    heading: &'static str,
    /// The heading when it cannot be had, and nothing better is known.
    failed: &'static str,
    /// Reads it again.
    again: Callback<()>,
    /// The page once it is there.
    shown: fn(T) -> AnyView,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    view! {
        <div class="wrap">
            {move || match what.get() {
                Loaded::Awaited => view! { <Awaited heading=heading /> }.into_any(),
                Loaded::Failed(error) => {
                    view! { <NotShown error=error heading=failed again=again /> }.into_any()
                }
                Loaded::There(there) => shown(*there),
            }}
        </div>
    }
    .into_any()
}

/// Lines that stand for the page: they fill a window, as what comes does.
const LINES: usize = 18;

/// In place of a page that is being read.
#[component]
pub fn Awaited(
    /// What it will be about.
    heading: &'static str,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead" role="status">"It is being read from the server."</p>
        </div>
        {skeleton::lines(LINES)}
    }
}
