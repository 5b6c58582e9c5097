//! SQL: how values stand in it. There are no parameters in the oldest ClickHouse
//! that is spoken to, so that every text goes through [`text`].

use pulls::calendar::{Day, Span};
use pulls::header::Column;
use pulls::query::Filter;
use std::fmt::Write as _;

/// The last day that a column of type `Date` holds in every version: 2105-12-31.
pub(super) const LAST_DAY: Day = Day(49_672);

/// A text as a literal, whatever is in it.
///
/// The bytes that mean something within quotes are written as escapes; so are those that a
/// parser, a log or a terminal may take for an end.
pub(super) fn text(value: &str) -> String {
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('\'');
    for character in value.chars() {
        match character {
            '\'' => literal.push_str("\\'"),
            '\\' => literal.push_str("\\\\"),
            '\0' => literal.push_str("\\0"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            other => literal.push(other),
        }
    }
    literal.push('\'');
    literal
}

/// The condition for a table in the tables of the system, by its whole name.
pub(super) fn of_table(name: &str) -> String {
    let (database, table) = name.split_once('.').unwrap_or(("", name));
    format!("database = {} AND table = {}", text(database), text(table))
}

/// The month of a day, as partitions are called: `202609`.
pub(super) fn month(of: Day) -> u64 {
    let digits = of.to_string().replace('-', "");
    digits
        .get(..6)
        .and_then(|month| month.parse().ok())
        .unwrap_or(0)
}

/// Whether a name can stand in SQL as it is.
pub(super) fn is_identifier(name: &str) -> bool {
    let is_first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    name.len() <= 64
        && name.as_bytes().first().is_some_and(is_first)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A day as a literal; days beyond what a `Date` holds are its first or last.
pub(super) fn day(day: Day) -> String {
    let day = day.clamp(Day(0), LAST_DAY);
    // There is no year 0 and no 1970-01-01 in the oldest version: its first date is none.
    if day == Day(0) {
        "toDate(0)".to_owned()
    } else {
        format!("toDate('{day}')")
    }
}

/// The condition that a day is in a span.
pub(super) fn within(span: Span) -> String {
    format!("day >= {} AND day <= {}", day(span.first), day(span.last))
}

/// The condition that a column has one of some values; without values, none does.
pub(super) fn is_any_of<'a>(column: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    let mut list = String::new();
    for value in values {
        let separator = if list.is_empty() { "" } else { ", " };
        let _ = write!(list, "{separator}{}", text(value));
    }
    if list.is_empty() {
        "0".to_owned()
    } else {
        format!("{column} IN ({list})")
    }
}

/// What filters demand, each condition with ` AND ` in front.
pub(super) fn matching(filters: &[Filter]) -> String {
    let mut conditions = String::new();
    for filter in filters {
        let column = name(filter.dimension.column());
        let kept = is_any_of(column, filter.values.iter().map(String::as_str));
        let not = if filter.exclude { "NOT " } else { "" };
        let _ = write!(conditions, " AND {not}({kept})");
    }
    conditions
}

/// What a column is called in the tables.
pub(super) fn name(column: Column) -> &'static str {
    match column {
        Column::Day => "day",
        Column::Country => "country",
        Column::Digest => "digest",
        Column::Host => "host",
        Column::Namespace => "namespace",
        // What was asked for: the tag, or the digest where there was none.
        Column::Reference => "if(action = 1, digest, tag)",
        Column::Repository => "repository",
        Column::Tag => "tag",
        Column::Network => "network",
        Column::Tool => "tool",
        Column::Version => "version",
        Column::Domain => "domain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulls::query::Dimension;

    #[test]
    fn no_text_ends_its_literal() {
        assert_eq!(text(""), "''");
        assert_eq!(text("kelp"), "'kelp'");
        assert_eq!(text("o'per\\ate"), "'o\\'per\\\\ate'");
        assert_eq!(text("\\' OR 1 = 1 --"), "'\\\\\\' OR 1 = 1 --'");
        assert_eq!(text("a\0b\nc\rd"), "'a\\0b\\nc\\rd'");
        assert_eq!(text("größe 🌊 `\""), "'größe 🌊 `\"'");
    }

    proptest::proptest! {
        #[test]
        fn a_literal_is_read_as_what_it_was(value in "[a'\\\\\0\n\r\"n0r]{0,12}") {
            let literal = text(&value);
            let within = &literal[1..literal.len() - 1];
            let (mut read, mut escaped) = (String::new(), false);
            for character in within.chars() {
                match (escaped, character) {
                    (false, '\\') => { escaped = true; continue }
                    (false, '\'') => panic!("{literal} ends early"),
                    (true, 'n') => read.push('\n'),
                    (true, 'r') => read.push('\r'),
                    (true, '0') => read.push('\0'),
                    (_, other) => read.push(other),
                }
                escaped = false;
            }
            assert!(!escaped, "{literal} does not end");
            assert_eq!(read, value);
        }
    }

    #[test]
    fn names_need_no_quotes() {
        for name in ["pulls", "_a1", "Kelp_2"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "1a", "a-b", "a b", "a`", "a.b", "ä", "a'", "a\0"] {
            assert!(!is_identifier(name), "{name}");
        }
    }

    #[test]
    fn days_and_filters() {
        assert_eq!(LAST_DAY.to_string(), "2105-12-31");
        assert_eq!(day(Day(20_700)), "toDate('2026-09-04')");
        assert_eq!(day(Day(-3)), "toDate(0)");
        assert_eq!(day(Day(90_000)), "toDate('2105-12-31')");
        let filter = |values: &[&str], exclude| Filter {
            dimension: Dimension::Client,
            values: values.iter().map(|one| (*one).to_owned()).collect(),
            exclude,
        };
        assert_eq!(
            matching(&[filter(&["a'", ""], false), filter(&["b"], true)]),
            " AND (tool IN ('a\\'', '')) AND NOT (tool IN ('b'))"
        );
        assert_eq!(
            matching(&[filter(&[], false), filter(&[], true)]),
            " AND (0) AND NOT (0)"
        );
    }
}
