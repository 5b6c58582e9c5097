//! What a file is, told by its first line: raw, summary or trends export, its
//! delimiter, and which field holds which column.
//!
//! Column names match without regard to case, order and word separator
//! (`user_agent_tool`, `User Agent Tool` and `USER-AGENT-TOOL` are one).
//! Formats: the registry's raw and summary exports and the publisher's trends
//! export.

use crate::calendar::Granularity;
use crate::record::Record;
use serde::{Deserialize, Serialize};

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FileKind {
    /// One row an action.
    Raw,
    /// One row a period, repository, country, cloud, client and tag, with counts.
    Trends,
    /// Answers of the publisher API: counts a period.
    Publisher,
    /// One row a repository and reference, with counts and no days.
    SummaryByTag,
    /// One row a repository, with counts and no days.
    SummaryByRepository,
}

impl FileKind {
    /// Whether rows carry counts rather than being one action each.
    pub fn is_counted(self) -> bool {
        self != Self::Raw
    }
}

/// The columns that are held in memory for every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Column {
    /// Day of the action, `YYYY-MM-DD`.
    Day,
    /// Country of the request, ISO 3166-1 alpha-2.
    Country,
    /// Manifest digest.
    Digest,
    /// Cloud provider of the request.
    Host,
    /// Owner of the image.
    Namespace,
    /// The tag or digest in the request.
    Reference,
    /// Image name.
    Repository,
    /// Tag, if the request named one.
    Tag,
    /// Kind of network: business, isp, hosting, education.
    Network,
    /// Client tool.
    Tool,
    /// Client version.
    Version,
    /// Domain of the requester or its provider.
    Domain,
}

impl Column {
    /// Every column, in the order of its number.
    pub const ALL: [Self; 12] = [
        Self::Day,
        Self::Country,
        Self::Digest,
        Self::Host,
        Self::Namespace,
        Self::Reference,
        Self::Repository,
        Self::Tag,
        Self::Network,
        Self::Tool,
        Self::Version,
        Self::Domain,
    ];

    /// The column's name as the raw export writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "action_day",
            Self::Country => "country",
            Self::Digest => "digest",
            Self::Host => "host",
            Self::Namespace => "namespace",
            Self::Reference => "reference",
            Self::Repository => "repository",
            Self::Tag => "tag",
            Self::Network => "type",
            Self::Tool => "user_agent_tool",
            Self::Version => "user_agent_version",
            Self::Domain => "domain",
        }
    }
}

/// Number of [`Column`]s.
pub const COLUMNS: usize = Column::ALL.len();

/// Where counts stand in the rows of a counted file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountFields {
    /// Field of pulls by tag; in trends, of all pulls.
    pub by_tag: Option<u16>,
    /// Field of pulls by digest.
    pub by_digest: Option<u16>,
    /// Field of version checks.
    pub checks: Option<u16>,
    /// Whether `by_tag` counts version checks too, which are then taken off.
    pub with_checks: bool,
    /// Field of unique addresses.
    pub unique: Option<u16>,
    /// Field of the period's length (`day`, `week`, `month`).
    pub granularity: Option<u16>,
    /// Field of the aggregate's level; rows of other levels repeat the same pulls.
    pub level: Option<u16>,
}

/// How the rows of one file are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// What the rows are.
    pub kind: FileKind,
    /// Byte between fields: comma, semicolon or tab.
    pub delimiter: u8,
    /// Names of all fields as written, without quotes.
    pub names: Vec<String>,
    /// Which field holds each [`Column`], by its number.
    pub fields: [Option<u16>; COLUMNS],
    /// Field of the action in a raw file.
    pub action: Option<u16>,
    /// Fields of counts in a counted file.
    pub counts: CountFields,
    /// The period of a trends file's rows; rows of another repeat them.
    pub period: Option<Granularity>,
    /// The level of rows that are counted, as [`key`] spells it; others repeat them.
    pub keep_level: Option<String>,
    /// Offset of the first row: the header's length with its byte order mark.
    pub first_row: u32,
}

impl Header {
    /// The field of a name, as far as names are told apart by [`key`].
    pub fn field(&self, name: &str) -> Option<usize> {
        let wanted = key(name);
        self.names.iter().position(|name| key(name) == wanted)
    }
}

