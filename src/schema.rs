//! Checking that an answer has the documented shape, without building it.
//!
//! A host that parses JSON itself needs no object from us, only the word that the text fits the model. The models'
//! shapes are tables, and one small reader checks any of them; a decoder for each model would be many times its size.

use crate::error::DecodeError;
use crate::exact::MAX_SAFE_INTEGER;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub enum Schema {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number of at most 64 bits.
    Integer,
    /// Any number.
    Number,
    /// An array.
    List(&'static Schema),
    /// An object with these fields, and others.
    Object(&'static [Property]),
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it must be.
    pub schema: &'static Schema,
    /// Whether it may be missing or `null`.
    pub optional: bool,
}

/// What a check saw on its way.
#[derive(Debug, Default)]
pub struct Outline {
    /// Whether there is an integer that a JavaScript number would round.
    pub has_unsafe_integer: bool,
    counts: Vec<(&'static str, i64)>,
}

impl Outline {
    /// The last documented integer of this name outside of lists, or the length of the last list of this name there.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<u64> {
        let (_, count) = self.counts.iter().rev().find(|(known, _)| *known == name)?;
        u64::try_from(*count).ok()
    }
}

/// Checks a JSON text against `schema`. The error says where in the text, and what was expected; not what was found,
/// which may be what a buyer wrote.
pub fn check(json: &[u8], schema: &'static Schema) -> Result<Outline, DecodeError> {
    let mut check = Check { path: Vec::new(), list_depth: 0, outline: Outline::default() };
    let mut reader = serde_json::Deserializer::from_slice(json);
    let result = Value { check: &mut check, schema, nullable: false }.deserialize(&mut reader);
    match result {
        Ok(()) if reader.end().is_ok() => Ok(check.outline),
        Err(error) if error.is_data() => Err(check.unexpected(&error.to_string())),
        _ => Err(DecodeError::new("invalid_json", "the answer is not valid JSON")),
    }
}

enum At {
    Field(&'static str),
    Index(usize),
}

struct Check {
    /// Where the reader is; left as it is when a value does not fit.
    path: Vec<At>,
    list_depth: usize,
    outline: Outline,
}

impl Check {
    fn unexpected(&self, reason: &str) -> DecodeError {
        let mut path = String::new();
        for at in &self.path {
            match at {
                At::Field(name) if path.is_empty() => path.push_str(name),
                At::Field(name) => path.extend([".", name]),
                At::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let expected = reason.split_once("expected ").map_or(reason, |(_, expected)| expected);
        let expected = expected.split_once(" at line").map_or(expected, |(expected, _)| expected);
        let subject = if path.is_empty() { "the answer".to_owned() } else { format!("`{path}` of the answer") };
        DecodeError::new("unexpected_shape", format!("{subject} is not as documented: expected {expected}"))
    }

    fn count(&mut self, value: i64) {
        if let (0, Some(At::Field(name))) = (self.list_depth, self.path.last()) {
            self.outline.counts.push((name, value));
        }
    }

    fn integer(&mut self, magnitude: u64) {
        self.outline.has_unsafe_integer |= magnitude > MAX_SAFE_INTEGER;
    }
}

struct Value<'a> {
    check: &'a mut Check,
    schema: &'static Schema,
    nullable: bool,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Value<'_> {
    fn is(&self, schema: fn(&Schema) -> bool) -> bool {
        matches!(self.schema, Schema::Any) || schema(self.schema)
    }

    fn accept<E: Error>(&self, schema: fn(&Schema) -> bool) -> Result<(), E> {
        if self.is(schema) { Ok(()) } else { Err(self.wrong()) }
    }

    fn wrong<E: Error>(&self) -> E {
        E::custom(format_args!("expected {}", self.expected()))
    }

    fn expected(&self) -> &'static str {
        match self.schema {
            Schema::Any => "a value",
            Schema::Text => "text",
            Schema::Bool => "true or false",
            Schema::Integer => "a whole number",
            Schema::Number => "a number",
            Schema::List(_) => "an array",
            Schema::Object(_) => "an object",
        }
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.nullable { Ok(()) } else { self.accept(|_| false) }
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.accept(|schema| matches!(schema, Schema::Bool))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.accept(|schema| matches!(schema, Schema::Text))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.accept(|schema| matches!(schema, Schema::Integer | Schema::Number))?;
        self.check.integer(value.unsigned_abs());
        self.check.count(value);
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => {
                self.check.integer(value);
                self.accept(|schema| matches!(schema, Schema::Number))
            }
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        // An integer beyond 64 bits arrives here too.
        if value.abs() > MAX_SAFE_INTEGER as f64 {
            self.check.outline.has_unsafe_integer = true;
        }
        self.accept(|schema| matches!(schema, Schema::Number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let schema = match self.schema {
            Schema::List(items) => *items,
            Schema::Any => self.schema,
            _ => return Err(self.wrong()),
        };
        let Value { check, .. } = self;
        let mut length = 0;
        check.list_depth = check.list_depth.saturating_add(1);
        loop {
            check.path.push(At::Index(length));
            let more = items.next_element_seed(Value { check: &mut *check, schema, nullable: false })?.is_some();
            check.path.pop();
            if !more {
                break;
            }
            length = length.saturating_add(1);
        }
        check.list_depth = check.list_depth.saturating_sub(1);
        check.count(i64::try_from(length).unwrap_or(i64::MAX));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let properties = match self.schema {
            Schema::Object(properties) => *properties,
            Schema::Any => &[],
            _ => return Err(self.wrong()),
        };
        let Value { check, .. } = self;
        let mut missing: u64 = properties
            .iter()
            .enumerate()
            .filter(|(_, property)| !property.optional)
            .fold(0, |bits, (index, _)| bits | bit(index));
        while let Some(found) = entries.next_key_seed(Name(properties))? {
            match found {
                Some((index, property)) => {
                    missing &= !bit(index);
                    check.path.push(At::Field(property.name));
                    let value = Value { check: &mut *check, schema: property.schema, nullable: property.optional };
                    entries.next_value_seed(value)?;
                    check.path.pop();
                }
                None => {
                    // Not documented, so anything; only its integers matter.
                    check.list_depth = check.list_depth.saturating_add(1);
                    entries.next_value_seed(Value { check: &mut *check, schema: &Schema::Any, nullable: true })?;
                    check.list_depth = check.list_depth.saturating_sub(1);
                }
            }
        }
        let first_missing = properties.iter().enumerate().find(|(index, _)| missing & bit(*index) != 0);
        match first_missing {
            None => Ok(()),
            Some((_, property)) => {
                check.path.push(At::Field(property.name));
                Err(Error::custom("expected it to be there"))
            }
        }
    }
}

/// The bit of a property. Models have fewer than 64; a further one would count as optional.
fn bit(index: usize) -> u64 {
    u32::try_from(index).ok().and_then(|shift| 1u64.checked_shl(shift)).unwrap_or(0)
}

struct Name(&'static [Property]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<(usize, &'static Property)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<(usize, &'static Property)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().enumerate().find(|(_, property)| property.name == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    static THING: Schema = Schema::Object(&[
        Property { name: "name", schema: &Schema::Text, optional: false },
        Property { name: "size", schema: &Schema::Integer, optional: true },
        Property { name: "flag", schema: &Schema::Bool, optional: true },
        Property { name: "price", schema: &Schema::Number, optional: true },
    ]);
    static PAGE: Schema = Schema::Object(&[
        Property { name: "data", schema: &Schema::List(&THING), optional: false },
        Property {
            name: "pagination",
            schema: &Schema::Object(&[Property { name: "total", schema: &Schema::Integer, optional: false }]),
            optional: true,
        },
    ]);

    fn outline(json: &str) -> Outline {
        check(json.as_bytes(), &PAGE).unwrap()
    }

    fn problem(json: &str) -> String {
        let error = check(json.as_bytes(), &PAGE).unwrap_err();
        format!("{}: {}", error.code, error.message)
    }

    #[test]
    fn what_fits_is_outlined() {
        let page =
            outline(r#"{"data":[{"name":"a","size":1},{"name":"b","new":{"total":7}}],"pagination":{"total":57}}"#);
        assert_eq!((page.count("data"), page.count("total"), page.count("size")), (Some(2), Some(57), None));
        assert!(!page.has_unsafe_integer);
        assert_eq!(outline(r#"{"data":[]}"#).count("total"), None);
        assert_eq!(outline(r#"{"data":[],"pagination":null,"total":3}"#).count("total"), None);
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_path() {
        let shape =
            |at: &str, expected: &str| format!("unexpected_shape: {at} is not as documented: expected {expected}");
        for (json, expected) in [
            ("[]", shape("the answer", "an object")),
            ("{}", shape("`data` of the answer", "it to be there")),
            (r#"{"data":{}}"#, shape("`data` of the answer", "an array")),
            (r#"{"data":null}"#, shape("`data` of the answer", "an array")),
            (r#"{"data":[{"name":"a"},{"name":7}]}"#, shape("`data[1].name` of the answer", "text")),
            (r#"{"data":[null]}"#, shape("`data[0]` of the answer", "an object")),
            (r#"{"data":[{"name":"a","size":1.5}]}"#, shape("`data[0].size` of the answer", "a whole number")),
            (r#"{"data":[{"name":"a","size":"x"}]}"#, shape("`data[0].size` of the answer", "a whole number")),
            (
                r#"{"data":[{"name":"a","size":9223372036854775808}]}"#,
                shape("`data[0].size` of the answer", "a whole number"),
            ),
            (r#"{"data":[{"name":"a","flag":0}]}"#, shape("`data[0].flag` of the answer", "true or false")),
            (r#"{"data":[],"pagination":{}}"#, shape("`pagination.total` of the answer", "it to be there")),
        ] {
            assert_eq!(problem(json), expected, "{json}");
        }
        for json in ["", "{", "<html>", r#"{"data":[]} x"#, r#"{"data":[],}"#, "\u{feff}{}"] {
            assert_eq!(problem(json), "invalid_json: the answer is not valid JSON", "{json}");
        }
    }

    #[test]
    fn integers_that_would_be_rounded_are_noticed_everywhere() {
        for json in [
            r#"{"data":[{"name":"a","size":9007199254740992}]}"#,
            r#"{"data":[{"name":"a","size":-9007199254740992}]}"#,
            r#"{"data":[{"name":"a","new":[{"id":9007199254740993}]}]}"#,
            r#"{"data":[],"new":18446744073709551615}"#,
            r#"{"data":[],"new":123456789012345678901234567890}"#,
        ] {
            assert!(outline(json).has_unsafe_integer, "{json}");
            assert!(crate::exact::exact_text(json.as_bytes()).is_some(), "{json}");
        }
        assert!(
            !outline(r#"{"data":[{"name":"9007199254740993","size":9007199254740991,"price":0.1}]}"#)
                .has_unsafe_integer
        );
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep = format!(r#"{{"data":[],"new":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(problem(&deep).starts_with("invalid_json"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = check(&bytes, &PAGE);
        }

        #[test]
        fn integers_are_noticed_exactly_when_a_number_would_round(value in any::<i64>()) {
            let json = format!(r#"{{"data":[{{"name":"a","size":{value}}}]}}"#);
            prop_assert_eq!(outline(&json).has_unsafe_integer, crate::exact::exact_text(json.as_bytes()).is_some());
        }
    }
}
