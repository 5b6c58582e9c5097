//! The only user of the network: one small function an endpoint, typed errors.

pub mod build;

use std::fmt;

/// Why an answer could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No server answered.
    Unreachable,
    /// The server answered with this status.
    Status(u16),
    /// The answer is not what the endpoint promises.
    Unreadable,
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => out.write_str("The server does not answer."),
            Self::Status(status) => write!(out, "The server answered {status}."),
            Self::Unreadable => out.write_str("The server’s answer could not be read."),
        }
    }
}

impl std::error::Error for ApiError {}
