//! What page and desk say to each other. A message is a JS array: the encoded
//! [`Ask`] or [`Tell`] as bytes, then what cannot be encoded (files, handles). Beside these go
//! the arrays of [`crate::staff`], which begin with a number.

use pulls::calendar::{Granularity, Span};
use pulls::header::{Column, FileKind, NotAnExport};
use pulls::overlap::Shared;
use pulls::partition::SkippedRow;
use pulls::query::{Dimension, Query};
use pulls::summary::Level;
use pulls::view::{Entry, Row, View};
use serde::{Deserialize, Serialize};

/// A worker started under this name, or this name, a space and the address of
/// the gunzip worker, is the desk.
pub const DESK: &str = "desk";

/// A worker started under this name is a desk for the pulls of a server: it has readers started
/// once there are rows for them.
pub const SERVED: &str = "served";

/// From the page to the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Read these files, which follow; the numbers are the page's.
    Open {
        /// Number of each file, in their order.
        files: Vec<u32>,
    },
    /// Make the sample export and read it as a file of this number.
    Sample {
        /// Number of the file.
        file: u32,
    },
    /// Stop reading; keep nothing of the files that are not read yet.
    Cancel,
    /// Count a file that was held back, or that was left aside.
    Include {
        /// Number of the file.
        file: u32,
    },
    /// Forget a file.
    Remove {
        /// Number of the file.
        file: u32,
    },
    /// Read a file that was held back for its size, as far as it fits.
    ReadPart {
        /// Number of the file.
        file: u32,
    },
    /// Show the pulls that a server keeps, from now on.
    Serve {
        /// Where it is asked.
        address: String,
    },
    /// There are new pulls there.
    Refresh,
    /// Answer this query now, and again whenever the rows change.
    Query {
        /// Grows with each query; an answer carries it.
        id: u32,
        /// The query.
        query: Query,
    },
    /// Values of a dimension in the last view that hold a text.
    Find {
        /// Comes back with the answer.
        id: u32,
        /// Where.
        dimension: Dimension,
        /// What.
        text: String,
        /// Values that the page shows under names that hold it.
        also: Vec<String>,
        /// How many at most.
        limit: u32,
    },
    /// Raw records of a query.
    Rows {
        /// Comes back with the answer.
        id: u32,
        /// The query.
        query: Query,
        /// How many records to pass over.
        offset: u64,
        /// How many at most.
        limit: u32,
        /// Newest first, else oldest first.
        newest_first: bool,
    },
    /// A summary file.
    Summary {
        /// Comes back with the answer.
        id: u32,
        /// The query.
        query: Query,
        /// What a line stands for.
        level: Level,
        /// As gzip.
        gzip: bool,
        /// Name of the file.
        name: String,
    },
    /// Every matching record. A file handle to write to may follow.
    Raw {
        /// Comes back with the answer.
        id: u32,
        /// The query.
        query: Query,
        /// Make cells plain that a spreadsheet would run.
        safe: bool,
        /// As gzip.
        gzip: bool,
        /// Name of the file.
        name: String,
    },
    /// Stop an export.
    StopExport {
        /// Its id.
        id: u32,
    },
}

/// How [`Tell::Ready`] is encoded: who only starts the desk need not know the other messages.
pub const READY: [u8; 1] = [0];

/// How [`Tell::Broken`] is encoded.
pub const BROKEN: [u8; 1] = [1];

/// From the desk to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tell {
    /// The desk listens; where files are read, the readers are there.
    Ready,
    /// A worker died.
    Broken,
    /// A part of the workers could not be loaded: what was asked is not answered, and
    /// may be asked again.
    Lost,
    /// Where a server’s pulls are counted, or why not.
    Served(Served),
    /// How far reading has come: at most ten a second, and at each end.
    Progress(Progress),
    /// The answer to the query last asked.
    View {
        /// Of the query.
        id: u32,
        /// The answer.
        view: Box<View>,
        /// Whether files are still being read.
        partial: bool,
    },
    /// Values found.
    Found {
        /// Of the question.
        id: u32,
        /// The values.
        entries: Vec<Entry>,
    },
    /// Raw records.
    Rows {
        /// Of the question.
        id: u32,
        /// Number of the first.
        offset: u64,
        /// How many there are in all.
        total: u64,
        /// The records.
        rows: Vec<Row>,
    },
    /// How far an export has come.
    Exporting {
        /// Of the export.
        id: u32,
        /// Bytes of the files gone through.
        done: u64,
        /// Bytes of the files to go through.
        total: u64,
        /// Bytes written.
        written: u64,
    },
    /// An export is finished. Unless it went to a file handle, the file follows.
    Exported {
        /// Of the export.
        id: u32,
        /// Bytes written.
        written: u64,
    },
    /// An export was stopped or has failed.
    ExportFailed {
        /// Of the export.
        id: u32,
        /// Why.
        why: ExportError,
    },
}

