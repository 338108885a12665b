//! Reads and writes the tree through serde.

use super::{Json, MAX_DEPTH, nearest};
use crate::wire::exact::MAX_SAFE_INTEGER;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;

/// The deepest input that is read, which is deeper than that of any request. The facade reads this
/// limit in its tables.
pub const MAX_INPUT_DEPTH: u8 = 64;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A format that does not describe its values stores the value as JSON text.
        if !deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return Self::read(text.as_bytes()).ok_or_else(|| D::Error::custom("is not JSON"));
        }
        AtDepth(MAX_DEPTH).deserialize(deserializer)
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
        // `1.0` and `1e300`, so that it stays a number with a fraction or an exponent.
        Ok(Json::Number(format!("{value:?}")))
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

#[cfg(test)]
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

/// Writes an integer. One that a JavaScript number would round becomes a `bigint` there.
fn serialize_integer<S: Serializer>(value: i64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.unsigned_abs() <= MAX_SAFE_INTEGER {
        serializer.serialize_i64(value)
    } else {
        serializer.serialize_i128(value.into())
    }
}

fn is_whole(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes a count, which never exceeds the exact range of a JavaScript number.
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
            // This does not apply to `-0` or to an integer that a number holds exactly.
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
