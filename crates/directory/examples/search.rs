//! Times searches as they are typed: 10,000 namespaces with 100,000 repositories,
//! 2,000 questions, on one thread. The texts are the same at every run.
//! `cargo run --release -p directory --example search`

use chrono::{DateTime, NaiveDate};
use directory::{Entry, Index, Order, Question, RepositoryEntry};
use std::time::{Duration, Instant};

const NAMESPACES: usize = 10_000;
const REPOSITORIES: usize = 100_000;
const QUESTIONS: usize = 2_000;

/// Numbers that look random and are not (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// Small numbers more often than large ones, as words are used.
    fn often_small(&mut self, end: usize) -> usize {
        let bound = self.below(end) + 1;
        let bound = self.below(bound) + 1;
        self.below(bound)
    }
}

/// Words of two to four syllables.
fn vocabulary(numbers: &mut Numbers) -> Vec<String> {
    let syllables = [
        "flu", "ent", "ka", "der", "pro", "me", "the", "us", "gra", "fa", "na", "re", "dis", "con",
        "tain", "er", "log", "ger", "mon", "go", "in", "flux", "ci", "run", "ner", "web", "da",
        "ta", "ser", "ver", "op", "era", "tor", "k8s", "py", "lib",
    ];
    (0..6_000)
        .map(|_| {
            let count = 2 + numbers.below(3);
            (0..count)
                .map(|_| syllables[numbers.below(syllables.len())])
                .collect()
        })
        .collect()
}

fn sentence(numbers: &mut Numbers, words: &[String], count: usize) -> String {
    let chosen: Vec<&str> = (0..count)
        .map(|_| words[numbers.often_small(words.len())].as_str())
        .collect();
    chosen.join(" ")
}

fn entries(numbers: &mut Numbers, words: &[String]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = (0..NAMESPACES)
        .map(|number| Entry {
            namespace: format!("{}{number}", words[numbers.below(words.len())]),
            title: match number % 3 {
                0 => sentence(numbers, words, 2),
                _ => String::new(),
            },
            description: sentence(numbers, words, 12),
            sponsored: number % 10 == 0,
            since: NaiveDate::from_num_days_from_ce_opt(739_000 + numbers.below(900) as i32),
            categories: vec![format!("category-{}", numbers.often_small(20))],
            stars: Some(numbers.often_small(10_000) as u64),
            repositories: Vec::new(),
        })
        .collect();
    for number in 0..REPOSITORIES {
        let owner = if number < NAMESPACES {
            number
        } else {
            numbers.often_small(NAMESPACES)
        };
        let repository = RepositoryEntry {
            name: format!(
                "{}-{}{}",
                words[numbers.often_small(words.len())],
                words[numbers.below(words.len())],
                numbers.below(100)
            ),
            description: sentence(numbers, words, 10),
            pushed_at: DateTime::from_timestamp(
                1_700_000_000 + numbers.below(90_000_000) as i64,
                0,
            ),
        };
        entries[owner].repositories.push(repository);
    }
    entries
}

/// What stands in the field after some key: the beginning of a namespace, of a
/// word or of a second word.
fn typed(numbers: &mut Numbers, entries: &[Entry], words: &[String]) -> String {
    let word = &words[numbers.below(words.len())];
    let (before, last) = match numbers.below(4) {
        0 => ("", &entries[numbers.below(entries.len())].namespace),
        1 => (word.as_str(), &words[numbers.below(words.len())]),
        _ => ("", word),
    };
    let length = numbers.below(last.len()) + 1;
    format!("{before} {}", &last[..length])
        .trim_start()
        .to_owned()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn main() {
    let mut numbers = Numbers(1);
    let words = vocabulary(&mut numbers);
    let entries = entries(&mut numbers, &words);
    let start = Instant::now();
    let index = Index::build(entries);
    println!(
        "{} namespaces, {REPOSITORIES} repositories: built in {:.0} ms",
        index.len(),
        millis(start.elapsed())
    );
    let orders = [
        Order::Relevance,
        Order::Name,
        Order::Newest,
        Order::Pushed,
        Order::Stars,
    ];
    let mut times = Vec::new();
    let mut matches = 0;
    for number in 0..QUESTIONS {
        let question = Question {
            words: typed(&mut numbers, index.entries(), &words),
            sponsored_only: number % 4 == 0,
            category: (number % 5 == 0).then(|| "category-0".to_owned()),
            // Mostly as a search begins.
            order: orders[(number % 8).saturating_sub(3)],
            skip: 0,
            most: 24,
        };
        let start = Instant::now();
        let answer = index.search(&question);
        times.push((start.elapsed(), question.words));
        matches += answer.total;
    }
    times.sort();
    println!(
        "{QUESTIONS} questions, {} matches each on average: median {:.2} ms, p99 {:.2} ms, slowest {:.2} ms (“{}”)",
        matches / QUESTIONS,
        millis(times[QUESTIONS / 2].0),
        millis(times[QUESTIONS * 99 / 100].0),
        millis(times[QUESTIONS - 1].0),
        times[QUESTIONS - 1].1
    );
    for words in ["", "f", "e", "fl", "fluent", "a e i o u n r s"] {
        let question = Question {
            words: words.to_owned(),
            most: 24,
            ..Question::default()
        };
        let start = Instant::now();
        let answer = index.search(&question);
        println!(
            "“{words}”: {} matches in {:.2} ms",
            answer.total,
            millis(start.elapsed())
        );
    }
}
