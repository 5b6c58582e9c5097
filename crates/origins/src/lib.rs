//! Where a client's address is from: the columns `country`, `host`, `type` and
//! `domain` of the raw export, out of databases in MaxMind's format.
//!
//! Two files, and either may be missing. The first has country codes:
//! GeoLite2-Country and -City, their commercial siblings, DB-IP's and IPinfo's,
//! or a file of records like `{"country_code": "AU"}`. The second has autonomous
//! systems: GeoLite2-ASN and what is like it, GeoIP2-ISP, -Domain, -Connection-Type
//! or -User-Type. One file that has both, such as GeoIP2-Enterprise or IPinfo
//! Lite, is enough as the first. What no file tells stays empty.
//!
//! # When to ask
//!
//! At the moment a report is taken in, before anything is written: the address is
//! asked about, [`Found`] goes on with the event, and the address goes no further.
//!
//! ```no_run
//! # use std::{net::IpAddr, path::Path};
//! # fn main() -> Result<(), origins::OriginsError> {
//! # let address: IpAddr = [192, 0, 2, 1].into();
//! let origins = origins::Origins::open(Some(Path::new("country.mmdb")), None)?;
//! let found = origins.of(address);
//! println!("{} {} {} {}", found.country, found.host, found.network, found.domain);
//! # Ok(())
//! # }
//! ```
//!
//! A server holds [`WatchedOrigins`] and calls [`look`](WatchedOrigins::look) now and
//! then: files that were replaced are opened again. What was found for an event is
//! not changed afterward, so a newer file speaks of later events only.
//!
//! # What can be known
//!
//! The cloud is told by the number of the autonomous system ([`clouds`]); the kind
//! of network by the database's own word if it has one, and otherwise by what the
//! name of the organization says ([`names`]). A name tells what it tells: most are
//! silent, and those stay empty. `business` is never concluded from a name, and a
//! domain never made from one.
//!
//! Nothing in a file is trusted. A record that cannot be read is none, a code that
//! is no country's is left out, and a damaged file gives less or the wrong answer
//! for an address, but no panic.

mod addresses;
pub mod clouds;
mod countries;
mod database;
mod error;
pub mod names;
mod origins;
mod record;
mod watched;

pub use database::About;
pub use error::{OriginsError, Part};
pub use origins::{Found, Origins};
pub use watched::{Looked, WatchedOrigins};
