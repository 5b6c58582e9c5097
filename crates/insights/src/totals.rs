//! What was pulled in a span, added up: for totals that are published, and for mails.

use crate::{Insights, InsightsError, Namespace};
use pulls::batch::{Batch, Number};
use pulls::calendar::Span;
use pulls::dictionary::EMPTY_SPELLINGS;
use pulls::header::Column;
use pulls::segment::Action;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// How often something was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Pulls that named a tag.
    pub by_tag: u64,
    /// Pulls that named a digest and no tag.
    pub by_digest: u64,
    /// Version checks, which are no pulls.
    pub version_checks: u64,
}

impl Figures {
    /// Pulls, by tag and by digest.
    pub fn pulls(self) -> u64 {
        self.by_tag + self.by_digest
    }

    /// Whether there was anything at all.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    fn add(&mut self, action: u64, count: u64) {
        let slot = match action {
            action if action == Action::VersionCheck as u64 => &mut self.version_checks,
            action if action == Action::PullByDigest as u64 => &mut self.by_digest,
            _ => &mut self.by_tag,
        };
        *slot += count;
    }
}

/// A tag of a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagName {
    /// The repository, without the namespace.
    pub repository: String,
    /// The tag.
    pub tag: String,
}

/// What was pulled in a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All of it.
    pub all: Figures,
    /// Of each repository.
    pub repositories: BTreeMap<String, Figures>,
    /// Pulls of each tag.
    pub tags: BTreeMap<TagName, u64>,
}

impl Totals {
    fn add(&mut self, repository: &[u8], figures: Figures) {
        let name = String::from_utf8_lossy(repository).into_owned();
        for sum in [self.repositories.entry(name).or_default(), &mut self.all] {
            sum.by_tag += figures.by_tag;
            sum.by_digest += figures.by_digest;
            sum.version_checks += figures.version_checks;
        }
    }

    /// The tags that were pulled most, at most so many; of as many pulls, in the order of their names.
    pub fn most_pulled(&self, most: usize) -> Vec<(&TagName, u64)> {
        let mut tags: Vec<_> = self.tags.iter().map(|(tag, pulls)| (tag, *pulls)).collect();
        // Equal ones stay in the order that the map has.
        tags.sort_by_key(|(_, pulls)| Reverse(*pulls));
        tags.truncate(most);
        tags
    }

    /// The tags whose pulls are most others than before, at most so many: each with how many there
    /// were before and are now. What did not change is none of them.
    pub fn most_changed<'a>(
        &'a self,
        before: &'a Self,
        most: usize,
    ) -> Vec<(&'a TagName, u64, u64)> {
        let mut tags: BTreeMap<&TagName, (u64, u64)> = BTreeMap::new();
        for (tag, pulls) in &before.tags {
            tags.entry(tag).or_default().0 = *pulls;
        }
        for (tag, pulls) in &self.tags {
            tags.entry(tag).or_default().1 = *pulls;
        }
        let mut changed: Vec<_> = tags
            .into_iter()
            .map(|(tag, (before, now))| (tag, before, now))
            .filter(|(_, before, now)| before != now)
            .collect();
        changed.sort_by_key(|(_, before, now)| Reverse(before.abs_diff(*now)));
        changed.truncate(most);
        changed
    }
}

impl Insights {
    /// The days of a namespace that are known: from the first that has rows to the last that is
    /// over, with rows or without. `None` if it has no pull, or none before today.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known_days(&self, of: &Namespace) -> Result<Option<Span>, InsightsError> {
        let days = self.days(of)?;
        Ok(days.and_then(|days| {
            let (first, over) = (days.told.days.first, days.told.over);
            (first <= over).then(|| Span::new(first, over))
        }))
    }

    /// What was pulled in a span; its tags only if they are wanted, since there may be many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn totals(
        &self,
        of: &Namespace,
        span: Span,
        has_tags: bool,
    ) -> Result<Totals, InsightsError> {
        // Tags count with their repositories: that is in no margin.
        if !has_tags && let Some(totals) = self.counted_totals(of, span)? {
            return Ok(totals);
        }
        let mut totals = Totals::default();
        // A month at a time: what is read at once stays small.
        for month in pulls::served::months(span) {
            let Some(days) = span.intersection(month) else {
                continue;
            };
            for batch in self.store.rollups(&of.names(), days)? {
                let (actions, counts) =
                    (batch.numbers(Number::Action), batch.numbers(Number::Count));
                let Some(repositories) = batch.texts(Column::Repository) else {
                    continue;
                };
                let tags = batch.texts(Column::Tag).filter(|_| has_tags);
                // Each name is looked up once, however many rows it has.
                let mut of_repository: HashMap<u32, Figures> = HashMap::new();
                let mut of_tag: HashMap<(u32, u32), u64> = HashMap::new();
                for row in 0..batch.len() {
                    let (action, count) = (actions.get(row), counts.get(row));
                    let repository = repositories.codes.get(row) as u32;
                    of_repository
                        .entry(repository)
                        .or_default()
                        .add(action, count);
                    if let Some(tags) = tags
                        && action == Action::PullByTag as u64
                    {
                        let tag = tags.codes.get(row) as u32;
                        *of_tag.entry((repository, tag)).or_default() += count;
                    }
                }
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                for (code, figures) in of_repository {
                    totals.add(repositories.value(code), figures);
                }
                for ((repository, tag), pulls) in of_tag {
                    let tag = tags.map_or(&b""[..], |tags| tags.value(tag));
                    if EMPTY_SPELLINGS.contains(&tag) {
                        continue;
                    }
                    let name = TagName {
                        repository: text(repositories.value(repository)),
                        tag: text(tag),
                    };
                    *totals.tags.entry(name).or_default() += pulls;
                }
            }
        }
        Ok(totals)
    }

    /// The same by what the store has counted without looking at rows, if it has.
    fn counted_totals(&self, of: &Namespace, span: Span) -> Result<Option<Totals>, InsightsError> {
        // Nothing is drawn of it.
        let drawn = Span::new(span.first, span.first);
        let Some(margins) = self.store.margins(&of.names(), span, drawn, &[])? else {
            return Ok(None);
        };
        let mut totals = Totals::default();
        let of_repositories = |(column, _): &&(Column, Batch)| *column == Column::Repository;
        if let Some((column, batch)) = margins.values.iter().find(of_repositories) {
            let (actions, counts) = (batch.numbers(Number::Action), batch.numbers(Number::Count));
            for row in 0..batch.len() {
                let mut figures = Figures::default();
                figures.add(actions.get(row), counts.get(row));
                totals.add(batch.row(row).text(*column), figures);
            }
        }
        Ok(Some(totals))
    }
}
