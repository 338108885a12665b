//! Reads arguments: a host's values are converted to plain data, and plain data to the types that a
//! function needs. A value whose shape differs from its type is an error in every build.

use super::write::throw;
use crate::js::data::{Client, Status};
use crate::model::schema::Outline;
use crate::registry;
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::input::{FromInput, wrong_type};
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations, quoted};
use crate::vendor::{Authorize, Marketplace, Operation};
use crate::wire::exact::MAX_SAFE_INTEGER;
use crate::wire::http::{Headers, Response};
use crate::wire::json::{Json, MAX_INPUT_DEPTH};
use crate::wire::state;
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object whose fields are read by name, which is faster than by `Reflect`.
    #[wasm_bindgen(extends = js_sys::Object)]
    type Object;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Object, name: &JsValue) -> JsValue;
}

/// Returns a field of an object.
pub fn field(name: &str, object: &JsValue, field: &str) -> Read<JsValue> {
    if object.is_object() {
        Ok(object.unchecked_ref::<Object>().get(&field.into()))
    } else {
        Err(misfit(name, object, "an object"))
    }
}

/// The result of reading; `Err` holds the value to throw.
pub type Read<T> = Result<T, JsValue>;

/// Returns a value as plain data. A value that is not data, such as a function, becomes an object
/// without fields.
pub fn json(value: &JsValue) -> Read<Json> {
    // Most arguments that may be absent are.
    if value.is_undefined() {
        return Ok(Json::Absent);
    }
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
    from_json(name, json(value)?)
}

fn from_json<T: FromInput>(name: &str, json: Json) -> Read<T> {
    let mut violations = Violations::new();
    let read = T::from_input(json, name, &mut violations);
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
    match value.as_f64() {
        Some(number) => Ok(Some(number)),
        None if value.is_undefined() || value.is_null() => Ok(None),
        None => Err(misfit(name, value, "a number")),
    }
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

/// Returns headers from a text with one name and one value a line.
pub fn headers(value: &JsValue) -> Read<Headers> {
    let text = text("headers", value)?;
    let mut lines = text.split('\n');
    let mut headers = Headers::new();
    while let Some(name) = lines.next().filter(|name| !name.is_empty()) {
        let line = lines.next().ok_or_else(|| misfit("headers", value, "one name and one value a line"))?;
        headers.0.push((name.to_owned(), line.to_owned()));
    }
    Ok(headers)
}

/// Returns a text that crosses as its UTF-8, which is faster if it is long.
#[cfg(feature = "desk")]
pub fn utf8(name: &str, value: &JsValue) -> Read<String> {
    String::from_utf8(bytes(name, value)?).map_err(|_| misfit(name, value, "UTF-8"))
}

/// Returns the value of a JSON text: one text crosses faster than each of its parts.
fn json_of_text(name: &str, value: &JsValue) -> Read<Json> {
    Json::read(text(name, value)?.as_bytes()).ok_or_else(|| misfit(name, value, "a JSON text"))
}

/// Returns a value that our own facade passes as JSON text.
#[cfg(feature = "desk")]
pub fn read_text<T: FromInput>(name: &str, text: &str) -> Read<T> {
    let json = Json::read_text(text).ok_or_else(|| misfit(name, &text.into(), "a JSON text"))?;
    from_json(name, json)
}

/// Returns the outline of a body that the facade checked itself, if it did.
pub fn saw_some(value: &JsValue) -> Read<Option<Outline>> {
    let json = if value.is_undefined() { Json::Absent } else { json_of_text("saw", value)? };
    from_json("saw", json)
}

thread_local! {
    /// The client that was read last. Most programs have one, and the host compares a text with
    /// itself at once, whatever its length.
    static LAST: RefCell<Option<Rc<KnownClient>>> = const { RefCell::new(None) };
}

/// A client that was read.
pub struct KnownClient {
    text: JsValue,
    pub marketplace: &'static Marketplace,
    pub settings: Settings,
    /// The violations of its settings.
    wrong: Cell<Violations>,
    keys: Json,
    credentials: OnceCell<Box<dyn Authorize>>,
    /// Whether its calls use a session.
    pub session: bool,
}

impl KnownClient {
    /// Returns what is wrong with the settings, for the caller to add to.
    pub fn violations(&self) -> Violations {
        self.wrong.take()
    }

    /// Returns the keys.
    pub fn credentials(&self) -> Read<&dyn Authorize> {
        let credentials = match self.credentials.get() {
            Some(known) => known,
            None => {
                let read = credentials(self.marketplace, self.keys.clone())?;
                self.credentials.get_or_init(|| read)
            }
        };
        Ok(&**credentials)
    }
}

/// Returns a client.
pub fn client(value: &JsValue) -> Read<Rc<KnownClient>> {
    let last = LAST.take().filter(|last| last.text == *value);
    let known = match last {
        Some(last) => last,
        None => {
            let Client { marketplace, settings, credentials, session } =
                from_json("client", json_of_text("client", value)?)?;
            let mut wrong = Violations::new();
            let settings = Settings::from_input(settings, "", &mut wrong);
            Rc::new(KnownClient {
                text: value.clone(),
                marketplace: find(&marketplace)?,
                settings,
                wrong: Cell::new(wrong),
                keys: credentials,
                credentials: OnceCell::new(),
                session,
            })
        }
    };
    let wrong = known.wrong.take();
    if wrong.is_empty() {
        LAST.set(Some(Rc::clone(&known)));
    }
    known.wrong.set(wrong);
    Ok(known)
}

/// Returns a response.
pub fn response(status: &JsValue, pairs: &JsValue, body: &JsValue) -> Read<Response> {
    Ok(Response {
        status: from_json::<Status>("status", from_number(number("status", status)?))?.0,
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
