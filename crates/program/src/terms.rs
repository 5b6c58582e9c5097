//! How long things last and how much there is of them: the figures of the
//! program, each once.

use core::ops::RangeInclusive;

/// Months for which perks are granted, before they can be renewed.
pub const VALIDITY_MONTHS: u32 = 12;

/// The same in days, where a scale is drawn; a leap year adds one.
pub const VALIDITY_DAYS: u32 = 365;

/// Days before the end of the year on which a notice goes out, first to last.
pub const NOTICE_DAYS: [u32; 3] = [45, 30, 7];

/// Days after the end of the year during which the perks stay.
pub const GRACE_DAYS: u32 = 14;

/// Working weeks in which what is missing can be mended.
pub const CURE_WORKING_WEEKS: u32 = 2;

/// The same in days of the calendar, where a scale is drawn.
pub const CURE_DAYS: u32 = CURE_WORKING_WEEKS * 7;

/// Months within which an image was pushed or a dependency updated, for the
/// project to be in active development.
pub const ACTIVE_MONTHS: u32 = 6;

/// Pulls that an address has without the program when nobody is signed in.
pub const PULLS_ANONYMOUS: u32 = 100;

/// Pulls that an account has without the program.
pub const PULLS_SIGNED_IN: u32 = 200;

/// Seconds over which those pulls are counted.
pub const LIMIT_WINDOW_SECS: u32 = 21_600;

/// Pixels that a side of a logo may have.
pub const LOGO_SIDE_PX: RangeInclusive<u32> = 120..=1000;

/// Bytes that a logo may have.
pub const LOGO_BYTES: u32 = 5_000_000;

/// How a header states `pulls` within the window: `100;w=21600`.
pub fn rate_limit_header(pulls: u32) -> String {
    let mut header = pulls.to_string();
    header.push_str(";w=");
    header.push_str(&LIMIT_WINDOW_SECS.to_string());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_in_order_and_within_the_year() {
        assert!(NOTICE_DAYS.is_sorted_by(|earlier, later| earlier > later));
        assert!(NOTICE_DAYS.iter().all(|days| *days < VALIDITY_DAYS));
    }

    #[test]
    fn days_and_months_say_the_same() {
        assert_eq!(VALIDITY_DAYS / 365 * 12, VALIDITY_MONTHS);
        assert_eq!(CURE_DAYS, 14);
    }

    #[test]
    fn the_header_is_as_the_registry_writes_it() {
        assert_eq!(rate_limit_header(PULLS_ANONYMOUS), "100;w=21600");
        assert_eq!(rate_limit_header(0), "0;w=21600");
    }
}
