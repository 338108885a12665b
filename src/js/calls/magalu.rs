//! Exports for Magalu alone.

use super::read::{Read, json, number, text};
use super::write::{Answer, give};
use crate::marketplaces::magalu::{follow, time};
use wasm_bindgen::prelude::*;

/// Returns what to do after lookup number `looks`, from 1, of a transaction.
#[wasm_bindgen(js_name = magaluFollow, unchecked_return_type = "FollowStep")]
pub fn magalu_follow(
    #[wasm_bindgen(unchecked_param_type = "unknown")] transaction: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] looks: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "remainingMs")] remaining_ms: JsValue,
) -> Answer {
    let (looks, remaining_ms) = (number("looks", &looks)? as u32, number("remainingMs", &remaining_ms)?);
    give(&follow::next_step(json(&transaction)?, looks, remaining_ms))
}

/// Returns the milliseconds since 1970 of one of Magalu's times, which is read as UTC.
#[wasm_bindgen(js_name = magaluTime)]
pub fn magalu_time(#[wasm_bindgen(unchecked_param_type = "string")] written: JsValue) -> Read<Option<f64>> {
    Ok(time::parse_zoneless(&text("text", &written)?))
}
