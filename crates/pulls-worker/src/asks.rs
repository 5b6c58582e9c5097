//! What the page asks once it has a picture: searches, records, exports, the
//! sample. Part of [`crate::late`].

use crate::desk::{Desk, tell};
use crate::export;
use crate::open::{self, OpenFile};
use crate::wire::{Ask, Tell};
use crate::{server, serving};
use pulls::served::Question;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Does what the page asks.
pub async fn take(desk: Rc<Desk>, ask: Ask, attachments: Vec<JsValue>) {
    match ask {
        Ask::Sample { file } => {
            if let Some(sample) = open::sample() {
                desk.files.borrow_mut().push(OpenFile::new(file, sample));
                open::start(&desk);
            } else {
                desk.progress(true);
            }
        }
        Ask::Serve { address } => serving::begin(desk, address).await,
        Ask::Refresh => serving::refresh(desk).await,
        Ask::Query { .. } => serving::query(desk).await,
        Ask::Find {
            id,
            dimension,
            text,
            also,
            limit,
        } => {
            if let Some(server) = desk.searching() {
                let Some((_, query)) = desk.query() else {
                    return;
                };
                let question = Question::Find {
                    query,
                    dimension,
                    text,
                    also,
                    limit,
                };
                if let Some(entries) = server::find(&server, question).await {
                    tell(&Tell::Found { id, entries }, &[]);
                }
                return;
            }
            let engine = desk.engine.borrow();
            let entries = engine.find(dimension, &text, &also, limit as usize);
            tell(&Tell::Found { id, entries }, &[]);
        }
        Ask::Rows {
            id,
            query,
            offset,
            limit,
            newest_first,
        } => {
            if let Some(server) = desk.server() {
                let question = Question::Rows {
                    query,
                    offset,
                    limit,
                    newest_first,
                };
                if let Some((total, rows)) = server::rows(&server, question).await {
                    tell(
                        &Tell::Rows {
                            id,
                            offset,
                            total,
                            rows,
                        },
                        &[],
                    );
                }
                return;
            }
            match desk.rows(&query, offset, limit, newest_first).await {
                Some((total, rows)) => tell(
                    &Tell::Rows {
                        id,
                        offset,
                        total,
                        rows,
                    },
                    &[],
                ),
                // No answer, rather than that there are none.
                None => tell(&Tell::Broken, &[]),
            }
        }
        Ask::Summary {
            id,
            query,
            level,
            gzip,
            name,
        } => export::summary(desk, id, query, level, gzip, name).await,
        Ask::Raw {
            id,
            query,
            safe,
            gzip,
            name,
        } => {
            let handle = attachments.into_iter().next();
            let export = export::RawExport {
                id,
                query,
                safe,
                gzip,
                name,
                handle,
            };
            export::raw(desk, export).await;
        }
        // Done at once.
        _ => {}
    }
}
