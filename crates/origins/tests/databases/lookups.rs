//! What is found of an address.

use crate::{
    BUILT, Folder, address, countries, country, open, system, systems,
    writer::{Value, Writer, map, text},
};
use origins::{Found, Origins};

/// The answer for an address as one line.
fn told(origins: &Origins, of: &str) -> String {
    let Found {
        country,
        host,
        network,
        domain,
    } = origins.of(address(of));
    format!("{country}/{host}/{network}/{domain}")
}

/// Both databases of one record each, for the same network.
fn one(record: &Value) -> Origins {
    let folder = Folder::new();
    let file = Writer::new("Test", BUILT).with("9.0.0.0/8", record).file();
    let path = folder.file("one.mmdb", &file);
    Origins::open(Some(&path), None)
        .or_else(|_| Origins::open(None, Some(&path)))
        .unwrap()
}

#[test]
fn two_databases_say_where_and_whose() {
    for bits in [24, 28, 32] {
        let folder = Folder::new();
        let geoip = folder.file("country.mmdb", &countries().bits(bits).file());
        let asn = folder.file("asn.mmdb", &systems().bits(bits).file());
        let origins = open(Some(&geoip), Some(&asn));
        for (of, expected) in [
            ("1.9.9.9", "AU//isp/"),
            ("1.1.2.3", "DE/aws/hosting/"),
            ("::ffff:1.1.2.3", "DE/aws/hosting/"),
            ("1.2.3.4", "AU//education/"),
            ("1.3.0.0", "AU//hosting/"),
            ("1.4.255.255", "AU///"),
            ("2a00:1::1", "SE/hetzner/hosting/"),
            // Where the database has no country, there is none.
            ("5.5.5.5", "///"),
            ("2.0.0.1", "///"),
            ("2600::1", "///"),
        ] {
            assert_eq!(told(&origins, of), expected, "{of} with {bits} bits");
        }
        let only_where = open(Some(&geoip), None);
        assert_eq!(told(&only_where, "1.1.2.3"), "DE///");
        let only_whose = open(None, Some(&asn));
        assert_eq!(told(&only_whose, "1.1.2.3"), "/aws/hosting/");
    }
    assert_eq!(told(&Origins::default(), "1.1.2.3"), "///");
}

#[test]
fn addresses_of_nobody_are_not_asked_about() {
    let folder = Folder::new();
    let everything = Writer::new("Test", BUILT)
        .with("::/1", &country("AU"))
        .with("8000::/1", &country("AU"))
        .file();
    let origins = open(Some(&folder.file("all.mmdb", &everything)), None);
    assert_eq!(told(&origins, "8.8.8.8"), "AU///");
    for nobodys in [
        "10.1.2.3",
        "127.0.0.1",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "::ffff:10.0.0.1",
    ] {
        assert_eq!(origins.of(address(nobodys)), Found::default(), "{nobodys}");
    }
}

#[test]
fn a_database_of_ipv4_knows_nothing_of_ipv6() {
    let folder = Folder::new();
    let file = Writer::new("Test", BUILT)
        .only_v4()
        .with("1.0.0.0/8", &country("AU"))
        .file();
    let origins = open(Some(&folder.file("v4.mmdb", &file)), None);
    assert_eq!(told(&origins, "1.2.3.4"), "AU///");
    assert_eq!(told(&origins, "2a00::1"), "///");
}

#[test]
fn makers_write_differently() {
    for (record, expected) in [
        (map([("country_code", text("AU"))]), "AU///"),
        (map([("country_code", text("au"))]), "AU///"),
        (
            map([("country", text("AU")), ("asn", text("AS8075"))]),
            "AU/azure/hosting/",
        ),
        (
            map([
                ("asn", text("AS64500")),
                ("as_name", text("Example Broadband")),
                ("as_domain", text("Example.net")),
                ("country", text("Australia")),
                ("country_code", text("AU")),
            ]),
            "AU//isp/example.net",
        ),
        (
            // GeoIP2-Enterprise.
            map([
                (
                    "country",
                    map([("confidence", Value::Number(99)), ("iso_code", text("AU"))]),
                ),
                (
                    "traits",
                    map([
                        ("autonomous_system_number", Value::Number(64_500)),
                        ("connection_type", text("Corporate")),
                        ("domain", text("example.com")),
                        ("isp", text("Example Telecom")),
                        ("user_type", text("business")),
                    ]),
                ),
            ]),
            "AU//business/example.com",
        ),
        (
            // GeoIP2-ISP: who has the address says more than who routes it.
            map([
                ("autonomous_system_organization", text("Example Telecom")),
                ("isp", text("Example Telecom")),
                ("organization", text("Example College")),
            ]),
            "//education/",
        ),
        (map([("domain", text("example.org"))]), "///example.org"),
        (map([("domain", text("not a domain"))]), "///"),
        (map([("connection_type", text("Cable/DSL"))]), "//isp/"),
        (map([("connection_type", text("Corporate"))]), "///"),
        (map([("user_type", text("government"))]), "///"),
        (map([("user_type", text("college"))]), "//education/"),
        (map([("user_type", text("residential"))]), "//isp/"),
        (map([("user_type", text("hosting"))]), "//hosting/"),
        // A cloud is one, whoever uses it.
        (
            map([
                ("autonomous_system_number", Value::Number(16_509)),
                ("user_type", text("business")),
            ]),
            "/aws/hosting/",
        ),
    ] {
        assert_eq!(told(&one(&record), "9.1.2.3"), expected, "{record:?}");
    }
}

#[test]
fn a_field_of_another_type_costs_none_of_its_neighbors() {
    let odd = [
        Value::Bool(true),
        Value::Double(1.5),
        Value::Signed(-1),
        Value::Huge(u128::MAX),
        Value::Long(u64::MAX),
        Value::Bytes(vec![0xff]),
        text(""),
        Value::List(vec![text("a"), Value::List(vec![])]),
        map([("iso_code", map([("iso_code", text("AU"))]))]),
        map([]),
    ];
    for odd in odd {
        let record = map([
            ("autonomous_system_number", odd.clone()),
            ("autonomous_system_organization", text("Example Telecom")),
            ("country", odd.clone()),
            ("country_code", text("AU")),
            ("domain", odd.clone()),
            ("isp", odd.clone()),
            ("user_type", odd.clone()),
            ("unknown", odd.clone()),
        ]);
        assert_eq!(told(&one(&record), "9.1.2.3"), "AU//isp/", "{odd:?}");
    }
}

#[test]
fn the_file_with_systems_goes_before_the_one_with_countries() {
    let folder = Folder::new();
    let both = |number, name| {
        map([
            ("autonomous_system_number", Value::Number(number)),
            ("autonomous_system_organization", text(name)),
            ("country_code", text("AU")),
            ("domain", text("example.com")),
        ])
    };
    let geoip = Writer::new("Both", BUILT)
        .with("1.0.0.0/8", &both(16_509, "Amazon.com, Inc."))
        .with("3.0.0.0/8", &both(16_509, "Amazon.com, Inc."));
    let asn = Writer::new("ASN", BUILT).with("1.0.0.0/8", &system(8075, "Microsoft Corporation"));
    let origins = open(
        Some(&folder.file("geoip.mmdb", &geoip.file())),
        Some(&folder.file("asn.mmdb", &asn.file())),
    );
    assert_eq!(told(&origins, "1.2.3.4"), "AU/azure/hosting/example.com");
    assert_eq!(told(&origins, "3.2.3.4"), "AU/aws/hosting/example.com");
}
