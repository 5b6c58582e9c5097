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

/// Sorts numbers of things by what they stand for.
#[inline(never)]
pub fn sort(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
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

    #[test]
    fn sorts_and_keeps_equals_in_place() {
        let words = vec!["b1", "a1", "b2", "a2"];
        assert_eq!(
            sorted(words, |a, b| a[..1].cmp(&b[..1])),
            ["a1", "a2", "b1", "b2"]
        );
    }
}
