//! Why a database could not be opened.

use std::{fmt, io, path::PathBuf};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The one with countries.
    Country,
    /// The one with autonomous systems.
    Network,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Country => "country database",
            Self::Network => "network database",
        })
    }
}

/// Why a database could not be opened.
#[derive(Debug)]
pub enum OriginsError {
    /// The file cannot be read.
    Unreadable(Part, PathBuf, io::Error),
    /// It is a folder, a device or a pipe.
    NoFile(Part, PathBuf),
    /// It is an archive, with a database in it perhaps.
    Packed(Part, PathBuf),
    /// It is in no format of MaxMind's, or it is damaged.
    Format(Part, PathBuf, String),
    /// It is a database of another kind, and nothing in it is of use.
    Useless {
        /// What it was to be.
        part: Part,
        /// Where it is.
        path: PathBuf,
        /// What it says that it is.
        kind: String,
    },
}

impl OriginsError {
    /// Which database it is about.
    pub fn part(&self) -> Part {
        match self {
            Self::Unreadable(part, ..)
            | Self::NoFile(part, _)
            | Self::Packed(part, _)
            | Self::Format(part, ..)
            | Self::Useless { part, .. } => *part,
        }
    }
}

impl fmt::Display for OriginsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(part, path, error) => write!(
                f,
                "the {part} {} cannot be read: {error}. Check the path, and whether this \
                 program may read the file.",
                path.display()
            ),
            Self::NoFile(part, path) => write!(
                f,
                "the {part} {} is no file. Name the database itself; it usually ends in .mmdb.",
                path.display()
            ),
            Self::Packed(part, path) => write!(
                f,
                "the {part} {} is packed. Unpack it, and name the .mmdb file from inside.",
                path.display()
            ),
            Self::Format(part, path, why) => write!(
                f,
                "the {part} {} is no database in MaxMind’s format (.mmdb), or is damaged: {why}. \
                 Fetch it again, or name another file.",
                path.display()
            ),
            Self::Useless { part, path, kind } => {
                write!(f, "the {part} {} ", path.display())?;
                match kind.as_str() {
                    "" => f.write_str("does not say what it is")?,
                    kind => write!(f, "is a database of the kind {kind:?}")?,
                }
                f.write_str(match part {
                    Part::Country => {
                        ", without country codes. Name a country or city database in MaxMind’s \
                         format, such as GeoLite2-Country, GeoLite2-City or DB-IP Lite: its records \
                         have country.iso_code or country_code."
                    }
                    Part::Network => {
                        ", without autonomous systems, domains or kinds of users. Name one in \
                         MaxMind’s format, such as GeoLite2-ASN, GeoIP2-ISP or GeoIP2-Domain: its \
                         records have autonomous_system_number, domain or user_type."
                    }
                })
            }
        }
    }
}

impl std::error::Error for OriginsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(.., error) => Some(error),
            _ => None,
        }
    }
}
