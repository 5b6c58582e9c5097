//! The rules. Each looks at all texts and names what breaks it.

use super::{Breach, classes::classes, sources::Source};
use std::path::{Component, Path, PathBuf};

/// A rule.
pub struct Rule {
    /// What it says, in one line.
    pub says: &'static str,
    /// What breaks it.
    pub check: fn(&[Source]) -> Vec<Breach>,
}

/// Lines in a file, at most.
const LONGEST: usize = 500;

/// Files that may be longer, and why.
const MAY_BE_LONG: [(&str, &str); 1] = [(
    "docs/PERFORMANCE.md",
    "every figure and how to get it again, in the one place that is asked for",
)];

/// Crates that know nothing of clock, network, page or framework.
const PURE: [&str; 8] = [
    "crates/credential/src",
    "crates/directory/src",
    "crates/registry/src",
    "crates/program/src",
    "crates/forges/src",
    "crates/pulls/src",
    "crates/charts/src",
    "crates/events/src",
];

/// What those crates do not mention.
const IMPURE: [&str; 7] = [
    "leptos",
    "web_sys",
    "js_sys",
    "std::time",
    "Utc::now",
    "async fn",
    ".await",
];

/// Every rule.
pub fn rules() -> Vec<Rule> {
    vec![
        Rule {
            says: "only src/api mentions gloo_net",
            check: network,
        },
        Rule {
            says: "only src/platform and src/chart reach for the window",
            check: window,
        },
        Rule {
            says: "program, forges, pulls and charts know no clock, page, network or framework",
            check: purity,
        },
        Rule {
            says: "colors are written in style/tokens.css and nowhere else in style/",
            check: colors,
        },
        Rule {
            says: "style sheets of pages that meet share no class",
            check: classes,
        },
        Rule {
            says: "no file is longer than 500 lines without a reason",
            check: length,
        },
        Rule {
            says: "nothing is put off or filled in",
            check: leftovers,
        },
        Rule {
            says: "no path of somebody's machine",
            check: machines,
        },
        Rule {
            says: "every link in a Markdown file leads somewhere",
            check: links,
        },
        Rule {
            says: "every Rust file opens with what it is for",
            check: openings,
        },
    ]
}

fn network(sources: &[Source]) -> Vec<Breach> {
    let rust = sources
        .iter()
        .filter(|source| source.ends(".rs") && !source.is_in("src/api") && !source.is_in("xtask"));
    mentions(rust, &["gloo_net"])
}

fn window(sources: &[Source]) -> Vec<Breach> {
    let rust = sources.iter().filter(|source| {
        source.ends(".rs")
            && source.is_in("src")
            && !source.is_in("src/platform")
            && !source.is_in("src/chart")
    });
    mentions(rust, &["web_sys::window", " window()", "(window()"])
}

fn purity(sources: &[Source]) -> Vec<Breach> {
    let rust = sources
        .iter()
        .filter(|source| source.ends(".rs") && PURE.iter().any(|folder| source.is_in(folder)));
    mentions(rust, &IMPURE)
}

/// Code, not comments and tests, that mentions one of the words.
fn mentions<'a>(sources: impl Iterator<Item = &'a Source>, words: &[&str]) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in sources {
        for (line, code) in source.code() {
            if let Some(word) = words.iter().find(|word| code.contains(**word)) {
                found.push(breach(source, line, word.trim()));
            }
        }
    }
    found
}

fn colors(sources: &[Source]) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.is_in("style") && !source.ends("/tokens.css"))
    {
        let mut is_comment = false;
        for (line, text) in source.lines() {
            let code = without_comments(text, &mut is_comment);
            if let Some(color) = color_in(&code) {
                found.push(breach(source, line, &color));
            }
        }
    }
    found
}

/// A line of CSS without comments; `is_comment` says whether one is open.
fn without_comments(line: &str, is_comment: &mut bool) -> String {
    let mut code = String::new();
    let mut rest = line;
    loop {
        let mark = if *is_comment { "*/" } else { "/*" };
        match rest.split_once(mark) {
            Some((before, after)) => {
                if !*is_comment {
                    code.push_str(before);
                }
                *is_comment = !*is_comment;
                rest = after;
            }
            None => {
                if !*is_comment {
                    code.push_str(rest);
                }
                return code;
            }
        }
    }
}

