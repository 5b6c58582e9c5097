//! Words: how a text is split and compared, and how a word lies in a text.

/// How much of a search is read, in characters.
pub const MOST_CHARACTERS: usize = 200;

/// How many words of a search are read.
pub const MOST_WORDS: usize = 8;

/// A text in the form in which texts are compared: small letters.
///
/// Character by character, so that what is typed up to somewhere stays the
/// beginning of the whole: the standard library’s conversion looks at what follows
/// a sigma.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|character| if character == 'ς' { 'σ' } else { character })
        .collect()
}

/// What a text consists of between blanks and slashes.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| character == '/' || character.is_whitespace())
        .filter(|token| !token.is_empty())
}

/// The words of a search, each once.
pub(crate) fn words(text: &str) -> Vec<String> {
    let end = text
        .char_indices()
        .nth(MOST_CHARACTERS)
        .map_or(text.len(), |(place, _)| place);
    let mut found: Vec<String> = Vec::new();
    for word in tokens(&text[..end]).take(MOST_WORDS).map(fold) {
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// How a word lies in a text, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lies {
    /// It is the text.
    Whole,
    /// The text begins with it.
    Beginning,
    /// A word of the text begins with it: what comes before is no letter or digit.
    Start,
    /// Somewhere inside.
    Inside,
}

/// How a word lies in a text, both folded: the best of all places; `None` if it
/// does not. The word is not empty.
pub(crate) fn lies(text: &str, word: &str) -> Option<Lies> {
    if text.starts_with(word) {
        return Some(if text.len() == word.len() {
            Lies::Whole
        } else {
            Lies::Beginning
        });
    }
    let (bytes, sought) = (text.as_bytes(), word.as_bytes());
    let first = sought.first()?;
    let mut found = None;
    for (place, window) in bytes.windows(sought.len()).enumerate() {
        // Whole UTF-8 begins only where a character does.
        if window.first() == Some(first) && window == sought {
            let before = text[..place].chars().next_back();
            if before.is_some_and(|before| !before.is_alphanumeric()) {
                return Some(Lies::Start);
            }
            found = Some(Lies::Inside);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_bounded() {
        assert_eq!(words("  Kelp/WEB\tkelp \n"), ["kelp", "web"]);
        assert_eq!(words("a b c d e f g h i").len(), MOST_WORDS);
        let long = format!("{} b", "é".repeat(500));
        assert_eq!(words(&long), ["é".repeat(MOST_CHARACTERS)]);
        assert!(words(" / ").is_empty());
    }

    #[test]
    fn case_does_not_matter() {
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert!(fold("ΟΔΟΣ1").starts_with(&fold("ΟΔΟΣ")));
        assert_eq!(fold("Ärger"), "ärger");
    }

    #[test]
    fn the_best_place_counts() {
        for (text, word, found) in [
            ("fluent", "fluent", Some(Lies::Whole)),
            ("fluentd", "fluent", Some(Lies::Beginning)),
            ("confluent-fluent", "fluent", Some(Lies::Start)),
            // The places overlap.
            ("ba-a-a", "a-a", Some(Lies::Start)),
            ("confluent", "fluent", Some(Lies::Inside)),
            ("é-à", "à", Some(Lies::Start)),
            ("éà", "à", Some(Lies::Inside)),
            ("a", "ab", None),
            ("", "a", None),
        ] {
            assert_eq!(lies(text, word), found, "{text} {word}");
        }
    }
}
