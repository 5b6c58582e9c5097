//! What may be written into a field: lengths and characters, the same for the
//! form and for whoever receives it.

use core::fmt;

/// How much a field holds, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What the field is called in a sentence: “The name”.
    pub field: &'static str,
    /// Most characters.
    pub most: usize,
    /// Whether it may have more than one line.
    pub lines: bool,
}

/// A person’s name.
pub const PERSON_NAME: Limit = line("The name", 100);
/// What an access token is for.
pub const TOKEN_NAME: Limit = line("The name of the token", 60);
/// What a registry that reports pulls is called.
pub const REGISTRY_NAME: Limit = line("The name of the registry", 60);
/// An address of the web.
pub const WEB_ADDRESS: Limit = line("The address", 500);
/// A mail address, by RFC 5321 at most 254 octets.
pub const MAIL_ADDRESS: Limit = line("The mail address", 254);
/// A license expression.
pub const LICENSE: Limit = line("The license", 300);
/// What applicants say in their own words.
pub const REMARK: Limit = lines("The text", 4_000);
/// Why a reviewer finds as they do.
pub const REASON: Limit = lines("The reason", 2_000);

/// What a namespace is called on its page.
pub const DISPLAY_NAME: Limit = line("The name", 60);
/// What a namespace or a repository is, in a line.
pub const DESCRIPTION: Limit = line("The description", 160);
/// What a repository page says at length, in Markdown.
pub const ABOUT: Limit = lines("The text", 25_000);

const fn line(field: &'static str, most: usize) -> Limit {
    Limit {
        field,
        most,
        lines: false,
    }
}

const fn lines(field: &'static str, most: usize) -> Limit {
    Limit {
        field,
        most,
        lines: true,
    }
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextError {
    /// More characters than the field holds.
    TooLong {
        /// The field.
        limit: Limit,
        /// How many characters there are.
        length: usize,
    },
    /// A character that shows nothing or changes how others show: a control
    /// character, or one that turns the direction of writing.
    Hidden {
        /// The field.
        limit: Limit,
        /// The character.
        character: char,
        /// Where it stands, counted in characters from 1.
        place: usize,
    },
}

impl fmt::Display for TextError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit, length } => write!(
                formatter,
                "{} has {length} characters. Up to {} fit.",
                limit.field, limit.most
            ),
            Self::Hidden {
                limit,
                character,
                place,
            } => write!(
                formatter,
                "{} has a hidden character (U+{:04X}) at place {place}. Delete it, or write the text anew.",
                limit.field, *character as u32
            ),
        }
    }
}

impl std::error::Error for TextError {}

impl Limit {
    /// Checks `text` as it stands, without trimming.
    ///
    /// # Errors
    /// When it is too long or holds a hidden character.
    pub fn check(self, text: &str) -> Result<(), TextError> {
        // Bytes bound characters, so a huge text is not walked through twice.
        let length = if text.len() > self.most * 4 {
            text.len() / 4 + 1
        } else {
            text.chars().count()
        };
        if length > self.most {
            let length = text.chars().count();
            return Err(TextError::TooLong {
                limit: self,
                length,
            });
        }
        match text
            .chars()
            .enumerate()
            .find(|(_, character)| self.hides(*character))
        {
            Some((at, character)) => Err(TextError::Hidden {
                limit: self,
                character,
                place: at + 1,
            }),
            None => Ok(()),
        }
    }

    /// Whether a character would not be seen for what it is in this field.
    fn hides(self, character: char) -> bool {
        match character {
            '\n' | '\r' | '\t' => !self.lines,
            // Embeddings, overrides and isolates: a line could read backwards.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
            // Zero-width, and the mark that begins a file.
            '\u{200b}' | '\u{2060}' | '\u{feff}' => true,
            _ => character.is_control(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_for_texts_of_several_lines() {
        assert!(REMARK.check("one\ntwo\r\n\tthree").is_ok());
        assert!(PERSON_NAME.check("one\ntwo").is_err());
    }

    #[test]
    fn what_cannot_be_seen_is_refused_by_place() {
        for hidden in ['\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{200b}'] {
            let error = REASON.check(&format!("ab{hidden}c")).unwrap_err();
            assert!(
                matches!(error, TextError::Hidden { place: 3, character, .. } if character == hidden)
            );
            assert!(error.to_string().ends_with('.'), "{error}");
        }
        // Joiners are part of how some scripts and emoji are written.
        assert!(PERSON_NAME.check("नर्\u{200d}मदा").is_ok());
    }

    #[test]
    fn ten_megabytes_are_counted_and_refused() {
        let error = REMARK.check(&"<b>".repeat(3_500_000)).unwrap_err();
        assert!(matches!(
            error,
            TextError::TooLong {
                length: 10_500_000,
                ..
            }
        ));
    }

    proptest! {
        #[test]
        fn length_counts_characters(text in "[a-zé漢😀]{0,400}") {
            let fits = text.chars().count() <= LICENSE.most;
            prop_assert_eq!(LICENSE.check(&text).is_ok(), fits);
        }
    }
}