/// A color literal in the values of a line of CSS.
fn color_in(code: &str) -> Option<String> {
    let functions = [
        "rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab(", "lab(", "lch(", "hwb(",
    ];
    if let Some(function) = functions.iter().find(|function| code.contains(**function)) {
        return Some((*function).to_owned());
    }
    // Only after the colon: `#main` may be a selector.
    let values = code
        .split(';')
        .flat_map(|part| part.split('{'))
        .filter_map(|part| part.split_once(':'));
    for (_, value) in values {
        for word in value.split(|character: char| {
            !(character.is_ascii_alphanumeric() || character == '#' || character == '-')
        }) {
            let digits = word.strip_prefix('#').unwrap_or_default();
            let is_hex = matches!(digits.len(), 3 | 4 | 6 | 8)
                && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            if is_hex
                || matches!(
                    word,
                    "white" | "black" | "red" | "green" | "blue" | "gray" | "grey"
                )
            {
                return Some(word.to_owned());
            }
        }
    }
    None
}

fn length(sources: &[Source]) -> Vec<Breach> {
    let made = ["Cargo.lock", "package-lock.json"];
    sources
        .iter()
        .filter(|source| {
            [".rs", ".css", ".js", ".mjs", ".md", ".toml", ".html"]
                .iter()
                .any(|ending| source.ends(ending))
        })
        .filter(|source| !made.iter().any(|name| source.ends(name)))
        .filter(|source| !MAY_BE_LONG.iter().any(|(path, _)| source.path == *path))
        .filter(|source| LONGEST < source.text.lines().count())
        .map(|source| breach(source, 0, &format!("{} lines", source.text.lines().count())))
        .collect()
}

fn leftovers(sources: &[Source]) -> Vec<Breach> {
    // Put together here, so that this file does not break its own rule.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("coming ", "soon"),
        concat!("lorem ", "ipsum"),
    ];
    anywhere(sources, |line| {
        let lower = line.to_lowercase();
        words
            .iter()
            .find(|word| line.contains(**word) || (word.contains(' ') && lower.contains(**word)))
            .map(|word| (*word).to_owned())
    })
}

fn machines(sources: &[Source]) -> Vec<Breach> {
    let folders = [
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("/ro", "ot/"),
        concat!("C:\\", "Users"),
    ];
    anywhere(sources, |line| {
        folders
            .iter()
            .find(|folder| line.contains(**folder))
            .map(|folder| (*folder).to_owned())
    })
}

fn anywhere(sources: &[Source], find: impl Fn(&str) -> Option<String>) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in sources
        .iter()
        .filter(|source| !source.ends(".lock") && !source.ends("package-lock.json"))
    {
        for (number, line) in source.lines() {
            if let Some(what) = find(line) {
                found.push(breach(source, number, &what));
            }
        }
    }
    found
}

fn links(sources: &[Source]) -> Vec<Breach> {
    let exists = |path: &Path| {
        let path = path.to_string_lossy().replace('\\', "/");
        let path = path.trim_end_matches('/');
        // Pictures are no text, so they are looked for on disk.
        sources.iter().any(|source| source.is_in(path)) || crate::paths::root().join(path).exists()
    };
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.ends(".md")) {
        let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
        for (number, line) in source.lines() {
            for target in line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', ' ']).next())
            {
                let file = target.split('#').next().unwrap_or_default();
                let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
                if !is_elsewhere && !file.is_empty() && !exists(&flat(&folder.join(file))) {
                    found.push(breach(source, number, target));
                }
            }
        }
    }
    found
}

/// A path without `.` and `..`.
fn flat(path: &Path) -> PathBuf {
    let mut flat = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                flat.pop();
            }
            Component::Normal(part) => flat.push(part),
            _ => {}
        }
    }
    flat
}

fn openings(sources: &[Source]) -> Vec<Breach> {
    sources
        .iter()
        .filter(|source| source.ends(".rs"))
        .filter(|source| {
            // Inner attributes, as in a test or a fuzz target, may stand before.
            let first = source
                .text
                .lines()
                .find(|line| !line.starts_with("#!") && !line.trim().is_empty());
            !first.is_some_and(|line| line.starts_with("//! "))
        })
        .map(|source| breach(source, 1, "no //!"))
        .collect()
}

