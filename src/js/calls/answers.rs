//! Exports that read the responses of marketplaces.

use super::read::{operation, response, saw_some};
use super::write::{Answer, give};
use crate::call::Call;
use crate::js::data::{Decoded, Outcome};
use wasm_bindgen::prelude::*;

/// Reads a response that was fetched by other means, and returns its result or its error.
#[wasm_bindgen(js_name = decodeResponse, unchecked_return_type = "Decoded")]
pub fn decode_response(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] status: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] headers: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] body: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "string")] saw: JsValue,
) -> Answer {
    let (marketplace, operation) = operation(&marketplace, &endpoint)?;
    let response = response(&status, &headers, &body)?;
    match Call::read(marketplace, operation, response, saw_some(&saw)?.as_ref()) {
        Ok(shape) => give(&Decoded::Result(Outcome::of(&shape))),
        Err(error) => give(&Decoded::Error(error)),
    }
}
