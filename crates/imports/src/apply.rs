//! Putting the rows in place of what is kept.

use crate::{Import, ImportError};
use pull_store::PullStore;
use pulls::calendar::{Day, Granularity, Span};

/// Days are replaced together while they have no more rows than this, so that what is written at
/// once stays small.
const MOST_ROWS: u64 = 1 << 22;

impl Import {
    /// Replaces the days that are in the files, of the namespaces that are; all others stay.
    ///
    /// Days that follow each other are replaced in one transaction, up to a month of one namespace.
    /// If it breaks off in between, some days are replaced and the others are as before, none is
    /// half; doing it again completes it.
    ///
    /// # Errors
    /// [`ImportError::Replace`], which names the days at which it broke off.
    pub fn apply(&self, store: &dyn PullStore) -> Result<(), ImportError> {
        for (namespace, days) in &self.namespaces {
            for span in runs(days.iter().map(|(day, of)| (*day, of.rows))) {
                let rows: Vec<_> = days
                    .range(span.first..=span.last)
                    .flat_map(|(day, of)| of.rows(namespace, *day))
                    .collect();
                store
                    .replace(namespace, span, &rows)
                    .map_err(|error| ImportError::Replace {
                        namespace: namespace.clone(),
                        span,
                        error,
                    })?;
            }
        }
        Ok(())
    }
}

/// The runs of days that follow each other, each within a month and not too long.
fn runs(days: impl Iterator<Item = (Day, u64)>) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    let mut held = 0;
    for (day, rows) in days {
        held += rows;
        match runs.last_mut() {
            Some(run)
                if run.last.plus(1) == day
                    && Granularity::Month.start(run.first) == Granularity::Month.start(day)
                    && held <= MOST_ROWS =>
            {
                run.last = day;
            }
            _ => {
                runs.push(Span::new(day, day));
                held = rows;
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(days: &[(i32, u64)]) -> Vec<(i32, i32)> {
        // The last days of August 2026 and the first of September.
        let end = Day::from_ymd(2026, 8, 31).unwrap().0;
        runs(days.iter().map(|(day, rows)| (Day(end + day), *rows)))
            .into_iter()
            .map(|span| (span.first.0 - end, span.last.0 - end))
            .collect()
    }

    #[test]
    fn days_are_replaced_in_runs_by_month() {
        assert_eq!(found(&[]), []);
        assert_eq!(
            found(&[(-5, 1), (-4, 1), (-2, 1), (-1, 1), (0, 1), (1, 1), (2, 1)]),
            [(-5, -4), (-2, 0), (1, 2)]
        );
        let half = MOST_ROWS / 2;
        assert_eq!(
            found(&[(2, half), (3, half), (4, 1), (5, MOST_ROWS), (6, 1)]),
            [(2, 3), (4, 4), (5, 5), (6, 6)]
        );
    }
}
