//! What is opened, what is not, and what is said of either.

use crate::{
    BUILT, Folder, countries, open, systems,
    writer::{Writer, map, text},
};
use chrono::{DateTime, TimeDelta};
use origins::{Origins, OriginsError, Part};
use std::path::Path;

fn refused(geoip: Option<&Path>, asn: Option<&Path>) -> OriginsError {
    Origins::open(geoip, asn).unwrap_err()
}

/// The sentence for a file, with its name instead of its path.
fn sentence(name: &str, bytes: &[u8]) -> String {
    let folder = Folder::new();
    let path = folder.file(name, bytes);
    refused(Some(&path), None)
        .to_string()
        .replace(&path.display().to_string(), name)
}

#[test]
fn databases_say_when_they_were_built() {
    let folder = Folder::new();
    let geoip = folder.file("country.mmdb", &countries().file());
    let asn = folder.file("asn.mmdb", &systems().file());
    let origins = open(Some(&geoip), Some(&asn));
    let about = origins.country_database().unwrap();
    let built = about.built.unwrap();
    assert_eq!(about.kind, "GeoLite2-Country");
    assert_eq!(about.bytes, countries().file().len());
    assert_eq!(built.format("%F").to_string(), "2026-11-01");
    let month = TimeDelta::days(30);
    assert_eq!(about.age(built + month), Some(month));
    assert_eq!(about.age(built - month), None);
    assert_eq!(origins.network_database().unwrap().kind, "GeoLite2-ASN");

    let none = Origins::open(None, None).unwrap();
    assert!(none.country_database().is_none() && none.network_database().is_none());
    for built in [0, u64::MAX >> 1, u64::MAX] {
        let file = Writer::new("Test", built)
            .with("1.0.0.0/8", &map([("country_code", text("AU"))]))
            .file();
        // Beyond what the system's clock can show, the file is refused.
        if let Ok(origins) = Origins::open(Some(&folder.file("odd.mmdb", &file)), None) {
            let about = origins.country_database().unwrap();
            assert_eq!(about.age(DateTime::UNIX_EPOCH), None);
            assert_eq!(about.built, None);
        }
    }
}

#[test]
fn what_is_no_database_is_refused_with_a_way_out() {
    let said = sentence("packed.mmdb", b"\x1f\x8b\x08\0\0\0\0\0");
    assert_eq!(
        said,
        "the country database packed.mmdb is packed. Unpack it, and name the .mmdb file from inside."
    );
    for bytes in [
        &b""[..],
        b"a,b,c\n1,2,3\n",
        &[0; 1000],
        b"\xab\xcd\xefMaxMind.com",
    ] {
        let said = sentence("none.mmdb", bytes);
        assert!(
            said.starts_with(
                "the country database none.mmdb is no database in MaxMind’s format (.mmdb), or is damaged: "
            ) && said.ends_with(". Fetch it again, or name another file."),
            "{said}"
        );
    }
    let folder = Folder::new();
    let said = refused(None, Some(&folder.0)).to_string();
    assert!(
        said.contains(" is no file. Name the database itself"),
        "{said}"
    );
    let missing = folder.0.join("missing.mmdb");
    let error = refused(None, Some(&missing));
    assert_eq!(error.part(), Part::Network);
    let said = error.to_string();
    assert!(
        said.starts_with("the network database ") && said.contains("missing.mmdb cannot be read: "),
        "{said}"
    );
}

#[test]
fn databases_of_another_kind_are_refused_by_name() {
    let folder = Folder::new();
    let asn = folder.file("asn.mmdb", &systems().file());
    let geoip = folder.file("country.mmdb", &countries().file());
    let said = refused(Some(&asn), None).to_string();
    assert!(
        said.contains(
            "asn.mmdb is a database of the kind \"GeoLite2-ASN\", without country codes."
        ),
        "{said}"
    );
    let said = refused(None, Some(&geoip)).to_string();
    assert!(
        said.contains("country.mmdb is a database of the kind \"GeoLite2-Country\", without auto"),
        "{said}"
    );
    // One that is empty, and one whose codes are of no country.
    let empty = Writer::new("", BUILT).file();
    let said = refused(Some(&folder.file("empty.mmdb", &empty)), None).to_string();
    assert!(
        said.contains(" does not say what it is, without country codes."),
        "{said}"
    );
    let nowhere = Writer::new("Nowhere", BUILT)
        .with("1.0.0.0/8", &map([("country_code", text("ZZ"))]))
        .file();
    let nowhere = folder.file("nowhere.mmdb", &nowhere);
    assert!(matches!(
        refused(Some(&nowhere), None),
        OriginsError::Useless {
            part: Part::Country,
            ..
        }
    ));
}
