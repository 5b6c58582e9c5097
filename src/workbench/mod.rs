//! Talks to the workers: opens files, asks queries, exports. What the desk
//! tells becomes signals, which live as long as the tab: who goes to another
//! page and comes back finds the files still open.

pub mod door;
mod link;

use crate::platform::download;
use door::{Of, door, outliving};
use leptos::prelude::*;
use link::Link;
use pulls::query::{Dimension, Query};
use pulls::summary::Level;
use pulls::view::{Entry, Row, View};
use pulls_worker::wire::{Ask, ExportError, Progress, Served, Tell};
use std::cell::RefCell;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// Rows in one answer.
pub const PAGE_ROWS: u32 = 60;

/// The answer to the query at hand.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The view.
    pub view: Arc<View>,
    /// Whether files are still being read.
    pub partial: bool,
}

/// A page of raw records.
#[derive(Clone, PartialEq)]
pub struct RowPage {
    /// Number of the first record.
    pub offset: u64,
    /// How many there are in all.
    pub total: u64,
    /// The records.
    pub rows: Arc<Vec<Row>>,
}

/// How an export stands.
#[derive(Clone, PartialEq)]
pub enum Export {
    /// Under way.
    Running {
        /// Its id.
        id: u32,
        /// Bytes of the files gone through.
        done: u64,
        /// Bytes to go through.
        total: u64,
        /// Bytes written.
        written: u64,
        /// When it began, in milliseconds of the page's clock.
        began_ms: f64,
    },
    /// Finished: bytes written.
    Finished(u64),
    /// Not finished, and why.
    Failed(ExportError),
}

/// The workbench: copy it freely.
#[derive(Clone, Copy)]
pub struct Workbench {
    of: Of,
    link: StoredValue<Option<Link>, LocalStorage>,
    /// Files and how far reading has come.
    pub progress: RwSignal<Progress>,
    /// The answer to the query last asked.
    pub answer: RwSignal<Option<Answer>>,
    /// Whether something was not answered, since a part of the workers could not be loaded.
    pub lost: RwSignal<bool>,
    /// Where a server’s pulls are counted, or why not, once that is known.
    pub served: RwSignal<Option<Served>>,
    /// The records last asked for.
    pub rows: RwSignal<Option<RowPage>>,
    /// The export at hand, or the last.
    pub export: RwSignal<Option<Export>>,
    searches: StoredValue<Vec<Search>>,
    ids: StoredValue<Ids>,
}

/// The last search of a dimension's breakdown.
struct Search {
    dimension: Dimension,
    id: u32,
    found: Found,
}

/// Where the values go that a search finds; `None` before the first answer.
pub type Found = RwSignal<Option<Arc<Vec<Entry>>>>;

#[derive(Clone, Copy, Default)]
struct Ids {
    file: u32,
    query: u32,
    find: u32,
    rows: u32,
    export: u32,
}

thread_local! {
    static WORKBENCHES: RefCell<[Option<(Owner, Workbench)>; Of::ALL.len()]> =
        const { RefCell::new([const { None }; Of::ALL.len()]) };
}

/// The tab's workbench of files, or of a server; the first call makes it, without starting a
/// worker.
pub fn workbench(of: Of) -> Workbench {
    WORKBENCHES.with(|cell| {
        let mut cell = cell.borrow_mut();
        let (_, workbench) =
            cell[of as usize].get_or_insert_with(|| outliving(|| Workbench::new(of)));
        *workbench
    })
}

impl Workbench {
    fn new(of: Of) -> Self {
        Self {
            of,
            link: StoredValue::new_local(None),
            progress: RwSignal::default(),
            answer: RwSignal::new(None),
            lost: RwSignal::new(false),
            served: RwSignal::new(None),
            rows: RwSignal::new(None),
            export: RwSignal::new(None),
            searches: StoredValue::new(Vec::new()),
            ids: StoredValue::default(),
        }
    }

