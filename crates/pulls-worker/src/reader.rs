//! A reader: holds a [`Partition`] and does the desk's jobs.

use crate::js;
use crate::link::{Done, IndexEntry, Job, ReadError, ReadSlice};
use crate::wire::{decode, encode};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use pulls::dictionary::PADDING;
use pulls::export::{self, Rewrite};
use pulls::partition::{MAX_ROW, Partition, Slice, SliceError};
use pulls::tally::Sieve;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessageEvent};

/// A row that begins in a slice seldom ends further behind it.
const AHEAD: u64 = 64 * 1024;

struct State {
    partition: Partition,
    /// The text of the slice at hand; kept to save the memory's growing anew.
    text: Vec<u8>,
}

/// Runs a reader in this worker.
pub fn run() {
    let state = Rc::new(RefCell::new(State {
        partition: Partition::new(),
        text: Vec::new(),
    }));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some((bytes, attachments)) = js::parts(&event.data()) else {
            return;
        };
        let Some((number, job)) = decode::<(u32, Job)>(&bytes) else {
            return;
        };
        let state = Rc::clone(&state);
        match job {
            Job::Read(slice) => {
                // The read begins now, so that it goes on while another slice is scanned.
                let text = Text::of(&attachments, &slice);
                spawn_local(async move {
                    let report = read(&state, &slice, text).await;
                    answer(number, &Done::Read(report), None);
                });
            }
            Job::Copy {
                selection,
                id,
                rewrite,
            } => spawn_local(async move {
                let copied = copy(&state, &selection, id, rewrite, &attachments).await;
                answer(number, &Done::Copied(copied.is_some()), copied);
            }),
            job => answer(
                number,
                &at_once(&mut state.borrow_mut().partition, job, &attachments),
                None,
            ),
        }
    });
    let scope = js::scope();
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    answer(0, &Done::Ready, None);
}

fn answer(number: u32, done: &Done, attachment: Option<ArrayBuffer>) {
    let scope = js::scope();
    // Posting fails only for what cannot be cloned; these are bytes.
    let _ = match attachment {
        Some(buffer) => {
            let message = js::message(&encode(&(number, done)), &[buffer.clone().into()]);
            scope.post_message_with_transfer(&message, &Array::of1(&buffer))
        }
        None => scope.post_message(&js::message(&encode(&(number, done)), &[])),
    };
}

/// The text of a slice, on its way.
enum Text {
    File { file: Blob, bytes: js_sys::Promise },
    Bytes(ArrayBuffer),
    None,
}

impl Text {
    fn of(attachments: &[JsValue], slice: &ReadSlice) -> Self {
        match attachments.first() {
            Some(value) if value.is_instance_of::<ArrayBuffer>() => {
                Self::Bytes(value.clone().unchecked_into())
            }
            Some(value) => {
                let file: Blob = value.clone().unchecked_into();
                match js::cut(&file, slice.from, (slice.end + AHEAD).min(slice.size)) {
                    Ok(part) => Self::File {
                        file,
                        bytes: js::read(&part),
                    },
                    Err(_) => Self::None,
                }
            }
            None => Self::None,
        }
    }
}

async fn read(
    state: &Rc<RefCell<State>>,
    slice: &ReadSlice,
    text: Text,
) -> Result<pulls::partition::SliceReport, ReadError> {
    match text {
        Text::None => Err(ReadError::Unreadable),
        Text::Bytes(bytes) => scan(state, slice, &bytes, slice.to_end).map_err(ReadError::Slice),
        Text::File { file, bytes } => {
            let first: ArrayBuffer = wasm_bindgen_futures::JsFuture::from(bytes)
                .await
                .map_err(|_| ReadError::Unreadable)?
                .unchecked_into();
            let whole =
                |bytes: &ArrayBuffer| slice.from + u64::from(bytes.byte_length()) >= slice.size;
            match scan(state, slice, &first, whole(&first)) {
                Err(SliceError::NeedsMore) => {
                    let part = js::cut(
                        &file,
                        slice.from,
                        (slice.end + MAX_ROW as u64 + AHEAD).min(slice.size),
                    )
                    .map_err(|_| ReadError::Unreadable)?;
                    let more = js::bytes(&part).await.map_err(|_| ReadError::Unreadable)?;
                    scan(state, slice, &more, whole(&more)).map_err(ReadError::Slice)
                }
                other => other.map_err(ReadError::Slice),
            }
        }
    }
}

