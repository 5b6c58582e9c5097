//! The signed credential of a membership: what it says, how it is written down, and how it is
//! judged. An achievement credential of Open Badges 3.0 (1EdTech, 2024) over the Verifiable
//! Credentials Data Model 2.0, secured as a JSON Web Token in compact form (RFC 7519), with its
//! revocation in a Bitstring Status List 1.0 (W3C, 2025).
//!
//! The crate knows no clock, no network and no cryptography: a server signs with what it has,
//! a browser verifies with what it has, and both tell this crate what came of it.

mod claims;
mod compact;
mod keys;
mod status;
mod verdict;

pub use claims::{Claims, Issue, Unreadable};
pub use compact::{Compact, Malformed, join, signing_input};
pub use keys::{KeySet, PublicKey};
pub use status::{
    ENTRIES, StatusClaims, StatusEntry, bit, bits, encoded, status_payload, unencoded,
};
pub use verdict::{
    Checks, Conclusion, Outcome, Reason, Revocation, Signature, Step, Verdict, judge,
};

/// The one algorithm that is signed with and accepted: RSASSA-PKCS1-v1_5 over SHA-256 (RFC
/// 7518, 3.3). Open Badges 3.0 (8.2.3) asks every verifier for it, and browsers verify it
/// natively.
pub const ALGORITHM: &str = "RS256";

/// Base64 without padding, in the alphabet that fits addresses (RFC 7515, 2).
pub(crate) use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
