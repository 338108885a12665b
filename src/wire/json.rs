//! JSON as a tree, small and lossless: what crosses to JavaScript, what a caller gives untyped, what a vendor says of an
//! error.
//!
//! Numbers that are no whole ones stay the text that they were, so nothing is rounded on its way
//! through.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;

use crate::wire::exact::MAX_SAFE_INTEGER;

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

// ---- reading ----

/// Why a text is no JSON that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not JSON.
    Syntax,
    /// It is nested too deeply.
    Depth,
}

/// Reads a JSON text from its beginning to its end, token by token.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// A number as it is written, and whether it has neither fraction nor exponent.
pub(crate) struct Digits<'a> {
    pub text: &'a [u8],
    pub is_whole: bool,
}

impl Digits<'_> {
    /// The integer, if it is one of 64 bits. `-0` is none: it is a floating point number in every language.
    pub fn integer(&self) -> Option<i64> {
        let (negative, digits) = match self.text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if !self.is_whole || digits.is_empty() || (negative && digits == b"0") {
            return None;
        }
        let mut value = 0i64;
        for byte in digits {
            let digit = i64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
            value = value.checked_mul(10)?.checked_add(if negative { digit.checked_neg()? } else { digit })?;
        }
        Some(value)
    }
}

impl<'a> Reader<'a> {
    pub fn new(json: &'a [u8]) -> Self {
        Self { rest: json }
    }

    /// The first byte of the next token.
    #[inline(always)]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            match self.rest {
                [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] => self.rest = rest,
                rest => return rest.first().copied(),
            }
        }
    }

    /// Takes the next token if it is this byte.
    #[inline(always)]
    pub fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.skip(1);
        }
        is_next
    }

    pub fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.eat(byte) { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    pub fn end(&mut self) -> Result<(), Fault> {
        if self.peek().is_none() { Ok(()) } else { Err(Fault::Syntax) }
    }

    pub fn word(&mut self, word: &str) -> Result<(), Fault> {
        self.rest = self.rest.strip_prefix(word.as_bytes()).ok_or(Fault::Syntax)?;
        Ok(())
    }

    /// What stands between the quotation marks of a text, and whether there are escapes in it.
    pub fn raw_text(&mut self) -> Result<(&'a [u8], bool), Fault> {
        self.expect(b'"')?;
        let inside = self.rest;
        let mut has_escapes = false;
        loop {
            self.skip(plain_length(self.rest));
            match self.rest {
                [b'"', rest @ ..] => {
                    let length = inside.len().saturating_sub(self.rest.len());
                    self.rest = rest;
                    return Ok((inside.get(..length).unwrap_or_default(), has_escapes));
                }
                [b'\\', b'u', a, b, c, d, rest @ ..] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => {
                    self.rest = rest;
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => self.rest = rest,
                _ => return Err(Fault::Syntax),
            }
            has_escapes = true;
        }
    }

    /// A text.
    pub fn text(&mut self) -> Result<String, Fault> {
        let (raw, has_escapes) = self.raw_text()?;
        let raw = std::str::from_utf8(raw).map_err(|_| Fault::Syntax)?;
        Ok(if has_escapes { unescape(raw) } else { raw.to_owned() })
    }

    pub fn number(&mut self) -> Result<Digits<'a>, Fault> {
        let start = self.rest;
        if let [b'-', rest @ ..] = self.rest {
            self.rest = rest;
        }
        match self.rest {
            [b'0', rest @ ..] => self.rest = rest,
            _ => self.digits()?,
        }
        let mut is_whole = true;
        if let [b'.', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
            is_whole = false;
        }
        if let [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
            is_whole = false;
        }
        let length = start.len().saturating_sub(self.rest.len());
        Ok(Digits { text: start.get(..length).unwrap_or_default(), is_whole })
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let before = self.rest.len();
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
        }
        if self.rest.len() < before { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// A value with everything in it.
    pub fn tree(&mut self, depth: u8) -> Result<Json, Fault> {
        let inner = depth.checked_sub(1).ok_or(Fault::Depth);
        Ok(match self.peek().ok_or(Fault::Syntax)? {
            b'n' => self.word("null").map(|()| Json::Absent)?,
            b't' => self.word("true").map(|()| Json::Bool(true))?,
            b'f' => self.word("false").map(|()| Json::Bool(false))?,
            b'"' => Json::Text(self.text()?),
            b'[' => {
                self.skip(1);
                let (inner, mut items) = (inner?, Vec::new());
                while !self.eat(b']') {
                    if !items.is_empty() {
                        self.expect(b',')?;
                    }
                    items.push(self.tree(inner)?);
                }
                Json::List(items)
            }
            b'{' => {
                self.skip(1);
                let (inner, mut entries) = (inner?, Vec::new());
                while !self.eat(b'}') {
                    if !entries.is_empty() {
                        self.expect(b',')?;
                    }
                    let name = self.text()?;
                    self.expect(b':')?;
                    entries.push((name, self.tree(inner)?));
                }
                Json::Map(entries)
            }
            _ => {
                let digits = self.number()?;
                match digits.integer() {
                    Some(value) => Json::Int(value),
                    _ => Json::Number(std::str::from_utf8(digits.text).unwrap_or_default().to_owned()),
                }
            }
        })
    }
}

/// How many bytes stand before the first quotation mark, backslash or control character. Eight at a time: texts are most
/// of what is read.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut length = 0usize;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let (quote, backslash) = (word ^ ONES.wrapping_mul(0x22), word ^ ONES.wrapping_mul(0x5c));
        // A byte's high bit is set where the byte was zero, or below 0x20; a bit too many only follows a right one.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word);
        if found & HIGH != 0 {
            break;
        }
        length = length.saturating_add(8);
        rest = after;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    length.saturating_add(rest.iter().position(special).unwrap_or(rest.len()))
}

