//! Random pulls in a store, and what a plain loop over them says.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod naive;
pub mod page;

use insights::{Insights, Limits, Namespace};
use proptest::prelude::*;
use pull_store::{
    Block, DayRows, Embedded, Kept, Margins, Of, PullStore, PullStoreError, VisitorCount,
};
use pulls::batch::{Batch, BatchBuilder, Number, Pull, TEXTS};
use pulls::calendar::{Day, Granularity, Span};
use pulls::header::Column;
use pulls::query::{Compare, Dimension, Filter, Measure, Query, SpanChoice};
use pulls::segment::Action;
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Deref};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What the namespace is called now.
pub const NAME: &str = "kelpworks";

/// What it was called before.
pub const FORMER: &str = "kelp-old";

/// Whose pulls are nobody’s business here.
const OTHER: &str = "driftwood";

/// The first day with pulls, a Tuesday.
pub fn first_day() -> Day {
    Day::from_ymd(2026, 1, 20).unwrap()
}

/// A pull or a version check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// 0 under the former name, 1 under the one of now, 2 somebody else’s.
    pub owner: u8,
    /// Days since [`first_day`].
    pub day: i32,
    pub action: Action,
    pub is_get: bool,
    /// Texts, in the order of [`TEXTS`]; none has a namespace.
    pub texts: [&'static str; TEXTS.len()],
}

impl Fact {
    pub fn day(&self) -> Day {
        first_day().plus(self.day)
    }

    pub fn text(&self, column: Column) -> &'static str {
        let at = TEXTS.iter().position(|one| *one == column).unwrap();
        self.texts[at]
    }

    pub fn is_ours(&self) -> bool {
        self.owner < 2
    }
}

/// Values of each column of [`TEXTS`]: the empty one, one that means the same, some that CSV
/// quotes and some that a spreadsheet would run.
const VALUES: [&[&str]; TEXTS.len()] = [
    &["kelp", "kelp-ui", "urchin"],
    &[
        "", "latest", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "null",
    ],
    &["", "sha256:01", "sha256:02", "sha256:03"],
    &["", "DE", "FR", "BR"],
    &["docker", "podman", ""],
    &[
        "",
        "27.1",
        "=1+1",
        "-2,5",
        "he said \"no\"",
        "two\nlines",
        "@x",
    ],
    &["", "aws", "gcp"],
    &["isp", "hosting", "\\N"],
    &["", "example.org", "Example.com", "uni.example"],
    &[""],
];

/// A few busy days, and others up to four months away.
fn days() -> impl Strategy<Value = i32> {
    prop_oneof![3 => 0..12i32, 2 => 0..110i32, 1 => Just(11)]
}

pub fn facts(most: usize) -> impl Strategy<Value = Vec<Fact>> {
    let texts = VALUES.map(prop::sample::select);
    let owner = prop_oneof![2 => Just(0u8), 5 => Just(1u8), 1 => Just(2u8)];
    let fact = (owner, days(), 0..3usize, any::<bool>(), texts).prop_map(
        |(owner, day, action, is_get, texts)| Fact {
            owner,
            day,
            action: Action::ALL[action],
            is_get,
            texts,
        },
    );
    prop::collection::vec(fact, 0..most)
}

pub fn filters() -> impl Strategy<Value = Vec<Filter>> {
    let filter = (0..Dimension::ALL.len(), any::<bool>()).prop_flat_map(|(at, exclude)| {
        let dimension = Dimension::ALL[at];
        let column = TEXTS.iter().position(|one| *one == dimension.column());
        let mut values = VALUES[column.unwrap()].to_vec();
        values.push("nowhere");
        if dimension == Dimension::Namespace {
            values.extend([NAME, FORMER]);
        }
        let values = prop::collection::vec(prop::sample::select(values), 1..4);
        values.prop_map(move |values| Filter {
            dimension,
            values: values.into_iter().map(str::to_owned).collect(),
            exclude,
        })
    });
    prop_oneof![2 => Just(Vec::new()), 3 => prop::collection::vec(filter, 1..3)]
}

