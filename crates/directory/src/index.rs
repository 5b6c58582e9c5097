//! The index: built once, then only asked.

use crate::{
    entry::Entry,
    question::{Answer, Hit, MOST_REPOSITORIES, Order, Question},
    vocabulary::{Collector, NOWHERE, Vocabulary, place},
    words::{fold, lies, words},
};
use core::cmp::Reverse;
use std::collections::BTreeSet;

/// Everything that is in the directory, ready to be searched.
#[derive(Debug)]
pub struct Index {
    entries: Vec<Entry>,
    vocabulary: Vocabulary,
    /// For each entry its repositories’ texts, folded.
    repositories: Vec<Vec<Folded>>,
    /// The keys of all categories, sorted.
    categories: Vec<String>,
    /// For each entry its categories, as places in `categories`.
    categories_of: Vec<Vec<usize>>,
    ranks: Ranks,
}

#[derive(Debug)]
struct Folded {
    name: Box<str>,
    description: Box<str>,
}

/// For each order the place that each entry has in it: comparing two entries
/// is comparing two numbers, and no two are equal.
#[derive(Debug)]
struct Ranks {
    name: Vec<u32>,
    newest: Vec<u32>,
    pushed: Vec<u32>,
    stars: Vec<u32>,
}

impl Ranks {
    fn of(entries: &[Entry]) -> Self {
        let names: Vec<String> = entries.iter().map(|entry| fold(entry.name())).collect();
        let mut by_name: Vec<usize> = (0..entries.len()).collect();
        by_name.sort_by(|&a, &b| {
            (&names[a], &entries[a].namespace).cmp(&(&names[b], &entries[b].namespace))
        });
        Self {
            name: places(&by_name),
            newest: places(&sorted(&by_name, |at| {
                Reverse(entries[at].sponsored_since())
            })),
            pushed: places(&sorted(&by_name, |at| Reverse(entries[at].pushed_at()))),
            stars: places(&sorted(&by_name, |at| {
                Reverse(entries[at].stars.unwrap_or_default())
            })),
        }
    }
}

/// Sorts by a key and leaves ties in the order that there is.
fn sorted<K: Ord>(order: &[usize], key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut order = order.to_vec();
    order.sort_by_cached_key(|at| key(*at));
    order
}

/// From which entry stands at each place to which place each entry has.
fn places(order: &[usize]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, entry) in (0_u32..).zip(order) {
        places[*entry] = place;
    }
    places
}

