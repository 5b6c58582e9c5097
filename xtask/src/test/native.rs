//! Tests that need no browser.

use super::Count;
use crate::{
    failure::Outcome,
    run::{command, shown},
};

/// Runs them all, also after one has failed.
pub fn run() -> Outcome<Count> {
    let mut count = Count::default();
    for packages in [
        "--workspace --exclude dsos --exclude pulls-worker",
        "--package dsos --no-default-features --features ssr",
    ] {
        count += cargo_test(&mut command(&format!(
            "cargo test --quiet --no-fail-fast {packages}"
        )))?;
    }
    Ok(count)
}

/// Runs `cargo test`, counts its tests, and counts what ends badly without saying which test.
pub fn cargo_test(test: &mut std::process::Command) -> Outcome<Count> {
    let (is_well, text) = shown(test)?;
    let mut count = counted(&text);
    if !is_well && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// The sum of lines such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
fn counted(text: &str) -> Count {
    let mut count = Count::default();
    for line in text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("test result: "))
    {
        let number = |word: &str| -> u64 {
            let before = line.split(word).next().unwrap_or_default().trim_end();
            before
                .rsplit(' ')
                .next()
                .and_then(|digits| digits.parse().ok())
                .unwrap_or(0)
        };
        count += Count {
            passed: number(" passed"),
            failed: number(" failed"),
        };
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{Count, counted};

    #[test]
    fn results_are_added_up() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: FAILED. 10 passed; 2 failed; 0 ignored\n";
        assert_eq!(
            counted(text),
            Count {
                passed: 13,
                failed: 2
            }
        );
        assert_eq!(counted("error: could not compile"), Count::default());
    }
}