pub fn queries() -> impl Strategy<Value = Query> {
    let span = prop_oneof![
        Just(SpanChoice::All),
        (1..4u8).prop_map(SpanChoice::LastMonths),
        (-40..130i32, 0..70i32).prop_map(|(first, days)| {
            let first = first_day().plus(first);
            SpanChoice::Days(Span::new(first, first.plus(days)))
        }),
    ];
    let by = [Granularity::Day, Granularity::Week, Granularity::Month];
    let measure = [Measure::Pulls, Measure::Checks, Measure::Both];
    let compare = [Compare::Nothing, Compare::Before, Compare::YearBefore];
    (
        span,
        prop::sample::select(by.to_vec()),
        prop::sample::select(measure.to_vec()),
        prop::sample::select(compare.to_vec()),
        filters(),
    )
        .prop_map(|(span, by, measure, compare, filters)| Query {
            span,
            by,
            measure,
            compare,
            filters,
        })
}

/// No report, or one on a day before, among or after those with pulls.
pub fn todays() -> impl Strategy<Value = Option<Day>> {
    prop::option::of((-3..130i32).prop_map(|day| first_day().plus(day)))
}

pub fn counts() -> impl Strategy<Value = Counts> {
    prop::sample::select(vec![Counts::Nothing, Counts::All, Counts::Filtered])
}

pub fn namespace(today: Option<Day>) -> Namespace {
    Namespace {
        name: NAME.to_owned(),
        // It was taken up again: that is no second time that its rows count.
        former: vec![FORMER.to_owned(), NAME.to_owned(), FORMER.to_owned()],
        today,
    }
}

/// Rows as they are appended.
pub fn days_of(facts: &[Fact]) -> Vec<DayRows> {
    let mut days: BTreeMap<(u8, Day), BatchBuilder> = BTreeMap::new();
    for fact in facts {
        let mut pull = Pull {
            texts: fact.texts.map(str::as_bytes),
            ..Pull::default()
        };
        pull.numbers[Number::Day as usize] = fact.day().0 as u64;
        pull.numbers[Number::Action as usize] = fact.action as u64;
        pull.numbers[Number::Count as usize] = 1;
        pull.numbers[Number::Method as usize] = fact.is_get.into();
        days.entry((fact.owner, fact.day()))
            .or_default()
            .push(&pull);
    }
    let name = |owner: u8| [FORMER, NAME, OTHER][usize::from(owner)];
    days.into_iter()
        .map(|((owner, day), rows)| DayRows::of(name(owner), day, &rows))
        .collect()
}

/// What a store counts without being asked for rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Nothing.
    Nothing,
    /// What no filter takes from, as the embedded one.
    All,
    /// What filters leave, too, as a database does.
    Filtered,
}

/// A store in a folder that is removed at the end, which counts what is read.
pub struct Store {
    pub counts: Mutex<Counts>,
    inner: Option<Embedded>,
    folder: PathBuf,
    /// How often rollups were read.
    pub rollups: AtomicU64,
    left: AtomicU64,
    /// Parts of raw rows that were read.
    pub parts: AtomicU64,
    /// What is counted before rollups are read for the last time of so many.
    pub meanwhile: Mutex<Option<(u32, Vec<Fact>)>>,
}

