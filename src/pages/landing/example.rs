//! The invented namespace of the pictures. Nothing here was measured; every
//! picture drawn from it carries the word “Example”.

/// The namespace.
pub const NAMESPACE: &str = "kelpworks";

/// Its image.
pub const IMAGE: &str = "kelpworks/tidal";

/// Where in [`WEEKS`] weeks a month begins, and its name.
pub const MONTHS: [(u32, &str); 6] = [
    (1, "Mar"),
    (5, "Apr"),
    (9, "May"),
    (14, "Jun"),
    (18, "Jul"),
    (22, "Aug"),
];

/// Weeks in the picture; the last is not over.
pub const WEEKS: usize = 26;

/// One series of the chart: its class, and hundreds of pulls a week.
pub struct Series {
    /// The class that gives it its color.
    pub class: &'static str,
    /// Hundreds of pulls, a week each.
    pub pulls: [u32; WEEKS],
}

/// Pulls by tag, from the bottom of the stack to its top.
pub const SERIES: [Series; 6] = [
    Series {
        class: "s1",
        pulls: [
            147, 152, 166, 164, 179, 183, 132, 159, 196, 212, 211, 218, 232, 249, 239, 248, 228,
            281, 278, 280, 304, 284, 315, 304, 307, 129,
        ],
    },
    Series {
        class: "s2",
        pulls: [
            265, 258, 224, 217, 203, 184, 125, 124, 144, 137, 135, 124, 115, 111, 104, 97, 83, 91,
            83, 81, 78, 77, 73, 67, 69, 29,
        ],
    },
    Series {
        class: "s3",
        pulls: [
            0, 0, 0, 0, 0, 0, 0, 0, 30, 58, 79, 108, 127, 163, 192, 192, 171, 186, 194, 192, 192,
            189, 198, 200, 189, 79,
        ],
    },
    Series {
        class: "s4",
        pulls: [
            71, 88, 102, 121, 131, 127, 89, 93, 94, 85, 72, 64, 60, 63, 58, 58, 51, 63, 57, 60, 60,
            63, 62, 63, 58, 24,
        ],
    },
    Series {
        class: "so",
        pulls: [
            118, 129, 132, 120, 122, 125, 91, 107, 138, 133, 130, 140, 141, 147, 157, 154, 131,
            157, 160, 148, 169, 168, 173, 173, 165, 69,
        ],
    },
    Series {
        class: "sd",
        pulls: [
            84, 95, 90, 93, 98, 100, 77, 83, 106, 112, 114, 122, 119, 139, 137, 130, 117, 141, 144,
            142, 163, 170, 160, 163, 156, 66,
        ],
    },
];

/// All pulls of a week, in hundreds.
pub fn total(week: usize) -> u32 {
    SERIES.iter().map(|series| series.pulls[week]).sum()
}

/// A scanned image: its name, how many findings of each weight, and when.
pub const SCANS: [(&str, [&str; 3], &str); 3] = [
    ("tidal:2.4", ["0", "2", "11"], "3 h ago"),
    ("tidal:2.3", ["1", "6", "19"], "3 h ago"),
    ("tidal-web:1.8", ["0", "0", "4"], "1 d ago"),
];

/// Search results beneath the sponsored one: name and pulls.
pub const OTHERS: [(&str, &str); 2] = [
    ("acme-mirror/tidal", "41,207"),
    ("logkit/tidal-copy", "9,880"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_within_the_weeks_and_in_order() {
        assert!(MONTHS.is_sorted_by_key(|(week, _)| *week));
        assert!(MONTHS.iter().all(|(week, _)| (*week as usize) < WEEKS));
    }

    #[test]
    fn the_week_that_is_not_over_is_the_smallest() {
        let last = total(WEEKS - 1);
        assert!((0..WEEKS - 1).all(|week| total(week) > last));
    }
}
