//! Names at the right end of the plot, moved apart so that none overlaps.

use crate::words::Words;

/// Distance between the middles of two names in CSS pixels.
pub(crate) const LABEL_STEP_PX: f64 = 15.5;
/// Size of the names in CSS pixels.
pub(crate) const NAME_TEXT_PX: f64 = 12.5;
/// From the end of the plot to the beginning of a name.
pub(crate) const NAME_OFFSET_PX: f64 = 31.0;
/// Kept free at the right of the longest name.
pub(crate) const NAME_MARGIN_PX: f64 = 3.0;

/// The name of a series at the right end, with swatch and leader.
#[derive(Debug, Clone, PartialEq)]
pub struct EndLabel {
    /// Which series of the model.
    pub series: usize,
    /// The name, shortened to the room there is.
    pub text: String,
    /// Where the series ends, in CSS pixels from the top.
    pub anchor_y: f64,
    /// The middle of the name, in CSS pixels from the top.
    pub y: f64,
}

/// Moves `wanted` places (ascending) at least `step` apart and within
/// `low..=high`, as near to the wanted as a least-squares fit gets.
///
/// The caller makes sure that they fit: `(wanted.len() - 1) * step <= high - low`.
pub(crate) fn spread(wanted: &[f64], step: f64, low: f64, high: f64) -> Vec<f64> {
    // With i * step taken off, "at least a step apart" is "not descending":
    // neighbors in conflict are pooled and share their mean.
    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(wanted.len());
    for (i, place) in wanted.iter().enumerate() {
        let mut pool = (place - i as f64 * step, 1_usize);
        while let Some(&(mean, count)) = pools.last() {
            if mean <= pool.0 {
                break;
            }
            pools.pop();
            let all = count + pool.1;
            pool = (
                (mean * count as f64 + pool.0 * pool.1 as f64) / all as f64,
                all,
            );
        }
        pools.push(pool);
    }
    let last = high - wanted.len().saturating_sub(1) as f64 * step;
    pools
        .iter()
        .flat_map(|&(mean, count)| std::iter::repeat_n(mean.min(last).max(low), count))
        .enumerate()
        .map(|(i, place)| place + i as f64 * step)
        .collect()
}

/// The text, or as much of its beginning as fits, with an ellipsis.
pub(crate) fn shorten(text: &str, room_px: f64, words: &Words) -> String {
    if words.width(text, NAME_TEXT_PX) <= room_px {
        return text.to_owned();
    }
    let mut short: Vec<char> = text.chars().take(80).collect();
    while !short.is_empty() {
        short.pop();
        let candidate: String = short.iter().chain(&['…']).collect();
        if words.width(&candidate, NAME_TEXT_PX) <= room_px {
            return candidate;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_far_apart_stay_where_they_are() {
        assert_eq!(
            spread(&[10.0, 40.0, 90.0], 15.0, 0.0, 100.0),
            [10.0, 40.0, 90.0]
        );
    }

    #[test]
    fn names_in_conflict_share_the_middle() {
        assert_eq!(
            spread(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0),
            [40.0, 50.0, 60.0]
        );
    }

    #[test]
    fn names_at_the_foot_are_pushed_up() {
        assert_eq!(spread(&[98.0, 99.0], 10.0, 0.0, 100.0), [90.0, 100.0]);
    }

    proptest::proptest! {
        #[test]
        fn names_never_overlap(mut wanted in proptest::collection::vec(-50.0..400.0_f64, 0..20)) {
            wanted.sort_by(f64::total_cmp);
            let places = spread(&wanted, 15.5, 0.0, 300.0);
            proptest::prop_assert_eq!(places.len(), wanted.len());
            for pair in places.windows(2) {
                proptest::prop_assert!(pair[1] - pair[0] >= 15.5 - 1e-9, "{:?}", places);
            }
            proptest::prop_assert!(places.iter().all(|y| (-1e-9..=300.0 + 1e-9).contains(y)));
        }
    }
}
