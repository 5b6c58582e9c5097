//! A pull store that fails on purpose.

use pull_store::{Block, DayRows, Embedded, Kept, Of, PullStore, PullStoreError, VisitorCount};
use pulls::batch::Batch;
use pulls::calendar::{Day, Granularity, Span};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};

const CRASH: &str = "the process ends here";

/// A store that fails when it is told to, before or after it has appended, or takes the whole
/// process with it.
pub struct Failing {
    /// What it stands before.
    pub store: Embedded,
    /// What the next appends do: 0 works, 1 fails before, 2 fails after, 3 ends the process before,
    /// 4 after; of the next one the lowest digit tells.
    pub plan: AtomicU32,
}

impl PullStore for Failing {
    fn append(&self, block: &Block) -> Result<(), PullStoreError> {
        let plan = self.plan.load(Ordering::Relaxed);
        self.plan.store(plan / 5, Ordering::Relaxed);
        let away = || PullStoreError::Changed(Day(0));
        match plan % 5 {
            1 => Err(away()),
            2 => self.store.append(block).and(Err(away())),
            3 => panic!("{CRASH}"),
            4 => self.store.append(block).map(|()| panic!("{CRASH}")),
            _ => self.store.append(block),
        }
    }

    fn appended(&self) -> Result<u64, PullStoreError> {
        self.store.appended()
    }

    fn replace(&self, namespace: &str, span: Span, days: &[DayRows]) -> Result<(), PullStoreError> {
        self.store.replace(namespace, span, days)
    }

    fn kept(&self, namespaces: &[&str], span: Span) -> Result<Vec<Kept>, PullStoreError> {
        self.store.kept(namespaces, span)
    }

    fn rollups(&self, namespaces: &[&str], span: Span) -> Result<Vec<Batch>, PullStoreError> {
        self.store.rollups(namespaces, span)
    }

    fn raw(
        &self,
        namespaces: &[&str],
        span: Span,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        self.store.raw(namespaces, span, take)
    }

    fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError> {
        self.store.visitors(namespaces, span, by, of)
    }

    fn tidy(&self) -> Result<(), PullStoreError> {
        self.store.tidy()
    }

    fn drop_before(&self, day: Day) -> Result<u64, PullStoreError> {
        self.store.drop_before(day)
    }
}
