//! Mail addresses: as much of RFC 5321 as a form should insist on.

use crate::text::{MAIL_ADDRESS, TextError};
use core::fmt;
use serde::{Deserialize, Serialize};

/// An address that mail can be sent to. Compared and kept in small letters:
/// no mail host in use tells capitals apart, and people do not either.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// Why a text is not a mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailError {
    /// Nothing was written.
    Empty,
    /// Too long, or with characters that cannot be seen.
    Text(TextError),
    /// It is not of the form `name@host.domain`.
    Form,
}

impl fmt::Display for MailError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(error) => write!(formatter, "{error}"),
            Self::Empty | Self::Form => {
                formatter.write_str("Write the whole address, such as ines@kelpworks.org.")
            }
        }
    }
}

impl std::error::Error for MailError {}

impl MailAddress {
    /// Reads an address as it was typed; blanks around it are forgiven.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(MailError::Empty);
        }
        MAIL_ADDRESS.check(text).map_err(MailError::Text)?;
        let (name, host) = text.rsplit_once('@').ok_or(MailError::Form)?;
        // A quoted local part may hold anything; nobody has one, and headers are safer without.
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&byte);
        let named = !name.is_empty()
            && name.len() <= 64
            && name.split('.').all(|part| !part.is_empty())
            && name.bytes().all(plain);
        let label = |part: &str| {
            !part.is_empty()
                && part.len() <= 63
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let hosted = host.contains('.') && host.split('.').all(label);
        (named && hosted)
            .then(|| Self(text.to_ascii_lowercase()))
            .ok_or(MailError::Form)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for MailAddress {
    type Error = MailError;

    fn try_from(text: String) -> Result<Self, MailError> {
        Self::parse(&text)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_that_are_and_are_not() {
        for text in ["ines@kelpworks.org", "a.b+c@x.co", " Ines@Kelpworks.ORG "] {
            assert!(MailAddress::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "ines",
            "ines@",
            "@x.org",
            "ines@kelpworks",
            "a b@x.org",
            "a@@x.org",
            ".a@x.org",
            "a..b@x.org",
            "a@-x.org",
            "a@x..org",
            "a@x.org\nBcc: b@x.org",
            "\"a b\"@x.org",
            "a@x.org,b@x.org",
            "Ines <ines@x.org>",
        ] {
            assert!(MailAddress::parse(text).is_err(), "{text}");
        }
        let address = MailAddress::parse("Ines@Kelpworks.ORG").unwrap();
        assert_eq!(address.as_str(), "ines@kelpworks.org");
    }

    proptest! {
        #[test]
        fn what_is_read_reads_again(text in "\\PC{0,20}@\\PC{0,20}") {
            if let Ok(address) = MailAddress::parse(&text) {
                prop_assert_eq!(MailAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}
