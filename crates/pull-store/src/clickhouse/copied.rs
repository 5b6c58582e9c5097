//! What it takes to move pulls in from elsewhere: whose there are, rows without a
//! number, and the number that others go on after.

use super::ClickHouse;
use super::journal::{Entry, Kind};
use super::schema::KEPT;
use super::write::{brought, read_days};
use crate::{DayRows, PullStoreError};

impl ClickHouse {
    /// What [`crate::PullHome::namespaces`] gives.
    pub(super) fn names(&self) -> Result<Vec<String>, PullStoreError> {
        let moment = self.moment()?;
        let mut answer = self.servers.home()?.ask(&format!(
            "SELECT DISTINCT namespace FROM {} WHERE {} ORDER BY namespace",
            self.servers.all_of(KEPT),
            moment.counts()
        ))?;
        let mut names = Vec::new();
        while answer.is_next()? {
            names.push(answer.words()?);
        }
        Ok(names)
    }

    /// What [`crate::PullHome::bring`] does. In the journal it is the last block once more, with
    /// rows of its own.
    pub(super) fn bring_days(&self, days: &[DayRows]) -> Result<(), PullStoreError> {
        let days = read_days(days)?;
        if days.is_empty() {
            return Ok(());
        }
        let mut turn = self.turn()?;
        let known = self.known(&mut turn.writer)?;
        let block = known.block;
        *turn.writer = Some(known);
        self.write(
            &mut turn.writer,
            |writing| self.send(writing, &days),
            |writing| Entry {
                number: block,
                ..brought(Kind::Append, writing, &days)
            },
        )?;
        self.fold_if_due(&mut turn.writer);
        Ok(())
    }

    /// What [`crate::PullHome::carry_on`] does: a block without rows.
    pub(super) fn carry_on_after(&self, number: u64) -> Result<(), PullStoreError> {
        let mut turn = self.turn()?;
        let known = self.known(&mut turn.writer)?;
        let last = known.block;
        *turn.writer = Some(known);
        if number < last {
            return Err(PullStoreError::Ahead {
                last,
                wanted: number,
            });
        }
        if number == last {
            return Ok(());
        }
        self.write(
            &mut turn.writer,
            |_| Ok(()),
            |writing| Entry {
                number,
                ..Entry::of(Kind::Append, writing)
            },
        )
    }
}