impl Index {
    /// Builds the index. It holds at most as many entries as a `u32` counts,
    /// which no memory does.
    pub fn build(entries: Vec<Entry>) -> Self {
        let mut collector = Collector::default();
        let mut repositories = Vec::with_capacity(entries.len());
        for (number, entry) in (0_u32..).zip(&entries) {
            collector.add_namespace(number, &fold(&entry.namespace));
            collector.add(number, &fold(&entry.title), place::NAME);
            collector.add(number, &fold(&entry.description), place::DESCRIPTION);
            let folded: Vec<Folded> = entry
                .repositories
                .iter()
                .map(|repository| Folded {
                    name: fold(&repository.name).into(),
                    description: fold(&repository.description).into(),
                })
                .collect();
            for repository in &folded {
                collector.add(number, &repository.name, place::REPOSITORY);
                collector.add(number, &repository.description, place::DESCRIPTION);
            }
            repositories.push(folded);
        }
        let categories: Vec<String> = entries
            .iter()
            .flat_map(|entry| entry.categories.iter().cloned())
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect();
        let categories_of = entries
            .iter()
            .map(|entry| {
                let mut own: Vec<usize> = entry
                    .categories
                    .iter()
                    .filter_map(|key| categories.binary_search(key).ok())
                    .collect();
                own.sort_unstable();
                own.dedup();
                own
            })
            .collect();
        Self {
            ranks: Ranks::of(&entries),
            vocabulary: collector.finish(entries.len()),
            repositories,
            categories,
            categories_of,
            entries,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the index was built from, in its order: [`Hit::entry`] counts in it.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Answers a question. The same question has the same answer.
    pub fn search(&self, question: &Question) -> Answer {
        let words = words(&question.words);
        let relevance = self.relevance(&words);
        let category = question
            .category
            .as_ref()
            .map(|key| self.categories.binary_search(key).ok());
        let mut answer = Answer::default();
        let mut counts = vec![0_usize; self.categories.len()];
        let mut found: Vec<(u64, usize)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let sum = match &relevance {
                None => 0,
                Some(sums) => match sums[at] {
                    Some(sum) => sum,
                    None => continue,
                },
            };
            let own = &self.categories_of[at];
            let is_in_category = match category {
                None => true,
                Some(asked) => asked.is_some_and(|asked| own.contains(&asked)),
            };
            if is_in_category {
                answer.all_total += 1;
                answer.sponsored_total += usize::from(entry.sponsored);
            }
            if question.sponsored_only && !entry.sponsored {
                continue;
            }
            for category in own {
                counts[*category] += 1;
            }
            if is_in_category {
                let rank = match question.order {
                    Order::Relevance if relevance.is_some() => self.ranks.stars[at],
                    Order::Relevance | Order::Name => self.ranks.name[at],
                    Order::Newest => self.ranks.newest[at],
                    Order::Pushed => self.ranks.pushed[at],
                    Order::Stars => self.ranks.stars[at],
                };
                let sum = match question.order {
                    Order::Relevance => sum,
                    _ => 0,
                };
                found.push((u64::from(sum) << 32 | u64::from(rank), at));
            }
        }
        answer.total = found.len();
        let mut categories: Vec<(String, usize)> = self
            .categories
            .iter()
            .cloned()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .collect();
        // Stable: equal counts stay in the order of their keys.
        categories.sort_by_key(|(_, count)| Reverse(*count));
        answer.categories = categories;
        answer.hits = page(found, question.skip, question.most)
            .into_iter()
            .map(|entry| Hit {
                entry,
                repositories: self.best_repositories(entry, &words),
            })
            .collect();
        answer
    }

    /// For each entry how well it matches, smallest first; `None` for an entry
    /// that does not have every word, and altogether without words.
    fn relevance(&self, words: &[String]) -> Option<Vec<Option<u8>>> {
        let (first, others) = words.split_first()?;
        let known = |class: &u8| (*class != NOWHERE).then_some(*class);
        let mut sums: Vec<Option<u8>> = self.vocabulary.classes(first).iter().map(known).collect();
        for word in others {
            let classes = self.vocabulary.classes(word);
            for (sum, class) in sums.iter_mut().zip(classes.iter()) {
                // At most eight words of class 5: far from overflowing.
                *sum = sum.zip(known(class)).map(|(sum, class)| sum + class);
            }
        }
        Some(sums)
    }

    /// The repositories of an entry that a search is most likely about.
    fn best_repositories(&self, entry: usize, words: &[String]) -> Vec<usize> {
        let mut found: Vec<_> = self.repositories[entry]
            .iter()
            .enumerate()
            .filter_map(|(at, folded)| {
                let mut missing = words.len();
                let mut sum = 0;
                for word in words {
                    let class = match lies(&folded.name, word) {
                        Some(lies) => lies as usize,
                        None if folded.description.contains(word.as_str()) => 4,
                        None => continue,
                    };
                    missing -= 1;
                    sum += class;
                }
                (missing < words.len()).then_some((missing, sum, &folded.name, at))
            })
            .collect();
        found.sort_unstable();
        found.truncate(MOST_REPOSITORIES);
        found.into_iter().map(|(.., at)| at).collect()
    }
}

/// The entries of one page: only what comes before its end is sorted.
fn page(mut found: Vec<(u64, usize)>, skip: usize, most: usize) -> Vec<usize> {
    let end = skip.saturating_add(most);
    if end < found.len() {
        found.select_nth_unstable(end);
        found.truncate(end);
    }
    found.sort_unstable();
    found.into_iter().skip(skip).map(|(_, at)| at).collect()
}
