//! What a reader does once there is a picture: counts those rows that filters
//! keep, finds, copies and groups single records. Part of [`crate::late`].

use crate::chunks::Chunks;
use crate::js;
use crate::late::Answer;
use crate::link::{Done, IndexEntry, Job};
use crate::reader::put;
use crate::texts;
use js_sys::{ArrayBuffer, Uint8Array};
use pulls::batch::{self, Batch};
use pulls::export::{self, Rewrite};
use pulls::partition::Partition;
use pulls::query::Selection;
use pulls::segment::SliceId;
use pulls::sieve::Sieve;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Does a job.
pub async fn job(state: Rc<RefCell<Partition>>, job: Job, attachments: Vec<JsValue>) -> Answer {
    let done = match job {
        Job::Copy {
            selection,
            id,
            rewrite,
        } => {
            let copied = copy(&state, &selection, id, rewrite, &attachments).await;
            return (Done::Copied(copied.is_some()), copied);
        }
        Job::HoldPublisher { id } => {
            let text = attachments
                .first()
                .map(|a| Uint8Array::new(a).to_vec())
                .unwrap_or_default();
            Done::Held(hold(&mut state.borrow_mut(), id, &text))
        }
        Job::HoldBatch { id } => {
            let bytes = attachments.first().map(|a| Uint8Array::new(a).to_vec());
            return (
                held(&mut state.borrow_mut(), id, &bytes.unwrap_or_default()),
                None,
            );
        }
        Job::Tally(selection) => Done::Tally(state.borrow_mut().tally(&selection)),
        Job::Days(selection, slots) => Done::Days(state.borrow().days(&selection, &slots)),
        Job::Index(selection) => Done::Index(index(&state.borrow(), &selection)),
        Job::Rows {
            selection,
            id,
            day,
            skip,
            take,
        } => {
            let (skip, take) = (skip as usize, take as usize);
            Done::Rows(state.borrow().rows_of(&selection, id, day, skip, take))
        }
        Job::Groups(selection, level) => Done::Groups(state.borrow().groups(&selection, level)),
        Job::Coverage(file) => Done::Coverage(state.borrow().coverage(file)),
        // Asked early, to have this part loaded; the others do not come here.
        _ => Done::Fine,
    };
    (done, None)
}

fn index(partition: &Partition, selection: &Selection) -> Vec<IndexEntry> {
    let segment = |id| partition.segments().iter().find(|s| s.id == id);
    let entry = |(id, days): (SliceId, Vec<(u32, u32)>)| {
        let (first_row, next_row) = segment(id).map_or((0, 0), |s| (s.first_row, s.next_row));
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
    partition.index(selection).into_iter().map(entry).collect()
}

async fn copy(
    state: &RefCell<Partition>,
    selection: &Selection,
    id: SliceId,
    rewrite: Option<(Vec<Option<u16>>, u8, bool)>,
    attachments: &[JsValue],
) -> Option<ArrayBuffer> {
    let place = state
        .borrow()
        .segments()
        .iter()
        .find(|s| s.id == id)
        .map(|s| (s.first_row, s.next_row));
    let (from, to) = place?;
    let attachment = attachments.first()?;
    let mut text = texts::take();
    let len = fetch(attachment, from..to, &mut text).await;
    let copied = (len as u64 == to - from)
        .then(|| copy_from(&state.borrow(), selection, id, rewrite, &text[..len]))
        .flatten();
    texts::give(text);
    copied
}

/// The text of some bytes of a file, or of a buffer that holds just them; how much came.
async fn fetch(source: &JsValue, place: Range<u64>, text: &mut Vec<u8>) -> usize {
    let whole = |bytes: &ArrayBuffer, text| put(bytes, u32::MAX, text);
    if let Some(bytes) = source.dyn_ref::<ArrayBuffer>() {
        return whole(bytes, text);
    }
    let len = (place.end - place.start) as usize;
    let Ok(part) = js::cut(source.unchecked_ref(), place.start, place.end) else {
        return 0;
    };
    match Chunks::open(&part) {
        Some(chunks) => match chunks.fill(text, len, |_, _| true).await {
            Ok(()) => len,
            Err(_) => 0,
        },
        None => match js::bytes(&part).await {
            Ok(bytes) => whole(&bytes, text),
            Err(_) => 0,
        },
    }
}

/// Copies the matching rows of a segment from its text.
fn copy_from(
    partition: &Partition,
    selection: &Selection,
    id: SliceId,
    rewrite: Option<(Vec<Option<u16>>, u8, bool)>,
    text: &[u8],
) -> Option<ArrayBuffer> {
    let segment = partition.segments().iter().find(|s| s.id == id)?;
    let rows = Sieve::new(partition, selection).rows(segment);
    let mut out = Vec::with_capacity((text.len() / segment.len().max(1) + 8) * rows.len());
    match rewrite {
        None => export::copy_rows(segment, text, &rows, &mut out),
        Some((fields, delimiter, safe)) => {
            export::rewrite_rows(
                segment,
                text,
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

/// Holds rows that the server sent. What is no batch is not held, which the page has to hear.
fn held(partition: &mut Partition, id: SliceId, bytes: &[u8]) -> Done {
    let batch = Batch::decode(bytes, batch::is_viewed);
    match batch.map(|batch| partition.hold_batch(id, &batch, "")) {
        Ok(Ok(())) => Done::Fine,
        Ok(Err(_)) | Err(_) => Done::Lost,
    }
}

fn hold(
    partition: &mut Partition,
    id: SliceId,
    text: &[u8],
) -> Result<(u64, pulls::calendar::Granularity), String> {
    let models = crate::publisher::models(text)?;
    let (rows, by) = pulls::publisher::read(models).map_err(|e| match e {
        pulls::publisher::PublisherError::Date(found) => {
            let mut text = found;
            text.push_str(" is no date");
            text
        }
        pulls::publisher::PublisherError::Count => "a count in it is no whole number".to_owned(),
        pulls::publisher::PublisherError::Empty => "it holds no pulls".to_owned(),
    })?;
    partition
        .hold(id, &rows)
        .map_err(|_| "it holds too many distinct values".to_owned())?;
    Ok((rows.len() as u64, by))
}
