//! What desk and readers say to each other, and the desk's end of it.

use crate::js;
use crate::wire::{decode, encode};
use futures_channel::oneshot;
use js_sys::{Array, Promise};
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
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

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
    /// The worker runs.
    Ready,
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
    worker: Worker,
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

/// How long a reader may take to start, each time that it is tried: Firefox forgets,
/// now and then, to ask for the script of one of several workers.
const PATIENCE_MS: [i32; 3] = [3000, 6000, 12_000];

impl Reader {
    /// Waits until a reader that was launched runs; one that does not come is launched
    /// again. `None` when it never came.
    pub async fn started(mut self, mut ready: Promise) -> Option<Self> {
        let mut tries = PATIENCE_MS.into_iter();
        while let Some(patience_ms) = tries.next() {
            let first = Promise::race(&Array::of2(&ready, &js::timer(patience_ms)));
            if JsFuture::from(first)
                .await
                .is_ok_and(|runs| runs.is_truthy())
            {
                return Some(self);
            }
            self.worker.terminate();
            if tries.len() > 0 {
                (self, ready) = Self::launch().ok()?;
            }
        }
        None
    }

    /// Launches a reader from the desk's own script, and promises whether it runs.
    ///
    /// # Errors
    /// What the browser throws.
    pub fn launch() -> Result<(Self, Promise), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(READER);
        let worker = Worker::new_with_options(&js::scope().location().href(), &options)?;
        let waiting: Waiting = Rc::default();
        let mut tell = None;
        let ready = Promise::new(&mut |resolve, _| tell = Some(resolve));
        let tell = tell.unwrap_or_default();
        let (answers, fail) = (Rc::clone(&waiting), tell.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some((bytes, attachments)) = js::parts(&event.data()) else {
                return;
            };
            let Some((number, done)) = decode::<(u32, Done)>(&bytes) else {
                return;
            };
            if matches!(done, Done::Ready) {
                // Resolving a promise throws nothing.
                let _ = tell.call1(&JsValue::NULL, &JsValue::TRUE);
                return;
            }
            let waiter = take_waiter(&answers, number);
            if let Some(waiter) = waiter {
                // The asker may be gone: a query that was overtaken.
                let _ = waiter.send((done, attachments));
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        // A reader that dies answers nothing any more: everybody who waits is told, also
        // whoever waits for one that never started.
        let (abandoned, dead) = (Rc::clone(&waiting), Rc::<Cell<bool>>::default());
        let died = Rc::clone(&dead);
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            died.set(true);
            abandoned.borrow_mut().clear();
            let _ = fail.call1(&JsValue::NULL, &JsValue::FALSE);
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        let reader = Self {
            worker,
            waiting,
            next: Cell::new(1),
            dead,
        };
        Ok((reader, ready))
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
            self.worker
                .post_message_with_transfer(&message, &attachments.iter().collect::<Array>())
        } else {
            self.worker.post_message(&message)
        };
        if sent.is_err() {
            take_waiter(&self.waiting, number);
            return None;
        }
        answer.await.ok()
    }
}
