//! A small and lossless JSON tree. It holds values that are exchanged with JavaScript, untyped
//! input of a caller, and the body of a vendor's error.
//!
//! Numbers that are not whole stay in their original text, so that nothing is rounded.

mod convert;
mod read;
mod write;

pub use convert::MAX_INPUT_DEPTH;
pub(crate) use convert::serialize_count;
pub(crate) use read::{Fault, Reader, unescape};
pub(crate) use write::{quote, write_text};

use std::borrow::Cow;
use std::fmt;

/// A JSON value without any loss.
#[derive(Debug, Clone, Default)]
pub enum Json {
    /// `null`, `undefined`, or a missing value.
    #[default]
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that is exact.
    Int(i64),
    /// Any other number as it was written, including `NaN` and the infinities, which only a program
    /// can produce.
    Number(String),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in its own order.
    Map(Vec<(String, Json)>),
}

/// Objects are equal regardless of the order of their fields.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Absent, Self::Absent) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Number(a), Self::Number(b)) | (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len() && a.iter().all(|(name, value)| other.get(name) == Some(value))
            }
            _ => false,
        }
    }
}

impl Json {
    /// Returns whether the value is absent.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Reads a JSON text and returns its value, or `None` if the text is invalid or nested too
    /// deeply.
    #[must_use]
    pub fn read(json: &[u8]) -> Option<Self> {
        Self::read_text(&plain_text(json))
    }

    /// Reads the same from what is known to be UTF-8, and has no byte order mark.
    #[must_use]
    pub fn read_text(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text.as_bytes());
        let value = reader.tree(MAX_DEPTH).ok()?;
        reader.end().ok().map(|()| value)
    }

    /// Returns the last field with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Removes the last field with this name and returns its value, or [`Json::Absent`] if there is
    /// none.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Self {
        self.get_mut(name).map(std::mem::take).unwrap_or_default()
    }

    /// Returns the last field with this name, for changes.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter_mut().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Replaces the value of the last field with this name, or adds the field.
    pub fn put(&mut self, name: &str, value: Self) {
        if let Some(slot) = self.get_mut(name) {
            *slot = value;
        } else if let Self::Map(entries) = self {
            entries.push((name.to_owned(), value));
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the items.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// Returns the items of a list by value, or no items for any other value.
    #[must_use]
    pub fn into_list(self) -> Vec<Self> {
        if let Self::List(items) = self { items } else { Vec::new() }
    }

    /// Returns the integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    /// Returns the integer, if it is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| u64::try_from(value).ok())
    }

    /// Returns `true` or `false`, if it is one of them.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// Returns the nearest floating point number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Number(text) => read_f64(text),
            _ => None,
        }
    }
}

/// Returns a body as text, in the way in which hosts read one as JSON: without a byte order mark,
/// and with a replacement character for each sequence that is not UTF-8.
#[must_use]
pub fn plain_text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}

/// The deepest nesting that is read, which is deeper than that of any response. The limit keeps a
/// hostile response from exhausting the stack.
const MAX_DEPTH: u8 = 127;

/// Returns the number nearest to a decimal text, or `None` for any other text, such as the names of
/// infinities.
#[must_use]
pub fn read_f64(text: &str) -> Option<f64> {
    let is_decimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    (!text.starts_with('+') && text.bytes().all(is_decimal)).then(|| nearest(text)).flatten()
}

/// Returns the number that the host reads from a text. The tables with which Rust does this are 6 %
/// of the module.
#[cfg(all(target_arch = "wasm32", feature = "js"))]
fn nearest(text: &str) -> Option<f64> {
    let number = wasm_bindgen::JsValue::from_str(text).unchecked_into_f64();
    // JavaScript reads an empty text as zero.
    (!text.is_empty() && (!number.is_nan() || text == "NaN")).then_some(number)
}

/// Returns the number that the standard library reads from a text.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
fn nearest(text: &str) -> Option<f64> {
    text.parse().ok()
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integer {
    ($($Type:ty)*) => { $(
        impl From<$Type> for Json {
            fn from(value: $Type) -> Self {
                i64::try_from(value).map_or_else(|_| Self::Number(value.to_string()), Self::Int)
            }
        }
    )* };
}
from_integer!(i32 i64 u32 u64 usize);

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[&str]> for Json {
    fn from(texts: &[&str]) -> Self {
        Self::List(texts.iter().map(|text| Self::from(*text)).collect())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests;
