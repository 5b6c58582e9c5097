//! What maintainers say of their namespace and of each repository, and the documentation that
//! the badge asks of a repository page.

use crate::{
    answers::web_address,
    category::{self, Category},
    text::{self, Limit},
};
use serde::{Deserialize, Serialize};

/// What everybody reads of a namespace. Empty texts are not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    /// What it is, in a line.
    pub description: String,
    /// The address of its website.
    pub website: String,
    /// The address of its source.
    pub source: String,
    /// The address of its contributing guide.
    pub contributing: String,
    /// What it is about, up to [`category::MOST`].
    pub categories: Vec<Category>,
}

/// What everybody reads of a repository. Empty texts are not said; an address that is not said
/// here is that of the namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RepositoryPage {
    /// What it is, in a line.
    pub description: String,
    /// The same at length, in Markdown.
    pub about: String,
    /// The address of its website.
    pub website: String,
    /// The address of its source.
    pub source: String,
    /// The address of its contributing guide.
    pub contributing: String,
}

/// A field of a profile or a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProfileField {
    /// What the namespace is called.
    Name,
    /// What it is, in a line.
    Description,
    /// The same at length.
    About,
    /// The website.
    Website,
    /// The source.
    Source,
    /// The contributing guide.
    Contributing,
    /// What it is about.
    Categories,
}

impl ProfileField {
    /// The name in forms and problems.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Name => "profile-name",
            Self::Description => "profile-description",
            Self::About => "profile-about",
            Self::Website => "profile-website",
            Self::Source => "profile-source",
            Self::Contributing => "profile-contributing",
            Self::Categories => "profile-categories",
        }
    }
}

/// A field that is wrong, and what to do.
pub type ProfileError = (ProfileField, String);

fn limited(field: ProfileField, limit: Limit, text: &str) -> Option<ProfileError> {
    limit
        .check(text)
        .err()
        .map(|error| (field, error.to_string()))
}

fn address(field: ProfileField, text: &str) -> Option<ProfileError> {
    web_address(text).map(|message| (field, message))
}

impl Profile {
    /// What is wrong with it, in the order of the form.
    pub fn errors(&self) -> Vec<ProfileError> {
        let many = self.categories.len() > category::MOST;
        let mut twice = self.categories.clone();
        twice.sort_unstable();
        let twice = twice.windows(2).any(|pair| pair[0] == pair[1]);
        let categories = (many || twice).then(|| {
            let words = format!("Choose up to {} categories, each once.", category::MOST);
            (ProfileField::Categories, words)
        });
        [
            limited(ProfileField::Name, text::DISPLAY_NAME, &self.name),
            limited(
                ProfileField::Description,
                text::DESCRIPTION,
                &self.description,
            ),
            address(ProfileField::Website, &self.website),
            address(ProfileField::Source, &self.source),
            address(ProfileField::Contributing, &self.contributing),
            categories,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl RepositoryPage {
    /// What is wrong with it, in the order of the form.
    pub fn errors(&self) -> Vec<ProfileError> {
        [
            limited(
                ProfileField::Description,
                text::DESCRIPTION,
                &self.description,
            ),
            limited(ProfileField::About, text::ABOUT, &self.about),
            address(ProfileField::Website, &self.website),
            address(ProfileField::Source, &self.source),
            address(ProfileField::Contributing, &self.contributing),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What it says, with what images say of themselves where it says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let or = |own: String, other: String| if own.trim().is_empty() { other } else { own };
        Self {
            description: or(self.description, other.description),
            about: or(self.about, other.about),
            website: or(self.website, other.website),
            source: or(self.source, other.source),
            contributing: or(self.contributing, other.contributing),
        }
    }

    /// What the badge asks for and this page, in that namespace, does not have.
    pub fn missing(&self, profile: &Profile) -> Vec<Documentation> {
        let said = |own: &str, all: &str| !own.trim().is_empty() || !all.trim().is_empty();
        let has = |part| match part {
            Documentation::Description => said(&self.description, ""),
            Documentation::Source => said(&self.source, &profile.source),
            Documentation::Contributing => said(&self.contributing, &profile.contributing),
            Documentation::Website => said(&self.website, &profile.website),
        };
        Documentation::ALL
            .into_iter()
            .filter(|part| !has(*part))
            .collect()
    }
}

/// What the badge asks of a repository page (“Documented”).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Documentation {
    /// What it is.
    Description,
    /// A link to its source.
    Source,
    /// A link to its contributing guide.
    Contributing,
    /// A link to its website.
    Website,
}

impl Documentation {
    /// All of it, in order.
    pub const ALL: [Self; 4] = [
        Self::Description,
        Self::Source,
        Self::Contributing,
        Self::Website,
    ];

    /// As people read it in a list.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Source => "source",
            Self::Contributing => "contributing guide",
            Self::Website => "website",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            name: "Kelpworks".to_owned(),
            description: "Tide tables as a service.".to_owned(),
            website: "https://kelpworks.example".to_owned(),
            source: "https://forge.example/kelpworks".to_owned(),
            contributing: "https://forge.example/kelpworks/CONTRIBUTING.md".to_owned(),
            categories: vec![Category::Science, Category::Maps],
        }
    }

    #[test]
    fn what_is_wrong_is_named_field_by_field() {
        assert_eq!(profile().errors(), []);
        let wrong = Profile {
            name: "n".repeat(61),
            description: "two\nlines".to_owned(),
            website: "javascript:alert(1)".to_owned(),
            source: "kelpworks".to_owned(),
            contributing: "https://a b.example".to_owned(),
            categories: vec![Category::Web, Category::Web],
        };
        let fields: Vec<_> = wrong.errors().into_iter().map(|(field, _)| field).collect();
        let expected = [
            ProfileField::Name,
            ProfileField::Description,
            ProfileField::Website,
            ProfileField::Source,
            ProfileField::Contributing,
            ProfileField::Categories,
        ];
        assert_eq!(fields, expected);
        let long = RepositoryPage {
            about: "<script>".repeat(131_072),
            ..RepositoryPage::default()
        };
        assert_eq!(
            long.errors(),
            [(
                ProfileField::About,
                "The text has 1048576 characters. Up to 25000 fit.".to_owned()
            )]
        );
    }

    #[test]
    fn complaint_6_what_a_page_lacks_is_named() {
        let none = RepositoryPage::default();
        assert_eq!(none.missing(&Profile::default()), Documentation::ALL);
        assert_eq!(none.missing(&profile()), [Documentation::Description]);
        let labels = RepositoryPage {
            description: "A tide clock.".to_owned(),
            ..RepositoryPage::default()
        };
        assert_eq!(none.or(labels).missing(&profile()), []);
    }
}