fn scan(
    state: &Rc<RefCell<State>>,
    slice: &ReadSlice,
    bytes: &ArrayBuffer,
    to_end: bool,
) -> Result<pulls::partition::SliceReport, SliceError> {
    let state = &mut *state.borrow_mut();
    let bytes = Uint8Array::new(bytes);
    let len = bytes.length() as usize;
    state.text.resize(len + PADDING, 0);
    bytes.copy_to(&mut state.text[..len]);
    state.partition.read(
        &slice.header,
        &Slice {
            id: slice.id,
            padded: &state.text,
            len,
            offset: slice.from,
            own: (slice.end - slice.from) as usize,
            at_row: slice.at_row,
            to_end,
        },
    )
}

async fn copy(
    state: &Rc<RefCell<State>>,
    selection: &pulls::query::Selection,
    id: pulls::segment::SliceId,
    rewrite: Option<(Vec<Option<u16>>, u8, bool)>,
    attachments: &[JsValue],
) -> Option<ArrayBuffer> {
    let place = state
        .borrow()
        .partition
        .segments()
        .iter()
        .find(|s| s.id == id)
        .map(|s| (s.first_row, s.next_row));
    let (from, to) = place?;
    let attachment = attachments.first()?;
    let bytes: ArrayBuffer = if attachment.is_instance_of::<ArrayBuffer>() {
        attachment.clone().unchecked_into()
    } else {
        let part = js::cut(attachment.unchecked_ref(), from, to).ok()?;
        js::bytes(&part).await.ok()?
    };
    let state = &mut *state.borrow_mut();
    let bytes = Uint8Array::new(&bytes);
    let len = bytes.length() as usize;
    if len as u64 != to - from {
        return None;
    }
    state.text.resize(len + PADDING, 0);
    bytes.copy_to(&mut state.text[..len]);
    let segment = state.partition.segments().iter().find(|s| s.id == id)?;
    let rows = Sieve::new(&state.partition, selection).rows(segment);
    let mut out = Vec::with_capacity((len / segment.len().max(1) + 8) * rows.len());
    match rewrite {
        None => export::copy_rows(segment, &state.text[..len], &rows, &mut out),
        Some((fields, delimiter, safe)) => {
            export::rewrite_rows(
                segment,
                &state.text[..len],
                &rows,
                &Rewrite {
                    fields,
                    delimiter,
                    safe,
                },
                &mut out,
            );
        }
    }
    Some(Uint8Array::from(&out[..]).buffer())
}

fn at_once(partition: &mut Partition, job: Job, attachments: &[JsValue]) -> Done {
    match job {
        Job::HoldPublisher { id } => {
            let text = attachments
                .first()
                .map(|a| Uint8Array::new(a).to_vec())
                .unwrap_or_default();
            Done::Held(hold(partition, id, &text))
        }
        Job::ForgetSlice(id) => {
            partition.forget_slice(id);
            Done::Fine
        }
        Job::ForgetFile(file) => {
            partition.forget_file(file);
            Done::Fine
        }
        Job::News(known) => Done::News(Box::new(partition.news(&known))),
        Job::Tally(selection) => Done::Tally(partition.tally(&selection)),
        Job::Days(selection, slots) => Done::Days(partition.days(&selection, &slots)),
        Job::Index(selection) => {
            let segment = |id| partition.segments().iter().find(|s| s.id == id);
            let entry = |(id, days): (pulls::segment::SliceId, Vec<(u32, u32)>)| {
                let (first_row, next_row) =
                    segment(id).map_or((0, 0), |s| (s.first_row, s.next_row));
                IndexEntry {
                    id,
                    first_row,
                    next_row,
                    days: days
                        .into_iter()
                        .map(|(code, rows)| (code, partition.day(code), rows))
                        .collect(),
                }
            };
            Done::Index(partition.index(&selection).into_iter().map(entry).collect())
        }
        Job::Rows {
            selection,
            id,
            day,
            skip,
            take,
        } => Done::Rows(partition.rows_of(&selection, id, day, skip as usize, take as usize)),
        Job::Groups(selection, level) => Done::Groups(partition.groups(&selection, level)),
        Job::Coverage(file) => Done::Coverage(partition.coverage(file)),
        // Dealt with before.
        Job::Read(_) | Job::Copy { .. } => Done::Fine,
    }
}

fn hold(
    partition: &mut Partition,
    id: pulls::segment::SliceId,
    text: &[u8],
) -> Result<(u64, pulls::calendar::Granularity), String> {
    let models = crate::publisher::models(text)?;
    let (rows, by) = pulls::publisher::read(models).map_err(|e| match e {
        pulls::publisher::PublisherError::Date(found) => {
            let mut text = found;
            text.push_str(" is no date");
            text
        }
        pulls::publisher::PublisherError::Empty => "it holds no pulls".to_owned(),
    })?;
    partition
        .hold(id, &rows)
        .map_err(|_| "it holds too many distinct values".to_owned())?;
    Ok((rows.len() as u64, by))
}
