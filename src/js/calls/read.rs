//! Reads arguments: a host's values are converted to plain data, and plain data to the types that a
//! function needs. A value whose shape differs from its type is an error in every build.

use super::write::throw;
use crate::js::data::{Pairs, Status};
use crate::registry;
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::input::{FromInput, wrong_type};
use crate::rules::violation::{Violation, Violations, quoted};
use crate::vendor::{Authorize, Marketplace, Operation};
use crate::wire::exact::MAX_SAFE_INTEGER;
use crate::wire::http::{Headers, Response};
use crate::wire::json::{Json, MAX_INPUT_DEPTH};
use crate::wire::state;
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::fmt;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object whose fields are read by name, which is faster than by `Reflect`.
    #[wasm_bindgen(extends = js_sys::Object)]
    type Object;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Object, name: &JsValue) -> JsValue;
}

/// The result of reading; `Err` holds the value to throw.
pub type Read<T> = Result<T, JsValue>;

/// Returns a value as plain data. A value that is not data, such as a function, becomes an object
/// without fields.
pub fn json(value: &JsValue) -> Read<Json> {
    tree(value, MAX_INPUT_DEPTH).ok_or_else(|| {
        let text = format!("the argument is nested deeper than {MAX_INPUT_DEPTH} levels or contains itself");
        refuse(Violation::new("", code!("too_deep"), text, "give plain data"))
    })
}

/// Returns the value as a tree, or `None` if it is nested too deeply. Each question to the host
/// costs about as much as all that is done with its answer, so the likely ones come first.
fn tree(value: &JsValue, depth: u8) -> Option<Json> {
    if let Some(text) = value.as_string() {
        return Some(Json::Text(text));
    }
    if value.is_object() {
        return branch(value, depth.checked_sub(1)?);
    }
    if let Some(number) = value.as_f64() {
        return Some(from_number(number));
    }
    if let Some(flag) = value.as_bool() {
        return Some(Json::Bool(flag));
    }
    if value.is_null() || value.is_undefined() {
        return Some(Json::Absent);
    }
    if value.is_bigint() {
        // A `bigint` of more than 64 bits is kept as its digits, which is not one of our integers.
        return Some(i64::try_from(value.clone()).map_or_else(|_| Json::Number(digits(value)), Json::Int));
    }
    // A function, or another value that is not data.
    Some(Json::Map(Vec::new()))
}

/// Returns an array or an object as a tree.
fn branch(value: &JsValue, depth: u8) -> Option<Json> {
    if js_sys::Array::is_array(value) {
        let items = value.unchecked_ref::<js_sys::Array>().iter();
        return items.map(|item| tree(&item, depth)).collect::<Option<_>>().map(Json::List);
    }
    let object = value.unchecked_ref::<Object>();
    let field = |key: JsValue| Some((key.as_string()?, tree(&object.get(&key), depth)?));
    js_sys::Object::keys(object).iter().map(field).collect::<Option<_>>().map(Json::Map)
}

/// Returns a number, as an integer only if it is exact.
fn from_number(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER as f64 {
        Json::Int(number as i64)
    } else {
        Json::Number(digits(&number.into()))
    }
}

fn digits(number: &JsValue) -> String {
    js_sys::Object::from(number.clone()).to_string().into()
}

fn refuse(violation: Violation) -> JsValue {
    refuse_all(vec![violation])
}

fn refuse_all(violations: Vec<Violation>) -> JsValue {
    throw(Box::new(TicketError::invalid(ErrorKind::Validation, violations, "", "")))
}

/// Returns a value together with its violations, for a caller who needs a list of them.
pub fn checked<T: FromInput>(value: &JsValue) -> Read<(T, Violations)> {
    let mut violations = Violations::new();
    let read = T::from_input(json(value)?, "", &mut violations);
    Ok((read, violations))
}

/// Returns a value that our own facade passes.
pub fn read<T: FromInput>(name: &str, value: &JsValue) -> Read<T> {
    let mut violations = Violations::new();
    let read = T::from_input(json(value)?, name, &mut violations);
    violations.into_result().map_err(refuse_all)?;
    Ok(read)
}

/// Returns a text.
pub fn text(name: &str, value: &JsValue) -> Read<String> {
    value.as_string().ok_or_else(|| misfit(name, value, "text"))
}

/// Returns a number.
pub fn number(name: &str, value: &JsValue) -> Read<f64> {
    value.as_f64().ok_or_else(|| misfit(name, value, "a number"))
}

/// Returns a number, or `None` if it is absent.
pub fn number_some(name: &str, value: &JsValue) -> Read<Option<f64>> {
    if value.is_null() || value.is_undefined() { Ok(None) } else { number(name, value).map(Some) }
}

/// Returns bytes.
pub fn bytes(name: &str, value: &JsValue) -> Read<Vec<u8>> {
    let bytes = value.dyn_ref::<js_sys::Uint8Array>().ok_or_else(|| misfit(name, value, "bytes"))?;
    Ok(bytes.to_vec())
}

