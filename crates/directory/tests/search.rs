//! The index against one naive pass over all texts, and by hand.

use chrono::{DateTime, NaiveDate, Utc};
use core::cmp::Reverse;
use directory::{Answer, Entry, Hit, Index, Order, Question, RepositoryEntry};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn words_of(text: &str) -> Vec<String> {
    let text: String = text.chars().take(200).collect();
    let mut words = Vec::new();
    for word in text.replace('/', " ").split_whitespace().take(8).map(fold) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Whether a word of the text begins with the sought one.
fn starts(text: &str, word: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (0..characters.len()).any(|at| {
        let rest: String = characters[at..].iter().collect();
        (at == 0 || !characters[at - 1].is_alphanumeric()) && rest.starts_with(word)
    })
}

fn class(entry: &Entry, word: &str) -> Option<u32> {
    let namespace = fold(&entry.namespace);
    let title = fold(&entry.title);
    let in_repositories = |text: fn(&RepositoryEntry) -> &str| {
        entry
            .repositories
            .iter()
            .any(|repository| fold(text(repository)).contains(word))
    };
    if namespace == word {
        Some(0)
    } else if namespace.starts_with(word) {
        Some(1)
    } else if starts(&namespace, word) || starts(&title, word) {
        Some(2)
    } else if namespace.contains(word) || title.contains(word) {
        Some(3)
    } else if in_repositories(|repository| &repository.name) {
        Some(4)
    } else if fold(&entry.description).contains(word)
        || in_repositories(|repository| &repository.description)
    {
        Some(5)
    } else {
        None
    }
}

fn class_of_repository(repository: &RepositoryEntry, word: &str) -> Option<u32> {
    let name = fold(&repository.name);
    if name == word {
        Some(0)
    } else if name.starts_with(word) {
        Some(1)
    } else if starts(&name, word) {
        Some(2)
    } else if name.contains(word) {
        Some(3)
    } else if fold(&repository.description).contains(word) {
        Some(4)
    } else {
        None
    }
}

fn repositories(entry: &Entry, words: &[String]) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, repository) in entry.repositories.iter().enumerate() {
        let classes: Vec<u32> = words
            .iter()
            .filter_map(|word| class_of_repository(repository, word))
            .collect();
        if !classes.is_empty() {
            found.push((
                Reverse(classes.len()),
                classes.iter().sum::<u32>(),
                fold(&repository.name),
                at,
            ));
        }
    }
    found.sort();
    found.into_iter().take(3).map(|found| found.3).collect()
}

fn naive(entries: &[Entry], question: &Question) -> Answer {
    let words = words_of(&question.words);
    let mut answer = Answer::default();
    let mut categories: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let classes: Option<Vec<u32>> = words.iter().map(|word| class(entry, word)).collect();
        let Some(classes) = classes else { continue };
        let in_category = question
            .category
            .as_ref()
            .is_none_or(|key| entry.categories.contains(key));
        if in_category {
            answer.all_total += 1;
            answer.sponsored_total += usize::from(entry.sponsored);
        }
        if question.sponsored_only && !entry.sponsored {
            continue;
        }
        let mut own: Vec<&str> = entry.categories.iter().map(String::as_str).collect();
        own.sort();
        own.dedup();
        for key in own {
            *categories.entry(key).or_default() += 1;
        }
        if !in_category {
            continue;
        }
        let shown = if entry.title.is_empty() {
            &entry.namespace
        } else {
            &entry.title
        };
        let all = &entry.repositories;
        let stars = entry.stars.unwrap_or(0);
        let pushed = all.iter().filter_map(|one| one.pushed_at).max();
        let since = entry.since.filter(|_| entry.sponsored);
        // Absent moments come last because nothing is less than something.
        let (sum, stars, since, pushed) = match question.order {
            Order::Relevance if words.is_empty() => (0, 0, None, None),
            Order::Relevance => (classes.iter().sum(), stars, None, None),
            Order::Name => (0, 0, None, None),
            Order::Newest => (0, 0, since, None),
            Order::Pushed => (0, 0, None, pushed),
            Order::Stars => (0, stars, None, None),
        };
        found.push((
            (sum, Reverse(stars), Reverse(since), Reverse(pushed)),
            (fold(shown), entry.namespace.clone(), at),
        ));
    }
    answer.total = found.len();
    found.sort();
    answer.hits = found
        .iter()
        .skip(question.skip)
        .take(question.most)
        .map(|(_, (_, _, at))| Hit {
            entry: *at,
            repositories: repositories(&entries[*at], &words),
        })
        .collect();
    answer.categories = categories
        .into_iter()
        .map(|(key, count)| (key.to_owned(), count))
        .collect();
    answer
        .categories
        .sort_by_key(|(key, count)| (Reverse(*count), key.clone()));
    answer
}

