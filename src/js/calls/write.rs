//! Answers: serde writes them as values of JavaScript.

use crate::js::data::Bytes;
use crate::rules::error::TicketError;
use crate::wire::state;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// An answer, or what is thrown in its place.
pub type Answer = Result<JsValue, JsValue>;

/// A value of JavaScript: maps are objects, bytes a `Uint8Array`; an absent field is left out, and
/// `null` is what a marketplace wrote.
pub fn give<T: Serialize + ?Sized>(value: &T) -> Answer {
    const PLAIN: serde_wasm_bindgen::Serializer =
        serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    Ok(value.serialize(&PLAIN)?)
}

/// What is thrown: the plain data of the error.
pub fn throw(error: Box<TicketError>) -> JsValue {
    give(&error).unwrap_or_else(|error| error)
}

impl Bytes {
    /// Our own state, which JavaScript hands back as it is.
    pub fn of<T: Serialize>(state: &T) -> Self {
        Self(state::to_bytes(state))
    }
}