/// Where a server’s pulls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Served {
    /// Here: it sent their rows.
    Rows,
    /// There: they are too many to be sent.
    Views,
    /// There, until their rows are here.
    Coming,
    /// There: their rows did not come.
    Missed,
    /// There are none.
    Nothing,
    /// Nowhere.
    Failed(Failure),
}

/// Why a server was asked in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// It does not answer.
    Unreachable,
    /// It refused, with this status.
    Status(u16),
    /// What it said cannot be read.
    Unreadable,
    /// A worker failed to hold what it sent.
    Worker,
}

/// All files and the sum of what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Every file that was opened and not removed.
    pub files: Vec<FileState>,
    /// Whether any file is being read or waits for it.
    pub reading: bool,
    /// Bytes of files read.
    pub done: u64,
    /// Bytes of files to read.
    pub total: u64,
    /// Rows read.
    pub rows: u64,
    /// Since reading began, in milliseconds.
    pub elapsed_ms: u32,
}

/// A file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Number of the file.
    pub file: u32,
    /// Its name.
    pub name: String,
    /// Its size in bytes, as it lies on the disk.
    pub size: u64,
    /// What it is, once known.
    pub kind: Option<FileKind>,
    /// Whether it is gzip.
    pub gzip: bool,
    /// Columns that its header names.
    pub columns: Vec<String>,
    /// The period of its rows.
    pub period: Option<Granularity>,
    /// Rows read.
    pub rows: u64,
    /// Rows skipped.
    pub skipped: u64,
    /// The first of the skipped rows with their line.
    pub told: Vec<(u64, SkippedRow)>,
    /// The days that it covers.
    pub span: Option<Span>,
    /// Its namespaces, at most a few.
    pub namespaces: Vec<String>,
    /// Where it stands.
    pub state: State,
}

/// Where a file stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Its turn has not come.
    Waiting,
    /// Being read.
    Reading,
    /// Read and counted.
    Counted,
    /// Read in part, up to this many bytes, and counted.
    CountedInPart(u64),
    /// Read but not counted: it shares rows with another.
    Held {
        /// The other file.
        with: u32,
        /// What they share.
        shared: Shared,
    },
    /// The very same file was opened before.
    Same {
        /// The other file.
        as_file: u32,
    },
    /// Not read: too large for the memory of a tab.
    TooLarge {
        /// Rows that it holds, estimated from its beginning.
        rows: u64,
        /// Bytes of it that fit.
        fits: u64,
    },
    /// Not counted: other files say the same pulls in more detail.
    Aside {
        /// What is counted instead.
        counted: FileKind,
    },
    /// Not read.
    Refused(Refusal),
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// It is no export.
    NotAnExport(NotAnExport),
    /// It has a header and no rows.
    NoRows,
    /// Every row was skipped.
    AllSkipped,
    /// The gzip data ends too early.
    Truncated,
    /// The gzip data is damaged.
    Damaged,
    /// The browser could not read it: it was moved, changed or removed.
    Unreadable,
    /// A column has too many distinct values.
    TooManyValues(Column),
    /// JSON that is no publisher answer; with what was found.
    Publisher(String),
    /// It grew beyond what fits while being unpacked.
    Unpacked,
    /// A worker failed to start or stopped.
    Worker,
}

/// Why an export ended without a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportError {
    /// It was stopped.
    Stopped,
    /// A file changed or went away.
    FileGone,
    /// There is no room left.
    NoRoom,
    /// Writing was refused.
    Refused,
    /// No file that is counted holds single records.
    NoRecords,
    /// A worker failed to start or stopped.
    Worker,
}

/// Encodes a message. Shapes are ours, so encoding does not fail; should it,
/// the message is empty and the other side ignores it.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).unwrap_or_default()
}

/// Decodes a message; `None` for what is not one.
pub fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
