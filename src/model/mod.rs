//! Models of a vendor's responses. Documented fields are typed, and all others are kept.

pub mod open_enum;
pub mod schema;

use crate::model::schema::{Outline, Schema};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::violation::excerpt;
use crate::wire::http::Response;
use crate::wire::json::{Json, plain_text};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Number;

/// A type that a field of a model can have.
pub trait Field: Serialize + DeserializeOwned {
    /// The JSON schema that the field must match.
    const SCHEMA: Schema;

    /// Whether the field may be missing or `null`.
    const OPTIONAL: bool = false;

    /// The value for a missing field; `None` if the field is required.
    #[must_use]
    fn if_missing() -> Option<Self> {
        None
    }

    /// Returns whether this is the value for `null` and for a missing field.
    fn is_none(&self) -> bool {
        false
    }
}

impl<T: Field> Field for Option<T> {
    const SCHEMA: Schema = T::SCHEMA;
    const OPTIONAL: bool = true;

    fn if_missing() -> Option<Self> {
        Some(None)
    }

    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

impl<T: Field> Field for Vec<T> {
    const SCHEMA: Schema = Schema::List(&T::SCHEMA);
}

impl Field for String {
    const SCHEMA: Schema = Schema::Text;
}

impl Field for bool {
    const SCHEMA: Schema = Schema::Bool;
}

impl Field for i64 {
    const SCHEMA: Schema = Schema::Integer;
}

impl Field for Number {
    const SCHEMA: Schema = Schema::Number;
}

impl Field for Json {
    const SCHEMA: Schema = Schema::Any;
}

/// Undocumented fields, in their order.
pub type Extra = Vec<(String, Json)>;

/// Replaces the field with this name, or adds it.
#[cfg(any(test, feature = "marketplace"))]
pub(crate) fn keep(extra: &mut Extra, name: String, value: Json) {
    match extra.iter_mut().find(|(known, _)| *known == name) {
        Some((_, old)) => *old = value,
        None => extra.push((name, value)),
    }
}

/// Declares a model: a struct whose fields have the vendor's names, and an `extra` for everything
/// else.
///
/// A field is required unless it is an `Option`, which may be missing or `null`. A `null` is
/// recorded in `extra`, so that writing the model gives back what was read.
///
/// A model with a type parameter is an envelope, which TypeScript never sees.
#[cfg(any(test, feature = "models"))]
macro_rules! model {
    ($(#[$meta:meta])* pub struct $Name:ident { $($fields:tt)* }) => {
        $crate::model::model! {
            @ { #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields = nullable))] }
            { #[cfg_attr(feature = "types", ts(skip))] }
            $(#[$meta])* pub struct $Name { $($fields)* }
        }
    };
    ($(#[$meta:meta])* pub struct $Name:ident<$T:ident> { $($fields:tt)* }) => {
        $crate::model::model! { @ {} {} $(#[$meta])* pub struct $Name<$T> { $($fields)* } }
    };
    (
        @ { $($types:tt)* } { $($skip:tt)* }
        $(#[$meta:meta])*
        pub struct $Name:ident $(<$T:ident>)? {
            $( $(#[$field_meta:meta])* pub $field:ident : $type:ty, )*
        }
    ) => {
        #[derive(Debug, Clone, Default, PartialEq)]
        $($types)*
        $(#[$meta])*
        pub struct $Name $(<$T>)? {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// Undocumented fields unchanged, and documented fields that were `null`.
            $($skip)*
            pub extra: $crate::model::Extra,
        }

        impl $(<$T: $crate::model::Field>)? $crate::model::Field for $Name $(<$T>)? {
            const SCHEMA: $crate::model::schema::Schema = $crate::model::schema::Schema::Object(&[$(
                $crate::model::schema::Property {
                    name: $crate::rules::input::wire_name(stringify!($field)),
                    schema: &<$type as $crate::model::Field>::SCHEMA,
                    optional: <$type as $crate::model::Field>::OPTIONAL,
                },
            )*]);
        }

        impl $(<$T: $crate::model::Field>)? serde::Serialize for $Name $(<$T>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $(
                    if !$crate::model::Field::is_none(&self.$field) {
                        map.serialize_entry($crate::rules::input::wire_name(stringify!($field)), &self.$field)?;
                    }
                )*
                for (name, value) in &self.extra {
                    let is_written = match name.as_str() {
                        $( name if name == $crate::rules::input::wire_name(stringify!($field)) => !$crate::model::Field::is_none(&self.$field), )*
                        _ => false,
                    };
                    if !is_written {
                        map.serialize_entry(name, value)?;
                    }
                }
                map.end()
            }
        }

        impl<'de $(, $T: $crate::model::Field)?> serde::Deserialize<'de> for $Name $(<$T>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Read $(<$T>)? (std::marker::PhantomData<fn() -> $Name $(<$T>)?>);

                impl<'de $(, $T: $crate::model::Field)?> serde::de::Visitor<'de> for Read $(<$T>)? {
                    type Value = $Name $(<$T>)?;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str(concat!("an object (", stringify!($Name), ")"))
                    }

                    #[allow(non_snake_case, reason = "fields have the vendor's names")]
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        $( let mut $field: Option<$type> = None; )*
                        let mut extra = $crate::model::Extra::new();
                        while let Some(name) = map.next_key::<String>()? {
                            $(
                                if name == $crate::rules::input::wire_name(stringify!($field)) {
                                    let value: $type = map.next_value()?;
                                    if $crate::model::Field::is_none(&value) {
                                        $crate::model::keep(&mut extra, name, $crate::wire::json::Json::Absent);
                                    } else {
                                        extra.retain(|(known, _)| *known != name);
                                    }
                                    $field = Some(value);
                                    continue;
                                }
                            )*
                            $crate::model::keep(&mut extra, name, map.next_value()?);
                        }
                        Ok($Name {
                            $(
                                $field: $field
                                    .or_else(<$type as $crate::model::Field>::if_missing)
                                    .ok_or_else(|| serde::de::Error::missing_field($crate::rules::input::wire_name(stringify!($field))))?,
                            )*
                            extra,
                        })
                    }
                }

                deserializer.deserialize_map(Read(std::marker::PhantomData))
            }
        }
    };
}
#[cfg(any(test, feature = "models"))]
pub(crate) use model;

/// Decodes a JSON response as `T`.
pub fn decode<T: Field>(response: &Response) -> Result<T, DecodeError> {
    let outline = check::<T>(response)?;
    let mut text = plain_text(&response.body);
    if !outline.odd.is_empty() || outline.has_empty_arrays {
        let mut value = Json::read(text.as_bytes()).unwrap_or_default();
        schema::make_fit(&mut value, const { &T::SCHEMA }, false, false);
        text = value.to_string().into();
        // A value that is odd now cannot be left out.
        if let Some(odd) = schema::check(text.as_bytes(), const { &T::SCHEMA })?.odd.into_iter().next() {
            return Err(odd.into_error());
        }
    }
    serde_json::from_str(&text)
        .map_err(|_| DecodeError::new(code!("unexpected_shape"), "the answer fits its schema but not its model"))
}

/// Checks that a JSON response can be decoded as `T`.
pub fn check<T: Field>(response: &Response) -> Result<Outline, DecodeError> {
    check_with(response, const { &T::SCHEMA })
}

/// Checks that a response is JSON.
pub fn check_any(response: &Response) -> Result<Outline, DecodeError> {
    check_with(response, &Schema::Any)
}

/// Checks that a JSON response matches a schema.
pub fn check_with(response: &Response, schema: &'static Schema) -> Result<Outline, DecodeError> {
    let text = plain_text(&response.body);
    if text.trim_ascii().is_empty() {
        return Err(DecodeError::new(code!("empty_body"), format!("the answer ({}) has no body", response.status)));
    }
    schema::check(text.as_bytes(), schema).map_err(|error| match error.code.as_str() {
        "invalid_json" => {
            let content_type = excerpt(response.headers.get("content-type").unwrap_or("no content type"));
            let text = format!("the answer ({}, {content_type}) is not valid JSON", response.status);
            DecodeError::new(code!("invalid_json"), text)
        }
        _ => error,
    })
}

/// Returns the body as text if it contains integers that `JSON.parse` would round.
#[must_use]
pub fn exact(response: &Response, outline: &Outline) -> Option<String> {
    outline.has_unsafe_integer.then(|| plain_text(&response.body).into_owned())
}

#[cfg(test)]
mod tests {
    model! {
        /// A model for the tests.
        pub struct Thing {
            /// A required field.
            pub name: String,
            /// An optional field.
            pub size: Option<i64>,
            /// A field whose name is a keyword of Rust.
            pub r#type: Option<String>,
        }
    }

    model! {
        /// An envelope for the tests.
        pub struct Box<T> {
            /// A required field.
            pub things: Vec<T>,
        }
    }

    fn round_trip(json: &str) -> String {
        serde_json::to_string(&serde_json::from_str::<Thing>(json).unwrap()).unwrap()
    }

    #[test]
    fn missing_null_and_unknown_are_given_back_as_they_came() {
        for json in [
            r#"{"name":"a"}"#,
            r#"{"name":"a","size":null}"#,
            r#"{"name":"a","size":-9223372036854775808}"#,
            r#"{"name":"a","type":"b","r#type":"c"}"#,
            r#"{"name":"a","size":1,"extra":{"deep":[null,18446744073709551615]},"new":null}"#,
            r#"{"name":"a","z":[1.0,-0.0,1e+300,1.5,9007199254740993],"b":{"z":1,"a":2}}"#,
            &format!(r#"{{"name":"a","new":{}1{}}}"#, "[".repeat(120), "]".repeat(120)),
        ] {
            assert_eq!(round_trip(json), json);
        }
    }

    #[test]
    fn the_last_of_two_fields_counts_as_in_json_parse() {
        assert_eq!(round_trip(r#"{"name":"a","size":1,"size":null,"name":"b"}"#), r#"{"name":"b","size":null}"#);
        assert_eq!(round_trip(r#"{"name":"a","size":null,"size":1}"#), r#"{"name":"a","size":1}"#);
        assert_eq!(round_trip(r#"{"name":"a","new":1,"more":2,"new":3}"#), r#"{"name":"a","new":3,"more":2}"#);
    }

    #[test]
    fn a_field_that_is_set_later_replaces_the_null_that_came() {
        let mut thing: Thing = serde_json::from_str(r#"{"name":"a","size":null}"#).unwrap();
        thing.size = Some(2);
        assert_eq!(serde_json::to_string(&thing).unwrap(), r#"{"name":"a","size":2}"#);
    }

    #[test]
    fn what_must_be_there_is_missed_by_name() {
        let error = serde_json::from_str::<Box<Thing>>(r#"{"things":[{"size":1}]}"#).unwrap_err().to_string();
        assert!(error.starts_with("missing field `name`"), "{error}");
        assert!(serde_json::from_str::<Thing>(r#"{"name":null}"#).is_err());
        assert!(serde_json::from_str::<Thing>(r#"{"name":1}"#).is_err());
        assert!(serde_json::from_str::<Thing>("[]").is_err());
    }
}
