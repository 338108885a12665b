//! Answers of marketplaces.

use super::read::{operation, read, response};
use super::write::{Answer, give};
use crate::call::Call;
use crate::model::schema::Outline;
use crate::rules::error::TicketError;
use crate::vendor::{PageShape, Shape};
use crate::wire::json::Json;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Where the result of a call is.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Outcome<'a> {
    Empty,
    Text,
    Bytes,
    /// JSON: `value`, or what the body says.
    Json {
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Json>,
        pick: &'static [&'static str],
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<&'a PageShape>,
    },
}

impl<'a> Outcome<'a> {
    pub fn of(shape: &'a Shape) -> Self {
        match shape {
            Shape::Empty => Self::Empty,
            Shape::Text => Self::Text,
            Shape::Bytes => Self::Bytes,
            Shape::Json { text, pick, page } => Self::Json {
                value: text.as_ref().and_then(|text| Json::read(text.as_bytes())),
                pick,
                page: page.as_ref(),
            },
        }
    }
}

/// `{ result }` or `{ error }`.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Decoded<T> {
    Result(T),
    Session(T),
    Error(Box<TicketError>),
}

/// Reads an answer that came by another way.
#[wasm_bindgen(js_name = decodeResponse, unchecked_return_type = "{ result: Result } | { error: TicketErrorData }")]
pub fn decode_response(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] status: JsValue,
    #[wasm_bindgen(unchecked_param_type = "HeaderList")] headers: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] body: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Saw")] saw: JsValue,
) -> Answer {
    let (marketplace, operation) = operation(&marketplace, &endpoint)?;
    let response = response(&status, &headers, &body)?;
    match Call::read(marketplace, operation, response, read::<Option<Outline>>("saw", &saw)?.as_ref()) {
        Ok(shape) => give(&Decoded::Result(Outcome::of(&shape))),
        Err(error) => give(&Decoded::<()>::Error(error)),
    }
}
