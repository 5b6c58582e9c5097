//! The rule about classes of style sheets that can be on one page.

use super::{Breach, rules::breach, sources::Source};
use std::collections::BTreeSet;

/// Sheets of the pages that need the server.
const SERVICE: [&str; 2] = ["style/choice", "style/service"];

/// Sheets of the other pages, which come later to those as well: whoever goes on from there does
/// not load a page anew.
const OTHERS: [&str; 8] = [
    "style/chart",
    "style/directory",
    "style/insights",
    "style/opened",
    "style/program",
    "style/switch",
    "style/table",
    "style/verify",
];

/// Selectors of other pages that begin with a class that the service's sheets name: they would
/// change its pages once they are there.
pub fn classes(sources: &[Source]) -> Vec<Breach> {
    let sheets = |folders: &'static [&'static str]| {
        sources.iter().filter(move |source| {
            source.ends(".css") && folders.iter().any(|folder| source.is_in(folder))
        })
    };
    let own: BTreeSet<&str> = sheets(&SERVICE)
        .flat_map(|sheet| selectors(&sheet.text))
        .flat_map(|(_, selector)| selector.split('.').skip(1).map(name))
        .collect();
    sheets(&OTHERS)
        .flat_map(|sheet| selectors(&sheet.text).map(move |found| (sheet, found)))
        .filter_map(|(sheet, (at, selector))| {
            let class = name(selector.strip_prefix('.')?);
            own.contains(class).then(|| {
                let line = sheet.text[..at].lines().count();
                breach(sheet, line, &format!(".{class}, which style/service has"))
            })
        })
        .collect()
}

/// The selectors of a sheet, each with where its block begins.
fn selectors(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').flat_map(|(at, _)| {
        let before = &text[..at];
        let from = before.rfind(['{', '}', ';', '/']).map_or(0, |end| end + 1);
        before[from..]
            .split(',')
            .map(str::trim)
            .filter(|selector| !selector.starts_with('@'))
            .map(move |selector| (at, selector))
    })
}

/// The name that a text begins with.
fn name(text: &str) -> &str {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    text.split(|letter| !is_part(letter))
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Source, classes};

    #[test]
    fn pages_that_meet_share_no_class() {
        let sheet = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let service = sheet(
            "style/service/account.css",
            "/* x */\n@layer page {\n  @media (min-width: 60rem) { .parts.two > .along { gap: 1.5rem; } }\n}\n",
        );
        let found = |text: &str| classes(&[service.clone(), sheet("style/program/a.css", text)]);
        assert_eq!(
            found("@layer parts {\n  .two, .other { gap: 0; }\n}\n")[0].line,
            2
        );
        assert_eq!(
            found("/* .two */\n.one { gap: 0; } .along:hover { gap: 0 }\n").len(),
            1
        );
        for fine in [
            ".twofold { gap: 0; }",
            ".one .two { gap: 0; }",
            ".one { gap: .5rem; }",
        ] {
            assert_eq!(found(fine), []);
        }
    }
}
