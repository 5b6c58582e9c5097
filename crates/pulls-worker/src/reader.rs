//! A reader: holds a [`Partition`] and does the desk's jobs.

use crate::chunks::Chunks;
use crate::js;
use crate::late::{self, GoOn};
use crate::link::{Done, Job, ReadError, ReadSlice};
use crate::staff;
use crate::texts;
use crate::wire::{decode, encode};
use futures_channel::mpsc;
use futures_util::StreamExt;
use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use pulls::dictionary::PADDING;
use pulls::header::FileKind;
use pulls::partition::{MAX_ROW, Partition, Slice, SliceError, SliceReport};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, MessagePort};

/// A row that begins in a slice seldom ends further behind it.
const AHEAD: u64 = 64 * 1024;

type State = Rc<RefCell<Partition>>;

/// A slice that waits for its turn.
struct Waiting {
    /// Where the answer goes.
    port: MessagePort,
    /// Number of the job.
    number: u32,
    slice: Box<ReadSlice>,
    text: Text,
    wanted: Wanted,
}

/// Whether a slice is still wanted: its file may be forgotten before it was read.
type Wanted = Rc<Cell<bool>>;

/// The files of slices that wait or are being read.
type Pending = Rc<RefCell<Vec<(u32, Wanted)>>>;

/// Runs a reader in this worker.
pub fn run() {
    let state = Rc::new(RefCell::new(Partition::new()));
    let (to_read, slices) = mpsc::unbounded();
    let pending = Pending::default();
    spawn_local(read_all(Rc::clone(&state), slices, Rc::clone(&pending)));
    staff::serve(move |port, message| {
        let Some((bytes, attachments)) = js::parts(&message) else {
            // The port has come.
            return answer(&port, 0, &Done::Fine, None);
        };
        let Some((number, job)) = decode::<(u32, Job)>(&bytes) else {
            return;
        };
        let state = Rc::clone(&state);
        match job {
            Job::Read(slice) => {
                // The read begins now, so that it goes on while another slice is scanned.
                let text = Text::of(&attachments, &slice);
                let wanted = Rc::new(Cell::new(true));
                pending
                    .borrow_mut()
                    .push((slice.id.file, Rc::clone(&wanted)));
                // The other end lives as long as this worker.
                let _ = to_read.unbounded_send(Waiting {
                    port,
                    number,
                    slice,
                    text,
                    wanted,
                });
            }
            Job::ForgetSlice(id) => {
                state.borrow_mut().forget_slice(id);
                answer(&port, number, &Done::Fine, None);
            }
            Job::ForgetFile(file) => {
                for (of, wanted) in pending.borrow().iter() {
                    wanted.set(wanted.get() && *of != file);
                }
                state.borrow_mut().forget_file(file);
                answer(&port, number, &Done::Fine, None);
            }
            Job::News(epoch, known) => {
                let news = state.borrow().news(epoch, &known);
                answer(&port, number, &Done::News(Box::new(news)), None);
            }
            job => spawn_local(async move {
                // The first picture is of all rows, and need not wait for the other file.
                if let Some(done) = at_once(&state.borrow(), &job) {
                    return answer(&port, number, &done, None);
                }
                let (done, bytes) = match late::load().await {
                    Ok(late) => (late.job)(state, job, attachments).await,
                    Err(_) => (Done::Lost, None),
                };
                answer(&port, number, &done, bytes);
            }),
        }
    });
}

/// What is known of all rows without looking at them.
fn at_once(partition: &Partition, job: &Job) -> Option<Done> {
    match job {
        Job::Tally(selection) => partition.tally_of_all(selection).map(Done::Tally),
        Job::Days(selection, slots) => partition.days_of_all(selection, slots).map(Done::Days),
        _ => None,
    }
}

/// Reads slices one after the other, all into the same memory.
async fn read_all(state: State, mut slices: mpsc::UnboundedReceiver<Waiting>, pending: Pending) {
    while let Some(waiting) = slices.next().await {
        let mut text = texts::take();
        // Text that came with the job goes back: it may have to be read again.
        let came = match &waiting.text {
            Text::Here(bytes) => Some(bytes.clone()),
            _ => None,
        };
        let (number, wanted) = (waiting.number, Rc::clone(&waiting.wanted));
        let port = waiting.port.clone();
        let report = read(&state, waiting, &mut text).await;
        texts::give(text);
        pending
            .borrow_mut()
            .retain(|(_, other)| !Rc::ptr_eq(other, &wanted));
        answer(&port, number, &Done::Read(report), came);
    }
}

fn answer(port: &MessagePort, number: u32, done: &Done, attachment: Option<ArrayBuffer>) {
    // Posting fails only for what cannot be cloned; these are bytes.
    let _ = match attachment {
        Some(buffer) => {
            let message = js::message(&encode(&(number, done)), &[buffer.clone().into()]);
            port.post_message_with_transferable(&message, &Array::of1(&buffer))
        }
        None => port.post_message(&js::message(&encode(&(number, done)), &[])),
    };
}

/// The text of a slice, on its way.
enum Text {
    /// In pieces: the file, how many bytes, and the pieces.
    Pieces(Blob, usize, Chunks),
    /// At once, where files cannot be read in pieces.
    Whole(Blob, Promise),
    /// It came with the job.
    Here(ArrayBuffer),
    None,
}

