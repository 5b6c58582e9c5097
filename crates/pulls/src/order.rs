//! Sorting, compiled once: the standard library's sorts are fast and large,
//! and each new type or closure would be shipped as another copy of them.

use std::cmp::Ordering;

/// The numbers `0..count` in the order that `compare` gives them; equal ones
/// stay as they are.
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    sort(&mut places, compare);
    places
}

/// Sorts numbers of things by what they stand for; equal ones ascend.
///
/// By merging, in twenty lines: the standard library's sort of this one type
/// is nine kilobytes of wasm, which every reader would wait for.
#[inline(never)]
pub fn sort(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    let count = places.len();
    let mut from = places.to_vec();
    let mut to = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        to.clear();
        for start in (0..count).step_by(width * 2) {
            let (mut a, a_end) = (start, (start + width).min(count));
            let (mut b, b_end) = (a_end, (a_end + width).min(count));
            while a < a_end && b < b_end {
                let first = compare(from[a], from[b]).then(from[a].cmp(&from[b]));
                let next = if first.is_le() { &mut a } else { &mut b };
                to.push(from[*next]);
                *next += 1;
            }
            to.extend_from_slice(&from[a..a_end]);
            to.extend_from_slice(&from[b..b_end]);
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    places.copy_from_slice(&from);
}

/// Things in the order that `compare` gives them.
pub fn sorted<T>(things: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let places = order(things.len(), &|a, b| compare(&things[a], &things[b]));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    places
        .into_iter()
        .filter_map(|place| things[place].take())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(values in proptest::collection::vec(0u8..20, 0..200), mixed in proptest::bool::ANY) {
            let mut places: Vec<usize> = (0..values.len()).collect();
            if mixed {
                places.sort_by_key(|place| place.wrapping_mul(7919) % 97);
            }
            let mut expected = places.clone();
            expected.sort_by_key(|place| (values[*place], *place));
            sort(&mut places, &|a, b| values[a].cmp(&values[b]));
            assert_eq!(places, expected);
        }
    }

    #[test]
    fn sorts_and_keeps_equals_in_place() {
        let words = vec!["b1", "a1", "b2", "a2"];
        assert_eq!(
            sorted(words, |a, b| a[..1].cmp(&b[..1])),
            ["a1", "a2", "b1", "b2"]
        );
    }
}
