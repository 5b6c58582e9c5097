//! What a view needs: rows for the page, or what they make.

use crate::counted::Counted;
use crate::days::{Days, Month};
use crate::held::Rows;
use crate::{Insights, InsightsError, Namespace};
use pulls::calendar::Day;
use pulls::partition::Partition;
use pulls::query::{Dimension, Query};
use pulls::served::{self, Answer, MOST_FOUND};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Rows that are packed are so many times smaller than as they are kept, about (of a million sample
/// pulls, `examples/bench.rs`, 15.2 MB become 3.9): what is larger than that is not packed to see.
const PACKS_BY: u64 = 4;

/// At most so many threads count for one question.
const MOST_THREADS: usize = 4;

impl Insights {
    pub(crate) fn view(
        &self,
        of: &Namespace,
        query: &Query,
        has: &[(Day, u64)],
    ) -> Result<Answer, InsightsError> {
        let Some(days) = self.days(of)? else {
            return Ok(Answer::Nothing);
        };
        let months = days.months(query);
        match self.months_to_send(of, &months, has)? {
            Some(months) => Ok(Answer::Months {
                told: days.told,
                months,
                version: days.shown_version(),
            }),
            None => self.made(of, days, query, false),
        }
    }

    pub(crate) fn look(
        &self,
        of: &Namespace,
        query: &Query,
        seen: Option<u64>,
    ) -> Result<Answer, InsightsError> {
        let Some(days) = self.days(of)? else {
            return Ok(Answer::Nothing);
        };
        if seen == Some(days.shown_version()) {
            return Ok(Answer::Unchanged);
        }
        let rows_fit = self.would_send(of, &days.months(query));
        self.made(of, days, query, rows_fit)
    }

    /// What the rows of a view make.
    fn made(
        &self,
        of: &Namespace,
        mut days: Days,
        query: &Query,
        rows_fit: bool,
    ) -> Result<Answer, InsightsError> {
        let (mut counted, spread) = self.count_and_spread(of, &mut days, query)?;
        let Counted {
            desk,
            tallies,
            palette,
            ..
        } = &mut counted;
        let view = desk.view(query, palette, tallies, &spread);
        Ok(Answer::View {
            told: days.told,
            view: Box::new(view),
            version: days.shown_version(),
            rows_fit,
        })
    }

    pub(crate) fn find(
        &self,
        of: &Namespace,
        query: &Query,
        dimension: Dimension,
        text: &str,
        also: &[String],
        limit: u32,
    ) -> Result<Answer, InsightsError> {
        let Some(days) = self.days(of)? else {
            return Ok(Answer::Found(Vec::new()));
        };
        let mut counted = self.count(of, &days, query)?;
        counted.desk.remember(&counted.tallies);
        let limit = limit.min(MOST_FOUND) as usize;
        let found = counted.desk.find(dimension, text, also, limit);
        Ok(Answer::Found(found))
    }

    /// Whether months are not too many bytes in all: as they are packed, where that is held, and
    /// else about.
    fn would_send(&self, of: &Namespace, months: &[Month]) -> bool {
        let bytes: u64 = months
            .iter()
            .map(|month| {
                self.packed_bytes(of, *month)
                    .unwrap_or(month.bytes / PACKS_BY)
            })
            .sum();
        bytes <= self.limits.sent_bytes as u64
    }

    /// The months as the page takes them, if they are not too many bytes in all.
    fn months_to_send(
        &self,
        of: &Namespace,
        months: &[Month],
        has: &[(Day, u64)],
    ) -> Result<Option<Vec<served::Month>>, InsightsError> {
        if !self.would_send(of, months) {
            return Ok(None);
        }
        let most = self.limits.sent_bytes;
        let packed = side_by_side(months, |month| self.packed(of, *month))?;
        if packed.iter().map(|packed| packed.len()).sum::<usize>() > most {
            return Ok(None);
        }
        let sent = months.iter().zip(packed).map(|(month, packed)| {
            let is_there = has.contains(&(month.span.first, month.version));
            served::Month {
                first: month.span.first,
                version: month.version,
                rows: (!is_there).then(|| packed.to_vec()),
            }
        });
        Ok(Some(sent.collect()))
    }
}

pub(crate) fn locked<T>(rows: &Rows, work: impl FnOnce(&mut Partition) -> T) -> T {
    // Counting changes no row: what a thread that panicked left is whole.
    work(&mut rows.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Does work for each of a list, in several threads; what comes of it is in the list’s order.
pub(crate) fn side_by_side<T: Sync, O: Send>(
    list: &[T],
    work: impl Fn(&T) -> Result<O, InsightsError> + Sync,
) -> Result<Vec<O>, InsightsError> {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
        .min(list.len());
    if threads <= 1 {
        return list.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match list.get(at) {
                Some(one) => done.push((at, work(one))),
                None => return done,
            }
        }
    };
    let mut done: Vec<(usize, Result<O, InsightsError>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
