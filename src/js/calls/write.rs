//! Writes results as values of JavaScript, through serde.

use crate::js::data::Bytes;
use crate::rules::error::TicketError;
use crate::wire::state;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A result, or the value that is thrown instead.
pub type Answer = Result<JsValue, JsValue>;

/// Returns a value of JavaScript: maps become objects and bytes a `Uint8Array`. An absent field is
/// left out, and `null` stands only where a marketplace wrote it.
pub fn give<T: Serialize + ?Sized>(value: &T) -> Answer {
    const PLAIN: serde_wasm_bindgen::Serializer =
        serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    Ok(value.serialize(&PLAIN)?)
}

/// Returns the value to throw, which is the plain data of the error.
pub fn throw(error: Box<TicketError>) -> JsValue {
    give(&error).unwrap_or_else(|error| error)
}

impl Bytes {
    /// Returns the bytes of our own state, which JavaScript passes back unchanged.
    pub fn of<T: Serialize>(state: &T) -> Self {
        Self(state::to_bytes(state))
    }
}
