//! Every distinct token of all texts, once, with the entries that have it.
//!
//! A word is sought among the tokens that have its rarest pair of bytes, not in
//! the texts: a word without blanks lies in a text only if it lies in one of
//! its tokens. What has one character is in nearly every entry: for those words,
//! with which every search begins, the answers are kept ready.

use crate::words::{Lies, lies, tokens};
use std::{borrow::Cow, collections::HashMap};

/// Where in an entry a token stands; several may be set.
pub(crate) mod place {
    /// It is the whole namespace.
    pub(crate) const NAMESPACE: u8 = 1;
    /// The namespace begins with it.
    pub(crate) const BEGINNING: u8 = 2;
    /// In the namespace or the title.
    pub(crate) const NAME: u8 = 4;
    /// In the name of a repository.
    pub(crate) const REPOSITORY: u8 = 8;
    /// In a description.
    pub(crate) const DESCRIPTION: u8 = 16;
}

/// How well a word matches an entry, from 0 for the namespace itself; this is
/// the value for an entry that does not have the word.
pub(crate) const NOWHERE: u8 = 6;

/// Lists of numbers, one after the other in one piece of memory.
#[derive(Debug)]
struct Lists<T> {
    /// Where each list ends.
    ends: Vec<usize>,
    all: Vec<T>,
}

impl<T> Lists<T> {
    fn of(lists: impl IntoIterator<Item = Vec<T>>) -> Self {
        let mut all = Vec::new();
        let mut ends = Vec::new();
        for list in lists {
            all.extend(list);
            ends.push(all.len());
        }
        Self { ends, all }
    }

    fn get(&self, index: usize) -> &[T] {
        let start = match index.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.all[start..self.ends[index]]
    }
}

/// The tokens, and who has them.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// The tokens, one after the other.
    text: String,
    /// Where each token ends.
    ends: Vec<usize>,
    /// For each token the entries that have it, and its places there.
    entries: Lists<(u32, u8)>,
    /// For each pair of bytes the tokens that have it.
    pairs: Lists<u32>,
    /// How many entries there are.
    count: usize,
    /// For each ASCII character how well it matches each entry.
    singles: Vec<Vec<u8>>,
}

/// Which list a pair of bytes has.
fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Collects the tokens of entry after entry.
#[derive(Default)]
pub(crate) struct Collector {
    numbers: HashMap<String, usize>,
    entries: Vec<Vec<(u32, u8)>>,
}

impl Collector {
    /// Adds the tokens of a folded text. Entries come in ascending order.
    pub(crate) fn add(&mut self, entry: u32, text: &str, place: u8) {
        for token in tokens(text) {
            let number = match self.numbers.get(token) {
                Some(number) => *number,
                None => {
                    let number = self.entries.len();
                    self.numbers.insert(token.to_owned(), number);
                    self.entries.push(Vec::new());
                    number
                }
            };
            let entries = &mut self.entries[number];
            match entries.last_mut() {
                Some((last, places)) if *last == entry => *places |= place,
                _ => entries.push((entry, place)),
            }
        }
    }

    /// Adds a folded namespace, whose beginning counts more than its inside.
    pub(crate) fn add_namespace(&mut self, entry: u32, namespace: &str) {
        self.add(entry, namespace, place::NAME);
        if let Some(first) = tokens(namespace).next()
            && namespace.starts_with(first)
        {
            self.add(entry, first, place::BEGINNING);
            if namespace == first {
                self.add(entry, first, place::NAMESPACE);
            }
        }
    }

    /// The vocabulary of everything that was added, of `count` entries.
    pub(crate) fn finish(self, count: usize) -> Vocabulary {
        let mut tokens: Vec<(String, usize)> = self.numbers.into_iter().collect();
        tokens.sort_unstable_by_key(|(_, number)| *number);
        let mut text = String::new();
        let mut ends = Vec::with_capacity(tokens.len());
        let mut pairs: Vec<Vec<u32>> = vec![Vec::new(); 1 << 16];
        let mut singles = vec![vec![NOWHERE; count]; 1 << 7];
        for ((number, (token, _)), entries) in (0_u32..).zip(&tokens).zip(&self.entries) {
            text.push_str(token);
            ends.push(text.len());
            for two in token.as_bytes().windows(2) {
                let tokens = &mut pairs[pair(two[0], two[1])];
                // What a token has twice is listed once.
                if tokens.last() != Some(&number) {
                    tokens.push(number);
                }
            }
            let mut seen = 0_u128;
            for character in token.chars().filter(char::is_ascii) {
                let bit = 1 << character as u32;
                let is_new = seen & bit == 0;
                seen |= bit;
                if is_new && let Some(lies) = lies(token, character.encode_utf8(&mut [0; 4])) {
                    note(&mut singles[character as usize], lies, entries);
                }
            }
        }
        Vocabulary {
            text,
            ends,
            entries: Lists::of(self.entries),
            pairs: Lists::of(pairs),
            count,
            singles,
        }
    }
}

/// Notes for all entries of a token that a word lies in it so.
fn note(classes: &mut [u8], lies: Lies, entries: &[(u32, u8)]) {
    for (entry, places) in entries {
        let best = &mut classes[*entry as usize];
        *best = (*best).min(class(lies, *places));
    }
}

/// How well a word matches that lies so in a token at these places.
fn class(lies: Lies, places: u8) -> u8 {
    let is_at = |place| places & place != 0;
    if is_at(place::NAMESPACE) && lies == Lies::Whole {
        0
    } else if is_at(place::BEGINNING) && lies <= Lies::Beginning {
        1
    } else if is_at(place::NAME) {
        if lies <= Lies::Start { 2 } else { 3 }
    } else if is_at(place::REPOSITORY) {
        4
    } else {
        5
    }
}

impl Vocabulary {
    fn token(&self, number: usize) -> &str {
        let start = match number.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.text[start..self.ends[number]]
    }

    /// How well a folded word without blanks matches each entry; [`NOWHERE`] for
    /// those that do not have it.
    pub(crate) fn classes(&self, word: &str) -> Cow<'_, [u8]> {
        let bytes = word.as_bytes();
        if let [byte] = bytes
            && let Some(classes) = self.singles.get(usize::from(*byte))
        {
            return Cow::Borrowed(classes);
        }
        let mut classes = vec![NOWHERE; self.count];
        let candidates = bytes
            .windows(2)
            .map(|two| self.pairs.get(pair(two[0], two[1])))
            .min_by_key(|tokens| tokens.len())
            .unwrap_or_default();
        for number in candidates {
            let number = *number as usize;
            if let Some(lies) = lies(self.token(number), word) {
                note(&mut classes, lies, self.entries.get(number));
            }
        }
        Cow::Owned(classes)
    }
}
