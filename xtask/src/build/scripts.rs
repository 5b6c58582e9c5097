//! Scripts as they are served: without what only people read in them.

/// The script without indents, empty lines, and comments on lines of their own. One that
/// has text in backquotes going over several lines, or anything after a comment that began a
/// line, is left as it is.
pub fn shortened(script: &str) -> String {
    let mut short = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if in_comment {
            match line.split_once("*/") {
                Some((_, "")) => in_comment = false,
                Some(_) => return script.to_owned(),
                None => {}
            }
        } else if !line.is_empty() && !line.starts_with("//") {
            if line.matches('`').count() % 2 == 1 {
                return script.to_owned();
            }
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn comments_and_indents_go() {
        let script = "// what\nimport a from \"./a\";\n\n/**\n * how\n */\nfunction b() {\n    /* one line */\n    return a; // why\n}\n";
        assert_eq!(
            shortened(script),
            "import a from \"./a\";\nfunction b() {\nreturn a; // why\n}\n"
        );
    }

    #[test]
    fn what_follows_a_comment_is_kept() {
        let script = "/* a */ b();\n";
        assert_eq!(shortened(script), script);
    }

    #[test]
    fn text_over_several_lines_is_kept() {
        let script = "const a = `one\n  two`;\n// no comment\n";
        assert_eq!(shortened(script), script);
    }
}