impl Store {
    pub fn new() -> Arc<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-insights-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Arc::new(Self {
            inner: Some(Embedded::open(&folder).unwrap()),
            folder,
            counts: Mutex::new(Counts::Nothing),
            rollups: AtomicU64::new(0),
            left: AtomicU64::new(0),
            parts: AtomicU64::new(0),
            meanwhile: Mutex::default(),
        })
    }

    /// A store of facts that came in so many blocks.
    pub fn of(facts: &[Fact], blocks: usize) -> Arc<Self> {
        let store = Self::new();
        let size = facts.len().div_ceil(blocks).max(1);
        facts.chunks(size).for_each(|facts| store.add(facts));
        store
    }

    pub fn add(&self, facts: &[Fact]) {
        let number = self.appended().unwrap() + 1;
        let days = days_of(facts);
        self.append(&Block { number, days }).unwrap();
    }

    pub fn insights(self: &Arc<Self>, limits: Limits) -> Insights {
        Insights::new(Arc::clone(self) as Arc<dyn PullStore>, limits)
    }

    fn count_meanwhile(&self) {
        let mut meanwhile = self.meanwhile.lock().unwrap();
        if let Some((left, facts)) = &mut *meanwhile {
            *left -= 1;
            if *left == 0 {
                self.add(facts);
                *meanwhile = None;
            }
        }
    }

    /// Margins of what filters leave.
    fn left(
        &self,
        namespaces: &[&str],
        counted: Span,
        drawn: Span,
        filters: &[Filter],
    ) -> Result<Margins, PullStoreError> {
        let within = |span: Span| -> Result<Batch, PullStoreError> {
            let mut left = BatchBuilder::new();
            for batch in self.deref().rollups(namespaces, span)? {
                let marks = batch.marks(filters, Measure::Both, "");
                left.extend(&batch, |row| marks.as_ref().is_none_or(|marks| marks[row]));
            }
            Ok(Batch::decode(&left.encode(), |_| true)?)
        };
        let all = within(counted)?;
        let columns = Dimension::ALL.map(Dimension::column);
        let values = columns
            .into_iter()
            .filter(|column| *column != Column::Namespace)
            .map(|column| {
                Ok((
                    column,
                    Batch::decode(&all.margin(column).encode(), |_| true)?,
                ))
            });
        Ok(Margins {
            by_day: within(drawn)?,
            values: values.collect::<Result<_, PullStoreError>>()?,
            rows: all.actions(),
        })
    }

    /// How often rollups were read since this was last asked.
    pub fn rollups_read(&self) -> u64 {
        self.rollups.swap(0, Ordering::Relaxed)
    }

    /// How often it was asked what filters leave since this was last asked.
    pub fn left_counted(&self) -> u64 {
        self.left.swap(0, Ordering::Relaxed)
    }

    pub fn parts_read(&self) -> u64 {
        self.parts.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        drop(self.inner.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Deref for Store {
    type Target = Embedded;

    fn deref(&self) -> &Embedded {
        self.inner.as_ref().unwrap()
    }
}

impl PullStore for Store {
    fn append(&self, block: &Block) -> Result<(), PullStoreError> {
        self.deref().append(block)
    }

    fn appended(&self) -> Result<u64, PullStoreError> {
        self.deref().appended()
    }

    fn replace(&self, namespace: &str, span: Span, days: &[DayRows]) -> Result<(), PullStoreError> {
        self.deref().replace(namespace, span, days)
    }

    fn kept(&self, namespaces: &[&str], span: Span) -> Result<Vec<Kept>, PullStoreError> {
        self.deref().kept(namespaces, span)
    }

    fn rollups(&self, namespaces: &[&str], span: Span) -> Result<Vec<Batch>, PullStoreError> {
        self.rollups.fetch_add(1, Ordering::Relaxed);
        self.count_meanwhile();
        self.deref().rollups(namespaces, span)
    }

    fn margins(
        &self,
        namespaces: &[&str],
        counted: Span,
        drawn: Span,
        filters: &[Filter],
    ) -> Result<Option<Margins>, PullStoreError> {
        let counts = *self.counts.lock().unwrap();
        if counts != Counts::Nothing {
            self.count_meanwhile();
        }
        match counts {
            Counts::Nothing => Ok(None),
            _ if filters.is_empty() => self.deref().margins(namespaces, counted, drawn, filters),
            Counts::All => Ok(None),
            Counts::Filtered => {
                self.left.fetch_add(1, Ordering::Relaxed);
                self.left(namespaces, counted, drawn, filters).map(Some)
            }
        }
    }

    fn raw(
        &self,
        namespaces: &[&str],
        span: Span,
        take: &mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), PullStoreError> {
        self.deref().raw(namespaces, span, &mut |batch| {
            self.parts.fetch_add(1, Ordering::Relaxed);
            take(batch)
        })
    }

    fn visitors(
        &self,
        namespaces: &[&str],
        span: Span,
        by: Granularity,
        of: Of,
    ) -> Result<Vec<VisitorCount>, PullStoreError> {
        self.deref().visitors(namespaces, span, by, of)
    }

    fn tidy(&self) -> Result<(), PullStoreError> {
        self.deref().tidy()
    }

    fn drop_before(&self, day: Day) -> Result<u64, PullStoreError> {
        self.deref().drop_before(day)
    }
}
