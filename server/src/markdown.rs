//! What maintainers write at length, as HTML: nothing of it runs, and nothing of it loads.

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};
use std::collections::HashSet;

/// The elements that stay. Pictures are not among them: each would be a request to somebody
/// else’s server.
const TAGS: [&str; 29] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
];

/// Levels of quotes and lists that are nested; what is deeper stays flat.
const DEEPEST: usize = 16;

/// Markdown as HTML. Its uppermost headings become those of the third level, below those of the
/// page; a picture becomes a link to it, by its words.
pub fn html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let top = Parser::new_ext(markdown, options)
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(level as usize),
            _ => None,
        })
        .min()
        .unwrap_or(1);
    let mut depth = 0_usize;
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item) => {
            depth += 1;
            (depth <= DEEPEST).then_some(event)
        }
        Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) => {
            depth = depth.saturating_sub(1);
            (depth < DEEPEST).then_some(event)
        }
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: below(level, top),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level, top)))),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            ..
        }) => Some(Event::Start(Tag::Link {
            link_type,
            dest_url,
            title: "".into(),
            id: "".into(),
        })),
        Event::End(TagEnd::Image) => Some(Event::End(TagEnd::Link)),
        other => Some(other),
    });
    let mut text = String::with_capacity(markdown.len() * 3 / 2);
    push_html(&mut text, events);
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into_iter().chain(["tr", "ul"]).collect())
        .tag_attributes([("a", HashSet::from(["href"]))].into())
        .clean_content_tags(HashSet::from(["script", "style", "template", "noscript"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"));
    builder.clean(&text).to_string()
}

/// The level of a heading here, if `top` is the uppermost level of the text.
const fn below(level: HeadingLevel, top: usize) -> HeadingLevel {
    match level as usize - top {
        0 => HeadingLevel::H3,
        1 => HeadingLevel::H4,
        2 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::html;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_shown() {
        let text =
            html("# Kelp\n\nReads *tides*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- `two`");
        assert!(text.starts_with("<h3>Kelp</h3>"), "{text}");
        for part in [
            "<em>tides</em>",
            "<td>1</td>",
            "<li>one</li>",
            "<code>two</code>",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(
            html("## Start\n\n### Then").trim(),
            "<h3>Start</h3>\n<h4>Then</h4>"
        );
        let link = html("[source](https://forge.example/kelp)");
        assert_eq!(
            link.trim(),
            "<p><a href=\"https://forge.example/kelp\" rel=\"nofollow noopener noreferrer\">source</a></p>"
        );
    }

    #[test]
    fn nothing_runs_and_nothing_loads() {
        for (markdown, gone) in [
            ("<script>alert(1)</script>", "alert"),
            ("<img src=x onerror=alert(1)>", "<img"),
            ("<p onclick=alert(1)>a</p>", "onclick"),
            ("[a](javascript:alert(1))", "javascript"),
            ("[a](JaVaScRiPt:alert(1))", "alert"),
            ("<a href=\"data:text/html,<script>\">a</a>", "data:"),
            ("![tide](https://tracker.example/x.png)", "<img"),
            ("<iframe src=https://e.example></iframe>", "iframe"),
            (
                "<svg><style>@import url(//e.example)</style></svg>",
                "import",
            ),
            ("<style>body{display:none}</style>", "display"),
            (
                "<form action=https://e.example><input name=a></form>",
                "<input",
            ),
            ("<a href=\"/n/other/settings\">a</a>", "href"),
            (
                "<p style=\"background:url(//e.example)\" class=badge id=main>a</p>",
                "=",
            ),
        ] {
            let text = html(markdown);
            assert!(!text.contains(gone), "{markdown}: {text}");
        }
        let picture = html("![tide](https://tracker.example/x.png)");
        assert!(picture.contains(">tide</a>"), "{picture}");
    }

    #[test]
    fn what_is_nested_ten_thousand_times_is_shown_flat() {
        for one in [">", "- ", "* a\n ", "[", "<b>", "**a", "|"] {
            let text = html(&one.repeat(25_000 / one.len()));
            assert!(text.len() < 4_000_000, "{one}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_text_brings_an_element_that_is_not_on_the_list(text in "[<>/a-z\\[\\]()!\"'=:#`|*\n &;-]{0,200}") {
            let html = html(&text);
            for bad in ["<script", "<img", "<iframe", "<style", "<svg", "<input", "javascript:"] {
                prop_assert!(!html.contains(bad), "{}", html);
            }
        }
    }
}
