//! Databases of every kind, whole and damaged, in use and replaced.

mod damaged;
mod lookups;
mod opening;
mod real;
mod watching;
mod writer;

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};
use writer::{Value, Writer, map, text};

/// The first of November 2026, at noon.
const BUILT: u64 = 1_793_534_400;

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "origins-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn address(written: &str) -> IpAddr {
    written.parse().unwrap()
}

/// As MaxMind and DB-IP write a country.
fn country(code: &str) -> Value {
    map([
        ("continent", map([("code", text("EU"))])),
        (
            "country",
            map([
                ("geoname_id", Value::Number(2_921_044)),
                ("iso_code", text(code)),
                ("names", map([("en", text("Somewhere"))])),
            ]),
        ),
    ])
}

/// An autonomous system.
fn system(number: u32, organization: &str) -> Value {
    map([
        ("autonomous_system_number", Value::Number(number)),
        ("autonomous_system_organization", text(organization)),
    ])
}

/// A few countries.
fn countries() -> Writer {
    Writer::new("GeoLite2-Country", BUILT)
        .with("1.0.0.0/8", &country("AU"))
        .with("1.1.0.0/16", &country("DE"))
        .with("5.5.5.0/24", &country("ZZ"))
        .with("2a00::/16", &country("SE"))
}

/// A few autonomous systems.
fn systems() -> Writer {
    Writer::new("GeoLite2-ASN", BUILT)
        .with("1.0.0.0/8", &system(64_500, "Example Telecom"))
        .with("1.1.0.0/16", &system(16_509, "Amazon.com, Inc."))
        .with("1.2.0.0/16", &system(64_501, "University of Example"))
        .with("1.3.0.0/16", &system(64_502, "Example Servers LLC"))
        .with("1.4.0.0/16", &system(64_503, "Example Motor Company"))
        .with("2a00::/16", &system(24_940, "Hetzner Online GmbH"))
}

/// Opens one file as the database with countries and one as that with systems.
fn open(geoip: Option<&Path>, asn: Option<&Path>) -> origins::Origins {
    origins::Origins::open(geoip, asn).unwrap()
}
