//! Both databases together.

use crate::{
    addresses::somebodys,
    clouds::cloud,
    database::{About, Database, Stamp},
    error::{OriginsError, Part},
    names::{self, BUSINESS, EDUCATION, HOSTING, ISP},
    record::Network,
};
use std::{net::IpAddr, path::Path, sync::Arc};

/// Most bytes of a domain (RFC 1035, 2.3.4).
const MOST_DOMAIN_BYTES: usize = 253;

/// What was found of an address, in the words of the raw export. Empty where nothing
/// is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The country, ISO 3166-1 alpha-2 in capitals.
    pub country: &'static str,
    /// The cloud, by its name in [`clouds`](crate::clouds).
    pub host: &'static str,
    /// The kind of network, one of those in [`names`](crate::names).
    pub network: &'static str,
    /// The domain of who has the address, as far as the database knows.
    pub domain: String,
}

/// Databases of addresses, in memory. A copy shares them.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    country: Option<Arc<Database>>,
    network: Option<Arc<Database>>,
}

impl Origins {
    /// Opens a database with countries and one with autonomous systems. Without
    /// either, nothing is known of any address.
    pub fn open(geoip: Option<&Path>, asn: Option<&Path>) -> Result<Self, OriginsError> {
        let mut origins = Self::default();
        for (part, path) in [(Part::Country, geoip), (Part::Network, asn)] {
            if let Some(path) = path {
                origins.reopen(part, path)?;
            }
        }
        Ok(origins)
    }

    /// Takes the bytes of a file that somebody has read already. The path is for what is
    /// said about it.
    pub fn with(mut self, part: Part, path: &Path, bytes: Vec<u8>) -> Result<Self, OriginsError> {
        self.put(part, Database::of(part, path, bytes)?);
        Ok(self)
    }

    /// Opens one of the databases anew. The one in use stays if that fails.
    pub(crate) fn reopen(&mut self, part: Part, path: &Path) -> Result<Stamp, OriginsError> {
        let (database, stamp) = Database::open(part, path)?;
        self.put(part, database);
        Ok(stamp)
    }

    fn put(&mut self, part: Part, database: Database) {
        *match part {
            Part::Country => &mut self.country,
            Part::Network => &mut self.network,
        } = Some(Arc::new(database));
    }

    /// What the database with countries says of itself.
    pub fn country_database(&self) -> Option<&About> {
        self.country.as_deref().map(Database::about)
    }

    /// What the database with autonomous systems says of itself.
    pub fn network_database(&self) -> Option<&About> {
        self.network.as_deref().map(Database::about)
    }

    /// What is known of an address.
    pub fn of(&self, address: IpAddr) -> Found {
        let Some(address) = somebodys(address) else {
            return Found::default();
        };
        let country = self
            .country
            .as_deref()
            .map(|database| database.country(address))
            .unwrap_or_default();
        // The file that was named for it goes first, and the other fills gaps.
        let known: Vec<Network<'_>> = [&self.network, &self.country]
            .into_iter()
            .flatten()
            .filter_map(|database| database.network(address))
            .collect();
        let host = known
            .iter()
            .find_map(Network::number)
            .map(cloud)
            .unwrap_or_default();
        Found {
            country,
            host,
            network: if host.is_empty() {
                kind(&known)
            } else {
                HOSTING
            },
            domain: known
                .iter()
                .filter_map(|network| network.domain().and_then(domain))
                .next()
                .unwrap_or_default(),
        }
    }
}

/// The kind of a network: the database's word for who uses it, else what its names
/// say, else what its wires are.
fn kind(known: &[Network<'_>]) -> &'static str {
    let said = known.iter().filter_map(Network::user_type).map(of_users);
    let named = known.iter().flat_map(Network::names).map(names::kind);
    let wired = known
        .iter()
        .filter_map(Network::connection_type)
        .map(of_wires);
    said.chain(named)
        .chain(wired)
        .find(|kind| !kind.is_empty())
        .unwrap_or_default()
}

/// MaxMind's kinds of users. Governments, libraries, crawlers and such have no word in
/// the export.
fn of_users(written: &str) -> &'static str {
    match written {
        "business" => BUSINESS,
        "college" | "school" => EDUCATION,
        "hosting" | "content_delivery_network" => HOSTING,
        "cellular" | "dialup" | "residential" => ISP,
        _ => "",
    }
}

/// MaxMind's kinds of connections. `Corporate` ones are those of companies,
/// universities and datacenters alike.
fn of_wires(written: &str) -> &'static str {
    match written {
        "Cable/DSL" | "Cellular" | "Dialup" | "Satellite" => ISP,
        _ => "",
    }
}

/// A domain in small letters, if it is one. It ends up in exports and on pages.
fn domain(written: &str) -> Option<String> {
    let is_one = written.len() <= MOST_DOMAIN_BYTES
        && written.contains('.')
        && written.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    is_one.then(|| written.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Origins, domain};

    #[test]
    fn domains_are_plain() {
        assert_eq!(domain("Example.COM").as_deref(), Some("example.com"));
        assert_eq!(domain("a-b.co.uk").as_deref(), Some("a-b.co.uk"));
        for none in [
            "", "example", ".com", "a..b", "-a.com", "=1+1.com", "a b.com", "<b>.com",
        ] {
            assert_eq!(domain(none), None, "{none}");
        }
        assert_eq!(domain(&"a.".repeat(200)), None);
    }

    #[test]
    fn databases_go_from_thread_to_thread() {
        fn is_shared<T: Send + Sync>() {}
        is_shared::<Origins>();
    }
}
