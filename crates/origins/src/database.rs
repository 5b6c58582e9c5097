//! One database: opened, looked over, and asked.

use crate::{
    countries::code,
    error::{OriginsError, Part},
    record::{Network, Place},
};
use chrono::{DateTime, TimeDelta, Utc};
use maxminddb::{PathElement, Reader, WithinOptions};
use std::{
    fs, io,
    net::IpAddr,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// Most networks of a file that are looked at to learn what is in it. The first ones
/// do; a damaged file can have more of them than anybody would wait for.
const MOST_LOOKED_AT: usize = 1 << 14;

/// Most characters of the kind of a database. It is shown to people.
const MOST_KIND: usize = 80;

/// Where MaxMind keeps what it knows of a network in files that know more than that.
const TRAITS: &[PathElement<'static>] = &[PathElement::Key("traits")];

/// What a database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The kind of database, in its maker's words.
    pub kind: String,
    /// When it was built, if it says so.
    pub built: Option<DateTime<Utc>>,
    /// Its length, which is what it takes in memory.
    pub bytes: usize,
}

impl About {
    /// How old it is; nothing for one of the future.
    pub fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.built
            .map(|built| now - built)
            .filter(|age| *age >= TimeDelta::zero())
    }
}

/// By what a file is known to have been replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: SystemTime,
    bytes: u64,
}

impl Stamp {
    /// The stamp of a file, if it can be had.
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|found| Self::from(&found))
    }

    fn from(found: &fs::Metadata) -> Self {
        Self {
            // Where times are not kept, lengths are all there is.
            modified: found.modified().unwrap_or(UNIX_EPOCH),
            bytes: found.len(),
        }
    }
}

/// Where a file has what it knows of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Networks {
    Nowhere,
    Directly,
    InTraits,
}

/// A database in memory.
#[derive(Debug)]
pub struct Database {
    reader: Reader<Vec<u8>>,
    about: About,
    has_countries: bool,
    networks: Networks,
}

impl Database {
    /// Reads a file and checks it. The stamp is from before it was read: whatever is
    /// written meanwhile makes another.
    pub fn open(part: Part, path: &Path) -> Result<(Self, Stamp), OriginsError> {
        let unreadable = |error: io::Error| OriginsError::Unreadable(part, path.to_owned(), error);
        let found = fs::metadata(path).map_err(unreadable)?;
        // Reading a pipe waits for somebody to write; reading a device may never end.
        if !found.is_file() {
            return Err(OriginsError::NoFile(part, path.to_owned()));
        }
        let bytes = fs::read(path).map_err(unreadable)?;
        Ok((Self::of(part, path, bytes)?, Stamp::from(&found)))
    }

    /// Checks that the bytes of a file have what they are wanted for.
    pub fn of(part: Part, path: &Path, bytes: Vec<u8>) -> Result<Self, OriginsError> {
        let is_packed = is_packed(&bytes);
        // Asked last: the tree of a good file may begin with the same bytes.
        let format = |why: String| match is_packed {
            true => OriginsError::Packed(part, path.to_owned()),
            false => OriginsError::Format(part, path.to_owned(), why),
        };
        let mut database = Self::read(bytes).map_err(|error| format(error.to_string()))?;
        let damage = database.look_over();
        let is_of_use = match part {
            Part::Country => database.has_countries,
            Part::Network => database.networks != Networks::Nowhere,
        };
        match damage {
            _ if is_of_use => Ok(database),
            Some(why) => Err(format(why)),
            None => Err(OriginsError::Useless {
                part,
                path: path.to_owned(),
                kind: database.about.kind,
            }),
        }
    }

    fn read(bytes: Vec<u8>) -> Result<Self, maxminddb::MaxMindDbError> {
        let length = bytes.len();
        let reader = Reader::from_source(bytes)?;
        let metadata = reader.metadata();
        let about = About {
            kind: metadata.database_type.chars().take(MOST_KIND).collect(),
            built: i64::try_from(metadata.build_epoch)
                .ok()
                .filter(|&seconds| seconds > 0)
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            bytes: length,
        };
        Ok(Self {
            reader,
            about,
            has_countries: false,
            networks: Networks::Nowhere,
        })
    }

    /// Learns what is in the file from its first networks. Answers with the first
    /// damage that was met.
    fn look_over(&mut self) -> Option<String> {
        // With everything included each step of the walk answers, so that it can be
        // counted: a tree whose branches join again has more paths than nodes.
        let options = WithinOptions::default()
            .include_aliased_networks()
            .include_networks_without_data();
        let mut damage = None;
        let networks = match self.reader.networks(options) {
            Ok(networks) => networks,
            Err(error) => return Some(error.to_string()),
        };
        for network in networks.take(MOST_LOOKED_AT) {
            let looked = network.and_then(|found| {
                let place = found.decode::<Place>()?;
                if place.is_some_and(|place| place.codes().any(|written| !code(written).is_empty()))
                {
                    self.has_countries = true;
                }
                if self.networks == Networks::Nowhere {
                    if found
                        .decode::<Network>()?
                        .is_some_and(|network| !network.is_empty())
                    {
                        self.networks = Networks::Directly;
                    } else if found
                        .decode_path::<Network>(TRAITS)?
                        .is_some_and(|network| !network.is_empty())
                    {
                        self.networks = Networks::InTraits;
                    }
                }
                Ok(())
            });
            if let Err(error) = looked {
                damage.get_or_insert_with(|| error.to_string());
            }
            if self.has_countries && self.networks != Networks::Nowhere {
                break;
            }
        }
        damage
    }

    /// What the database says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The code of the country of an address, or nothing.
    pub fn country(&self, address: IpAddr) -> &'static str {
        if !self.has_countries {
            return "";
        }
        self.reader
            .lookup(address)
            .and_then(|found| found.decode::<Place>())
            .ok()
            .flatten()
            .and_then(|place| place.codes().map(code).find(|code| !code.is_empty()))
            .unwrap_or_default()
    }

    /// The network of an address, if anything is known of it.
    pub fn network(&self, address: IpAddr) -> Option<Network<'_>> {
        let found = match self.networks {
            Networks::Nowhere => return None,
            _ => self.reader.lookup(address).ok()?,
        };
        match self.networks {
            Networks::InTraits => found.decode_path(TRAITS),
            _ => found.decode(),
        }
        .ok()
        .flatten()
    }
}

/// Whether a file is an archive, by its first bytes: gzip, ZIP, xz or zstd; or tar, by
/// the word at its place.
fn is_packed(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 4] = [b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"];
    BEGINNINGS.iter().any(|first| bytes.starts_with(first))
        || bytes.get(257..262).is_some_and(|word| word == b"ustar")
}
