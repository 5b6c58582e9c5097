//! Files that are replaced.

use crate::{BUILT, Folder, address, countries, country, systems, writer::Writer};
use chrono::{DateTime, TimeDelta, Utc};
use origins::{Looked, OriginsError, Part, WatchedOrigins};
use std::fs;

/// A minute of the day on which everything happens.
fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(BUILT as i64, 0).unwrap() + TimeDelta::minutes(minute)
}

fn is_nothing(looked: &Looked) -> bool {
    looked.opened.is_empty() && looked.failed.is_empty()
}

/// Another database of countries, of another length.
fn other() -> Vec<u8> {
    Writer::new("DBIP-Country-Lite", BUILT)
        .with("1.0.0.0/8", &country("NZ"))
        .file()
}

#[test]
fn a_file_that_was_replaced_is_opened_again() {
    let folder = Folder::new();
    let geoip = folder.file("country.mmdb", &countries().file());
    let asn = folder.file("asn.mmdb", &systems().file());
    let mut watched = WatchedOrigins::open(Some(&geoip), Some(&asn)).unwrap();
    assert!(is_nothing(&watched.look(minute(0))));
    let copy = watched.origins().clone();

    folder.file("new.mmdb", &other());
    fs::rename(folder.0.join("new.mmdb"), &geoip).unwrap();
    // Not before a minute has gone by.
    assert!(is_nothing(
        &watched.look(minute(0) + TimeDelta::seconds(59))
    ));
    assert_eq!(watched.origins().of(address("1.1.2.3")).country, "DE");
    let looked = watched.look(minute(1));
    assert_eq!(looked.opened, [Part::Country]);
    assert!(looked.failed.is_empty());
    let found = watched.origins().of(address("1.1.2.3"));
    assert_eq!((found.country, found.host), ("NZ", "aws"));
    assert_eq!(copy.of(address("1.1.2.3")).country, "DE");
    assert!(is_nothing(&watched.look(minute(2))));
}

#[test]
fn what_cannot_be_read_is_reported_once_and_not_used() {
    let folder = Folder::new();
    let geoip = folder.file("country.mmdb", &countries().file());
    let mut watched = WatchedOrigins::open(Some(&geoip), None).unwrap();
    let mut at = 0;
    let mut look = |watched: &mut WatchedOrigins| {
        at += 1;
        watched.look(minute(at))
    };

    folder.file("country.mmdb", b"half a file");
    let looked = look(&mut watched);
    assert!(looked.opened.is_empty());
    assert!(matches!(
        looked.failed[..],
        [OriginsError::Format(Part::Country, ..)]
    ));
    assert!(is_nothing(&look(&mut watched)));

    // Another trouble is another report.
    fs::remove_file(&geoip).unwrap();
    let looked = look(&mut watched);
    assert!(matches!(
        looked.failed[..],
        [OriginsError::Unreadable(Part::Country, ..)]
    ));
    assert!(is_nothing(&look(&mut watched)));
    folder.file("country.mmdb", &systems().file());
    assert!(matches!(
        look(&mut watched).failed[..],
        [OriginsError::Useless { .. }]
    ));

    assert_eq!(watched.origins().of(address("1.1.2.3")).country, "DE");
    folder.file("country.mmdb", &other());
    assert_eq!(look(&mut watched).opened, [Part::Country]);
    assert_eq!(watched.origins().of(address("1.1.2.3")).country, "NZ");
}

#[test]
fn a_file_of_the_same_length_is_known_by_its_time() {
    let folder = Folder::new();
    let geoip = folder.file("country.mmdb", &countries().file());
    let mut watched = WatchedOrigins::open(Some(&geoip), None).unwrap();
    let file = fs::File::options().write(true).open(&geoip).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(watched.look(minute(0)).opened, [Part::Country]);
}

#[test]
fn a_clock_that_was_set_back_stops_nothing() {
    let folder = Folder::new();
    let geoip = folder.file("country.mmdb", &countries().file());
    let mut watched = WatchedOrigins::open(Some(&geoip), None).unwrap();
    watched.look(minute(1000));
    folder.file("country.mmdb", &other());
    assert_eq!(watched.look(minute(1)).opened, [Part::Country]);
}
