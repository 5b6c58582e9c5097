//! Summary and raw exports of a view.

use crate::desk::{Desk, tell};
use crate::gunzip;
use crate::js;
use crate::link::{Done, IndexEntry, Job, pack_rewrite};
use crate::sink::{KEPT_MS, Sink};
use crate::wire::{ExportError, Refusal, Tell};
use futures_channel::mpsc;
use futures_util::StreamExt;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use pulls::export::{alike, header_line, rewrite, union_names};
use pulls::header::{FileKind, Header};
use pulls::query::{Query, Selection};
use pulls::summary::{self, Level};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File, FilePropertyBag};

/// Makes a summary file and hands it to the page.
pub async fn summary(
    desk: Rc<Desk>,
    id: u32,
    query: Query,
    level: Level,
    gzip: bool,
    name: String,
) {
    let result = async {
        let selection = desk.engine.borrow().selection(&query);
        let parts = desk
            .ask_all(&Job::Groups(selection, level))
            .await
            .into_iter()
            .map(|done| {
                // A part that is missing would make the sums wrong.
                if let Some(Done::Groups(groups)) = done {
                    Ok(groups)
                } else {
                    Err(ExportError::Worker)
                }
            })
            .collect::<Result<_, _>>()?;
        let text = summary::write(parts, level);
        let mut sink = Sink::open_memory(gzip)?;
        sink.write(&Uint8Array::from(&text[..])).await?;
        sink.finish().await
    };
    answer(id, &name, result.await);
}

/// A raw export as the page asks for it.
pub struct RawExport {
    /// Comes back with the answer.
    pub id: u32,
    /// Which records.
    pub query: Query,
    /// Make cells plain that a spreadsheet would run.
    pub safe: bool,
    /// As gzip.
    pub gzip: bool,
    /// Name of the file.
    pub name: String,
    /// The file to write to, if one was chosen.
    pub handle: Option<JsValue>,
}

/// Writes every matching record again.
pub async fn raw(desk: Rc<Desk>, export: RawExport) {
    let (id, name) = (export.id, export.name.clone());
    let mut sink = match Sink::open(export.handle.clone(), export.gzip).await {
        Ok(sink) => sink,
        Err(why) => return answer(id, &name, Err(why)),
    };
    let result = match write_raw(&desk, &export, &mut sink).await {
        Ok(()) => sink.finish().await,
        Err(why) => Err(why),
    };
    desk.stopped_exports
        .borrow_mut()
        .retain(|stopped| *stopped != id);
    if result.is_err() {
        sink.discard().await;
        return answer(id, &name, result);
    }
    answer(id, &name, result);
    // The browser reads the download from where it was made.
    js::pause(KEPT_MS).await;
    sink.discard().await;
}

fn answer(id: u32, name: &str, result: Result<(u64, Option<Blob>), ExportError>) {
    match result {
        Err(why) => tell(&Tell::ExportFailed { id, why }, &[]),
        Ok((written, None)) => tell(&Tell::Exported { id, written }, &[]),
        Ok((written, Some(blob))) => {
            let options = FilePropertyBag::new();
            options.set_type(if name.ends_with(".gz") {
                "application/gzip"
            } else {
                "text/csv"
            });
            match File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options) {
                Ok(file) => tell(&Tell::Exported { id, written }, &[file.into()]),
                Err(_) => tell(
                    &Tell::ExportFailed {
                        id,
                        why: ExportError::Refused,
                    },
                    &[],
                ),
            }
        }
    }
}

/// A file with matching rows.
struct Part {
    file: File,
    header: Header,
    gzip: bool,
    /// Reader and place of each segment that has matching rows, in order.
    segments: Vec<(usize, IndexEntry)>,
}

async fn write_raw(
    desk: &Rc<Desk>,
    export: &RawExport,
    sink: &mut Sink,
) -> Result<(), ExportError> {
    let index = desk.index(&export.query).await.ok_or(ExportError::Worker)?;
    // In the order of opening.
    let parts: Vec<Part> = desk
        .files
        .borrow()
        .iter()
        .filter(|f| f.is_counted() && f.told.kind == Some(FileKind::Raw))
        .filter_map(|f| {
            let segments = index
                .entries
                .iter()
                .filter(|(_, e)| e.id.file == f.told.file)
                .cloned()
                .collect();
            Some(Part {
                file: f.file.clone(),
                header: f.header.clone()?,
                gzip: f.told.gzip,
                segments,
            })
        })
        .collect();
    if parts.is_empty() {
        return Err(ExportError::NoRecords);
    }
    let selection = desk.engine.borrow().selection(&export.query);
    let headers: Vec<&Header> = parts.iter().map(|p| &p.header).collect();
    let anew = export.safe || !alike(&headers);
    let head = if anew {
        header_line(&union_names(&headers), b',', export.safe)
    } else {
        header_line(&headers[0].names, headers[0].delimiter, false)
    };
    let names = union_names(&headers);
    sink.write(&Uint8Array::from(&head[..])).await?;
    let total = parts
        .iter()
        .flat_map(|p| &p.segments)
        .map(|(_, e)| e.next_row - e.first_row)
        .sum();
    let mut copying = Copying {
        desk,
        export,
        selection,
        done: 0,
        total,
        told_ms: 0.0,
    };
    for part in &parts {
        let how = anew.then(|| pack_rewrite(&rewrite(&part.header, &names, export.safe)));
        if part.gzip {
            copying.unpacked(part, how, sink).await?;
        } else {
            copying.plain(part, how, sink).await?;
        }
    }
    Ok(())
}

type How = Option<(Vec<Option<u16>>, u8, bool)>;

