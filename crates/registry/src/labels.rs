//! What publishers say about an image: the annotations of its manifest and the
//! labels of its configuration, which share their keys.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most bytes of one text, in bytes of UTF-8.
pub const MOST_TEXT_BYTES: usize = 4 * 1024;

/// The keys that we read (OCI Image Specification 1.1, “Annotations”). Texts are
/// as their publisher wrote them, without control characters and marks that turn
/// the direction of writing, and at most [`MOST_TEXT_BYTES`] long: an address may
/// be no address, a license no license expression.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    /// `org.opencontainers.image.title`
    pub title: Option<String>,
    /// `org.opencontainers.image.description`
    pub description: Option<String>,
    /// `org.opencontainers.image.url`: where more about the image is.
    pub url: Option<String>,
    /// `org.opencontainers.image.source`: where its source code is.
    pub source: Option<String>,
    /// `org.opencontainers.image.documentation`: where its documentation is.
    pub documentation: Option<String>,
    /// `org.opencontainers.image.created`; `None` if it cannot be true.
    pub created: Option<DateTime<Utc>>,
    /// `org.opencontainers.image.licenses`: an SPDX license expression.
    pub licenses: Option<String>,
}

impl Labels {
    /// Reads an object of texts; anything else has no labels.
    pub(crate) fn read(written: Option<&Value>) -> Self {
        let text = |key: &str| {
            written?
                .get(format!("org.opencontainers.image.{key}"))?
                .as_str()
        };
        let clean = |key| text(key).and_then(|text| clean(text, MOST_TEXT_BYTES));
        Self {
            title: clean("title"),
            description: clean("description"),
            url: clean("url"),
            source: clean("source"),
            documentation: clean("documentation"),
            created: text("created").and_then(moment),
            licenses: clean("licenses"),
        }
    }

    /// These labels, and where they say nothing the others: annotations before
    /// the labels of the configuration.
    pub fn or(self, others: Self) -> Self {
        Self {
            title: self.title.or(others.title),
            description: self.description.or(others.description),
            url: self.url.or(others.url),
            source: self.source.or(others.source),
            documentation: self.documentation.or(others.documentation),
            created: self.created.or(others.created),
            licenses: self.licenses.or(others.licenses),
        }
    }
}

/// A text without what does not show, at most so many bytes long; `None` if
/// nothing is left. Line breaks and tabs become blanks, so that words stay apart.
pub(crate) fn clean(text: &str, most: usize) -> Option<String> {
    let mut kept = String::new();
    for character in text.trim_start().chars() {
        let character = match character {
            '\n' | '\r' | '\t' => ' ',
            // They turn the direction of writing, also of what stands after the text.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => continue,
            '\u{2066}'..='\u{2069}' => continue,
            other if other.is_control() => continue,
            other => other,
        };
        if kept.len() + character.len_utf8() > most {
            break;
        }
        kept.push(character);
    }
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// A moment by RFC 3339. Builds that are to be reproducible write 1970 or 1980,
/// and Go writes the year 1 for none: nothing before the first year of Docker,
/// 2013, is believed, and nothing after this century. Whether it lies in the
/// future is for whoever has a clock.
pub(crate) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text.trim())
        .ok()?
        .with_timezone(&Utc);
    (2013..2100).contains(&moment.year()).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn only_known_keys_and_texts() {
        let labels = Labels::read(Some(&json!({
            "org.opencontainers.image.title": "  Kelp\n\u{7}Web\u{202e} ",
            "org.opencontainers.image.licenses": "Apache-2.0",
            "org.opencontainers.image.source": 5,
            "org.opencontainers.image.url": "\u{1}",
            "org.opencontainers.image.created": "2026-08-01T10:00:00+02:00",
            "maintainer": "somebody",
        })));
        assert_eq!(
            labels,
            Labels {
                title: Some("Kelp Web".to_owned()),
                licenses: Some("Apache-2.0".to_owned()),
                created: Some("2026-08-01T08:00:00Z".parse().unwrap()),
                ..Labels::default()
            }
        );
        for other in [json!(null), json!([]), json!("title"), json!(3)] {
            assert_eq!(Labels::read(Some(&other)), Labels::default());
        }
    }

    #[test]
    fn absurd_moments_are_dropped() {
        for text in [
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1980-01-01T00:00:01Z",
            "2012-12-31T23:59:59Z",
            "2100-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2026-13-01T00:00:00Z",
            "yesterday",
            "",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert!(moment("2026-08-01T10:00:00.123456789Z").is_some());
    }

    #[test]
    fn the_first_ones_win() {
        let title = |text: &str| Labels {
            title: Some(text.to_owned()),
            ..Labels::default()
        };
        let mut below = title("b");
        below.url = Some("u".to_owned());
        let both = title("a").or(below);
        assert_eq!(
            (both.title.as_deref(), both.url.as_deref()),
            (Some("a"), Some("u"))
        );
    }

    proptest! {
        #[test]
        fn texts_are_bounded_and_clean(text in any::<String>(), most in 0_usize..20) {
            if let Some(kept) = clean(&text, most) {
                prop_assert!(!kept.is_empty() && kept.len() <= most);
                prop_assert!(!kept.chars().any(char::is_control));
                prop_assert_eq!(clean(&kept, most), Some(kept));
            }
        }
    }
}
