//! Lists that a registry answers with: its repositories and the tags of one.
//!
//! Registries hold names that older versions allowed. One such name does not
//! spoil a list: it is set aside and counted.

use crate::names::{RepositoryName, Tag};
use core::{fmt, marker::PhantomData};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A page of the answer to `GET /v2/_catalog`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The repositories, in the order of the answer.
    pub repositories: Vec<RepositoryName>,
    /// How many entries were no names.
    pub set_aside: usize,
    /// How many entries were not read because there were too many.
    pub left_out: usize,
}

/// A page of the answer to `GET /v2/{name}/tags/list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagList {
    /// The repository; `None` if what the answer says is no name.
    pub name: Option<RepositoryName>,
    /// The tags, in the order of the answer. Registries answer `null` for a
    /// repository whose tags were all deleted: no tags.
    pub tags: Vec<Tag>,
    /// How many entries were no tags.
    pub set_aside: usize,
    /// How many entries were not read because there were too many.
    pub left_out: usize,
}

/// Why an answer cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// It is not JSON, or breaks off.
    NotJson,
    /// It is JSON, but not what was asked for.
    Shape,
}

impl fmt::Display for AnswerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotJson => "The registry’s answer is not JSON.",
            Self::Shape => "The registry’s answer is not what was asked for.",
        })
    }
}

impl std::error::Error for AnswerError {}

impl From<serde_json::Error> for AnswerError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_data() {
            Self::Shape
        } else {
            Self::NotJson
        }
    }
}

impl Catalog {
    /// Reads an answer: its first `most` entries.
    ///
    /// # Errors
    /// If it is not JSON with `repositories`.
    pub fn parse(bytes: &[u8], most: usize) -> Result<Self, AnswerError> {
        let list: List<RepositoryName> = read(bytes, "repositories", most)?;
        Ok(Self {
            repositories: list.names,
            set_aside: list.set_aside,
            left_out: list.left_out,
        })
    }
}

impl TagList {
    /// Reads an answer: its first `most` entries.
    ///
    /// # Errors
    /// If it is not JSON with `tags`.
    pub fn parse(bytes: &[u8], most: usize) -> Result<Self, AnswerError> {
        let list: List<Tag> = read(bytes, "tags", most)?;
        Ok(Self {
            name: list.of,
            tags: list.names,
            set_aside: list.set_aside,
            left_out: list.left_out,
        })
    }
}

/// What either answer holds.
struct List<T> {
    of: Option<RepositoryName>,
    names: Vec<T>,
    set_aside: usize,
    left_out: usize,
}

fn read<T: TryFrom<String>>(
    bytes: &[u8],
    field: &'static str,
    most: usize,
) -> Result<List<T>, AnswerError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let list = deserializer.deserialize_map(Whole {
        field,
        most,
        kind: PhantomData,
    })?;
    deserializer.end()?;
    Ok(list)
}

/// Reads the object; fields that nobody asked for are skipped.
struct Whole<T> {
    field: &'static str,
    most: usize,
    kind: PhantomData<T>,
}

impl<'de, T: TryFrom<String>> Visitor<'de> for Whole<T> {
    type Value = List<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with {}", self.field)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List<T>, A::Error> {
        let mut of = None;
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.field {
                if found.is_some() {
                    return Err(A::Error::duplicate_field(self.field));
                }
                found = Some(map.next_value_seed(Names {
                    most: self.most,
                    kind: PhantomData,
                })?);
            } else if key == "name" {
                let Entry(name) = map.next_value()?;
                of = name.and_then(|name| RepositoryName::try_from(name).ok());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let mut list: List<T> = found.ok_or_else(|| A::Error::missing_field(self.field))?;
        list.of = of;
        Ok(list)
    }
}

/// Reads the array entry by entry, so that a long one takes no more memory
/// than its first `most` entries.
struct Names<T> {
    most: usize,
    kind: PhantomData<T>,
}

impl<'de, T: TryFrom<String>> DeserializeSeed<'de> for Names<T> {
    type Value = List<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<List<T>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: TryFrom<String>> Visitor<'de> for Names<T> {
    type Value = List<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of names or null")
    }

    fn visit_none<E: Error>(self) -> Result<List<T>, E> {
        Ok(List {
            of: None,
            names: Vec::new(),
            set_aside: 0,
            left_out: 0,
        })
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<List<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<List<T>, A::Error> {
        let most = self.most;
        let mut list = self.visit_none()?;
        while list.names.len() + list.set_aside < most {
            let Some(Entry(text)) = entries.next_element()? else {
                return Ok(list);
            };
            match text.and_then(|text| T::try_from(text).ok()) {
                Some(name) => list.names.push(name),
                None => list.set_aside += 1,
            }
        }
        while entries.next_element::<IgnoredAny>()?.is_some() {
            list.left_out += 1;
        }
        Ok(list)
    }
}

/// A text, or anything else as `None`.
struct Entry(Option<String>);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Entry, E> {
        Ok(Entry(Some(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Entry, E> {
        Ok(Entry(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Entry, A::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entry(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Entry(None))
    }
}