    fn ask(self, ask: &Ask, attachments: &[JsValue]) {
        if self.link.with_value(Option::is_none)
            && let Some(started) = door(self.of).worker()
        {
            let door = door(self.of);
            self.link
                .set_value(Some(Link::new(started, door, move |tell, attachments| {
                    self.take(tell, attachments);
                })));
        }
        let is_sent = self
            .link
            .with_value(|link| link.as_ref().is_some_and(|link| link.ask(ask, attachments)));
        if !is_sent {
            let door = door(self.of);
            door.broken.set(true);
            door.any_file
                .set(self.progress.with_untracked(|p| !p.files.is_empty()));
        }
    }

    fn take(self, tell: Tell, attachments: Vec<JsValue>) {
        match tell {
            // The door has heard.
            Tell::Ready | Tell::Broken => {}
            Tell::Lost => self.lost.set(true),
            Tell::Served(served) => {
                if served == Served::Nothing {
                    self.answer.set(None);
                }
                self.served.set(Some(served));
            }
            Tell::Progress(progress) => {
                door(self.of).any_file.set(!progress.files.is_empty());
                if progress.files.is_empty() {
                    self.answer.set(None);
                    self.rows.set(None);
                }
                self.progress.set(progress);
            }
            Tell::View { id, view, partial } => {
                let is_shown =
                    self.of == Of::Server || !self.progress.with_untracked(|p| p.files.is_empty());
                if id == self.ids.get_value().query && is_shown {
                    crate::platform::marks::mark("query-answered");
                    self.lost.set(false);
                    self.answer.set(Some(Answer {
                        view: Arc::from(view),
                        partial,
                    }));
                }
            }
            Tell::Found { id, entries } => {
                let asked = self
                    .searches
                    .with_value(|all| all.iter().find(|s| s.id == id).map(|s| s.found));
                // The page that asked may be gone.
                if let Some(found) = asked {
                    found.try_set(Some(Arc::new(entries)));
                }
            }
            Tell::Rows {
                id,
                offset,
                total,
                rows,
            } => {
                if id == self.ids.get_value().rows {
                    self.rows.set(Some(RowPage {
                        offset,
                        total,
                        rows: Arc::new(rows),
                    }));
                }
            }
            Tell::Exporting {
                id,
                done,
                total,
                written,
            } => self.export.update(|export| {
                if let Some(Export::Running {
                    id: at,
                    done: d,
                    total: t,
                    written: w,
                    ..
                }) = export
                    && *at == id
                {
                    (*d, *t, *w) = (done, total, written);
                }
            }),
            Tell::Exported { written, .. } => {
                let file: Option<File> = attachments
                    .into_iter()
                    .next()
                    .and_then(|f| f.dyn_into().ok());
                let saved = match file {
                    Some(file) => {
                        download::blob(file.unchecked_ref::<Blob>(), &file.name()).is_ok()
                    }
                    None => true,
                };
                self.export.set(Some(if saved {
                    Export::Finished(written)
                } else {
                    Export::Failed(ExportError::Refused)
                }));
            }
            Tell::ExportFailed { why, .. } => self.export.set(Some(Export::Failed(why))),
        }
    }

    fn next(self, of: impl Fn(&mut Ids) -> &mut u32) -> u32 {
        self.ids
            .try_update_value(|ids| {
                let id = of(ids);
                *id = id.wrapping_add(1);
                *id
            })
            .unwrap_or_default()
    }

    /// Reads files beside those that are open.
    pub fn open(self, files: Vec<File>) {
        let numbers = files
            .iter()
            .map(|_| self.next(|ids| &mut ids.file))
            .collect();
        let attachments: Vec<JsValue> = files.into_iter().map(Into::into).collect();
        self.ask(&Ask::Open { files: numbers }, &attachments);
    }

    /// Makes and reads the sample export.
    pub fn open_sample(self) {
        let file = self.next(|ids| &mut ids.file);
        self.ask(&Ask::Sample { file }, &[]);
    }

