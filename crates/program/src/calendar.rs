//! The dates of a membership as a calendar file, for those who trust their
//! calendar more than their mail. Written after RFC 5545.

use crate::{
    membership::{Notice, Term},
    namespace::Namespace,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::fmt::Write as _;

/// Octets that a line may have before it is folded (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;

/// One event of a whole day.
struct Event {
    /// What tells it from others for good: a newer file replaces it.
    uid: String,
    day: NaiveDate,
    title: String,
    text: String,
}

/// A calendar with every notice of a membership's year and its last days.
/// `url` leads to the namespace, `host` makes the events this program's own,
/// and `now` is when it is written. Lines end in CRLF.
pub fn calendar(
    namespace: &Namespace,
    term: Term,
    url: &str,
    host: &str,
    now: DateTime<Utc>,
) -> String {
    let mut text = String::new();
    let mut line = |content: &str| fold(&mut text, content);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//dsos//membership//EN");
    for event in events(namespace, term, host) {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", event.uid));
        line(&format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")));
        line(&format!(
            "DTSTART;VALUE=DATE:{}",
            event.day.format("%Y%m%d")
        ));
        let next = event.day + Days::new(1);
        line(&format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
        line(&format!("SUMMARY:{}", escaped(&event.title)));
        line(&format!("DESCRIPTION:{}", escaped(&event.text)));
        line(&format!("URL:{url}"));
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

fn events(namespace: &Namespace, term: Term, host: &str) -> Vec<Event> {
    let name = namespace.as_str();
    let year = term.until.format("%Y");
    let event = |kind: &str, day, title: String, text: &str| Event {
        uid: format!("{name}-{year}-{kind}@{host}"),
        day,
        title,
        text: text.to_owned(),
    };
    let mut events: Vec<Event> = term
        .notices()
        .into_iter()
        .filter_map(|(day, notice)| match notice {
            Notice::Ends { days } => Some(event(
                &format!("ends-{days}"),
                day,
                format!("{name}: {days} days until the sponsored year ends"),
                "It can be renewed now.",
            )),
            Notice::Began | Notice::Grace | Notice::Lapsed => None,
        })
        .collect();
    events.push(event(
        "last-day",
        term.until,
        format!("{name}: last day of the sponsored year"),
        "Badge and limits stay for the days of grace. Renew now if you have not.",
    ));
    events.push(event(
        "grace",
        term.grace_until(),
        format!("{name}: last day of grace"),
        "Without a renewal the badge and the unlimited pulls end after today.",
    ));
    events
}

/// Text as a value: RFC 5545, 3.3.11.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// Adds a line, folded between characters where it is too long.
fn fold(text: &mut String, content: &str) {
    let mut octets = 0;
    for character in content.chars() {
        if octets + character.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        octets += character.len_utf8();
        // A control character would end the line early.
        if !character.is_control() {
            let _ = text.write_char(character);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(name: &str) -> String {
        calendar(
            &Namespace::parse(name).unwrap(),
            Term::beginning("2026-08-13".parse().unwrap()),
            &format!("https://hub.example/n/{name}"),
            "hub.example",
            "2026-08-13T09:00:00Z".parse().unwrap(),
        )
    }

    #[test]
    fn every_date_of_the_year_is_there() {
        let text = written("kelpworks");
        let starts: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("DTSTART;VALUE=DATE:"))
            .collect();
        assert_eq!(
            starts,
            ["20270629", "20270714", "20270806", "20270813", "20270827"]
        );
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 5);
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
        assert!(text.contains("UID:kelpworks-2027-last-day@hub.example\r\n"));
    }

    #[test]
    fn commas_and_lines_in_a_text_are_no_syntax() {
        assert_eq!(escaped("a, b; c\\d\ne"), "a\\, b\\; c\\\\d\\ne");
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_unfolding_gives_it_back(content in "[a-zé漢😀]{0,300}") {
            let mut text = String::new();
            fold(&mut text, &content);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS));
            let unfolded = text.replace("\r\n ", "");
            prop_assert_eq!(unfolded.trim_end(), content);
        }

        #[test]
        fn any_name_fits(name in "[a-z0-9]{1,60}(-[a-z0-9]{1,60})?") {
            prop_assert!(written(&name).split("\r\n").all(|line| line.len() <= LINE_OCTETS));
        }
    }
}
