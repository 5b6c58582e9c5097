//! The texts that the rules are about: what git knows, and what is new and not ignored.

use crate::run::{answer, command};
use std::{fs, path::Path};

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path from the root, with slashes.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl Source {
    /// Whether it is in a folder, or is the file itself.
    pub fn is_in(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether its name ends so.
    pub fn ends(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    /// Lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }

    /// Lines of Rust that are code: without comments, and without the tests at the end.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }
}

/// The files of the project that are text.
pub fn tracked(root: &Path) -> Vec<Source> {
    let list = answer(&mut command(
        "git ls-files --cached --others --exclude-standard",
    ))
    .unwrap_or_default();
    let mut paths: Vec<_> = list.lines().collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .filter_map(|path| {
            // What is removed and not yet committed, and pictures, are no text.
            let text = fs::read_to_string(root.join(path)).ok()?;
            Some(Source {
                path: path.to_owned(),
                text,
            })
        })
        .collect()
}
