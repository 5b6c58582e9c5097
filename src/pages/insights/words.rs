//! The words for what the engine names: dimensions, values, series, skips.

use crate::platform::intl;
use pulls::calendar::{Granularity, Span};
use pulls::header::{FileKind, Looks};
use pulls::partition::Skip;
use pulls::query::{Dimension, Measure};
use pulls::view::{Entry, Role, Series};

/// A dimension's heading.
pub fn heading(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Tag => "Tags",
        Dimension::Repository => "Repositories",
        Dimension::Namespace => "Namespaces",
        Dimension::Country => "Countries",
        Dimension::Client => "Clients",
        Dimension::Version => "Client versions",
        Dimension::Network => "Kind of network",
        Dimension::Cloud => "Cloud",
        Dimension::Domain => "Domain",
    }
}

/// A dimension in the singular, as a filter names it.
pub fn field(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Tag => "Tag",
        Dimension::Repository => "Repository",
        Dimension::Namespace => "Namespace",
        Dimension::Country => "Country",
        Dimension::Client => "Client",
        Dimension::Version => "Client version",
        Dimension::Network => "Network",
        Dimension::Cloud => "Cloud",
        Dimension::Domain => "Domain",
    }
}

/// A value as people read it; the empty one is named.
pub fn value(dimension: Dimension, value: &str) -> String {
    match (dimension, value) {
        (Dimension::Tag, "") => "by digest (no tag)".to_owned(),
        (Dimension::Country | Dimension::Client | Dimension::Version, "") => "Unknown".to_owned(),
        (_, "") => "None known".to_owned(),
        (Dimension::Country, code) => intl::country(code),
        (Dimension::Network, "hosting") => "Hosting".to_owned(),
        (Dimension::Network, "business") => "Business".to_owned(),
        (Dimension::Network, "isp") => "Internet provider".to_owned(),
        (Dimension::Network, "education") => "Education".to_owned(),
        (_, other) => other.to_owned(),
    }
}

/// Values of a dimension that are shown under other names than their own, and
/// those names hold `text`: to search for what is seen.
pub fn shown_with(dimension: Dimension, listed: &[Entry], text: &str) -> Vec<String> {
    let letters = b'A'..=b'Z';
    let codes = letters
        .clone()
        .flat_map(|a| letters.clone().map(move |b| [a, b].map(char::from)))
        .filter(|_| dimension == Dimension::Country)
        .map(String::from_iter);
    let text = text.to_lowercase();
    let mut values: Vec<String> = listed.iter().map(|entry| entry.value.clone()).collect();
    values.push(String::new());
    values.extend(codes);
    values.retain(|code| {
        let name = value(dimension, code);
        name != *code && name.to_lowercase().contains(&text)
    });
    values
}

/// A series' name. Files of counts may name no tags at all.
pub fn series(series: &Series, tags_known: bool) -> String {
    match series.role {
        Role::Tag(_) => series.name.clone(),
        Role::Other => "other tags".to_owned(),
        Role::NoTag if tags_known => "by digest (no tag)".to_owned(),
        Role::NoTag => "all, no tags told".to_owned(),
    }
}

/// What is counted.
pub fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::Pulls => "Pulls",
        Measure::Checks => "Version checks",
        Measure::Both => "Pulls and version checks",
    }
}

/// What a summary by tag has, for an export.
pub fn tag_lines(tags: u64) -> String {
    let tag = if tags == 1 { " tag" } else { " tags" };
    [
        &intl::number(tags),
        tag,
        ", and a line for each digest pulled without one. Added up for the span and filters above.",
    ]
    .concat()
}

/// A period in the singular.
pub fn period(by: Granularity) -> &'static str {
    match by {
        Granularity::Day => "day",
        Granularity::Week => "week",
        Granularity::Month => "month",
    }
}

/// A period's plural.
pub fn periods(by: Granularity) -> &'static str {
    match by {
        Granularity::Day => "days",
        Granularity::Week => "weeks",
        Granularity::Month => "months",
    }
}

/// A span in words.
pub fn span(span: Span) -> String {
    intl::day_range(span.first.0, span.last.0)
}

/// What a kind of file is called.
pub fn kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Raw => "raw",
        FileKind::Trends => "trends",
        FileKind::Publisher => "publisher API answer",
        FileKind::SummaryByTag => "summary by tag",
        FileKind::SummaryByRepository => "summary by repository",
    }
}

/// Why a row was skipped.
pub fn skip(why: Skip) -> String {
    match why {
        Skip::FieldCount { found } => {
            let mut text = intl::number(found.into());
            text.push_str(if found == 1 { " field" } else { " fields" });
            text
        }
        Skip::Action => "no known action".to_owned(),
        Skip::Date => "no such date".to_owned(),
        Skip::Encoding => "not UTF-8".to_owned(),
        Skip::Quote => "a quote that does not end".to_owned(),
        Skip::Long => "longer than a megabyte".to_owned(),
        Skip::Count => "a count that is no number".to_owned(),
        Skip::Repeat => "repeats other rows at another level".to_owned(),
    }
}

/// What a file that is no export looks like.
pub fn looks(looks: Looks) -> &'static str {
    match looks {
        Looks::Picture => "It is a picture.",
        Looks::WebPage => {
            "It is a web page; perhaps the sign-in page was saved instead of the export. Sign in and download it again."
        }
        Looks::Archive => "It is an archive. Unpack it and open the CSV inside.",
        Looks::Pdf => "It is a PDF.",
        Looks::Utf16 => "It is text in UTF-16. Save it as UTF-8.",
        Looks::Json => "It is JSON, but no answer of the publisher API.",
        Looks::Binary => "It is not text.",
        Looks::Text => "It is text without columns.",
    }
}
