//! Why ClickHouse did not do what it was asked for.

use super::address::AddressError;
use std::{fmt, io};

/// Why ClickHouse did not do what it was asked for. None has a password in it.
#[derive(Debug)]
pub enum ClickHouseError {
    /// The address is none.
    Address(AddressError),
    /// A server cannot be reached, or broke off: which, and why.
    Unreachable {
        /// `host:port`.
        server: String,
        /// What the connection says.
        why: String,
    },
    /// A server took too long, or would have.
    Slow(String),
    /// A server refuses: its own number for that, and what it says.
    Refused {
        /// Its number: 60 is a table that there is not, 516 a wrong password.
        code: u32,
        /// What it says, shortened.
        said: String,
    },
    /// An answer that cannot be understood: what is in it.
    Answer(&'static str),
    /// The cluster is not what the address says: how.
    Cluster(String),
    /// A day that ClickHouse has no date for.
    Day(pulls::calendar::Day),
}

impl ClickHouseError {
    pub(super) fn reading(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Answer("half a row at its end"),
            io::ErrorKind::TimedOut => Self::Slow("the answer".to_owned()),
            _ => Self::Unreachable {
                server: "the server".to_owned(),
                why: error.to_string(),
            },
        }
    }

    /// Whether a server is away, or lets nobody in.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Slow(_) | Self::Cluster(_) => true,
            // User, password or address of the client; a server that another one asks; a copy that
            // is away or has not caught up, and who keeps the list of copies.
            Self::Refused { code, .. } => matches!(
                code,
                192..=195
                    | 516
                    | 209
                    | 210
                    | 279
                    | 164
                    | 242
                    | 285
                    | 286
                    | 289
                    | 319
                    | 369
                    | 225
                    | 244
                    | 999
            ),
            Self::Address(_) | Self::Answer(_) | Self::Day(_) => false,
        }
    }

    /// Whether there is no room on a disk of the server.
    pub fn is_full(&self) -> bool {
        // 243 is NOT_ENOUGH_SPACE; the system's own words come under several numbers.
        matches!(self, Self::Refused { code, said }
            if *code == 243 || said.contains("No space left on device"))
    }
}

impl fmt::Display for ClickHouseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Unreachable { server, why } => {
                write!(f, "ClickHouse does not answer at {server}: {why}.")
            }
            Self::Slow(what) => write!(f, "ClickHouse takes too long: {what}."),
            Self::Refused { code, said } => write!(f, "ClickHouse says no (code {code}): {said}"),
            Self::Answer(what) => write!(f, "an answer of ClickHouse has {what}."),
            Self::Cluster(how) => write!(f, "the cluster of ClickHouse cannot be used: {how}."),
            Self::Day(day) => write!(
                f,
                "ClickHouse has no date for {day}: its last one is 2105-12-31."
            ),
        }
    }
}

impl std::error::Error for ClickHouseError {}

impl From<AddressError> for ClickHouseError {
    fn from(error: AddressError) -> Self {
        Self::Address(error)
    }
}
