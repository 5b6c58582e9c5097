//! Tests that need no browser.

use super::{Count, paragraphs};
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
        count += Count::of(number(" passed"), number(" failed"));
    }
    count.failures = failures(text);
    count
}

/// What each failed test printed, from its heading `---- NAME stdout ----` on.
fn failures(text: &str) -> Vec<String> {
    paragraphs(
        text,
        |line| line.starts_with("---- ") && line.ends_with(" stdout ----"),
        |line| line != "failures:" && !line.starts_with("stack backtrace:"),
    )
}

#[cfg(test)]
mod tests {
    use super::{Count, counted};

    #[test]
    fn results_are_added_up() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: FAILED. 10 passed; 2 failed; 0 ignored\n";
        assert_eq!(counted(text), Count::of(13, 2));
        assert_eq!(counted("error: could not compile"), Count::default());
    }

    #[test]
    fn what_failed_tests_printed_is_kept() {
        let text = "\nfailures:\n\n---- one::by_hand stdout ----\n\nthread 'one::by_hand' panicked at src/one.rs:3:5:\nleft: 1\nright: 2\nstack backtrace:\n   0: begin\n\n---- two stdout ----\nthread 'two' panicked\n\n\nfailures:\n    one::by_hand\n    two\n\ntest result: FAILED. 1 passed; 2 failed\n";
        let expected = [
            "---- one::by_hand stdout ----\nthread 'one::by_hand' panicked at src/one.rs:3:5:\nleft: 1\nright: 2",
            "---- two stdout ----\nthread 'two' panicked",
        ];
        assert_eq!(counted(text).failures, expected);
    }
}
