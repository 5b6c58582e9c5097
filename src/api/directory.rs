//! Who is in the program, and the page of a namespace: what everybody may read.

use super::{ApiError, Ask, session};
use crate::platform::{abort::Abort, first};
use ::api::{
    Problem,
    directory::{Directory, MOST, Order},
    paths,
    profile::{NamespacePage, RepositoryDetails},
};
use program::category::Category;
use serde::{Deserialize, de::DeserializeOwned};

/// What the server wrote into the page: the answer, or why there is none.
#[derive(Deserialize)]
struct First<T> {
    path: String,
    answer: Option<T>,
    problem: Option<Problem>,
}

/// What came with the page, if it is the answer to this.
fn first<T: DeserializeOwned>(path: &str) -> Option<Result<T, ApiError>> {
    let first: First<T> = serde_json::from_str(&first::taken()?).ok()?;
    if first.path != path {
        return None;
    }
    match (first.answer, first.problem) {
        (Some(answer), _) => Some(Ok(answer)),
        (None, Some(problem)) => Some(Err(ApiError::Refused(problem))),
        (None, None) => None,
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The words.
    pub words: String,
    /// Whether namespaces that are not in the program are looked for, too.
    pub is_all: bool,
    /// The topic, if one was chosen.
    pub topic: Option<Category>,
    /// The order.
    pub order: Order,
    /// How many are to be shown.
    pub show: usize,
}

/// The first namespaces that fit, as many as are wanted and there are. Those of `known` are
/// there already.
///
/// # Errors
/// When the server is away, or it was called off.
pub async fn part(
    wanted: &Wanted,
    known: Option<Directory>,
    abort: Option<&Abort>,
) -> Result<Directory, ApiError> {
    let mut known = known.map(|known| known.namespaces).unwrap_or_default();
    loop {
        let path = paths::directory(
            &wanted.words,
            wanted.is_all,
            wanted.topic.map(Category::id),
            wanted.order.id(),
            known.len(),
            wanted.show.saturating_sub(known.len()).min(MOST),
        );
        let ask = Ask {
            abort,
            ..Ask::get(&path)
        };
        let mut answer: Directory = match first(&path) {
            Some(answer) => answer?,
            None => ask.send().await?,
        };
        let is_end = answer.namespaces.is_empty();
        known.append(&mut answer.namespaces);
        if is_end || known.len() >= wanted.show.min(answer.total) {
            answer.namespaces = known;
            return Ok(answer);
        }
    }
}

/// The page of a namespace.
///
/// # Errors
/// There is no such namespace, or the server is away.
pub async fn page(name: &str) -> Result<NamespacePage, ApiError> {
    let path = paths::page(name);
    match first(&path) {
        Some(answer) => answer,
        None => Ask::get(&path).send().await,
    }
}

/// Whether the maintainers of a namespace publish how often it is pulled, as far as that can be
/// asked.
pub async fn has_totals(name: &str) -> bool {
    #[derive(Deserialize)]
    struct Page {
        has_totals: bool,
    }
    let page = Ask::get(&paths::page(name)).send::<Page>().await;
    page.is_ok_and(|page| page.has_totals)
}

/// A repository with its tags.
///
/// # Errors
/// There is no such repository, or the server is away.
pub async fn repository(name: &str, repository: &str) -> Result<RepositoryDetails, ApiError> {
    Ask::get(&paths::repository(name, repository)).send().await
}

/// What is read of an account here: the names alone.
#[derive(Deserialize)]
struct Names {
    namespaces: Vec<Name>,
}

#[derive(Deserialize)]
struct Name {
    namespace: String,
}

/// Whether whoever is signed in maintains the namespace. A stranger’s browser asks nothing.
pub async fn is_maintained(name: &str) -> bool {
    if !session::may_be_signed_in() {
        return false;
    }
    match Ask::get(paths::ACCOUNT).send::<Names>().await {
        Ok(account) => account.namespaces.iter().any(|one| one.namespace == name),
        Err(error) => {
            if error.is_stranger() {
                session::remember(false);
            }
            false
        }
    }
}
