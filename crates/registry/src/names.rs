//! Names of repositories, tags and digests: the only texts of a registry that
//! become part of a path, and therefore the strictest.

use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// Most bytes of a repository’s name, in bytes (OCI Distribution Specification 1.1,
/// “Pulling manifests”: many clients limit host and name together to 255).
pub const MOST_NAME_BYTES: usize = 255;

/// Most bytes of a tag, in bytes.
pub const MOST_TAG_BYTES: usize = 128;

/// A repository’s name: path parts of small letters and digits, parted inside by
/// one dot, one or two underscores or any number of hyphens,
/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(String);

/// A tag, `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// A digest, `sha256:` with 64 or `sha512:` with 128 small hexadecimal digits
/// (OCI Image Specification 1.1, “Digests”). Other algorithms are refused: what
/// cannot be checked is not fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// How a digest was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// What a manifest is asked for by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A tag, which may move.
    Tag(Tag),
    /// A digest, which does not.
    Digest(Digest),
}

/// Why a text is not a repository’s name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositoryNameError {
    /// Nothing was written.
    Empty,
    /// More than [`MOST_NAME_BYTES`]: how many bytes there are.
    TooLong(usize),
    /// A part between slashes is empty.
    EmptyPart,
    /// A part consists of dots, as in a path that climbs.
    Dots,
    /// A capital letter.
    Capital(char),
    /// A letter or digit of another script, which may look like one of ours.
    Foreign(char),
    /// Another character that no name has.
    Character(char),
    /// A part begins or ends with a separator.
    Edge(char),
    /// Separators in a row that no name has.
    Separators(String),
}

/// Why a text is not a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagError {
    /// Nothing was written.
    Empty,
    /// More than [`MOST_TAG_BYTES`]: how many bytes there are.
    TooLong(usize),
    /// It begins with a dot or a hyphen.
    Start(char),
    /// A letter or digit of another script, which may look like one of ours.
    Foreign(char),
    /// Another character that no tag has.
    Character(char),
}

/// Why a text is not a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigestError {
    /// It is not of the form `algorithm:digits`.
    Form,
    /// An algorithm other than SHA-256 and SHA-512.
    Algorithm,
    /// Another number of digits than the algorithm has.
    Length {
        /// What it was computed with.
        algorithm: Algorithm,
        /// How many characters follow the colon.
        found: usize,
    },
    /// A capital letter among the digits.
    Capital(char),
    /// Another character that is no small hexadecimal digit.
    Character(char),
}

/// How a character is shown in a sentence: control characters would not be.
fn shown(character: char) -> char {
    if character.is_control() {
        '\u{fffd}'
    } else {
        character
    }
}

fn foreign(formatter: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    write!(
        formatter,
        "{character} (U+{:04X}) is not one of the letters a to z or the digits 0 to 9, even if it looks like one.",
        character as u32
    )
}

impl fmt::Display for RepositoryNameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("The name of the repository is empty."),
            Self::TooLong(length) => write!(
                formatter,
                "The name of the repository has {length} bytes, and up to {MOST_NAME_BYTES} fit."
            ),
            Self::EmptyPart => formatter.write_str(
                "A name has no slash at its beginning or end and no two slashes in a row.",
            ),
            Self::Dots => {
                formatter.write_str("A part of the name consists of dots, which would be a path.")
            }
            Self::Capital(character) => write!(
                formatter,
                "A name has small letters: {} instead of {character}.",
                character.to_ascii_lowercase()
            ),
            Self::Foreign(character) => foreign(formatter, *character),
            Self::Character(character) => write!(
                formatter,
                "A name has small letters, digits, dots, underscores, hyphens and slashes; {} (U+{:04X}) is none of them.",
                shown(*character),
                *character as u32
            ),
            Self::Edge(separator) => write!(
                formatter,
                "Each part of a name begins and ends with a letter or digit, not with {separator}."
            ),
            Self::Separators(run) => write!(
                formatter,
                "{run} does not part words: one dot, one or two underscores or hyphens alone do."
            ),
        }
    }
}

impl fmt::Display for TagError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("The tag is empty."),
            Self::TooLong(length) => write!(
                formatter,
                "The tag has {length} bytes, and up to {MOST_TAG_BYTES} fit."
            ),
            Self::Start(character) => write!(
                formatter,
                "A tag begins with a letter, a digit or an underscore, not with {character}."
            ),
            Self::Foreign(character) => foreign(formatter, *character),
            Self::Character(character) => write!(
                formatter,
                "A tag has letters, digits, dots, underscores and hyphens; {} (U+{:04X}) is none of them.",
                shown(*character),
                *character as u32
            ),
        }
    }
}

