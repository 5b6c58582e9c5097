//! What records of databases hold, whoever made them.
//!
//! Databases agree on a format and not on its contents. Fields are taken by the names
//! that makers give them, and a field of another type than its name promises is as
//! good as missing: it costs none of its neighbors.

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// Where an address is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place<'a> {
    /// MaxMind's and DB-IP's map with the code in it, or IPinfo's text, which is a
    /// code in some files and a name in others.
    #[serde(borrow)]
    country: Code<'a>,
    /// The code alone.
    #[serde(borrow)]
    country_code: Plain<'a>,
}

impl<'a> Place<'a> {
    /// The codes that the record has, as they are written.
    pub fn codes(&self) -> impl Iterator<Item = &'a str> {
        [self.country_code.text(), self.country.0.text()]
            .into_iter()
            .flatten()
    }
}

/// Whose network an address is in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Network<'a> {
    #[serde(borrow)]
    autonomous_system_number: Plain<'a>,
    #[serde(borrow)]
    autonomous_system_organization: Plain<'a>,
    #[serde(borrow)]
    organization: Plain<'a>,
    #[serde(borrow)]
    isp: Plain<'a>,
    #[serde(borrow)]
    domain: Plain<'a>,
    #[serde(borrow)]
    user_type: Plain<'a>,
    #[serde(borrow)]
    connection_type: Plain<'a>,
    /// IPinfo's names for the number, the organization and its domain.
    #[serde(borrow)]
    asn: Plain<'a>,
    #[serde(borrow)]
    as_name: Plain<'a>,
    #[serde(borrow)]
    as_domain: Plain<'a>,
}

impl<'a> Network<'a> {
    /// The number of the autonomous system.
    pub fn number(&self) -> Option<u32> {
        self.autonomous_system_number
            .number()
            .or_else(|| self.asn.number())
    }

    /// The names of the organization, the nearest to the address first.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        [
            &self.organization,
            &self.isp,
            &self.autonomous_system_organization,
            &self.as_name,
        ]
        .into_iter()
        .filter_map(Plain::text)
    }

    /// The domain, as it is written.
    pub fn domain(&self) -> Option<&'a str> {
        self.domain.text().or_else(|| self.as_domain.text())
    }

    /// The database's word for those who use the address.
    pub fn user_type(&self) -> Option<&'a str> {
        self.user_type.text()
    }

    /// The database's word for how the address is connected.
    pub fn connection_type(&self) -> Option<&'a str> {
        self.connection_type.text()
    }

    /// Whether the record says anything.
    pub fn is_empty(&self) -> bool {
        self.number().is_none()
            && self.names().next().is_none()
            && self.domain().is_none()
            && self.user_type().is_none()
            && self.connection_type().is_none()
    }
}

/// A text, a number, or whatever else was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Plain<'a> {
    Text(&'a str),
    Number(u64),
    #[default]
    Other,
}

impl<'a> Plain<'a> {
    /// A text that is not empty.
    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The number of an autonomous system, which some write as text: `AS64500`.
    fn number(&self) -> Option<u32> {
        match self {
            Self::Number(number) => u32::try_from(*number).ok(),
            Self::Text(text) => text.strip_prefix("AS").unwrap_or(text).parse().ok(),
            Self::Other => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Plain<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyPlain)
    }
}

/// A country: a code, or a map with the code.
#[derive(Debug, Default)]
struct Code<'a>(Plain<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Code<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyCode).map(Self)
    }
}

/// What visitors of both kinds take the same way: everything but maps.
macro_rules! anything_else {
    () => {
        type Value = Plain<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("anything")
        }

        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok(Plain::Text(text))
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Plain::Other)
        }

        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Plain::Number(number))
        }

        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok(u64::try_from(number).map_or(Plain::Other, Plain::Number))
        }

        fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
            Ok(Plain::Other)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Plain::Other)
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Plain::Other)
        }

        fn visit_bytes<E>(self, _: &[u8]) -> Result<Self::Value, E> {
            Ok(Plain::Other)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Plain::Other)
        }
    };
}

struct AnyPlain;

impl<'de> Visitor<'de> for AnyPlain {
    anything_else!();

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Plain::Other)
    }
}

struct AnyCode;

impl<'de> Visitor<'de> for AnyCode {
    anything_else!();

    /// No map in the map is looked into: a damaged file can nest them without end.
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut code = Plain::Other;
        while let Some(name) = fields.next_key::<&str>()? {
            if name == "iso_code" {
                code = fields.next_value()?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(code)
    }
}
