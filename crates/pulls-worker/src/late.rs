//! What the first picture does not need: exports, single records, unpacking,
//! comparing files. Under the feature `split` it is a wasm file of its own,
//! which every worker fetches as soon as a file is opened. Only functions are
//! handed over; what nothing but they calls is in that file.

use crate::asks;
use crate::beside;
use crate::desk::Desk;
use crate::link::{Done, Job};
use crate::records;
use crate::sink;
use crate::unpack;
use crate::wire::{Ask, Refusal, State};
use js_sys::ArrayBuffer;
use pulls::header::Header;
use pulls::partition::{Partition, Progress, Slice, SliceError};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::File;

/// Work to be awaited, in one type, so that it can cross from file to file.
pub type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// Work on a file, which may be refused.
pub type Attempt<T> = Work<Result<T, Refusal>>;

/// What a reader holds.
pub type Held = Rc<RefCell<Partition>>;

/// What a reader answers: the answer, and bytes that go with it.
pub type Answer = (Done, Option<ArrayBuffer>);

/// Reads on in a slice.
pub type GoOn =
    fn(&mut Partition, &Header, &Slice<'_>, &mut Progress, bool) -> Result<(), SliceError>;

/// The functions of the other file.
pub struct Late {
    /// What the page may ask later: [`asks::take`].
    pub ask: fn(Rc<Desk>, Ask, Vec<JsValue>) -> Work<()>,
    /// Reads a file that must be unpacked or parsed whole: [`unpack::read`].
    pub unpack: fn(Rc<Desk>, u32, u32, File) -> Attempt<()>,
    /// Whether a file shares rows with another: [`beside::shared`].
    pub shared: fn(Rc<Desk>, u32) -> Attempt<Option<State>>,
    /// Tells what a file covers: [`beside::describe`].
    pub describe: fn(Rc<Desk>, u32) -> Attempt<()>,
    /// Removes what exports of closed tabs left: [`sink::sweep`].
    pub sweep: fn() -> Work<()>,
    /// Reads files of every kind: [`Partition::go_on`].
    pub go_on: GoOn,
    /// A reader's later jobs: [`records::job`].
    pub job: fn(Held, Job, Vec<JsValue>) -> Work<Answer>,
}

/// The other file could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

impl From<Lost> for Refusal {
    fn from(_: Lost) -> Self {
        Self::Worker
    }
}

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Lost {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(late, fallible))]
fn part() -> Result<Late, Lost> {
    Ok(Late {
        ask: |desk, ask, attachments| Box::pin(asks::take(desk, ask, attachments)),
        unpack: |desk, number, stopped, file| {
            Box::pin(async move { unpack::read(&desk, number, stopped, &file).await })
        },
        shared: |desk, number| Box::pin(async move { beside::shared(&desk, number).await }),
        describe: |desk, number| Box::pin(async move { beside::describe(&desk, number).await }),
        go_on: Partition::go_on,
        sweep: || Box::pin(sink::sweep()),
        job: |state, job, attachments| Box::pin(records::job(state, job, attachments)),
    })
}

/// Loads the other file unless it is there.
///
/// # Errors
/// [`Lost`] after four tries.
#[cfg(feature = "split")]
pub async fn load() -> Result<Late, Lost> {
    for pause_ms in [300, 600, 1200] {
        if let Ok(late) = part().await {
            return Ok(late);
        }
        crate::js::pause(pause_ms).await;
    }
    part().await
}

/// Everything is in one file.
///
/// # Errors
/// None.
#[cfg(not(feature = "split"))]
pub async fn load() -> Result<Late, Lost> {
    part()
}
