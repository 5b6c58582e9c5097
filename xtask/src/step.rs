//! Saying what is done, and how long it took.

use crate::failure::Outcome;
use std::time::{Duration, Instant};

/// Says `what`, does it, and says how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("-- {what}");
    let begin = Instant::now();
    let answer = work()?;
    println!("-- {what}: done in {}", spoken(begin.elapsed()));
    Ok(answer)
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 5 s`.
pub fn spoken(duration: Duration) -> String {
    let secs = duration.as_secs();
    match secs {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{secs} s"),
        _ => format!("{} min {} s", secs / 60, secs % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::spoken;
    use std::time::Duration;

    #[test]
    fn durations_are_spoken() {
        assert_eq!(spoken(Duration::from_millis(440)), "0.4 s");
        assert_eq!(spoken(Duration::from_secs(59)), "59 s");
        assert_eq!(spoken(Duration::from_secs(185)), "3 min 5 s");
    }
}