impl Text {
    fn of(attachments: &[JsValue], slice: &ReadSlice) -> Self {
        match attachments.first() {
            Some(value) if value.is_instance_of::<ArrayBuffer>() => {
                Self::Here(value.clone().unchecked_into())
            }
            Some(value) => {
                let file: Blob = value.clone().unchecked_into();
                let end = (slice.end + AHEAD).min(slice.size);
                match js::cut(&file, slice.from, end) {
                    Ok(part) => match Chunks::open(&part) {
                        Some(chunks) => Self::Pieces(file, (end - slice.from) as usize, chunks),
                        None => Self::Whole(file, js::read(&part)),
                    },
                    Err(_) => Self::None,
                }
            }
            None => Self::None,
        }
    }
}

async fn read(
    state: &State,
    waiting: Waiting,
    text: &mut Vec<u8>,
) -> Result<SliceReport, ReadError> {
    let unreadable = |_| ReadError::Unreadable;
    let slice = &*waiting.slice;
    let go_on = match slice.header.kind {
        FileKind::Raw => Partition::go_on_raw,
        _ => late::load().await.map_err(|_| ReadError::Lost)?.go_on,
    };
    match waiting.text {
        // What is answered for a file that was forgotten is of no matter.
        _ if !waiting.wanted.get() => Err(ReadError::Unreadable),
        Text::None => Err(ReadError::Unreadable),
        Text::Here(bytes) => {
            let len = put(&bytes, slice.len, text);
            scan(state, go_on, slice, text, len).map_err(ReadError::Slice)
        }
        Text::Pieces(file, len, chunks) => {
            let read = pieces(state, go_on, slice, chunks, len, text, &waiting.wanted).await;
            with_more(state, go_on, slice, &file, text, read.map_err(unreadable)?).await
        }
        Text::Whole(file, bytes) => {
            let bytes = JsFuture::from(bytes).await.map_err(unreadable)?;
            let len = put(bytes.unchecked_ref(), u32::MAX, text);
            let read = scan(state, go_on, slice, text, len);
            with_more(state, go_on, slice, &file, text, read).await
        }
    }
}

/// So many bytes are scanned at a time, while they are in the processor's cache
/// and the browser reads on.
const SCANNED: usize = 1 << 20;

/// Scans a slice as it comes.
async fn pieces(
    state: &State,
    go_on: GoOn,
    slice: &ReadSlice,
    chunks: Chunks,
    len: usize,
    text: &mut Vec<u8>,
    wanted: &Cell<bool>,
) -> Result<Result<SliceReport, SliceError>, JsValue> {
    let own = (slice.end - slice.from) as usize;
    let mut progress = state.borrow_mut().begin(slice.id, own);
    let (mut scanned, mut failed) = (0, None);
    let ahead = AHEAD as usize;
    chunks
        .fill(text, len, |text, at| {
            if at < scanned + SCANNED || at == len || failed.is_some() || !wanted.get() {
                return wanted.get();
            }
            scanned = at;
            let here = Slice {
                own: own.min(at - ahead),
                to_end: false,
                ..part_of(slice, text, at)
            };
            let mut partition = state.borrow_mut();
            match go_on(&mut partition, &slice.header, &here, &mut progress, true) {
                Ok(()) | Err(SliceError::NeedsMore) => {}
                Err(error) => failed = Some(error),
            }
            true
        })
        .await?;
    if let Some(error) = failed {
        return Ok(Err(error));
    }
    let mut partition = state.borrow_mut();
    let rest = part_of(slice, text, len);
    let done = go_on(&mut partition, &slice.header, &rest, &mut progress, false);
    Ok(done.map(|()| partition.finish(&slice.header, slice.id, progress)))
}

/// Where the last row goes on after the text, reads it again with more.
async fn with_more(
    state: &State,
    go_on: GoOn,
    slice: &ReadSlice,
    file: &Blob,
    text: &mut Vec<u8>,
    read: Result<SliceReport, SliceError>,
) -> Result<SliceReport, ReadError> {
    let unreadable = |_| ReadError::Unreadable;
    match read {
        Err(SliceError::NeedsMore) => {
            let end = (slice.end + MAX_ROW as u64 + AHEAD).min(slice.size);
            let part = js::cut(file, slice.from, end).map_err(unreadable)?;
            let more = js::bytes(&part).await.map_err(unreadable)?;
            let len = put(&more, u32::MAX, text);
            scan(state, go_on, slice, text, len)
        }
        read => read,
    }
    .map_err(ReadError::Slice)
}

/// Puts bytes, at most so many of them, to the front of `text`; how many.
pub fn put(bytes: &ArrayBuffer, most: u32, text: &mut Vec<u8>) -> usize {
    let len = bytes.byte_length().min(most);
    let bytes = Uint8Array::new_with_byte_offset_and_length(bytes, 0, len);
    let len = len as usize;
    text.resize(len + PADDING, 0);
    bytes.copy_to(&mut text[..len]);
    len
}

fn scan(
    state: &State,
    go_on: GoOn,
    slice: &ReadSlice,
    text: &[u8],
    len: usize,
) -> Result<SliceReport, SliceError> {
    let mut partition = state.borrow_mut();
    let whole = part_of(slice, text, len);
    let mut progress = partition.begin(slice.id, whole.own);
    go_on(&mut partition, &slice.header, &whole, &mut progress, false)?;
    Ok(partition.finish(&slice.header, slice.id, progress))
}

/// A slice of which `len` bytes are at the front of `text`.
fn part_of<'a>(slice: &ReadSlice, text: &'a [u8], len: usize) -> Slice<'a> {
    Slice {
        id: slice.id,
        padded: text,
        len,
        offset: slice.from,
        own: (slice.end - slice.from) as usize,
        at_row: slice.at_row,
        to_end: slice.to_end || slice.from + len as u64 >= slice.size,
    }
}
