//! Reads gzip files, and answers of the publisher API, packed or not.

use crate::desk::Desk;
use crate::gunzip::{self, Source};
use crate::js;
use crate::link::{Done, Job};
use crate::look::too_long_answer;
use crate::open::{MAX_ANSWER, with};
use crate::slices::Reading;
use crate::wire::Refusal;
use js_sys::{ArrayBuffer, Uint8Array};
use pulls::header::{self, FileKind, Looks, MAX_HEADER, NotAnExport};
use pulls::segment::SliceId;
use std::rc::Rc;
use web_sys::File;

/// Has a reader hold an answer of the publisher API.
async fn hold_publisher(desk: &Rc<Desk>, number: u32, bytes: &ArrayBuffer) -> Result<(), Refusal> {
    let job = Job::HoldPublisher {
        id: SliceId {
            file: number,
            slice: 0,
        },
    };
    match desk.readers()[0].ask(&job, &[bytes.into()], false).await {
        Some((Done::Held(Ok((rows, period))), _)) => {
            with(desk, number, |f| {
                f.told.rows = rows;
                f.told.period = Some(period);
            });
            Ok(())
        }
        Some((Done::Held(Err(found)), _)) => Err(Refusal::Publisher(found)),
        _ => Err(Refusal::Worker),
    }
}

/// Reads a file that has no header line at its front: an answer of the
/// publisher API, or gzip.
///
/// # Errors
/// Why it could not be read.
pub async fn read(desk: &Rc<Desk>, number: u32, stopped: u32, file: &File) -> Result<(), Refusal> {
    if with(desk, number, |f| f.told.gzip) == Some(false) {
        let bytes = js::bytes(file).await.map_err(|_| Refusal::Unreadable)?;
        return hold_publisher(desk, number, &bytes).await;
    }
    unpack(desk, number, stopped, file).await
}

/// Reads a gzip file: the browser unpacks it; several members, which it
/// refuses, are unpacked by the gunzip worker.
async fn unpack(desk: &Rc<Desk>, number: u32, stopped: u32, file: &File) -> Result<(), Refusal> {
    let first = match gunzip::browser(file) {
        Ok(mut source) => unpack_from(desk, number, stopped, &mut source).await,
        Err(refusal) => Err(refusal),
    };
    if first != Err(Refusal::Damaged) || desk.stopped.get() != stopped {
        return first;
    }
    desk.ask_all(&Job::ForgetFile(number)).await;
    with(desk, number, |f| {
        f.told.rows = 0;
        f.done = 0;
    });
    let mut source = gunzip::worker(file, &desk.gunzip)?;
    unpack_from(desk, number, stopped, &mut source).await
}

async fn unpack_from(
    desk: &Rc<Desk>,
    number: u32,
    stopped: u32,
    source: &mut Source,
) -> Result<(), Refusal> {
    // The beginning tells what it is.
    let mut start: Vec<u8> = Vec::new();
    let mut chunks = Vec::new();
    let mut ended = false;
    while start.len() < MAX_HEADER {
        match source.next().await? {
            Some(chunk) => {
                start.extend(chunk.to_vec());
                chunks.push(chunk);
            }
            None => {
                ended = true;
                break;
            }
        }
    }
    let header = match header::read(&start) {
        Ok(header) => header,
        Err(NotAnExport::NotCsv(Looks::Json)) => {
            while let Some(chunk) = if ended { None } else { source.next().await? } {
                start.extend(chunk.to_vec());
                if start.len() as u64 > MAX_ANSWER {
                    return Err(too_long_answer());
                }
            }
            with(desk, number, |f| f.told.kind = Some(FileKind::Publisher));
            return hold_publisher(desk, number, &Uint8Array::from(&start[..]).buffer()).await;
        }
        Err(other) => return Err(Refusal::NotAnExport(other)),
    };
    with(desk, number, |f| {
        f.told.kind = Some(header.kind);
        f.told.columns.clone_from(&header.names);
        f.told.period = header.period;
        f.header = Some(header.clone());
    });
    let lines = start[..(header.first_row as usize).min(start.len())]
        .iter()
        .filter(|b| **b == b'\n')
        .count() as u64;
    let mut reading = Reading::new(desk, number, stopped, header, lines);
    reading.stream(source, chunks, ended).await
}
