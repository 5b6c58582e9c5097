//! One style sheet from the files of `style/`. Layers, named in the first file,
//! decide what wins; the order of the others does not.

use crate::{failure::Outcome, files};
use std::path::Path;

/// What comes first: the tokens and the order of the layers.
const FIRST: &str = "tokens.css";

/// All files of `folder` as one, without comments and spare blanks. Those of folders in it
/// are for pages that ask for them.
pub fn bundle(folder: &Path) -> Outcome<String> {
    let mut paths = files::below(folder);
    paths.retain(|path| {
        path.extension().is_some_and(|end| end == "css") && path.parent() == Some(folder)
    });
    paths.sort_by_key(|path| (files::name(path) != FIRST, path.clone()));
    let mut sheet = String::new();
    for path in paths {
        sheet.push_str(&shortened(&files::read(&path)?));
    }
    Ok(sheet)
}

/// The sheet without comments, and with blanks only where they may mean something.
fn shortened(css: &str) -> String {
    let mut short = String::with_capacity(css.len());
    let mut rest = css;
    let mut blank = false;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
            blank = true;
            continue;
        }
        if first.is_whitespace() {
            blank = true;
            rest = rest.trim_start();
            continue;
        }
        let firm = |character: char| "{};,".contains(character);
        if blank && !firm(first) && short.chars().last().is_some_and(|last| !firm(last)) {
            short.push(' ');
        }
        blank = false;
        let length = if first == '"' || first == '\'' {
            quoted(rest, first)
        } else {
            first.len_utf8()
        };
        short.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    short
}

/// The length of the quoted text that `css` begins with.
fn quoted(css: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in css.char_indices().skip(1) {
        if character == quote && !escaped {
            return at + 1;
        }
        escaped = character == '\\' && !escaped;
    }
    css.len()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn blanks_and_comments_go_where_they_mean_nothing() {
        let css = "/* x */\n@layer a, b;\n.a  .b > c:hover {\n  margin: calc(1px + 2px) 0;\n}\n.d::after { content: \" /* \\\" kept */ \"; }\n";
        assert_eq!(
            shortened(css),
            "@layer a,b;.a .b > c:hover{margin: calc(1px + 2px) 0;}.d::after{content: \" /* \\\" kept */ \";}"
        );
    }
}
