//! Reading untyped input (a JavaScript object, a JSON text) into typed parameters, with every violation found on the way.
//!
//! serde stops at the first mistake; a form wants all of them. So the host's value becomes an [`Input`] tree first, and
//! each field is then read for itself.

use crate::attachment::{Attachment, Content, Found};
use crate::validate::{Violation, Violations, quoted};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;

/// A value as it came from the host, nothing lost.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Input {
    /// `null`, `undefined`, or not there.
    #[default]
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that is exact.
    Int(i64),
    /// Any other number, `NaN` included.
    Float(f64),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Input>),
    /// An object, in its own order.
    Map(Vec<(String, Input)>),
}

impl Input {
    fn type_name(&self) -> &'static str {
        match self {
            Input::Absent => "nothing",
            Input::Bool(_) => "a boolean",
            Input::Int(_) | Input::Float(_) => "a number",
            Input::Text(_) => "text",
            Input::List(_) => "an array",
            Input::Map(_) => "an object",
        }
    }
}

/// Deeper input than any request has; a limit keeps a hostile one from exhausting the stack.
const MAX_DEPTH: u8 = 32;

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AtDepth(0).deserialize(deserializer)
    }
}

struct AtDepth(u8);

impl AtDepth {
    fn inner<E: Error>(&self) -> Result<AtDepth, E> {
        match self.0.checked_add(1) {
            Some(depth) if depth <= MAX_DEPTH => Ok(AtDepth(depth)),
            _ => Err(E::custom("is nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for AtDepth {
    type Value = Input;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Input, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AtDepth {
    type Value = Input;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("plain data")
    }

    fn visit_unit<E: Error>(self) -> Result<Input, E> {
        Ok(Input::Absent)
    }

    fn visit_none<E: Error>(self) -> Result<Input, E> {
        Ok(Input::Absent)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Input, E> {
        Ok(Input::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Input, E> {
        Ok(Input::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Input, E> {
        Ok(i64::try_from(value).map_or(Input::Float(value as f64), Input::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Input, E> {
        Ok(Input::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Input, E> {
        Ok(Input::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Input, E> {
        Ok(Input::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Input, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner()?)? {
            list.push(item);
        }
        Ok(Input::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Input, A::Error> {
        let mut map = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            map.push((name, entries.next_value_seed(self.inner()?)?));
        }
        Ok(Input::Map(map))
    }
}

/// A type that can be read from [`Input`]. What cannot be read is reported, and a default stands in for it so that the
/// other fields are still read and checked; the caller stops when there are violations.
pub trait FromInput: Sized {
    /// The value, or a stand-in and a violation.
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self;
}

/// An object's fields, read one by one by name.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: Vec<(String, Input)>,
    path: &'a str,
    violations: &'a mut Violations,
}

impl<'a> Fields<'a> {
    /// The fields of `input`, which must be an object or absent.
    pub fn new(input: Input, path: &'a str, violations: &'a mut Violations) -> Self {
        let entries = match input {
            Input::Map(entries) => entries,
            Input::Absent => Vec::new(),
            other => {
                violations.push(wrong_type(path, &other, "an object"));
                Vec::new()
            }
        };
        Self { entries, path, violations }
    }

    /// Whether the field `name` is there, be it as `null`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key == name)
    }

    /// The field `name` as `T`; the last one when it is there twice.
    pub fn take<T: FromInput>(&mut self, name: &str) -> T {
        let mut found = Input::Absent;
        self.entries.retain_mut(|(key, value)| {
            let matches = key == name;
            if matches {
                found = std::mem::take(value);
            }
            !matches
        });
        T::from_input(found, &join(self.path, name), self.violations)
    }

    /// Every field that was not taken and has a value.
    #[must_use]
    pub fn rest(self) -> Vec<(String, Input)> {
        self.entries.into_iter().filter(|(_, value)| *value != Input::Absent).collect()
    }

    /// Reports every field that was not taken, for vendors that forbid additional ones. An absent value is no field.
    pub fn deny_unknown(self, known: &[&str]) {
        for (name, value) in self.entries {
            if value != Input::Absent {
                let field = join(self.path, &name);
                self.violations.push(
                    Violation::new(
                        field.as_str(),
                        "unknown_field",
                        format!("{} is not a field of this request", quoted(&field)),
                        format!("remove it; the fields are {}", known.join(", ")),
                    )
                    .with("known", known.to_vec()),
                );
            }
        }
    }
}

/// `outer.name`, or just `name` at the top.
#[must_use]
pub fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") }
}

/// The field has a value of another type than `expected`.
#[must_use]
pub fn wrong_type(field: &str, found: &Input, expected: &str) -> Violation {
    let subject = if field.is_empty() { "the argument".to_owned() } else { format!("`{field}`") };
    if *found == Input::Absent {
        return Violation::new(field, "required", format!("{subject} is missing"), format!("give {expected}"));
    }
    Violation::new(
        field,
        "wrong_type",
        format!("{subject} is {}, not {expected}", found.type_name()),
        format!("give {expected}"),
    )
    .with("expected", expected)
}

/// Back to data, for fields that pass through as they are.
impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Input::Absent => serializer.serialize_unit(),
            Input::Bool(value) => serializer.serialize_bool(*value),
            Input::Int(value) => serializer.serialize_i64(*value),
            Input::Float(value) => serializer.serialize_f64(*value),
            Input::Text(value) => serializer.serialize_str(value),
            Input::List(items) => serializer.collect_seq(items),
            Input::Map(entries) => serializer.collect_map(entries.iter().map(|(name, value)| (name, value))),
        }
    }
}

impl FromInput for Input {
    fn from_input(input: Input, _field: &str, _violations: &mut Violations) -> Self {
        input
    }
}

impl FromInput for String {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::Text(text) => text,
            other => {
                violations.push(wrong_type(field, &other, "text"));
                String::new()
            }
        }
    }
}

impl FromInput for bool {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::Bool(value) => value,
            other => {
                violations.push(wrong_type(field, &other, "true or false"));
                false
            }
        }
    }
}

impl FromInput for i64 {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::Int(value) => return value,
            Input::Float(_) => violations.push(Violation::new(
                field,
                "not_an_integer",
                format!("`{field}` is not an exact whole number"),
                "give a whole number; beyond 9007199254740991 give a bigint of at most 64 bits",
            )),
            other => violations.push(wrong_type(field, &other, "a whole number")),
        }
        0
    }
}

impl<T: FromInput> FromInput for Option<T> {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        (input != Input::Absent).then(|| T::from_input(input, field, violations))
    }
}

impl<T: FromInput> FromInput for Vec<T> {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::List(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| T::from_input(item, &format!("{field}[{index}]"), violations))
                .collect(),
            other => {
                violations.push(wrong_type(field, &other, "an array"));
                Vec::new()
            }
        }
    }
}

/// `{ filename, mime_type?, data }` with a data URL, or `{ filename, mime_type?, size, found? }` for content that the host
/// holds. `size` is `null` for a stream that was not read yet; `found` is absent as long as nobody has looked, and `null`
/// when looking did not tell.
impl FromInput for Attachment {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let filename = fields.take("filename");
        let mut mime_type: Option<String> = fields.take("mime_type");
        let content = if fields.has("size") && !fields.has("data") {
            let has_found = fields.has("found");
            let size: Option<i64> = fields.take("size");
            let found: Option<String> = fields.take("found");
            // Blobs and responses may say `text/plain; charset=utf-8`.
            mime_type = mime_type.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
            Content::Held {
                size: size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                found: has_found.then(|| Found::from(found)),
            }
        } else {
            Content::DataUrl(fields.take("data"))
        };
        fields.deny_unknown(&["filename", "mime_type", "data"]);
        Self { filename, mime_type, content }
    }
}

/// Declares the parameters of an endpoint: a struct, and how it is read from [`Input`] field by field.
///
/// `deny unknown` after the name says that the vendor forbids additional fields; `keep unknown` keeps them in `extra`, for
/// vendors that may take more than they document.
macro_rules! params {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident keep unknown {
            $( $(#[$field_meta:meta])* pub $field:ident : $type:ty, )*
        }
    ) => {
        #[derive(Debug, Clone, Default, PartialEq)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
        $(#[$meta])*
        pub struct $Name {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// Fields that are not documented, as they were given.
            #[cfg_attr(feature = "types", ts(skip))]
            pub extra: Vec<(String, $crate::input::Input)>,
        }

        impl $crate::input::FromInput for $Name {
            fn from_input(
                input: $crate::input::Input,
                field: &str,
                violations: &mut $crate::validate::Violations,
            ) -> Self {
                #[allow(unused_mut, reason = "some calls have no documented fields")]
                let mut fields = $crate::input::Fields::new(input, field, violations);
                $( let $field = fields.take($crate::model::wire_name(stringify!($field))); )*
                Self { $( $field, )* extra: fields.rest() }
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub struct $Name:ident deny unknown {
            $( $(#[$field_meta:meta])* pub $field:ident : $type:ty, )*
        }
    ) => {
        #[derive(Debug, Clone, Default, PartialEq)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
        $(#[$meta])*
        pub struct $Name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl $crate::input::FromInput for $Name {
            fn from_input(
                input: $crate::input::Input,
                field: &str,
                violations: &mut $crate::validate::Violations,
            ) -> Self {
                let mut fields = $crate::input::Fields::new(input, field, violations);
                let read = Self { $( $field: fields.take($crate::model::wire_name(stringify!($field))), )* };
                fields.deny_unknown(&[$( $crate::model::wire_name(stringify!($field)) ),*]);
                read
            }
        }
    };
}
pub(crate) use params;

#[cfg(test)]
mod tests {
    use super::*;

    params! {
        /// What the tests read.
        pub struct Sample deny unknown {
            /// Required text.
            pub text: String,
            /// Optional flag.
            pub flag: Option<bool>,
            /// Numbers.
            pub ids: Vec<i64>,
        }
    }

    params! {
        /// For a vendor that may take more.
        pub struct Open keep unknown {
            /// A word of Rust's.
            pub r#type: Option<String>,
        }
    }

    #[test]
    fn unknown_fields_pass_through_where_the_vendor_may_take_them() {
        let json = r#"{ "type": "a", "new": { "deep": [1, 1.5, true, null, "x"] }, "none": null }"#;
        let mut violations = Violations::new();
        let open = Open::from_input(serde_json::from_str(json).unwrap(), "", &mut violations);
        assert!(violations.is_empty());
        assert_eq!(open.r#type.as_deref(), Some("a"));
        assert_eq!(serde_json::to_string(&open.extra).unwrap(), r#"[["new",{"deep":[1,1.5,true,null,"x"]}]]"#);
    }

    fn read(json: &str) -> (Sample, Vec<(String, String)>) {
        let input: Input = serde_json::from_str(json).unwrap();
        let mut violations = Violations::new();
        let sample = Sample::from_input(input, "", &mut violations);
        (sample, violations.into_vec().into_iter().map(|v| (v.field, v.code)).collect())
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
    }

    #[test]
    fn good_input_is_read() {
        let (sample, violations) = read(r#"{ "text": "a", "flag": null, "ids": [1, 9223372036854775807] }"#);
        assert_eq!(violations, []);
        assert_eq!(sample, Sample { text: "a".into(), flag: None, ids: vec![1, i64::MAX] });
    }

    #[test]
    fn every_violation_is_reported_at_once() {
        let (_, violations) =
            read(r#"{ "flag": "yes", "ids": [1.5, "2", 18446744073709551615], "more": 1, "none": null }"#);
        let expected = pairs(&[
            ("text", "required"),
            ("flag", "wrong_type"),
            ("ids[0]", "not_an_integer"),
            ("ids[1]", "wrong_type"),
            ("ids[2]", "not_an_integer"),
            ("more", "unknown_field"),
        ]);
        assert_eq!(violations, expected);
    }

    #[test]
    fn an_input_that_is_no_object_is_named() {
        let (_, violations) = read("[1]");
        assert_eq!(violations.first(), pairs(&[("", "wrong_type")]).first());
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(serde_json::from_str::<Input>(&deep).is_err());
        let fine = format!("{}1{}", "[".repeat(30), "]".repeat(30));
        assert!(serde_json::from_str::<Input>(&fine).is_ok());
    }
}