impl fmt::Display for DigestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => formatter
                .write_str("A digest is written as its algorithm, a colon and hexadecimal digits."),
            Self::Algorithm => {
                formatter.write_str("The digest is of an algorithm other than sha256 and sha512.")
            }
            Self::Length { algorithm, found } => write!(
                formatter,
                "A digest of {algorithm} has {} digits, not {found}.",
                algorithm.digits()
            ),
            Self::Capital(character) => write!(
                formatter,
                "A digest has small letters: {} instead of {character}.",
                character.to_ascii_lowercase()
            ),
            Self::Character(character) => write!(
                formatter,
                "A digest has the digits 0 to 9 and a to f; {} (U+{:04X}) is none of them.",
                shown(*character),
                *character as u32
            ),
        }
    }
}

impl RepositoryName {
    /// Reads a name exactly as it is written.
    ///
    /// # Errors
    /// What is wrong with the first part that is not right.
    pub fn parse(text: &str) -> Result<Self, RepositoryNameError> {
        if text.is_empty() {
            return Err(RepositoryNameError::Empty);
        }
        if text.len() > MOST_NAME_BYTES {
            return Err(RepositoryNameError::TooLong(text.len()));
        }
        text.split('/').try_for_each(check_part)?;
        Ok(Self(text.to_owned()))
    }

    /// The first part of the path, where registries keep whom a repository
    /// belongs to. `None` if there is only one part.
    pub fn namespace(&self) -> Option<&str> {
        self.0.split_once('/').map(|(namespace, _)| namespace)
    }

    /// What follows the namespace and its slash; the whole name if there is
    /// only one part.
    pub fn rest(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, rest)| rest)
    }
}

fn check_part(part: &str) -> Result<(), RepositoryNameError> {
    if part.is_empty() {
        return Err(RepositoryNameError::EmptyPart);
    }
    if part.bytes().all(|byte| byte == b'.') {
        return Err(RepositoryNameError::Dots);
    }
    for character in part.chars() {
        match character {
            'a'..='z' | '0'..='9' | '.' | '_' | '-' => {}
            'A'..='Z' => return Err(RepositoryNameError::Capital(character)),
            _ if character.is_alphanumeric() => {
                return Err(RepositoryNameError::Foreign(character));
            }
            _ => return Err(RepositoryNameError::Character(character)),
        }
    }
    let separates = |character: &char| !character.is_ascii_alphanumeric();
    if let Some(edge) = part
        .chars()
        .next()
        .filter(separates)
        .or_else(|| part.chars().next_back().filter(separates))
    {
        return Err(RepositoryNameError::Edge(edge));
    }
    for run in part.split(|character: char| character.is_ascii_alphanumeric()) {
        if !matches!(run, "." | "_" | "__") && run.bytes().any(|byte| byte != b'-') {
            return Err(RepositoryNameError::Separators(run.to_owned()));
        }
    }
    Ok(())
}

impl Tag {
    /// Reads a tag exactly as it is written.
    ///
    /// # Errors
    /// The first thing that is wrong with it, from the left.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        match text.chars().next() {
            None => return Err(TagError::Empty),
            Some(start @ ('.' | '-')) => return Err(TagError::Start(start)),
            Some(_) => {}
        }
        if text.len() > MOST_TAG_BYTES {
            return Err(TagError::TooLong(text.len()));
        }
        for character in text.chars() {
            match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => {}
                _ if character.is_alphanumeric() => return Err(TagError::Foreign(character)),
                _ => return Err(TagError::Character(character)),
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl Algorithm {
    /// How many hexadecimal digits its digests have.
    pub const fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl fmt::Display for Algorithm {
    /// As it is written before the colon.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        })
    }
}

impl Digest {
    /// Reads a digest exactly as it is written.
    ///
    /// # Errors
    /// The first thing that is wrong with it, from the left.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let (algorithm, digits) = text.split_once(':').ok_or(DigestError::Form)?;
        // `component ([+._-] component)*` with components of small letters and digits.
        let is_form = algorithm.split(['+', '.', '_', '-']).all(|component| {
            !component.is_empty()
                && component
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        let algorithm = match algorithm {
            _ if !is_form || digits.is_empty() => return Err(DigestError::Form),
            "sha256" => Algorithm::Sha256,
            "sha512" => Algorithm::Sha512,
            _ => return Err(DigestError::Algorithm),
        };
        for character in digits.chars() {
            match character {
                '0'..='9' | 'a'..='f' => {}
                'A'..='F' => return Err(DigestError::Capital(character)),
                _ => return Err(DigestError::Character(character)),
            }
        }
        if digits.len() != algorithm.digits() {
            return Err(DigestError::Length {
                algorithm,
                found: digits.len(),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// How it was computed.
    pub fn algorithm(&self) -> Algorithm {
        if self.0.starts_with("sha512:") {
            Algorithm::Sha512
        } else {
            Algorithm::Sha256
        }
    }

    /// The hexadecimal digits after the colon.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(formatter),
            Self::Digest(digest) => digest.fmt(formatter),
        }
    }
}

/// What the three have in common: they are read from texts and written as such.
macro_rules! written {
    ($name:ident, $error:ident) => {
        impl $name {
            /// As it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::error::Error for $error {}
    };
}

written!(RepositoryName, RepositoryNameError);
written!(Tag, TagError);
written!(Digest, DigestError);
