//! Why files cannot be imported.

use pull_store::PullStoreError;
use pulls::calendar::Span;
use pulls::header::{FileKind, Looks, NotAnExport};
use std::{fmt, io, path::PathBuf};

/// Why files cannot be imported.
#[derive(Debug)]
pub enum ImportError {
    /// A file cannot be read, or not be unpacked.
    Io(PathBuf, io::Error),
    /// A file is no export.
    NotAnExport(PathBuf, NotAnExport),
    /// A file is an export of another kind, which has counts in place of single actions.
    Counted(PathBuf, FileKind),
    /// A file does not say whose its rows are.
    NoNamespace(PathBuf),
    /// A file is given twice.
    Twice {
        /// The one that came later.
        file: PathBuf,
        /// The one that is the same.
        same_as: PathBuf,
    },
    /// What is to be filled is no name of a namespace.
    Namespace(String, program::namespace::NamespaceError),
    /// The store cannot be read.
    Store(PullStoreError),
    /// Days cannot be replaced: these are as before, those before them are replaced.
    Replace {
        /// Whose days.
        namespace: String,
        /// Which days.
        span: Span,
        /// Why.
        error: PullStoreError,
    },
}

/// What was expected.
const EXPECTED: &str = "A raw export is expected: CSV, plain or packed with gzip, with a row for each action and the columns action, action_day, namespace, and reference or tag.";

/// So much of a file’s first line is shown.
const SHOWN: usize = 200;

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{} cannot be read: {error}.", path.display()),
            Self::NotAnExport(path, found) => {
                write!(f, "{} cannot be imported: ", path.display())?;
                match found {
                    NotAnExport::Empty => f.write_str("it is empty")?,
                    NotAnExport::NotCsv(looks) => f.write_str(looks_like(*looks))?,
                    NotAnExport::WrongColumns { found, .. } => {
                        write!(f, "it has the columns {}", shown(&found.join(", ")))?;
                    }
                }
                write!(f, ". {EXPECTED}")
            }
            Self::Counted(path, kind) => write!(
                f,
                "{} cannot be imported: it is {}, which has counts and no single actions. {EXPECTED}",
                path.display(),
                match kind {
                    FileKind::Raw => "a raw export",
                    FileKind::Trends => "a trends export",
                    FileKind::Publisher => "an answer of the publisher API",
                    FileKind::SummaryByTag => "a summary by tag",
                    FileKind::SummaryByRepository => "a summary by repository",
                }
            ),
            Self::NoNamespace(path) => write!(
                f,
                "{} cannot be imported: it has no column namespace, which says whose its rows are. {EXPECTED}",
                path.display()
            ),
            Self::Twice { file, same_as } => write!(
                f,
                "{} is the same as {}: its rows would count twice. Leave one of them out.",
                file.display(),
                same_as.display()
            ),
            Self::Namespace(name, error) => {
                write!(f, "{name:?} is no name of a namespace: {error}")
            }
            Self::Store(error) => error.fmt(f),
            Self::Replace {
                namespace,
                span,
                error,
            } => write!(
                f,
                "the days {} to {} of {namespace} could not be replaced and are as before; importing again replaces all: {error}",
                span.first, span.last
            ),
        }
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            Self::Namespace(_, error) => Some(error),
            Self::Store(error) | Self::Replace { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<PullStoreError> for ImportError {
    fn from(error: PullStoreError) -> Self {
        Self::Store(error)
    }
}

fn looks_like(looks: Looks) -> &'static str {
    match looks {
        Looks::Picture => "it is a picture",
        Looks::WebPage => "it is a web page",
        Looks::Archive => "it is an archive or a spreadsheet",
        Looks::Pdf => "it is a PDF",
        Looks::Utf16 => "it is text in UTF-16",
        Looks::Json => "it is JSON",
        Looks::Binary => "it is no text",
        Looks::Text => "it is text without columns",
    }
}

/// The beginning of a text from a file, without what a terminal would act on.
fn shown(text: &str) -> String {
    let plain = text.chars().filter(|one| !one.is_control());
    let mut shown: String = plain.take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
