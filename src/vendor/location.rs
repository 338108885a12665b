//! The locations of parameters in a request, which are named by the words before a field in
//! [`endpoint!`](crate::vendor::declare).

use crate::attachment::Attachment;
use crate::rules::settings::{ArrayEncoding, Settings};
use crate::rules::value::{AsBody, BodyValue, UrlValue};
use crate::vendor::{BodyKind, Parts};
use crate::wire::json::Json;
use serde::ser::SerializeMap;
use std::borrow::Cow;

/// A location for values of the type `T`. It writes a value into one part of the request, and leaves
/// the other parts unchanged.
pub trait Location<T> {
    /// Whether the location is in a JSON body.
    const IS_IN_BODY: bool = false;

    /// Returns whether a JSON body is written without the value.
    fn is_absent(&self, _value: &T) -> bool {
        true
    }

    /// Writes the value into the URL or the headers.
    fn put(&self, _name: &'static str, _value: &T, _settings: &Settings, _parts: &mut Parts) {}

    /// Writes the value into the object that is the JSON body.
    fn serialize<M: SerializeMap>(&self, _name: &'static str, _value: &T, _body: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

/// The path, where the value replaces the placeholder of the same name.
#[derive(Debug)]
pub struct Path;

impl<T: UrlValue> Location<T> for Path {
    fn put(&self, name: &'static str, value: &T, _settings: &Settings, parts: &mut Parts) {
        parts.path.extend(value.texts().into_iter().map(|text| (name, text.into_owned())));
    }
}

/// The query. The settings decide how lists are written; by default, names are repeated.
#[derive(Debug)]
pub struct Query;

impl<T: UrlValue> Location<T> for Query {
    fn put(&self, name: &'static str, value: &T, settings: &Settings, parts: &mut Parts) {
        let encoding = if T::IS_LIST { settings.array_encoding } else { None };
        push_texts(encoding.unwrap_or(ArrayEncoding::Repeat), name, &value.texts(), parts);
    }
}

/// The query, where a list is one value with commas unless the settings say otherwise.
#[derive(Debug)]
pub struct Commas;

impl<T: UrlValue> Location<T> for Commas {
    fn put(&self, name: &'static str, value: &T, settings: &Settings, parts: &mut Parts) {
        push_texts(settings.array_encoding.unwrap_or(ArrayEncoding::Comma), name, &value.texts(), parts);
    }
}

fn push_texts(encoding: ArrayEncoding, name: &str, texts: &[Cow<'_, str>], parts: &mut Parts) {
    encoding.push(&mut parts.query, name, texts.iter().map(AsRef::as_ref));
}

/// The query, which has this text by default.
#[derive(Debug)]
pub struct QueryOr(pub &'static str);

impl<T: UrlValue> Location<Option<T>> for QueryOr {
    fn put(&self, name: &'static str, value: &Option<T>, settings: &Settings, parts: &mut Parts) {
        match value {
            Some(_) => Query.put(name, value, settings, parts),
            None => parts.query.push(name, self.0),
        }
    }
}

/// The header of this name.
#[derive(Debug)]
pub struct Header(pub &'static str);

impl<T: UrlValue> Location<T> for Header {
    fn put(&self, _name: &'static str, value: &T, _settings: &Settings, parts: &mut Parts) {
        value.texts().into_iter().for_each(|text| parts.headers.set(self.0, text));
    }
}

/// A field of the JSON body.
#[derive(Debug)]
pub struct Body;

impl<T: BodyValue> Location<T> for Body {
    const IS_IN_BODY: bool = true;

    fn is_absent(&self, value: &T) -> bool {
        value.is_absent()
    }

    fn serialize<M: SerializeMap>(&self, name: &'static str, value: &T, body: &mut M) -> Result<(), M::Error> {
        if value.is_absent() { Ok(()) } else { body.serialize_entry(name, &AsBody(value)) }
    }
}

/// Files in the JSON body, as `{ filename, mime_type, data }`. An empty list is left out.
#[derive(Debug)]
pub struct Files;

impl Location<Option<Vec<Attachment>>> for Files {
    const IS_IN_BODY: bool = true;

    fn is_absent(&self, value: &Option<Vec<Attachment>>) -> bool {
        value.as_ref().is_none_or(Vec::is_empty)
    }

    fn serialize<M: SerializeMap>(
        &self,
        name: &'static str,
        value: &Option<Vec<Attachment>>,
        body: &mut M,
    ) -> Result<(), M::Error> {
        if self.is_absent(value) { Ok(()) } else { Body.serialize(name, value, body) }
    }
}

/// No location: the code in
/// [`place_more`](crate::vendor::declare::Overrides::place_more) puts the value where it belongs.
#[derive(Debug)]
pub struct Code;

impl<T> Location<T> for Code {}

/// Writes the undocumented fields into the query.
pub fn put_extra(extra: &[(String, Json)], parts: &mut Parts) {
    for (name, value) in extra {
        value.texts().into_iter().for_each(|text| parts.query.push(name, text));
    }
}

/// Returns the kind of body of an operation whose parameters have these locations.
#[must_use]
pub const fn body_kind(mut are_in_body: &[bool]) -> BodyKind {
    while let [is_in_body, rest @ ..] = are_in_body {
        if *is_in_body {
            return BodyKind::Json;
        }
        are_in_body = rest;
    }
    BodyKind::None
}

/// The locations under the names that a declaration uses.
pub mod word {
    pub use super::{
        Body as body, Code as code, Commas as commas, Files as files, Header as header, Path as path, Query as query,
        QueryOr as query_or,
    };
}
