//! A page that never changes, as text: the reader's browser parses it in one go,
//! and no code is shipped for building, comparing and dropping each of its nodes.
//! (As views, the program page took 40 KB more, compressed.)
//!
//! What is written is the page's own words and figures; whatever is put into a
//! template is escaped all the same.

use super::icon::IconName;

/// Markup being written.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Writes `template`, with `{}` replaced by the next of `words`. Words are
    /// text, in which backticks enclose what a machine would write.
    pub fn put(&mut self, template: &'static str, words: &[&str]) {
        let mut rest = template;
        for word in words {
            let Some(at) = rest.find("{}") else { break };
            self.0.push_str(&rest[..at]);
            self.text(word);
            rest = &rest[at + 2..];
        }
        self.0.push_str(rest);
    }

    /// Writes markup as it is.
    pub fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Writes an icon of the sprite.
    pub fn icon(&mut self, of: IconName, class: &'static str) {
        self.put(
            r#"<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>"#,
            &[class, of.href()],
        );
    }

    /// Writes the badge: mark and words.
    pub fn badge(&mut self, class: &'static str) {
        self.put(r#"<span class="{}">"#, &[class]);
        self.icon(IconName::Mark, "mark");
        self.put("{}</span>", &[program::BADGE_LABEL]);
    }

    /// What has been written.
    pub fn done(self) -> String {
        self.0
    }

    fn text(&mut self, text: &str) {
        let mut code = false;
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '`' => {
                    self.0.push_str(if code { "</code>" } else { "<code>" });
                    code = !code;
                }
                other => self.0.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    fn written(template: &'static str, words: &[&str]) -> String {
        let mut markup = Markup::default();
        markup.put(template, words);
        markup.done()
    }

    #[test]
    fn words_take_their_places() {
        assert_eq!(written("<p>{}, {}.</p>", &["a", "b"]), "<p>a, b.</p>");
        assert_eq!(written("<p>{}</p>", &[]), "<p>{}</p>");
        assert_eq!(written("<p></p>", &["too many"]), "<p></p>");
    }

    #[test]
    fn words_are_escaped_and_machine_parts_marked() {
        assert_eq!(
            written("<p title=\"{}\">{}</p>", &["\"&", "<b> `MIT`"]),
            "<p title=\"&quot;&amp;\">&lt;b&gt; <code>MIT</code></p>"
        );
    }
}
