//! Reads the values of headers from left to right: tokens, quoted strings and
//! what parts them (RFC 9110, section 5.6).

/// Most bytes of a header value that is read, in bytes. Servers commonly refuse
/// more than this for all headers together.
pub(crate) const MOST_BYTES: usize = 8 * 1024;

/// A header value and how far it has been read.
#[derive(Clone, Copy)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Goes past blanks.
    pub(crate) fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Goes past blanks and commas; whether there was a comma.
    pub(crate) fn commas(&mut self) -> bool {
        let before = self.rest;
        self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
        before[..before.len() - self.rest.len()].contains(',')
    }

    /// Goes past a character, if it is the next.
    pub(crate) fn eat(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What comes before the first character that does not belong; may be empty.
    pub(crate) fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self
            .rest
            .find(|character| !belongs(character))
            .unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// A token; may be empty.
    pub(crate) fn token(&mut self) -> &'a str {
        self.take(|character| {
            character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
        })
    }

    /// A value: a quoted string without its quotes and escapes, or what comes
    /// before a blank, a comma or a semicolon. `None` if a quote is not closed.
    pub(crate) fn value(&mut self) -> Option<String> {
        if !self.eat('"') {
            let plain = self.take(|character| !matches!(character, ' ' | '\t' | ',' | ';'));
            return Some(plain.to_owned());
        }
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((place, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[place + 1..];
                    return Some(text);
                }
                '\\' => text.push(characters.next()?.1),
                other => text.push(other),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lose_their_quotes() {
        for (text, value) in [
            (r#""a \"b\" \\ c", d"#, Some(r#"a "b" \ c"#)),
            ("plain, d", Some("plain")),
            ("plain;d", Some("plain")),
            (r#""open"#, None),
            (r#""open\"#, None),
            ("", Some("")),
        ] {
            assert_eq!(Scanner::new(text).value().as_deref(), value, "{text}");
        }
    }
}
