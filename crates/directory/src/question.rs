//! What the directory is asked, and what it answers.

use serde::{Deserialize, Serialize};

/// Most repositories that a hit names.
pub const MOST_REPOSITORIES: usize = 3;

/// A search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What was typed. It is split at blanks and slashes (so that
    /// `kelpworks/web` finds the repository), case does not matter, and every
    /// word has to be somewhere in an entry. Of the text,
    /// [`MOST_CHARACTERS`](crate::MOST_CHARACTERS) and
    /// [`MOST_WORDS`](crate::MOST_WORDS) are read. Without words everything matches.
    pub words: String,
    /// Only what is sponsored now.
    pub sponsored_only: bool,
    /// Only what is in this category.
    pub category: Option<String>,
    /// What comes first.
    pub order: Order,
    /// How many hits to leave out at the beginning.
    pub skip: usize,
    /// How many hits to name at most; with 0 they are only counted.
    pub most: usize,
}

/// What comes first. Ties are broken by name, then by namespace, then by place
/// in what the index was built from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// What matches best: the namespace itself, before namespaces that begin with
    /// the word, before words of the name or title that begin with it, before
    /// names that have it inside, before repositories’ names, before
    /// descriptions. With several words their places are added up. Ties are
    /// broken by stars first. Without words it is [`Order::Name`].
    #[default]
    Relevance,
    /// By name, without regard to case.
    Name,
    /// Sponsored last comes first; what is not sponsored comes at the end.
    Newest,
    /// Pushed to last comes first; what never was comes at the end.
    Pushed,
    /// Most stars first.
    Stars,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// How many entries match all of the question.
    pub total: usize,
    /// How many of the sponsored match words and category.
    pub sponsored_total: usize,
    /// How many match words and category, sponsored or not.
    pub all_total: usize,
    /// How many match in each category, the category asked for aside: most
    /// first, then by key. Categories without a match are left out.
    pub categories: Vec<(String, usize)>,
    /// The entries asked for, in order.
    pub hits: Vec<Hit>,
}

/// An entry that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// Which entry, counted from 0 in what the index was built from.
    pub entry: usize,
    /// Up to [`MOST_REPOSITORIES`] of its repositories that have a word in name
    /// or description, counted from 0: those with the most words first, then
    /// those where they match best (the name itself, its beginning, a word of
    /// it, inside it, the description), then by name and place. Without words
    /// there are none.
    pub repositories: Vec<usize>,
}