/// Returns bytes, or `None` if they are absent.
pub fn bytes_some(name: &str, value: &JsValue) -> Read<Option<Vec<u8>>> {
    if value.is_null() || value.is_undefined() { Ok(None) } else { bytes(name, value).map(Some) }
}

/// Returns the value that one of a few texts names.
pub fn named<T: DeserializeOwned>(name: &str, value: &JsValue) -> Read<T> {
    let text = text(name, value)?;
    let read: Result<T, Unknown> = T::deserialize(text.into_deserializer());
    read.map_err(|_| misfit(name, value, "a known name"))
}

/// An error without words, because [`misfit`] has some.
#[derive(Debug)]
struct Unknown;

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown")
    }
}

impl std::error::Error for Unknown {}

impl serde::de::Error for Unknown {
    fn custom<T: fmt::Display>(_words: T) -> Self {
        Self
    }
}

/// Returns an event that the facade reports.
pub fn event<T>(value: &JsValue, read: fn(Json, &mut Violations) -> Option<T>) -> Read<T> {
    let mut violations = Violations::new();
    let event = read(json(value)?, &mut violations);
    violations.into_result().map_err(refuse_all)?;
    event.ok_or_else(|| misfit("type", &JsValue::UNDEFINED, "the name of an event"))
}

/// Returns the arguments of a method, in their order.
pub fn arguments(value: &JsValue) -> Read<Vec<Json>> {
    let list = value.dyn_ref::<js_sys::Array>().ok_or_else(|| misfit("arguments", value, "an array"))?;
    list.iter().map(|argument| json(&argument)).collect()
}

/// Returns our own state, as an earlier call wrote it.
pub fn state<T: DeserializeOwned>(name: &str, value: &JsValue) -> Read<T> {
    state::from_bytes(&bytes(name, value)?).ok_or_else(|| {
        let text = format!("`{name}` is not what an earlier call returned");
        refuse(Violation::new(name, code!("unreadable"), text, "hand it back as it was"))
    })
}

/// Returns our own state, or `None` if there is none yet.
pub fn state_some<T: DeserializeOwned>(name: &str, value: &JsValue) -> Read<Option<T>> {
    if value.is_undefined() { Ok(None) } else { state(name, value).map(Some) }
}

/// Returns headers from pairs of a name and a value.
pub fn headers(value: &JsValue) -> Read<Headers> {
    read::<Pairs>("headers", value).map(|pairs| pairs.0)
}

/// Returns a response.
pub fn response(status: &JsValue, pairs: &JsValue, body: &JsValue) -> Read<Response> {
    Ok(Response {
        status: read::<Status>("status", status)?.0,
        headers: headers(pairs)?,
        body: bytes_some("body", body)?.unwrap_or_default(),
    })
}

/// Returns the error for an argument whose shape differs from its type.
pub fn misfit(name: &str, value: &JsValue, expected: &str) -> JsValue {
    // The error names only the kind of the value, so that a deep one need not be read.
    refuse(wrong_type(name, &tree(value, 1).unwrap_or_else(|| Json::Map(Vec::new())), expected))
}

/// Returns the marketplace with this id.
pub fn marketplace(id: &JsValue) -> Read<&'static Marketplace> {
    find(&text("marketplace", id)?)
}

/// The same by a text.
pub fn find(id: &str) -> Read<&'static Marketplace> {
    registry::find(id).ok_or_else(|| {
        let known: Vec<_> = registry::ALL.iter().map(|marketplace| marketplace.id).collect();
        let text = format!("{} is not a marketplace of this build; it has {}", quoted(id), known.join(", "));
        throw(Box::new(TicketError::local(ErrorKind::Configuration, code!("unknown_marketplace"), text, id, "")))
    })
}

/// Returns the method with this name.
pub fn operation(marketplace: &JsValue, name: &JsValue) -> Read<(&'static Marketplace, &'static Operation)> {
    let marketplace = self::marketplace(marketplace)?;
    Ok((marketplace, find_operation(marketplace, &text("endpoint", name)?)?))
}

/// The same by a text.
pub fn find_operation(marketplace: &Marketplace, name: &str) -> Read<&'static Operation> {
    marketplace.operation(name).ok_or_else(|| {
        let known: Vec<_> = marketplace.operations.iter().map(|operation| operation.meta.name).collect();
        let text = format!("{} is not a method of {}; it has {}", quoted(name), marketplace.id, known.join(", "));
        throw(Box::new(TicketError::local(
            ErrorKind::Configuration,
            code!("unknown_method"),
            text,
            marketplace.id,
            name,
        )))
    })
}

/// Returns the keys of a client of this marketplace.
pub fn credentials(marketplace: &Marketplace, keys: Json) -> Read<Box<dyn Authorize>> {
    let mut violations = Violations::new();
    let credentials = (marketplace.credentials)(keys, &mut violations);
    violations
        .into_result()
        .map_err(|list| throw(Box::new(TicketError::invalid(ErrorKind::Configuration, list, marketplace.id, ""))))?;
    Ok(credentials)
}