/// Why a file's first line is not the header of a known export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotAnExport {
    /// There are no bytes.
    Empty,
    /// It is text of another kind or no text; the name says of which kind it looks.
    NotCsv(Looks),
    /// A table with other columns.
    WrongColumns {
        /// Columns of a raw export that are missing.
        missing: Vec<String>,
        /// Columns that are there.
        found: Vec<String>,
    },
}

/// What a file that is no export looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Looks {
    /// Starts like a picture.
    Picture,
    /// Starts like a web page, such as a sign-in page saved under the wrong name.
    WebPage,
    /// Starts like a ZIP archive or spreadsheet file.
    Archive,
    /// Starts like a PDF.
    Pdf,
    /// Text in UTF-16.
    Utf16,
    /// JSON that is no publisher API answer.
    Json,
    /// Bytes that are not text.
    Binary,
    /// Text without columns.
    Text,
}

/// The most bytes that a first line may have.
pub const MAX_HEADER: usize = 64 * 1024;

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Reads a file's first line. `start` holds the file's beginning: all of it,
/// or at least [`MAX_HEADER`] bytes.
///
/// # Errors
/// [`NotAnExport`] says what was found instead.
pub fn read(start: &[u8]) -> Result<Header, NotAnExport> {
    let skipped = if start.starts_with(BOM) { BOM.len() } else { 0 };
    let text = &start[skipped..];
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(NotAnExport::Empty);
    }
    if let Some(looks) = looks_like(text) {
        return Err(NotAnExport::NotCsv(looks));
    }
    // Blank lines before the header are passed over.
    let blank = text
        .iter()
        .take_while(|b| matches!(b, b'\n' | b'\r'))
        .count();
    let line = &text[blank..];
    let mut record = Record::default();
    let mut best: Option<(usize, Result<Header, NotAnExport>)> = None;
    for delimiter in [b',', b';', b'\t'] {
        let Some(end) = record.split(line, 0, delimiter, true) else {
            continue;
        };
        let Ok(names) = (0..record.len())
            .map(|i| String::from_utf8(record.value(line, i).into_owned()))
            .collect::<Result<Vec<_>, _>>()
        else {
            return Err(NotAnExport::NotCsv(Looks::Binary));
        };
        let count = names.len();
        if count < 2 || end > MAX_HEADER {
            continue;
        }
        let found = identify(delimiter, names, (skipped + blank + end) as u32);
        // A name may hold other delimiters: what makes an export of the line goes before
        // what makes many columns of it.
        let better = best
            .as_ref()
            .is_none_or(|(most, other)| (found.is_ok(), count) > (other.is_ok(), *most));
        if better {
            best = Some((count, found));
        }
    }
    let (_, found) = best.unwrap_or((0, Err(NotAnExport::NotCsv(Looks::Text))));
    let mut header = found?;
    settle_repeats(&mut header, start);
    Ok(header)
}