/// Few letters, so that much is found and much ties.
const TEXT: &str = "[abAé/.-]{0,4}( [abAé-]{1,4}){0,2}";

fn repository() -> impl Strategy<Value = RepositoryEntry> {
    ("[abé/-]{1,4}", TEXT, prop::option::of(0_i64..4)).prop_map(|(name, description, pushed_at)| {
        RepositoryEntry {
            name,
            description,
            pushed_at: pushed_at.and_then(|day| DateTime::from_timestamp(day * 86_400, 0)),
        }
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    (
        // No namespace has a blank or a slash; nothing breaks if one does.
        "[ab-]{1,4}|[ ab/é-]{1,4}",
        TEXT.prop_map(|text| text.trim().to_owned()),
        TEXT,
        any::<bool>(),
        prop::option::of(1_u32..4),
        prop::collection::vec("[xyz]", 0..3),
        prop::collection::vec(repository(), 0..5),
    )
        .prop_map(
            |(namespace, title, description, sponsored, since, categories, repositories)| Entry {
                // Of some projects the stars are known.
                stars: (title.len() % 3 == 0).then_some(title.len() as u64),
                namespace,
                title,
                description,
                sponsored,
                since: since.and_then(|day| NaiveDate::from_ymd_opt(2026, 8, day)),
                categories,
                repositories,
            },
        )
}

const ORDERS: [Order; 5] = [
    Order::Relevance,
    Order::Name,
    Order::Newest,
    Order::Pushed,
    Order::Stars,
];

fn question() -> impl Strategy<Value = Question> {
    (
        "[abAé/. -]{0,6}",
        any::<bool>(),
        prop::option::of("[w-z]"),
        prop::sample::select(ORDERS.to_vec()),
        0_usize..5,
        prop_oneof![0_usize..8, Just(usize::MAX)],
    )
        .prop_map(
            |(words, sponsored_only, category, order, skip, most)| Question {
                words,
                sponsored_only,
                category,
                order,
                skip,
                most,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn the_index_finds_what_one_pass_finds(
        entries in prop::collection::vec(entry(), 0..20),
        questions in prop::collection::vec(question(), 1..8),
    ) {
        let index = Index::build(entries.clone());
        prop_assert_eq!(index.len(), entries.len());
        for question in questions {
            let found = index.search(&question);
            prop_assert_eq!(found, naive(&entries, &question), "{:?}", question);
        }
    }

    #[test]
    fn any_words_are_survived(words in any::<String>(), text in any::<String>()) {
        let entries = vec![plain("kelp", "", &text)];
        Index::build(entries).search(&about(&words));
    }
}

fn plain(namespace: &str, title: &str, description: &str) -> Entry {
    Entry {
        namespace: namespace.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        ..Entry::default()
    }
}

fn named(name: &str) -> RepositoryEntry {
    RepositoryEntry {
        name: name.to_owned(),
        ..RepositoryEntry::default()
    }
}

fn about(words: &str) -> Question {
    Question {
        words: words.to_owned(),
        most: 100,
        ..Question::default()
    }
}

fn found<'a>(index: &'a Index, words: &str) -> Vec<&'a str> {
    let hits = index.search(&about(words)).hits;
    hits.iter()
        .map(|hit| index.entries()[hit.entry].namespace.as_str())
        .collect()
}

#[test]
fn the_best_comes_first() {
    let mut starred = plain("fluentio", "", "");
    starred.stars = Some(5);
    let mut holder = plain("aaa", "", "");
    holder.repositories = vec![named("my-fluent")];
    let index = Index::build(vec![
        plain("zzz", "", "Speaks fluent French"),
        holder,
        plain("confluent", "", ""),
        plain("kelp", "Fluent Kelp", ""),
        plain("fluentd", "", ""),
        starred,
        plain("fluent", "", ""),
        plain("other", "Other", ""),
    ]);
    let rest = ["fluentd", "kelp", "confluent", "aaa", "zzz"];
    let whole = found(&index, "FLUENT");
    assert_eq!(whole[..2], ["fluent", "fluentio"]);
    assert_eq!(whole[2..], rest);
    // Before the word is typed to its end, the exact one is one of three.
    let begun = found(&index, "flu");
    assert_eq!(begun[..2], ["fluentio", "fluent"]);
    assert_eq!(begun[2..], rest);
    assert_eq!(found(&index, "fluent kel"), ["kelp"]);
    assert_eq!(found(&index, "aaa/my-fluent"), ["aaa"]);
    assert!(found(&index, "fluent nobody").is_empty());
    assert_eq!(found(&index, "").len(), 8);
}

#[test]
fn repositories_that_match_are_named() {
    let mut entry = plain("kelp", "", "");
    entry.repositories = vec![
        named("unrelated"),
        named("web-api"),
        named("old-web"),
        named("web"),
        named("cobweb"),
    ];
    let index = Index::build(vec![entry]);
    let hits = |words: &str| index.search(&about(words)).hits[0].repositories.clone();
    assert_eq!(hits("web"), [3, 1, 2]);
    assert_eq!(hits("kelp web"), [3, 1, 2]);
    assert_eq!(hits("api web"), [1, 3, 2]);
    assert!(hits("kelp").is_empty());
    assert!(hits("").is_empty());
}

#[test]
fn nothing_is_in_an_empty_directory() {
    let index = Index::build(Vec::new());
    assert!(index.is_empty());
    let question = Question {
        category: Some("x".to_owned()),
        ..about("a")
    };
    assert_eq!(index.search(&question), Answer::default());
}

#[test]
fn orders_are_written_small() {
    let words = ["relevance", "name", "newest", "pushed", "stars"];
    for (order, word) in ORDERS.into_iter().zip(words) {
        let text = format!("\"{word}\"");
        assert_eq!(serde_json::to_string(&order).unwrap(), text);
        assert_eq!(serde_json::from_str::<Order>(&text).unwrap(), order);
    }
    assert_eq!(Order::default(), Order::Relevance);
}

#[test]
fn pushed_and_newest_put_the_unknown_last() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 8, day);
    let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
    let mut old = plain("old", "", "");
    (old.sponsored, old.since) = (true, day(1));
    let mut new = plain("new", "", "");
    (new.sponsored, new.since) = (true, day(2));
    // Was sponsored once.
    let mut former = plain("former", "", "");
    former.since = day(3);
    old.repositories = vec![named("a")];
    old.repositories[0].pushed_at = at("2026-08-02T00:00:00Z");
    former.repositories = vec![named("a")];
    former.repositories[0].pushed_at = at("2026-08-03T00:00:00Z");
    let index = Index::build(vec![former, old, new]);
    let in_order = |order| {
        let question = Question { order, ..about("") };
        let hits = index.search(&question).hits;
        hits.iter().map(|hit| hit.entry).collect::<Vec<_>>()
    };
    assert_eq!(in_order(Order::Newest), [2, 1, 0]);
    assert_eq!(in_order(Order::Pushed), [0, 1, 2]);
    assert_eq!(in_order(Order::Name), [0, 2, 1]);
}
