//! `cargo xtask tidy`: the project's own rules about its texts. A rule that can
//! be checked here is not left to prose.

mod classes;
mod rules;
mod sources;

use crate::{failure::Outcome, paths, test::Count};
use rules::rules;
use sources::tracked;

/// What breaks a rule, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The file, from the root.
    pub path: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is there that should not be.
    pub what: String,
}

/// Checks all rules and prints what breaks them; whether none is broken.
pub fn report() -> Outcome<bool> {
    Ok(count().failed == 0)
}

/// The same, counted: one check a rule.
pub fn count() -> Count {
    let sources = tracked(&paths::root());
    let mut count = Count::default();
    for rule in rules() {
        let breaches = (rule.check)(&sources);
        println!(
            "{}  {}",
            if breaches.is_empty() { "ok " } else { "NOT" },
            rule.says
        );
        for breach in &breaches {
            println!("     {}:{}: {}", breach.path, breach.line, breach.what);
        }
        count += Count::one(breaches.is_empty());
    }
    count
}
