//! The desk's lists of single records: where the rows of a query are, and pages of them.

use crate::desk::Desk;
use crate::link::{Done, IndexEntry, Job};
use futures_util::future::join_all;
use pulls::order::sorted;
use pulls::query::Query;
use pulls::view::Row;
use std::rc::Rc;

/// Where matching rows are, by reader.
pub struct Index {
    /// Reader and segment.
    pub entries: Vec<(usize, IndexEntry)>,
}

impl Desk {
    /// Where the rows of a query are; `None` when a reader has died with its rows.
    pub async fn index(&self, query: &Query) -> Option<Rc<Index>> {
        let selection = self.engine.borrow().selection(query);
        let generation = self.generation.get();
        if let Some((at, of, index)) = &*self.index.borrow()
            && *at == generation
            && *of == selection
        {
            return Some(Rc::clone(index));
        }
        let answers = self.ask_all(&Job::Index(selection.clone())).await;
        let mut entries = Vec::new();
        for (reader, done) in answers.into_iter().enumerate() {
            let Some(Done::Index(found)) = done else {
                return None;
            };
            entries.extend(found.into_iter().map(|entry| (reader, entry)));
        }
        let entries = sorted(entries, |a: &(usize, IndexEntry), b| a.1.id.cmp(&b.1.id));
        let index = Rc::new(Index { entries });
        *self.index.borrow_mut() = Some((generation, selection, Rc::clone(&index)));
        Some(index)
    }

    /// A page of raw records, by day and then as they stand in the files; `None`
    /// when a reader has died with its rows.
    pub async fn rows(
        &self,
        query: &Query,
        offset: u64,
        limit: u32,
        newest_first: bool,
    ) -> Option<(u64, Vec<Row>)> {
        let index = self.index(query).await?;
        let runs: Vec<_> = index
            .entries
            .iter()
            .flat_map(|(reader, entry)| {
                entry.days.iter().map(move |(code, day, rows)| {
                    (*day, entry.id, *reader, *code, u64::from(*rows))
                })
            })
            .collect();
        let runs = sorted(runs, |a, b| {
            if newest_first {
                b.0.cmp(&a.0)
            } else {
                a.0.cmp(&b.0)
            }
            .then(a.1.cmp(&b.1))
        });
        let selection = self.engine.borrow().selection(query);
        let (mut at, end) = (0u64, offset + u64::from(limit));
        let mut wanted = Vec::new();
        for (_, id, reader, day, rows) in runs {
            let (from, to) = (at.max(offset), (at + rows).min(end));
            if from < to {
                wanted.push((
                    reader,
                    Job::Rows {
                        selection: selection.clone(),
                        id,
                        day,
                        skip: (from - at) as u32,
                        take: (to - from) as u32,
                    },
                ));
            }
            at += rows;
        }
        let pages = join_all(
            wanted
                .iter()
                .map(|(reader, job)| self.readers()[*reader].ask(job, &[], false)),
        )
        .await;
        let mut rows = Vec::new();
        for page in pages {
            let Some((Done::Rows(page), _)) = page else {
                return None;
            };
            rows.extend(page);
        }
        Some((at, rows))
    }
}