/// Files that say the same pulls at several levels or periods: decides, from
/// the rows at the start, which are counted. The finest period; of levels,
/// `tag` where there is one, else the first.
fn settle_repeats(header: &mut Header, start: &[u8]) {
    let (level, granularity) = (header.counts.level, header.counts.granularity);
    if level.is_none() && granularity.is_none() {
        return;
    }
    let mut record = Record::default();
    let mut at = header.first_row as usize;
    while at < start.len() {
        let whole = record.split(start, at, header.delimiter, true);
        // As in reading, a row whose quote does not end is its first line, and is skipped.
        let next = whole.unwrap_or_else(|| {
            let end = start[at..].iter().position(|b| *b == b'\n');
            end.map_or(start.len(), |n| at + n + 1)
        });
        at = next;
        // The last row may be cut where this is not all of the file.
        let cut = next == start.len() && next >= MAX_HEADER && start[next - 1] != b'\n';
        if whole.is_none() || cut || record.len() != header.names.len() {
            continue;
        }
        if let Some(field) = granularity {
            let period = crate::counted::period(&record.value(start, usize::from(field)));
            header.period = match (header.period, period) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        if let Some(field) = level {
            let level = key(&String::from_utf8_lossy(
                &record.value(start, usize::from(field)),
            ));
            if level == "tag" || header.keep_level.is_none() && !level.is_empty() {
                header.keep_level = Some(level);
            }
        }
    }
}

fn identify(delimiter: u8, names: Vec<String>, first_row: u32) -> Result<Header, NotAnExport> {
    let keys: Vec<String> = names.iter().map(|n| key(n)).collect();
    let field = |wanted: &[&str]| {
        wanted
            .iter()
            .find_map(|w| keys.iter().position(|k| k == w))
            .and_then(|at| u16::try_from(at).ok())
    };
    let mut fields = [None; COLUMNS];
    for column in Column::ALL {
        fields[column as usize] = field(match column {
            Column::Day => &["actionday", "timestamp"],
            Column::Country => &["country"],
            Column::Digest => &["digest"],
            Column::Host => &["host"],
            Column::Namespace => &["namespace"],
            Column::Reference => &["reference"],
            Column::Repository => &["repository"],
            Column::Tag => &["tag"],
            Column::Network => &["type"],
            Column::Tool => &["useragenttool"],
            Column::Version => &["useragentversion"],
            Column::Domain => &["domain"],
        });
    }
    let mut header = Header {
        kind: FileKind::Raw,
        delimiter,
        names,
        fields,
        action: field(&["action"]),
        counts: CountFields::default(),
        period: None,
        keep_level: None,
        first_row,
    };
    let has = |c: Column| fields[c as usize].is_some();
    if header.action.is_some() && has(Column::Day) && (has(Column::Reference) || has(Column::Tag)) {
        return Ok(header);
    }
    let trends = field(&["datereference"]).zip(field(&["pulls"]));
    if let Some((date, pulls)) = trends {
        header.kind = FileKind::Trends;
        header.fields[Column::Day as usize] = Some(date);
        header.fields[Column::Repository as usize] = field(&["imagerepository", "repository"]);
        header.fields[Column::Country as usize] = field(&["ipcountry", "country"]);
        header.fields[Column::Host as usize] = field(&["cloudserviceprovider", "host"]);
        header.fields[Column::Tool as usize] = field(&["useragent", "useragenttool"]);
        header.counts = CountFields {
            // PULLS adds version checks to what was downloaded, which is what a pull is here.
            by_tag: field(&["datadownloads"]).or(Some(pulls)),
            with_checks: field(&["datadownloads"]).is_none(),
            checks: field(&["versionchecks"]),
            granularity: field(&["dategranularity"]),
            level: field(&["level"]),
            ..CountFields::default()
        };
        return Ok(header);
    }
    let counted = field(&["pullbytag"]).is_some() && field(&["pullbydigest"]).is_some();
    if counted && has(Column::Repository) {
        header.kind = if has(Column::Reference) || has(Column::Tag) {
            FileKind::SummaryByTag
        } else {
            FileKind::SummaryByRepository
        };
        header.fields[Column::Day as usize] = None;
        header.counts = CountFields {
            by_tag: field(&["pullbytag"]),
            by_digest: field(&["pullbydigest"]),
            checks: field(&["versioncheck", "versionchecks"]),
            unique: field(&["uniqueipaddress", "uniqueipaddresses"]),
            granularity: None,
            with_checks: false,
            level: field(&["level"]),
        };
        return Ok(header);
    }
    // Of the kind that is nearest, raw first.
    let missing = NEEDED.map(|names| {
        let missing = names.iter().filter(|name| field(&[&key(name)]).is_none());
        missing.map(|name| (*name).to_owned()).collect::<Vec<_>>()
    });
    Err(NotAnExport::WrongColumns {
        missing: missing.into_iter().min_by_key(Vec::len).unwrap_or_default(),
        found: header.names,
    })
}

/// Columns that each kind of export is known by: raw, summary, trends.
const NEEDED: [[&str; 3]; 3] = [
    ["action", "action_day", "reference"],
    ["repository", "pull_by_tag", "pull_by_digest"],
    ["DATE_REFERENCE", "PULLS", "IMAGE_REPOSITORY"],
];

/// A column name without what may differ: case (of the letters that column
/// names are written with, A to Z) and word separators.
pub fn key(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || !c.is_ascii())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// What the first bytes say when they are surely no CSV.
fn looks_like(start: &[u8]) -> Option<Looks> {
    let magic: [(&[u8], Looks); 10] = [
        (b"\x89PNG", Looks::Picture),
        (b"\xFF\xD8\xFF", Looks::Picture),
        (b"GIF8", Looks::Picture),
        (b"RIFF", Looks::Picture),
        (b"PK\x03\x04", Looks::Archive),
        (b"7z\xBC\xAF", Looks::Archive),
        (b"\x28\xB5\x2F\xFD", Looks::Archive),
        (b"%PDF", Looks::Pdf),
        (b"\xFF\xFE", Looks::Utf16),
        (b"\xFE\xFF", Looks::Utf16),
    ];
    if let Some((_, looks)) = magic.iter().find(|(bytes, _)| start.starts_with(bytes)) {
        return Some(*looks);
    }
    let head = &start[..start.len().min(4096)];
    if head.contains(&0) {
        return Some(Looks::Binary);
    }
    let text = head.trim_ascii_start();
    match text.first() {
        Some(b'<') => Some(Looks::WebPage),
        Some(b'{' | b'[') => Some(Looks::Json),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = "action,action_day,country,digest,http_method,host,namespace,reference,repository,tag,timestamp,type,user_agent_tool,user_agent_version,domain\n";

    #[test]
    fn names_match_in_any_case_order_and_separator() {
        let plain = read(RAW.as_bytes()).expect("raw");
        assert_eq!(plain.kind, FileKind::Raw);
        assert_eq!(plain.first_row as usize, RAW.len());
        let odd = "\u{feff}\"User-Agent Tool\"\tREFERENCE\tACTION DAY\tAction\textra\r\nx";
        let header = read(odd.as_bytes()).expect("odd");
        assert_eq!((header.delimiter, header.action), (b'\t', Some(3)));
        assert_eq!(header.fields[Column::Tool as usize], Some(0));
        assert_eq!(header.fields[Column::Day as usize], Some(2));
        assert_eq!(header.first_row as usize, odd.len() - 1);
    }

    #[test]
    fn tells_the_kinds_apart() {
        let kind = |text: &str| read(text.as_bytes()).map(|h| h.kind);
        assert_eq!(
            kind(
                "namespace;repository;reference;unique_ip_address;pull_by_tag;pull_by_digest;version_check\n"
            ),
            Ok(FileKind::SummaryByTag)
        );
        assert_eq!(
            kind("namespace,repository,unique_ip_address,pull_by_tag,pull_by_digest,version_check"),
            Ok(FileKind::SummaryByRepository)
        );
        assert_eq!(
            kind(
                "DATE_GRANULARITY,DATE_REFERENCE,PUBLISHER_NAME,IMAGE_REPOSITORY,NAMESPACE,IP_COUNTRY,CLOUD_SERVICE_PROVIDER,USER_AGENT,TAG,DATA_DOWNLOADS,VERSION_CHECKS,PULLS\n"
            ),
            Ok(FileKind::Trends)
        );
    }

    #[test]
    fn says_what_else_it_is() {
        assert_eq!(read(b""), Err(NotAnExport::Empty));
        assert_eq!(read(b"\xEF\xBB\xBF \r\n"), Err(NotAnExport::Empty));
        assert_eq!(
            read(b"\x89PNG\r\n\x1a\n"),
            Err(NotAnExport::NotCsv(Looks::Picture))
        );
        assert_eq!(
            read(b"\n <!doctype html>"),
            Err(NotAnExport::NotCsv(Looks::WebPage))
        );
        assert_eq!(
            read(b"hello there\n"),
            Err(NotAnExport::NotCsv(Looks::Text))
        );
        let Err(NotAnExport::WrongColumns { missing, found }) = read(b"date,version,downloads\n")
        else {
            panic!()
        };
        assert_eq!(missing, ["action", "action_day", "reference"]);
        assert_eq!(found, ["date", "version", "downloads"]);
        let missing = |text: &str| match read(text.as_bytes()) {
            Err(NotAnExport::WrongColumns { missing, .. }) => missing,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            missing("namespace,repository,pull_by_tag\n"),
            ["pull_by_digest"]
        );
        assert_eq!(missing("DATE_REFERENCE,TAG,IMAGE_REPOSITORY\n"), ["PULLS"]);
        assert_eq!(missing("action,reference,tag\n"), ["action_day"]);
    }
}