    /// Shows the pulls that a server keeps, which is asked under this address.
    pub fn serve(self, address: String) {
        self.answer.set(None);
        self.rows.set(None);
        self.served.set(None);
        self.lost.set(false);
        // What is still answered of another one is nothing here.
        self.next(|ids| &mut ids.query);
        self.next(|ids| &mut ids.rows);
        self.searches.update_value(Vec::clear);
        self.ask(&Ask::Serve { address }, &[]);
    }

    /// Asks the server again: there are new pulls, or it did not answer.
    pub fn refresh(self) {
        self.ask(&Ask::Refresh, &[]);
    }

    /// Stops reading; keeps nothing of the files not read yet.
    pub fn cancel(self) {
        self.ask(&Ask::Cancel, &[]);
    }

    /// Forgets a file.
    pub fn remove(self, file: u32) {
        self.ask(&Ask::Remove { file }, &[]);
    }

    /// Counts a file that was held back or left aside.
    pub fn include(self, file: u32) {
        self.ask(&Ask::Include { file }, &[]);
    }

    /// Reads a file that is too large as far as it fits.
    pub fn read_part(self, file: u32) {
        self.ask(&Ask::ReadPart { file }, &[]);
    }

    /// Asks a query; its answer, now and whenever rows change, is [`Self::answer`].
    pub fn query(self, query: Query) {
        crate::platform::marks::mark("query-sent");
        let id = self.next(|ids| &mut ids.query);
        self.ask(&Ask::Query { id, query }, &[]);
    }

    /// Searches a breakdown for values that hold a text or are among `also`; what is
    /// found goes to `found`, unless something else is searched for there by then.
    pub fn find(
        self,
        dimension: Dimension,
        text: String,
        also: Vec<String>,
        limit: u32,
        found: Found,
    ) {
        let id = self.next(|ids| &mut ids.find);
        self.searches.update_value(|all| {
            all.retain(|s| s.dimension != dimension);
            all.push(Search {
                dimension,
                id,
                found,
            });
        });
        self.ask(
            &Ask::Find {
                id,
                dimension,
                text,
                also,
                limit,
            },
            &[],
        );
    }

    /// Gives a dimension's search up: an answer that is on its way is nothing any more.
    pub fn stop_finding(self, dimension: Dimension) {
        self.searches
            .update_value(|all| all.retain(|s| s.dimension != dimension));
    }

    /// Asks for records; the answer is [`Self::rows`].
    pub fn ask_rows(self, query: Query, offset: u64, newest_first: bool) {
        let id = self.next(|ids| &mut ids.rows);
        self.ask(
            &Ask::Rows {
                id,
                query,
                offset,
                limit: PAGE_ROWS,
                newest_first,
            },
            &[],
        );
    }

    fn begin_export(self) -> u32 {
        let id = self.next(|ids| &mut ids.export);
        let began_ms = crate::platform::clock::elapsed_ms();
        self.export.set(Some(Export::Running {
            id,
            done: 0,
            total: 0,
            written: 0,
            began_ms,
        }));
        id
    }

    /// Exports a summary as a download.
    pub fn export_summary(self, query: Query, level: Level, gzip: bool, name: String) {
        let id = self.begin_export();
        self.ask(
            &Ask::Summary {
                id,
                query,
                level,
                gzip,
                name,
            },
            &[],
        );
    }

    /// Exports the matching records, to a file handle if one is given.
    pub fn export_raw(
        self,
        query: Query,
        safe: bool,
        gzip: bool,
        name: String,
        handle: Option<JsValue>,
    ) {
        let id = self.begin_export();
        let attachments: Vec<JsValue> = handle.into_iter().collect();
        self.ask(
            &Ask::Raw {
                id,
                query,
                safe,
                gzip,
                name,
            },
            &attachments,
        );
    }

    /// Stops the export at hand.
    pub fn stop_export(self) {
        if let Some(Export::Running { id, .. }) = self.export.get_untracked() {
            self.ask(&Ask::StopExport { id }, &[]);
        }
    }
}
