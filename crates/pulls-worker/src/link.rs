//! What desk and readers say to each other, and the desk's end of it.

use crate::js;
use crate::staff::{self, Employee};
use crate::wire::{Tell, decode, encode};
use futures_channel::oneshot;
use js_sys::Array;
use pulls::days::Days;
use pulls::desk::News;
use pulls::export::Rewrite;
use pulls::header::Header;
use pulls::overlap::Coverage;
use pulls::partition::{SliceError, SliceReport};
use pulls::query::Selection;
use pulls::segment::SliceId;
use pulls::summary::{Group, Level};
use pulls::tally::Tally;
use pulls::view::Row;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

/// From the desk to a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// Read a slice of the file (or of the bytes) that follows.
    Read(Box<ReadSlice>),
    /// Hold the publisher answer whose text follows.
    HoldPublisher {
        /// As which slice.
        id: SliceId,
    },
    /// Hold the batch whose bytes follow.
    HoldBatch {
        /// As which slice.
        id: SliceId,
    },
    /// Load what later jobs need.
    Prepare,
    /// Forget a slice.
    ForgetSlice(SliceId),
    /// Forget a file.
    ForgetFile(u32),
    /// Tell what is new since, in an epoch, so many values of each dimension.
    News(u32, Vec<usize>),
    /// Count values.
    Tally(Selection),
    /// Count slots and days.
    Days(Selection, Vec<u8>),
    /// List where matching rows are.
    Index(Selection),
    /// Give rows.
    Rows {
        /// Which rows match.
        selection: Selection,
        /// In which segment.
        id: SliceId,
        /// Of which day code.
        day: u32,
        /// How many to pass over.
        skip: u32,
        /// How many at most.
        take: u32,
    },
    /// Group rows for a summary.
    Groups(Selection, Level),
    /// What a file covers.
    Coverage(u32),
    /// Copy the matching rows of a segment from the file (or bytes) that follows.
    Copy {
        /// Which rows match.
        selection: Selection,
        /// In which segment.
        id: SliceId,
        /// Written anew, or byte for byte.
        rewrite: Option<(Vec<Option<u16>>, u8, bool)>,
    },
}

/// A slice to read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadSlice {
    /// How rows are read.
    pub header: Header,
    /// Which slice.
    pub id: SliceId,
    /// Offset of the text's first byte.
    pub from: u64,
    /// Rows that begin before this offset belong to it.
    pub end: u64,
    /// Whether a row begins at `from`.
    pub at_row: bool,
    /// Bytes of the file in all; for bytes that follow, whether they end the
    /// file is `to_end`.
    pub size: u64,
    /// For bytes that follow: so many of them are text.
    pub len: u32,
    /// For bytes that follow: they reach the end of the file.
    pub to_end: bool,
}

/// From a reader to the desk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Done {
    /// A slice was read, or why not.
    Read(Result<SliceReport, ReadError>),
    /// A publisher answer was held: rows, its period (0 day, 1 week, 2 month).
    Held(Result<(u64, pulls::calendar::Granularity), String>),
    /// Nothing to say.
    Fine,
    /// The part that does this job could not be loaded.
    Lost,
    /// What is new.
    News(Box<News>),
    /// Counts of values.
    Tally(Tally),
    /// Counts of slots and days.
    Days(Days),
    /// Where matching rows are, and the day of each day code.
    Index(Vec<IndexEntry>),
    /// Rows.
    Rows(Vec<Row>),
    /// Groups.
    Groups(Vec<Group>),
    /// What a file covers.
    Coverage(Coverage),
    /// Whether rows could be copied, which follow then; else the file has changed.
    Copied(bool),
}

/// Matching rows of one segment by day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexEntry {
    /// The segment.
    pub id: SliceId,
    /// Offset of its first row.
    pub first_row: u64,
    /// Offset after its last row.
    pub next_row: u64,
    /// Day code, its day, and how many rows.
    pub days: Vec<(u32, Option<pulls::calendar::Day>, u32)>,
}

/// Why a slice was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadError {
    /// The browser could not read the file.
    Unreadable,
    /// The part that reads such files could not be loaded.
    Lost,
    /// The engine refused.
    Slice(SliceError),
}

/// A copy's way of writing, as it travels.
pub fn pack_rewrite(how: &Rewrite) -> (Vec<Option<u16>>, u8, bool) {
    (how.fields.clone(), how.delimiter, how.safe)
}

type Reply = (Done, Vec<JsValue>);

/// The desk's end of a link to a reader.
pub struct Reader {
    worker: Employee,
    waiting: Waiting,
    next: Cell<u32>,
    dead: Rc<Cell<bool>>,
}

type Waiting = Rc<RefCell<Vec<(u32, oneshot::Sender<Reply>)>>>;

fn take_waiter(waiting: &Waiting, number: u32) -> Option<oneshot::Sender<Reply>> {
    let mut waiting = waiting.borrow_mut();
    let at = waiting.iter().position(|w| w.0 == number)?;
    Some(waiting.swap_remove(at).1)
}

/// The name that a worker is started under to be a reader.
pub const READER: &str = "reader";

impl Reader {
    /// Has a reader start, from the desk's own script; `None` when it fails to.
    pub fn hire() -> impl Future<Output = Option<Self>> {
        let (tell, runs) = oneshot::channel();
        // It answers a job that was not given as soon as it listens.
        let waiting: Waiting = Rc::new(RefCell::new(vec![(0, tell)]));
        let dead = Rc::<Cell<bool>>::default();
        let (answers, abandoned, died) =
            (Rc::clone(&waiting), Rc::clone(&waiting), Rc::clone(&dead));
        let take = move |event: MessageEvent| {
            if let Some((bytes, attachments)) = js::parts(&event.data())
                && let Some((number, done)) = decode::<(u32, Done)>(&bytes)
                && let Some(waiter) = take_waiter(&answers, number)
            {
                // The asker may be gone: a query that was overtaken.
                let _ = waiter.send((done, attachments));
            }
        };
        // A reader that dies answers nothing any more: everybody who waits is told. What it
        // held is missing; one that never ran held nothing.
        let fail = move || {
            died.set(true);
            if take_waiter(&abandoned, 0).is_none() {
                abandoned.borrow_mut().clear();
                crate::desk::tell(&Tell::Broken, &[]);
            }
        };
        let hired = staff::hire(&js::scope().location().href(), READER, take, fail);
        async move {
            let worker = hired.ok()?;
            runs.await.ok()?;
            Some(Self {
                worker,
                waiting,
                next: Cell::new(1),
                dead,
            })
        }
    }

    /// Whether it has failed since it started.
    pub fn is_dead(&self) -> bool {
        self.dead.get()
    }

    /// Has a job done; `None` when the reader has died.
    pub async fn ask(&self, job: &Job, attachments: &[JsValue], transfer: bool) -> Option<Reply> {
        if self.dead.get() {
            return None;
        }
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        let (tell, answer) = oneshot::channel();
        self.waiting.borrow_mut().push((number, tell));
        let message = js::message(&encode(&(number, job)), attachments);
        let sent = if transfer {
            let transferred = attachments.iter().collect::<Array>();
            let port = &self.worker.port;
            port.post_message_with_transferable(&message, &transferred)
        } else {
            self.worker.port.post_message(&message)
        };
        if sent.is_err() {
            take_waiter(&self.waiting, number);
            return None;
        }
        answer.await.ok()
    }
}