/// The text of a valid literal. Half of a pair of surrogates becomes U+FFFD, as hosts have it in UTF-8.
pub(crate) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next().unwrap_or('\\') {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let high = unit(chars.as_str());
                chars = chars.as_str().get(4..).unwrap_or_default().chars();
                let low = chars.as_str().strip_prefix("\\u").map(unit).filter(|low| (0xDC00..0xE000).contains(low));
                match (high, low) {
                    (0xD800..0xDC00, Some(low)) => {
                        chars = chars.as_str().get(6..).unwrap_or_default().chars();
                        let pair = (high & 0x3FF) << 10 | (low & 0x3FF);
                        out.push(char::from_u32(pair.saturating_add(0x1_0000)).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    _ => out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
            other => out.push(other),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn unit(hex: &str) -> u32 {
    hex.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0xFFFD)
}

// ---- writing ----

/// The fields of an object, put together one by one.
#[derive(Default)]
pub(crate) struct Entries(Vec<(String, Json)>);

impl Entries {
    /// Adds a field.
    pub fn put(&mut self, name: &str, value: Json) -> &mut Self {
        self.0.push((name.to_owned(), value));
        self
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.put(name, text.into())
    }

    /// Adds a text if there is one.
    pub fn text_some(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// The object, with the fields that are not documented as they were given.
    pub fn with(&mut self, extra: &[(String, Json)]) -> Json {
        self.0.extend_from_slice(extra);
        Json::Map(std::mem::take(&mut self.0))
    }
}

/// A text as a JSON literal, quotation marks included.
pub(crate) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let (before, after) = rest.split_at_checked(plain_length(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(before);
        if after.is_empty() {
            break;
        }
        let mut chars = after.chars();
        let escaped = chars.next().unwrap_or_default();
        let short = match escaped {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        out.push('\\');
        match short {
            Some(letter) => out.push(letter),
            None => {
                out.push_str("u00");
                let code = u32::from(escaped);
                out.push(char::from_digit(code >> 4, 16).unwrap_or('0'));
                out.push(char::from_digit(code & 15, 16).unwrap_or('0'));
            }
        }
        rest = chars.as_str();
    }
    out.push('"');
}

/// A text as a JSON literal of its own.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    write_text(&mut out, text);
    out
}

impl Json {
    /// Writes the value at the end of `out`, its numbers as they were read.
    fn write(&self, out: &mut String) {
        match self {
            // A number that JSON cannot write is nothing, as in JavaScript.
            Self::Number(text) if !text.ends_with(|c: char| c.is_ascii_digit()) => out.push_str("null"),
            Self::Absent => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => out.push_str(&value.to_string()),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => write_text(out, text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (index, (name, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

// ---- serde, for programs in Rust ----

/// Deeper input than any request has. The facade reads this limit in its tables.
pub const MAX_INPUT_DEPTH: u8 = 64;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A format that does not tell what a value is gets it as text.
        if !deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return Self::read(text.as_bytes()).ok_or_else(|| D::Error::custom("is not JSON"));
        }
        AtDepth(MAX_INPUT_DEPTH).deserialize(deserializer)
    }
}

struct AtDepth(u8);

impl AtDepth {
    fn inner<E: Error>(&self) -> Result<AtDepth, E> {
        self.0.checked_sub(1).map(AtDepth).ok_or_else(|| E::custom("is nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for AtDepth {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AtDepth {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("plain data")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Absent)
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner()?)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut map = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            map.push((name, entries.next_value_seed(self.inner()?)?));
        }
        Ok(Json::Map(map))
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Absent,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => {
                number.as_i64().map_or_else(|| Self::Number(number.to_string()), Self::Int)
            }
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => items.into(),
            serde_json::Value::Object(entries) => {
                Self::Map(entries.into_iter().map(|(name, value)| (name, value.into())).collect())
            }
        }
    }
}

/// One that a JavaScript number would round becomes a `bigint` there.
pub(crate) fn serialize_integer<S: Serializer>(value: i64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.unsigned_abs() <= MAX_SAFE_INTEGER {
        serializer.serialize_i64(value)
    } else {
        serializer.serialize_i128(value.into())
    }
}

fn is_whole(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit())
}

/// A count of things, which is never more than a JavaScript number holds.
pub(crate) fn serialize_count<S: Serializer>(count: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    count.map(|count| count.min(MAX_SAFE_INTEGER)).serialize(serializer)
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_str(&self.to_string());
        }
        match self {
            Self::Absent => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serialize_integer(*value, serializer),
            // Neither `-0` nor an integer that is exact as a number is written this way.
            Self::Number(text) if is_whole(text) && text != "-0" => match text.parse::<i128>() {
                Ok(value) => serializer.serialize_i128(value),
                Err(_) => serializer.serialize_str(text),
            },
            Self::Number(text) => match nearest(text) {
                Some(value) => serializer.serialize_f64(value),
                None => serializer.serialize_unit(),
            },
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => serializer.collect_map(entries.iter().map(|(name, value)| (name, value))),
        }
    }
}

#[cfg(test)]
impl std::ops::Index<&str> for Json {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        self.get(name).unwrap_or(&Json::Absent)
    }
}

#[cfg(test)]
impl std::ops::Index<usize> for Json {
    type Output = Json;

    fn index(&self, index: usize) -> &Json {
        self.as_array().and_then(|items| items.get(index)).unwrap_or(&Json::Absent)
    }
}

#[cfg(test)]
impl PartialEq<serde_json::Value> for Json {
    fn eq(&self, other: &serde_json::Value) -> bool {
        serde_json::to_value(self).unwrap() == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            // Of these serde_json is sure to give back what it was given.
            any::<i32>().prop_map(|value| Value::from(f64::from(value) / 256.0)),
            "\\PC*".prop_map(Value::from),
            "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map("\\PC{0,4}", inner, 0..5).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "nulll",
            "tru",
            "[",
            "[1",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{",
            "{1:2}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1 "b":2}"#,
            "01",
            "-",
            "+1",
            "1.",
            ".1",
            "1e",
            "1e+",
            "0x1",
            "NaN",
            "Infinity",
            r#"""#,
            r#""\""#,
            r#""\x""#,
            r#""\u12""#,
            r#""\u12g4""#,
            "\"\n\"",
            "\"\u{1}\"",
            "1 1",
            "\u{feff}1",
            "//",
            "'a'",
        ] {
            assert_eq!(Json::read(text.as_bytes()), None, "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
        assert_eq!(Json::read(b"\"\xff\""), None);
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::read(deep(127).as_bytes()).is_some() && Json::read(deep(128).as_bytes()).is_none());
    }

    #[test]
    fn half_a_pair_of_surrogates_becomes_a_replacement() {
        for (text, read) in [
            (r#""\ud83c\udfab""#, "🎫"),
            (r#""\ud83c""#, "\u{fffd}"),
            (r#""\udfab\ud83c""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83c\ud83c\udfab""#, "\u{fffd}🎫"),
            (r#""\ud83cx\n""#, "\u{fffd}x\n"),
            (r#""\u0000\/\b\f\"\\""#, "\0/\u{8}\u{c}\"\\"),
        ] {
            assert_eq!(Json::read(text.as_bytes()), Some(read.into()), "{text}");
        }
    }

    #[test]
    fn decimal_numbers_are_read_to_the_last_digit() {
        for text in
            ["0", "-0", "1", "1.5", "0.30000000000000004", "437.123456", "1e3", "1E-3", "1e23", "-2.5e+1", "5e-324"]
        {
            assert_eq!(read_f64(text), text.parse().ok(), "{text}");
        }
        assert_eq!(read_f64("1e999"), Some(f64::INFINITY));
        assert_eq!(read_f64("1e-999"), Some(0.0));
        for none in ["", "-", ".", "NaN", "1x", "1e", "1e1.5", "--1", "1.-1", "+1"] {
            assert_eq!(read_f64(none), None, "{none}");
        }
    }

    #[test]
    fn integers_that_a_number_would_round_stay_exact() {
        for (text, written) in [
            ("9007199254740993", "9007199254740993"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("18446744073709551615", "18446744073709551615"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            // What no `bigint` of 128 bits holds is its digits.
            ("1234567890123456789012345678901234567890", r#""1234567890123456789012345678901234567890""#),
            ("1.50", "1.5"),
        ] {
            let json = Json::read(text.as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&json).unwrap(), written);
            assert_eq!(json.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn json_is_read_and_written_as_serde_does(value in any_json()) {
            let written = value.to_string();
            let read = Json::read(written.as_bytes()).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&read.to_string()).unwrap(), value.clone());
            prop_assert_eq!(read, Json::from(value));
        }

        #[test]
        fn any_bytes_are_json_for_both_or_for_none(bytes in "[\\[\\]{}\",:0-9eE.+\\-\\\\unltrfase ]{0,12}|\\PC{0,8}") {
            // A number beyond the largest, and half a pair of surrogates, are read here as hosts read them.
            let theirs = serde_json::from_str::<Value>(&bytes);
            let ours = Json::read(bytes.as_bytes());
            prop_assert!(ours.is_some() == theirs.is_ok() || (ours.is_some() && (bytes.contains(['e', 'E']) || bytes.contains("\\u"))), "{}", bytes);
        }

        #[test]
        fn texts_are_written_as_serde_does(value in any::<String>()) {
            prop_assert_eq!(quote(&value), serde_json::to_string(&value).unwrap());
        }

    }
}
