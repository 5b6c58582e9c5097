//! Names of namespaces: how they are written, checked while they are typed.

use core::fmt;
use serde::{Deserialize, Serialize};

/// Most characters of a name. Registries allow 255 for a whole image name
/// (OCI distribution specification, “Pulling manifests”); half is left for the repository.
pub const MOST_CHARACTERS: usize = 128;

/// A namespace: small letters and digits, parted by single dots, hyphens or
/// underscores, `^[a-z0-9]+(?:[._-][a-z0-9]+)*$`, which is a path component of
/// the OCI distribution specification without its doubled separators.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct Namespace(String);

/// Why a text is not a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceError {
    /// Nothing was written.
    Empty,
    /// More than [`MOST_CHARACTERS`].
    TooLong(usize),
    /// A character that no name has.
    Character(char),
    /// It begins or ends with a separator.
    Edge(char),
    /// Two separators in a row.
    Doubled(char, char),
}

impl fmt::Display for NamespaceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("Write the name, such as kelpworks."),
            Self::TooLong(length) => write!(
                formatter,
                "The name has {length} characters. Up to {MOST_CHARACTERS} fit."
            ),
            Self::Character('/') => formatter
                .write_str("Write the part before the slash: the namespace, without a repository."),
            Self::Character(character) if character.is_uppercase() => write!(
                formatter,
                "A name has small letters: {} instead of {character}.",
                character.to_lowercase()
            ),
            Self::Character(character) if character.is_whitespace() => {
                formatter.write_str("A name has no spaces. A hyphen can part words.")
            }
            Self::Character(character) if character.is_alphanumeric() => write!(
                formatter,
                "{character} (U+{:04X}) is not one of the letters a to z or the digits 0 to 9.",
                *character as u32
            ),
            Self::Character(character) => write!(
                formatter,
                "A name has small letters and digits, parted by dots, hyphens or underscores; {} (U+{:04X}) is none of them.",
                if character.is_control() {
                    '\u{fffd}'
                } else {
                    *character
                },
                *character as u32
            ),
            Self::Edge(separator) => write!(
                formatter,
                "A name begins and ends with a letter or digit, not with {separator}."
            ),
            Self::Doubled(first, second) => write!(
                formatter,
                "{first}{second} are two separators in a row. Leave one of them."
            ),
        }
    }
}

impl std::error::Error for NamespaceError {}

fn separates(character: char) -> bool {
    matches!(character, '.' | '_' | '-')
}

impl Namespace {
    /// Reads a name as it was typed; blanks around it are forgiven.
    ///
    /// # Errors
    /// The first thing that is wrong with it, from the left.
    pub fn parse(text: &str) -> Result<Self, NamespaceError> {
        let text = text.trim();
        let length = text.chars().count();
        if length > MOST_CHARACTERS {
            return Err(NamespaceError::TooLong(length));
        }
        let mut before: Option<char> = None;
        for character in text.chars() {
            if separates(character) {
                match before {
                    None => return Err(NamespaceError::Edge(character)),
                    Some(other) if separates(other) => {
                        return Err(NamespaceError::Doubled(other, character));
                    }
                    Some(_) => {}
                }
            } else if !character.is_ascii_lowercase() && !character.is_ascii_digit() {
                return Err(NamespaceError::Character(character));
            }
            before = Some(character);
        }
        match before {
            None => Err(NamespaceError::Empty),
            Some(last) if separates(last) => Err(NamespaceError::Edge(last)),
            Some(_) => Ok(Self(text.to_owned())),
        }
    }

    /// The name as it is written in the names of images.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Namespace {
    type Error = NamespaceError;

    fn try_from(text: String) -> Result<Self, NamespaceError> {
        Self::parse(&text)
    }
}

impl From<Namespace> for String {
    fn from(namespace: Namespace) -> Self {
        namespace.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule as it is written down, by hand.
    fn by_the_rule(text: &str) -> bool {
        !text.is_empty()
            && text.len() <= MOST_CHARACTERS
            && text.split(['.', '_', '-']).all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            })
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        for (text, part) in [
            ("", "such as"),
            ("Kelp", "k instead of K"),
            ("kelp works", "no spaces"),
            ("kelp/web", "before the slash"),
            ("kélp", "U+00E9"),
            ("kelp!", "U+0021"),
            ("k\0lp", "U+0000"),
            ("-kelp", "begins and ends"),
            ("kelp.", "begins and ends"),
            ("kelp--works", "two separators"),
            ("kelp._works", "two separators"),
            // A Cyrillic letter that looks like an a.
            ("k\u{430}lp", "U+0430"),
        ] {
            let words = Namespace::parse(text).unwrap_err().to_string();
            assert!(words.contains(part), "{text}: {words}");
            assert!(words.ends_with('.') && !words.contains('\0'), "{words}");
        }
        let long = "a".repeat(5_000);
        assert_eq!(Namespace::parse(&long), Err(NamespaceError::TooLong(5_000)));
    }

    #[test]
    fn blanks_around_are_forgiven() {
        assert_eq!(Namespace::parse(" fluent\n").unwrap().as_str(), "fluent");
    }

    proptest! {
        #[test]
        fn the_rule_is_the_rule(text in "[a-zA-Z0-9._/ é-]{0,12}") {
            let text = text.trim();
            prop_assert_eq!(Namespace::parse(text).is_ok(), by_the_rule(text));
        }

        #[test]
        fn names_come_through_json(name in "[a-z0-9]{1,9}(?:[._-][a-z0-9]{1,9}){0,3}") {
            let namespace = Namespace::parse(&name).unwrap();
            let json = serde_json::to_string(&namespace).unwrap();
            prop_assert_eq!(serde_json::from_str::<Namespace>(&json).unwrap(), namespace);
        }
    }
}
