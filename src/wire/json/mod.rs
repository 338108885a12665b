//! JSON as a tree, small and lossless: what crosses to JavaScript, what a caller gives untyped, what a vendor says of an
//! error.
//!
//! Numbers that are no whole ones stay the text that they were, so nothing is rounded on its way
//! through.

mod convert;
mod read;
mod write;

pub use convert::MAX_INPUT_DEPTH;
pub(crate) use convert::serialize_count;
pub(crate) use read::{Fault, Reader, unescape};
pub(crate) use write::quote;

use std::fmt;

/// A value, nothing lost.
#[derive(Debug, Clone, Default)]
pub enum Json {
    /// `null`, `undefined`, or not there.
    #[default]
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that is exact.
    Int(i64),
    /// Any other number as it was written; `NaN` and the infinities, too, which can only come from a program.
    Number(String),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in its own order.
    Map(Vec<(String, Json)>),
}

/// Objects are the same whatever the order of their fields.
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
    /// Whether there is nothing.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Reads a JSON text; `None` when it is none, or is nested too deeply.
    #[must_use]
    pub fn read(json: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(json);
        let value = reader.tree(MAX_DEPTH).ok()?;
        reader.end().ok().map(|()| value)
    }

    /// The last field of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The same, taken out; [`Json::Absent`] when there is none.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Self {
        self.get_mut(name).map(std::mem::take).unwrap_or_default()
    }

    /// The same, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter_mut().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Gives the last field of this name another value, or adds it.
    pub fn put(&mut self, name: &str, value: Self) {
        if let Some(slot) = self.get_mut(name) {
            *slot = value;
        } else if let Self::Map(entries) = self {
            entries.push((name.to_owned(), value));
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The items of a list, taken out; none of anything else.
    #[must_use]
    pub fn into_list(self) -> Vec<Self> {
        if let Self::List(items) = self { items } else { Vec::new() }
    }

    /// The integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    /// The integer, if it is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| u64::try_from(value).ok())
    }

    /// `true` or `false`.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The number nearest to it.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Number(text) => read_f64(text),
            _ => None,
        }
    }
}

/// Deeper than any answer; a limit keeps a hostile one from exhausting the stack.
const MAX_DEPTH: u8 = 127;

/// The number nearest to a decimal text; `None` of any other text, the names of infinities among them.
#[must_use]
pub fn read_f64(text: &str) -> Option<f64> {
    let is_decimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    (!text.starts_with('+') && text.bytes().all(is_decimal)).then(|| nearest(text)).flatten()
}

/// What the host reads in a number's text: the tables by which Rust does it are 6 % of the module.
#[cfg(all(target_arch = "wasm32", feature = "js"))]
fn nearest(text: &str) -> Option<f64> {
    let number = wasm_bindgen::JsValue::from_str(text).unchecked_into_f64();
    // To JavaScript, no text at all is zero.
    (!text.is_empty() && (!number.is_nan() || text == "NaN")).then_some(number)
}

/// What the standard library reads in a number's text.
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
