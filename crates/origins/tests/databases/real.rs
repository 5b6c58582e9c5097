//! Databases as they are published, if the environment names them.

use crate::{address, open};
use maxminddb::{Reader, geoip2};
use origins::{Found, Origins, clouds::CLOUDS};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    net::Ipv4Addr,
    path::PathBuf,
    time::Instant,
};

/// The file that a variable names. Says so if it names none.
fn named(variable: &str) -> Option<PathBuf> {
    let path = env::var_os(variable).filter(|path| !path.is_empty());
    if path.is_none() {
        println!("Left out: {variable} names no database.");
    }
    path.map(PathBuf::from)
}

/// Says what is known of addresses from all over IPv4, and how fast it is found.
fn measure(origins: &Origins) {
    let mut kinds = BTreeMap::<&str, u32>::new();
    let count = 1_000_000;
    let mut known = 0;
    let begin = Instant::now();
    for at in 0..count {
        // No two are the same: the step has no factor in common with 2^32.
        let found = origins.of(Ipv4Addr::from_bits(2_654_435_761_u32.wrapping_mul(at)).into());
        known += u32::from(found != Found::default());
        *kinds.entry(found.network).or_default() += 1;
    }
    let each = f64::from(count) / begin.elapsed().as_secs_f64();
    println!("{known} of {count} addresses are known, {each:.0} a second; {kinds:?}.");
}

#[test]
fn countries_of_well_known_addresses() {
    let Some(path) = named("DSOS_GEOIP") else {
        return;
    };
    let begin = Instant::now();
    let origins = open(Some(&path), None);
    let about = origins.country_database().unwrap();
    println!("{about:?}, opened in {:?}.", begin.elapsed());
    for (of, country) in [
        ("8.8.8.8", "US"),
        ("129.132.19.216", "CH"),
        ("133.11.0.1", "JP"),
        ("141.20.1.1", "DE"),
        ("193.0.6.139", "NL"),
        ("200.160.2.3", "BR"),
        ("202.12.29.1", "AU"),
        ("::ffff:141.20.1.1", "DE"),
        ("2001:4860:4860::8888", "US"),
        ("2001:67c:2e8:22::c100:68b", "NL"),
        ("10.1.2.3", ""),
        ("203.0.113.1", ""),
        ("2001:db8::1", ""),
    ] {
        assert_eq!(origins.of(address(of)).country, country, "{of}");
    }
    measure(&origins);
}

#[test]
fn clouds_are_who_they_are_said_to_be() {
    let Some(path) = named("DSOS_ASN") else {
        return;
    };
    let origins = open(None, Some(&path));
    measure(&origins);
    let reader = Reader::open_readfile(&path).unwrap();
    let mut names = BTreeMap::<u32, BTreeSet<String>>::new();
    for network in reader.networks(Default::default()).unwrap() {
        let system = network.unwrap().decode::<geoip2::Asn>().unwrap().unwrap();
        if let (Some(number), Some(name)) = (
            system.autonomous_system_number,
            system.autonomous_system_organization,
        ) {
            names.entry(number).or_default().insert(name.to_lowercase());
        }
    }
    for &(number, cloud) in CLOUDS {
        let owner = match cloud {
            "aws" => "amazon",
            "azure" => "microsoft",
            "gcp" => "google",
            "linode" => "akamai",
            "vultr" => "constant",
            cloud => cloud,
        };
        if !names.contains_key(&number) {
            println!("{number} ({cloud}) is not in the database.");
        }
        for name in names.get(&number).into_iter().flatten() {
            let is_owners = name.contains(owner)
                || cloud == "vultr" && name.contains(cloud)
                || cloud == "linode" && name.contains(cloud)
                || cloud == "ibm" && name.contains("softlayer");
            assert!(is_owners, "{number} is {name:?}, not {cloud}");
        }
    }
}