struct Copying<'a> {
    desk: &'a Rc<Desk>,
    export: &'a RawExport,
    selection: Selection,
    done: u64,
    total: u64,
    told_ms: f64,
}

/// Each reader copies from one segment while the next is on its way.
const IN_FLIGHT: usize = 2;

impl Copying<'_> {
    /// Copies from a plain file: readers read their segments themselves, and
    /// what they copied is written in the order of the file.
    async fn plain(&mut self, part: &Part, how: How, sink: &mut Sink) -> Result<(), ExportError> {
        let (answered, mut answers) = mpsc::unbounded();
        let mut finished: Vec<(usize, ArrayBuffer)> = Vec::new();
        let (mut sent, mut written) = (0, 0);
        while written < part.segments.len() {
            while sent < part.segments.len()
                && sent - written < self.desk.readers().len() * IN_FLIGHT
            {
                let (reader, entry) = &part.segments[sent];
                let job = Job::Copy {
                    selection: self.selection.clone(),
                    id: entry.id,
                    rewrite: how.clone(),
                };
                let (link, file, answered) = (
                    Rc::clone(&self.desk.readers()[*reader]),
                    part.file.clone(),
                    answered.clone(),
                );
                let number = sent;
                spawn_local(async move {
                    let answer = link.ask(&job, &[file.into()], false).await;
                    // The export may have been given up meanwhile.
                    let _ = answered.unbounded_send((number, answer));
                });
                sent += 1;
            }
            let Some((number, answer)) = answers.next().await else {
                return Err(ExportError::Refused);
            };
            finished.push((number, copied(answer)?));
            while let Some(at) = finished.iter().position(|f| f.0 == written) {
                let (_, bytes) = finished.swap_remove(at);
                let entry = &part.segments[written].1;
                self.put(sink, &bytes, entry.next_row - entry.first_row)
                    .await?;
                written += 1;
            }
        }
        Ok(())
    }

    /// Copies from a gzip file: unpacks it again, and hands each segment's text
    /// to the reader that knows its rows.
    async fn unpacked(
        &mut self,
        part: &Part,
        how: How,
        sink: &mut Sink,
    ) -> Result<(), ExportError> {
        let several = gunzip::browser(&part.file).map_err(|_| ExportError::FileGone);
        let mut source = several?;
        let mut worker_tried = false;
        let mut at = 0u64;
        let mut chunk: Option<Uint8Array> = None;
        for (reader, entry) in &part.segments {
            let length = (entry.next_row - entry.first_row) as u32;
            let text = Uint8Array::new_with_length(length);
            let mut filled = 0u32;
            while filled < length {
                self.go_on()?;
                let piece = match chunk.take() {
                    Some(piece) => piece,
                    None => match source.next().await {
                        Ok(Some(piece)) => piece,
                        // Several members: the worker unpacks them; go on where the browser stopped.
                        Err(Refusal::Damaged) if !worker_tried => {
                            worker_tried = true;
                            source = gunzip::worker(&part.file, &self.desk.gunzip)
                                .map_err(|_| ExportError::Worker)?;
                            let mut skip = at;
                            loop {
                                let piece = match source.next().await {
                                    Ok(Some(piece)) => piece,
                                    Err(Refusal::Worker) => return Err(ExportError::Worker),
                                    _ => return Err(ExportError::FileGone),
                                };
                                let len = u64::from(piece.length());
                                if len > skip {
                                    break piece.subarray(skip as u32, piece.length());
                                }
                                skip -= len;
                            }
                        }
                        Err(Refusal::Worker) => return Err(ExportError::Worker),
                        _ => return Err(ExportError::FileGone),
                    },
                };
                let len = u64::from(piece.length());
                if at + len <= entry.first_row {
                    at += len;
                    continue;
                }
                let skip = entry.first_row.saturating_sub(at) as u32;
                let take = (piece.length() - skip).min(length - filled);
                text.set(&piece.subarray(skip, skip + take), filled);
                filled += take;
                at += u64::from(skip + take);
                if skip + take < piece.length() {
                    chunk = Some(piece.subarray(skip + take, piece.length()));
                }
            }
            let job = Job::Copy {
                selection: self.selection.clone(),
                id: entry.id,
                rewrite: how.clone(),
            };
            let bytes = copied(
                self.desk.readers()[*reader]
                    .ask(&job, &[text.buffer().into()], true)
                    .await,
            )?;
            self.put(sink, &bytes, u64::from(length)).await?;
        }
        Ok(())
    }

    /// Whether nobody has called it off.
    fn go_on(&self) -> Result<(), ExportError> {
        if self.desk.stopped_exports.borrow().contains(&self.export.id) {
            Err(ExportError::Stopped)
        } else {
            Ok(())
        }
    }

    async fn put(
        &mut self,
        sink: &mut Sink,
        bytes: &ArrayBuffer,
        gone_through: u64,
    ) -> Result<(), ExportError> {
        self.go_on()?;
        sink.write(&Uint8Array::new(bytes)).await?;
        self.done += gone_through;
        let now = js::now_ms();
        if now - self.told_ms >= 100.0 {
            self.told_ms = now;
            tell(
                &Tell::Exporting {
                    id: self.export.id,
                    done: self.done,
                    total: self.total,
                    written: sink.written(),
                },
                &[],
            );
        }
        Ok(())
    }
}

fn copied(answer: Option<(Done, Vec<JsValue>)>) -> Result<ArrayBuffer, ExportError> {
    match answer {
        Some((Done::Copied(true), mut bytes)) if !bytes.is_empty() => {
            Ok(bytes.remove(0).unchecked_into())
        }
        Some((Done::Copied(_), _)) => Err(ExportError::FileGone),
        _ => Err(ExportError::Worker),
    }
}
