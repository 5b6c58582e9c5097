//! Damaged databases: less is found, or the wrong, but nothing breaks.

use crate::{
    BUILT, address, countries, country, system, systems,
    writer::{Value, Writer, map, text},
};
use origins::{Origins, Part};
use std::path::Path;

/// Asks a file for everything, as either database. Answers whether it was opened.
fn ask(file: &[u8]) -> bool {
    let mut is_open = false;
    for part in [Part::Country, Part::Network] {
        match Origins::default().with(part, Path::new("damaged.mmdb"), file.to_vec()) {
            Ok(origins) => {
                is_open = true;
                for asked in [
                    "1.0.0.1",
                    "1.1.2.3",
                    "1.2.3.4",
                    "1.3.255.255",
                    "5.5.5.5",
                    "9.9.9.9",
                    "223.255.255.255",
                    "2a00::1",
                    "2600::1",
                    "3fff:ffff::1",
                ] {
                    let found = origins.of(address(asked));
                    assert!(found.country.is_empty() || found.country.len() == 2);
                }
            }
            Err(error) => assert!(error.to_string().ends_with('.')),
        }
    }
    is_open
}

/// Numbers that look random and are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Small files of every layout.
fn files() -> Vec<Vec<u8>> {
    let both = map([
        ("country", map([("iso_code", text("AU"))])),
        (
            "traits",
            map([
                ("autonomous_system_number", Value::Number(16_509)),
                ("domain", text("example.com")),
                ("user_type", text("business")),
            ]),
        ),
    ]);
    let small = |writer: Writer| writer.only_v4().with("1.0.0.0/8", &both).file();
    let mut files = Vec::from([24, 28, 32].map(|bits| small(Writer::new("B", BUILT).bits(bits))));
    files.push(countries().bits(28).file());
    files.push(systems().file());
    files
}

#[test]
fn files_that_end_early() {
    for file in files() {
        for length in 0..file.len() {
            ask(&file[..length]);
            ask(&file[length..]);
        }
    }
}

#[test]
fn files_with_one_bit_that_is_wrong() {
    let mut opened = 0;
    for file in files().iter().take(2) {
        for at in 0..file.len() {
            for wrong in (0..8).map(|bit| 1 << bit) {
                let mut file = file.clone();
                file[at] ^= wrong;
                opened += usize::from(ask(&file));
            }
        }
    }
    // Otherwise nothing has been tried but the checks on opening.
    assert!(opened > 1000, "{opened}");
}

#[test]
fn files_with_much_that_is_wrong() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let files = files();
    for round in 0..4000 {
        let mut file = files[round % files.len()].clone();
        // Half of them keep what they say of themselves, or few would be opened.
        let end = match round % 2 {
            0 => file.len(),
            _ => file.len() - 200,
        };
        for _ in 0..=numbers.below(20) {
            let at = numbers.below(end);
            file[at] = numbers.below(256) as u8;
        }
        ask(&file);
    }
}

#[test]
fn records_without_end() {
    let deep = (0..600).fold(text("AU"), |inner, _| map([("country", inner)]));
    let long = text(&"x".repeat(1 << 20));
    for record in [
        // A map whose field is the map itself.
        map([("country", Value::Pointer(0))]),
        map([("traits", Value::Pointer(0))]),
        map([
            ("country_code", Value::Pointer(0)),
            ("domain", Value::Pointer(0)),
        ]),
        map([("unknown", Value::Pointer(0)), ("country_code", text("AU"))]),
        Value::List(vec![Value::Pointer(0); 1000]),
        Value::Pointer(0),
        Value::Pointer(u32::MAX),
        deep,
        map([
            ("country_code", long.clone()),
            ("autonomous_system_organization", long.clone()),
        ]),
        map([("autonomous_system_organization", long)]),
    ] {
        let file = Writer::new("Test", BUILT)
            .with("1.0.0.0/8", &record)
            .with("2.0.0.0/8", &country("AU"))
            .with("3.0.0.0/8", &system(64_500, "Example Telecom"))
            .file();
        assert!(ask(&file));
    }
}

#[test]
fn trees_without_end() {
    // To nothing, the first node again, and places that are none.
    for last in [100, 0, 116, 0xff_ffff] {
        let file = Writer::new("Endless", BUILT).endless(100, last).file();
        assert!(!ask(&file));
    }
}
