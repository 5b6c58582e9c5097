//! Who is in: what the directory is asked, and what it answers.

use chrono::{DateTime, NaiveDate, Utc};
use program::{category::Category, sponsorship::Sponsorship};
use serde::{Deserialize, Serialize};

/// Namespaces that one answer has, unless more are asked for.
pub const USUAL: usize = 50;

/// Most namespaces that one answer has.
pub const MOST: usize = 500;

/// In which order namespaces are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Those that fit the words best first; by name, if there are none.
    #[default]
    Best,
    /// By name.
    Name,
    /// Those that joined last first.
    Newest,
    /// Those with the latest push first.
    Pushed,
    /// Those with the most stars first.
    Stars,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Best,
        Self::Name,
        Self::Newest,
        Self::Pushed,
        Self::Stars,
    ];

    /// The name in addresses; as serde writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Name => "name",
            Self::Newest => "newest",
            Self::Pushed => "pushed",
            Self::Stars => "stars",
        }
    }

    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Best => "Best match",
            Self::Name => "Name",
            Self::Newest => "Newest members",
            Self::Pushed => "Last pushed",
            Self::Stars => "Most stars",
        }
    }

    /// The order of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.id() == id)
    }
}

/// A part of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Directory {
    /// Today, in UTC, by the server’s clock.
    pub today: NaiveDate,
    /// How many namespaces there are that fit.
    pub total: usize,
    /// How many of those that fit the words and the category are sponsored.
    pub sponsored: usize,
    /// How many fit the words and the category, sponsored or not.
    pub all: usize,
    /// How many fit the words in each category, whichever is chosen; those with none are left out.
    pub categories: Vec<CategoryCount>,
    /// Those that were asked for, in order.
    pub namespaces: Vec<Listed>,
    /// When the registry was last read; nothing if there is none, or it was not yet.
    pub registry_read_at: Option<DateTime<Utc>>,
}

/// How many namespaces a category has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryCount {
    /// The category.
    pub category: Category,
    /// How many.
    pub count: usize,
}

/// A namespace in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Listed {
    /// The namespace.
    pub namespace: String,
    /// What it is called; empty if nobody said.
    pub name: String,
    /// What it is, in a line; empty if nobody said.
    pub description: String,
    /// What it is about.
    pub categories: Vec<Category>,
    /// Whether it is in the program.
    pub sponsorship: Sponsorship,
    /// The version of its logo, for the address; nothing if it has none.
    pub logo: Option<String>,
    /// How many repositories the registry lists.
    pub repositories: usize,
    /// When one of them was last pushed, by what the images say of themselves.
    pub pushed_at: Option<DateTime<Utc>>,
    /// Stars on its forge.
    pub stars: Option<u64>,
    /// Repositories that fit the words, best first, up to three, without the namespace.
    pub fitting: Vec<String>,
}
