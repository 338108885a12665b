//! The export that iterates over lists.

use super::read::{number, read, state, text};
use super::write::{Answer, give};
use crate::call::page::{self, PageFacts, Pager};
use crate::js::data::{Bytes, PageStep};
use wasm_bindgen::prelude::*;

/// Returns what to do with a page of a list. `pager` is the value that the last call returned, or
/// the beginning of the list.
#[wasm_bindgen(js_name = advancePager, unchecked_return_type = "PageStep")]
pub fn advance_pager(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | number")] pager: JsValue,
    #[wasm_bindgen(unchecked_param_type = "PageFacts")] facts: JsValue,
) -> Answer {
    let mut pager = match pager.as_f64() {
        Some(_) => Pager::from(number("pager", &pager)? as u64),
        None => state("pager", &pager)?,
    };
    let page::PageStep { keep, next, base, stuck } = pager.advance(read::<PageFacts>("facts", &facts)?);
    let stuck = match stuck {
        true => Some(page::pages_repeat(&text("marketplace", &marketplace)?, &text("endpoint", &endpoint)?)),
        false => None,
    };
    give(&PageStep { pager: Bytes::of(&pager), keep, stuck, next: next.map(|next| next as f64), base })
}
