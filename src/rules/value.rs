//! Writes the value of a parameter into a request: as text in a URL or a header, or as JSON in a
//! body.

use crate::wire::json::Json;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use std::borrow::Cow;

/// A value that a path, a query or a header can have.
pub trait UrlValue {
    /// Whether it is a list, which a query may spell in several ways.
    const IS_LIST: bool = false;

    /// Returns its texts: one, those of a list, or none if it is absent.
    fn texts(&self) -> Vec<Cow<'_, str>>;
}

impl UrlValue for String {
    fn texts(&self) -> Vec<Cow<'_, str>> {
        vec![Cow::Borrowed(self)]
    }
}

impl UrlValue for i64 {
    fn texts(&self) -> Vec<Cow<'_, str>> {
        vec![Cow::Owned(self.to_string())]
    }
}

impl UrlValue for bool {
    fn texts(&self) -> Vec<Cow<'_, str>> {
        vec![Cow::Borrowed(if *self { "true" } else { "false" })]
    }
}

impl<T: UrlValue> UrlValue for Option<T> {
    const IS_LIST: bool = T::IS_LIST;

    fn texts(&self) -> Vec<Cow<'_, str>> {
        self.as_ref().map(UrlValue::texts).unwrap_or_default()
    }
}

impl<T: UrlValue> UrlValue for Vec<T> {
    const IS_LIST: bool = true;

    fn texts(&self) -> Vec<Cow<'_, str>> {
        self.iter().flat_map(UrlValue::texts).collect()
    }
}

/// The value of an undocumented field. An array or an object is sent as its JSON text.
impl UrlValue for Json {
    fn texts(&self) -> Vec<Cow<'_, str>> {
        match self {
            Self::Absent => Vec::new(),
            Self::Text(text) => vec![Cow::Borrowed(text)],
            other => vec![Cow::Owned(other.to_string())],
        }
    }
}

/// A value that a JSON body can have. It is not `Serialize`, so that values with a special notation
/// in a body (see `Raw`) cannot be written by anything else.
pub trait BodyValue {
    /// Returns whether the body is written without the value.
    fn is_absent(&self) -> bool {
        false
    }

    /// Writes the value and returns the serializer's result.
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value for a serializer of JSON bodies.
#[derive(Debug)]
pub(crate) struct AsBody<'a, T: ?Sized>(pub &'a T);

impl<T: BodyValue + ?Sized> Serialize for AsBody<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_body(serializer)
    }
}

impl BodyValue for String {
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl BodyValue for i64 {
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self)
    }
}

impl BodyValue for bool {
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}

impl<T: BodyValue> BodyValue for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.to_body(serializer),
            None => serializer.serialize_unit(),
        }
    }
}

impl<T: BodyValue> BodyValue for Vec<T> {
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            items.serialize_element(&AsBody(item))?;
        }
        items.end()
    }
}

/// The value of an undocumented field is written unchanged: numbers keep their digits.
impl BodyValue for Json {
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // A number that JSON cannot write becomes `null`, as in JavaScript.
            Self::Number(text) if !text.ends_with(|c: char| c.is_ascii_digit()) => serializer.serialize_unit(),
            Self::Number(text) => Raw::Number(text).serialize(serializer),
            Self::Absent => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => items.to_body(serializer),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                write_entries(entries, &mut map)?;
                map.end()
            }
        }
    }
}

/// Writes undocumented fields into an object.
pub fn write_entries<M: SerializeMap>(entries: &[(String, Json)], map: &mut M) -> Result<(), M::Error> {
    entries.iter().try_for_each(|(name, value)| map.serialize_entry(name, &AsBody(value)))
}

/// A value with a notation that JSON serializers do not have. It passes through them as bytes. No
/// other value of a body is bytes, so a user's text cannot be mistaken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raw<'a> {
    /// A number with exactly these digits.
    Number(&'a str),
    /// A text that begins like this; the content of a file follows in base64.
    File {
        /// The size of the file in bytes.
        size: u64,
        /// The beginning of the text.
        before: &'a str,
    },
}

impl<'a> Raw<'a> {
    pub fn serialize<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error> {
        let (size, text) = match self {
            Self::Number(text) => (None, text),
            Self::File { size, before } => (Some(size), before),
        };
        let mut bytes = vec![u8::from(size.is_some())];
        bytes.extend_from_slice(&size.unwrap_or_default().to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
        serializer.serialize_bytes(&bytes)
    }

    /// Reads the bytes that [`serialize`](Self::serialize) wrote and returns the value.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (is_file, rest) = bytes.split_first()?;
        let (size, text) = rest.split_first_chunk()?;
        let text = std::str::from_utf8(text).ok()?;
        let size = u64::from_le_bytes(*size);
        Some(if *is_file == 0 { Self::Number(text) } else { Self::File { size, before: text } })
    }
}