pub(super) fn breach(source: &Source, line: usize, what: &str) -> Breach {
    Breach {
        path: source.path.clone(),
        line,
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, rules};

    /// How often the rule that says `says` is broken by one file.
    fn broken(says: &str, path: &str, text: &str) -> usize {
        let rule = rules()
            .into_iter()
            .find(|rule| rule.says.contains(says))
            .unwrap();
        (rule.check)(&[Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }])
        .len()
    }

    #[test]
    fn network_only_in_api() {
        let text = "//! x\nuse gloo_net::http;\n";
        assert_eq!(broken("gloo_net", "src/pages/a.rs", text), 1);
        assert_eq!(broken("gloo_net", "src/api/a.rs", text), 0);
        assert_eq!(
            broken("gloo_net", "src/pages/a.rs", "//! not gloo_net\n"),
            0
        );
    }

    #[test]
    fn window_only_in_platform_and_chart() {
        let text = "let w = web_sys::window();\n";
        assert_eq!(broken("window", "src/components/a.rs", text), 1);
        assert_eq!(
            broken("window", "src/components/a.rs", "let w = window();\n"),
            1
        );
        assert_eq!(broken("window", "src/platform/a.rs", text), 0);
        assert_eq!(broken("window", "src/chart/a.rs", text), 0);
        assert_eq!(broken("window", "src/charting/a.rs", text), 1);
    }

    #[test]
    fn pure_crates_stay_pure() {
        for code in [
            "use leptos::prelude::*;",
            "use std::time::Instant;",
            "chrono::Utc::now()",
            "async fn read() {}",
            "web_sys::Blob",
        ] {
            assert_eq!(broken("clock", "crates/pulls/src/a.rs", code), 1, "{code}");
            assert_eq!(
                broken("clock", "crates/pulls-worker/src/a.rs", code),
                0,
                "{code}"
            );
            assert_eq!(
                broken(
                    "clock",
                    "crates/pulls/src/a.rs",
                    &format!("x();\n#[cfg(test)]\nmod tests {{ {code} }}")
                ),
                0
            );
        }
    }

    #[test]
    fn colors_only_in_tokens() {
        for css in [
            ".a { color: #fff; }",
            ".a {\n  background: rgb(0 0 0);\n}",
            ".a { border: 1px solid white }",
        ] {
            assert_eq!(broken("colors", "style/base.css", css), 1, "{css}");
            assert_eq!(broken("colors", "style/tokens.css", css), 0, "{css}");
        }
        for css in [
            "#add { color: var(--ink); }",
            "/* #fff\n #000 */",
            ".a { white-space: nowrap; color: var(--blue-3) }",
        ] {
            assert_eq!(broken("colors", "style/base.css", css), 0, "{css}");
        }
    }

    #[test]
    fn long_files_are_named() {
        assert_eq!(broken("longer", "src/a.rs", &"x\n".repeat(501)), 1);
        assert_eq!(broken("longer", "src/a.rs", &"x\n".repeat(500)), 0);
        assert_eq!(broken("longer", "Cargo.lock", &"x\n".repeat(501)), 0);
    }

    #[test]
    fn nothing_is_put_off() {
        for text in [
            concat!("// TO", "DO: later"),
            concat!("Coming ", "soon"),
            concat!("FIX", "ME"),
        ] {
            assert_eq!(broken("put off", "src/a.rs", text), 1, "{text}");
        }
        assert_eq!(broken("put off", "src/a.rs", "todo!"), 0);
    }

    #[test]
    fn machines_are_not_named() {
        assert_eq!(
            broken("machine", "README.md", concat!("see /ho", "me/me/dsos")),
            1
        );
        assert_eq!(broken("machine", "README.md", "see ~/.cache"), 0);
    }

    #[test]
    fn links_lead_somewhere() {
        assert_eq!(broken("link", "docs/A.md", "[b](B.md)"), 1);
        assert_eq!(
            broken(
                "link",
                "docs/A.md",
                "[a](A.md#part) [a](../docs/A.md) [w](https://example.org) [t](#top)"
            ),
            0
        );
    }

    #[test]
    fn files_open_with_what_they_are_for() {
        assert_eq!(broken("opens", "src/a.rs", "use x;\n"), 1);
        assert_eq!(broken("opens", "src/a.rs", "#![no_main]\n//! Fuzzes.\n"), 0);
    }
}
